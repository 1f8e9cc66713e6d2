"""The calls of the partners: when they are open, and the projects of the year that fit them. No Qt."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select

from app.models.action import Action, Classement
from app.models.contrat import Noeud
from app.models.droit_commun import AppelPartenaire, Sollicitation
from app.models.enums import NatureOrganisme
from app.models.organisme import Financeur, Organisme
from app.services.accords import compter
from app.services.attaches import detacher
from app.services.aupres import reconnaitre
from app.services.documents import jour_de
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.gardes_seance import Horloge, jour_courant
from app.services.identifiants import mots
from app.services.sollicitations import HORS_QUESTION, Sollicitations
from app.services.transaction import Ecriture, maintenant

OUVERT, FERME_BIENTOT, BIENTOT, A_VENIR, CLOS, SANS_DATE = (
    "Ouvert",
    "Ferme bientôt",
    "Ouvre bientôt",
    "À venir",
    "Clos",
    "Dates à préciser",
)
BIENTOT_EN_JOURS, FERME_EN_JOURS = 30, 15
# How a call writes who may answer it, beside the name of the kind itself.
AUTRES_MOTS = {
    str(NatureOrganisme.COMMUNE): ("collectivite", "ville"),
    str(NatureOrganisme.EPCI): ("collectivite", "agglomeration", "intercommunalite"),
    str(NatureOrganisme.ASSOCIATION): ("associatif", "associative"),
    str(NatureOrganisme.ETABLISSEMENT_PUBLIC): ("ecole", "college", "lycee"),
}


@dataclass(frozen=True, slots=True)
class LigneAppel:
    """A call of a partner. `delai`: « encore 12 jours », « dans 8 jours »."""

    cle: str
    nom: str
    qui: str
    noeud: str | None
    noeud_nom: str
    mots: tuple[str, ...]
    date_ouverture: date | None
    date_cloture: date | None
    beneficiaires: str | None
    nature_depense: str | None
    note: str | None
    etat: str
    delai: str


@dataclass(frozen=True, slots=True)
class Rapprochement:
    """A project that fits a call, and why. `deja`: it was already asked for it."""

    cle: str
    numero: str
    titre: str
    porteur: str
    statut: str
    raison: str
    deja: bool


@dataclass(frozen=True, slots=True)
class ProjetAOrienter:
    """What is compared of a project. `noeuds`: where it is classed, with all that is above."""

    cle: str
    numero: str
    titre: str
    description: str
    porteur: str
    nature_porteur: str
    statut: str
    noeuds: frozenset[str]


class AppelsPartenaires:
    """Reads and writes the register of the calls."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge
        self._sollicitations = Sollicitations(fichier)
        self.operation = fichier.operation

    # Reading --------------------------------------------------------------------------------------

    def aujourd_hui(self) -> date:
        return jour_courant(self._horloge)

    def lignes(self) -> list[LigneAppel]:
        """Every call: those that are open first, then those to come, closed ones last."""
        jour = self.aujourd_hui()
        lues = [_ligne(ligne, jour) for ligne in self._fichier.lignes(_APPELS)]
        return sorted(lues, key=lambda a: _ORDRE.index(a.etat))

    def rapprocher(self, appel: LigneAppel, annee: int) -> list[Rapprochement]:
        """The projects of a year that fit a call. A fixed number of reads."""
        with self._fichier.instant() as lire:
            valeurs = {"annee": annee}
            parents = dict(lire(select(Noeud.cle, Noeud.parent)))
            noeuds: dict[str, set[str]] = {}
            for action, noeud in lire(_CLASSEMENTS, valeurs):
                noeuds.setdefault(action, set()).update(_remonter(noeud, parents))
            projets = [_projet(p, noeuds) for p in lire(_PROJETS, valeurs)]
            demandees = lire(_DEJA, {**valeurs, "nom": appel.nom})
        deja = {action for (action,) in demandees}
        return [
            Rapprochement(p.cle, p.numero, p.titre, p.porteur, p.statut, raison, p.cle in deja)
            for p in projets
            if p.statut not in HORS_QUESTION and (raison := raison_de(appel, p))
        ]

    # Writing --------------------------------------------------------------------------------------

    def ajouter(self, nom: str, **champs: Any) -> str:
        propre = _exiger_nom(nom)
        with self._fichier.operation(f"Ajouter l'appel « {propre} »") as ecriture:
            [(rang,)] = ecriture.lignes(select(func.max(AppelPartenaire.rang)))
            champs = _stockes(ecriture, champs)
            suivant = 0 if rang is None else rang + 1
            return ecriture.inserer(AppelPartenaire, nom=propre, rang=suivant, **champs)

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """Write in an operation that does more. `qui`: the partner; `mots`: a text or a list."""
        if "nom" in champs:
            champs["nom"] = _exiger_nom(champs["nom"])
        voulus = _stockes(ecriture, champs)
        apres = {**ecriture.lire(AppelPartenaire, cle), **voulus}
        _exiger_dates(apres["date_ouverture"], apres["date_cloture"])
        ecriture.modifier(AppelPartenaire, cle, **voulus)

    def supprimer(self, *cles: str) -> None:
        mot = "un appel" if len(cles) == 1 else f"{len(cles)} appels"
        with self._fichier.operation(f"Supprimer {mot} de partenaire") as ecriture:
            detacher(ecriture, cles)
            ecriture.supprimer_lot(AppelPartenaire, list(cles))

    def solliciter(self, appel: LigneAppel, actions: Sequence[str]) -> int:
        """Note that these actions were turned to a call; those already noted are left. How many."""
        jour = self.aujourd_hui().isoformat()
        with self._fichier.operation(f"Orienter vers « {appel.nom} »") as ecriture:
            deja = {
                action
                for (action,) in ecriture.lignes(
                    select(Sollicitation.action).where(Sollicitation.dispositif == appel.nom)
                )
            }
            neuves = [action for action in actions if action not in deja]
            self._sollicitations.poser_neuves(
                ecriture, neuves, qui=appel.qui, dispositif=appel.nom, date=jour
            )
        return len(neuves)


# What fits --------------------------------------------------------------------------------------------


def raison_de(appel: LigneAppel, projet: ProjetAOrienter) -> str:
    """Why a project fits a call: its theme, the words it holds; empty when it does not.

    A call that says neither theme nor words fits nothing; one whose bénéficiaires name no kind of
    body is open to all.
    """
    natures = natures_dites(appel.beneficiaires or "")
    if natures and projet.nature_porteur not in natures:
        return ""
    raisons = []
    if appel.noeud is not None and appel.noeud in projet.noeuds:
        raisons.append(f"thème « {appel.noeud_nom} »")
    textes = " ".join(_plies(f"{projet.titre} {projet.description}"))
    trouves = [mot for mot in appel.mots if _contient(textes, mot)]
    if trouves:
        raisons.append(f"mot{'s' if len(trouves) > 1 else ''} : {', '.join(trouves)}")
    return " ; ".join(raisons)


def _plies(texte: str) -> list[str]:
    """Words without accents nor the mark of the plural."""
    return [m.rstrip("sx") if len(m) > 3 else m for m in mots(texte)]


def _contient(textes: str, mot: str) -> bool:
    cherche = " ".join(_plies(mot))
    return bool(cherche) and f" {cherche} " in f" {textes} "


def natures_dites(beneficiaires: str) -> set[str]:
    """The kinds of body that a text names; empty when it names none."""
    dits = set(_plies(beneficiaires))
    natures = set()
    for nature in NatureOrganisme:
        if nature is NatureOrganisme.AUTRE:
            continue
        tournures = (_plies(nature.libelle)[0], *AUTRES_MOTS.get(str(nature), ()))
        if dits & set(_plies(" ".join(tournures))):
            natures.add(str(nature))
    return natures


def etat_de(ouverture: date | None, cloture: date | None, jour: date) -> tuple[str, str]:
    """(state, how long) of a call on a day."""
    if cloture is not None and cloture < jour:
        return CLOS, f"depuis le {cloture:%d/%m/%Y}"
    if ouverture is not None and ouverture > jour:
        attente = (ouverture - jour).days
        mot = f"dans {compter(attente, 'jour')}"
        return (BIENTOT if attente <= BIENTOT_EN_JOURS else A_VENIR), mot
    if cloture is not None:
        reste = cloture - jour
        etat = FERME_BIENTOT if reste <= timedelta(days=FERME_EN_JOURS) else OUVERT
        return etat, f"encore {compter(reste.days, 'jour')}" if reste.days else "dernier jour"
    return (SANS_DATE, "") if ouverture is None else (OUVERT, "sans date de clôture")


_ORDRE = (FERME_BIENTOT, OUVERT, BIENTOT, A_VENIR, SANS_DATE, CLOS)


# Rows ---------------------------------------------------------------------------------------------------


def _ligne(ligne: Any, jour: date) -> LigneAppel:
    ouverture, cloture = jour_de(ligne.date_ouverture), jour_de(ligne.date_cloture)
    etat, delai = etat_de(ouverture, cloture, jour)
    return LigneAppel(
        ligne.cle,
        ligne.nom,
        ligne.nom_court or ligne.partenaire or "",
        ligne.noeud,
        ligne.noeud_court or ligne.noeud_libelle or "",
        tuple(ligne.mots or ()),
        ouverture,
        cloture,
        ligne.beneficiaires,
        ligne.nature_depense,
        ligne.note,
        etat,
        delai,
    )


def _projet(ligne: Any, noeuds: Mapping[str, set[str]]) -> ProjetAOrienter:
    return ProjetAOrienter(
        ligne.cle,
        ligne.numero,
        ligne.titre,
        ligne.description or "",
        ligne.porteur or "",
        ligne.nature or "",
        ligne.statut,
        frozenset(noeuds.get(ligne.cle, ())),
    )


def _remonter(noeud: str, parents: Mapping[str, str | None]) -> Iterable[str]:
    """A node and all that is above it."""
    courant: str | None = noeud
    while courant is not None:
        yield courant
        courant = parents.get(courant)


def _stockes(ecriture: Ecriture, champs: dict[str, Any]) -> dict[str, Any]:
    voulus = dict(champs)
    if "qui" in voulus:
        voulus["financeur"], voulus["partenaire"] = reconnaitre(ecriture.lignes, voulus.pop("qui"))
    if isinstance(voulus.get("mots"), str):
        voulus["mots"] = [m.strip() for m in voulus["mots"].replace(";", ",").split(",")]
    if "mots" in voulus:
        voulus["mots"] = list(dict.fromkeys(filter(None, voulus["mots"] or ())))
    for nom in ("date_ouverture", "date_cloture"):
        if isinstance(voulus.get(nom), date):
            voulus[nom] = voulus[nom].isoformat()
    return voulus


def _exiger_nom(nom: str | None) -> str:
    propre = " ".join((nom or "").split())
    if not propre:
        raise SaisieRefusee("Un appel a un nom : tapez-le.")
    return propre


def _exiger_dates(ouverture: str | None, cloture: str | None) -> None:
    if ouverture and cloture and cloture < ouverture:
        raise SaisieRefusee("Un appel se clôt après son ouverture : vérifiez les deux dates.")


_APPELS = (
    select(
        AppelPartenaire.__table__,
        Financeur.nom_court,
        Noeud.libelle_court.label("noeud_court"),
        Noeud.libelle.label("noeud_libelle"),
    )
    .join(Financeur, Financeur.cle == AppelPartenaire.financeur, isouter=True)
    .join(Noeud, Noeud.cle == AppelPartenaire.noeud, isouter=True)
    .order_by(AppelPartenaire.date_cloture, AppelPartenaire.rang, AppelPartenaire.nom)
)
_PROJETS = (
    select(
        Action.cle,
        Action.numero,
        Action.titre,
        Action.description,
        Action.statut,
        Organisme.nom.label("porteur"),
        Organisme.nature,
    )
    .join(Organisme, Organisme.cle == Action.porteur, isouter=True)
    .where(Action.annee == bindparam("annee"))
    .order_by(Action.numero, Action.cle)
)
_CLASSEMENTS = (
    select(Classement.action, Classement.noeud)
    .join(Action, Action.cle == Classement.action)
    .where(Action.annee == bindparam("annee"))
)
_DEJA = (
    select(Sollicitation.action)
    .join(Action, Action.cle == Sollicitation.action)
    .where(Action.annee == bindparam("annee"), Sollicitation.dispositif == bindparam("nom"))
)
