"""What « Chercher partout » finds besides the rows: commands, gestures of the table, help pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from app.services.identifiants import mots
from app.ui.aide import AideDialogue, pages_avec, phrase_avec
from app.ui.commands import COMMANDES, en_francais
from app.ui.gestes import Geste, gestes

if TYPE_CHECKING:
    from app.ui.main_window import FenetrePrincipale
    from app.ui.vue_tableau import VueTableau

MONTRES = 4  # of each kind
LONGUEUR = 64  # signs of the line of a help page


@dataclass(frozen=True, slots=True)
class Trouve:
    """A line of the results, and what Enter does."""

    titre: str
    detail: str
    icone: str
    suivre: Callable[[], object]


def trouver(fenetre: FenetrePrincipale, texte: str) -> list[Trouve]:
    """What can be done now whose words begin as those typed, then the help pages that hold them."""
    cherches = mots(texte)
    if not cherches:
        return []
    return [
        *islice(_commandes(fenetre, cherches), MONTRES),
        *islice(_gestes(fenetre, cherches), MONTRES),
        *(_page(fenetre, cle, texte) for cle in pages_avec(texte)[:MONTRES]),
    ]


def _repond(libelle: str, cherches: tuple[str, ...]) -> bool:
    dits = mots(libelle)
    return all(any(mot.startswith(debut) for mot in dits) for debut in cherches)


def _commandes(fenetre: FenetrePrincipale, cherches: tuple[str, ...]) -> Iterator[Trouve]:
    for commande in COMMANDES:
        menu = commande.menu.replace("&", "")
        if not _repond(f"{commande.libelle} {commande.aide} {menu}", cherches):
            continue
        if fenetre.actions_fenetre[commande.cle].isEnabled():
            touches = en_francais(commande.raccourci)
            yield Trouve(
                commande.libelle,
                f"Menu {menu} · {touches}",
                commande.icone or "fenetre",
                partial(fenetre.executer, commande.cle),
            )


def _gestes(fenetre: FenetrePrincipale, cherches: tuple[str, ...]) -> Iterator[Trouve]:
    """Those of the table in view that can be done now."""
    document = fenetre.document
    vue = document.tableau_en_vue() if document is not None else None
    if vue is None:
        return
    for geste in gestes():
        if not _repond(f"{geste.libelle} {geste.aide}", cherches) or not geste.permis(vue):
            continue
        touches = f" · {en_francais(geste.touches[0])}" if geste.touches else ""
        yield Trouve(
            geste.libelle,
            f"Tableau{touches}",
            geste.icone or "cofinancements",
            partial(_faire, vue, geste),
        )


def _faire(vue: VueTableau, geste: Geste) -> None:
    vue.setFocus()
    vue.faire(geste)


def _page(fenetre: FenetrePrincipale, cle: str, texte: str) -> Trouve:
    ligne = phrase_avec(cle, texte)
    dite = ligne if len(ligne) <= LONGUEUR else f"{ligne[:LONGUEUR].rstrip()}…"
    return Trouve(
        dict(AideDialogue.PAGES)[cle],
        f"Aide · {dite}",
        "aide",
        lambda: AideDialogue(cle, fenetre, texte).show(),
    )
