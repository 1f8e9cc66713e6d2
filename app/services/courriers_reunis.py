"""Several letters in one Word file, each on its own pages with the head and foot of its template.

Each letter becomes a section: what it names elsewhere in its file (pictures, head, foot, links) is
brought along, once whatever the number of letters that hold it; styles of the same name that differ
are kept apart.
"""

import hashlib
from collections.abc import Sequence
from copy import deepcopy
from io import BytesIO
from typing import Any

from app.services.documents import texte_net
from app.services.documents_word import en_octets

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_LIENS = tuple(f"{_R}{nom}" for nom in ("id", "embed", "link", "pict"))
_NUMEROTATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/numbering"
_PORTEURS_DE_STYLE = ("pStyle", "rStyle", "tblStyle")
_RENVOIS_DE_STYLE = ("basedOn", "next", "link")


def reunir(lettres: Sequence[bytes], titre: str) -> bytes:
    """The bytes of one Word file; the letters in their order."""
    from docx import Document

    ensemble = _Ensemble(Document(BytesIO(lettres[0])))
    for lettre in lettres[1:]:
        ensemble.ajouter(Document(BytesIO(lettre)))
    ensemble.document.core_properties.title = texte_net(titre)[:250]
    return en_octets(ensemble.document)


class _Ensemble:
    """The file being made, from its first letter."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self._corps = document.element.body
        self._parties: dict[tuple[str, str], Any] = {}
        self._styles = {s.get(_w("styleId")): _xml(s) for s in _styles(document)}
        self._feuilles: dict[bytes, dict[str, str]] = {_xml(document.styles.element): {}}
        self._pages_depuis_un(self._corps.sectPr)

    def ajouter(self, lettre: Any) -> None:
        """Close the section of the letter before, then put this one after it."""
        self._clore()
        liens = self._apporter(lettre.part)
        noms = self._apporter_styles(lettre)
        numeros = self._apporter_listes(lettre)
        section = self._corps.sectPr
        for element in list(lettre.element.body):
            copie = deepcopy(element)
            _renommer(copie, liens, noms, numeros)
            if copie.tag == _w("sectPr"):
                self._pages_depuis_un(copie)
                section.getparent().replace(section, copie)
            else:
                section.addprevious(copie)

    def _clore(self) -> None:
        """The last section, as the property of a paragraph: the next letter begins on a new page."""
        from docx.oxml import OxmlElement

        paragraphe = OxmlElement("w:p")
        proprietes = OxmlElement("w:pPr")
        petit = OxmlElement("w:spacing")
        petit.set(_w("line"), "20")
        petit.set(_w("lineRule"), "exact")
        proprietes.append(petit)
        proprietes.append(deepcopy(self._corps.sectPr))
        paragraphe.append(proprietes)
        self._corps.sectPr.addprevious(paragraphe)

    def _pages_depuis_un(self, section: Any) -> None:
        """Pages count from one in each letter, and each letter begins a sheet."""
        from docx.oxml import OxmlElement

        for nom in ("pgNumType", "type"):
            for ancien in section.findall(_w(nom)):
                section.remove(ancien)
        numeros = OxmlElement("w:pgNumType")
        numeros.set(_w("start"), "1")
        marges = section.find(_w("pgMar"))
        (marges.addnext if marges is not None else section.append)(numeros)

    # What a letter names elsewhere ------------------------------------------------------------------

    def _apporter(self, source: Any) -> dict[str, str]:
        """Relation of the letter -> relation of the whole, for what its body names."""
        nommes = {v for e in source.element.iter() for n in _LIENS if (v := e.get(n)) is not None}
        liens = {}
        for cle in nommes:
            relation = source.rels.get(cle)
            if relation is None:
                continue
            if relation.is_external:
                liens[cle] = self.document.part.relate_to(
                    relation.target_ref, relation.reltype, is_external=True
                )
            else:
                partie = self._partie(relation.target_part)
                liens[cle] = self.document.part.relate_to(partie, relation.reltype)
        return liens

    def _partie(self, partie: Any) -> Any:
        """The part under a name of its own; the one already there when they are alike."""
        contenu = hashlib.sha256(partie.blob)
        for relation in partie.rels.values():
            if not relation.is_external:
                contenu.update(relation.target_part.blob)
        cle = (partie.content_type, contenu.hexdigest())
        if cle not in self._parties:
            if not self._parties:
                self._connaitre()
            if cle not in self._parties:
                self._parties[cle] = self._nommer(partie)
        return self._parties[cle]

    def _connaitre(self) -> None:
        """The parts of the first letter may serve the others."""
        for partie in self.document.part.package.iter_parts():
            if partie is not self.document.part and not list(partie.rels):
                cle = (partie.content_type, hashlib.sha256(partie.blob).hexdigest())
                self._parties.setdefault(cle, partie)

    def _nommer(self, partie: Any) -> Any:
        from docx.opc.packuri import PackURI

        paquet = self.document.part.package
        pris = {str(p.partname) for p in paquet.iter_parts()}
        pris |= {str(p.partname) for p in self._parties.values()}
        for relation in partie.rels.values():
            if not relation.is_external and str(relation.target_part.partname) in pris:
                _rebaptiser(relation.target_part, pris, PackURI)
        if str(partie.partname) in pris:
            _rebaptiser(partie, pris, PackURI)
        return partie

    # Styles and lists -------------------------------------------------------------------------------

    def _apporter_styles(self, lettre: Any) -> dict[str, str]:
        """Style of the letter -> its name in the whole, where it had to change.

        Letters of one template have the same sheet of styles: it is compared whole, once.
        """
        feuille = _xml(lettre.styles.element)
        if feuille not in self._feuilles:
            self._feuilles[feuille] = self._apporter_feuille(lettre)
        return self._feuilles[feuille]

    def _apporter_feuille(self, lettre: Any) -> dict[str, str]:
        noms: dict[str, str] = {}
        nouveaux = []
        for style in _styles(lettre):
            cle = style.get(_w("styleId"))
            connu = self._styles.get(cle)
            if connu is not None and connu == _xml(style):
                continue
            nouveau = cle if connu is None else self._autre_nom(cle)
            noms[cle] = nouveau
            copie = deepcopy(style)
            copie.set(_w("styleId"), nouveau)
            if connu is not None:
                _style_a_part(copie, nouveau)
            self._styles[nouveau] = _xml(style)
            nouveaux.append(copie)
        for copie in nouveaux:
            for renvoi in copie.iter(*map(_w, _RENVOIS_DE_STYLE)):
                renvoi.set(_w("val"), noms.get(renvoi.get(_w("val")), renvoi.get(_w("val"))))
            self.document.styles.element.append(copie)
        return noms

    def _autre_nom(self, cle: str) -> str:
        rang = 2
        while f"{cle}{rang}" in self._styles:
            rang += 1
        return f"{cle}{rang}"

    def _apporter_listes(self, lettre: Any) -> dict[str, str]:
        """Numbered list of the letter -> its number in the whole: each letter counts from its own one."""
        employes = {
            e.get(_w("val")) for e in lettre.element.body.iter(_w("numId")) if e.get(_w("val"))
        }
        if not employes or not _a_des_listes(lettre):
            return {}
        if not _a_des_listes(self.document):
            self.document.part.relate_to(lettre.part.numbering_part, _NUMEROTATION)
            return {}
        source = lettre.part.numbering_part.element
        cible = self.document.part.numbering_part.element
        abstraits = {a.get(_w("abstractNumId")): a for a in source.findall(_w("abstractNum"))}
        libre = 1 + max(
            (int(e.get(_w(n))) for n in ("numId", "abstractNumId") for e in cible if e.get(_w(n))),
            default=0,
        )
        numeros = {}
        for liste in source.findall(_w("num")):
            cle = liste.get(_w("numId"))
            abstrait = liste.find(_w("abstractNumId"))
            if cle not in employes or abstrait is None:
                continue
            modele = abstraits.get(abstrait.get(_w("val")))
            if modele is None:
                continue
            numeros[cle] = str(libre)
            _poser_liste(cible, deepcopy(modele), deepcopy(liste), str(libre))
            libre += 1
        return numeros


def _a_des_listes(document: Any) -> bool:
    return any(r.reltype == _NUMEROTATION for r in document.part.rels.values())


def _poser_liste(cible: Any, modele: Any, liste: Any, numero: str) -> None:
    """Models stand before the lists that use them."""
    modele.set(_w("abstractNumId"), numero)
    for marque in modele.findall(_w("nsid")):
        modele.remove(marque)  # two lists of one mark would be one list
    liste.set(_w("numId"), numero)
    liste.find(_w("abstractNumId")).set(_w("val"), numero)
    premiere = cible.find(_w("num"))
    (premiere.addprevious if premiere is not None else cible.append)(modele)
    cible.append(liste)


def _style_a_part(style: Any, nouveau: str) -> None:
    """Another name in the lists of Word, and no longer what a paragraph without style takes."""
    nom = style.find(_w("name"))
    if nom is not None:
        nom.set(_w("val"), f"{nom.get(_w('val'))} ({nouveau})")
    style.attrib.pop(_w("default"), None)
    style.set(_w("customStyle"), "1")


def _renommer(
    racine: Any, liens: dict[str, str], styles: dict[str, str], numeros: dict[str, str]
) -> None:
    for element in racine.iter():
        for nom in _LIENS:
            valeur = element.get(nom)
            if valeur in liens:
                element.set(nom, liens[valeur])
    for noms, remplaces in ((_PORTEURS_DE_STYLE, styles), (("numId",), numeros)):
        for element in racine.iter(*map(_w, noms)):
            valeur = element.get(_w("val"))
            element.set(_w("val"), remplaces.get(valeur, valeur))


def _rebaptiser(partie: Any, pris: set[str], uri: Any) -> None:
    base, _, extension = str(partie.partname).rpartition(".")
    rang = 2
    while f"{base}_{rang}.{extension}" in pris:
        rang += 1
    partie.partname = uri(f"{base}_{rang}.{extension}")
    pris.add(str(partie.partname))


def _styles(document: Any) -> list[Any]:
    return list(document.styles.element.findall(_w("style")))


def _xml(element: Any) -> bytes:
    from lxml import etree

    return bytes(etree.tostring(element))


def _w(nom: str) -> str:
    return f"{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}{nom}"
