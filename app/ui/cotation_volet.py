"""One action beside its grid: the marks at the keyboard, what they come to, what the dossier says."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.services.columns_cotations import (
    COMMENTAIRE,
    HORS_CRITERES,
    NIVEAU,
    LigneNote,
    colonnes_notes,
    lignes_de_note,
)
from app.services.contexte import Contexte
from app.services.cotations import Cotations
from app.services.cotations_dossier import dit_par_le_dossier
from app.services.cotations_gardes import chiffres_de, lire_note, mot_de
from app.services.cotations_lues import DossierCote
from app.services.cotations_phrases import phrases_du_resultat
from app.services.errors import ErreurConnue, SaisieRefusee
from app.services.fiches import Fiche
from app.services.grilles_lues import GrilleEntiere
from app.ui.cotation_touches import TouchesDeNote
from app.ui.demande import BarreDemande
from app.ui.elements import TexteElide, etiquette, marges
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau

HAUT_DU_BAS = 144


class VoletCotation(QWidget):
    """`passer_demande(sense)`: the next action, or the one before. `refuse`, `information`: sentences."""

    passer_demande = Signal(int)
    refuse = Signal(str)
    information = Signal(str)

    def __init__(self, contexte: Contexte, cotations: Cotations) -> None:
        super().__init__()
        self._contexte, self._cotations = contexte, cotations
        self.dossier: DossierCote | None = None
        self._grille: GrilleEntiere | None = None
        self._moment = ""
        self._fiche: Fiche | None = None
        self._titre = TexteElide(role="fort")
        self._phrase = etiquette("")
        self._phrase.setWordWrap(True)
        self.modele = ModeleTableau(colonnes_notes(self.noter, self.prouver), self)
        self.modele.lecture_seule = contexte.fichier.lecture_seule
        self.vue = VueTableau(self.modele)
        self.vue.volets.dire_si_vide("Choisissez une action à gauche.")
        self.demande = BarreDemande()
        self.demande.quittee.connect(self.vue.setFocus)
        self._echelle, echelle = _texte()
        self._dit, dit = _texte()
        self._batir(echelle, dit)
        self.modele.refuse.connect(self.refuse)
        self.vue.refuse.connect(self.refuse)
        self.vue.courante.connect(lambda cle, _: self._montrer_critere(cle))
        TouchesDeNote(
            self.vue,
            noter=self._au_chiffre,
            non_applicable=self._non_applicable,
            passer=self.passer_demande.emit,
            terminer=self.terminer,
        )
        self.setFocusProxy(self.vue)

    def _batir(self, echelle: QWidget, dit: QWidget) -> None:
        tete = QVBoxLayout()
        marges(tete, 0, 16, espace=4)
        tete.addWidget(self._titre)
        tete.addWidget(self._phrase)
        bas = QWidget()
        bas.setFixedHeight(theme().px(HAUT_DU_BAS))
        ligne = QHBoxLayout(bas)
        marges(ligne, 0, 0, 8, 8, espace=8)
        ligne.addWidget(echelle, 1)
        ligne.addWidget(dit, 1)
        colonne = QVBoxLayout(self)
        marges(colonne, 0, espace=8)
        colonne.addLayout(tete)
        colonne.addWidget(self.demande)
        colonne.addWidget(self.vue, 1)
        colonne.addWidget(bas)

    # Showing ------------------------------------------------------------------------------------

    def montrer(
        self, grille: GrilleEntiere | None, dossier: DossierCote | None, moment: str
    ) -> None:
        """Show an action with a grid; the same one keeps its cell."""
        meme = self.dossier is not None and dossier is not None and dossier.cle == self.dossier.cle
        if not meme:
            self.demande.fermer()
        self.dossier, self._grille, self._moment = dossier, grille, moment
        if dossier is None or grille is None:
            self._fiche = None
            self._titre.setText("")
            self._phrase.setText("")
            self.modele.remplacer_lignes([])
            self._montrer_critere("")
            return
        if not meme or self._fiche is None:
            self._fiche = self._contexte.fiches.lire(dossier.cle)
        self._titre.setText(f"{dossier.numero} · {dossier.titre} · {dossier.porteur}")
        cotation = dossier.suivie
        self._phrase.setText("\n".join(phrases_du_resultat(grille, dossier, cotation)))
        lignes = lignes_de_note(grille, dossier, cotation)
        if [li.cle for li in lignes] == [li.cle for li in self.modele.toutes_les_lignes()]:
            self.modele.synchroniser(lignes)
        else:
            self.modele.remplacer_lignes(lignes)
        if not meme:
            self.vue.aller(0, self.modele.rang("note"))
        self._montrer_critere(self.vue.cle_courante())

    def relire(self) -> None:
        """The sheet behind the fields may have changed."""
        self._fiche = None
        self.montrer(self._grille, self.dossier, self._moment)

    def _ligne(self, cle: str) -> LigneNote | None:
        return self.modele.ligne(cle) if cle and self.modele.contient(cle) else None

    def _montrer_critere(self, cle: str) -> None:
        """What each mark deserves, and what the dossier says of it."""
        ligne = self._ligne(cle)
        critere = None if ligne is None else ligne.critere
        champs: tuple[str, ...] = () if critere is None else critere.champs
        self._echelle.setText(self._en_mots(ligne))
        dits = [] if self._fiche is None else dit_par_le_dossier(self._fiche, champs)
        self._dit.setText("\n".join(f"{titre} : {texte}" for titre, texte in dits))

    def _en_mots(self, ligne: LigneNote | None) -> str:
        if ligne is None or self._grille is None:
            return ""
        if ligne.cle == NIVEAU:
            return "\n".join(
                f"{n.code} : {n.libelle}. {n.condition or n.definition or ''}"
                for n in self._grille.niveaux
                if n.condition is not None or not self._grille.criteres
            )
        critere = ligne.critere
        if critere is None:
            return ""
        lignes = [critere.aide or ""]
        for chiffre, valeur in chiffres_de(critere).items():
            mot = chiffre if chiffre == valeur else f"{chiffre} = {mot_de(valeur)}"
            marque = " ◄" if ligne.note == mot_de(valeur) else ""
            lignes.append(f"{mot} : {critere.niveaux[valeur]}{marque}")
        lignes.append("N : non applicable, avec la raison" if critere.na_admis else "")
        return "\n".join(filter(None, lignes))

    # Writing ------------------------------------------------------------------------------------

    def noter(self, cle: str, texte: str | None) -> None:
        """A mark typed in its cell, or the code of a level."""
        if cle in (COMMENTAIRE, *HORS_CRITERES[2:]):
            raise SaisieRefusee("Écrivez ce texte dans la colonne « Preuve ou motif ».")
        if cle == NIVEAU:
            self._ecrire(
                "Choisir le niveau d'une cotation",
                lambda e, c: self._cotations.poser_niveau(e, c, texte or None),
            )
            return
        self._poser(cle, lire_note(texte))

    def prouver(self, cle: str, texte: str | None) -> None:
        """Where the dossier says it, why it is not applicable, or what is said of the whole."""
        ligne = self._ligne(cle)
        if cle == NIVEAU:
            raise SaisieRefusee("Écrivez la raison dans la ligne « Commentaire ».")
        if cle in HORS_CRITERES:
            self._commenter(cle, texte)
        elif ligne is not None and ligne.note == "NA":
            self._poser(cle, {"na": True, "motif": texte})
        else:
            self._poser(cle, {"preuve": texte})

    def _commenter(self, nom: str, texte: str | None) -> None:
        """A comment of marks already finished may still be written."""
        cotation = None if self.dossier is None else self.dossier.suivie
        if cotation is None:
            raise SaisieRefusee("Donnez d'abord une note : le commentaire va avec elle.")
        self._cotations.commenter(cotation.cle, **{nom: texte})

    def _poser(self, critere: str, champs: dict[str, object]) -> None:
        self._ecrire(
            f"Noter le critère {critere}",
            lambda e, c: self._cotations.poser_note(e, c, critere, **champs),
        )

    def _ecrire(self, libelle: str, faire: Callable[[object, str], object]) -> None:
        if self.dossier is None or self._grille is None:
            raise SaisieRefusee("Choisissez d'abord une action.")
        cotation = self.dossier.suivie
        with self._cotations.operation(libelle) as e:
            cle = (
                cotation.cle
                if cotation is not None
                else self._cotations.commencee(
                    e, self.dossier.cle, self._grille.ligne.cle, self._moment
                )
            )
            faire(e, cle)

    # Keys ---------------------------------------------------------------------------------------

    def tenter(self, faire: Callable[[], object]) -> bool:
        try:
            faire()
        except ErreurConnue as erreur:
            self.refuse.emit(str(erreur))
            return False
        return True

    def _au_chiffre(self, chiffre: str) -> None:
        """The mark of a digit, then the next criterion."""
        cle = self.vue.cle_courante()
        if cle == NIVEAU and self._grille is not None:
            self._choisir_au_chiffre(chiffre)
        elif cle and self.tenter(lambda: self.noter(cle, chiffre)):
            self._descendre()

    def _choisir_au_chiffre(self, chiffre: str) -> None:
        """The level of that code, else the one of that rank, from 0."""
        assert self._grille is not None
        codes = [n.code for n in self._grille.niveaux]
        rang = int(chiffre)
        code = chiffre if chiffre in codes else codes[rang] if rang < len(codes) else chiffre
        niveau = next((n for n in self._grille.niveaux if n.code == code), None)
        if niveau is not None and niveau.condition is not None:
            self.demande.demander(
                f"Pourquoi « {code} » ?",
                lambda raison: self.noter(NIVEAU, f"{code} {raison}"),
                detail=niveau.condition,
                verbe="Garder",
            )
        else:
            self.tenter(lambda: self.noter(NIVEAU, code))

    def _descendre(self) -> None:
        index = self.vue.index_courant()
        suivante = self.modele.cle_de(index.row() + 1) if self._reste(index.row()) else ""
        if suivante:
            self.vue.aller(index.row() + 1, index.column())
            return
        cotation = None if self.dossier is None else self.dossier.suivie
        if cotation is not None and cotation.resultat.complete:
            self.information.emit(
                "Toutes les notes y sont. Ctrl+Entrée garde le niveau et passe à la suivante."
            )

    def _reste(self, rang: int) -> bool:
        """True while the next row is a criterion."""
        cles = [li.cle for li in self.modele.lignes if li.critere is not None]
        return rang + 1 < len(cles)

    def _non_applicable(self) -> None:
        """Ask why, then the next criterion."""
        ligne = self._ligne(self.vue.cle_courante())
        if ligne is None or ligne.critere is None:
            return

        def garder(raison: str) -> None:
            self._poser(ligne.cle, {"na": True, "motif": raison})
            self._descendre()

        self.demande.demander(
            f"{ligne.cle} non applicable, pourquoi ?",
            garder,
            texte=ligne.preuve if ligne.note == "NA" else "",
            detail=ligne.libelle,
            verbe="Garder",
        )

    def terminer(self) -> None:
        """Keep the level, then the next action."""
        cotation = None if self.dossier is None else self.dossier.suivie
        if cotation is None:
            self.refuse.emit("Donnez d'abord une note.")
        elif cotation.est_terminee or self.tenter(lambda: self._cotations.terminer(cotation.cle)):
            self.passer_demande.emit(1)


def _texte() -> tuple[QLabel, QScrollArea]:
    """A text that scrolls in its own place."""
    texte = etiquette("")
    texte.setWordWrap(True)
    texte.setAlignment(Qt.AlignmentFlag.AlignTop)
    texte.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    texte.setContentsMargins(theme().px(8), theme().px(4), theme().px(8), theme().px(4))
    zone = QScrollArea()
    zone.setWidgetResizable(True)
    zone.setFrameShape(QFrame.Shape.NoFrame)
    zone.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    zone.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    zone.setWidget(texte)
    texte.setProperty("surface", "papier")
    texte.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    return texte, zone
