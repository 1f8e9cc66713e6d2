"""Conditional formats: the rules kept in the file, by list. No Qt."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from app.models.enums import Enumeration
from app.models.tableau import MiseEnForme
from app.services.bus import Avis
from app.services.columns import Colonne
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.filtres import Condition, phrase
from app.services.modeles_de_forme import CHIFFRES, PAR_CLE
from app.services.titres import nom_de

TOUTES = "*"  # a ready format that stands on every column it can
MODELE = "modele"
REGLES_MAXIMUM = 40


class Style(Enumeration):
    """How a cell looks where a rule holds."""

    FAVORABLE = "favorable", "● Favorable"
    ALERTE = "alerte", "▲ Alerte"
    BLOQUANT = "bloquant", "■ Bloquant"
    INFORMATION = "information", "○ Information"
    GRAS = "gras", "Gras"
    BARRE = "barre", "Barre de données"
    ICONE = "icone", "Icône ●○▲ selon le tiers"


SIGNAUX = (Style.FAVORABLE, Style.ALERTE, Style.BLOQUANT, Style.INFORMATION)
DE_CHIFFRES = (Style.BARRE, Style.ICONE)


@dataclass(frozen=True, slots=True)
class Regle:
    """One format. `modele` is the key of a ready one; else `condition`, or every cell when None."""

    cle: str
    colonne: str
    style: str
    condition: Condition | None = None
    modele: str = ""
    active: bool = True
    rang: int = 0

    def phrase(self, colonnes: Mapping[str, Colonne]) -> str:
        """« Coût total (€) > 5 000 », for the list of rules and the tooltip."""
        if self.modele in PAR_CLE:
            modele = PAR_CLE[self.modele]
            if self.colonne == TOUTES or not modele.au_choix:
                return modele.libelle
            return f"{modele.libelle} : {_nom(self.colonne, colonnes)}"
        lue = None if self.condition is None else colonnes.get(self.condition.colonne)
        if self.condition is None or lue is None:
            return f"{_nom(self.colonne, colonnes)} : toutes les cases"
        ailleurs = "" if lue.cle == self.colonne else f"{_nom(self.colonne, colonnes)} où "
        return ailleurs + phrase(self.condition, lue)


def _nom(cle: str, colonnes: Mapping[str, Colonne]) -> str:
    return nom_de(colonnes[cle]) if cle in colonnes else "colonne absente"


class MisesEnForme:
    """The rules of the open file, by list: read once, read again when a notice touches them."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier
        self._lues: dict[str, tuple[Regle, ...]] = {}
        fichier.bus.abonner(self.sur_avis)

    def sur_avis(self, avis: Avis) -> None:
        if avis.touche("mise_en_forme"):
            self._lues.clear()

    def regles(self, liste: str) -> tuple[Regle, ...]:
        """In the order in which they are looked at: the first that gives a meaning wins."""
        if liste not in self._lues:
            lignes = self._fichier.lignes(_REGLES, {"liste": liste})
            self._lues[liste] = tuple(_regle(ligne) for ligne in lignes)
        return self._lues[liste]

    def ajouter(
        self,
        liste: str,
        colonne: str,
        style: str,
        *,
        condition: Condition | None = None,
        modele: str = "",
    ) -> str:
        """Add a rule after the others. Raises SaisieRefusee when there are too many."""
        regles = self.regles(liste)
        if len(regles) >= REGLES_MAXIMUM:
            raise SaisieRefusee(
                f"Il y a déjà {REGLES_MAXIMUM} mises en forme : supprimez-en une avant d’en ajouter."
            )
        with self._fichier.operation("Ajouter une mise en forme") as ecriture:
            return ecriture.inserer(
                MiseEnForme,
                liste=liste,
                colonne=colonne,
                style=str(Style.de(style)),
                condition=_en_dict(condition, modele),
                rang=max((regle.rang for regle in regles), default=-1) + 1,
            )

    def modifier(
        self, cle: str, *, colonne: str, style: str, condition: Condition | None = None
    ) -> None:
        """Change a rule of the user."""
        with self._fichier.operation("Modifier une mise en forme") as ecriture:
            ecriture.modifier(
                MiseEnForme,
                cle,
                colonne=colonne,
                style=str(Style.de(style)),
                condition=_en_dict(condition, ""),
            )

    def activer(self, cle: str, *, active: bool) -> None:
        """Switch a rule on or off, without losing it."""
        verbe = "Activer" if active else "Désactiver"
        with self._fichier.operation(f"{verbe} une mise en forme") as ecriture:
            ecriture.modifier(MiseEnForme, cle, active=active)

    def deplacer(self, liste: str, cle: str, sens: int) -> None:
        """Look at a rule earlier (-1) or later (1) than its neighbour."""
        cles = [regle.cle for regle in self.regles(liste)]
        place = cles.index(cle)
        voisine = min(max(place + sens, 0), len(cles) - 1)
        cles[place], cles[voisine] = cles[voisine], cles[place]
        with self._fichier.operation("Déplacer une mise en forme") as ecriture:
            for rang, autre in enumerate(cles):
                ecriture.modifier(MiseEnForme, autre, rang=rang)

    def supprimer(self, cle: str) -> None:
        with self._fichier.operation("Supprimer une mise en forme") as ecriture:
            ecriture.supprimer(MiseEnForme, cle)


_REGLES = (
    select(
        MiseEnForme.cle,
        MiseEnForme.colonne,
        MiseEnForme.style,
        MiseEnForme.condition,
        MiseEnForme.active,
        MiseEnForme.rang,
    )
    .where(MiseEnForme.liste == bindparam("liste"))
    .order_by(MiseEnForme.rang, MiseEnForme.cle)
)


def _en_dict(condition: Condition | None, modele: str) -> dict[str, Any]:
    if modele:
        return {MODELE: modele}
    return {} if condition is None else condition.en_dict()


def _regle(ligne: Any) -> Regle:
    """A stored rule; one that this version cannot read stays in the list, off."""
    condition, modele, lisible = _lire_condition(ligne.condition)
    connue = lisible and ligne.style in Style._value2member_map_
    return Regle(
        ligne.cle,
        ligne.colonne,
        ligne.style,
        condition,
        modele,
        active=ligne.active and connue,
        rang=ligne.rang,
    )


def _lire_condition(brut: Any) -> tuple[Condition | None, str, bool]:
    """(condition, key of the ready format, whether it can be read)."""
    if isinstance(brut, dict) and MODELE in brut:
        modele = str(brut[MODELE])
        return None, modele, modele in PAR_CLE
    try:
        return Condition.depuis_dict(brut) if brut else None, "", True
    except (KeyError, ValueError, TypeError, AttributeError):
        return None, "", False


def styles_de(colonne: Colonne) -> list[Style]:
    """The looks that a column can have: bars and thirds need numbers."""
    return [style for style in Style if style not in DE_CHIFFRES or colonne.type in CHIFFRES]
