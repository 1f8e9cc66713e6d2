"""The letters to the porteurs: composed from the file, corrected one by one, kept in a register."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.models.action import Action, Cofinancement
from app.models.courrier import Courrier
from app.models.enums import ModeNotification, NatureCourrier
from app.models.suivi import Bilan
from app.services.accords import compter
from app.services.attaches import detacher
from app.services.courriers_contenus import Choix, Contenus, a_dire
from app.services.courriers_lus import ANNONCENT, LigneCourrier, lire_courriers, reprend
from app.services.courriers_modeles import Modeles
from app.services.courriers_rendu import LONGUEUR_MAXIMUM, Modele, objet_de
from app.services.documents import nom_de_fichier
from app.services.errors import SaisieRefusee
from app.services.etapes_des_actes import EtapesDesActes
from app.services.fichier import Fichier
from app.services.gardes_seance import Horloge, jour_courant, moment
from app.services.notifications import ecrire_lettre
from app.services.signataires import LigneSignataire, Signataires
from app.services.transaction import Ecriture, maintenant

Avance = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Lettre:
    """A letter ready to go out. `nom`: of its file, without extension; `modele`: what it was made of."""

    ligne: LigneCourrier
    octets: bytes
    texte: str
    nom: str
    modele: str
    signataire: LigneSignataire | None

    @property
    def objet(self) -> str:
        return objet_de(self.texte)


class Courriers:
    """Reads what is due, composes, and keeps what was produced and sent."""

    def __init__(
        self, fichier: Fichier, modeles: Modeles | None = None, *, horloge: Horloge = maintenant
    ) -> None:
        self.fichier = fichier
        self.modeles = modeles or Modeles()
        self.signataires = Signataires(fichier)
        self._horloge = horloge
        self._etapes = EtapesDesActes(fichier, horloge=horloge)
        # What the keys of the rows stand for: (action, kind, decision). It never changes.
        self._connues: dict[str, tuple[str, str, str | None]] = {}
        self.operation = fichier.operation

    def jour(self) -> date:
        return jour_courant(self._horloge)

    def lignes(self, annee: int) -> list[LigneCourrier]:
        """The letters of a year. Their keys are known from then on."""
        lues = lire_courriers(self.fichier, annee, self.jour())
        self._connues |= {
            li.cle: (li.action, li.nature, li.decision) for li in lues if li.cle != li.courrier
        }
        return lues

    # Composing ------------------------------------------------------------------------------------

    def composer(
        self,
        lignes: Sequence[LigneCourrier],
        choix: Choix,
        *,
        avance: Avance | None = None,
        sans_correction: bool = False,
    ) -> list[Lettre]:
        """The letters, in the order given; each template is judged once. Raises ModeleRefuse."""
        contenus = Contenus(self.fichier, self.signataires.lignes())
        lus = contenus.lire(lignes, choix)
        modeles: dict[str, Modele] = {}
        lettres = []
        for rang, ligne in enumerate(lignes, start=1):
            nature = NatureCourrier.de(ligne.nature)
            if ligne.nature not in modeles:
                modeles[ligne.nature] = self.modeles.charger(nature)
            texte = None if sans_correction else ligne.texte
            titre = f"{nature.libelle} – {ligne.numero} {ligne.titre}"
            octets, mots = modeles[ligne.nature].rediger(lus[ligne.cle], texte=texte, titre=titre)
            lettres.append(
                Lettre(
                    ligne,
                    octets,
                    mots,
                    nom_de_la_lettre(ligne),
                    self.modeles.nom(nature),
                    contenus.signataire(ligne, choix),
                )
            )
            if avance is not None:
                avance(rang, len(lignes))
        return lettres

    # Before production ----------------------------------------------------------------------------

    def corriger(self, ligne: LigneCourrier, texte: str | None) -> None:
        """Keep the words of this letter alone; None: those of the template again."""
        if texte is not None and not texte.strip():
            raise SaisieRefusee("Une lettre a un texte : tapez-le, ou revenez à celui du modèle.")
        if texte is not None and len(texte) > LONGUEUR_MAXIMUM:
            raise SaisieRefusee(f"Ce texte dépasse {LONGUEUR_MAXIMUM} signes : raccourcissez-le.")
        self.modifier(ligne.cle, texte=texte)

    def modifier(self, cle: str, **champs: Any) -> None:
        with self.operation("Modifier un courrier") as ecriture:
            self.poser(ecriture, cle, **champs)

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """Change a letter, which is kept from then on; sent, it also notifies its amounts."""
        courrier = self._courrier(ecriture, cle)
        _exiger_modifiable(courrier, champs)
        ecriture.modifier_lue(Courrier, courrier, **champs)
        if champs.get("envoye_le") and courrier["envoye_le"] is None:
            _notifier(ecriture, courrier | champs)
            _relancer(ecriture, courrier | champs)
            self._etapes.suivre(ecriture, [courrier["action"]])

    def preparer(self, actions: Iterable[str], nature: NatureCourrier) -> int:
        """Add a letter that is not due, such as a second reminder. How many."""
        cles = list(dict.fromkeys(actions))
        with self.operation(f"Préparer {compter(len(cles), 'courrier')}") as ecriture:
            for action in cles:
                _inserer(ecriture, action, nature, None)
        return len(cles)

    def retirer(self, lignes: Sequence[LigneCourrier]) -> int:
        """Forget letters that were not sent: those that are due are to be made again. How many."""
        gardes = [ligne for ligne in lignes if ligne.courrier is not None]
        if not gardes:
            raise SaisieRefusee("Rien n'est encore gardé de ces courriers.")
        if any(ligne.envoye_le is not None for ligne in gardes):
            raise SaisieRefusee(
                "Un courrier envoyé reste au registre : retirez d'abord sa date d'envoi."
            )
        cles = [ligne.courrier for ligne in gardes if ligne.courrier is not None]
        with self.operation(f"Retirer {compter(len(cles), 'courrier')}") as ecriture:
            detacher(ecriture, cles)
            ecriture.supprimer_lot(Courrier, cles)
        return len(cles)

    # The register ---------------------------------------------------------------------------------

    def noter_produits(
        self, lettres: Sequence[Lettre], choix: Choix, fichiers: Sequence[Path]
    ) -> None:
        """Keep what was written, in one operation; `fichiers`: where each letter went."""
        quand = moment(self._horloge)
        auteur = self.fichier.signature.auteur
        with self.operation(f"Produire {compter(len(lettres), 'courrier')}") as ecriture:
            for lettre, chemin in zip(lettres, fichiers, strict=True):
                courrier = self._courrier(ecriture, lettre.ligne.cle)
                voulus = _produit(lettre, choix) | {
                    "organisme": ecriture.lire(Action, lettre.ligne.action)["porteur"],
                    "fichier": chemin.name,
                    "produit_le": quand,
                    "produit_par": auteur,
                }
                # By lot: a column is named as the first argument of the other verb.
                ecriture.modifier_lot(Courrier, {courrier["cle"]: voulus})

    def noter_envoi(
        self,
        lignes: Sequence[LigneCourrier],
        *,
        envoye_le: str,
        mode: str | None = None,
        reference: str | None = None,
    ) -> int:
        """These letters went out, in one operation: the amounts they tell are notified. How many."""
        a_noter = [ligne for ligne in lignes if ligne.produit_le is not None]
        if not a_noter:
            raise SaisieRefusee("Produisez d'abord ces courriers : rien n'est à envoyer.")
        champs = {"envoye_le": envoye_le, "mode": mode}
        if reference is not None:
            champs["reference"] = reference
        with self.operation(f"Noter l'envoi de {compter(len(a_noter), 'courrier')}") as ecriture:
            for ligne in a_noter:
                self.poser(ecriture, ligne.cle, **champs)
        return len(a_noter)

    def _courrier(self, ecriture: Ecriture, cle: str) -> dict[str, Any]:
        """The letter of a row, made when nothing is kept of it yet."""
        if cle not in self._connues:
            return ecriture.lire(Courrier, cle)
        action, nature, decision = self._connues[cle]
        requete = (
            select(Courrier.cle, Courrier.decision, Courrier.envoye_le)
            .where(Courrier.action == action, Courrier.nature == nature)
            .order_by(Courrier.cle)
        )
        gardes = ecriture.lignes(requete)
        if gardes and reprend(gardes[-1], decision):
            return ecriture.lire(Courrier, gardes[-1].cle)
        neuve = _inserer(ecriture, action, NatureCourrier.de(nature), decision)
        return ecriture.lire(Courrier, neuve)


def nom_de_la_lettre(ligne: LigneCourrier) -> str:
    """« 2026-014 – Accord – Association Les Ateliers », as every system takes it."""
    nature = NatureCourrier.libelle_de(ligne.nature)
    porteur = nom_de_fichier(ligne.porteur or ligne.titre, "porteur", longueur=60)
    return " – ".join((nom_de_fichier(ligne.numero, "action", longueur=30), nature, porteur))


def _produit(lettre: Lettre, choix: Choix) -> dict[str, Any]:
    """What the register keeps of a letter that was written."""
    qui, ligne = lettre.signataire, lettre.ligne
    return {
        "decision": ligne.decision,
        "date": choix.date.isoformat(),
        "objet": lettre.objet[:500],
        "signataire": qui.nom if qui else None,
        "qualite": (qui.qualite or None) if qui else None,
        "montant": ligne.montant,
        "modele": lettre.modele,
        "empreinte": hashlib.sha256(lettre.octets).hexdigest(),
        "reference": ligne.reference or choix.reference or None,
    }


def _inserer(ecriture: Ecriture, action: str, nature: NatureCourrier, decision: str | None) -> str:
    porteur = ecriture.lire(Action, action)["porteur"]
    return ecriture.inserer(
        Courrier, action=action, organisme=porteur, nature=str(nature), decision=decision
    )


def _exiger_modifiable(courrier: dict[str, Any], champs: dict[str, Any]) -> None:
    """What a porteur has received no longer changes; how it went out may still be noted."""
    if courrier["envoye_le"] is not None and {"texte", "complement"} & champs.keys():
        raise SaisieRefusee(
            "Ce courrier est envoyé : retirez sa date d'envoi, ou préparez une autre lettre."
        )
    mode = champs.get("mode")
    if mode is not None and mode not in {str(m) for m in ModeNotification}:
        raise SaisieRefusee("Choisissez un mode d'envoi dans la liste.")


def _notifier(ecriture: Ecriture, courrier: dict[str, Any]) -> None:
    """The amounts that the letter tells, each once: « Après le comité » shows them notified."""
    if courrier["nature"] not in {str(n) for n in ANNONCENT}:
        return
    annee = ecriture.lire(Action, courrier["action"])["annee"]
    requete = select(
        Cofinancement.cle, Cofinancement.vote, Cofinancement.accorde, Cofinancement.notifie
    ).where(Cofinancement.action == courrier["action"], Cofinancement.annee == annee)
    for ligne in ecriture.lignes(requete):
        montant: Decimal | None = a_dire(ligne)
        if montant and ligne.notifie != montant:
            ecrire_lettre(
                ecriture,
                ligne.cle,
                {
                    "date": courrier["envoye_le"],
                    "mode": courrier["mode"],
                    "reference": courrier["reference"],
                    "montant": montant,
                },
            )


def _relancer(ecriture: Ecriture, courrier: dict[str, Any]) -> None:
    """A reminder is counted with the bilan that it asks for, where one is followed."""
    if courrier["nature"] == NatureCourrier.RELANCE_BILAN:
        for bilan in ecriture.lignes_de(Bilan, action=courrier["action"]):
            ecriture.modifier_lue(
                Bilan, bilan, relances=bilan["relances"] + 1, relance_le=courrier["envoye_le"]
            )
