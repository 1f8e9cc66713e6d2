"""What the team changes of a rule, for an appel or for all of them: never without a reason."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.models.enums import NiveauConstat
from app.models.regles import SurchargeRegle
from app.services.constats_composees import SANS_SOURCE
from app.services.constats_registre import codes_controles
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.regles_composees import LigneComposee, ReglesComposees
from app.services.regles_couches import (
    Couche,
    CoucheRegle,
    RegleEnVigueur,
    Regles,
    ValeurRegle,
    couches_de,
    en_vigueur,
)
from app.services.rubriques_saisie import afficher_parametre, libelle_parametre, lire_parametre
from app.services.textes_saisis import texte_de_case
from app.services.transaction import Ecriture, maintenant


@dataclass(frozen=True, slots=True)
class LigneValeur:
    """A value of a rule as the editor shows it: what is in force, from where, over what.

    `remplacees`: (layer, text, source) of what gives way. `dite` False: no layer says it.
    """

    parametre: str
    libelle: str
    texte: str
    couche: str
    source: str
    dite: bool
    changee: bool
    remplacees: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class LigneRegle:
    """A rule of the file as the editor lists it. `controlee`: a check answers for it.

    `couche`: label of the first layer. `changee`: the team changed something of it, `motif` says why.
    """

    code: str
    theme: str
    enonce: str
    portee: str
    niveau: NiveauConstat | None
    niveau_imprime: NiveauConstat | None
    active: bool
    controlee: bool
    couche: str
    source: str
    valeurs: tuple[LigneValeur, ...]
    changee: bool
    motif: str
    auteur: str
    moment: str

    @property
    def cle(self) -> str:
        return self.code


class Surcharges:
    """Reads the rules in force with their layers; changes them for the team, with a reason."""

    def __init__(self, fichier: Fichier, *, horloge: Callable[[], datetime] = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge

    # Reading ------------------------------------------------------------------------------------

    def regles(self, appel: str | None = None) -> list[LigneRegle]:
        """Every rule that a text of the file or of the program holds, as it stands for an appel."""
        with self._fichier.instant() as lire:
            regles = Regles(lire)
        controles = codes_controles()
        lues = (regles.de(code, appel) for code in regles.codes())
        return [_ligne(r, controlee=r.code in controles) for r in lues if r is not None]

    def regle(self, code: str, appel: str | None = None) -> LigneRegle:
        """One rule, composed by the team or printed. Raises SaisieRefusee when it is no more."""
        for composee in ReglesComposees(self._fichier).lignes():
            if composee.identifiant == code:
                return _ligne_composee(composee)
        regle = self._exiger(code, appel)
        return _ligne(regle, controlee=code in codes_controles())

    def _exiger(self, code: str, appel: str | None) -> RegleEnVigueur:
        with self._fichier.instant() as lire:
            regle = en_vigueur(couches_de(lire, code), appel)
        if regle is None:
            raise SaisieRefusee("Cette règle n'existe plus\u00a0: actualisez la liste.")
        return regle

    # Writing ------------------------------------------------------------------------------------

    def changer_valeur(
        self, code: str, parametre: str, texte: str, *, motif: str, appel: str | None = None
    ) -> None:
        """Set a value as it is typed; emptied, the printed one is in force again."""
        regle = self._exiger(code, appel)
        connues = {nom for couche in regle.couches for nom in couche.parametres}
        if parametre not in connues:
            raise SaisieRefusee(
                "Cette valeur n'est pas de cette règle\u00a0: choisissez-en une autre."
            )
        valeur = lire_parametre(texte, _modele(regle, parametre))
        with self._operation(code, libelle_parametre(parametre), appel) as ecriture:
            surcharge = self._surcharge(ecriture, code, appel)
            parametres = {**surcharge["parametres"], parametre: valeur}
            dites = {nom: v for nom, v in parametres.items() if v is not None}
            self._poser(ecriture, {**surcharge, "parametres": dites}, motif)

    def changer_niveau(
        self, code: str, niveau: NiveauConstat | None, *, motif: str, appel: str | None = None
    ) -> None:
        """None: the level that the texts print, if any."""
        self._exiger(code, appel)
        with self._operation(code, "niveau", appel) as ecriture:
            surcharge = self._surcharge(ecriture, code, appel)
            dit = None if niveau is None else str(niveau)
            self._poser(ecriture, {**surcharge, "niveau": dit}, motif)

    def activer(
        self, code: str, active: bool | None, *, motif: str, appel: str | None = None
    ) -> None:
        """Turn a rule on or off; None: as printed."""
        self._exiger(code, appel)
        with self._operation(code, "en service ou non", appel) as ecriture:
            surcharge = self._surcharge(ecriture, code, appel)
            self._poser(ecriture, {**surcharge, "active": active}, motif)

    def retirer(self, code: str, appel: str | None = None) -> None:
        """Come back to what the texts print, for this appel or for all."""
        with self._fichier.operation(f"Rétablir la règle {code} telle qu'imprimée") as ecriture:
            for cle in _cles(ecriture, code, appel):
                ecriture.supprimer(SurchargeRegle, cle)

    def _operation(self, code: str, quoi: str, appel: str | None) -> Any:
        pour = " pour un appel" if appel else ""
        return self._fichier.operation(f"Changer «\u00a0{quoi}\u00a0» de la règle {code}{pour}")

    def _surcharge(self, ecriture: Ecriture, code: str, appel: str | None) -> dict[str, Any]:
        """What the team says of a rule so far; no key when it says nothing yet."""
        cles = _cles(ecriture, code, appel)
        for en_trop in cles[1:]:  # another program wrote two of them
            ecriture.supprimer(SurchargeRegle, en_trop)
        if cles:
            return ecriture.lire(SurchargeRegle, cles[0])
        return {"regle": code, "appel": appel, "parametres": {}, "niveau": None, "active": None}

    def _poser(self, ecriture: Ecriture, surcharge: dict[str, Any], motif: str) -> None:
        """Write it with its reason; one that says nothing any more goes."""
        raison = exiger_motif(motif, "Changer une règle")
        cle = surcharge.pop("cle", None)
        if not surcharge["parametres"] and surcharge["niveau"] is surcharge["active"] is None:
            if cle is not None:
                ecriture.supprimer(SurchargeRegle, cle)
            return
        signe = {
            "motif": raison,
            "auteur": self._fichier.signature.auteur,
            "moment": self._horloge().isoformat(timespec="seconds"),
        }
        if cle is None:
            ecriture.inserer(SurchargeRegle, **{**surcharge, **signe})
        else:
            ecriture.modifier(SurchargeRegle, cle, **{**surcharge, **signe})


def exiger_motif(motif: str, quoi: str) -> str:
    """A reason on one line. Raises SaisieRefusee when there is none."""
    raison = " ".join(texte_de_case(motif).split())
    if not raison:
        raise SaisieRefusee(f"{quoi} demande un motif\u00a0: dites pourquoi en quelques mots.")
    return raison


def _cles(ecriture: Ecriture, code: str, appel: str | None) -> list[str]:
    requete = (
        select(SurchargeRegle.cle)
        .where(SurchargeRegle.regle == code, SurchargeRegle.appel.is_not_distinct_from(appel))
        .order_by(SurchargeRegle.moment.desc(), SurchargeRegle.cle.desc())
    )
    return [cle for (cle,) in ecriture.lignes(requete)]


def _modele(regle: RegleEnVigueur, parametre: str) -> Any:
    """A value that shows how this one is typed: what is in force, else what any layer says."""
    dites = (couche.parametres.get(parametre) for couche in regle.couches)
    en_place = regle.valeur(parametre)
    return en_place if en_place is not None else next((v for v in dites if v is not None), None)


def _ligne(regle: RegleEnVigueur, *, controlee: bool) -> LigneRegle:
    siennes = [c for c in regle.couches if c.est_surcharge]
    imprimee = en_vigueur([c for c in regle.couches if not c.est_surcharge])
    derniere = siennes[0] if siennes else None
    return LigneRegle(
        code=regle.code,
        theme=regle.theme,
        enonce=regle.enonce,
        portee=regle.portee or "",
        niveau=regle.niveau,
        niveau_imprime=imprimee.niveau if imprimee else None,
        active=regle.active,
        controlee=controlee,
        couche=Couche.libelle_de(regle.couche),
        source=regle.source,
        valeurs=tuple(_valeurs(regle)),
        changee=bool(siennes),
        motif=derniere.motif if derniere else "",
        auteur=derniere.auteur if derniere else "",
        moment=derniere.moment if derniere else "",
    )


def _ligne_composee(composee: LigneComposee) -> LigneRegle:
    """A composed rule told as the others are: its statement is what its conditions say."""
    connus = {str(n): n for n in NiveauConstat}
    niveau = connus.get(composee.niveau)
    return LigneRegle(
        code=composee.identifiant,
        theme="composee",
        enonce=f"{composee.libelle}. {composee.mots or composee.defaut}",
        portee="",
        niveau=niveau,
        niveau_imprime=None,
        active=composee.active,
        controlee=not composee.defaut,
        couche=(Couche.EQUIPE if composee.appel is None else Couche.APPEL).libelle,
        source=composee.source or SANS_SOURCE,
        valeurs=(),
        changee=False,
        motif=composee.note,
        auteur="",
        moment="",
    )


def _valeurs(regle: RegleEnVigueur) -> list[LigneValeur]:
    noms = dict.fromkeys(nom for couche in regle.couches for nom in couche.parametres)
    return [_valeur(nom, regle.detail(nom), regle.couches) for nom in noms]


def _valeur(nom: str, detail: ValeurRegle, couches: tuple[CoucheRegle, ...]) -> LigneValeur:
    return LigneValeur(
        parametre=nom,
        libelle=libelle_parametre(nom),
        texte=afficher_parametre(nom, detail.valeur),
        couche=Couche.libelle_de(detail.couche),
        source=detail.source,
        dite=detail.valeur is not None,
        changee=any(nom in c.parametres for c in couches if c.est_surcharge),
        remplacees=tuple(
            (Couche.libelle_de(v.couche), afficher_parametre(nom, v.valeur), v.source)
            for v in detail.remplacees
        ),
    )
