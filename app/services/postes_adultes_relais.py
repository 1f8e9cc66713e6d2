"""The posts of adulte-relais: where, until when, and what misses of the conditions. No Qt."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.models.organisme import Organisme
from app.models.suivi import PosteAdulteRelais
from app.services.accords import compter, denombrer
from app.services.attaches import detacher
from app.services.constats_postes import FaitsPoste, conditions_manquees
from app.services.documents import jour_de
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.gardes_seance import Horloge, jour_courant
from app.services.noms_a_choisir import noms_des_porteurs, trouver
from app.services.programmes_tfpb import QUARTIER, noms_des_quartiers
from app.services.regles_couches import RegleEnVigueur, couches_de, en_vigueur
from app.services.transaction import Ecriture, maintenant

A_VENIR, EN_COURS, FINI, SANS_DATES = "a_venir", "en_cours", "fini", "sans_dates"
ETATS = (
    (EN_COURS, "En cours"),
    (A_VENIR, "À venir"),
    (FINI, "Fini"),
    (SANS_DATES, "Sans dates"),
)
ORGANISME = "une structure"


@dataclass(frozen=True, slots=True)
class LignePoste:
    """A post. `manque`: the conditions known not to be met; `reste`: days left, in words."""

    cle: str
    organisme: str
    organisme_nom: str
    quartier: str | None
    quartier_nom: str
    intitule: str
    debut: str | None
    fin: str | None
    contrat: str | None
    age: int | None
    reside_en_qpv: bool | None
    sans_emploi: bool | None
    montant: Decimal | None
    note: str | None
    etat: str
    reste: str
    manque: str


class PostesAdultesRelais:
    """Reads and writes the posts; no person is named."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge
        self.operation = fichier.operation

    def lignes(self) -> list[LignePoste]:
        jour = jour_courant(self._horloge)
        with self._fichier.instant() as lire:
            regle = en_vigueur(couches_de(lire, "adultes_relais.conditions"))
            noms = {cle: nom for nom, cle in noms_des_quartiers(lire).items()}
            return [_ligne(p, noms.get(p.quartier, ""), regle, jour) for p in lire(_POSTES)]

    def noms_des_structures(self) -> list[str]:
        with self._fichier.instant() as lire:
            return list(noms_des_porteurs(lire))

    def noms_des_quartiers(self) -> list[str]:
        with self._fichier.instant() as lire:
            return list(noms_des_quartiers(lire))

    def ajouter(self, organisme: str, intitule: str) -> str:
        """Add a post, from the name of the structure that employs."""
        propre = _exiger_intitule(intitule)
        with self.operation(f"Ajouter le poste «\u00a0{propre}\u00a0»") as e:
            employeur = trouver(noms_des_porteurs(e.lignes), organisme, ORGANISME)
            return e.inserer(PosteAdulteRelais, organisme=employeur, intitule=propre)

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """Write in an operation that does more. `organisme_nom`, `quartier_nom`: texts."""
        if "organisme_nom" in champs:
            nom = champs.pop("organisme_nom") or ""
            champs["organisme"] = trouver(noms_des_porteurs(ecriture.lignes), nom, ORGANISME)
        if "quartier_nom" in champs:
            nom = champs.pop("quartier_nom")
            champs["quartier"] = (
                trouver(noms_des_quartiers(ecriture.lignes), nom, QUARTIER) if nom else None
            )
        if "intitule" in champs:
            champs["intitule"] = _exiger_intitule(champs["intitule"])
        apres = {**ecriture.lire(PosteAdulteRelais, cle), **champs}
        if apres["debut"] and apres["fin"] and apres["fin"] < apres["debut"]:
            raise SaisieRefusee("Un poste finit après son début\u00a0: vérifiez les deux dates.")
        if (apres["age"] or 0) < 0 or (apres["montant"] or 0) < 0:
            raise SaisieRefusee("Un âge ou un montant se tape sans signe.")
        ecriture.modifier(PosteAdulteRelais, cle, **champs)

    def supprimer(self, *cles: str) -> None:
        with self.operation(f"Supprimer {denombrer(len(cles), 'un poste')} d'adulte-relais") as e:
            detacher(e, cles)
            e.supprimer_lot(PosteAdulteRelais, list(cles))


def etat_du_poste(debut: date | None, fin: date | None, jour: date) -> tuple[str, str]:
    """(state, days left in words) of a post on a day."""
    if debut is None and fin is None:
        return SANS_DATES, ""
    if debut is not None and debut > jour:
        return A_VENIR, f"commence dans {compter((debut - jour).days, 'jour')}"
    if fin is None:
        return EN_COURS, "sans fin"
    reste = (fin - jour).days
    if reste < 0:
        return FINI, f"depuis le {fin:%d/%m/%Y}"
    return EN_COURS, f"encore {compter(reste, 'jour')}" if reste else "dernier jour"


def _ligne(poste: Any, quartier: str, regle: RegleEnVigueur | None, jour: date) -> LignePoste:
    etat, reste = etat_du_poste(jour_de(poste.debut), jour_de(poste.fin), jour)
    faits = FaitsPoste(
        poste.intitule,
        poste.debut,
        poste.fin,
        poste.contrat,
        poste.age,
        poste.reside_en_qpv,
        poste.sans_emploi,
    )
    manques = [] if regle is None else list(conditions_manquees(faits, regle))
    return LignePoste(
        cle=poste.cle,
        organisme=poste.organisme,
        organisme_nom=poste.organisme_nom,
        quartier=poste.quartier,
        quartier_nom=quartier,
        intitule=poste.intitule,
        debut=poste.debut,
        fin=poste.fin,
        contrat=poste.contrat,
        age=poste.age,
        reside_en_qpv=poste.reside_en_qpv,
        sans_emploi=poste.sans_emploi,
        montant=poste.montant,
        note=poste.note,
        etat=etat,
        reste=reste,
        manque="\u00a0; ".join(manques),
    )


def _exiger_intitule(intitule: str | None) -> str:
    propre = " ".join((intitule or "").split())
    if not propre:
        raise SaisieRefusee("Dites la mission du poste, comme «\u00a0Médiation sociale\u00a0».")
    return propre


_POSTES = (
    select(PosteAdulteRelais.__table__, Organisme.nom.label("organisme_nom"))
    .join(Organisme, Organisme.cle == PosteAdulteRelais.organisme)
    .order_by(Organisme.nom, PosteAdulteRelais.intitule, PosteAdulteRelais.cle)
)
