"""Step 1 of the import: the file, how it is read, and its first rows as they stand."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.services.accords import enumerer
from app.services.lectures import profils
from app.ui.elements import TexteElide, bouton, cote_icone, etiquette, marges
from app.ui.icons import icone
from app.ui.import_lignes import milliers
from app.ui.import_listes import Liste
from app.ui.import_source import Rangee, SourceLue, francais, taille_lisible
from app.ui.theme import theme

Indice = QModelIndex | QPersistentModelIndex
AUCUN = QModelIndex()
TEXTE = int(Qt.ItemDataRole.DisplayRole)
POLICE = int(Qt.ItemDataRole.FontRole)
FOND = int(Qt.ItemDataRole.BackgroundRole)
ENCRE = int(Qt.ItemDataRole.ForegroundRole)
BULLE = int(Qt.ItemDataRole.ToolTipRole)
RANGEE = 26
LARGEUR_AIDE = 480
COLONNE_MINIMUM, COLONNE_MAXIMUM = 48, 220
SANS_COLONNES = ("dauphin", "formulaire_note")  # told by the file itself, never chosen
SANS_APPEL = "Aucun"


class ModeleRangees(QAbstractTableModel):
    """The first rows of a sheet, with the letters and numbers that its own program shows."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._source: SourceLue | None = None
        self._rangees: Sequence[Rangee] = ()
        self._largeur = 0

    def montrer(self, source: SourceLue) -> None:
        self.beginResetModel()
        self._source = source
        self._rangees = source.rangees
        self._largeur = max((len(rangee) for rangee in source.rangees), default=0)
        self.endResetModel()

    def largeur_de(self, colonne: int) -> int:
        """Characters of the longest cell of a column, titles that stand alone left out."""
        seules = self.seules()
        return max(
            (
                len(rangee[colonne])
                for rang, rangee in enumerate(self._rangees)
                if colonne < len(rangee) and rang not in seules
            ),
            default=0,
        )

    def seules(self) -> dict[int, int]:
        """row -> column of its only cell: it may run over its neighbours, as in a spreadsheet."""
        trouvees = {}
        for rang, rangee in enumerate(self._rangees):
            pleines = [c for c, texte in enumerate(rangee) if texte]
            if len(pleines) == 1 and self._largeur > 1:
                trouvees[rang] = pleines[0]
        return trouvees

    def rowCount(self, parent: Indice = AUCUN) -> int:
        return 0 if parent.isValid() else len(self._rangees)

    def columnCount(self, parent: Indice = AUCUN) -> int:
        return 0 if parent.isValid() else self._largeur

    def data(self, index: Indice, role: int = TEXTE) -> object:
        rang, colonne = index.row(), index.column()
        if role in (TEXTE, BULLE):
            rangee = self._rangees[rang]
            return rangee[colonne] if colonne < len(rangee) else ""
        if self._source is None:
            return None
        if rang in self._source.entete:
            return {POLICE: theme().police(forte=True), FOND: theme().couleurs.accent_fond}.get(
                role
            )
        if role == ENCRE and rang in self._source.laissees:
            return theme().couleurs.encre_douce
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = TEXTE) -> object:
        if role != TEXTE:
            return None
        return lettres(section) if orientation == Qt.Orientation.Horizontal else str(section + 1)


def lettres(colonne: int) -> str:
    """Name of a column in a spreadsheet: A for 0, AA for 26."""
    nom = ""
    colonne += 1
    while colonne:
        colonne, reste = divmod(colonne - 1, 26)
        nom = chr(65 + reste) + nom
    return nom


class ApercuRangees(QTableView):
    """Only to be read: the keyboard goes past it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._modele = ModeleRangees(self)
        self.setModel(self._modele)
        self.setAccessibleName("Premières lignes du fichier")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().setHighlightSections(False)
        self.verticalHeader().setHighlightSections(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        )
        theme().change.connect(self._mesurer)

    def montrer(self, source: SourceLue) -> None:
        self.clearSpans()
        self._modele.montrer(source)
        for rang, colonne in self._modele.seules().items():
            if self._modele.columnCount() - colonne > 1:
                self.setSpan(rang, colonne, 1, self._modele.columnCount() - colonne)
        self._mesurer()
        if source.entete:
            self.scrollTo(self._modele.index(max(0, source.entete.start - 3), 0))

    def _mesurer(self) -> None:
        px = theme().px
        self.setStyleSheet(f"QTableView::item {{ padding: 0 {px(6)}px; }}")
        lignes = self.verticalHeader()
        lignes.setMinimumSectionSize(px(RANGEE))
        lignes.setDefaultSectionSize(px(RANGEE))
        moyenne = self.fontMetrics().averageCharWidth() + 1
        for colonne in range(self._modele.columnCount()):
            voulue = self._modele.largeur_de(colonne) * moyenne + px(24)
            borne = min(max(voulue, px(COLONNE_MINIMUM)), px(COLONNE_MAXIMUM))
            self.setColumnWidth(colonne, borne)
        self.viewport().update()


class ZoneDepot(QWidget):
    """Before any file: where to drop one, and the button that chooses it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self.choisir = bouton("Choisir un fichier…", "principal", dessin="ouvrir")
        dessin = QLabel()
        dessin.setPixmap(icone("importer", "accent").pixmap(cote_icone(40)))
        centre = Qt.AlignmentFlag.AlignHCenter
        aide = etiquette(
            francais(
                "Tableau de programmation, extraction DAUPHIN, Osiris, GISPRO, Démarches simplifiées, "
                "Le Compte Asso, ventilation par QPV : fichiers Excel, LibreOffice, CSV ou JSON."
            ),
            "doux",
        )
        aide.setWordWrap(True)
        aide.setAlignment(centre)
        aide.setFixedWidth(theme().px(LARGEUR_AIDE))
        aide.setMinimumHeight(aide.heightForWidth(theme().px(LARGEUR_AIDE)))
        rien = etiquette("Rien n'est écrit avant la dernière étape.", "doux")
        colonne = QVBoxLayout(self)
        marges(colonne, 24, espace=8)
        colonne.addStretch(2)
        for element in (
            dessin,
            etiquette("Déposez ici le tableau à importer", "titre"),
            aide,
            rien,
        ):
            colonne.addWidget(element, 0, centre)
        colonne.addSpacing(theme().px(8))
        colonne.addWidget(self.choisir, 0, centre)
        colonne.addStretch(3)

    def paintEvent(self, _evenement: QPaintEvent) -> None:
        look = theme()
        with QPainter(self) as peintre:
            peintre.setRenderHint(QPainter.RenderHint.Antialiasing)
            plume = QPen(look.couleurs.filet_fort, 1.5, Qt.PenStyle.CustomDashLine)
            plume.setDashPattern([5, 4])
            peintre.setPen(plume)
            retrait = look.px(24)
            cadre = self.rect().adjusted(retrait, retrait, -retrait, -retrait)
            peintre.drawRoundedRect(cadre, look.px(8), look.px(8))


class PageFichier(QWidget):
    """`fichier_demande()`: choose a file. `reglage()`: another layout or sheet was chosen."""

    fichier_demande = Signal()
    reglage = Signal()
    annee_choisie = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._annees: list[int] = []
        self._annee = 0
        self.zone = ZoneDepot()
        self.apercu = ApercuRangees(self)
        self._nom = TexteElide(role="titre")
        self._detail = etiquette("", "doux")
        self._autre = bouton("Choisir un autre fichier…", "lien")
        self._phrase = etiquette("")
        self._phrase.setWordWrap(True)
        self.profil = Liste("Format")
        self.feuille = Liste("Feuille")
        self.profil.setPlaceholderText("Non reconnu")
        self.annee = Liste("Année")
        self.appel = Liste("Appel")
        self._pile = QStackedWidget()
        self._construire()
        self._brancher()

    def _construire(self) -> None:
        haut = QHBoxLayout()
        haut.setSpacing(theme().px(12))
        haut.addWidget(self._nom, 1)
        haut.addWidget(self._detail)
        haut.addWidget(self._autre)
        choix = QHBoxLayout()
        choix.setSpacing(theme().px(16))
        self._champs = {}
        for mot, liste, part in (
            ("Format", self.profil, 3),
            ("Feuille", self.feuille, 3),
            ("Année", self.annee, 2),
            ("Appel des actions ajoutées", self.appel, 3),
        ):
            self._champs[mot] = _champ(mot, liste)
            choix.addWidget(self._champs[mot], part)
        tete = QVBoxLayout()
        marges(tete, 12, 16, 8, 16, espace=12)
        tete.addLayout(haut)
        tete.addLayout(choix)
        tete.addWidget(self._phrase)
        lue = QWidget()
        lue.setBackgroundRole(QPalette.ColorRole.Base)
        lue.setAutoFillBackground(True)
        colonne = QVBoxLayout(lue)
        colonne.setContentsMargins(0, 0, 0, 0)
        colonne.setSpacing(0)
        colonne.addLayout(tete)
        colonne.addWidget(self.apercu, 1)
        self._pile.addWidget(self.zone)
        self._pile.addWidget(lue)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(self._pile)

    def _brancher(self) -> None:
        self.zone.choisir.clicked.connect(self.fichier_demande)
        self._autre.clicked.connect(self.fichier_demande)
        self.profil.activated.connect(self.reglage)
        self.feuille.activated.connect(self.reglage)
        self.annee.activated.connect(self._sur_annee)

    # What the screen asks -----------------------------------------------------------------------

    def attendre(self) -> None:
        """No file yet."""
        self._pile.setCurrentIndex(0)

    @property
    def montre_un_fichier(self) -> bool:
        return self._pile.currentIndex() == 1

    def situer(self, annees: Sequence[int], annee: int) -> None:
        """The years that can be chosen, for the rows that do not say theirs."""
        self._annees, self._annee = sorted({*annees, annee}), annee

    def proposer_appels(self, appels: Sequence[tuple[str, str]]) -> None:
        """(key, name) of the appels of the year; with only one of them, it is chosen."""
        garde = self.appel.currentData()
        self.appel.clear()
        self.appel.addItem(SANS_APPEL, "")
        for cle, nom in appels:
            self.appel.addItem(nom, cle)
        rang = self.appel.findData(garde) if garde else -1
        self.appel.setCurrentIndex(rang if rang > 0 else int(len(appels) == 1))
        self._champs["Appel des actions ajoutées"].setVisible(bool(appels))

    def montrer(self, source: SourceLue) -> None:
        """A file that was read, or refused after its rows could be seen."""
        self._nom.setText(source.demande.chemin.name)
        self._detail.setText(taille_lisible(source.taille))
        self._remplir_profils(source)
        self._remplir_feuilles(source)
        self._remplir_annees(source)
        phrase = source.refus or _phrase(source)
        self._phrase.setText(francais(phrase))
        self._phrase.setVisible(not source.refus)
        self.apercu.montrer(source)
        self._pile.setCurrentIndex(1)

    def _remplir_profils(self, source: SourceLue) -> None:
        lecture = source.lecture
        courant = lecture.profil if lecture else source.demande.profil
        self.profil.clear()
        for identifiant, nom in profils().items():
            if identifiant not in SANS_COLONNES or courant == identifiant:
                reconnu = lecture and identifiant == courant and source.demande.profil is None
                self.profil.addItem(f"{nom} (reconnu)" if reconnu else nom, identifiant)
        self.profil.setCurrentIndex(self.profil.findData(courant))
        self.profil.setEnabled(courant not in SANS_COLONNES)

    def _remplir_feuilles(self, source: SourceLue) -> None:
        self.feuille.clear()
        lues = {a.feuille for a in source.lecture.actions} if source.lecture else set()
        if len(lues) > 1:
            self.feuille.addItem(f"Les {len(lues)} feuilles semblables", None)
        for nom in source.feuilles:
            self.feuille.addItem(nom, nom)
        self.feuille.setCurrentIndex(0 if len(lues) > 1 else self.feuille.findData(source.feuille))
        self.feuille.setEnabled(self.feuille.count() > 1)

    def _remplir_annees(self, source: SourceLue) -> None:
        """The year is asked only when some rows do not tell it."""
        self.annee.clear()
        dites = source.annees
        if dites:
            self.annee.addItem(f"{enumerer(map(str, dites))}, dite par le fichier", dites[-1])
        else:
            for annee in self._annees:
                self.annee.addItem(str(annee), annee)
            self.annee.setCurrentIndex(self.annee.findData(self._annee))
        self.annee.setEnabled(not dites)

    def _sur_annee(self) -> None:
        self._annee = int(self.annee.currentData())
        self.annee_choisie.emit(self._annee)


def _phrase(source: SourceLue) -> str:
    """What was found, in words: the header, the rows read, those that are left."""
    lecture = source.lecture
    if lecture is None:
        return ""
    nombre = len(lecture.actions)
    actions = f"{milliers(nombre)} action{'s' if nombre > 1 else ''} lue{'s' if nombre > 1 else ''}"
    if not lecture.colonnes:
        return f"{actions} : ce format est connu, il n'a pas de colonnes à associer."
    lignes = [str(rang + 1) for rang in source.entete]
    ou = f"à la ligne {lignes[0]}" if len(lignes) == 1 else f"aux lignes {enumerer(lignes)}"
    phrase = f"En-tête {ou} (en gras) · {actions}."
    if source.laissees:
        phrase += " Les lignes pâles, titres et totaux, ne sont pas importées."
    return phrase


def _champ(mot: str, liste: QComboBox) -> QWidget:
    champ = QWidget()
    colonne = QVBoxLayout(champ)
    colonne.setContentsMargins(0, 0, 0, 0)
    colonne.setSpacing(theme().px(2))
    label = etiquette(mot, "petit")
    label.setBuddy(liste)
    colonne.addWidget(label)
    colonne.addWidget(liste)
    return champ
