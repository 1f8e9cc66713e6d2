"""The lists of the réunions: what they share, the meetings of the year, the frequencies."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton

from app.models.enums import EtatReunion, NatureReunion
from app.models.montants import INSECABLE
from app.services.accords import compter
from app.services.appels_courants import aujourd_hui
from app.services.columns import Colonne
from app.services.columns_reunions import colonnes_frequences, colonnes_reunions
from app.services.contexte import Contexte
from app.services.errors import SaisieRefusee
from app.services.frequences import MANQUE, TROP, Gouvernance, LigneFrequence
from app.services.rencontres import Rencontres
from app.services.reunions_lues import LigneReunion, part_avec_habitants
from app.ui.demande import BarreDemande
from app.ui.elements import minuterie
from app.ui.reunions_plan import VoletPlan
from app.ui.screen_listes import EcranListe
from app.ui.theme import theme


def compter_ou_aucun(nombre: int, mot: str, *, feminin: bool = True) -> str:
    """« aucune réunion », « 1 réunion », « 34 réunions »."""
    if not nombre:
        return f"{'aucune' if feminin else 'aucun'} {mot}"
    return compter(nombre, mot)


class ListeDesReunions(EcranListe):
    """A list of the page, with a question asked in place under its bar."""

    def __init__(self, contexte: Contexte, services: Rencontres, colonnes: list[Colonne]) -> None:
        self._services = services
        super().__init__(contexte, colonnes, "")
        self.demande = BarreDemande()
        self.poser_barre(self.demande)
        self._filtre.setMinimumWidth(theme().px(110))  # what is beside it comes first
        self._filtre.setMaximumWidth(theme().px(260))


class ListeDeLaReunion(ListeDesReunions):
    """A list of the meeting in view; read only once it is closed."""

    def __init__(self, contexte: Contexte, services: Rencontres, colonnes: list[Colonne]) -> None:
        self.reunion: LigneReunion | None = None
        super().__init__(contexte, services, colonnes)

    def choisir_reunion(self, reunion: LigneReunion | None) -> None:
        """Show another meeting, or the same one as it is now."""
        autre = (self.reunion and self.reunion.cle) != (reunion and reunion.cle)
        self.reunion = reunion
        if autre:
            self.demande.fermer()
        close = reunion is None or reunion.est_tenue
        self.modele.lecture_seule = self._contexte.fichier.lecture_seule or close
        for geste in self.findChildren(QPushButton):
            if geste.property("ecrit"):
                geste.setDisabled(self.modele.lecture_seule)
        if not autre:
            return  # what changed in it is told by the notice
        self.perimer()

    def ecrivant(self, texte: str, appel: Callable[[], object] | None = None) -> QPushButton:
        """A button of the bar that is off once the meeting is closed."""
        geste = self.bouton(texte, None if appel is None else lambda: self.tenter(appel))
        geste.setProperty("ecrit", True)
        return geste

    @property
    def cle(self) -> str:
        """Raises SaisieRefusee when there is no meeting in view."""
        if self.reunion is None:
            raise SaisieRefusee("Choisissez d'abord une réunion.")
        return self.reunion.cle


class ListeReunions(ListeDesReunions):
    """The meetings of the year. `choisie(reunion)`: the row where the cursor is."""

    liste = "reunions"
    entites = (
        "reunion",
        "reunion_instance",
        "point_reunion",
        "participant",
        "commune",
        "noeud",
        "instance",
    )
    choisie = Signal(str)

    def __init__(self, contexte: Contexte, services: Rencontres, annee: int) -> None:
        self.annee = annee
        super().__init__(contexte, services, colonnes_reunions(services.reunions))
        self.tableau.intitule = lambda: f"Réunions {self.annee}"
        self.proposer = self.geste("Proposer les réunions", self.montrer_plan)
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._offrir)
        self.nouvelle = self.bouton("Nouvelle réunion")
        self.nouvelle.setMenu(self._menu)
        self.bouton("Retirer").setMenu(self._menu_retirer())
        self.plan = VoletPlan(services.plans)
        self.plan.refuse.connect(self.refuse)
        self.plan.fait.connect(self.information)
        self.plan.quitte.connect(self.vue.setFocus)
        self.plan.hide()
        self._corps.addWidget(self.plan)
        self._corps.setSizes([theme().px(200), theme().px(400)])
        self.vue.courante.connect(self._choisir)
        # Enter goes down once a date is kept: the meeting whose date it is stays in view.
        self._saisie_close = minuterie(self, 0)
        self.vue.saisie_finie.connect(self._saisie_close.start)
        self.vue.volets.dire_si_vide(
            "Aucune réunion cette année : « Proposer les réunions » en prépare une par commune et "
            "une par orientation."
        )

    def lire(self) -> list[object]:
        lignes = self._services.reunions.lignes(self.annee)
        self._phrase.setText(phrase_des_reunions(lignes))
        if not self.plan.isHidden():
            self.plan.montrer(self.annee)
        return list(lignes)

    def changer_annee(self, annee: int) -> None:
        self.annee = annee
        self.plan.hide()
        self.perimer()

    def montrer_plan(self) -> None:
        """What would be prepared, and what would be left, under the list."""
        self.plan.montrer(self.annee)
        self.plan.show()
        haut = self._corps.height()
        self._corps.setSizes([round(haut * 0.42), round(haut * 0.58)])
        self.plan.setFocus()

    def _choisir(self, cle: str, _colonne: str) -> None:
        if cle and not self._saisie_close.isActive():
            self.choisie.emit(cle)

    def _menu_retirer(self) -> QMenu:
        """Not held, or never made; one that was held stays."""
        menu, reunions = QMenu(self), self._services.reunions
        for texte, faire in (
            ("Annuler : elle ne se tiendra pas", reunions.annuler),
            ("Supprimer", reunions.supprimer),
        ):
            menu.addAction(texte, partial(self._retirer, faire))
        return menu

    def _retirer(self, faire: Callable[..., object]) -> None:
        self.tenter(lambda: faire(*self.choisies()))

    # A new one ----------------------------------------------------------------------------------

    def _offrir(self) -> None:
        """A commune, a theme, or any other kind."""
        reunions = self._services.reunions
        self._menu.clear()
        communale, theme_ = NatureReunion.COMMUNALE, NatureReunion.INTERCOMMUNALE
        lieux = self._menu.addMenu(communale.libelle)
        for cle, nom in reunions.communes():
            lieux.addAction(nom, partial(self._creer, str(communale), commune=cle))
        themes = self._menu.addMenu(theme_.libelle)
        for cle, nom in reunions.themes():
            themes.addAction(nom, partial(self._creer, str(theme_), noeud=cle))
        for nature in (NatureReunion.COMITE_PARTENARIAL, NatureReunion.AUTRE):
            self._menu.addAction(nature.libelle, partial(self._creer, str(nature)))

    def _creer(self, nature: str, **champs: str) -> None:
        def creer() -> None:
            cle = self._services.reunions.creer(self.annee, nature=nature, **champs)
            self.aller_a(cle, "date")
            self.information.emit("Réunion préparée : tapez sa date, puis inscrivez les actions.")

        self.tenter(creer)


class ListeFrequences(ListeDesReunions):
    """How often each instance sat, against what its contract asks. `preparee(reunion)`."""

    liste = "frequences"
    entites = (
        "reunion",
        "reunion_instance",
        "participant",
        "seance",
        "instance",
        "commune",
        "noeud",
    )
    preparee = Signal(str)

    def __init__(self, contexte: Contexte, services: Rencontres, annee: int) -> None:
        self.annee = annee
        super().__init__(contexte, services, colonnes_frequences())
        self.tableau.intitule = lambda: f"Fréquence des instances {self.annee}"
        self.geste("Préparer la suivante", self.preparer)
        self.vue.volets.dire_si_vide(
            "Le contrat n'a aucune instance : la page « Contrat » en ajoute."
        )

    def lire(self) -> list[object]:
        lignes = self._services.frequences.lignes(self.annee, aujourd_hui())
        chiffres = phrase_de_gouvernance(self._services.frequences.gouvernance(self.annee))
        self._phrase.setText(" ".join(filter(None, (chiffres, phrase_des_frequences(lignes)))))
        return list(lignes)

    def changer_annee(self, annee: int) -> None:
        self.annee = annee
        self.perimer()

    def preparer(self) -> None:
        """A meeting of that instance, on the day that its interval suggests."""
        ligne: LigneFrequence = self.modele.ligne(self.choisies()[0])
        nature = NatureReunion.AUTRE
        if ligne.commune or ligne.noeud:
            nature = NatureReunion.COMMUNALE if ligne.commune else NatureReunion.INTERCOMMUNALE
        cle = self._services.reunions.creer(
            self.annee,
            nature=str(nature),
            titre=" – ".join(filter(None, (ligne.nom, ligne.objet))),
            date=ligne.prochaine.isoformat() if ligne.prochaine else None,
            commune=ligne.commune,
            noeud=ligne.noeud,
            instances=[ligne.instance],
        )
        self.preparee.emit(cle)


def phrase_des_reunions(lignes: list[LigneReunion]) -> str:
    """« 12 réunions, 5 tenues. Un habitant au moins : 3 sur 5. »"""
    if not lignes:
        return ""
    tenues = sum(li.est_tenue for li in lignes)
    annulees = sum(li.etat == EtatReunion.ANNULEE for li in lignes)
    phrase = (
        f"{compter_ou_aucun(len(lignes), 'réunion')}, {tenues} tenue{'s' if tenues > 1 else ''}"
    )
    if annulees:
        phrase += f", {annulees} annulée{'s' if annulees > 1 else ''}"
    avec, sur = part_avec_habitants(lignes)
    if sur:
        part = round(100 * avec / sur)
        phrase += f". Un habitant au moins : {avec} sur {sur} ({part}{INSECABLE}%)"
    return f"{phrase}."


def phrase_des_frequences(lignes: list[LigneFrequence]) -> str:
    """The first things to see to, in words."""
    alertes = [li for li in lignes if li.etat in (MANQUE, TROP)]
    if not alertes:
        return "Rien à signaler : chaque instance siège comme son contrat le demande."
    autres = f" Et {len(alertes) - 1} autres." if len(alertes) > 2 else ""
    autres = " Et une autre." if len(alertes) == 2 else autres
    return f"{alertes[0].phrase}.{autres}"


def phrase_de_gouvernance(chiffres: Gouvernance) -> str:
    """« Tenues : 12 communales, 5 intercommunales. 114 participants, 9 institutions. »"""
    niveaux = (
        (chiffres.communales, "communale"),
        (chiffres.intercommunales, "intercommunale"),
        (chiffres.autres, "autre"),
    )
    dits = [compter_ou_aucun(nombre, mot) for nombre, mot in niveaux if nombre]
    if not dits:
        return ""
    gens = compter_ou_aucun(chiffres.participants, "participant", feminin=False)
    institutions = compter_ou_aucun(chiffres.institutions, "institution")
    return f"Tenues : {', '.join(dits)}. {gens}, {institutions}."
