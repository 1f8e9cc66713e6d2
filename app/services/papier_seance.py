"""What the papers of a séance share: title block, fingerprint at each foot, pages to print or to see."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from app.models.montants import FINE, INSECABLE, afficher_montant
from app.services.columns_membres import heure
from app.services.compte_rendu import CompteRendu
from app.services.documents import date_longue, jour_de
from app.services.pages_pdf import MARGE, Document, Morceau, Papier
from app.services.polices import DEMI_GRASSE, REGULIERE
from app.services.tableau_pdf import BLOQUANT, CORPS, SECONDE, couper, largeur, propre
from app.services.traces_pages import ToileNotee, Trace

PROJET = "Projet : la séance n'est pas close. Document sans empreinte, qui peut encore changer."
TITRE_MAXIMUM, OBJET_CORPS = 2, 17


# Pictures that no typeface of documents has, and the signs that join them.
_IMAGES = re.compile("[\U0001f000-\U0001faff\u200d\ufe0f]")


def papier_net(texte: str | None) -> str:
    """The text as it is printed: the narrow spaces of the typeface vanish on paper."""
    return propre(_IMAGES.sub("", (texte or "").replace(FINE, INSECABLE)))


def euros(montant: Decimal | None, *, euro: bool = True) -> str:
    return papier_net(afficher_montant(montant, euro=euro))


def bornee(
    texte: str, place: float, nombre: int, police: str = REGULIERE, corps: float = CORPS
) -> tuple[str, ...]:
    """The first lines of a text, with an ellipsis where it is cut."""
    lignes = couper(papier_net(texte), place, police, corps)
    if len(lignes) <= nombre:
        return lignes
    derniere = lignes[nombre - 1]
    while derniere and largeur(f"{derniere} …", police, corps) > place:
        derniere = derniere[:-1]
    return (*lignes[: nombre - 1], f"{derniere.rstrip()} …")


def abrege(texte: str, longueur: int) -> str:
    """One line of a heading: its beginning."""
    net = " ".join(papier_net(texte).split())
    return net if len(net) <= longueur else f"{net[: longueur - 1].rstrip()}…"


def quand(cr: CompteRendu) -> str:
    """« 13 mars 2025, 9 h 30 »."""
    jour = date_longue(cr.date) if cr.date else "date non fixée"
    return f"{jour}, {heure_dite(cr.heure)}" if cr.heure else jour


def heure_dite(texte: str) -> str:
    """« 9 h 30 » from « 09:30 »; any other text as it stands."""
    heures, _, minutes = texte.partition(":")
    if heures.isdecimal() and minutes[:2].isdecimal():
        return f"{int(heures)} h {minutes[:2]}".replace(" ", INSECABLE)
    return texte


def instant_dit(moment: str | None) -> str:
    """« 13 mars 2025 à 12 h 31 », as the clock of this machine reads."""
    if not moment:
        return ""
    local = datetime.fromisoformat(moment).astimezone()
    return f"{date_longue(local.isoformat())} à {a_l_heure(moment)}"


def a_l_heure(moment: str | None) -> str:
    return heure(moment).replace(" ", INSECABLE)


def intitule(cr: CompteRendu, nom: str) -> str:
    """« Procès-verbal », « Projet : procès-verbal », « Procès-verbal rectifié (version 2) »."""
    if cr.sceau is None:
        return f"Projet{INSECABLE}: {nom[0].lower()}{nom[1:]}"
    return nom if cr.version == 1 else f"{nom} – version rectifiée n°{INSECABLE}{cr.version}"


def mentions_du_sceau(cr: CompteRendu) -> list[str]:
    """What proves a sealed document, a sentence a line."""
    if cr.sceau is None:
        return []
    motif = f" Motif de la rectification : {cr.sceau.motif}." if cr.sceau.motif else ""
    return [
        f"Version {cr.version}, scellée le {instant_dit(cr.sceau.scelle_le)}.{motif}",
        f"Empreinte du journal : {cr.sceau.empreinte}",
        f"Empreinte des décisions : {cr.sceau.empreinte_decisions}",
    ]


class Cartouche:
    """The title block of the first page, the running line of the others, the foot of all."""

    def __init__(self, cr: CompteRendu, nom: str, papier: Papier) -> None:
        self._cr, self._papier = cr, papier
        self.objet = intitule(cr, nom)
        utile = papier.largeur - 2 * MARGE
        self._contrat = bornee(cr.contrat, utile, 1, corps=8.5)
        self._titre = bornee(cr.titre, utile, TITRE_MAXIMUM, corps=12)
        situation = " · ".join(t for t in (quand(cr), cr.lieu or "") if t)
        self._situation = bornee(situation, utile, 1, corps=9)
        self._sceau = [
            ligne
            for mention in (mentions_du_sceau(cr) or [PROJET])
            for ligne in bornee(mention, utile, 4, corps=7)
        ]
        self._courant = bornee(f"{self.objet} · {cr.titre} · {quand(cr)}", utile, 1, corps=6.5)
        haut = 11 + 24 + 16 * len(self._titre) + 15 + 9 * len(self._sceau) + 14
        self.bas = papier.haut - haut

    def habiller(self, document: Document, numero: int, nombre: int) -> None:
        """Around the tables of a page."""
        if numero == 1:
            self._titrer(document)
        else:
            document.ecrire(
                MARGE, self._papier.haut - 7, self._courant[0], corps=6.5, couleur=SECONDE
            )
        self.pied(document, numero, nombre)

    def pied(self, document: Document, numero: int, nombre: int) -> None:
        """The fingerprint of a sealed séance, or that it is a draft, and the number of the page."""
        empreinte = self._cr.empreinte
        texte = f"Empreinte : {empreinte}" if empreinte else "Projet, sans empreinte"
        couleur = SECONDE if empreinte else BLOQUANT
        document.ecrire(MARGE, MARGE - 4, papier_net(texte), corps=6.5, couleur=couleur)
        droite = self._papier.largeur - MARGE
        page = f"Page {numero} / {nombre}"
        document.ecrire(droite, MARGE - 4, page, corps=7, couleur=SECONDE, droite=True)

    def _titrer(self, document: Document) -> None:
        y = self._papier.haut - 8
        document.ecrire(MARGE, y, self._contrat[0], corps=8.5, couleur=SECONDE)
        y -= 23
        document.ecrire(MARGE, y, papier_net(self.objet), corps=OBJET_CORPS, police=DEMI_GRASSE)
        for ligne in self._titre:
            y -= 16
            document.ecrire(MARGE, y, ligne, corps=12)
        y -= 14
        document.ecrire(MARGE, y, self._situation[0], corps=9, couleur=SECONDE)
        y -= 4
        couleur = SECONDE if self._cr.sceau else BLOQUANT
        for ligne in self._sceau:
            y -= 9
            document.ecrire(MARGE, y, ligne, corps=7, couleur=couleur)


class PapierEnPages:
    """A paper dealt out to pages: drawn as a PDF, or page by page for a preview."""

    def __init__(
        self,
        cr: CompteRendu,
        objet: str,
        papier: Papier,
        pages: Sequence[Sequence[Morceau]],
        habiller: Callable[[Document, int, int], None],
    ) -> None:
        self._cr = cr
        self.objet = papier_net(f"{objet} – {abrege(cr.titre, 120)}")
        self.papier = papier
        self._pages, self._habiller = pages, habiller

    @property
    def nombre(self) -> int:
        return len(self._pages)

    def pdf(self) -> bytes:
        """The bytes; the same for the same séance."""
        empreinte = self._cr.empreinte
        document = self._document(mots_cles=f"Empreinte {empreinte}" if empreinte else "Projet")
        return document.dessiner(
            self._pages, lambda numero, nombre: self._habiller(document, numero, nombre)
        )

    def traces(self, numero: int) -> list[Trace]:
        """What the PDF draws on a page, from 1."""
        toile = ToileNotee()
        document = self._document(toile=toile)
        self._habiller(document, numero, self.nombre)
        document.dessiner_page(self._pages[numero - 1])
        return toile.traces

    def _document(self, *, mots_cles: str = "", toile: Any = None) -> Document:
        sceau = self._cr.sceau
        jour = jour_de(self._cr.date or (sceau.scelle_le if sceau else "")) or date(2024, 1, 1)
        return Document(
            titre=self.objet,
            auteur=papier_net(abrege(self._cr.contrat, 200)),
            jour=jour,
            papier=self.papier,
            mots_cles=mots_cles,
            toile=toile,
        )
