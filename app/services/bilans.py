"""The bilans of the actions granted of a year: expected, received, examined. No Qt.

A line stands for its action, whether something was noted of its bilan or not: the row of the file is
written at the first thing said.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, func, select

from app.models.action import Action, Cofinancement
from app.models.enums import Appreciation, StatutAction
from app.models.organisme import Organisme
from app.models.suivi import Bilan
from app.services.accords import compter, enumerer
from app.services.documents import jour_de
from app.services.errors import SaisieRefusee
from app.services.etapes_des_actes import EtapesDesActes
from app.services.fichier import Fichier, Lire
from app.services.gardes_seance import Horloge, jour_courant
from app.services.regles_couches import couches_de, en_vigueur
from app.services.transaction import Ecriture, maintenant

RETARD, ATTENDU, SANS_DATE, RECU, EXAMINE = "retard", "attendu", "sans_date", "recu", "examine"
ETATS = (
    (RETARD, "En retard"),
    (ATTENDU, "Attendu"),
    (SANS_DATE, "Sans date"),
    (RECU, "Reçu"),
    (EXAMINE, "Examiné"),
)
MENEES = (str(StatutAction.ACCORDEE), str(StatutAction.TERMINEE))
_CHIFFRES = {
    "cout_realise": "le coût réalisé",
    "public_realise": "le public touché",
    "public_qpv_realise": "le public des QPV",
    "femmes_realise": "le nombre de femmes",
}
_JOURS = ("attendu_le", "recu_le", "examine_le")


@dataclass(frozen=True, slots=True)
class LigneBilan:
    """The bilan of an action; `cle` is that of the action. Euros, ISO days.

    `attendu_le`: as typed, else `par_defaut` says that the rule in force gives it.
    """

    cle: str
    annee: int
    numero: str
    titre: str
    porteur: str
    accorde: Decimal | None
    cout_total: Decimal | None
    attendu_le: str | None
    par_defaut: bool
    recu_le: str | None
    examine_le: str | None
    examine_par: str | None
    conclusion: str | None
    cout_realise: Decimal | None
    public_realise: int | None
    public_qpv_realise: int | None
    femmes_realise: int | None
    relances: int
    relance_le: str | None
    note: str | None
    etat: str
    retard: int | None

    @property
    def ecart(self) -> Decimal | None:
        """Realised less planned."""
        if self.cout_realise is None or self.cout_total is None:
            return None
        return self.cout_realise - self.cout_total

    @property
    def manque(self) -> str:
        """What a bilan that came does not say yet, in words."""
        if self.recu_le is None:
            return ""
        vides = [mot for nom, mot in _CHIFFRES.items() if getattr(self, nom) is None]
        if self.conclusion is None:
            vides.append("la conclusion")
        return enumerer(vides)


class Bilans:
    """Reads and writes the bilans of the open file."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge
        self._etapes = EtapesDesActes(fichier, horloge=horloge)
        self.operation = fichier.operation

    def lignes(self, annee: int) -> list[LigneBilan]:
        """One for each action granted of a year, by number. A fixed number of reads."""
        with self._fichier.instant() as lire:
            return lire_bilans_attendus(lire, annee, jour_courant(self._horloge))

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """Write what is said of the bilan of an action; one that comes crosses its steps."""
        deja = ecriture.lignes_de(Bilan, action=cle)
        _exiger({**(deja[0] if deja else {}), **champs}, jour_courant(self._horloge))
        if deja:
            ecriture.modifier(Bilan, deja[0]["cle"], **champs)
        elif any(valeur is not None for valeur in champs.values()):
            ecriture.inserer(Bilan, action=cle, **champs)
        if "recu_le" in champs:
            self._etapes.suivre(ecriture, [cle])

    def recevoir(self, actions: Sequence[str]) -> int:
        """Note that these bilans came today; one that had come keeps its day. How many."""
        jour = jour_courant(self._horloge).isoformat()
        with self.operation(f"Noter la réception de {compter(len(actions), 'bilan')}") as e:
            recus = []
            for action in actions:
                deja = e.lignes_de(Bilan, action=action)
                if deja and deja[0]["recu_le"] is not None:
                    continue
                if deja:
                    e.modifier(Bilan, deja[0]["cle"], recu_le=jour)
                else:
                    e.inserer(Bilan, action=action, recu_le=jour)
                recus.append(action)
            self._etapes.suivre(e, recus)
        return len(recus)


def _exiger(bilan: dict[str, Any], jour: date) -> None:
    """Raises SaisieRefusee on what cannot be."""
    for nom, mot in _CHIFFRES.items():
        if (bilan.get(nom) or 0) < 0:
            raise SaisieRefusee(f"Tapez {mot} sans signe\u00a0: il ne peut pas être négatif.")
    public = bilan.get("public_realise")
    for nom in ("public_qpv_realise", "femmes_realise"):
        if public is not None and (bilan.get(nom) or 0) > public:
            mot = _CHIFFRES[nom]
            raise SaisieRefusee(
                f"{mot[0].upper()}{mot[1:]} dépasse le public touché ({public})\u00a0: "
                "corrigez d'abord le public."
            )
    recu, examine = bilan.get("recu_le"), bilan.get("examine_le")
    if recu is not None and recu > jour.isoformat():
        raise SaisieRefusee("Un bilan ne peut pas être reçu dans l'avenir\u00a0: vérifiez la date.")
    if recu is not None and examine is not None and examine < recu:
        raise SaisieRefusee("Un bilan s'examine après sa réception\u00a0: vérifiez les deux dates.")
    if bilan.get("conclusion") is not None:
        Appreciation.de(bilan["conclusion"])


# Reading ------------------------------------------------------------------------------------------


def lire_bilans_attendus(lire: Lire, annee: int, jour: date) -> list[LigneBilan]:
    mois = mois_de_la_regle(lire)
    lues = {ligne.cle: _ligne(ligne, mois, jour) for ligne in lire(_BILANS, {"annee": annee})}
    return list(lues.values())  # copies edited apart may have written two bilans of one action


def mois_de_la_regle(lire: Lire) -> int | None:
    """How many months after the exercise a compte rendu is due; None: no rule in force says it."""
    regle = en_vigueur(couches_de(lire, "national.compte_rendu"))
    mois = None if regle is None or not regle.active else regle.nombre("mois")
    return None if mois is None or not 0 < mois < 12 else int(mois)  # as its check reads it


def attendu_par_defaut(annee: int, mois: int | None) -> date | None:
    """The last day of that month, the year after the action."""
    return None if mois is None else date(annee + 1, mois + 1, 1) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class BilansManquants:
    """The bilans of a year not received and due on one day; `cle`: the first action of them."""

    cle: str
    annee: int
    attendu: date
    nombre: int


def lire_bilans_manquants(lire: Lire) -> list[BilansManquants]:
    """By year and day, the nearest first; those without a day are left out. Two or three reads."""
    attendus = lire(_NON_RECUS)
    if not attendus:
        return []
    mois = mois_de_la_regle(lire)
    par: dict[tuple[date, int], list[str]] = defaultdict(list)
    for action, annee, typee in attendus:
        attendu = jour_de(typee) or attendu_par_defaut(annee, mois)
        if attendu is not None:
            par[attendu, annee].append(action)
    return [
        BilansManquants(cles[0], annee, attendu, len(cles))
        for (attendu, annee), cles in sorted(par.items())
    ]


def etat_du_bilan(
    attendu: date | None, recu: str | None, examine: str | None, jour: date
) -> tuple[str, int | None]:
    """(state, days late)."""
    if recu is not None:
        return (RECU if examine is None else EXAMINE), None
    if attendu is None:
        return SANS_DATE, None
    retard = (jour - attendu).days
    return (RETARD, retard) if retard > 0 else (ATTENDU, None)


def phrase_des_bilans(lignes: Sequence[LigneBilan]) -> str:
    """« 12 reçus sur 20, 3 en retard. »"""
    if not lignes:
        return ""
    recus = sum(li.recu_le is not None for li in lignes)
    retards = sum(li.etat == RETARD for li in lignes)
    relances = sum(li.relances > 0 and li.recu_le is None for li in lignes)
    morceaux = [f"{compter(len(lignes), 'bilan')} à recevoir, {recus} déjà là"]
    morceaux += [f"{retards} en retard"] if retards else []
    morceaux += [f"{relances} déjà relancés sans réponse"] if relances > 1 else []
    return f"{', '.join(morceaux)}."


def _ligne(ligne: Any, mois: int | None, jour: date) -> LigneBilan:
    defaut = attendu_par_defaut(ligne.annee, mois)
    attendu = jour_de(ligne.attendu_le) or defaut
    etat, retard = etat_du_bilan(attendu, ligne.recu_le, ligne.examine_le, jour)
    return LigneBilan(
        cle=ligne.cle,
        annee=ligne.annee,
        numero=ligne.numero,
        titre=ligne.titre,
        porteur=ligne.porteur or "",
        accorde=ligne.accorde,
        cout_total=ligne.cout_total,
        attendu_le=None if attendu is None else attendu.isoformat(),
        par_defaut=ligne.attendu_le is None and attendu is not None,
        recu_le=ligne.recu_le,
        examine_le=ligne.examine_le,
        examine_par=ligne.examine_par,
        conclusion=ligne.conclusion,
        cout_realise=ligne.cout_realise,
        public_realise=ligne.public_realise,
        public_qpv_realise=ligne.public_qpv_realise,
        femmes_realise=ligne.femmes_realise,
        relances=ligne.relances or 0,
        relance_le=ligne.relance_le,
        note=ligne.note,
        etat=etat,
        retard=retard,
    )


_ACCORDES = (
    select(Cofinancement.action, func.sum(Cofinancement.accorde).label("accorde"))
    .group_by(Cofinancement.action)
    .subquery()
)
_BILANS = (
    select(
        Action.cle,
        Action.annee,
        Action.numero,
        Action.titre,
        Action.cout_total,
        Organisme.nom.label("porteur"),
        _ACCORDES.c.accorde,
        *(Bilan.__table__.c[nom] for nom in (*_JOURS, "examine_par", "conclusion", *_CHIFFRES)),
        Bilan.relances,
        Bilan.relance_le,
        Bilan.note,
    )
    .join(Organisme, Organisme.cle == Action.porteur, isouter=True)
    .join(Bilan, Bilan.action == Action.cle, isouter=True)
    .join(_ACCORDES, _ACCORDES.c.action == Action.cle, isouter=True)
    .where(Action.annee == bindparam("annee"), Action.statut.in_(MENEES))
    .order_by(Action.numero, Action.cle)
)
_NON_RECUS = (
    select(Action.cle, Action.annee, Bilan.attendu_le)
    .join(Bilan, Bilan.action == Action.cle, isouter=True)
    .where(Action.statut == str(StatutAction.ACCORDEE), Bilan.recu_le.is_(None))
    .order_by(Action.annee, Action.numero, Action.cle)
)
