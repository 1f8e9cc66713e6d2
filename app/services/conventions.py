"""The CPO: made from an action, granted, signed, ended. Each gesture is one operation. No Qt."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select

from app.models.action import Action
from app.models.convention import (
    Avenant,
    AvisCpo,
    Convention,
    IndicateurCpo,
    RevueCpo,
    SignatureConvention,
    Tranche,
    ValeurIndicateur,
)
from app.models.enums import EtatConvention
from app.services.accords import denombrer, enumerer
from app.services.attaches import detacher
from app.services.conventions_avenants import etendre
from app.services.conventions_creation import (
    ActionACpo,
    a_conventionner,
    ecrire_convention,
    ecrire_suite,
    exiger_libre,
    marquer,
    partir_de,
)
from app.services.conventions_gardes import exiger, la, la_convention
from app.services.conventions_lues import (
    LigneAvis,
    LigneConvention,
    LigneSignature,
    lire_avis,
    lire_conventions,
    lire_signatures,
)
from app.services.conventions_regles import Faits, ReglesCpo, Remarque, lire_faits
from app.services.cpo import SituationCpo
from app.services.errors import SaisieRefusee
from app.services.etapes_des_actes import EtapesDesActes
from app.services.fichier import Fichier, Lire
from app.services.gardes_seance import Horloge, jour_courant
from app.services.transaction import Ecriture, maintenant

# What a person types in the list; the rest changes by a gesture, or by an avenant.
SAISIS = frozenset(
    {
        "numero", "titre", "objet", "profil", "engagement_etat", "soutien_territoire",
        "point_etape_le", "suivi_renforce", "copilote", "note",
    }
)  # fmt: skip
EN_VIE = (EtatConvention.DEMANDEE, EtatConvention.ACCORDEE, EtatConvention.SIGNEE)


class Conventions:
    """Reads and writes the conventions of the open file."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge
        self._etapes = EtapesDesActes(fichier, horloge=horloge)
        self.operation = fichier.operation

    # Reading --------------------------------------------------------------------------------------

    def lignes(self) -> list[LigneConvention]:
        with self._fichier.instant() as lire:
            return lire_conventions(lire)

    def lire(self, cle: str) -> LigneConvention:
        """Raises SaisieRefusee when it is no longer there."""
        return la_convention(self._fichier.lignes, cle)

    def a_conventionner(self) -> list[ActionACpo]:
        """What the séances granted for several years and that has no convention yet."""
        with self._fichier.instant() as lire:
            return a_conventionner(lire)

    def signatures(self, cle: str) -> list[LigneSignature]:
        return lire_signatures(self._fichier.lignes, cle)

    def avis(self, cle: str) -> list[LigneAvis]:
        return lire_avis(self._fichier.lignes, cle)

    def situation(self, cle: str) -> SituationCpo:
        """Who agrees, who stands against, and whether the contract lets it be granted."""
        with self._fichier.instant() as lire:
            return ReglesCpo(lire).situation(la_convention(lire, cle), lire_avis(lire, cle))

    def remarques(self, cle: str) -> list[Remarque]:
        """What the contract finds wrong in it, the gravest first."""
        with self._fichier.instant() as lire:
            return _remarques(lire, la_convention(lire, cle))

    # Making ---------------------------------------------------------------------------------------

    def creer(self, action: str, annees: int | None = None) -> str:
        """The convention of an action; `annees` None: what the séance decided, else the contract's."""
        with self._fichier.instant() as lire:
            depart = partir_de(lire, action)
            regles = ReglesCpo(lire)
            voulues = annees or depart.annees or regles.proposee()
            exiger_duree(regles, voulues)
            exiger_libre(lire, depart, voulues)
        with self.operation(f"Créer la CPO «\u00a0{depart.titre}\u00a0»") as e:
            return ecrire_convention(e, depart, voulues)

    def renouveler(self, cle: str, annees: int | None = None) -> str:
        """The convention that follows, asked for at the amounts of the last year."""
        with self._fichier.instant() as lire:
            avant = la_convention(lire, cle)
            regles = ReglesCpo(lire)
            voulues = annees or regles.proposee()
            exiger_duree(regles, voulues)
        exiger(avant, EtatConvention.SIGNEE, EtatConvention.TERMINEE, geste="se renouvelle")
        with self.operation(f"Renouveler {la(avant)}") as e:
            return ecrire_suite(e, avant, voulues)

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """Change fields, inside an operation that does more."""
        inconnus = champs.keys() - SAISIS
        assert not inconnus, inconnus
        if "titre" in champs and not (champs["titre"] or "").strip():
            raise SaisieRefusee("Une convention a un titre\u00a0: tapez-le.")
        ecriture.modifier(Convention, cle, **champs)

    def modifier(self, cle: str, **champs: Any) -> None:
        with self.operation("Modifier une CPO") as e:
            self.poser(e, cle, **champs)

    def changer_annees(self, cle: str, annees: int) -> None:
        """How long it lasts, before it is signed; later, that is an avenant."""
        with self._fichier.instant() as lire:
            convention = la_convention(lire, cle)
            exiger_duree(ReglesCpo(lire), annees)
        exiger(convention, EtatConvention.DEMANDEE, EtatConvention.ACCORDEE, geste="se raccourcit")
        with self.operation(f"Changer la durée de {la(convention)}") as e:
            etendre(e, convention, convention.annee_debut + annees - 1)

    def supprimer(self, *cles: str) -> None:
        """Delete conventions that nobody signed, with all that hangs on them."""
        for convention in self.lignes():
            if convention.cle in cles and convention.signee_le is not None:
                raise SaisieRefusee(
                    f"{la(convention, debut=True)} est signée\u00a0: résiliez-la plutôt."
                )
        with self.operation(f"Supprimer {denombrer(len(cles), 'une convention')}") as e:
            for cle in cles:
                _supprimer(e, cle)

    # Agreement ------------------------------------------------------------------------------------

    def dire(
        self,
        cle: str,
        financeur: str,
        favorable: bool | None,
        *,
        commune: str | None = None,
        annees: Sequence[int] = (),
        motif: str | None = None,
    ) -> None:
        """What a financeur says of some years (none: of all); its last word counts."""
        convention = self.lire(cle)
        voulues = annees or convention.annees
        with self.operation("Noter un avis sur la CPO") as e:
            deja = {
                a["annee"]: a["cle"]
                for a in e.lignes_de(AvisCpo, convention=cle, financeur=financeur)
                if a["commune"] == commune
            }
            dit: dict[str, Any] = {
                "favorable": favorable,
                "motif": motif,
                "dit_le": self._jour(),
            }
            for annee in voulues:
                if annee in deja:
                    e.modifier(AvisCpo, deja[annee], **dit)
                else:
                    qui = {"financeur": financeur, "commune": commune, "annee": annee}
                    e.inserer(AvisCpo, convention=cle, **qui, **dit)

    def accorder(self, cle: str) -> None:
        """Raises SaisieRefusee, naming who stands against it, where unanimity is wanted."""
        convention = self.lire(cle)
        exiger(convention, EtatConvention.DEMANDEE, geste="s’accorde")
        situation = self.situation(cle)
        if not situation.permise:
            raise SaisieRefusee(
                f"Le contrat exige l’unanimité pour une CPO. {situation.phrase} "
                "Ramenez-la à un an, ou recueillez les avis."
            )
        with self.operation(f"Accorder {la(convention)}") as e:
            e.modifier(Convention, cle, etat=str(EtatConvention.ACCORDEE))
            self._marquer(e, convention, convention.annee_fin)

    def ramener(self, cle: str, motif: str | None = None) -> str:
        """Fall back to a grant of one year; who stood against it is kept, and given back."""
        convention = self.lire(cle)
        exiger(
            convention, EtatConvention.DEMANDEE, EtatConvention.ACCORDEE, geste="se ramène à un an"
        )
        situation = self.situation(cle)
        qui = enumerer(situation.bloquants or situation.muets)
        with self.operation(f"Ramener à un an {la(convention)}") as e:
            e.modifier(
                Convention,
                cle,
                etat=str(EtatConvention.ANNUELLE),
                bloquee_par=qui or None,
                motif=motif,
            )
            self._marquer(e, convention, convention.annee_debut - 1)
        return qui

    # Signing --------------------------------------------------------------------------------------

    def signer(self, cle: str, date: str) -> None:
        """Signed by all on a day; those that had their own day keep it."""
        with self.operation(f"Signer {la(self.lire(cle))}") as e:
            for s in e.lignes_de(SignatureConvention, convention=cle):
                if s["avenant"] is None and s["date"] is None:
                    e.modifier(SignatureConvention, s["cle"], date=date)
            self._signer(e, cle, date)

    def poser_signature(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """Change the line of one who signs; the last one makes the act signed."""
        signature = ecriture.lire(SignatureConvention, cle)
        ecriture.modifier(SignatureConvention, cle, **champs)
        if "date" not in champs:
            return
        acte, avenant = signature["convention"], signature["avenant"]
        toutes = [
            s["date"]
            for s in ecriture.lignes_de(SignatureConvention, convention=acte)
            if s["avenant"] == avenant
        ]
        jour = None if None in toutes else max(toutes)
        if avenant is not None:
            ecriture.modifier(Avenant, avenant, signe_le=jour)
        elif jour is not None:
            self._signer(ecriture, acte, jour)
        elif ecriture.lire(Convention, acte)["etat"] == EtatConvention.SIGNEE:
            ecriture.modifier(Convention, acte, etat=str(EtatConvention.ACCORDEE), signee_le=None)
            self._suivre(ecriture, acte)

    def _signer(self, ecriture: Ecriture, cle: str, date: str) -> None:
        convention = la_convention(ecriture.lignes, cle)
        if convention.etat == EtatConvention.DEMANDEE:
            raise SaisieRefusee(
                f"Accordez d’abord {la(convention)}\u00a0: elle n’est que demandée."
            )
        exiger(convention, EtatConvention.ACCORDEE, EtatConvention.SIGNEE, geste="se signe")
        bloquent = [r.phrase for r in _remarques(ecriture.lignes, convention) if r.bloque]
        if bloquent:
            raise SaisieRefusee(f"Elle ne peut pas être signée. {bloquent[0]}")
        ecriture.modifier(Convention, cle, etat=str(EtatConvention.SIGNEE), signee_le=date)
        self._marquer(ecriture, convention, convention.annee_fin)

    # Ending ---------------------------------------------------------------------------------------

    def resilier(self, cle: str, date: str, motif: str | None) -> None:
        """End it before its time: what it promised for later weighs on no envelope any more."""
        convention = self.lire(cle)
        exiger(convention, EtatConvention.ACCORDEE, EtatConvention.SIGNEE, geste="se résilie")
        if not (motif or "").strip():
            raise SaisieRefusee("Une résiliation a un motif\u00a0: tapez-le.")
        with self.operation(f"Résilier {la(convention)}") as e:
            e.modifier(
                Convention,
                cle,
                etat=str(EtatConvention.RESILIEE),
                resiliee_le=date,
                motif=motif,
            )
            self._suivre(e, cle)

    def terminer(self, cle: str, date: str, evaluation: str | None) -> None:
        """The evaluation of the end, which closes it."""
        convention = self.lire(cle)
        exiger(convention, EtatConvention.SIGNEE, geste="se termine")
        if not (evaluation or "").strip():
            raise SaisieRefusee("Une CPO se termine par son évaluation\u00a0: résumez-la.")
        with self.operation(f"Terminer {la(convention)}") as e:
            e.modifier(
                Convention,
                cle,
                etat=str(EtatConvention.TERMINEE),
                evaluee_le=date,
                evaluation=evaluation,
            )
            self._suivre(e, cle)

    # Inside ---------------------------------------------------------------------------------------

    def _jour(self) -> str:
        return jour_courant(self._horloge).isoformat()

    def _marquer(self, ecriture: Ecriture, convention: LigneConvention, fin: int) -> None:
        lue = convention
        actions = marquer(ecriture, lue.lignee, lue.annee_debut, fin, avant=lue.annee_fin)
        self._etapes.suivre(ecriture, actions)

    def _suivre(self, ecriture: Ecriture, cle: str) -> None:
        """The steps of the cycle that the signature of this convention crossed, or no longer does."""
        self._etapes.suivre(ecriture, actions_de(ecriture.lignes, cle))


def actions_de(lire: Lire, convention: str) -> list[str]:
    """The actions of its years."""
    requete = (
        select(Action.cle)
        .join(Convention, Convention.lignee == Action.lignee)
        .where(
            Convention.cle == convention,
            Action.annee >= Convention.annee_debut,
            Action.annee <= Convention.annee_fin,
        )
    )
    return [cle for (cle,) in lire(requete)]


def exiger_duree(regles: ReglesCpo, annees: int) -> None:
    """Raises SaisieRefusee for a number of years that the contract forbids."""
    remarque = regles.duree(annees)
    if remarque is not None and remarque.bloque:
        raise SaisieRefusee(remarque.phrase)


def _remarques(lire: Lire, convention: LigneConvention) -> list[Remarque]:
    comptes = lire_faits(lire, [convention.cle])[convention.cle]
    faits = Faits(comptes.indicateurs, comptes.impacts, lire_avis(lire, convention.cle))
    return ReglesCpo(lire).remarques(convention, faits)


def _supprimer(ecriture: Ecriture, cle: str) -> None:
    effacer: Callable[[type[Any], str], None] = ecriture.supprimer
    for indicateur in ecriture.lignes_de(IndicateurCpo, convention=cle):
        for valeur in ecriture.lignes_de(ValeurIndicateur, indicateur=indicateur["cle"]):
            effacer(ValeurIndicateur, valeur["cle"])
    convention = ecriture.lire(Convention, cle)
    for modele in (SignatureConvention, Avenant, AvisCpo, Tranche, IndicateurCpo, RevueCpo):
        cles = [ligne["cle"] for ligne in ecriture.lignes_de(modele, convention=cle)]
        detacher(ecriture, cles)
        ecriture.supprimer_lot(modele, cles)
    for suite in ecriture.lignes_de(Convention, renouvelle=cle):
        ecriture.modifier(Convention, suite["cle"], renouvelle=None)
    detacher(ecriture, [cle])
    effacer(Convention, cle)
    if convention["etat"] == EtatConvention.ACCORDEE:
        debut, fin = convention["annee_debut"], convention["annee_fin"]
        marquer(ecriture, convention["lignee"], debut, debut - 1, avant=fin)
