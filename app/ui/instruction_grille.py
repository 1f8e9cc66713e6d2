"""« Tous les avis »: the grid of actions × services, typed and pasted as any table, and the reminders."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QPushButton

from app.services.accords import compter
from app.services.avis_lus import lire_instruction
from app.services.columns import Colonne
from app.services.columns_instruction import RESUME, colonnes_grille, nom_du_bloc
from app.services.contexte import Contexte
from app.services.documents import ecrire_entier, nom_de_fichier
from app.services.dossiers_instruits import Dossier
from app.services.errors import SaisieRefusee
from app.services.instruction import Instruction
from app.services.relances import Relance
from app.services.reponses import EN_RETARD
from app.services.services_instructeurs import LigneService
from app.ui.gestes_avis import suivre_l_etat
from app.ui.gestes_plis import basculer_tout
from app.ui.instruction_exception import ListeDAvis
from app.ui.plis_colonnes import PlisColonnes
from app.ui.theme import theme


def est_le_resume(colonne: Colonne) -> bool:
    """True of the one column that a folded block keeps."""
    return colonne.cle.endswith(RESUME)


class ListeTousAvis(ListeDAvis):
    """A row an action, a block of columns a service, folded to its avis."""

    liste = "avis"

    def __init__(self, contexte: Contexte, i: Instruction, annee: int) -> None:
        self._services: tuple[LigneService, ...] = ()
        super().__init__(contexte, i, annee, colonnes_grille(i.avis, ()))
        self.tableau.intitule = lambda: f"Avis des services {self.annee}"
        self.plis = PlisColonnes(self.vue, est_le_resume)
        self.vue.colorer_groupes(self._couleur)
        self._plier = QPushButton("Tout déplier")
        self._plier.setToolTip("Montrer aussi le montant et le motif de chaque service")
        self._plier.clicked.connect(lambda: basculer_tout(self.vue))
        self.plis.change.connect(self._nommer_plis)
        self.barre.addWidget(self._plier)
        self.geste("Comme l’État", lambda: suivre_l_etat(self.vue)).setToolTip(
            "Même avis et même motif que l’État (F8)"
        )
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._proposer_relances)
        self.relances = self.bouton("Relancer")
        self.relances.setMenu(self._menu)
        self._menu_demander = QMenu(self)
        self._menu_demander.aboutToShow.connect(self._offrir_les_services)
        self.demander = self.bouton("Demander à")
        self.demander.setToolTip("Demander un avis sur les lignes sélectionnées, ou y renoncer")
        self.demander.setMenu(self._menu_demander)
        self.vue.volets.dire_si_vide(
            "Aucun dossier déposé cette année : les avis se rendent sur les dossiers déposés."
        )

    # What is shown ------------------------------------------------------------------------------

    def lire(self) -> list[object]:
        lues = lire_instruction(self._contexte.fichier, self.annee, self.i.avis.aujourd_hui)
        if lues.services != self._services:
            self._prendre_services(lues.services, lues.dossiers)
        self.resumer(lues.dossiers)
        return list(lues.dossiers)

    def _prendre_services(
        self, services: tuple[LigneService, ...], dossiers: Sequence[Dossier]
    ) -> None:
        """Other columns; blocks stay folded or unfolded as they were, new ones begin folded."""
        avant = {groupe: self.plis.est_plie(groupe) for groupe in self.plis.groupes()}
        self._services = services
        self._propres = self.motivees(colonnes_grille(self.i.avis, services))
        self.modele.definir_colonnes(self._colonnes(), list(dossiers))
        for plies in (True, False):
            voulus = [g for g in self.plis.groupes() if avant.get(g, True) == plies]
            self.plis.plier(voulus, plies=plies)
        self.tableau.onglets.remontrer()  # what the view kept of these columns

    def _couleur(self, groupe: str) -> QColor | None:
        rangs = {nom_du_bloc(s): rang for rang, s in enumerate(self._services) if s.financeur}
        return None if groupe not in rangs else theme().financeur(rangs[groupe])

    def _nommer_plis(self) -> None:
        self._plier.setText(self.plis.mot_du_geste())

    def relire(self, actions: Sequence[str]) -> Mapping[str, Any]:
        jour = self.i.avis.aujourd_hui
        lues = lire_instruction(self._contexte.fichier, self.annee, jour, actions=actions)
        return {d.cle: d for d in lues.dossiers}

    def resumer(self, lignes: Sequence[Any]) -> None:
        self._phrase.setText(phrase_de_la_grille(lignes))

    # Gestures -----------------------------------------------------------------------------------

    def _offrir_les_services(self) -> None:
        """Whom to ask by hand about the selected rows; below, whom to ask no longer."""
        self._menu_demander.clear()
        actifs = [s for s in self._services if s.actif]
        if not actifs:
            self._menu_demander.addAction("Aucun service : voyez l'onglet « Services »").setEnabled(
                False
            )
            return
        for service in actifs:
            self._menu_demander.addAction(
                service.nom_court,
                lambda s=service: self.tenter(lambda: self.demander_a(s)),
            )
        self._menu_demander.addSeparator()
        sans = self._menu_demander.addMenu("Ne plus demander à")
        for service in actifs:
            sans.addAction(
                service.nom_court,
                lambda s=service: self.tenter(lambda: self.renoncer_a(s)),
            )

    def demander_a(self, service: LigneService) -> None:
        """Ask a service about the selected rows; those it was asked about stay as they are."""
        nombre = self.i.affectations.affecter_a(self.choisies(), [service.cle])
        self.information.emit(
            f"{service.nom_court} : {compter(nombre, 'avis')} à rendre de plus. Ctrl+Z y revient."
        )

    def renoncer_a(self, service: LigneService) -> None:
        """Ask a service no longer about the selected rows."""
        dossiers = [self.modele.ligne(cle) for cle in self.choisies()]
        cles = [d.avis[service.cle].cle for d in dossiers if service.cle in d.avis]
        if not cles:
            raise SaisieRefusee(f"Rien n'est demandé à {service.nom_court} sur ces lignes.")
        nombre = self.i.avis.retirer(cles)
        self.information.emit(
            f"{service.nom_court} : {compter(nombre, 'avis')} de moins. Ctrl+Z y revient."
        )

    def _proposer_relances(self) -> None:
        """Those that are late, then those that are only waited for."""
        self._menu.clear()
        relances = self.i.relances.a_faire(self.annee, retard=False)
        if not relances:
            self._menu.addAction("Aucun avis n’est attendu").setEnabled(False)
        for relance in relances:
            menu = self._menu.addMenu(titre_de_relance(relance))
            menu.addAction("Copier le texte", lambda r=relance: self.tenter(lambda: self.copier(r)))
            menu.addAction(
                "Enregistrer le message…",
                lambda r=relance: self.tenter(lambda: self._choisir_le_fichier(r)),
            )

    def copier(self, relance: Relance) -> None:
        """The text of a reminder on the clipboard; it counts as sent."""
        QApplication.clipboard().setText(relance.texte)
        self._noter(relance, "Texte copié")

    def _choisir_le_fichier(self, relance: Relance) -> None:
        nom = nom_de_fichier(f"Relance {relance.service.nom_court}", "Relance")
        chemin, _ = QFileDialog.getSaveFileName(
            self, "Enregistrer le message", f"{nom}.eml", "Message (*.eml)"
        )
        if chemin:
            self.enregistrer(relance, Path(chemin))

    def enregistrer(self, relance: Relance, chemin: Path) -> None:
        """The reminder as a message that mail programs open; it counts as sent."""
        ecrire_entier(chemin.with_suffix(".eml"), relance.courriel)
        self._noter(relance, f"Message écrit dans « {chemin.with_suffix('.eml').name} »")

    def _noter(self, relance: Relance, fait: str) -> None:
        nombre = self.i.relances.noter([a.cle for a in relance.avis])
        self.information.emit(
            f"{fait}. {relance.service.nom_court} : {compter(nombre, 'relance')} comptée"
            f"{'s' if nombre > 1 else ''} ; Ctrl+Z y revient."
        )


def titre_de_relance(relance: Relance) -> str:
    """« Région : 12 avis attendus, dont 3 en retard »."""
    titre = f"{relance.service.nom_court} : {compter(len(relance.avis), 'dossier')}"
    return f"{titre}, dont {relance.en_retard} en retard" if relance.en_retard else titre


def phrase_de_la_grille(dossiers: Sequence[Dossier]) -> str:
    """« 120 dossiers, 300 avis de financeurs demandés, 210 reçus. En retard : 12. »"""
    if not dossiers:
        return ""
    comptes = [d.demandes_et_recus for d in dossiers]
    demandes, recus = (sum(c[rang] for c in comptes) for rang in (0, 1))
    retard = sum(a.etat == EN_RETARD for d in dossiers for a in d.avis.values())
    phrase = (
        f"{compter(len(dossiers), 'dossier')}, {demandes} avis de financeurs demandés, "
        f"{recus} reçus."
    )
    return f"{phrase} En retard : {retard}." if retard else phrase
