"""The avis technique commun of the comité partenarial: proposed from the avis, then given. No Qt."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.models.action import Action
from app.models.enums import NatureReunion, SensInstruction, StatutAction
from app.models.instruction import AvisCommun, AvisInstruction
from app.models.reunion import PointReunion, Reunion
from app.services.avis_cycle import EtapesDeLInstruction
from app.services.avis_lus import dossiers_de, lire_dossier, lire_instruction
from app.services.cofinancements import exiger_montant
from app.services.dossiers_instruits import Dossier, LigneAvis, LigneCommun
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.gardes_seance import Horloge, jour_courant
from app.services.reponses import EXIGENT_UN_MOTIF, en_mots, phrase_d_avis
from app.services.services_instructeurs import LigneService, lire_services
from app.services.transaction import Ecriture, maintenant

# What may still be proposed to the comité: deposited, and not decided yet.
A_PROPOSER = (
    StatutAction.DEPOSEE,
    StatutAction.INSTRUCTION,
    StatutAction.PROPOSEE,
    StatutAction.AJOURNEE,
)
PRET, ATTEND, RENDU, HORS = "pret", "attend", "rendu", "hors"
ETATS = (
    (PRET, "Prêt à rendre"),
    (ATTEND, "Attend des avis"),
    (RENDU, "Rendu"),
    (HORS, "Déjà décidé"),
)


@dataclass(frozen=True, slots=True)
class Proposition:
    """What the avis commun could be, from what the services say (euros)."""

    sens: str
    vers: str | None = None
    motif: str | None = None
    montant: Decimal | None = None

    @property
    def phrase(self) -> str:
        return phrase_d_avis(self.sens, self.vers, self.motif)


@dataclass(frozen=True, slots=True)
class LigneAvisCommun:
    """An action before the comité partenarial, by its key: what the services say, what is given."""

    dossier: Dossier
    proposition: Proposition
    commun: LigneCommun | None

    @property
    def cle(self) -> str:
        return self.dossier.cle

    @property
    def manque(self) -> str:
        """« Région, CAF », and the answers that the appel still wants."""
        noms = self.dossier.manquants
        if not self.dossier.sollicites:
            return "aucune demande"
        if not noms and (reste := self.dossier.sans_reponse):
            return f"{reste} avis de plus"
        return ", ".join(noms)

    @property
    def etat(self) -> str:
        if self.commun is not None:
            return RENDU
        if self.dossier.statut not in A_PROPOSER:
            return HORS
        return ATTEND if self.manque else PRET

    @property
    def rendu(self) -> str:
        """The sense given, in words."""
        return "" if self.commun is None else en_mots(self.commun.sens, self.commun.vers)

    @property
    def ecart(self) -> str:
        """What the services say now, when it is no longer what was given."""
        if self.commun is None or self.commun.sens == self.proposition.sens:
            return ""
        return f"les services disent : {en_mots(self.proposition.sens, self.proposition.vers)}"


class AvisCommuns:
    """Reads and writes the avis communs. `horloge` says what time it is."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge
        self._etapes = EtapesDeLInstruction(fichier, horloge=horloge)
        self.operation = fichier.operation

    @property
    def aujourd_hui(self) -> date:
        return jour_courant(self._horloge)

    # Reading ------------------------------------------------------------------------------------

    def lignes(self, annee: int, *, actions: Sequence[str] | None = None) -> list[LigneAvisCommun]:
        """The dossiers of a year (or these) that a comité partenarial examines, by number."""
        lues = lire_instruction(self._fichier, annee, self.aujourd_hui, actions=actions)
        return [ligne_de(d) for d in lues.dossiers if d.avis or d.statut in A_PROPOSER]

    def ligne(self, action: str) -> LigneAvisCommun:
        """One of them. Raises SaisieRefusee when the action is no longer there."""
        dossier = lire_dossier(self._fichier, action, self.aujourd_hui)
        if dossier is None:
            raise SaisieRefusee("Cette action n'existe plus : choisissez-en une autre.")
        return ligne_de(dossier)

    def comites(self, annee: int) -> list[tuple[str, str]]:
        """(key, title) of the comités partenariaux of a year, the last one first."""
        requete = (
            select(Reunion.cle, Reunion.titre)
            .where(Reunion.annee == annee, Reunion.nature == str(NatureReunion.COMITE_PARTENARIAL))
            .order_by(Reunion.date.desc(), Reunion.cle.desc())
        )
        return [(cle, titre) for cle, titre in self._fichier.lignes(requete)]

    # Writing ------------------------------------------------------------------------------------

    def rendre(self, action: str, **champs: Any) -> None:
        """Give the avis commun of an action, or change it. `champs`: sens, vers, motif, montant,
        reunion; what is not said is what the services propose.

        Raises SaisieRefusee while a solicited financeur neither answered nor is marked absent.
        """
        with self._fichier.operation("Rendre l'avis commun") as e:
            self.poser(e, action, **champs)

    def poser(self, ecriture: Ecriture, action: str, **champs: Any) -> None:
        """The same inside an operation that does more."""
        for ligne in self._lignes_de(ecriture, [action]):
            self._rendre(ecriture, ligne, champs)

    def rendre_plusieurs(self, actions: Sequence[str], *, reunion: str | None = None) -> int:
        """Give, as proposed, the avis commun of every action that is ready; returns how many."""
        with self._fichier.operation("Rendre des avis communs") as e:
            lignes = self._lignes_de(e, actions)
            pretes = [ligne for ligne in lignes if ligne.etat == PRET]
            if not pretes:
                _dire_pourquoi(lignes)
            for ligne in pretes:
                self._rendre(e, ligne, {} if reunion is None else {"reunion": reunion})
            return len(pretes)

    def _lignes_de(self, e: Ecriture, actions: Sequence[str]) -> list[LigneAvisCommun]:
        return [ligne_de(d) for d in dossiers_de(e.lignes, actions, self.aujourd_hui)]

    def modifier(self, action: str, **champs: Any) -> None:
        """Change, or give, an avis commun field by field."""
        self.rendre(action, **champs)

    def retirer(self, *actions: str) -> int:
        """Take avis communs back: the dossiers are being instructed again. Returns how many were."""
        with self._fichier.operation("Retirer l'avis commun") as e:
            communs = e.lignes(select(AvisCommun.__table__).where(AvisCommun.action.in_(actions)))
            for commun in communs:
                lue = e.lire(Action, commun.action)
                if lue["statut"] not in A_PROPOSER:
                    statut = StatutAction.libelle_de(lue["statut"]).lower()
                    raise SaisieRefusee(
                        f"« {lue['numero']} » est {statut} : son avis commun ne se retire plus."
                    )
                phrase = phrase_d_avis(commun.sens, commun.vers, commun.motif)
                avis = None if lue["avis"] == phrase else lue["avis"]
                e.modifier_lue(Action, lue, statut=str(StatutAction.INSTRUCTION), avis=avis)
                e.supprimer(AvisCommun, commun.cle)
                self._etapes.reprendre(e, commun.action)
            return len(communs)

    def excuser(self, actions: Sequence[str]) -> list[str]:
        """Mark absent the services of the financeurs that are missing; returns their names, each once.

        Raises SaisieRefusee for a financeur that has no service.
        """
        noms: dict[str, None] = {}
        with self._fichier.operation("Marquer absents ceux qui manquent") as e:
            services = lire_services(e.lignes)
            for dossier in dossiers_de(e.lignes, actions, self.aujourd_hui):
                for service, nom in _muets(dossier, services):
                    noms[nom] = None
                    present = dossier.avis.get(service)
                    if present is None:
                        e.inserer(AvisInstruction, action=dossier.cle, service=service, absent=True)
                    else:
                        e.modifier(AvisInstruction, present.cle, absent=True)
        return list(noms)

    def _rendre(self, e: Ecriture, ligne: LigneAvisCommun, champs: dict[str, Any]) -> None:
        lue = e.lire(Action, ligne.cle)
        _exiger_pret(ligne, lue)
        valeurs = _valeurs(ligne, champs)
        valeurs["rendu_le"] = self.aujourd_hui.isoformat()
        valeurs["rendu_par"] = self._fichier.signature.auteur
        if valeurs.get("reunion") is None:
            valeurs["reunion"] = _comite_de(e, ligne.cle)
        if ligne.commun is None:
            e.inserer(AvisCommun, action=ligne.cle, **valeurs)
        else:
            e.modifier(AvisCommun, ligne.commun.cle, **valeurs)
        phrase = phrase_d_avis(valeurs["sens"], valeurs["vers"], valeurs["motif"])
        e.modifier_lue(Action, lue, avis=phrase, statut=str(StatutAction.PROPOSEE))
        self._etapes.franchir(e, ligne.cle)


def _muets(dossier: Dossier, services: Sequence[LigneService]) -> list[tuple[str, str]]:
    """(service, name of its financeur) for each financeur that is missing."""
    muets: dict[str, str] = {}
    manquants = set(dossier.manquants)
    for demande in dossier.sollicites:
        if demande.nom not in manquants:
            continue
        siens = [s for s in services if dossier.parle_pour(s, demande)]
        if not siens:
            raise SaisieRefusee(
                f"« {demande.nom} » n'a pas de service : créez-le dans l'onglet « Services »."
            )
        affectes = [s for s in siens if s.cle in dossier.avis]
        muets.setdefault((affectes or siens)[0].cle, demande.nom)
    return list(muets.items())


def ligne_de(dossier: Dossier) -> LigneAvisCommun:
    return LigneAvisCommun(dossier, proposer(dossier), dossier.commun)


def _valeurs(ligne: LigneAvisCommun, champs: dict[str, Any]) -> dict[str, Any]:
    """What is given: what is said, else what was given before, else what is proposed."""
    base: Proposition | LigneCommun = ligne.commun or ligne.proposition
    noms = ("sens", "vers", "motif", "montant")
    valeurs = {nom: champs.get(nom, getattr(base, nom)) for nom in noms}
    if valeurs["sens"] != base.sens and "motif" not in champs:
        valeurs["motif"] = None  # that of another avis
    valeurs["reunion"] = champs.get("reunion", ligne.commun.reunion if ligne.commun else None)
    exiger_montant(valeurs["montant"])
    if valeurs["sens"] != SensInstruction.REORIENTE:
        valeurs["vers"] = None
    if valeurs["sens"] in EXIGENT_UN_MOTIF and not valeurs["motif"]:
        mot = SensInstruction.libelle_de(valeurs["sens"]).lower()
        raise SaisieRefusee(f"Un avis commun « {mot} » a un motif : tapez-le.")
    return valeurs


def _exiger_pret(ligne: LigneAvisCommun, action: dict[str, Any]) -> None:
    """Raises SaisieRefusee with what is missing, by name."""
    numero, statut = action["numero"], StatutAction.libelle_de(action["statut"]).lower()
    if action["statut"] == StatutAction.NOTE:
        raise SaisieRefusee(
            f"« {numero} » est une note d'intention : l'avis commun se rend sur le dossier déposé."
        )
    if action["statut"] not in A_PROPOSER:
        raise SaisieRefusee(f"« {numero} » est {statut} : le comité en a déjà décidé.")
    if not ligne.dossier.sollicites:
        raise SaisieRefusee(
            f"Rien n'est demandé à un financeur sur « {numero} » : saisissez les demandes d'abord."
        )
    if noms := ligne.dossier.manquants:
        raise SaisieRefusee(
            f"Avis manquants sur « {numero} » : {', '.join(noms)}. "
            "Relancez, ou marquez absent qui ne répondra pas."
        )
    if reste := ligne.dossier.sans_reponse:
        raise SaisieRefusee(
            f"L'appel de « {numero} » demande {ligne.dossier.instructeurs} avis : "
            f"il en manque {reste}."
        )


def _dire_pourquoi(lignes: Sequence[LigneAvisCommun]) -> None:
    """Raises SaisieRefusee: none of them is ready."""
    attendent = [ligne for ligne in lignes if ligne.etat == ATTEND]
    if attendent:
        raise SaisieRefusee(
            f"Aucun de ces dossiers n'est prêt : « {attendent[0].dossier.numero} » attend "
            f"{attendent[0].manque}."
        )
    raise SaisieRefusee("Aucun de ces dossiers n'attend d'avis commun : choisissez-en d'autres.")


def _comite_de(ecriture: Ecriture, action: str) -> str | None:
    """The last comité partenarial that has the action on its agenda."""
    requete = (
        select(Reunion.cle)
        .join(PointReunion, PointReunion.reunion == Reunion.cle)
        .where(
            PointReunion.action == action,
            Reunion.nature == str(NatureReunion.COMITE_PARTENARIAL),
        )
        .order_by(Reunion.date.desc(), Reunion.cle.desc())
        .limit(1)
    )
    lues = ecriture.lignes(requete)
    return str(lues[0].cle) if lues else None


# What the services say together -------------------------------------------------------------------


def proposer(dossier: Dossier) -> Proposition:
    """The avis commun that the solicited financeurs' answers suggest; a person decides."""
    rendus = [a for a in dossier.avis.values() if a.sollicite and a.sens is not None]
    sens = _sens_commun([a.sens for a in rendus if a.sens != SensInstruction.SANS_AVIS])
    vers = next((a.vers for a in rendus if a.sens == sens and a.vers), None)
    return Proposition(sens, vers, _motifs(rendus, sens), dossier.propose)


def _sens_commun(avis: Sequence[str | None]) -> str:
    """All favourable, or all of one mind; between yes and no, favourable with the reserves of the no."""
    comptes = Counter(avis)
    if not comptes:
        return str(SensInstruction.SANS_AVIS)
    if len(comptes) == 1:
        return str(avis[0])
    oui = comptes[SensInstruction.FAVORABLE] + comptes[SensInstruction.RESERVE]
    if oui * 2 >= len(avis):
        return str(SensInstruction.RESERVE)
    contre = [str(s) for s, _ in comptes.most_common() if s not in _OUI]
    return contre[0]


_OUI = (SensInstruction.FAVORABLE, SensInstruction.RESERVE)


def _motifs(rendus: Sequence[LigneAvis], sens: str) -> str | None:
    """The motives of those who did not simply say yes, each once, with their names."""
    if sens == SensInstruction.FAVORABLE:
        return None
    par_motif: dict[str, list[str]] = {}
    for avis in rendus:
        if avis.motif and avis.sens != SensInstruction.FAVORABLE:
            par_motif.setdefault(avis.motif, []).append(avis.service.nom_court)
    return " ; ".join(f"{m.rstrip('.')} ({', '.join(n)})" for m, n in par_motif.items()) or None
