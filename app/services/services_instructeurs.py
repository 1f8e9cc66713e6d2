"""Who gives an avis: services of the financeurs, those only consulted, the experts. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.models.contrat import Instance, Regle
from app.models.instruction import AvisInstruction, Referent, RegleAffectation, Service
from app.models.organisme import Financeur
from app.services.attaches import detacher
from app.services.columns import replier
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier, Lire
from app.services.transaction import Ecriture

FINANCEUR, CONSULTATIF, EXPERTISE = "financeur", "consultatif", "expertise"
ROLES = (
    (FINANCEUR, "Financeur"),
    (CONSULTATIF, "Avis consultatif"),
    (EXPERTISE, "Expertise"),
)
CONSEIL_CITOYEN = "Conseil citoyen"
RUBRIQUES = "fondamentaux"  # where a rule of the contract prints the headings of an expertise


@dataclass(frozen=True, slots=True)
class LigneService:
    """A service, with its referents by name. `financeur` None: it funds nothing."""

    cle: str
    nom: str
    nom_court: str
    financeur: str | None
    financeur_nom: str
    financeur_nature: str
    expertise: bool
    rubriques: tuple[str, ...]
    courriel: str | None
    actif: bool
    note: str | None
    rang: int
    referents: tuple[str, ...] = ()

    @property
    def role(self) -> str:
        if self.expertise:
            return EXPERTISE
        return FINANCEUR if self.financeur else CONSULTATIF


class ServicesInstructeurs:
    """Reads and writes the services of the open file."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier
        self.operation = fichier.operation

    # Reading ------------------------------------------------------------------------------------

    def lignes(self) -> list[LigneService]:
        """Every service, in order: those that fund, then the others."""
        with self._fichier.instant() as lire:
            return lire_services(lire)

    def de_la_personne(self, nom: str) -> list[LigneService]:
        """The active services whose referent has that name, accents and case ignored."""
        plie = replier(nom.strip())
        return [s for s in self.lignes() if s.actif and plie in {replier(r) for r in s.referents}]

    # Writing ------------------------------------------------------------------------------------

    def reprendre_du_contrat(self) -> int:
        """Add the services that the contract calls for and that are not there yet.

        One for each financeur, the citizens', and the expertises whose headings the contract prints.
        Returns how many were added; a second run adds none.
        """
        with self._fichier.operation("Reprendre les services du contrat") as e:
            voulus = proposes(e.lignes)
            presents = e.lignes(select(Service.financeur, Service.nom))
            financeurs = {s.financeur for s in presents if s.financeur}
            noms = {replier(s.nom) for s in presents}
            manquent = [
                v
                for v in voulus
                if (v["financeur"] not in financeurs if v["financeur"] else _absent(v, noms))
            ]
            depart = len(presents)
            lignes = [{**v, "rang": depart + rang} for rang, v in enumerate(manquent)]
            return len(e.inserer_lot(Service, lignes))

    def ajouter(self, nom: str, *, financeur: str | None = None, **champs: Any) -> str:
        """Add a service; without a financeur, its avis is consultative."""
        nom = _exiger_nom(nom)
        with self._fichier.operation(f"Ajouter le service « {nom} »") as e:
            rang = len(e.lignes(select(Service.cle)))
            return e.inserer(
                Service,
                nom=nom,
                nom_court=_exiger_nom(champs.pop("nom_court", nom)),
                financeur=financeur,
                rang=rang,
                **champs,
            )

    def modifier(self, cle: str, **champs: Any) -> None:
        with self._fichier.operation("Modifier un service instructeur") as e:
            self.poser(e, cle, **champs)

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """The same inside an operation that does more. `referents`: their names."""
        if "referents" in champs:
            _poser_referents(ecriture, cle, champs.pop("referents"))
        for nom in ("nom", "nom_court"):
            if nom in champs:
                champs[nom] = _exiger_nom(champs[nom])
        if champs.get("expertise"):
            _exiger_sans_sens(ecriture, cle)
        ecriture.modifier(Service, cle, **champs)

    def supprimer(self, *cles: str) -> None:
        """Delete services that gave no avis. Raises SaisieRefusee for one that did."""
        libelle = "Supprimer un service" if len(cles) == 1 else f"Supprimer {len(cles)} services"
        with self._fichier.operation(libelle) as e:
            for cle in cles:
                nom = e.lire(Service, cle)["nom_court"]
                if e.lignes(select(AvisInstruction.cle).where(AvisInstruction.service == cle)):
                    raise SaisieRefusee(
                        f"« {nom} » a des avis demandés ou rendus : rendez-le inactif, "
                        "ses avis restent."
                    )
                for modele in (Referent, RegleAffectation):
                    lues = e.lignes(select(modele.cle).where(modele.service == cle))
                    e.supprimer_lot(modele, [ligne.cle for ligne in lues])
            detacher(e, cles)
            e.supprimer_lot(Service, cles)


def lire_services(lire: Lire) -> list[LigneService]:
    """Every service in two reads, those that fund first."""
    referents: dict[str, list[str]] = {}
    for service, nom in lire(
        select(Referent.service, Referent.nom).order_by(Referent.nom, Referent.cle)
    ):
        referents.setdefault(service, []).append(nom)
    services = [
        LigneService(
            s.cle,
            s.nom,
            s.nom_court,
            s.financeur,
            s.financeur_nom or "",
            s.financeur_nature or "",
            s.expertise,
            tuple(s.rubriques or ()),
            s.courriel,
            s.actif,
            s.note,
            s.rang,
            tuple(referents.get(s.cle, ())),
        )
        for s in lire(_SERVICES)
    ]
    ordre = [role for role, _ in ROLES]
    return sorted(services, key=lambda s: (ordre.index(s.role), s.rang))


_SERVICES = (
    select(
        Service.__table__,
        Financeur.nom_court.label("financeur_nom"),
        Financeur.nature.label("financeur_nature"),
    )
    .join(Financeur, Financeur.cle == Service.financeur, isouter=True)
    .order_by(Service.rang, Service.nom)
)


def proposes(lire: Lire) -> list[dict[str, Any]]:
    """What the contract calls for: its financeurs, its citizens, the experts it names."""
    financeurs = lire(
        select(Financeur.cle, Financeur.nom, Financeur.nom_court)
        .where(Financeur.actif)
        .order_by(Financeur.rang, Financeur.nom)
    )
    return [
        *({"nom": f.nom, "nom_court": f.nom_court, "financeur": f.cle} for f in financeurs),
        *(_sans_financeur(nom) for nom in _citoyens(lire)),
        *_expertises(lire),
    ]


def _citoyens(lire: Lire) -> list[str]:
    """The consultative bodies of the inhabitants, under the names that the contract gives them."""
    instances = lire(
        select(Instance.nom).where(Instance.nature == "consultative").order_by(Instance.rang)
    )
    return [nom for (nom,) in instances if "citoyen" in replier(nom)] or [CONSEIL_CITOYEN]


def _expertises(lire: Lire) -> list[dict[str, Any]]:
    """Services that comment on printed headings, without a mark and without blocking (B-120)."""
    regles = lire(
        select(Regle.financeur, Regle.parametres)
        .where(Regle.active, Regle.financeur.is_not(None))
        .order_by(Regle.rang)
    )
    return [
        {
            **_sans_financeur(regle.financeur),
            "expertise": True,
            "rubriques": [r[:1].upper() + r[1:] for r in regle.parametres[RUBRIQUES]],
        }
        for regle in regles
        if regle.parametres.get(RUBRIQUES)
    ]


def _sans_financeur(nom: str) -> dict[str, Any]:
    return {"nom": nom, "nom_court": nom, "financeur": None}


def _absent(voulu: dict[str, Any], noms: set[str]) -> bool:
    return replier(voulu["nom"]) not in noms


def _exiger_nom(nom: str | None) -> str:
    propre = " ".join((nom or "").split())
    if not propre:
        raise SaisieRefusee("Un service a un nom : tapez-le.")
    return propre


def _exiger_sans_sens(ecriture: Ecriture, service: str) -> None:
    """An expertise comments: a service that said yes or no was not one."""
    rendus = select(AvisInstruction.cle).where(
        AvisInstruction.service == service, AvisInstruction.sens.is_not(None)
    )
    if ecriture.lignes(rendus.limit(1)):
        raise SaisieRefusee(
            "Ce service a déjà rendu des avis : ajoutez un autre service pour l'expertise."
        )


def _poser_referents(ecriture: Ecriture, service: str, noms: Sequence[str]) -> None:
    """Make the referents be these names, touching only those that differ."""
    voulus = {replier(n): n for n in (" ".join(nom.split()) for nom in noms) if n}
    presents = ecriture.lignes(
        select(Referent.cle, Referent.nom).where(Referent.service == service)
    )
    connus = {replier(p.nom) for p in presents}
    ecriture.supprimer_lot(Referent, [p.cle for p in presents if replier(p.nom) not in voulus])
    nouveaux = [nom for plie, nom in voulus.items() if plie not in connus]
    ecriture.inserer_lot(Referent, [{"service": service, "nom": nom} for nom in nouveaux])
