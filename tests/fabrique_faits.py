"""Facts and rules for the tests of the checks: one small thing each, no file."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from app.models.enums import CibleConstat, NiveauConstat
from app.services.constats_controles import CONTROLES
from app.services.constats_faits import (
    Faits,
    FaitsAction,
    FaitsAnnee,
    FaitsAppel,
    FaitsEnveloppe,
    FaitsFinanceur,
    FaitsLigneCredit,
    FaitsMontant,
    FaitsOrganisme,
    FaitsPorteur,
    FaitsQuartier,
    FaitsSeance,
)
from app.services.regles_couches import RegleEnVigueur, ValeurRegle
from app.services.regles_nationales import nationales

JOUR = date(2026, 3, 10)
ETAT = FaitsFinanceur("f-etat", "etat", "État", "etat")
EPCI = FaitsFinanceur("f-epci", "epci", "Agglo", "epci")
COMMUNE = FaitsFinanceur("f-commune", "commune", "Ville", "commune")
REGION = FaitsFinanceur("f-region", "region", "Région", "region")
QPV = FaitsQuartier("q-1", "QN09999X", "Les Tisserands", "QPV", None, ("c-1",), None)
HORS_QPV = FaitsQuartier("q-2", None, "Le Bourg", "zone_vulnerable", None, ("c-1",), None)


def organisme(**champs: Any) -> FaitsOrganisme:
    defauts = {
        "cle": "o-1",
        "nom": "Les Ateliers du canal",
        "nature": "association",
        "siret": None,
        "rna": None,
        "effectif": None,
        "budget": None,
    }
    return FaitsOrganisme(**{**defauts, **champs})


def ligne(nature_credit: str = "specifique", **champs: Any) -> FaitsLigneCredit:
    defauts = {"identifiant": "p147", "nom": "BOP 147", "dispositif": None, "nature_depense": None}
    return FaitsLigneCredit(**{**defauts, "nature_credit": nature_credit, **champs})


def montant(financeur: FaitsFinanceur = ETAT, **champs: Any) -> FaitsMontant:
    """Amounts are given as numbers: `montant(ETAT, accorde=5000)`."""
    defauts: dict[str, Any] = dict.fromkeys(
        ("ligne", "commune", "nature_credit", "demande", "propose", "accorde", "vote", "notifie")
    )
    defauts |= {"cle": "m-1", "verse": None, "annee": 2026, "statut": "demande", "securise": False}
    return FaitsMontant(financeur=financeur, **{**defauts, **_en_decimal(champs)})


def action(*montants: FaitsMontant, **champs: Any) -> FaitsAction:
    """An action of 2026 of which nothing is known but what is given; totals follow its amounts."""
    defauts: dict[str, Any] = dict.fromkeys(
        (
            "recurrence", "precedente", "appel", "appel_nature", "echelle", "echelle_lue",
            "cpo_rang", "cpo_duree", "public_total", "public_qpv", "public_femmes",
            "public_hommes", "hors_qpv_motif", "description", "avis", "cout", "date_depot",
            "date_debut", "date_fin",
        )
    )  # fmt: skip
    defauts |= {
        "cle": "a-1",
        "annee": 2026,
        "jour": JOUR,
        "numero": "2026-001",
        "titre": "Ateliers du mercredi",
        "statut": "deposee",
        "nature": "action",
        "lignee": "a-1",
        "porteur": organisme(),
        "montants": montants,
    }
    for etape in ("demande", "propose", "accorde"):
        connus = [m for m in (getattr(montant, etape) for montant in montants) if m is not None]
        defauts[etape] = sum(connus, Decimal(0)) if connus else None
    return FaitsAction(**{**defauts, **_en_decimal(champs)})


def porteur(*actions: FaitsAction, **champs: Any) -> FaitsPorteur:
    return FaitsPorteur(
        **{
            "organisme": organisme(),
            "annee": 2026,
            "jour": JOUR,
            "actions": actions,
            **champs,
        }
    )


def appel(*actions: FaitsAction, **champs: Any) -> FaitsAppel:
    defauts: dict[str, Any] = dict.fromkeys(
        ("date_ouverture", "date_cloture", "noeud", "instructeurs", "cadrage")
    )
    defauts |= {
        "cle": "ap-1",
        "annee": 2026,
        "jour": JOUR,
        "nom": "Appel à projets 2026",
        "nature": "aap",
        "leger": False,
        "pluriannuel": False,
        "dotations": (),
        "etapes": (),
        "actions": actions,
    }
    return FaitsAppel(**{**defauts, **champs})


def seance(**champs: Any) -> FaitsSeance:
    defauts: dict[str, Any] = {
        "cle": "s-1",
        "annee": 2026,
        "jour": JOUR,
        "titre": "Comité des financeurs",
        "date": "2026-03-20",
        "etat": "preparation",
        "instance": None,
        "points": (),
    }
    return FaitsSeance(**{**defauts, **champs})


def enveloppe(financeur: FaitsFinanceur = ETAT, **champs: Any) -> FaitsEnveloppe:
    defauts: dict[str, Any] = dict.fromkeys(("ligne", "commune", "montant", "reserve", "engage"))
    return FaitsEnveloppe(
        financeur=financeur, **{**defauts, "notifie": True, **_en_decimal(champs)}
    )


def annee(*actions: FaitsAction, **champs: Any) -> FaitsAnnee:
    defauts: dict[str, Any] = dict.fromkeys(
        ("financeurs", "enveloppes", "appels", "seances", "reunions"), ()
    )
    defauts |= {"annee": 2026, "jour": JOUR, "contrat": None, "actions": actions}
    return FaitsAnnee(**{**defauts, **champs})


def _en_decimal(champs: Mapping[str, Any]) -> dict[str, Any]:
    montants = {
        "demande", "propose", "accorde", "vote", "notifie", "verse", "cout", "montant", "reserve",
        "engage",
    }  # fmt: skip
    return {
        nom: Decimal(v) if nom in montants and isinstance(v, int) and v is not True else v
        for nom, v in champs.items()
    }


def regle(code: str, niveau: str | None = "alerte", **valeurs: Any) -> RegleEnVigueur:
    """A rule in force with these values; those of a national rule are the ones shipped."""
    livree = nationales().get(code)
    dites = {**(livree.parametres if livree else {}), **valeurs}
    return RegleEnVigueur(
        code=code,
        enonce="",
        theme="essai",
        portee=None,
        financeur=None,
        niveau=None if niveau is None else NiveauConstat.de(niveau),
        active=True,
        couche="contrat",
        source="Contrat, l. 1",
        valeurs={nom: ValeurRegle(v, niveau) for nom, v in dites.items() if v is not None},
    )


def phrases(code: str, faits: Faits, **valeurs: Any) -> list[str]:
    """What the checks registered for a rule say of these facts."""
    cible = CIBLES[type(faits)]
    return [
        phrase
        for controle in CONTROLES
        if code in controle.codes and controle.cible == cible
        for phrase in controle.fonction(faits, regle(code, **valeurs))
    ]


CIBLES: dict[type[Any], CibleConstat] = {
    FaitsAction: CibleConstat.ACTION,
    FaitsPorteur: CibleConstat.PORTEUR,
    FaitsAppel: CibleConstat.APPEL,
    FaitsSeance: CibleConstat.SEANCE,
    FaitsAnnee: CibleConstat.ANNEE,
}
