"""For whom and where: publics, quartiers and their shares, communes, classification."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.services.columns import TypeColonne, lire_nombre, lire_valeur, nombre_brut
from app.services.contexte import Contexte
from app.services.errors import ErreurConnue
from app.services.fiches import Fiche, phrase_echelle, phrase_publics
from app.ui.forms import ChampChoix, ChampTexte
from app.ui.theme import theme

PUBLICS = (
    ("public_total", "Public total"),
    ("public_qpv", "dont habitants des QPV"),
    ("public_femmes", "dont femmes"),
    ("public_hommes", "dont hommes"),
)


class VoletTerritoire(QWidget):
    """The « Publics » tab of the sheet."""

    refuse = Signal(str)

    def __init__(self, contexte: Contexte) -> None:
        super().__init__()
        self._contexte = contexte
        self._fiche: Fiche | None = None
        self._verrou = contexte.fichier.lecture_seule
        self._publics = {
            nom: ChampTexte(titre, ecrire=self._vers_public(nom), nombre=True)
            for nom, titre in PUBLICS
        }
        self._parts_publics = QLabel()
        self._parts_publics.setProperty("role", "petit")
        self._quartiers = _Liste("Quartiers", "Ajouter un quartier…", ecrire_part=self._ecrire_part)
        self._communes = _Liste("Communes", "Ajouter une commune…")
        self._echelle = QLabel()
        self._echelle.setProperty("role", "petit")
        self._echelle.setWordWrap(True)
        self._motif = ChampTexte(
            "Motif, si l'action n'est dans aucun QPV", ecrire=self._ecrire_motif
        )
        self._classements = _Liste("Classement", "Classer l'action…")
        self._construire()
        self._brancher()

    def _construire(self) -> None:
        colonne = QVBoxLayout(self)
        marge = theme().px(16)
        colonne.setContentsMargins(marge, theme().px(12), marge, marge)
        colonne.setSpacing(theme().px(12))
        grille = QGridLayout()
        grille.setSpacing(theme().px(8))
        for rang, champ in enumerate(self._publics.values()):
            grille.addWidget(champ, rang // 2, rang % 2, Qt.AlignmentFlag.AlignTop)
            champ.verrouiller(verrou=self._verrou)
        self._motif.verrouiller(verrou=self._verrou)
        colonne.addLayout(grille)
        for element in (
            self._parts_publics,
            self._quartiers,
            self._motif,
            self._communes,
            self._echelle,
            self._classements,
        ):
            colonne.addWidget(element)
        colonne.addStretch(1)

    def _brancher(self) -> None:
        for liste in (self._quartiers, self._communes, self._classements):
            liste.setDisabled(self._verrou)
        self._quartiers.ajoute.connect(self._ajouter_quartier)
        self._quartiers.retire.connect(self._retirer_quartier)
        self._communes.ajoute.connect(self._ajouter_commune)
        self._communes.retire.connect(self._retirer_commune)
        self._classements.ajoute.connect(self._classer)
        self._classements.retire.connect(self._declasser)

    def montrer(self, fiche: Fiche) -> None:
        self._fiche = fiche
        for nom, champ in self._publics.items():
            valeur = fiche.champs[nom]
            champ.montrer("" if valeur is None else nombre_brut(valeur))
        self._parts_publics.setText(phrase_publics(fiche))
        self._parts_publics.setVisible(bool(self._parts_publics.text()))
        self._motif.montrer(fiche.champs["hors_qpv_motif"] or "")
        self._motif.setVisible(not fiche.quartiers or bool(fiche.champs["hors_qpv_motif"]))
        fiches = self._contexte.fiches
        noms = {q.cle: q.nom for q in fiches.quartiers()}  # with their communes: some are homonyms
        self._quartiers.montrer(
            [(q.quartier, noms[q.quartier], q.part) for q in fiche.quartiers], list(noms.items())
        )
        self._communes.montrer(
            [(c.cle, c.nom, None) for c in fiche.communes],
            [(c.cle, c.nom) for c in fiches.communes()],
        )
        self._echelle.setText(phrase_echelle(len(fiche.communes)))
        self._echelle.setVisible(bool(self._echelle.text()))
        self._classements.montrer(
            [
                (c.noeud, _classement(c.chemin, principal=c.principal), None)
                for c in fiche.classements
            ],
            [
                (n.cle, f"{'    ' * n.niveau}{n.nom}")
                for _, noeuds in fiches.noeuds()
                for n in noeuds
            ],
        )

    # Writing ------------------------------------------------------------------------------------

    def _vers_public(self, nom: str) -> Callable[[str], None]:
        def ecrire(texte: str) -> None:
            if self._fiche is not None:
                self._contexte.actions.modifier(self._fiche.cle, **{nom: lire_nombre(texte)})

        return ecrire

    def _ecrire_motif(self, texte: str) -> None:
        if self._fiche is not None:
            self._contexte.actions.modifier(self._fiche.cle, hors_qpv_motif=texte.strip() or None)

    def _parts_presentes(self) -> dict[str, Decimal | None]:
        return {q.quartier: q.part for q in self._fiche.quartiers} if self._fiche else {}

    def _ajouter_quartier(self, cle: str) -> None:
        self._definir_quartiers({**self._parts_presentes(), cle: None})

    def _retirer_quartier(self, cle: str) -> None:
        restants = self._parts_presentes()
        restants.pop(cle, None)
        self._definir_quartiers(restants)

    def _ecrire_part(self, cle: str, texte: str) -> None:
        """Raises ErreurConnue: the field keeps what was typed and says why."""
        if self._fiche is not None:
            part = lire_valeur(TypeColonne.PART, texte)
            parts = {**self._parts_presentes(), cle: None if part is None else part * 100}
            self._contexte.actions.definir_quartiers(self._fiche.cle, parts)

    def _definir_quartiers(self, parts: dict[str, Decimal | None]) -> None:
        self._tenter(lambda cle: self._contexte.actions.definir_quartiers(cle, parts))

    def _ajouter_commune(self, commune: str) -> None:
        presentes = [c.cle for c in self._fiche.communes] if self._fiche else []
        self._definir_communes([*presentes, commune])

    def _retirer_commune(self, commune: str) -> None:
        presentes = [c.cle for c in self._fiche.communes] if self._fiche else []
        self._definir_communes([c for c in presentes if c != commune])

    def _definir_communes(self, communes: Sequence[str]) -> None:
        self._tenter(lambda cle: self._contexte.actions.definir_communes(cle, communes))

    def _classer(self, noeud: str) -> None:
        """The first node of a nomenclature is the principal one, the others are secondary."""
        presents = self._fiche.classements if self._fiche else ()
        memes = {c.nomenclature_nom for c in presents if c.principal}
        nomenclature = next(
            nom
            for nom, noeuds in self._contexte.fiches.noeuds()
            if noeud in {n.cle for n in noeuds}
        )
        principal = nomenclature not in memes
        self._tenter(lambda cle: self._contexte.actions.classer(cle, noeud, principal=principal))

    def _declasser(self, noeud: str) -> None:
        self._tenter(lambda cle: self._contexte.actions.declasser(cle, noeud))

    def _tenter(self, ecrire: Callable[[str], None]) -> None:
        if self._fiche is None:
            return
        try:
            ecrire(self._fiche.cle)
        except ErreurConnue as erreur:
            self.refuse.emit(str(erreur))


def _classement(chemin: str, *, principal: bool) -> str:
    return chemin if principal else f"{chemin} (secondaire)"


class _Liste(QWidget):
    """Things attached to the action: a line each, a share where it has one, and how to add one."""

    ajoute = Signal(str)
    retire = Signal(str)

    def __init__(
        self,
        titre: str,
        invitation: str,
        *,
        ecrire_part: Callable[[str, str], None] | None = None,
    ) -> None:
        super().__init__()
        self._ecrire_part = ecrire_part
        self._invitation = invitation
        self._montres: list[tuple[str, str]] = []
        self._parts: dict[str, ChampTexte] = {}
        self._lignes = QVBoxLayout()
        self._lignes.setSpacing(theme().px(4))
        self._ajout = ChampChoix(titre, ecrire=self._choisir)
        self._ajout.editeur.setAccessibleName(invitation)
        colonne = QVBoxLayout(self)
        colonne.setContentsMargins(0, 0, 0, 0)
        colonne.setSpacing(theme().px(4))
        colonne.addWidget(self._ajout.titre)
        colonne.addLayout(self._lignes)
        colonne.addWidget(self._ajout)

    def montrer(
        self,
        presents: Sequence[tuple[str, str, Decimal | None]],
        possibles: Sequence[tuple[str, str]],
    ) -> None:
        """`presents`: (key, name, share in %); `possibles`: all that could be added."""
        montres = [(cle, nom) for cle, nom, _ in presents]
        if montres != self._montres:  # the same lines stay, and the keyboard with them
            self._montres = montres
            self._refaire_lignes()
        for cle, _, valeur in presents:
            if cle in self._parts:
                self._parts[cle].montrer("" if valeur is None else nombre_brut(valeur))
        deja = {cle for cle, _ in montres}
        self._ajout.proposer(
            [("", self._invitation), *[(c, nom) for c, nom in possibles if c not in deja]]
        )
        self._ajout.montrer("")

    def _refaire_lignes(self) -> None:
        while (element := self._lignes.takeAt(0)) is not None:
            if element.widget() is not None:
                element.widget().hide()
                element.widget().deleteLater()
        self._parts = {}
        for cle, nom in self._montres:
            self._lignes.addWidget(self._ligne(cle, nom))

    def _choisir(self, cle: str) -> None:
        if cle:
            self.ajoute.emit(cle)

    def _ligne(self, cle: str, nom: str) -> QWidget:
        ligne = QWidget()
        colonne = QVBoxLayout(ligne)
        colonne.setContentsMargins(0, 0, 0, 0)
        colonne.setSpacing(theme().px(2))
        rangee = QHBoxLayout()
        rangee.setSpacing(theme().px(8))
        colonne.addLayout(rangee)
        texte = QLabel(nom)
        texte.setWordWrap(True)
        rangee.addWidget(texte, 1)
        if self._ecrire_part is not None:
            self._parts[cle] = self._champ_de_part(cle, nom)
            rangee.addWidget(self._parts[cle])
            colonne.addWidget(self._parts[cle].erreur)  # a sentence needs the whole width
        retirer = QPushButton("Retirer")
        retirer.setProperty("role", "lien")
        retirer.setAccessibleName(f"Retirer {nom}")
        retirer.clicked.connect(lambda: self.retire.emit(cle))
        rangee.addWidget(retirer, 0, Qt.AlignmentFlag.AlignTop)
        return ligne

    def _champ_de_part(self, cle: str, nom: str) -> ChampTexte:
        champ = ChampTexte("", ecrire=self._ecrire(cle), indication="part %", nombre=True)
        champ.titre.hide()
        champ.editeur.setAccessibleName(f"Part de {nom}, en pourcentage")
        champ.setFixedWidth(theme().px(72))
        return champ

    def _ecrire(self, cle: str) -> Callable[[str], None]:
        def ecrire(texte: str) -> None:
            if self._ecrire_part is not None:
                self._ecrire_part(cle, texte)

        return ecrire
