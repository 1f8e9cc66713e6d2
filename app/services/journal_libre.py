"""What the journal says of columns of the user: which row, which column, which value, in their words."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.models.enums import Geste
from app.models.journal import Trace
from app.models.tableau import ColonneLibre, ValeurLibre
from app.services.actions import Actions, par_lots
from app.services.cofinancements import Cofinancements, lire_financeurs
from app.services.colonnes_composees import PREFIXE
from app.services.columns_actions import colonnes_actions
from app.services.columns_listes import colonnes_enveloppes, colonnes_porteurs
from app.services.enveloppes import Enveloppes
from app.services.fichier import Fichier, Lire
from app.services.formules import Repertoire, en_titres
from app.services.organismes import Organismes
from app.services.valeurs_libres import en_clair

Valeurs = Mapping[str, Any]
ENTITE = "valeur_libre"
RATTACHEES = (ENTITE, "commentaire", "couleur_ligne")  # they hang on rows of several tables
TABLES = ("organisme", "enveloppe")  # besides actions
SANS_TITRE = "colonne ajoutée"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: its row by key, the title and the kind of its column."""

    ligne: str
    titre: str
    nature: str

    def en_clair(self, etat: Valeurs) -> str:
        """The value of a state of the row, empty when there is none."""
        garde = etat.get("valeur")
        return en_clair(self.nature, garde) if garde else ""


def places(lire: Lire, traces: Iterable[tuple[str, Valeurs]]) -> dict[str, Place]:
    """Key of each value -> where it stands, from what its traces say, the file, or older traces."""
    connues = dict(traces)
    etats = {cle: v for cle, v in connues.items() if "colonne" in v and "ligne" in v}
    for lot in par_lots(sorted(connues.keys() - etats.keys())):
        requete = select(ValeurLibre.cle, ValeurLibre.colonne, ValeurLibre.ligne)
        for cle, colonne, ligne in lire(requete.where(ValeurLibre.cle.in_(lot))):
            etats[cle] = {"colonne": colonne, "ligne": ligne}
    etats |= _supprimees(lire, ENTITE, connues.keys() - etats.keys())
    colonnes = _colonnes(lire, {etat["colonne"] for etat in etats.values()})
    return {
        cle: Place(etat["ligne"], *colonnes.get(etat["colonne"], (SANS_TITRE, "")))
        for cle, etat in etats.items()
    }


def _colonnes(lire: Lire, cles: set[str]) -> dict[str, tuple[str, str]]:
    """Title and kind of columns, deleted ones too."""
    requete = select(ColonneLibre.cle, ColonneLibre.titre, ColonneLibre.nature)
    lues = {
        cle: (titre, nature)
        for lot in par_lots(sorted(cles))
        for cle, titre, nature in lire(requete.where(ColonneLibre.cle.in_(lot)))
    }
    anciennes = _supprimees(lire, "colonne_libre", cles - lues.keys())
    return lues | {cle: (etat["titre"], etat["nature"]) for cle, etat in anciennes.items()}


def _supprimees(lire: Lire, entite: str, cles: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What rows were when they were deleted."""
    requete = select(Trace.ligne, Trace.avant).where(
        Trace.entite == entite, Trace.geste == str(Geste.SUPPRESSION)
    )
    return {
        cle: json.loads(avant)
        for lot in par_lots(sorted(cles))
        for cle, avant in lire(requete.where(Trace.ligne.in_(lot)))
        if avant
    }


def titrer_formules(fichier: Fichier, etats: Iterable[dict[str, Any]]) -> None:
    """Write the formulas of these states with the titles of their columns, in place."""
    a_titrer = [etat for etat in etats if etat.get("formule")]
    if a_titrer:
        repertoire = _tous_les_noms(fichier)
        for etat in a_titrer:
            etat["formule"] = en_titres(etat["formule"], repertoire)


def _tous_les_noms(fichier: Fichier) -> Repertoire:
    """Every column that a formula may name, whatever the list: by key, the first one counts."""
    financeurs = lire_financeurs(fichier.lignes, None)
    propres = [
        *colonnes_actions(financeurs, Actions(fichier), Cofinancements(fichier)),
        *colonnes_porteurs(Organismes(fichier)),
        *colonnes_enveloppes(Enveloppes(fichier)),
    ]
    libres = fichier.lignes(select(ColonneLibre.cle, ColonneLibre.titre))
    noms = {c.cle: (c.groupe, c.titre) for c in reversed(propres)}
    noms |= {PREFIXE + cle: ("", titre) for cle, titre in libres}
    return Repertoire([(cle, *nom) for cle, nom in noms.items()])
