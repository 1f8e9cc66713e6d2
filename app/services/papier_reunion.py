"""How the papers of a meeting look: their styles, their head, their sheets to print or to see."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from reportlab.lib.pagesizes import A4, portrait

from app.models.enums import EtatReunion
from app.services.documents import jour_de
from app.services.dossiers_reunion import DossierReunion, quand_et_ou
from app.services.pages_pdf import MARGE, Document, Morceau, Papier
from app.services.papier_seance import abrege, bornee, papier_net
from app.services.polices import DEMI_GRASSE, REGULIERE
from app.services.tableau_pdf import ENCRE, FILET, GOUTTIERE, SECONDE, Style
from app.services.traces_pages import ToileNotee, Trace

PORTRAIT = Papier(*portrait(A4))
LARGE = PORTRAIT.utile + GOUTTIERE
LIGNE = Style(corps=8.5, avant=2, apres=2.5)
TEXTE = Style(corps=9.5, avant=0, apres=2, filet="")
PROJET = Style(DEMI_GRASSE, corps=9.5, avant=9, apres=2, filet="")
GROUPE = Style(DEMI_GRASSE, corps=8.5, couleur=SECONDE, avant=6, apres=2, filet=FILET)
SIGNATURE = Style(corps=8.5, avant=7, apres=8)
TOTAL = Style(DEMI_GRASSE, corps=8.5, filet_haut=ENCRE, filet=ENCRE, avant=3, apres=4)


class PagesDeReunion:
    """The sheets of a paper: drawn as a PDF, or page by page for a preview."""

    papier = PORTRAIT

    def __init__(
        self,
        dossier: DossierReunion,
        nom: str,
        pages: Sequence[Sequence[Morceau]],
        *,
        tetes: Sequence[int] = (1,),
    ) -> None:
        """`tetes`: the pages that bear the whole head, from 1; the others, one line."""
        self._dossier, self._nom, self._pages, self._tetes = dossier, nom, pages, tetes
        self.objet = papier_net(f"{nom} – {abrege(dossier.reunion.titre, 120)}")

    @property
    def nombre(self) -> int:
        return len(self._pages)

    def pdf(self) -> bytes:
        """The bytes; the same for the same meeting."""
        document = self._document()
        return document.dessiner(self._pages, lambda n, total: self._habiller(document, n, total))

    def traces(self, numero: int) -> list[Trace]:
        """What the PDF draws on a page, from 1."""
        toile = ToileNotee()
        document = self._document(toile)
        self._habiller(document, numero, self.nombre)
        document.dessiner_page(self._pages[numero - 1])
        return toile.traces

    def _document(self, toile: Any = None) -> Document:
        return Document(
            titre=self.objet,
            auteur=papier_net(abrege(self._dossier.contrat, 200)),
            jour=jour_de(self._dossier.reunion.date) or date(self._dossier.reunion.annee, 1, 1),
            papier=PORTRAIT,
            toile=toile,
        )

    def _habiller(self, document: Document, numero: int, nombre: int) -> None:
        """Around the tables of a page."""
        droite = PORTRAIT.largeur - MARGE
        page = f"Page {numero} / {nombre}"
        document.ecrire(droite, MARGE - 4, page, corps=7, couleur=SECONDE, droite=True)
        etat = EtatReunion.libelle_de(self._dossier.reunion.etat)
        document.ecrire(MARGE, MARGE - 4, f"Réunion {etat.lower()}", corps=7, couleur=SECONDE)
        if numero in self._tetes:
            self._titrer(document)
        else:
            haut = PORTRAIT.haut - 7
            self._ecrire(document, haut, self.objet, corps=6.5, couleur=SECONDE)

    def _titrer(self, document: Document) -> None:
        """Contract, name of the paper, meeting, day and place."""
        reunion, haut = self._dossier.reunion, PORTRAIT.haut
        self._ecrire(document, haut - 8, self._dossier.contrat, corps=8.5, couleur=SECONDE)
        self._ecrire(document, haut - 30, self._nom, corps=17, police=DEMI_GRASSE)
        self._ecrire(document, haut - 46, reunion.titre, corps=12)
        situation = quand_et_ou(reunion)
        situation = f"{situation[0].upper()}{situation[1:]}"
        self._ecrire(document, haut - 60, situation, corps=9, couleur=SECONDE)

    def _ecrire(
        self, document: Document, y: float, texte: str, *, corps: float, **options: Any
    ) -> None:
        """One line, cut where the sheet ends."""
        utile = PORTRAIT.largeur - 2 * MARGE
        police = options.get("police", REGULIERE)
        [ligne] = bornee(papier_net(texte), utile, 1, police, corps)
        document.ecrire(MARGE, y, ligne, corps=corps, **options)


SOMMET = PORTRAIT.haut - 78
