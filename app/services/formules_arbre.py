"""The tree of a formula, read from its words. Columns are known by their keys, never by their titles."""

import difflib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.services.columns import replier
from app.services.formules_fonctions import FONCTIONS, Fonction
from app.services.formules_jetons import FormuleRefusee, Genre, Jeton, decouper
from app.services.formules_valeurs import CHIFFRES_MAXIMUM, Valeur, borner

PROFONDEUR = 40  # parentheses in parentheses
Reperer = Callable[[str], str]  # name between brackets -> key of the column; raises SaisieRefusee


@dataclass(frozen=True, slots=True)
class Constante:
    valeur: Valeur


@dataclass(frozen=True, slots=True)
class Reference:
    cle: str


@dataclass(frozen=True, slots=True)
class Oppose:
    de: "Noeud"


@dataclass(frozen=True, slots=True)
class Pourcent:
    de: "Noeud"


@dataclass(frozen=True, slots=True)
class Suite:
    """« a + b − c »: operators of one rank, from left to right. Flat: a long sum is not deep."""

    premier: "Noeud"
    suites: tuple[tuple[str, "Noeud"], ...]


@dataclass(frozen=True, slots=True)
class Appel:
    fonction: Fonction
    arguments: tuple["Noeud", ...]


Noeud = Constante | Reference | Oppose | Pourcent | Suite | Appel
# From the loosest to the tightest, as in a spreadsheet.
RANGS = (
    frozenset({"=", "<>", "<", ">", "<=", ">="}),
    frozenset("&"),
    frozenset("+-"),
    frozenset("*/"),
)
_LOGIQUES = {"VRAI": True, "FAUX": False}


def analyser(texte: str, reperer: Reperer) -> Noeud:
    """The tree of a formula. Raises FormuleRefusee, with the place of what is wrong."""
    return _Analyse(list(decouper(texte)), reperer).lire()


def references(noeud: Noeud) -> Iterator[str]:
    """Keys of the columns that a formula reads, in its order."""
    if isinstance(noeud, Reference):
        yield noeud.cle
    for fils in enfants(noeud):
        yield from references(fils)


def enfants(noeud: Noeud) -> tuple[Noeud, ...]:
    if isinstance(noeud, Suite):
        return (noeud.premier, *(operande for _, operande in noeud.suites))
    if isinstance(noeud, Appel):
        return noeud.arguments
    return (noeud.de,) if isinstance(noeud, Oppose | Pourcent) else ()


def nom_de_fonction(ecrit: str) -> str:
    """« Arrondi.Sup », « ANNÉE », « aujourd'hui » as the list has them."""
    return replier(ecrit).upper().replace("'", "")


class _Analyse:
    """Reads the words from left to right, one rank of operators inside the other."""

    def __init__(self, jetons: Sequence[Jeton], reperer: Reperer) -> None:
        self._jetons = jetons
        self._place = 0
        self._reperer = reperer
        self._ouvertes = 0

    @property
    def _jeton(self) -> Jeton:
        return self._jetons[self._place]

    def _avancer(self) -> Jeton:
        jeton = self._jeton
        self._place = min(self._place + 1, len(self._jetons) - 1)
        return jeton

    def _est_fini(self) -> bool:
        return self._jeton.genre is Genre.FIN

    def _est(self, *signes: str) -> bool:
        return self._jeton.genre is Genre.SIGNE and self._jeton.texte in signes

    def lire(self) -> Noeud:
        if self._est_fini():
            raise self._refus("Écrivez un calcul, comme =[Coût total]*0,8")
        noeud = self._expression()
        if not self._est_fini():
            raise self._refus(self._de_trop())
        return noeud

    def _de_trop(self) -> str:
        if self._est(")"):
            return "Cette parenthèse ferme quelque chose qui n'est pas ouvert : retirez-la."
        if self._est(";"):
            return "Le point-virgule ne sert qu'à séparer les valeurs d'une fonction."
        return "Il manque un signe avant ceci, comme + ou *."

    def _refus(self, phrase: str, jeton: Jeton | None = None) -> FormuleRefusee:
        lieu = jeton or self._jeton
        return FormuleRefusee(phrase, lieu.debut, lieu.fin)

    def _expression(self, rang: int = 0) -> Noeud:
        if rang == len(RANGS):
            return self._signe()
        premier = self._expression(rang + 1)
        suites: list[tuple[str, Noeud]] = []
        while self._est(*RANGS[rang]):
            operateur = self._avancer().texte
            suites.append((operateur, self._expression(rang + 1)))
        return Suite(premier, tuple(suites)) if suites else premier

    def _signe(self) -> Noeud:
        """Signs before a value: two minus make a plus."""
        negatif = False
        while self._est("+", "-"):
            negatif ^= self._avancer().texte == "-"
        noeud = self._valeur()
        while self._est("%"):
            self._avancer()
            noeud = Pourcent(noeud)
            if isinstance(noeud.de, Pourcent):
                raise self._refus("Un seul signe % suffit.", self._jetons[self._place - 1])
        return Oppose(noeud) if negatif else noeud

    def _valeur(self) -> Noeud:
        jeton = self._avancer()
        if jeton.genre is Genre.NOMBRE:
            return Constante(self._nombre(jeton))
        if jeton.genre is Genre.TEXTE:
            return Constante(jeton.texte)
        if jeton.genre is Genre.COLONNE:
            return self._colonne(jeton)
        if jeton.genre is Genre.NOM:
            return self._nom(jeton)
        if jeton.genre is Genre.SIGNE and jeton.texte == "(":
            return self._entre_parentheses(jeton)
        raise self._refus(_attendu(jeton), jeton)

    def _nombre(self, jeton: Jeton) -> Decimal:
        chiffres = "".join(jeton.texte.split()).replace(",", ".")
        valeur = Decimal(chiffres)
        if valeur.adjusted() >= CHIFFRES_MAXIMUM and valeur:
            raise self._refus("Ce nombre a plus de quinze chiffres : raccourcissez-le.", jeton)
        return borner(valeur)

    def _colonne(self, jeton: Jeton) -> Reference:
        try:
            return Reference(self._reperer(jeton.texte))
        except FormuleRefusee as refus:
            raise self._refus(str(refus), jeton) from None

    def _nom(self, jeton: Jeton) -> Noeud:
        nom = nom_de_fonction(jeton.texte)
        if nom in _LOGIQUES:
            if self._est("("):
                self._avancer()
                self._entrer(jeton)
                self._fermer(jeton)
            return Constante(_LOGIQUES[nom])
        fonction = FONCTIONS.get(nom)
        if fonction is None:
            raise self._refus(_inconnue(jeton.texte, nom, suivie=self._est("(")), jeton)
        if not self._est("("):
            raise self._refus(f"Il manque la parenthèse ouvrante : {fonction.ecriture}", jeton)
        self._avancer()
        arguments = self._arguments(jeton)
        _exiger_nombre(fonction, len(arguments), jeton)
        return Appel(fonction, arguments)

    def _arguments(self, ouvrante: Jeton) -> tuple[Noeud, ...]:
        """Values between the parentheses of a function; one left out is an empty cell."""
        self._entrer(ouvrante)
        arguments: list[Noeud] = []
        while not self._est(")") or arguments:
            vide = self._est(";", ")") or self._est_fini()
            arguments.append(Constante(None) if vide else self._expression())
            if not self._est(";"):
                break
            self._avancer()
        self._fermer(ouvrante)
        return tuple(arguments)

    def _entre_parentheses(self, ouvrante: Jeton) -> Noeud:
        self._entrer(ouvrante)
        noeud = self._expression()
        self._fermer(ouvrante)
        return noeud

    def _entrer(self, jeton: Jeton) -> None:
        self._ouvertes += 1
        if self._ouvertes > PROFONDEUR:
            raise self._refus("Trop de parenthèses les unes dans les autres.", jeton)

    def _fermer(self, ouvrante: Jeton) -> None:
        self._ouvertes -= 1
        if self._est(")"):
            self._avancer()
        elif self._est_fini():
            raise self._refus("Il manque la parenthèse qui ferme celle-ci.", ouvrante)
        else:
            raise self._refus(self._de_trop())


def _attendu(jeton: Jeton) -> str:
    if jeton.genre is Genre.FIN:
        return "Le calcul s'arrête trop tôt : il manque une valeur à la fin."
    return f"Il manque une valeur avant « {jeton.texte} »."


def _inconnue(ecrit: str, nom: str, *, suivie: bool) -> str:
    if not suivie:
        return (
            f'Mettez les noms de colonnes entre crochets, comme [{ecrit}], et les textes entre ".'
        )
    proches = difflib.get_close_matches(nom, FONCTIONS, n=1, cutoff=0.6)
    if proches:
        return f"La fonction {ecrit} n'existe pas : vouliez-vous {proches[0]} ?"
    return f"La fonction {ecrit} n'existe pas : choisissez-en une dans la liste."


def _exiger_nombre(fonction: Fonction, compte: int, jeton: Jeton) -> None:
    if compte < fonction.minimum:
        manque = f"Il manque une valeur : {fonction.ecriture}"
        raise FormuleRefusee(manque, jeton.debut, jeton.fin)
    if fonction.maximum is not None and compte > fonction.maximum:
        raise FormuleRefusee(
            f"Une valeur est de trop : {fonction.ecriture}", jeton.debut, jeton.fin
        )
