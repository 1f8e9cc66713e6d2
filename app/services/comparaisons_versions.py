"""Two versions of a dossier side by side: field by field, and the budget by account (A-75)."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.models.base import depuis_centiemes
from app.models.enums import NatureAction, Recurrence, SensBudget
from app.models.montants import FINE, afficher_montant
from app.services.columns import afficher_booleen, afficher_date, nombre_brut
from app.services.documents import jour_de
from app.services.versions_lues import Contenu

PROJET, NOTE, LIEUX, BUDGET, FINANCEURS, ANNEES, ASSOCIES, PIECES = (
    "Action",
    "Note d'intention",
    "Lieux et thèmes",
    "Budget",
    "Financeurs sollicités",
    "Années suivantes",
    "Porteurs associés",
    "Pièces",
)
TITRES = {
    "titre": "Intitulé",
    "description": "Description",
    "porteur": "Porteur",
    "echelle": "Échelle",
    "nature": "Nature",
    "recurrence": "Nouveau ou reconduction",
    "public_total": "Public",
    "public_qpv": "Public en QPV",
    "public_femmes": "Femmes",
    "public_hommes": "Hommes",
    "public_ages": "Âges",
    "hors_qpv_motif": "Motif hors QPV",
    "date_debut": "Début",
    "date_fin": "Fin",
    "cpo_rang": "Année de CPO",
    "cpo_duree": "Durée de la CPO",
    "cout_total": "Coût déclaré",
}
TITRES_NOTE = {
    "ambition": "Ambition",
    "porteur_pressenti": "Porteur pressenti",
    "budget_envisage": "Budget envisagé",
    "cpo_demandee": "CPO demandée",
    "cpo_annees": "Années de la CPO",
}
TITRES_ANNEE = {
    "objectifs": "objectifs",
    "public": "public",
    "public_qpv": "public en QPV",
    "indicateurs": "indicateurs",
}
_CHIFFRES = re.compile(r"\d+")  # what accounts begin with, « 74etat » as well as « 641 »
_MONTANTS = {"cout_total", "budget_envisage"}
_MAL_FAIT = (AttributeError, KeyError, TypeError, ValueError, ArithmeticError)


@dataclass(frozen=True, slots=True)
class Ecart:
    """One field of two versions, in words. `ecart` in euros, for an amount that both or one give."""

    cle: str
    rubrique: str
    champ: str
    avant: str
    apres: str
    ecart: Decimal | None = None

    @property
    def change(self) -> bool:
        return self.avant != self.apres

    @property
    def ecart_dit(self) -> str:
        """« +1 500 € »; empty for what is no amount, or has not moved."""
        if not self.ecart:
            return ""
        signe = "+" if self.ecart > 0 else ""
        return f"{signe}{afficher_montant(self.ecart, euro=True)}"


def comparer(avant: Contenu, apres: Contenu) -> list[Ecart]:
    """Every field that one of the two says, in the order of the dossier."""
    try:
        return [e for e in _tout(avant, apres) if e.avant or e.apres]
    except _MAL_FAIT:  # by another program: no deposit of ours is made so
        return [Ecart("abimee", PROJET, "Version abîmée", "ne se lit plus", "")]


def changements(avant: Contenu, apres: Contenu) -> list[Ecart]:
    """What differs only."""
    return [e for e in comparer(avant, apres) if e.change]


def phrase_des_changements(ecarts: Sequence[Ecart]) -> str:
    """« 5 changements : 3 au projet, 2 au budget. »"""
    changes = [e for e in ecarts if e.change]
    if not changes:
        return "Rien n'a changé entre ces deux versions."
    par_rubrique: dict[str, int] = defaultdict(int)
    for ecart in changes:
        par_rubrique[ecart.rubrique] += 1
    details = ", ".join(f"{nom.lower()} {nombre}" for nom, nombre in par_rubrique.items())
    pluriel = "s" if len(changes) > 1 else ""
    return f"{len(changes)} changement{pluriel} ({details})."


def _tout(avant: Contenu, apres: Contenu) -> Iterator[Ecart]:
    yield from _champs(PROJET, "champs", TITRES, avant, apres)
    yield from _champs(NOTE, "note", TITRES_NOTE, avant, apres)
    yield from _lieux(avant, apres)
    yield from _montants(BUDGET, _comptes(avant), _comptes(apres))
    yield from _totaux(avant, apres)
    yield from _montants(FINANCEURS, _financeurs(avant), _financeurs(apres))
    yield from _annees(avant, apres)
    yield from _textes(ASSOCIES, _associes(avant), _associes(apres))
    yield from _textes(PIECES, _pieces(avant), _pieces(apres))


# Fields -------------------------------------------------------------------------------------------


def _champs(
    rubrique: str, groupe: str, titres: Mapping[str, str], avant: Contenu, apres: Contenu
) -> Iterator[Ecart]:
    anciens, nouveaux = avant.get(groupe) or {}, apres.get(groupe) or {}
    for nom, titre in titres.items():
        valeurs = anciens.get(nom), nouveaux.get(nom)
        ecart = _difference(*valeurs) if nom in _MONTANTS else None
        textes = [_dire(nom, valeur) for valeur in valeurs]
        yield Ecart(f"{groupe}.{nom}", rubrique, titre, textes[0], textes[1], ecart)


def _dire(nom: str, valeur: Any) -> str:
    """A field in words."""
    if valeur is None or valeur in ([], {}, ""):
        return ""
    if nom in _MONTANTS:
        return euros(valeur)
    if nom.startswith("date_"):
        jour = jour_de(valeur)
        return str(valeur) if jour is None else afficher_date(jour)
    return _dire_simple(nom, valeur)


def _dire_simple(nom: str, valeur: Any) -> str:
    if nom == "nature":
        return NatureAction.libelle_de(valeur)
    if nom == "recurrence":
        return Recurrence.libelle_de(valeur)
    if isinstance(valeur, bool):
        return afficher_booleen(valeur)
    if isinstance(valeur, int):
        return f"{valeur:,}".replace(",", FINE)
    if isinstance(valeur, Mapping):
        return ", ".join(f"{tranche} {nombre}" for tranche, nombre in valeur.items())
    return ", ".join(map(str, valeur)) if isinstance(valeur, list) else str(valeur)


def _lieux(avant: Contenu, apres: Contenu) -> Iterator[Ecart]:
    for groupe, titre in (
        ("quartiers", "Quartiers"),
        ("communes", "Communes"),
        ("classements", "Thèmes"),
    ):
        textes = [", ".join(map(_lieu, contenu.get(groupe) or ())) for contenu in (avant, apres)]
        yield Ecart(groupe, LIEUX, titre, textes[0], textes[1])


def _lieu(lieu: Any) -> str:
    if isinstance(lieu, str):
        return lieu
    part = lieu.get("part")
    return lieu["nom"] if part is None else f"{lieu['nom']} ({pourcent(part)})"


# Amounts ------------------------------------------------------------------------------------------


Montants = Mapping[str, tuple[str, int | None]]  # key -> (what it is called, cents)


def _montants(rubrique: str, avant: Montants, apres: Montants) -> Iterator[Ecart]:
    for cle in dict.fromkeys((*avant, *apres)):
        nom = (apres.get(cle) or avant[cle])[0]
        ancien, nouveau = (groupe[cle][1] if cle in groupe else None for groupe in (avant, apres))
        yield Ecart(
            f"{rubrique}.{cle}",
            rubrique,
            nom,
            _montant(avant, cle),
            _montant(apres, cle),
            _difference(ancien, nouveau),
        )


def _montant(groupe: Montants, cle: str) -> str:
    """« – » for a line that is there without an amount; empty for none."""
    if cle not in groupe:
        return ""
    cents = groupe[cle][1]
    return "non chiffré" if cents is None else euros(cents)


def _comptes(contenu: Contenu) -> Montants:
    """The budget, one amount for each account: charges, then produits, in the order of the accounts."""
    return _par_compte(contenu.get("budget") or ())


def _par_compte(lignes: Iterable[Mapping[str, Any]]) -> Montants:
    sommes: dict[str, tuple[str, int | None]] = {}
    for ligne in sorted(lignes, key=lambda b: (b["sens"], b["compte"])):
        cle = f"{ligne['sens']}.{ligne['compte']}"
        sens = "Charge" if ligne["sens"] == SensBudget.CHARGE else "Produit"
        numero = _CHIFFRES.match(ligne["compte"])
        tete = f"{sens} {numero.group()}" if numero else sens
        nom, avant = sommes.get(cle, (_intitule(tete, ligne.get("libelle")), None))
        if cle in sommes and avant is not None:
            nom = tete if numero else nom  # several lines: none of their labels is right
        montant = ligne["montant"]
        sommes[cle] = nom, montant if avant is None else avant + (montant or 0)
    return sommes


def _intitule(tete: str, libelle: str | None) -> str:
    return f"{tete} – {libelle}" if libelle else tete


def _totaux(avant: Contenu, apres: Contenu) -> Iterator[Ecart]:
    for sens, titre, valorise in (
        (SensBudget.CHARGE, "Total des charges", "86"),
        (SensBudget.PRODUIT, "Total des produits", "87"),
    ):
        totaux = [
            {"total": (titre, _total(contenu.get("budget") or (), sens, valorise))}
            for contenu in (avant, apres)
        ]
        for ecart in _montants(BUDGET, *totaux):
            if any(cents["total"][1] is not None for cents in totaux):
                dits = _vides(ecart)
                yield Ecart(f"{BUDGET}.{sens}", BUDGET, titre, dits[0], dits[1], ecart.ecart)


def _vides(ecart: Ecart) -> list[str]:
    """A version without any budget says nothing of its total."""
    return ["" if t == "non chiffré" else t for t in (ecart.avant, ecart.apres)]


def _total(lignes: Iterable[Mapping[str, Any]], sens: str, valorise: str) -> int | None:
    """Without the contributions in kind, as the balance of the budget counts it."""
    connus = [
        b["montant"]
        for b in lignes
        if b["sens"] == sens and b["montant"] is not None and not b["compte"].startswith(valorise)
    ]
    return sum(connus) if connus else None


def _financeurs(contenu: Contenu) -> Montants:
    sommes: dict[str, tuple[str, int | None]] = {}
    for ligne in contenu.get("cofinancements") or ():
        nom = f"{ligne['nom']} – {ligne['ligne']}" if ligne.get("ligne") else ligne["nom"]
        cle = f"{nom}.{ligne.get('annee')}"
        avant = sommes[cle][1] if cle in sommes else None
        demande = ligne["demande"]
        sommes[cle] = nom, demande if avant is None else avant + (demande or 0)
    return sommes


def _annees(avant: Contenu, apres: Contenu) -> Iterator[Ecart]:
    annees = sorted({a["annee"] for contenu in (avant, apres) for a in _dites(contenu)})
    for annee in annees:
        textes: list[Contenu] = [
            next((a for a in contenu.get("annees") or () if a["annee"] == annee), {})
            for contenu in (avant, apres)
        ]
        for nom, titre in TITRES_ANNEE.items():
            dits = [_dire(nom, texte.get(nom)) for texte in textes]
            yield Ecart(f"{annee}.{nom}", ANNEES, f"{annee}, {titre}", dits[0], dits[1])
        comptes = [
            _par_compte(b for b in contenu.get("budget_annees") or () if b["annee"] == annee)
            for contenu in (avant, apres)
        ]
        for ecart in _montants(ANNEES, *comptes):
            champ = f"{annee}, {ecart.champ[0].lower()}{ecart.champ[1:]}"
            yield Ecart(
                f"{annee}.{ecart.cle}", ANNEES, champ, ecart.avant, ecart.apres, ecart.ecart
            )


def _dites(contenu: Contenu) -> list[Mapping[str, Any]]:
    return [*(contenu.get("annees") or ()), *(contenu.get("budget_annees") or ())]


# Lists of names -----------------------------------------------------------------------------------


def _textes(rubrique: str, avant: Mapping[str, str], apres: Mapping[str, str]) -> Iterator[Ecart]:
    for nom in dict.fromkeys((*avant, *apres)):
        yield Ecart(f"{rubrique}.{nom}", rubrique, nom, avant.get(nom, ""), apres.get(nom, ""))


def _associes(contenu: Contenu) -> dict[str, str]:
    return {
        associe["nom"]: ", ".join(
            filter(
                None,
                (
                    associe.get("role") or "",
                    "" if associe.get("part") is None else pourcent(associe["part"]),
                    "" if associe.get("montant") is None else euros(associe["montant"]),
                ),
            )
        )
        or "associé"
        for associe in contenu.get("associes") or ()
    }


def _pieces(contenu: Contenu) -> dict[str, str]:
    """A pièce replaced by another one of the same name is another pièce."""
    return {
        piece["intitule"]: f"jointe ({piece['empreinte'][:6]})"
        for piece in contenu.get("pieces") or ()
    }


def _difference(avant: int | None, apres: int | None) -> Decimal | None:
    if avant is None and apres is None:
        return None
    return depuis_centiemes((apres or 0) - (avant or 0))


def euros(cents: int) -> str:
    return afficher_montant(depuis_centiemes(cents), euro=True)


def pourcent(centiemes: int) -> str:
    return f"{nombre_brut(depuis_centiemes(centiemes))} %"
