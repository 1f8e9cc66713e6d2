"""The help: its pages, found by their words, accents ignored."""

from functools import lru_cache

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent, QTextBlockFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.services.folders import ressources
from app.services.identifiants import mots, sans_accents
from app.ui.commands import en_francais, raccourcis
from app.ui.dialogs import dimensionner
from app.ui.elements import ChampRecherche
from app.ui.theme import LIGNE, melanger, theme

INTERLIGNE = 125  # % of the font's own line, in the pages
LARGEUR_PAGES = 240
MARQUE = 0.3  # tint under a word found

AIDE_DES_ECRANS = {
    "a_faire": "a-faire",
    "seances": "seance",
    "cockpit": "seance",
    "suites": "apres-comite",
    "droit_commun": "droit-commun",
    "constats": "regles",
    "import": "importer",
}  # screens whose page has another name


class AideDialogue(QDialog):
    """The help pages, and the page of shortcuts made from the table of commands."""

    PAGES = (
        ("premiers-pas", "Premiers pas"),
        ("a-faire", "Ce qui m’attend"),
        ("actions", "Le tableau des actions"),
        ("cellules", "Saisir, copier et coller"),
        ("cofinancements", "Le tableau de cofinancement"),
        ("provenance", "D’où vient ce chiffre ?"),
        ("filtrer-trier-grouper", "Filtrer, trier, grouper"),
        ("vues-et-impression", "Vues et impression"),
        ("chercher-remplacer", "Chercher et remplacer"),
        ("annoter", "Annoter, modifier en lot"),
        ("calendrier", "Le calendrier"),
        ("instruction", "L’instruction et les avis"),
        ("grilles", "Les grilles de cotation"),
        ("cotation", "Coter une action"),
        ("droit-commun", "Le droit commun d’abord"),
        ("egalite", "Égalité femmes-hommes"),
        ("notes", "Les notes d'intention"),
        ("dossiers", "Le dossier et ses versions"),
        ("enveloppes", "Les enveloppes"),
        ("reunions", "Les réunions partenariales"),
        ("scenarios", "Préparer une séance"),
        ("seance", "La séance"),
        ("apres-comite", "Après le comité"),
        ("cpo", "CPO"),
        ("courriers", "Les courriers"),
        ("suivi", "Le suivi"),
        ("importer", "Importer un tableau"),
        ("colonnes-ajoutees", "Ajouter vos colonnes"),
        ("graphiques", "Dessiner un graphique"),
        ("tableau-croise", "Tableau croisé"),
        ("exporter", "Exporter"),
        ("contrat", "Le contrat"),
        ("regles", "Les règles et les constats"),
        ("fichier", "Le fichier"),
        ("journal", "Journal, annuler, rétablir"),
        ("installer", "Installer, mettre à jour"),
        ("ligne-de-commande", "Ligne de commande"),
        ("raccourcis", "Raccourcis"),
        ("nouveautes", "Nouveautés"),
    )

    def __init__(self, page: str, parent: QWidget | None, cherche: str = "") -> None:
        """`page`: of the help, or the screen it is asked from; the first one where there is none.

        `cherche`: the words that led there.
        """
        super().__init__(parent)
        self.setWindowTitle("Aide de Tour de table")
        dimensionner(self, 900, 620)
        self._cherche = ""
        self._marques: list[QTextCursor] = []
        self._construire()
        rangs = {cle: rang for rang, (cle, _) in enumerate(self.PAGES)}
        self._liste.setCurrentRow(rangs.get(AIDE_DES_ECRANS.get(page, page), 0))
        self.recherche.setFocus()
        if cherche:
            self.recherche.montrer(cherche)
            self.chercher(cherche)

    def _construire(self) -> None:
        self.recherche = ChampRecherche("Chercher dans l'aide")
        self.recherche.setToolTip(
            "Plusieurs mots possibles, accents ignorés. Les flèches changent de page, Entrée va au "
            "mot suivant"
        )
        self._liste = QListWidget()
        self._liste.setAccessibleName("Pages d'aide")
        self._texte = QTextBrowser()
        self._texte.setAccessibleName("Page d'aide")
        self._texte.document().setDocumentMargin(theme().px(24))
        for _, titre in self.PAGES:
            element = QListWidgetItem(titre, self._liste)
            element.setSizeHint(QSize(0, theme().px(LIGNE)))
        gauche = QWidget()
        gauche.setFixedWidth(theme().px(LARGEUR_PAGES))
        colonne = QVBoxLayout(gauche)
        colonne.setContentsMargins(0, theme().px(8), 0, 0)
        colonne.setSpacing(theme().px(8))
        tete = QHBoxLayout()
        tete.setContentsMargins(theme().px(8), 0, theme().px(8), 0)
        tete.addWidget(self.recherche)
        colonne.addLayout(tete)
        colonne.addWidget(self._liste, 1)
        ligne = QHBoxLayout(self)
        ligne.setContentsMargins(0, 0, 0, 0)
        ligne.setSpacing(1)
        ligne.addWidget(gauche)
        ligne.addWidget(self._texte, 1)
        self._liste.currentRowChanged.connect(self._montrer)
        self.recherche.cherche.connect(self.chercher)
        self.recherche.quitte.connect(self.close)
        self.recherche.installEventFilter(self)

    def _montrer(self, rang: int) -> None:
        if rang < 0:
            return
        cle, _ = self.PAGES[rang]
        self._texte.setMarkdown(texte_de(cle))
        _aerer(self._texte.document())
        self._souligner()

    # Searching ----------------------------------------------------------------------------------

    def chercher(self, texte: str) -> None:
        """Leave in the list the pages that hold every word, and go to the words in the first one."""
        self._cherche = texte
        trouvees = pages_avec(texte) if texte.strip() else [cle for cle, _ in self.PAGES]
        for rang, (cle, _) in enumerate(self.PAGES):
            self._liste.item(rang).setHidden(cle not in trouvees)
        if not trouvees:
            self._texte.setMarkdown("Aucune page ne contient ces mots : essayez-en un autre.")
            return
        rangs = {cle: rang for rang, (cle, _) in enumerate(self.PAGES)}
        rang = self._liste.currentRow()
        if self.PAGES[rang][0] in trouvees:
            self._montrer(rang)
        else:
            self._liste.setCurrentRow(rangs[trouvees[0]])

    def _souligner(self) -> None:
        """Mark the words looked for, and bring the first one in view."""
        document, couleurs = self._texte.document(), theme().couleurs
        marques = []
        for debut, fin in _places(document.toPlainText(), mots(self.recherche.text())):
            marque = QTextEdit.ExtraSelection()
            marque.cursor = QTextCursor(document)
            marque.cursor.setPosition(debut)
            marque.cursor.setPosition(fin, QTextCursor.MoveMode.KeepAnchor)
            marque.format.setBackground(melanger(couleurs.papier, couleurs.alerte, MARQUE))
            marques.append(marque)
        self._texte.setExtraSelections(marques)
        self._marques = [marque.cursor for marque in marques]
        self._au_suivant(depuis=-1)

    def _au_suivant(self, depuis: int) -> None:
        """Go to the next word after a place of the page; after the last one comes the first."""
        suivantes = [c for c in self._marques if c.selectionStart() > depuis] or self._marques
        if suivantes:
            place = QTextCursor(suivantes[0])
            place.setPosition(place.selectionStart())
            self._texte.setTextCursor(place)
            self._texte.ensureCursorVisible()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """From the field, arrows go from page to page, Enter from word to word."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            touche = event.key()
            if touche in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if self.recherche.text() != self._cherche:
                    self.chercher(self.recherche.text())
                else:
                    self._au_suivant(self._texte.textCursor().position())
                return True
            if touche in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                self._liste.event(event)
                return True
            if touche in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
                self._texte.event(event)
                return True
        return super().eventFilter(watched, event)


def pages_avec(texte: str) -> list[str]:
    """Keys of the pages that hold every word, or its beginning.

    First those whose title does, then those where the words stand side by side.
    """
    cherches = mots(texte)
    titres = dict(AideDialogue.PAGES)

    def rang(cle: str) -> tuple[bool, bool, bool]:
        titre = _contient(frozenset(mots(titres[cle])), cherches)
        return not titre, not _se_suivent(texte_de(cle), cherches), cle == "nouveautes"

    tenues = [cle for cle in titres if cherches and _contient(_mots_de(cle), cherches)]
    return sorted(tenues, key=rang)


def phrase_avec(cle: str, texte: str) -> str:
    """The line of a page that holds the most of the words, side by side if it can be."""
    cherches = mots(texte)
    lignes = [ligne.strip("#-*|> ") for ligne in texte_de(cle).splitlines()]

    def poids(ligne: str) -> tuple[int, bool]:
        return _combien(frozenset(mots(ligne)), cherches), _se_suivent(ligne, cherches)

    return max(lignes, key=poids).replace("*", "").replace("|", "·")


def _se_suivent(texte: str, cherches: tuple[str, ...]) -> bool:
    return f" {' '.join(cherches)}" in f" {' '.join(mots(texte))}"


def _combien(tenus: frozenset[str], cherches: tuple[str, ...]) -> int:
    return sum(any(mot.startswith(debut) for mot in tenus) for debut in cherches)


def _contient(tenus: frozenset[str], cherches: tuple[str, ...]) -> bool:
    return _combien(tenus, cherches) == len(cherches)


@lru_cache(maxsize=64)
def _mots_de(cle: str) -> frozenset[str]:
    return frozenset(mots(texte_de(cle)) + mots(dict(AideDialogue.PAGES)[cle]))


def _places(texte: str, cherches: tuple[str, ...]) -> list[tuple[int, int]]:
    """Where words that begin as those looked for stand in a text, in its own positions."""
    plie, origines = [], []
    for rang, signe in enumerate(texte):
        for lettre in sans_accents(signe):
            plie.append(lettre)
            origines.append(rang)
    uni = "".join(plie)
    places = []
    for cherche in cherches:
        debut = uni.find(cherche)
        while debut >= 0:
            if not debut or not uni[debut - 1].isalnum():
                places.append((origines[debut], origines[debut + len(cherche) - 1] + 1))
            debut = uni.find(cherche, debut + 1)
    return sorted(places)


# Pages --------------------------------------------------------------------------------------------


def texte_de(cle: str) -> str:
    """Markdown of a page, written or made from the program itself."""
    return _page_raccourcis() if cle == "raccourcis" else lire_page(cle)


def _aerer(page: QTextDocument) -> None:
    """Room between lines and between paragraphs: Markdown comes without any."""
    curseur = QTextCursor(page)
    bloc = page.firstBlock()
    while bloc.isValid():
        forme = bloc.blockFormat()
        titre = bool(forme.headingLevel())
        forme.setLineHeight(INTERLIGNE, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        forme.setTopMargin(theme().px(12 if titre and bloc.blockNumber() else 0))
        forme.setBottomMargin(theme().px(4 if titre else 6))
        curseur.setPosition(bloc.position())
        curseur.setBlockFormat(forme)
        bloc = bloc.next()


def lire_page(cle: str) -> str:
    """Markdown of a help page."""
    return (ressources() / "aide" / f"{cle}.md").read_text(encoding="utf-8")


def _page_raccourcis() -> str:
    from app.ui.gestes import gestes

    du_tableau = [
        (g.libelle, ", ".join(map(en_francais, g.touches))) for g in gestes() if g.touches
    ]
    return "# Raccourcis\n\n" + "\n\n## Dans un tableau\n\n".join(
        "| Commande | Touches |\n|---|---|\n"
        + "\n".join(f"| {libelle} | {touches} |" for libelle, touches in lignes)
        for lignes in (raccourcis(), du_tableau)
    )
