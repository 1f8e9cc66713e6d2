"""A letter made from its template: fields filled, then the words corrected for this letter alone."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from difflib import SequenceMatcher
from io import BytesIO
from typing import TYPE_CHECKING, Any

from app.services.courriers_champs import Contenu, en_texte
from app.services.courriers_controle import (
    ModeleRefuse,
    environnement_sur,
    exiger_champs,
    exiger_sur,
)
from app.services.courriers_fournis import (
    LISTE,
    MARQUE_TABLEAU,
    OBJET,
    TABLEAU,
    TEXTE,
    TIRET,
)
from app.services.documents import texte_net
from app.services.documents_word import en_octets, est_paragraphe

if TYPE_CHECKING:
    from docxtpl import DocxTemplate

_STYLES = {TEXTE, LISTE, OBJET, TABLEAU}
PUCE = "- "
LONGUEUR_MAXIMUM = 20_000  # signs of a corrected text


class Modele:
    """A template that was judged once, and fills any number of letters. Raises ModeleRefuse."""

    def __init__(self, octets: bytes, nom: str) -> None:
        self.nom = nom
        exiger_sur(octets, nom)
        self._octets = octets
        self._environnement = environnement_sur()
        exiger_champs(self._gabarit(), nom)

    def _gabarit(self) -> "DocxTemplate":
        from docxtpl import DocxTemplate
        from lxml.etree import LxmlError

        gabarit = DocxTemplate(BytesIO(self._octets))
        try:
            gabarit.init_docx()
        except (KeyError, ValueError, AttributeError, TypeError, LxmlError) as cause:
            raise ModeleRefuse(
                f"« {self.nom} » n'est pas un document Word lisible : enregistrez-le au format .docx."
            ) from cause
        return gabarit

    def remplir(self, contenu: Contenu, *, texte: str | None = None, titre: str = "") -> bytes:
        """The letter as a Word file. `texte`: its words, where they were corrected."""
        return self.rediger(contenu, texte=texte, titre=titre)[0]

    def rediger(
        self, contenu: Contenu, *, texte: str | None = None, titre: str = ""
    ) -> tuple[bytes, str]:
        """The letter, and its words as `lire_texte` gives them."""
        from jinja2 import TemplateError

        gabarit = self._gabarit()
        proprietes = gabarit.docx.core_properties
        # The engine would fill these too, unseen and unjudged.
        for nom in ("author", "comments", "identifier", "language", "subject", "title"):
            setattr(proprietes, nom, "")
        try:
            gabarit.render(en_texte(contenu), self._environnement)
        except TemplateError as cause:
            raise ModeleRefuse(
                f"« {self.nom} » n'a pas pu être rempli : reprenez un modèle du programme."
            ) from cause
        document = gabarit.docx
        proprietes.title, proprietes.language = texte_net(titre)[:250], "fr-FR"
        if texte is not None:
            _corriger(document, texte)
        return en_octets(document), _texte_de(document)


def lire_texte(octets: bytes) -> str:
    """The words of a letter, one paragraph a line: what a person corrects."""
    return _texte_de(_ouvrir(octets))


def _texte_de(document: Any) -> str:
    return "\n".join(ligne for ligne, _ in _lignes(document))


def objet_de(texte: str) -> str:
    """« Attribution d’une subvention – Ateliers », of the words of a letter."""
    tete = texte.split("\n", 1)[0]
    mot, separe, suite = tete.partition(":")
    return suite.strip() if separe and mot.strip().casefold() == "objet" else tete.strip()


def _ouvrir(octets: bytes) -> Any:
    from docx import Document

    return Document(BytesIO(octets))


def _lignes(document: Any) -> Iterator[tuple[str, Any]]:
    """(line, element) from the first paragraph of the words to the last, tables between them.

    A template without our styles: the whole letter.
    """
    elements = list(document.iter_inner_content())
    rangs = [i for i, e in enumerate(elements) if _est_du_texte(e)] or range(len(elements))
    for element in elements[rangs[0] : rangs[-1] + 1] if elements else ():
        yield _ligne(element), element


def _est_du_texte(element: Any) -> bool:
    return est_paragraphe(element) and _style(element) in _STYLES - {TABLEAU}


def _style(paragraphe: Any) -> str:
    return "" if paragraphe.style is None else str(paragraphe.style.name)


def _ligne(element: Any) -> str:
    if not est_paragraphe(element):
        return MARQUE_TABLEAU
    texte = str(element.text).replace("\n", " ")
    if _style(element) == LISTE:
        return PUCE + texte.removeprefix(TIRET)
    return texte


def _corriger(document: Any, texte: str) -> None:
    """Put these words in the place of the others; a line kept as it was keeps its look."""
    anciennes = list(_lignes(document))
    if not any(est_paragraphe(element) for _, element in anciennes):
        return
    nouvelles = _nettes(texte)
    dernier = anciennes[-1][1]._element  # noqa: SLF001 - python-docx moves nothing by itself
    repere = deepcopy(dernier)
    dernier.addnext(repere)  # where the new words end
    for rang, ligne in _apparier([ligne for ligne, _ in anciennes], nouvelles):
        repere.addprevious(_element(anciennes, rang, ligne))
    for _, element in anciennes:
        element._element.getparent().remove(element._element)  # noqa: SLF001 - as above
    repere.getparent().remove(repere)


def _nettes(texte: str) -> list[str]:
    net = texte_net(texte.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    return net[:LONGUEUR_MAXIMUM].split("\n")


def _apparier(avant: Sequence[str], apres: Sequence[str]) -> Iterator[tuple[int, str]]:
    """(rank of the old line whose look it takes, line) of each new line."""
    for geste, i, j, k, m in SequenceMatcher(None, avant, apres, autojunk=False).get_opcodes():
        if geste == "delete":
            continue
        for rang, ligne in enumerate(apres[k:m]):
            yield min(i + rang, max(j - 1, i - 1, 0), len(avant) - 1), ligne


def _element(anciennes: Sequence[tuple[str, Any]], rang: int, ligne: str) -> Any:
    ancienne, modele = anciennes[rang]
    if ancienne == ligne:
        return deepcopy(modele._element)  # noqa: SLF001 - as above
    if ligne.strip() == MARQUE_TABLEAU:
        table = next((e for li, e in anciennes if li == MARQUE_TABLEAU), None)
        if table is not None:
            return deepcopy(table._element)  # noqa: SLF001 - as above
    return _paragraphe(anciennes, rang, ligne)


def _paragraphe(anciennes: Sequence[tuple[str, Any]], rang: int, ligne: str) -> Any:
    """A paragraph like the old one of that rank, or like the nearest one of its kind."""
    from docx.text.paragraph import Paragraph

    voisins = sorted(range(len(anciennes)), key=lambda i: abs(i - rang))
    sortes = [i for i in voisins if est_paragraphe(anciennes[i][1])]
    connus = {style.name for style in anciennes[sortes[0]][1].part.document.styles}
    puce = ligne.startswith(PUCE) and LISTE in connus
    convient = LISTE if puce else OBJET if rang == 0 and _est_objet(ligne) else TEXTE
    choisi = next((i for i in sortes if _style(anciennes[i][1]) == convient), sortes[0])
    modele = anciennes[choisi][1]
    copie = Paragraph(deepcopy(modele._element), modele._parent)  # noqa: SLF001 - as above
    _retexter(copie, f"{TIRET}{ligne[len(PUCE) :]}" if puce else ligne)
    if puce:
        copie.style = LISTE
    return copie._element  # noqa: SLF001 - as above


def _est_objet(ligne: str) -> bool:
    return ligne.casefold().startswith("objet")


def _retexter(paragraphe: Any, texte: str) -> None:
    """The text in the look of its first run."""
    if not paragraphe.runs:
        paragraphe.add_run(texte)
        return
    premier = paragraphe.runs[0]
    for enfant in list(paragraphe._element):  # noqa: SLF001 - links and marks go with the old words
        if enfant is not premier._element and not enfant.tag.endswith("}pPr"):  # noqa: SLF001
            paragraphe._element.remove(enfant)  # noqa: SLF001
    premier.text = texte
