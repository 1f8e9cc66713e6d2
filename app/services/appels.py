"""The appels of a year, of all kinds, and what each financeur sets apart for each."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from app.models.action import Action
from app.models.calculs import ZERO
from app.models.contrat import Noeud
from app.models.cotation import GrilleAppel
from app.models.depot import PieceAttendue
from app.models.enums import NatureAppel, NatureEtape
from app.models.programme import Appel, DotationAppel, EtapeAppel, Exercice
from app.models.regles import RegleComposee, SurchargeRegle
from app.services.attaches import detacher
from app.services.contrats import Contrats
from app.services.cycle_lu import lire_etapes
from app.services.documents import jour_de
from app.services.dotations import (
    LigneDotation,
    exiger_positif,
    lire_dotations,
    sommes_par_appel,
    total_de,
)
from app.services.errors import SaisieRefusee
from app.services.etapes_appel import EtapesAppel, etape_d_ouverture, requises_manquantes
from app.services.fichier import Fichier, Lire
from app.services.gardes_seance import Horloge, jour_courant
from app.services.pliage import replier
from app.services.programmation import exiger_annee
from app.services.transaction import Ecriture, maintenant

PUBLICATION_VACANCES = "NORD-PROG-05"  # « publié avant le 15 mars »
PETITS_PROJETS = "enveloppe.petits_projets"
# Rows that only say how one appel goes: they go with it.
REGLENT_UN_APPEL = (SurchargeRegle, RegleComposee, GrilleAppel, PieceAttendue)


@dataclass(frozen=True, slots=True)
class LigneAppel:
    """An appel in the list (euros). `alerte`: the first thing to look at, in words."""

    cle: str
    annee: int
    nom: str
    nature: str
    date_ouverture: str | None
    date_cloture: str | None
    noeud: str | None
    noeud_nom: str
    leger: bool
    pluriannuel: bool
    instructeurs: int | None
    cadrage: str | None
    note: str | None
    rang: int
    actions: int = 0
    etapes: int = 0
    dotation: Decimal | None = None
    demande: Decimal = ZERO
    accorde: Decimal = ZERO
    alerte: str = ""


class Appels:
    """Reads and writes the appels and their dotations."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge
        self.etapes = EtapesAppel(fichier, horloge=horloge)
        self.operation = fichier.operation

    # Reading --------------------------------------------------------------------------------------

    def lignes(self, annee: int) -> list[LigneAppel]:
        """The appels of a year in their order, in a fixed number of reads."""
        with self._fichier.instant() as lire:
            dotations = lire_dotations(lire, annee)
            alertes: dict[str, str] = {}
            for dotation in dotations:
                if dotation.alerte:
                    alertes.setdefault(dotation.appel, dotation.alerte)
            sommes = sommes_par_appel(lire, annee)
            etapes = _compter(lire, EtapeAppel.appel, EtapeAppel.active)
            actions = _compter(lire, Action.appel, Action.annee == annee)
            return [
                LigneAppel(
                    **rangee._asdict(),
                    actions=actions.get(rangee.cle, 0),
                    etapes=etapes.get(rangee.cle, 0),
                    dotation=total_de(dotations, rangee.cle),
                    demande=sommes.get(rangee.cle, (ZERO, ZERO))[0],
                    accorde=sommes.get(rangee.cle, (ZERO, ZERO))[1],
                    alerte=alertes.get(rangee.cle, ""),
                )
                for rangee in lire(_APPELS.where(Exercice.annee == annee))
            ]

    def dotations(self, annee: int, appel: str | None = None) -> list[LigneDotation]:
        """The dotations of a year (of one appel), by appel then financeur."""
        with self._fichier.instant() as lire:
            lues = lire_dotations(lire, annee)
        return [d for d in lues if appel in (None, d.appel)]

    # Writing --------------------------------------------------------------------------------------

    def creer(
        self, annee: int, nature: str, *, nom: str = "", comme: str | None = None, **champs: Any
    ) -> str:
        """A new appel with its steps: those of the contract, or of the appel `comme` of another year.

        Only what its nature means, or what the contract prints, is filled.
        """
        genre = NatureAppel.de(nature)
        exiger_annee(self._fichier, annee)
        nom = nom.strip() or f"{genre.libelle} {annee}"
        propres = self._du_contrat(genre, annee)
        with self.operation(f"Créer l'appel « {nom} »") as e:
            exercice = _exercice(e, annee)
            rang = len(e.lignes(select(Appel.cle).where(Appel.exercice == exercice)))
            cle = e.inserer(
                Appel,
                exercice=exercice,
                nom=nom,
                rang=rang,
                **{"nature": nature, "leger": genre == NatureAppel.FIL_DE_L_EAU, **champs},
                **({} if "instructeurs" in champs else {"instructeurs": propres.instructeurs}),
            )
            if comme is None:
                self.etapes.copier_le_contrat(e, cle, nature)
            else:
                self.etapes.copier_un_appel(e, cle, comme, annee - _annee_de(e, comme))
            if propres.publication and comme is None:
                _dater_le_lancement(e, cle, propres.publication)
            return cle

    def _du_contrat(self, genre: NatureAppel, annee: int) -> "_Propres":
        contrats = Contrats(self._fichier)
        if genre == NatureAppel.VACANCES:
            mois = contrats.valeur(PUBLICATION_VACANCES, "mois").valeur
            jour = contrats.valeur(PUBLICATION_VACANCES, "jour").valeur
            if mois and jour:
                return _Propres(publication=f"{annee}-{int(mois):02d}-{int(jour):02d}")
        if (
            genre == NatureAppel.FIL_DE_L_EAU
            and contrats.valeur(PETITS_PROJETS, "instruction").valeur
        ):
            return _Propres(instructeurs=2)
        return _Propres()

    def modifier(self, cle: str, **champs: Any) -> None:
        with self.operation("Modifier un appel") as e:
            self.poser(e, cle, **champs)

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """The same inside an operation that does more. Raises SaisieRefusee."""
        if "nom" in champs and not (champs["nom"] or "").strip():
            raise SaisieRefusee("Un appel a un nom : tapez-le, comme « Appel à projets 2027 ».")
        if (champs.get("instructeurs") or 0) < 0:
            raise SaisieRefusee("Tapez un nombre de services instructeurs positif, comme 2.")
        lu = ecriture.lire(Appel, cle)
        ouverture = jour_de(champs.get("date_ouverture", lu["date_ouverture"]))
        cloture = jour_de(champs.get("date_cloture", lu["date_cloture"]))
        if ouverture is not None and cloture is not None and cloture < ouverture:
            raise SaisieRefusee(
                f"L'appel fermerait le {cloture:%d/%m/%Y}, avant d'ouvrir le {ouverture:%d/%m/%Y} : "
                "corrigez l'une des deux dates."
            )
        if "date_ouverture" in champs:
            self._exiger_prealables(ecriture, cle, champs["date_ouverture"])
        ecriture.modifier(Appel, cle, **champs)

    def _exiger_prealables(self, ecriture: Ecriture, cle: str, ouverture: str | None) -> None:
        """An appel does not open before what its launch requires (B-68); a date to come is a plan."""
        jour = jour_courant(self._horloge)
        voulue = jour_de(ouverture)
        if voulue is None or voulue > jour:
            return
        deja = jour_de(ecriture.lire(Appel, cle)["date_ouverture"])
        etapes = lire_etapes(ecriture.lignes, jour, cle)
        etape = etape_d_ouverture(etapes)
        if etape is None or etape.terminee_le is not None or (deja is not None and deja <= jour):
            return
        manquent = requises_manquantes(etape, etapes)
        if manquent:
            raise SaisieRefusee(
                f"« {manquent[0]} » se tient avant l'ouverture et n'est pas terminée : "
                "terminez-la, ou passez par « Ouvrir l'appel » pour donner un motif."
            )

    def themes(self) -> dict[str, str]:
        """Key of each theme in use -> its name, in the order of the contract."""
        return _themes(self._fichier.lignes)

    def poser_theme(self, ecriture: Ecriture, cle: str, nom: str | None) -> None:
        """The only theme that an appel is open to, by its name; None: all of them."""
        plie = replier((nom or "").strip())
        trouves = [
            noeud for noeud, libelle in _themes(ecriture.lignes).items() if replier(libelle) == plie
        ]
        if plie and not trouves:
            raise SaisieRefusee(
                f"« {(nom or '').strip()} » n'est pas un thème du contrat : choisissez-en un dans "
                "la liste proposée."
            )
        ecriture.modifier(Appel, cle, noeud=trouves[0] if plie else None)

    def ouvrir(self, cle: str, jour: str, motif: str | None = None) -> None:
        """Open an appel on a day: its launch is finished. A motif stands for what is not done yet."""
        with self.operation("Ouvrir un appel") as e:
            etapes = lire_etapes(e.lignes, jour_courant(self._horloge), cle)
            etape = etape_d_ouverture(etapes)
            if etape is not None:
                lance = etape.nature == NatureEtape.LANCEMENT
                self.etapes.poser_fin(e, etape.cle, jour if lance else None, motif)
            e.modifier(Appel, cle, date_ouverture=jour)

    def supprimer(self, cle: str) -> None:
        """Delete an appel with its steps and dotations. Refused while actions belong to it."""
        with self.operation("Supprimer un appel") as e:
            if e.lignes(select(Action.cle).where(Action.appel == cle).limit(1)):
                raise SaisieRefusee(
                    "Des actions répondent à cet appel : donnez-leur d'abord un autre appel."
                )
            etapes = [etape for (etape,) in e.lignes(_etapes_de(cle))]
            for etape in etapes:
                e.modifier(EtapeAppel, etape, ancre=None)
            e.supprimer_lot(EtapeAppel, etapes)
            siennes = []
            for modele in (DotationAppel, *REGLENT_UN_APPEL):
                lues = e.lignes(select(modele.cle).where(modele.appel == cle))
                lot = [ligne for (ligne,) in lues]
                e.supprimer_lot(modele, lot)
                siennes += lot
            detacher(e, [cle, *etapes, *siennes])
            e.supprimer(Appel, cle)

    # Dotations ------------------------------------------------------------------------------------

    def doter(self, appel: str, financeur: str, montant: Decimal | None = None) -> str:
        """Set an amount apart for an appel; the dotation that is there is kept."""
        exiger_positif(montant)
        with self.operation("Ajouter une dotation") as e:
            requete = select(DotationAppel.cle).where(
                DotationAppel.appel == appel, DotationAppel.financeur == financeur
            )
            for (cle,) in e.lignes(requete):
                return str(cle)
            return e.inserer(DotationAppel, appel=appel, financeur=financeur, montant=montant)

    def poser_dotation(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        exiger_positif(champs.get("montant"))
        ecriture.modifier(DotationAppel, cle, **champs)

    def retirer_dotations(self, *cles: str) -> None:
        with self.operation("Retirer une dotation") as e:
            detacher(e, cles)
            e.supprimer_lot(DotationAppel, cles)


@dataclass(frozen=True, slots=True)
class _Propres:
    """What the contract prints of a kind of appel."""

    instructeurs: int | None = None
    publication: str | None = None


_APPELS = (
    select(
        Appel.cle,
        Exercice.annee,
        Appel.nom,
        Appel.nature,
        Appel.date_ouverture,
        Appel.date_cloture,
        Appel.noeud,
        func.coalesce(Noeud.libelle, "").label("noeud_nom"),
        Appel.leger,
        Appel.pluriannuel,
        Appel.instructeurs,
        Appel.cadrage,
        Appel.note,
        Appel.rang,
    )
    .join(Exercice, Exercice.cle == Appel.exercice)
    .join(Noeud, Noeud.cle == Appel.noeud, isouter=True)
    .order_by(Appel.rang, Appel.cle)
)


def _themes(lire: Lire) -> dict[str, str]:
    requete = select(Noeud.cle, Noeud.libelle).where(Noeud.actif)
    return dict(lire(requete.order_by(Noeud.nomenclature, Noeud.rang)))


def _etapes_de(appel: str) -> Any:
    return select(EtapeAppel.cle).where(EtapeAppel.appel == appel)


def _exercice(ecriture: Ecriture, annee: int) -> str:
    """Key of the year, opened if it was not."""
    requete = select(Exercice.cle).where(Exercice.annee == annee)
    connu = next((cle for (cle,) in ecriture.lignes(requete)), None)
    return connu or ecriture.inserer(Exercice, annee=annee)


def _annee_de(ecriture: Ecriture, appel: str) -> int:
    requete = select(Exercice.annee).join(Appel, Appel.exercice == Exercice.cle)
    [(annee,)] = ecriture.lignes(requete.where(Appel.cle == appel))
    return int(annee)


def _dater_le_lancement(ecriture: Ecriture, appel: str, jour: str) -> None:
    requete = _etapes_de(appel).where(EtapeAppel.nature == str(NatureEtape.LANCEMENT))
    for (cle,) in ecriture.lignes(requete.order_by(EtapeAppel.rang).limit(1)):
        ecriture.modifier(EtapeAppel, cle, date_fin=jour)


def _compter(lire: Lire, colonne: Any, condition: Any) -> dict[str, int]:
    requete = select(colonne, func.count()).where(condition, colonne.is_not(None))
    return dict(lire(requete.group_by(colonne)))
