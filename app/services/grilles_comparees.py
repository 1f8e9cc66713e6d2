"""Two versions of a grid, side by side: what changed, criterion by criterion, level by level. No Qt."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.models.enums import MethodeGrille, NatureGrille, ObjetGrille
from app.services.grilles_calcul import en_ordre
from app.services.grilles_fiche import FicheCritere, FicheGrille, FicheNiveau
from app.services.grilles_mots import (
    champs_en_mots,
    codes_en_mots,
    decimal_en_mots,
    moments_en_mots,
    portes_en_mots,
)

AJOUTE, RETIRE, CHANGE, DEPLACE = "Ajouté", "Retiré", "Changé", "Déplacé"
Textes = Mapping[str, str]  # what a part says, by the name of its heading


@dataclass(frozen=True, slots=True)
class Difference:
    """One heading of one part that is not the same. `partie`: « Grille », « Critère C1 »."""

    partie: str
    rubrique: str
    sorte: str
    avant: str
    apres: str

    @property
    def cle(self) -> str:
        return f"{self.partie}|{self.rubrique}"


def comparer(avant: FicheGrille, apres: FicheGrille) -> list[Difference]:
    """From one grid to another, in the order of the second; nothing where they are the same."""
    return [
        *_differences("Grille", _de_la_grille(avant), _de_la_grille(apres)),
        *_parties(
            "Critère",
            {c.identifiant: _du_critere(c) for c in avant.criteres},
            {c.identifiant: _du_critere(c) for c in apres.criteres},
        ),
        *_parties(
            "Niveau",
            {n.code: _du_niveau(n) for n in avant.niveaux},
            {n.code: _du_niveau(n) for n in apres.niveaux},
        ),
    ]


def _parties(sorte: str, avant: Mapping[str, Textes], apres: Mapping[str, Textes]) -> Iterator[Any]:
    for code, textes in apres.items():
        partie = f"{sorte} {code}"
        if code in avant:
            yield from _differences(partie, avant[code], textes)
        else:
            yield Difference(partie, "", AJOUTE, "", _tout(textes))
    for code in [code for code in avant if code not in apres]:
        yield Difference(f"{sorte} {code}", "", RETIRE, _tout(avant[code]), "")
    yield from _deplaces(sorte, list(avant), list(apres))


def _deplaces(sorte: str, avant: Sequence[str], apres: Sequence[str]) -> Iterator[Difference]:
    """Those kept whose order is another."""
    gardes_avant = [code for code in avant if code in apres]
    gardes_apres = [code for code in apres if code in avant]
    if gardes_avant != gardes_apres:
        ordre = f"Ordre des {'critères' if sorte == 'Critère' else 'niveaux'}"
        avant_, apres_ = ", ".join(gardes_avant), ", ".join(gardes_apres)
        yield Difference("Grille", ordre, DEPLACE, avant_, apres_)


def _differences(partie: str, avant: Textes, apres: Textes) -> Iterator[Difference]:
    for rubrique in dict.fromkeys([*avant, *apres]):
        un, autre = avant.get(rubrique, ""), apres.get(rubrique, "")
        if un != autre:
            sorte = AJOUTE if not un else RETIRE if not autre else CHANGE
            yield Difference(partie, rubrique, sorte, un, autre)


def _tout(textes: Textes) -> str:
    """« Diagnostic sexué – Poids : 3 »: the first heading is the name."""
    libelle, *reste = [(rubrique, texte) for rubrique, texte in textes.items() if texte]
    return " – ".join([libelle[1], *(f"{rubrique} : {texte}" for rubrique, texte in reste)])


def _de_la_grille(g: FicheGrille) -> Textes:
    return {
        "Nom": g.nom,
        "Objet": ObjetGrille.de(g.objet).libelle,
        "Nature": NatureGrille.de(g.nature).libelle,
        "Méthode": MethodeGrille.de(g.methode).libelle,
        "Sources": codes_en_mots(g.sources),
        "Usage": g.usage or "",
        "Remarque": g.note or "",
        "Moments": moments_en_mots(g.moments),
        "Notes des autres": "Masquées" if g.masquee else "Visibles",
    }


def _du_critere(c: FicheCritere) -> Textes:
    return {
        "Libellé": c.libelle,
        "Aide": c.aide or "",
        "Poids": decimal_en_mots(c.poids),
        **{f"Note {valeur}": mots for valeur, mots in en_ordre(c.niveaux).items()},
        "Non applicable": "Admis" if c.na_admis else "Pas admis",
        "Requis pour": codes_en_mots(c.requis_pour),
        "Rubriques utiles": champs_en_mots(c.champs),
        "Inspiré de": c.inspire_de or "",
    }


def _du_niveau(n: FicheNiveau) -> Textes:
    return {
        "Libellé": n.libelle,
        "Définition": n.definition or "",
        "Seuil": decimal_en_mots(n.seuil),
        "Portes": portes_en_mots(n.portes),
        "Part du budget (%)": decimal_en_mots(n.poids_budget),
        "Condition": n.condition or "",
    }
