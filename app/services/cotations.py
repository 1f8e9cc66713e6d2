"""Marks given to an action on a grid: begun, given, finished, reopened, agreed on. No Qt.

A grid is frozen by its first mark. Each person has marks of their own; those agreed on are apart.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from app.models.action import Action
from app.models.cotation import Cotation, Grille, NoteCritere
from app.models.depot import Depot
from app.services.accords import compter
from app.services.cotations_gardes import (
    exiger_niveau,
    exiger_possible,
    exiger_tous_finis,
    note_posee,
    phrase_des_manquants,
)
from app.services.cotations_lues import (
    CotationLue,
    Cotees,
    DossierCote,
    NoteLue,
    juger,
    lire_cotees,
    lire_dossiers,
)
from app.services.cotations_retenues import est_de
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.gardes_seance import Horloge
from app.services.grilles_lues import (
    GrilleEntiere,
    LigneCritere,
    LigneGrille,
    lire_criteres,
    lire_entiere,
    lire_grilles,
)
from app.services.transaction import Ecriture, maintenant


class Cotations:
    """Reads and writes marks, as the person who signs. `horloge` says what time it is."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge
        self.operation = fichier.operation

    @property
    def moi(self) -> str:
        return self._fichier.signature.auteur

    # Reading ------------------------------------------------------------------------------------

    def grilles(self) -> list[LigneGrille]:
        """Those that can be scored with: active ones in their last version, and those already used."""
        with self._fichier.instant() as lire:
            toutes = lire_grilles(lire)
        return [g for g in toutes if g.cotations or (g.active and not g.succedee)]

    def cotees(self, annee: int, grille: str, moment: str) -> Cotees:
        """The actions to score, as the person who signs may see them."""
        with self._fichier.instant() as lire:
            return lire_cotees(lire, annee, grille, moment, self.moi)

    def dossiers(self, actions: Sequence[str], grille: str, moment: str) -> dict[str, DossierCote]:
        with self._fichier.instant() as lire:
            return {d.cle: d for d in lire_dossiers(lire, actions, grille, moment, self.moi)}

    # Beginning ----------------------------------------------------------------------------------

    def commencer(
        self, action: str, grille: str, moment: str, *, service: str | None = None
    ) -> str:
        """One's own marks of an action: begun, or those already begun."""
        with self._fichier.operation("Commencer une cotation") as e:
            return self.commencee(e, action, grille, moment, service=service)

    def commencee(
        self,
        ecriture: Ecriture,
        action: str,
        grille: str,
        moment: str,
        *,
        service: str | None = None,
        consensus: bool = False,
    ) -> str:
        """The same inside an operation."""
        for sienne in ecriture.lignes_de(Cotation, action=action, grille=grille, moment=moment):
            if sienne["consensus"] == consensus and (
                consensus or est_de(sienne["auteur"], self.moi)
            ):
                return str(sienne["cle"])
        exiger_possible(ecriture.lire(Grille, grille), moment)
        return ecriture.inserer(
            Cotation,
            action=ecriture.lire(Action, action)["cle"],
            grille=grille,
            moment=moment,
            auteur=self.moi,
            service=service,
            consensus=consensus,
            depot=_dernier_depot(ecriture, action),
            commencee_le=self._maintenant(),
        )

    def convenir(self, action: str, grille: str, moment: str) -> str:
        """Begin the marks agreed on: those that all gave alike are there, the others wait."""
        with self._fichier.operation("Chercher un consensus") as e:
            siennes = _du_dossier(e, action, grille, moment)
            if siennes.consensus is not None:
                return siennes.consensus.cle
            seules = [c for c in siennes.cotations if not c.consensus]
            exiger_tous_finis(seules, e.lire(Grille, grille)["masquee"])
            cle = self.commencee(e, action, grille, moment, consensus=True)
            self._recopier(e, cle, grille, [c for c in seules if c.est_terminee])
            return cle

    def _recopier(
        self, ecriture: Ecriture, cle: str, grille: str, finies: Sequence[CotationLue]
    ) -> None:
        entiere = lire_entiere(ecriture.lignes, grille)
        communes = [
            (critere, notes[0])
            for critere in entiere.criteres
            if (notes := [c.notes.get(critere.identifiant, NoteLue("")) for c in finies])
            and notes[0].courte
            and len({n.courte for n in notes}) == 1
        ]
        for critere, note in communes:
            champs = {"valeur": note.valeur, "na": note.na, "motif": note.motif}
            ecriture.inserer(
                NoteCritere, cotation=cle, critere=critere.cle, preuve=note.preuve, **champs
            )
        if communes:
            self._figer(ecriture, grille)

    # Marks --------------------------------------------------------------------------------------

    def noter(self, cotation: str, critere: str, **champs: Any) -> None:
        """Give a mark: `valeur`, or `na` with its `motif`; `preuve`: where it is said.

        `critere` is its identifiant. Raises SaisieRefusee with what to type.
        """
        with self._fichier.operation(f"Noter le critère {critere}") as e:
            self.poser_note(e, cotation, critere, **champs)

    def noter_pour(
        self, action: str, grille: str, moment: str, critere: str, **champs: Any
    ) -> None:
        """The same for one's own marks, begun when they were not."""
        with self._fichier.operation(f"Noter le critère {critere}") as e:
            self.poser_note(e, self.commencee(e, action, grille, moment), critere, **champs)

    def poser_note(self, ecriture: Ecriture, cotation: str, critere: str, **champs: Any) -> None:
        """The same inside an operation."""
        ligne = self._la_mienne(ecriture, cotation)
        sien = _critere(ecriture, ligne["grille"], critere)
        lues = ecriture.lignes_de(NoteCritere, cotation=cotation, critere=sien.cle)
        vide = {"valeur": None, "na": False, "motif": None, "preuve": None}
        avant = lues[0] if lues else vide
        apres = note_posee(sien, {nom: avant[nom] for nom in vide}, champs)
        if lues and apres == vide:
            ecriture.supprimer(NoteCritere, lues[0]["cle"])
        elif lues:
            ecriture.modifier_lue(NoteCritere, lues[0], **apres)
        elif apres != vide:
            self._figer(ecriture, ligne["grille"])
            ecriture.inserer(NoteCritere, cotation=cotation, critere=sien.cle, **apres)

    def choisir(self, cotation: str, code: str | None, motif: str | None = None) -> None:
        """Set the level by hand (None: no longer). Where marks give one, the reason is compulsory."""
        with self._fichier.operation("Choisir le niveau d'une cotation") as e:
            self.poser_niveau(e, cotation, code, motif)

    def poser_niveau(
        self, ecriture: Ecriture, cotation: str, code: str | None, motif: str | None = None
    ) -> None:
        """The same inside an operation."""
        ligne = self._la_mienne(ecriture, cotation)
        texte = (motif or "").strip() or ligne["commentaire"]
        if code is not None:
            entiere = lire_entiere(ecriture.lignes, ligne["grille"])
            code, _, raison = code.strip().partition(" ")
            texte = raison.strip() or texte
            code = exiger_niveau(entiere, code, texte)
            self._figer(ecriture, ligne["grille"])
        ecriture.modifier_lue(Cotation, ligne, niveau=code, commentaire=texte)

    def commenter(self, cotation: str, **champs: str | None) -> None:
        """Write `commentaire`, or the `recommandation` to the porteur; finished marks may have one."""
        with self._fichier.operation("Commenter une cotation") as e:
            self.poser_commentaire(e, cotation, **champs)

    def poser_commentaire(self, ecriture: Ecriture, cotation: str, **champs: str | None) -> None:
        """The same inside an operation that does more."""
        ligne = self._exiger_sienne(ecriture.lire(Cotation, cotation))
        propres = {nom: (texte or "").strip() or None for nom, texte in champs.items()}
        ecriture.modifier_lue(Cotation, ligne, **propres)

    # Finishing ----------------------------------------------------------------------------------

    def terminer(self, cotation: str) -> str | None:
        """Keep the level reached; returns its code. Raises SaisieRefusee with what is missing."""
        with self._fichier.operation("Terminer une cotation") as e:
            return self._terminer(e, self._la_mienne(e, cotation))

    def terminer_plusieurs(self, cotations: Sequence[str]) -> tuple[int, int]:
        """The same for those that are complete: (how many are, how many miss a mark)."""
        faites = 0
        with self._fichier.operation(f"Terminer {compter(len(cotations), 'cotation')}") as e:
            for cotation in cotations:
                entiere, notes = _notes(e, ligne := self._la_mienne(e, cotation))
                if juger(entiere.bareme, notes, ligne["niveau"])[1].complete:
                    self._terminer(e, ligne)
                    faites += 1
        return faites, len(cotations) - faites

    def _terminer(self, ecriture: Ecriture, ligne: dict[str, Any]) -> str | None:
        entiere, notes = _notes(ecriture, ligne)
        _, obtenu = juger(entiere.bareme, notes, ligne["niveau"])
        if not obtenu.complete:
            raise SaisieRefusee(phrase_des_manquants(entiere, obtenu.manquants))
        code = obtenu.niveau.code if obtenu.niveau else None
        ecriture.modifier_lue(
            Cotation,
            ligne,
            niveau=code,
            terminee_le=self._maintenant(),
            depot=_dernier_depot(ecriture, ligne["action"]),
        )
        return code

    def rouvrir(self, cotation: str) -> None:
        """Change marks again; a level that was only computed is computed anew."""
        with self._fichier.operation("Rouvrir une cotation") as e:
            ligne = self._exiger_sienne(e.lire(Cotation, cotation))
            entiere, notes = _notes(e, ligne)
            choisi, _ = juger(entiere.bareme, notes, ligne["niveau"])
            e.modifier_lue(Cotation, ligne, niveau=choisi, terminee_le=None)

    def confirmer(self, cotation: str) -> None:
        """The dossier was read again as it is now, and the marks stay."""
        with self._fichier.operation("Confirmer une cotation") as e:
            ligne = self._exiger_sienne(e.lire(Cotation, cotation))
            e.modifier_lue(Cotation, ligne, depot=_dernier_depot(e, ligne["action"]))

    def supprimer(self, cotation: str) -> None:
        """Take back one's marks whole. The grid stays frozen: others may have used it since."""
        with self._fichier.operation("Retirer une cotation") as e:
            self._exiger_sienne(e.lire(Cotation, cotation))
            notes = e.lignes_de(NoteCritere, cotation=cotation)
            e.supprimer_lot(NoteCritere, [n["cle"] for n in notes])
            e.supprimer(Cotation, cotation)

    # Guards -------------------------------------------------------------------------------------

    def _maintenant(self) -> str:
        return self._horloge().isoformat(timespec="seconds")

    def _figer(self, ecriture: Ecriture, grille: str) -> None:
        ligne = ecriture.lire(Grille, grille)
        if ligne["figee_le"] is None:
            ecriture.modifier_lue(Grille, ligne, figee_le=self._maintenant())

    def _la_mienne(self, ecriture: Ecriture, cotation: str) -> dict[str, Any]:
        """The row, to be changed; what is agreed on is signed by whoever writes it."""
        ligne = self._exiger_sienne(ecriture.lire(Cotation, cotation))
        if ligne["terminee_le"] is not None:
            raise SaisieRefusee("Cette cotation est terminée : rouvrez-la pour la changer.")
        if ligne["consensus"] and ligne["auteur"] != self.moi:
            ecriture.modifier_lue(Cotation, ligne, auteur=self.moi)
            ligne["auteur"] = self.moi
        return ligne

    def _exiger_sienne(self, ligne: dict[str, Any]) -> dict[str, Any]:
        if not ligne["consensus"] and not est_de(ligne["auteur"], self.moi):
            raise SaisieRefusee(
                f"Ces notes sont celles de {ligne['auteur']} : donnez les vôtres à côté."
            )
        return ligne


def _du_dossier(ecriture: Ecriture, action: str, grille: str, moment: str) -> DossierCote:
    """All that was said of an action, as its scorers said it."""
    return lire_dossiers(ecriture.lignes, [action], grille, moment, None)[0]


def _dernier_depot(ecriture: Ecriture, action: str) -> str | None:
    """The last version deposited: the one that is before the scorer's eyes."""
    requete = (
        select(Depot.cle)
        .where(Depot.action == action)
        .order_by(func.coalesce(Depot.numero, 0).desc(), Depot.cle.desc())
        .limit(1)
    )
    lues = ecriture.lignes(requete)
    return str(lues[0].cle) if lues else None


def _critere(ecriture: Ecriture, grille: str, identifiant: str) -> LigneCritere:
    criteres = lire_criteres(ecriture.lignes, grille)
    trouve = next((c for c in criteres if c.identifiant == identifiant), None)
    if trouve is None:
        raise SaisieRefusee(f"La grille n'a pas de critère « {identifiant} ».")
    return trouve


def _notes(
    ecriture: Ecriture, cotation: Mapping[str, Any]
) -> tuple[GrilleEntiere, dict[str, NoteLue]]:
    entiere = lire_entiere(ecriture.lignes, cotation["grille"])
    noms = {c.cle: c.identifiant for c in entiere.criteres}
    notes = {
        noms[n["critere"]]: NoteLue(noms[n["critere"]], n["valeur"], n["na"], n["motif"])
        for n in ecriture.lignes_de(NoteCritere, cotation=cotation["cle"])
        if n["critere"] in noms
    }
    return entiere, notes
