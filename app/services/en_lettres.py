"""Whole numbers and amounts in French words, spelt the traditional way, as letters and cheques do."""

from decimal import Decimal

from app.models.montants import au_centime

_PETITS = (
    *("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix"),
    *("onze", "douze", "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf"),
)
_DIZAINES = {2: "vingt", 3: "trente", 4: "quarante", 5: "cinquante", 6: "soixante"}
_GRANDS = ((10**9, "milliard"), (10**6, "million"))


def nombre_en_lettres(nombre: int) -> str:
    """« quatre-vingts », « deux cent mille », « un million deux cents »: below a thousand milliards."""
    if nombre < 0:
        return f"moins {nombre_en_lettres(-nombre)}"
    if nombre < 1000:
        return _sous_mille(nombre)
    mots = []
    for valeur, nom in _GRANDS:
        combien, nombre = divmod(nombre, valeur)
        if combien:
            # « million » is a noun: what counts it keeps its plural, quatre-vingts millions.
            mots.append(f"{_sous_mille(combien)} {nom}{'s' if combien > 1 else ''}")
    milliers, reste = divmod(nombre, 1000)
    if milliers:
        tete = "" if milliers == 1 else f"{_sous_mille(milliers, suivi=True)} "
        mots.append(f"{tete}mille")
    if reste:
        mots.append(_sous_mille(reste))
    return " ".join(mots)


def montant_en_lettres(montant: Decimal) -> str:
    """« douze mille cinq cents euros », « un million d’euros », « un euro et vingt centimes »."""
    arrondi = au_centime(montant)
    signe = "moins " if arrondi < 0 else ""
    euros, centimes = divmod(int(abs(arrondi) * 100), 100)
    parts = []
    if euros or not centimes:
        parts.append(f"{nombre_en_lettres(euros)} {_devise(euros)}")
    if centimes:
        parts.append(f"{nombre_en_lettres(centimes)} centime{'s' if centimes > 1 else ''}")
    return signe + " et ".join(parts)


def _devise(euros: int) -> str:
    """« d’ » after a round number of millions; French has its plural from two on."""
    liaison = "d’" if euros and euros % 10**6 == 0 else ""
    return f"{liaison}euro{'s' if euros > 1 else ''}"


def _sous_mille(nombre: int, *, suivi: bool = False) -> str:
    """`suivi`: another number follows, and takes its plural from cent and vingt."""
    centaines, reste = divmod(nombre, 100)
    if not centaines:
        return _sous_cent(reste, suivi=suivi)
    tete = "cent" if centaines == 1 else f"{_PETITS[centaines]} cent"
    if reste:
        return f"{tete} {_sous_cent(reste, suivi=suivi)}"
    return f"{tete}s" if centaines > 1 and not suivi else tete


def _sous_cent(nombre: int, *, suivi: bool) -> str:
    if nombre < 20:
        return _PETITS[nombre]
    if nombre >= 80:
        if nombre == 80:
            return "quatre-vingt" if suivi else "quatre-vingts"
        return f"quatre-vingt-{_PETITS[nombre - 80]}"
    dizaine, unite = divmod(nombre, 10)
    if dizaine == 7:
        dizaine, unite = 6, unite + 10
    if not unite:
        return _DIZAINES[dizaine]
    lien = " et " if unite in (1, 11) else "-"
    return f"{_DIZAINES[dizaine]}{lien}{_PETITS[unite]}"
