"""The layers of a rule and the value in force: which layer says it, and what it overrides.

From the one that wins to the one that gives way: the appel (surcharge), the team (surcharge for all
the appels), the contract, its contrat-cadre, what the Région prints, the département's circular, the
national texts shipped with the program. A layer that says nothing lets the next one speak; nothing is
ever defaulted.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import bindparam, select

from app.models.base import Requete
from app.models.contrat import Regle
from app.models.enums import Enumeration, NiveauConstat
from app.models.regles import SurchargeRegle
from app.services.fichier import Lire
from app.services.regles_nationales import RegleNationale, nationales
from app.services.rubriques_saisie import afficher_valeur


class Couche(Enumeration):
    """Who says a value, the first that speaks wins."""

    APPEL = "appel", "Appel"
    EQUIPE = "equipe", "Équipe"
    CONTRAT = "contrat", "Contrat"
    CONTRAT_CADRE = "contrat-cadre", "Contrat-cadre"
    REGION = "region", "Région"
    DEPARTEMENT = "departement", "Département"
    NATIONAL = "national", "National"


_EXACT = re.compile(r"-?\d+\.\d+")  # how a number that is not whole is kept
RANGS = {str(couche): rang for rang, couche in enumerate(Couche)}
SURCHARGES = (str(Couche.APPEL), str(Couche.EQUIPE))
DE_PORTEE = (str(Couche.REGION), str(Couche.NATIONAL))  # what a contract only reproduces


@dataclass(frozen=True, slots=True)
class ValeurRegle:
    """A value in force, its layer and where it is printed. `valeur` None: no layer says it.

    `couche` is a Couche. `remplacees`: what the layers below say, the nearest first.
    """

    valeur: Any
    niveau: str | None = None
    origine: str | None = None
    source: str = ""
    couche: str | None = None
    remplacees: "tuple[ValeurRegle, ...]" = ()

    @property
    def texte(self) -> str:
        return afficher_valeur(self.valeur)


@dataclass(frozen=True, slots=True)
class CoucheRegle:
    """What one layer says of a rule. `cle`: its row; None for what the program ships.

    `active` None: a surcharge that leaves it as printed. `motif`, `auteur`, `moment`: of a surcharge.
    """

    code: str
    couche: str
    parametres: Mapping[str, Any]
    niveau: str | None
    active: bool | None
    source: str
    enonce: str = ""
    theme: str = ""
    portee: str | None = None
    financeur: str | None = None
    origine: str | None = None
    cle: str | None = None
    appel: str | None = None
    motif: str = ""
    auteur: str = ""
    moment: str = ""

    @property
    def est_surcharge(self) -> bool:
        return self.couche in SURCHARGES


@dataclass(frozen=True, slots=True)
class RegleEnVigueur:
    """A rule as it stands for an appel (None: for the whole year), all its layers told.

    `niveau` None: nobody gave one, so the rule makes no constat.
    """

    code: str
    enonce: str
    theme: str
    portee: str | None
    financeur: str | None
    niveau: NiveauConstat | None
    active: bool
    couche: str
    source: str
    valeurs: Mapping[str, ValeurRegle] = field(default_factory=dict)
    couches: tuple[CoucheRegle, ...] = ()
    appel: str | None = None

    def valeur(self, parametre: str) -> Any:
        """The value in force; None: nobody says it, and the check that needs it stays off."""
        detail = self.valeurs.get(parametre)
        valeur = None if detail is None else detail.valeur
        if isinstance(valeur, float) or (isinstance(valeur, str) and _EXACT.fullmatch(valeur)):
            return Decimal(str(valeur))  # as a person typed it, to its last decimal
        return valeur

    def nombre(self, parametre: str) -> Decimal | None:
        """A value in force that is a number (« 2.5 » is kept as text, exact); else None."""
        valeur = self.valeur(parametre)
        if valeur is None or isinstance(valeur, bool):
            return None
        try:
            return Decimal(str(valeur))
        except InvalidOperation:
            return None

    def detail(self, parametre: str) -> ValeurRegle:
        """The same with its layer, its source and what it overrides."""
        return self.valeurs.get(parametre) or ValeurRegle(None)

    @property
    def controle(self) -> bool:
        """True when the rule may make constats."""
        return self.active and self.niveau is not None


# What is in force ---------------------------------------------------------------------------------


def en_vigueur(couches: Sequence[CoucheRegle], appel: str | None = None) -> RegleEnVigueur | None:
    """The rule that these layers make for an appel; None when no text holds it."""
    retenues = sorted(
        (c for c in couches if c.appel is None or c.appel == appel), key=lambda c: RANGS[c.couche]
    )
    imprimees = [c for c in retenues if not c.est_surcharge]
    if not imprimees:
        return None
    force = next((c.active for c in retenues if c.est_surcharge and c.active is not None), None)
    parlent = [c for c in retenues if c.est_surcharge or c.active or force]
    active = force if force is not None else len(parlent) > len(retenues) - len(imprimees)
    valeurs = _valeurs(parlent if active else [])
    texte = next((c for c in imprimees if c in parlent), imprimees[0])
    niveau = next((c.niveau for c in parlent if c.niveau is not None), None)
    return RegleEnVigueur(
        code=texte.code,
        enonce=texte.enonce,
        theme=texte.theme,
        portee=texte.portee,
        financeur=next((c.financeur for c in imprimees if c.financeur), None),
        niveau=None if niveau is None else NiveauConstat.de(niveau),
        active=active,
        couche=retenues[0].couche,
        source=_sources(valeurs, parlent or imprimees),
        valeurs=valeurs,
        couches=tuple(retenues),
        appel=appel,
    )


def _valeurs(parlent: Sequence[CoucheRegle]) -> dict[str, ValeurRegle]:
    """parameter -> what the first layer that has it says, over what the others say."""
    dites: dict[str, list[ValeurRegle]] = {}
    impose = next((c.niveau for c in parlent if c.est_surcharge and c.niveau), None)
    for couche in parlent:
        for nom, valeur in couche.parametres.items():
            if valeur is not None:
                dite = ValeurRegle(
                    valeur, impose or couche.niveau, couche.origine, couche.source, couche.couche
                )
                dites.setdefault(nom, []).append(dite)
    return {
        nom: ValeurRegle(
            d[0].valeur, d[0].niveau, d[0].origine, d[0].source, d[0].couche, tuple(d[1:])
        )
        for nom, d in dites.items()
    }


def _sources(valeurs: Mapping[str, ValeurRegle], parlent: Sequence[CoucheRegle]) -> str:
    """Where the values in force are printed, each once; else where the rule is."""
    citees = [v.source for v in valeurs.values()]
    if not any(citees):
        citees = [c.source for c in parlent if c.niveau is not None and not c.est_surcharge][:1]
    return "\u00a0; ".join(dict.fromkeys(s for s in citees if s))


# Reading ------------------------------------------------------------------------------------------

_REGLES = select(
    Regle.cle,
    Regle.identifiant,
    Regle.theme,
    Regle.niveau,
    Regle.portee,
    Regle.enonce,
    Regle.parametres,
    Regle.financeur,
    Regle.origine,
    Regle.active,
    Regle.source_document,
    Regle.source_ligne,
).order_by(Regle.rang, Regle.cle)
_SURCHARGES = select(
    SurchargeRegle.cle,
    SurchargeRegle.regle,
    SurchargeRegle.appel,
    SurchargeRegle.parametres,
    SurchargeRegle.niveau,
    SurchargeRegle.active,
    SurchargeRegle.motif,
    SurchargeRegle.auteur,
    SurchargeRegle.moment,
).order_by(SurchargeRegle.moment.desc(), SurchargeRegle.cle.desc())
_LA_REGLE = _REGLES.where(Regle.identifiant == bindparam("code"))
_SES_SURCHARGES = _SURCHARGES.where(SurchargeRegle.regle == bindparam("code"))


def couches_de(lire: Lire, code: str) -> list[CoucheRegle]:
    """The layers of one rule."""
    return _couches(lire, _LA_REGLE, _SES_SURCHARGES, {"code": code}, nationales().get(code))


def _couches(
    lire: Lire,
    imprimees: Requete,
    surcharges: Requete,
    parametres: Mapping[str, Any],
    *livrees: RegleNationale | None,
) -> list[CoucheRegle]:
    lues = [_imprimee(ligne) for ligne in lire(imprimees, parametres)]
    lues += [_livree(regle) for regle in livrees if regle is not None]
    return [_surcharge(ligne) for ligne in lire(surcharges, parametres)] + lues


def _imprimee(ligne: Any) -> CoucheRegle:
    return CoucheRegle(
        code=ligne.identifiant,
        couche=ligne.portee if ligne.portee in DE_PORTEE else ligne.origine,
        parametres=ligne.parametres,
        niveau=ligne.niveau,
        active=bool(ligne.active),
        source=source_de(ligne.source_document, ligne.source_ligne),
        enonce=ligne.enonce,
        theme=ligne.theme,
        portee=ligne.portee,
        financeur=ligne.financeur,
        origine=ligne.origine,
        cle=ligne.cle,
    )


def _livree(regle: RegleNationale) -> CoucheRegle:
    return CoucheRegle(
        code=regle.code,
        couche=str(Couche.NATIONAL),
        parametres=regle.parametres,
        niveau=regle.niveau,
        active=True,
        source=regle.source,
        enonce=regle.enonce,
        theme=regle.theme,
        portee="national",
        origine="national",
    )


def _surcharge(ligne: Any) -> CoucheRegle:
    couche = Couche.EQUIPE if ligne.appel is None else Couche.APPEL
    return CoucheRegle(
        code=ligne.regle,
        couche=str(couche),
        parametres=ligne.parametres,
        niveau=ligne.niveau,
        active=ligne.active,
        source=f"Choix de l'équipe\u00a0: {ligne.motif.rstrip(' .')}",
        origine=str(couche),
        cle=ligne.cle,
        appel=ligne.appel,
        motif=ligne.motif,
        auteur=ligne.auteur,
        moment=ligne.moment,
    )


def source_de(document: str | None, ligne: int | None) -> str:
    """« Contrat…, l. 922 », or nothing for what the team typed itself."""
    if document is None:
        return ""
    return document if ligne is None else f"{document}, l. {ligne}"


class Regles:
    """Every rule of the file and of the program, read once."""

    def __init__(self, lire: Lire) -> None:
        self._couches: dict[str, list[CoucheRegle]] = {}
        for couche in _couches(lire, _REGLES, _SURCHARGES, {}, *nationales().values()):
            self._couches.setdefault(couche.code, []).append(couche)
        self._en_vigueur: dict[tuple[str, str | None], RegleEnVigueur | None] = {}

    def codes(self) -> Iterable[str]:
        return self._couches.keys()

    def de(self, code: str, appel: str | None = None) -> RegleEnVigueur | None:
        """The rule in force for an appel; None when no text of this file holds it."""
        if (code, appel) not in self._en_vigueur:
            couches = self._couches.get(code, ())
            self._en_vigueur[code, appel] = en_vigueur(couches, appel)
        return self._en_vigueur[code, appel]
