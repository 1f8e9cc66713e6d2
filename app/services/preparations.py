"""Each action of a source against the file: found or new, its labels resolved, its changes counted."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache, partial
from typing import Any, Final

from sqlalchemy import select

from app.models.action import Action
from app.models.base import nouvelle_cle
from app.models.calculs import echelle_proposee
from app.models.contrat import Contrat, Echelle
from app.models.enums import NatureAction, NiveauConstat, Recurrence
from app.models.montants import afficher_montant
from app.models.organisme import Organisme
from app.services import comparaisons as compare
from app.services import comparaisons_montants as montants
from app.services import comparaisons_notes as notes
from app.services.actions_lues import ActionLue
from app.services.annuaire_financeurs import AnnuaireFinanceurs
from app.services.annuaire_lieux import AnnuaireLieux, AnnuaireNoeuds
from app.services.annuaire_porteurs import AnnuairePorteurs
from app.services.appels_courants import appel_courant, aujourd_hui
from app.services.ecarts import Ecart
from app.services.existants import Existante, Existantes
from app.services.fichier import Fichier
from app.services.identifiants import nom_normalise, ressemblance
from app.services.lexique import cle_entete
from app.services.placements import Notes, Placements, Places
from app.services.plans import Filiation, Genre, LignePlan, Rapprochement, Verdict

PRESQUE_LA_MEME: Final = 95
NOM_ELOIGNE: Final = 60
CHAMPS_PORTEUR: Final = {
    "siret": "SIRET",
    "rna": "RNA",
    "sigle": "sigle",
    "code_postal": "code postal",
    "ville": "ville",
}


class Preparation:
    """One pass over the actions of a source. Everything of the file is read once, at the start."""

    def __init__(
        self,
        fichier: Fichier,
        *,
        annees: set[int],
        annee: int | None,
        appel: str | None,
        resolutions: Mapping[tuple[Genre, str], str],
    ) -> None:
        self._annee = annee
        self._appel = appel
        self._appel_courant = cache(partial(appel_courant, fichier, jour=aujourd_hui()))
        self.notes = Notes()
        self.lieux = AnnuaireLieux(fichier)
        self.noeuds = AnnuaireNoeuds(fichier)
        self.financeurs = AnnuaireFinanceurs(fichier, self.lieux, resolutions)
        self.porteurs = AnnuairePorteurs(fichier, resolutions)
        self._placements = Placements(
            self.lieux, self.noeuds, resolutions=resolutions, notes=self.notes
        )
        self._existantes = Existantes(fichier, annees)
        self._echelles: dict[str, str] = {
            cle_entete(nom): identifiant
            for identifiant, nom in fichier.lignes(select(Echelle.identifiant, Echelle.nom))
        }
        self._debut, self._fin = _annees_du_contrat(fichier)
        self._traitees: dict[str, LignePlan] = {}

    def rapprochements(self) -> tuple[Rapprochement, ...]:
        """What every label of the source was taken for, when it is not its very name."""
        return (
            *self.financeurs.rapprochements,
            *self._placements.rapprochements.values(),
            *self.porteurs.rapprochements,
        )

    # One row ------------------------------------------------------------------------------------

    def ligne(self, rang: int, action: ActionLue) -> LignePlan:
        annee = action.annee or self._annee
        if action.existante and action.annee is None:
            annee = self._existantes.annee_de_la_reference(action.reference) or annee
        if annee is None and action.existante:
            return self._ecarter(rang, action, _absente(action))
        if annee is None:
            return self._ecarter(rang, action, "Année inconnue : choisissez-la.")
        porteur = self.porteurs.trouver(action)
        cle = self._trouver(action, annee, porteur)
        if cle is not None and cle in self._traitees:
            return self._doublon(rang, action, self._traitees[cle])
        existante = self._existantes.existante(cle) if cle is not None else None
        if existante is None and action.existante:
            return self._ecarter(rang, action, _absente(action))
        if existante is None and not action.titre:
            self.notes.noter(
                action,
                "titre",
                message="Intitulé absent : la ligne est ignorée.",
                niveau=NiveauConstat.BLOQUANT,
            )
            return self._ecarter(rang, action, "Intitulé absent.")
        self._controler_annee(action, annee)
        if existante is None or existante.action["porteur"] is None:
            self._exiger_porteur(action, porteur)
        self._controler_porteur(action, porteur)
        if existante is None:
            ligne = self._nouvelle(rang, action, annee=annee, porteur=porteur)
        else:
            ligne = self._completee(rang, action, existante=existante, porteur=porteur)
        self._traitees[ligne.cle or ""] = ligne
        return ligne

    def _trouver(self, action: ActionLue, annee: int, porteur: str | None) -> str | None:
        """The action of the file; a reference already taken by another title names a whole dossier."""
        cle = self._existantes.trouver(action, annee, porteur)
        deja = self._traitees.get(cle or "")
        if deja is None or nom_normalise(deja.titre) == nom_normalise(action.titre or deja.titre):
            return cle
        return self._existantes.trouver(
            replace(action, reference=None, numero=None), annee, porteur
        )

    def _nouvelle(
        self, rang: int, action: ActionLue, *, annee: int, porteur: str | None
    ) -> LignePlan:
        cle, ecart = nouvelle_cle(), Ecart()
        filiation = self._filiation(action, annee, porteur)
        places = self._placements.places(action)
        champs = self._champs(action, porteur)
        echelle = champs.get("echelle") or self._echelle(places)
        numero = self._existantes.prevoir(
            cle,
            annee,
            action=action,
            porteur=porteur,
            lignee=filiation.lignee if filiation else cle,
        )
        ecart.creer(
            Action,
            cle=cle,
            annee=annee,
            numero=numero,
            lignee=cle,
            **{
                **notes.naissance(action, self._appel, self._appel_courant(annee)),
                "nature": str(NatureAction.ACTION),
                **champs,
                "echelle": echelle,
            },
        )
        vierge = Existante({"cle": cle})
        besoins = self._enfants(ecart, action, existante=vierge, annee=annee, places=places)
        self._verifier_n1(action, filiation)
        return LignePlan(
            rang=rang,
            feuille=action.feuille,
            ligne=action.ligne,
            verdict=Verdict.AJOUTER,
            motif="Nouvelle action"
            + (f", reconduit celle de {filiation.annee}" if filiation else ""),
            annee=annee,
            titre=action.titre or "",
            porteur=self.porteurs.nom(porteur),
            cle=cle,
            changements=tuple(ecart.changements),
            filiation=filiation,
            gestes=tuple(ecart.gestes),
            besoins=self._besoins(besoins, porteur),
        )

    def _completee(
        self, rang: int, action: ActionLue, *, existante: Existante, porteur: str | None
    ) -> LignePlan:
        ecart = Ecart()
        annee = int(existante.action["annee"])
        porteur = self._meme_porteur(action, existante, porteur)
        self._completer_porteur(ecart, action, porteur)
        places = self._placements.places(action)
        champs = self._champs(action, porteur)
        if existante.action["echelle"] is None and "echelle" not in champs and places.communes:
            champs |= {"echelle": e} if (e := self._echelle(places)) else {}
        compare.comparer_action(ecart, existante, champs, nom_porteur=self.porteurs.nom)
        besoins = self._enfants(ecart, action, existante=existante, annee=annee, places=places)
        champs_changes = ", ".join(dict.fromkeys(c.champ for c in ecart.changements))
        return LignePlan(
            rang=rang,
            feuille=action.feuille,
            ligne=action.ligne,
            verdict=Verdict.METTRE_A_JOUR if ecart.gestes else Verdict.IGNORER,
            motif=f"Change : {champs_changes}" if ecart.gestes else "Déjà à jour",
            annee=annee,
            titre=str(existante.action["titre"]),
            porteur=self.porteurs.nom(porteur or existante.action["porteur"]),
            cle=existante.cle,
            changements=tuple(ecart.changements),
            gestes=tuple(ecart.gestes),
            besoins=self._besoins(besoins, porteur),
        )

    def _meme_porteur(
        self, action: ActionLue, existante: Existante, porteur: str | None
    ) -> str | None:
        """The porteur of the file when it has the same name: two organismes may be doubles."""
        connu: str | None = existante.action["porteur"]
        if connu is None or action.porteur is None:
            return porteur
        meme = nom_normalise(self.porteurs.nom(connu)) == nom_normalise(action.porteur)
        return connu if meme else porteur

    def _ecarter(self, rang: int, action: ActionLue, motif: str) -> LignePlan:
        return LignePlan(
            rang=rang,
            feuille=action.feuille,
            ligne=action.ligne,
            verdict=Verdict.IGNORER,
            motif=motif,
            annee=action.annee or self._annee,
            titre=action.titre or "",
            porteur=action.porteur or "",
        )

    def _doublon(self, rang: int, action: ActionLue, premiere: LignePlan) -> LignePlan:
        message = f"Même action que la ligne {premiere.ligne} : seule la première est importée."
        self.notes.noter(action, "doublon", message=message)
        return self._ecarter(rang, action, message)

    def _besoins(self, financeurs: set[str], porteur: str | None) -> frozenset[str]:
        crees = self.porteurs.creations.keys() | self.financeurs.creations.keys()
        return frozenset((financeurs | ({porteur} if porteur else set())) & crees)

    # Its fields ---------------------------------------------------------------------------------

    def _champs(self, action: ActionLue, porteur: str | None) -> dict[str, Any]:
        champs = compare.champs_de(action, porteur)
        if action.echelle is not None:
            identifiant = self._identifiant_d_echelle(action)
            champs.pop("echelle")
            champs |= {"echelle": identifiant} if identifiant else {}
        return champs

    def _identifiant_d_echelle(self, action: ActionLue) -> str | None:
        cherche = cle_entete(action.echelle or "")
        for nom, identifiant in self._echelles.items():
            if cherche in (nom, cle_entete(identifiant)) or f" {cherche} " in f" {nom} ":
                return identifiant
        self.notes.noter(
            action, "echelle", message=f"Échelle « {action.echelle} » inconnue : non reprise."
        )
        return None

    def _echelle(self, places: Places) -> str | None:
        """The scale that the communes touched propose, when the contract has it."""
        proposee = echelle_proposee(len(places.communes))
        return proposee if proposee in self._echelles.values() else None

    def _completer_porteur(self, ecart: Ecart, action: ActionLue, porteur: str | None) -> None:
        if porteur is None:
            return
        manques = self.porteurs.manques(porteur, action)
        if manques:
            ecart.modifier(Organisme, porteur, **manques)
            for champ, valeur in manques.items():
                ecart.noter(f"Porteur – {CHAMPS_PORTEUR[champ]}", "", str(valeur))

    def _controler_annee(self, action: ActionLue, annee: int) -> None:
        if (self._debut and annee < self._debut) or (self._fin and annee > self._fin):
            self.notes.noter(
                action,
                "annee",
                message=f"L'année {annee} est hors du contrat ({self._debut or '…'}-{self._fin or '…'}).",
            )

    def _exiger_porteur(self, action: ActionLue, porteur: str | None) -> None:
        if action.porteur is None and porteur is None:
            self.notes.noter(action, "porteur", message="Porteur absent : l'action n'en aura pas.")

    def _controler_porteur(self, action: ActionLue, porteur: str | None) -> None:
        """Say when the SIRET names another organisme than the name does."""
        connu = self.porteurs.nom(porteur)
        if action.porteur is None or not connu:
            return
        if ressemblance(nom_normalise(connu), nom_normalise(action.porteur)) < NOM_ELOIGNE:
            self.notes.dire(
                action,
                "porteur",
                message=f"« {action.porteur} » a le SIRET ou le nom d'usage de « {connu} » : "
                "c'est ce porteur qui est retenu.",
            )

    def _filiation(self, action: ActionLue, annee: int, porteur: str | None) -> Filiation | None:
        trouvee = self._existantes.filiation(action.titre or "", annee, porteur)
        if trouvee is None:
            return None
        if action.recurrence == Recurrence.NOUVEAU:
            if trouvee.score >= PRESQUE_LA_MEME:
                self.notes.noter(
                    action,
                    "recurrence",
                    message=f"Annoncée nouvelle, mais « {trouvee.titre} » existait en {trouvee.annee}.",
                )
            return None
        self._existantes.prendre(trouvee.cle)
        return trouvee

    def _verifier_n1(self, action: ActionLue, filiation: Filiation | None) -> None:
        """The N-1 that the source prints is checked against last year's action, never stored."""
        if not action.accorde_n1:
            return
        annonce = afficher_montant(action.accorde_n1, euro=True)
        connu = self._existantes.accorde(filiation.cle) if filiation else None
        if connu is None:
            self.notes.noter(
                action,
                "accorde_n1",
                message=f"Accordé N-1 annoncé : {annonce}, "
                "mais le fichier n'a pas l'action de l'an passé.",
                niveau=NiveauConstat.INFORMATION,
            )
        elif connu != action.accorde_n1:
            self.notes.noter(
                action,
                "accorde_n1",
                message=f"Accordé N-1 annoncé : {annonce} ; le fichier dit "
                f"{afficher_montant(connu, euro=True)}.",
            )

    # Its children -------------------------------------------------------------------------------

    def _enfants(
        self, ecart: Ecart, action: ActionLue, *, existante: Existante, annee: int, places: Places
    ) -> set[str]:
        """Compare what hangs on the action; returns the financeurs that it needs."""
        cle = existante.cle
        compare.comparer_quartiers(
            ecart, existante.quartiers, places.quartiers, action=cle,
            complet=places.quartiers_entiers, nom=self.lieux.nom_du_quartier,
        )  # fmt: skip
        deduites = not action.communes
        if not (deduites and existante.communes):
            compare.comparer_communes(
                ecart, existante.communes, places.communes, action=cle,
                complet=places.communes_entieres and not deduites,
                nom=self.lieux.nom_de_la_commune,
            )  # fmt: skip
        compare.comparer_classements(
            ecart, existante.classements, self._placements.classements(action), action=cle,
            nomenclature=self.noeuds.nomenclatures.get, nom=self.noeuds.nom,
        )  # fmt: skip
        montants.comparer_budget(ecart, existante.budget, action.budget, action=cle)
        voulus = self._cofinancements(action, annee, places)
        montants.comparer_cofinancements(
            ecart, existante.cofinancements, voulus, action=cle, nom=self.financeurs.nom,
            actes=existante.actes,
        )  # fmt: skip
        if action.note is not None:
            notes.comparer_note(ecart, existante, action.note, trouver=self.financeurs.connu)
        for phrase in ecart.laisses:
            self.notes.noter(action, "financeur", message=phrase)
        return {voulu.financeur for voulu in voulus}

    def _cofinancements(
        self, action: ActionLue, annee: int, places: Places
    ) -> list[montants.CofinancementVoulu]:
        voulus = []
        for lu in action.cofinancements:
            trouve = self.financeurs.trouver(lu.financeur)
            if trouve.cle is None:
                continue
            commune = trouve.commune
            if commune is None and self.financeurs.nature_de(trouve.cle) == "commune":
                commune = places.communes[0] if len(places.communes) == 1 else None
            ligne, nature = self.financeurs.ligne_credit(
                trouve.cle, libelle=lu.ligne_credit, nature=lu.nature_credit
            )
            voulus.append(
                montants.CofinancementVoulu(
                    trouve.cle, commune, ligne, nature, lu.annee or annee, lu
                )
            )
        return voulus


def _absente(action: ActionLue) -> str:
    return (
        f"Action {action.reference or ''} absente du fichier : ce format ne suffit pas à la créer, "
        "importez d'abord la programmation."
    )


def _annees_du_contrat(fichier: Fichier) -> tuple[int | None, int | None]:
    for debut, fin in fichier.lignes(select(Contrat.annee_debut, Contrat.annee_fin)):
        return debut, fin
    return None, None
