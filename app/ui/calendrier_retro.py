"""The retro-planning: months across, a lane a step, the line of today. A list for the keyboard and
for screen readers, whose rows are drawn as bars.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.services.bus import Avis
from app.services.calendrier import (
    MOTS_DU_MOIS,
    Calendrier,
    ecrire_calendrier,
    lire_calendrier,
    quand,
)
from app.services.columns_cycle import signal_etape
from app.services.contexte import Contexte
from app.services.cycle import Cycle
from app.services.cycle_dates import EtapeDatee, EtatEtape
from app.services.documents import nom_de_fichier
from app.ui.ecran import Ecran
from app.ui.elements import bouton, etiquette, marges
from app.ui.formes import FORME, peindre_forme
from app.ui.theme import LIGNE, theme

Indice = QModelIndex | QPersistentModelIndex
NOMS = 300  # width of the names, at 100 %
MOTS = 190  # room kept at the right for the words of the last bars
MOIS = 40
RACINE = QModelIndex()
_SEUL = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
FILTRES = {
    "Affiche A3 (*.pdf)": (".pdf", True),
    "Affiche A4 (*.pdf)": (".pdf", False),
    "Agenda (*.ics)": (".ics", True),
}


def phrase_de(etape: EtapeDatee) -> str:
    """What a screen reader says of a lane."""
    return f"{etape.nom}, {etape.appel_nom} : {quand(etape)}, {etape.en_mots}"


class Couloirs(QAbstractListModel):
    """The rows: the name of an appel, then its steps."""

    def __init__(self) -> None:
        super().__init__()
        self.calendrier: Calendrier | None = None
        self.rangees: list[EtapeDatee | str] = []

    def montrer(self, calendrier: Calendrier) -> None:
        self.beginResetModel()
        self.calendrier = calendrier
        self.rangees = []
        for appel in calendrier.appels:
            siennes = [e for e in calendrier.etapes if e.appel == appel.cle]
            if siennes and len(calendrier.appels) > 1:
                self.rangees.append(appel.nom)
            self.rangees += siennes
        self.endResetModel()

    def rowCount(self, parent: Indice = RACINE) -> int:
        return 0 if parent.isValid() else len(self.rangees)

    def data(self, index: Indice, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        rangee = self.rangees[index.row()] if index.isValid() else ""
        if role == Qt.ItemDataRole.DisplayRole:
            return rangee if isinstance(rangee, str) else rangee.nom
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return rangee if isinstance(rangee, str) else phrase_de(rangee)
        return None

    def etape(self, rang: int) -> EtapeDatee | None:
        rangee = self.rangees[rang] if 0 <= rang < len(self.rangees) else ""
        return None if isinstance(rangee, str) else rangee

    def rang_de(self, cle: str) -> int:
        for rang, rangee in enumerate(self.rangees):
            if not isinstance(rangee, str) and rangee.cle == cle:
                return rang
        return -1


def zone_des_barres(cadre: QRect) -> QRectF:
    """Where the months are, in a row or in the head above them."""
    gauche = cadre.left() + theme().px(NOMS)
    large = max(cadre.width() - theme().px(NOMS) - theme().px(MOTS), 1)
    return QRectF(gauche, cadre.top(), large, cadre.height())


class DelegueCouloir(QStyledItemDelegate):
    """Draws a lane: name, months, bar with its shape and its words, line of today."""

    def __init__(self, couloirs: Couloirs) -> None:
        super().__init__()
        self._couloirs = couloirs

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Indice) -> QSize:
        return QSize(0, theme().haut(LIGNE))

    def paint(self, peintre: QPainter, option: QStyleOptionViewItem, index: Indice) -> None:
        calendrier = self._couloirs.calendrier
        if calendrier is None:
            return
        look, cadre = theme(), option.rect
        choisie = bool(option.state & QStyle.StateFlag.State_Selected)
        peintre.save()
        peintre.fillRect(cadre, look.couleurs.accent_fond if choisie else look.couleurs.papier)
        zone = zone_des_barres(cadre)
        _peindre_mois(peintre, calendrier, zone)
        etape = self._couloirs.etape(index.row())
        nom = str(index.data())
        place = QRect(cadre)
        place.setLeft(cadre.left() + look.px(16 if etape is None else 28))
        place.setRight(round(zone.left()) - look.px(12))
        peintre.setFont(look.police(forte=etape is None or choisie))
        peintre.setPen(look.couleurs.encre)
        visible = peintre.fontMetrics().elidedText(nom, Qt.TextElideMode.ElideRight, place.width())
        peintre.drawText(place, _SEUL, visible)
        if etape is not None:
            _peindre_barre(peintre, calendrier, etape, zone, cadre)
        _peindre_aujourd_hui(peintre, calendrier, zone)
        peintre.setPen(look.couleurs.filet)
        peintre.drawLine(cadre.bottomLeft(), cadre.bottomRight())
        peintre.restore()


def _peindre_mois(peintre: QPainter, calendrier: Calendrier, zone: QRectF) -> None:
    peintre.setPen(theme().couleurs.filet)
    for premier in calendrier.mois:
        x = round(zone.left() + calendrier.place(premier) * zone.width())
        peintre.drawLine(x, round(zone.top()), x, round(zone.bottom()))


def _peindre_aujourd_hui(peintre: QPainter, calendrier: Calendrier, zone: QRectF) -> None:
    if calendrier.debut <= calendrier.jour < calendrier.fin:
        x = round(zone.left() + calendrier.place(calendrier.jour) * zone.width())
        peintre.setPen(QPen(theme().couleurs.accent, theme().px(2)))
        peintre.drawLine(x, round(zone.top()), x, round(zone.bottom()))


def _nommer_aujourd_hui(peintre: QPainter, calendrier: Calendrier, zone: QRectF) -> None:
    """Beside its line over the lanes, on the side where there is room."""
    if not calendrier.debut <= calendrier.jour < calendrier.fin:
        return
    look, mot = theme(), "aujourd'hui"
    x = round(zone.left() + calendrier.place(calendrier.jour) * zone.width())
    large = peintre.fontMetrics().horizontalAdvance(mot) + look.px(5)
    a_droite = x + large <= zone.right()
    peintre.setPen(look.couleurs.accent)
    peintre.drawText(x + look.px(5) if a_droite else x - large, look.px(14), mot)


def _peindre_barre(
    peintre: QPainter, calendrier: Calendrier, etape: EtapeDatee, zone: QRectF, cadre: QRect
) -> None:
    """The bar: full when it is late, in progress or done, outlined when it is to come."""
    look = theme()
    signal = signal_etape(etape.etat)
    couleur = look.couleurs.signal(signal)
    bornes = calendrier.barre(etape)
    droite = zone.left() + look.px(4)
    if bornes is not None:
        gauche = zone.left() + bornes[0] * zone.width()
        large = max((bornes[1] - bornes[0]) * zone.width(), look.px(6))
        epais = look.px(10)
        barre = QRectF(gauche, zone.center().y() - epais / 2, large, epais)
        peintre.setPen(QPen(couleur, 1))
        peintre.setBrush(look.couleurs.papier if etape.etat == EtatEtape.A_VENIR else couleur)
        peintre.drawRoundedRect(barre, look.px(2), look.px(2))
        droite = barre.right() + look.px(6)
    _peindre_mots(peintre, etape, signal, droite, cadre)


def _peindre_mots(
    peintre: QPainter, etape: EtapeDatee, signal: str, x: float, cadre: QRect
) -> None:
    """The shape of the state and its words, after the bar, or at the end of the row."""
    look = theme()
    police = look.police("petit", forte=etape.etat == EtatEtape.RETARD)
    metrique = QFontMetrics(police)
    cote = look.px(FORME)
    voulue = cote + look.px(6) + metrique.horizontalAdvance(etape.en_mots)
    x = max(min(x, cadre.right() - look.px(8) - voulue), 0.0)
    couleur = look.couleurs.signal(signal)
    forme = QRectF(x, cadre.center().y() - cote / 2 + 1, cote, cote)
    peindre_forme(peintre, forme, signal, couleur)
    peintre.setFont(police)
    peintre.setPen(couleur)
    place = QRect(cadre)
    place.setLeft(round(x + cote + look.px(6)))
    peintre.drawText(place, _SEUL, etape.en_mots)


class BandeMois(QWidget):
    """The months over the lanes, each with its name, its year where it begins."""

    def __init__(self, couloirs: Couloirs, liste: QListView) -> None:
        super().__init__()
        self._couloirs, self._liste = couloirs, liste
        theme().change.connect(self._mesurer)
        self._mesurer()

    def _mesurer(self) -> None:
        self.setFixedHeight(theme().haut(MOIS))

    def paintEvent(self, _evenement: QPaintEvent) -> None:
        calendrier, look = self._couloirs.calendrier, theme()
        if calendrier is None:
            return
        cadre = QRect(self.rect())
        cadre.setWidth(self._liste.viewport().width())
        zone = zone_des_barres(cadre)
        with QPainter(self) as peintre:
            peintre.fillRect(self.rect(), look.couleurs.papier)
            _peindre_mois(peintre, calendrier, zone)
            peintre.setFont(look.police("petit"))
            metrique = peintre.fontMetrics()
            mois = calendrier.mois
            pas = zone.width() / len(mois)
            for rang, premier in enumerate(mois):
                x = zone.left() + calendrier.place(premier) * zone.width() + look.px(4)
                mot = MOTS_DU_MOIS[premier.month - 1]
                mot = mot if metrique.horizontalAdvance(mot) < pas - look.px(6) else mot[0].upper()
                peintre.setPen(look.couleurs.encre_douce)
                peintre.drawText(round(x), self.height() - look.px(8), mot)
                if rang == 0 or premier.month == 1:
                    peintre.setPen(look.couleurs.encre)
                    peintre.drawText(round(x), look.px(14), str(premier.year))
            _peindre_aujourd_hui(peintre, calendrier, zone)
            _nommer_aujourd_hui(peintre, calendrier, zone)
            peintre.setPen(look.couleurs.filet_fort)
            peintre.drawLine(0, self.height() - 1, self.width(), self.height() - 1)


ENTITES = ("appel", "etape_appel", "exercice", "contrat")


class Retroplanning(Ecran):
    """The tab. `etape_demandee(appel, step)`: Enter or a double click on a lane."""

    etape_demandee = Signal(str, str)

    def __init__(self, contexte: Contexte, cycle: Cycle, annee: int) -> None:
        super().__init__()
        self._contexte, self._cycle, self.annee = contexte, cycle, annee
        self._perime = True
        self.couloirs = Couloirs()
        self.liste = QListView()
        self.liste.setAccessibleName("Rétroplanning, une étape par ligne")
        self.liste.setModel(self.couloirs)
        self.liste.setItemDelegate(DelegueCouloir(self.couloirs))
        self.liste.setUniformItemSizes(True)
        self.liste.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.liste.activated.connect(self._ouvrir)
        self.mois = BandeMois(self.couloirs, self.liste)
        self.choix = QComboBox()
        self.choix.setAccessibleName("Appels montrés")
        self.choix.setMinimumWidth(theme().px(240))
        self.choix.activated.connect(lambda _rang: self._montrer())
        self._phrase = etiquette("", "doux")
        self.exporter = bouton("Exporter", dessin="exporter")
        self._menu = QMenu(self)
        for filtre in FILTRES:
            nom = filtre.replace("*", "")  # « Affiche A3 (.pdf) »
            self._menu.addAction(f"{nom}…", lambda filtre=filtre: self._enregistrer(filtre))
        self.exporter.setMenu(self._menu)
        self._disposer()

    def _disposer(self) -> None:
        tete = QHBoxLayout()
        marges(tete, 8, 16, espace=12)
        tete.addWidget(self.choix)
        tete.addWidget(self._phrase, 1)
        tete.addWidget(self.exporter)
        page = QVBoxLayout(self)
        marges(page, 0, espace=0)
        page.addLayout(tete)
        page.addWidget(self.mois)
        page.addWidget(self.liste, 1)
        self.setFocusProxy(self.liste)

    @property
    def calendrier(self) -> Calendrier:
        return lire_calendrier(
            self._contexte.fichier,
            self.annee,
            self._cycle.jour(),
            appel=self.choix.currentData() or None,
        )

    def montree(self) -> None:
        if self._perime:
            self._perime = False
            self._remplir()
            self._montrer()

    def _remplir(self) -> None:
        choisi = self.choix.currentData()
        self.choix.clear()
        self.choix.addItem("Tous les appels", "")
        tout = lire_calendrier(self._contexte.fichier, self.annee, self._cycle.jour())
        for appel in tout.appels:
            self.choix.addItem(appel.nom, appel.cle)
        self.choix.setCurrentIndex(max(self.choix.findData(choisi), 0))

    def _montrer(self) -> None:
        courante = self.couloirs.etape(self.liste.currentIndex().row())
        self.couloirs.montrer(self.calendrier)
        self._phrase.setText(
            self.couloirs.calendrier.phrase  # type: ignore[union-attr]
            or "Aucune étape : l'onglet « Étapes » en ajoute, l'onglet « Appels » crée un appel."
        )
        rang = self.couloirs.rang_de(courante.cle) if courante is not None else -1
        premiere = next((r for r in range(len(self.couloirs.rangees)) if self.couloirs.etape(r)), 0)
        self.liste.setCurrentIndex(self.couloirs.index(rang if rang >= 0 else premiere))
        self.mois.update()

    def changer_annee(self, annee: int) -> None:
        self.annee = annee
        self.perimer()

    def sur_avis(self, avis: Avis) -> None:
        if avis.touche(*ENTITES):
            self.perimer()

    def perimer(self) -> None:
        """What is shown is out of date."""
        self._perime = True
        if self.isVisible():
            self.montree()

    def _ouvrir(self, index: Indice) -> None:
        etape = self.couloirs.etape(index.row())
        if etape is not None:
            self.etape_demandee.emit(etape.appel, etape.cle)

    def imprimer(self) -> bool:
        """The poster is what this page prints."""
        self._enregistrer(next(iter(FILTRES)))
        return True

    def _enregistrer(self, filtre: str) -> None:
        calendrier = self.calendrier
        choix = demander(self, calendrier, self._contexte.fichier.chemin.parent, filtre)
        if choix is not None:
            chemin, _ = choix

            def ecrire() -> None:
                ecrire_calendrier(calendrier, chemin, a3=FILTRES[filtre][1])
                self.information.emit(f"Calendrier écrit : {chemin}")

            self.tenter(ecrire)


def demander(
    parent: QWidget, calendrier: Calendrier, dossier: Path, *filtres: str
) -> tuple[Path, str] | None:
    """Ask where the file goes, and which of these kinds it is; it has the extension of its kind."""
    nom = nom_de_fichier(calendrier.titre, "Calendrier")
    propose = dossier / f"{nom}{FILTRES[filtres[0]][0]}"
    chemin, choisi = QFileDialog.getSaveFileName(
        parent, "Exporter le calendrier", str(propose), ";;".join(filtres)
    )
    if not chemin:
        return None
    filtre = choisi if choisi in FILTRES else filtres[0]
    voulu, extension = Path(chemin), FILTRES[filtre][0]
    if voulu.suffix.lower() in (".pdf", ".ics"):
        voulu = voulu.with_suffix(extension)
    return (voulu if voulu.suffix == extension else Path(f"{voulu}{extension}")), filtre
