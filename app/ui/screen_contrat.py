"""The contract as data: one list at a time, edited in place, each fact with where it was read."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.services.bus import Avis
from app.services.columns import Colonne, TypeColonne
from app.services.contexte import Contexte
from app.services.contrats import Contrats, LigneRubrique
from app.services.errors import ErreurConnue
from app.services.rubriques_formes import Colonne as ColonneRubrique
from app.services.rubriques_formes import Rubrique
from app.services.rubriques_saisie import SILENCE
from app.ui.ecran import Ecran
from app.ui.tableau import ModeleTableau
from app.ui.theme import LIGNE, theme
from app.ui.vue_tableau import VueTableau

LARGEUR_LISTE = 264
PIXELS_PAR_CARACTERE = 7


class EcranContrat(Ecran):
    """Settings of the contract: the lists at the left, the rows of one list at the right."""

    def __init__(self, contexte: Contexte, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._contexte = contexte
        self._contrats = Contrats(contexte.fichier)
        self._rubriques = self._contrats.rubriques()
        self._perime = False
        self._liste = QListWidget()
        self._liste.setAccessibleName("Rubriques du contrat")
        self._liste.setProperty("role", "rubriques")
        self._liste.setFixedWidth(theme().px(LARGEUR_LISTE))
        self._liste.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._titre = QLabel()
        self._titre.setProperty("role", "titre")
        self._aide = QLabel(
            "Ce que le contrat ne dit pas est « non précisé par le contrat » : le contrôle qui en "
            "dépend est éteint. Tout se modifie dans la case."
        )
        self._aide.setProperty("role", "doux")
        self._aide.setWordWrap(True)
        self._modele = ModeleTableau([], self)
        self._modele.lecture_seule = contexte.fichier.lecture_seule
        self._vue = VueTableau(self._modele)
        self._ajouter = self._bouton("Ajouter", self._ajouter_ligne)
        self._au_sommet = QPushButton("Ajouter au premier niveau")
        self._menu = QMenu(self)
        self._au_sommet.setMenu(self._menu)
        self._menu.aboutToShow.connect(self._proposer_nomenclatures)
        self._supprimer = self._bouton("Supprimer", self._supprimer_lignes)
        self._construire()
        self._brancher()
        self._remplir_liste()
        self._liste.setCurrentRow(0)
        self.setFocusProxy(self._liste)

    def _construire(self) -> None:
        page = QHBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addWidget(self._liste)
        droite = QVBoxLayout()
        marge = theme().px(16)
        droite.setContentsMargins(0, theme().px(12), 0, 0)
        droite.setSpacing(theme().px(8))
        entete = QHBoxLayout()
        entete.setContentsMargins(marge, 0, marge, 0)
        textes = QVBoxLayout()
        textes.setSpacing(theme().px(2))
        textes.addWidget(self._titre)
        textes.addWidget(self._aide)
        entete.addLayout(textes, 1)
        entete.addWidget(self._ajouter, 0, Qt.AlignmentFlag.AlignBottom)
        entete.addWidget(self._au_sommet, 0, Qt.AlignmentFlag.AlignBottom)
        entete.addWidget(self._supprimer, 0, Qt.AlignmentFlag.AlignBottom)
        droite.addLayout(entete)
        droite.addWidget(self._vue, 1)
        page.addLayout(droite, 1)

    def _bouton(self, texte: str, appel: Callable[[], None]) -> QPushButton:
        bouton = QPushButton(texte)
        bouton.clicked.connect(appel)
        return bouton

    def _brancher(self) -> None:
        self._liste.currentRowChanged.connect(self._montrer_rubrique)
        self._modele.refuse.connect(self.refuse)

    @property
    def rubrique(self) -> Rubrique:
        return self._rubriques[max(0, self._liste.currentRow())]

    def choisir(self, cle: str) -> None:
        """Show a list by its key."""
        rangs = {r.cle: rang for rang, r in enumerate(self._rubriques)}
        self._liste.setCurrentRow(rangs[cle])

    def _remplir_liste(self) -> None:
        for rang, rubrique in enumerate(self._rubriques):
            nombre = len(self._contrats.lignes(rubrique.cle))
            texte = rubrique.titre if rubrique.fixe else f"{rubrique.titre} ({nombre})"
            if rang < self._liste.count():
                self._liste.item(rang).setText(texte)
            else:
                element = QListWidgetItem(texte)
                element.setSizeHint(QSize(0, theme().px(LIGNE)))
                self._liste.addItem(element)

    def _montrer_rubrique(self, _: int = 0) -> None:
        rubrique = self.rubrique
        self._titre.setText(rubrique.titre)
        self._modele.definir_colonnes(self._colonnes(rubrique), self._lignes(rubrique))
        self._vue.aller(0, 0)
        ecriture = not self._contexte.fichier.lecture_seule and not rubrique.fixe
        self._ajouter.setVisible(ecriture)
        self._au_sommet.setVisible(ecriture and rubrique.cle == "noeuds")
        self._supprimer.setVisible(ecriture)

    def _lignes(self, rubrique: Rubrique) -> list[LigneRubrique]:
        """Rows of a list; what has one row only is turned round, one line per field."""
        lignes = self._contrats.lignes(rubrique.cle)
        if rubrique.cle != "contrat" or len(lignes) != 1:
            return lignes
        (unique,) = lignes
        return [
            LigneRubrique(
                cle=f"{unique.cle}/{colonne.nom}",
                nom=colonne.titre,
                valeurs=(colonne.titre, unique.valeurs[rang]),
                source=unique.source,
            )
            for rang, colonne in enumerate(rubrique.colonnes)
        ]

    def _colonnes_retournees(self, rubrique: Rubrique) -> list[Colonne]:
        def ecrire(cle: str, texte: str | None) -> None:
            ligne, _, champ = cle.partition("/")
            self._contrats.modifier(rubrique.cle, ligne, champ, texte or "")

        return [
            Colonne(cle="champ", titre="Champ", lire=lambda ligne: ligne.valeurs[0], largeur=160),
            Colonne(
                cle="valeur",
                titre="Valeur",
                lire=lambda ligne: _su(ligne.valeurs[1]),
                afficher=_ou_silence,
                ecrire=ecrire,
                largeur=388,
            ),
            Colonne(cle="__source", titre="Source", lire=_source, largeur=332, nuance=True),
        ]

    def _colonnes(self, rubrique: Rubrique) -> list[Colonne]:
        if rubrique.cle == "contrat":
            return self._colonnes_retournees(rubrique)
        colonnes = [
            self._colonne(rubrique, rang, colonne) for rang, colonne in enumerate(rubrique.colonnes)
        ]
        source = Colonne(cle="__source", titre="Source", lire=_source, largeur=440, nuance=True)
        return [*colonnes, source]

    def _colonne(self, rubrique: Rubrique, rang: int, colonne: ColonneRubrique) -> Colonne:
        def lire(ligne: LigneRubrique) -> str | None:
            return ligne.brutes[rang] if est_liste else _su(ligne.valeurs[rang])

        def ecrire(cle: str, texte: str | None) -> None:
            self._contrats.modifier(rubrique.cle, cle, colonne.nom, texte or "")

        est_liste = colonne.nature in ("choix", "lien")
        choix = tuple(self._contrats.options(rubrique.cle, colonne.nom)) if est_liste else ()
        return Colonne(
            cle=colonne.nom,
            titre=colonne.titre,
            lire=lire,
            afficher=_libelle(choix, silence=colonne.silence) if est_liste else _ou_silence,
            type=TypeColonne.CHOIX if est_liste else TypeColonne.TEXTE,
            choix=choix,
            ecrire=ecrire if colonne.modifiable else None,
            largeur=max(72, colonne.largeur * PIXELS_PAR_CARACTERE),
            figee=rang == 0 and not rubrique.fixe,
        )

    def _ajouter_ligne(self) -> None:
        self._ajouter_sous(self._parent_courant())

    def _parent_courant(self) -> str | None:
        """What a new row hangs on: the current node, or what the current row hangs on itself."""
        rubrique, cle = self.rubrique, self._vue.cle_courante()
        if not rubrique.parent or not cle:
            return None
        if rubrique.cle == "noeuds":
            return cle
        rang = [colonne.nom for colonne in rubrique.colonnes].index(rubrique.parent)
        parent: str = self._modele.ligne(cle).brutes[rang]
        return parent

    def _proposer_nomenclatures(self) -> None:
        self._menu.clear()
        for nomenclature in self._contrats.nomenclatures():
            self._menu.addAction(
                nomenclature.nom, lambda cle=nomenclature.cle: self._ajouter_sous(cle)
            )

    def _ajouter_sous(self, parent: str | None) -> None:
        def ajouter() -> None:
            cle = self._contrats.ajouter(self.rubrique.cle, parent)
            self._vue.setFocus()
            self._vue.aller_a(cle, self.rubrique.colonnes[0].nom)

        self._tenter(ajouter)

    def _supprimer_lignes(self) -> None:
        cles = self._vue.cles_choisies()
        self._tenter(lambda: self._contrats.supprimer(self.rubrique.cle, *cles))

    def _tenter(self, faire: Callable[[], object]) -> None:
        try:
            faire()
        except ErreurConnue as erreur:
            self.refuse.emit(str(erreur))

    # Following the file -------------------------------------------------------------------------

    def sur_avis(self, avis: Avis) -> None:
        entites = {rubrique.entite for rubrique in self._rubriques}
        if not avis.touche(*entites):
            return
        if not self.isVisible():
            self._perime = True
            return
        self._rafraichir()

    def _rafraichir(self) -> None:
        self._perime = False
        self._remplir_liste()
        self._modele.synchroniser(self._lignes(self.rubrique))

    def montree(self) -> None:
        """Called when the page comes in view."""
        if self._perime:
            self._rafraichir()


def _source(ligne: LigneRubrique) -> str:
    return ligne.source


def _su(texte: str) -> str | None:
    """None for what the contract does not say: its cell is typed in from nothing."""
    return None if texte == SILENCE else texte


def _libelle(choix: Iterable[tuple[str, str]], *, silence: bool) -> Callable[[str | None], str]:
    """How a stored value of a list is shown."""
    libelles: dict[str | None, str] = {None: SILENCE if silence else "", **dict(choix)}

    def afficher(valeur: str | None) -> str:
        return libelles.get(valeur, valeur or "")

    return afficher


def _ou_silence(texte: str | None) -> str:
    return SILENCE if texte is None else texte
