"""Is a Word file a template of letter that can be trusted? Each refusal is one sentence that says where.

A template comes from outside: only fields, conditions and repetitions of our lists are carried out,
judged on the syntax tree before anything runs. What would fetch or run something is refused too.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from app.models.montants import INSECABLE
from app.services.courriers_champs import FAMILLES, LISTES
from app.services.errors import SaisieRefusee

if TYPE_CHECKING:
    from docxtpl import DocxTemplate
    from jinja2 import nodes

TAILLE_MAXIMUM = 8 << 20  # bytes of the file
DEPLIE_MAXIMUM = 40 << 20  # bytes of what it holds: a hostile archive unfolds to gigabytes
PARTIES_MAXIMUM = 400
TEXTE_MAXIMUM = 500_000  # bytes of a part with fields: filling grows as the square of it
_A_CHAMPS = re.compile(r"word/(document|header\d*|footer\d*|footnotes)\.xml")
_ACTIFS = ("vbaproject", "activex", "oleobject", "/embeddings/", "afchunk")
_CHAMPS_ACTIFS = re.compile(
    r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|DATABASE|MACROBUTTON|GOTOBUTTON)\b"
)
_BRUT = re.compile(r"\{[{%]r\s")
_BALISE = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)
_LIENS = "hyperlink"


class ModeleRefuse(SaisieRefusee):
    """A template that cannot be used, and why."""


@dataclass(frozen=True, slots=True)
class Morceau:
    """A part of the template, ready for the engine, and what a person calls it."""

    ou: str
    source: str
    brut: bool = False  # a field asks to write more than text


def exiger_sur(octets: bytes, nom: str) -> None:
    """Refuse what is no Word file, what is too big, and what could run or fetch something."""
    if len(octets) > TAILLE_MAXIMUM:
        raise ModeleRefuse(
            f"« {nom} » est trop lourd pour un modèle de courrier : réduisez ses images."
        )
    try:
        with zipfile.ZipFile(BytesIO(octets)) as archive:
            _exiger_archive(archive, nom)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError) as cause:
        raise _illisible(nom) from cause
    except ValueError as cause:
        raise _illisible(nom) from cause


def _exiger_archive(archive: zipfile.ZipFile, nom: str) -> None:
    membres = archive.infolist()
    noms = [m.filename.casefold() for m in membres]
    if "word/document.xml" not in noms:
        raise _illisible(nom)
    if _est_demesuree(membres):
        raise ModeleRefuse(
            f"« {nom} » contient trop de choses pour un modèle de courrier : "
            "reprenez un modèle du programme."
        )
    if any(mot in n for n in noms for mot in _ACTIFS):
        raise ModeleRefuse(
            f"« {nom} » contient une macro ou un objet incorporé : enregistrez-le sans, "
            "au format Word (.docx)."
        )
    for membre in membres:
        if membre.filename.endswith((".xml", ".rels")):
            _exiger_partie(archive.read(membre), membre.filename, nom)


def _est_demesuree(membres: Sequence[zipfile.ZipInfo]) -> bool:
    longues = (m.file_size > TEXTE_MAXIMUM for m in membres if _A_CHAMPS.fullmatch(m.filename))
    poids = sum(m.file_size for m in membres)
    return len(membres) > PARTIES_MAXIMUM or poids > DEPLIE_MAXIMUM or any(longues)


def _exiger_partie(octets: bytes, partie: str, nom: str) -> None:
    texte = octets.decode("utf-8", "replace")
    if "\x00" in texte or "<!DOCTYPE" in texte or "<!ENTITY" in texte:
        raise _illisible(nom)
    if partie.endswith(".rels"):
        for relation in re.findall(r"<Relationship\b[^>]*>", texte):
            externe = 'TargetMode="External"' in relation or "TargetMode='External'" in relation
            if externe and _LIENS not in relation:
                raise ModeleRefuse(
                    f"« {nom} » va chercher une image ou un document ailleurs : placez l'image dans "
                    "le document lui-même."
                )
        return
    for instruction in re.findall(r"instrText[^>]*>([^<]*)<|w:instr=\"([^\"]*)\"", texte):
        if _CHAMPS_ACTIFS.search(" ".join(instruction).upper()):
            raise ModeleRefuse(
                f"« {nom} » contient un champ Word qui va lire un autre fichier : supprimez ce champ."
            )


def _illisible(nom: str) -> ModeleRefuse:
    return ModeleRefuse(
        f"« {nom} » n'est pas un document Word lisible : enregistrez-le au format .docx."
    )


# Fields -------------------------------------------------------------------------------------------


def exiger_champs(gabarit: "DocxTemplate", nom: str) -> None:
    """Refuse a field that does not exist, and any instruction that is not a simple one."""
    from jinja2 import TemplateSyntaxError

    environnement = environnement_sur()
    for morceau in morceaux(gabarit):
        if morceau.brut:
            raise _refus(nom, morceau, "une instruction que le programme n'exécute pas")
        try:
            arbre = environnement.parse(morceau.source)
        except TemplateSyntaxError as cause:
            raise _mal_ecrit(nom, morceau, cause.lineno) from cause
        except RecursionError as cause:
            raise _illisible(nom) from cause
        _Examen(nom, morceau).tout(arbre)


def environnement_sur() -> Any:
    """Where templates are carried out: no attribute of Python, no filter; every value is text."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environnement: Any = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    environnement.globals.clear()
    environnement.filters.clear()
    environnement.tests.clear()
    # A batch fills one template hundreds of times: it is compiled once.
    environnement.from_string = lru_cache(maxsize=16)(environnement.from_string)
    return environnement


def morceaux(gabarit: "DocxTemplate") -> Iterator[Morceau]:
    """The parts that carry fields, as the engine reads them."""
    gabarit.init_docx()
    yield _morceau(gabarit, "dans la lettre", gabarit.get_xml())
    for uri, ou in (
        (gabarit.HEADER_URI, "dans l'en-tête"),
        (gabarit.FOOTER_URI, "dans le pied de page"),
    ):
        for _, partie in gabarit.get_headers_footers(uri):
            yield _morceau(gabarit, ou, gabarit.get_part_xml(partie))
    for partie in gabarit.docx.part.package.parts:
        if partie.content_type.endswith("footnotes+xml"):
            yield _morceau(gabarit, "dans une note", partie.blob.decode("utf-8", "replace"))


def _morceau(gabarit: "DocxTemplate", ou: str, xml: str) -> Morceau:
    """One paragraph a line, so that a mistake can be placed."""
    source = re.sub(r"<w:p([ >])", r"\n<w:p\1", str(gabarit.patch_xml(xml)))
    return Morceau(ou, source, brut=_BRUT.search(re.sub(r"<[^>]*>", "", xml)) is not None)


class _Examen:
    """Walks the tree of a part: what is not allowed is refused with its place."""

    def __init__(self, nom: str, morceau: Morceau) -> None:
        self._nom, self._morceau = nom, morceau
        self._boucles: dict[str, Mapping[str, Any]] = {}

    def tout(self, noeud: "nodes.Node") -> None:
        from jinja2 import nodes

        if isinstance(noeud, nodes.For):
            self._boucle(noeud)
        elif isinstance(noeud, nodes.Getattr):
            self._champ(noeud)
        elif isinstance(noeud, nodes.Name):
            self._nom_seul(noeud)
        elif isinstance(noeud, _permis()):
            for enfant in noeud.iter_child_nodes():
                self.tout(enfant)
        else:
            self._refuser(noeud, "une instruction que le programme n'exécute pas")

    def _boucle(self, boucle: "nodes.For") -> None:
        """Over one of our lists, never inside another: their length bounds the work."""
        from jinja2 import nodes

        simple = isinstance(boucle.iter, nodes.Name) and isinstance(boucle.target, nodes.Name)
        liste = boucle.iter.name if isinstance(boucle.iter, nodes.Name) else ""
        if not simple or self._boucles or boucle.test or boucle.recursive:
            self._refuser(boucle, "une répétition que le programme n'exécute pas")
        if liste not in LISTES:
            self._refuser(boucle, f"la liste « {liste} », qui n'existe pas", _proche(liste, LISTES))
        assert isinstance(boucle.target, nodes.Name)
        self._boucles = {boucle.target.name: LISTES[liste], "loop": _BOUCLE}
        for enfant in (*boucle.body, *boucle.else_):
            self.tout(enfant)
        self._boucles = {}

    def _champ(self, champ: "nodes.Getattr") -> None:
        from jinja2 import nodes

        if not isinstance(champ.node, nodes.Name):
            self._refuser(champ, "une instruction que le programme n'exécute pas")
        assert isinstance(champ.node, nodes.Name)
        famille = champ.node.name
        connus = self._boucles.get(famille) or FAMILLES.get(famille)
        if connus is None or champ.attr not in connus:
            ecrit = f"{famille}.{champ.attr}"
            self._refuser(champ, f"le champ « {ecrit} », qui n'existe pas", self._voisin(ecrit))

    def _nom_seul(self, noeud: "nodes.Name") -> None:
        """A list may be asked whether it is empty."""
        if noeud.name not in LISTES:
            self._refuser(
                noeud, f"le champ « {noeud.name} », qui n'existe pas", self._voisin(noeud.name)
            )

    def _voisin(self, ecrit: str) -> str:
        noms = [f"{f}.{n}" for f, champs in (FAMILLES | self._boucles).items() for n in champs]
        return _proche(ecrit, noms)

    def _refuser(self, noeud: "nodes.Node", quoi: str, voisin: str = "") -> None:
        raise _refus(self._nom, self._morceau, quoi, ligne=noeud.lineno, voisin=voisin)


_BOUCLE: dict[str, Any] = {"first": "", "last": "", "index": ""}


def _permis() -> tuple[type, ...]:
    from jinja2 import nodes

    return (
        nodes.Template,
        nodes.Output,
        nodes.TemplateData,
        nodes.If,
        nodes.And,
        nodes.Or,
        nodes.Not,
        nodes.Compare,
        nodes.Operand,
        nodes.Const,
    )


def _proche(ecrit: str, noms: Any) -> str:
    from rapidfuzz import process

    trouve = process.extractOne(ecrit, list(noms), score_cutoff=60)
    return str(trouve[0]) if trouve else ""


def _mal_ecrit(nom: str, morceau: Morceau, ligne: int) -> ModeleRefuse:
    return ModeleRefuse(
        f"« {nom} » contient une instruction mal écrite {_place(morceau, ligne)}{INSECABLE}: "
        "vérifiez que chaque accolade et chaque condition se referment."
    )


def _refus(
    nom: str, morceau: Morceau, quoi: str, *, ligne: int = 0, voisin: str = ""
) -> ModeleRefuse:
    suite = (
        f"écrivez « {voisin} »"
        if voisin
        else "gardez les champs de la liste proposée, des conditions et des répétitions simples"
    )
    return ModeleRefuse(f"« {nom} » emploie {quoi}, {_place(morceau, ligne)}{INSECABLE}: {suite}.")


def _place(morceau: Morceau, ligne: int) -> str:
    """« dans la lettre, près de « Madame, {{ porteur.nome }} » »."""
    lignes = morceau.source.split("\n")
    texte = _en_clair(lignes[ligne - 1] if 0 < ligne <= len(lignes) else "")
    if not texte:
        return morceau.ou
    if len(texte) > 60:
        balise = _BALISE.search(texte)
        debut = max(0, (balise.start() if balise else 0) - 15)
        texte = f"…{texte[debut : debut + 60]}…" if debut else f"{texte[:60]}…"
    return f"{morceau.ou}, près de « {texte} »"


def _en_clair(xml: str) -> str:
    return " ".join(re.sub(r"<[^>]*>?", "", xml).split())
