"""The old .xls, looked at before it is read: is it protected, and which of its cells are in error?

An .xls is a small file system (OLE) that holds a stream of records (BIFF8). Formats: [MS-CFB] and
[MS-XLS], published by Microsoft. Only what is needed here is read; anything odd is left to the reader.
"""

import struct
from collections.abc import Iterator
from typing import Final

from app.services.classeurs import ERREUR, Fautes, Mesure

SIGNATURE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CHIFFRE: Final = "EncryptedPackage"
_FIN: Final = 0xFFFFFFFA  # this number and above are marks, not sectors
_TAILLE_ENTREE: Final = 128
_BOF, _EOF, _FEUILLE, _MOT_DE_PASSE = 0x0809, 0x000A, 0x0085, 0x002F
_FORMULE, _ERREUR_OU_BOOLEEN = 0x0006, 0x0205
_ETENDUE, _NOMBRES = 0x0200, 0x00BD
# Records of one filled cell: formula, label, shared label, rich text, number, boolean, short number.
_CELLULES: Final = frozenset((_FORMULE, 0x0204, 0x00FD, 0x00D6, 0x0203, _ERREUR_OU_BOOLEEN, 0x027E))
LIGNES_XLS, COLONNES_XLS = 65_536, 256
TAILLE_ETENDUE: Final = 12
ILLISIBLE: Final = (ValueError, IndexError, KeyError, struct.error)  # what a damaged file gives


class Ole:
    """The streams of a compound file, by name."""

    def __init__(self, donnees: bytes) -> None:
        if donnees[:8] != SIGNATURE or len(donnees) < 512:
            raise ValueError
        self._donnees = donnees
        self._taille = 1 << min(struct.unpack_from("<H", donnees, 30)[0], 12)
        self._petite = 1 << min(struct.unpack_from("<H", donnees, 32)[0], 12)
        self._seuil = struct.unpack_from("<I", donnees, 56)[0]
        self._table = self._lire_table()
        repertoire = self._chaine(struct.unpack_from("<I", donnees, 48)[0])
        self._entrees = dict(_entrees(repertoire))
        self._petits = self._entiers(self._chaine(struct.unpack_from("<I", donnees, 60)[0]))

    @property
    def noms(self) -> set[str]:
        return set(self._entrees)

    def flux(self, nom: str) -> bytes:
        debut, taille = self._entrees[nom]
        if taille >= self._seuil:
            return self._chaine(debut)[:taille]
        racine = self._chaine(self._entrees["Root Entry"][0])
        morceaux = [
            racine[secteur * self._petite : (secteur + 1) * self._petite]
            for secteur in _suivre(debut, self._petits)
        ]
        return b"".join(morceaux)[:taille]

    def _lire_table(self) -> tuple[int, ...]:
        secteurs = list(struct.unpack_from("<109I", self._donnees, 76))
        suite = struct.unpack_from("<I", self._donnees, 68)[0]
        vus: set[int] = set()
        while suite < _FIN and suite not in vus:
            vus.add(suite)
            liste = self._entiers(self._secteur(suite))
            secteurs.extend(liste[:-1])
            suite = liste[-1]
        return self._entiers(b"".join(self._secteur(s) for s in secteurs if s < _FIN))

    def _secteur(self, numero: int) -> bytes:
        debut = (numero + 1) * self._taille
        return self._donnees[debut : debut + self._taille].ljust(self._taille, b"\xff")

    def _chaine(self, debut: int) -> bytes:
        return b"".join(self._secteur(s) for s in _suivre(debut, self._table))

    def _entiers(self, octets: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(octets) // 4}I", octets[: len(octets) // 4 * 4])


def _suivre(debut: int, table: tuple[int, ...]) -> Iterator[int]:
    """Sectors of a chain; one that loops is cut."""
    vus: set[int] = set()
    while debut < len(table) and debut not in vus:
        vus.add(debut)
        yield debut
        debut = table[debut]


def _entrees(repertoire: bytes) -> Iterator[tuple[str, tuple[int, int]]]:
    for place in range(0, len(repertoire), _TAILLE_ENTREE):
        entree = repertoire[place : place + _TAILLE_ENTREE]
        longueur = struct.unpack_from("<H", entree, 64)[0]
        nom = entree[: max(0, min(longueur, 64) - 2)].decode("utf-16-le", "replace")
        yield nom, struct.unpack_from("<II", entree, 116)


def est_protege(ole: Ole) -> bool:
    """True for an encrypted .xlsx (an OLE file that holds one) and for an encrypted .xls."""
    if _CHIFFRE in ole.noms:
        return True
    return any(code == _MOT_DE_PASSE for code, _ in _enregistrements(ole))


def a_des_macros(ole: Ole) -> bool:
    return "_VBA_PROJECT_CUR" in ole.noms


def est_un_classeur(ole: Ole) -> bool:
    return bool(ole.noms & {"Workbook", "Book", _CHIFFRE})


def fautes(ole: Ole, nom: str) -> dict[str, Fautes]:
    """Cells in error by sheet name. Raises SourceIllisible when a cell is filled too far away."""
    noms: list[str] = []
    mesure = Mesure(nom)
    trouvees: dict[str, Fautes] = {}
    feuille, profondeur = -1, 0
    for code, corps in _enregistrements(ole):
        if code == _FEUILLE:
            noms.append(_nom_de_feuille(corps, ancien=_flux_du_classeur(ole) == "Book"))
        elif code == _BOF:
            feuille, profondeur = feuille + (profondeur == 0), profondeur + 1
            if profondeur == 1:
                mesure = Mesure(nom)
        elif code == _EOF:
            profondeur -= 1
        else:
            _mesurer(code, corps, mesure)
            if 0 < feuille <= len(noms) and _est_en_erreur(code, corps):
                ligne, colonne = struct.unpack_from("<HH", corps)
                trouvees.setdefault(noms[feuille - 1], {})[ligne, colonne] = ERREUR
    return trouvees


def _mesurer(code: int, corps: bytes, mesure: Mesure) -> None:
    """Follow how far cells go: the reader allocates as far, and even as far as they are declared."""
    if code in _CELLULES:
        mesure.cellule(*struct.unpack_from("<HH", corps))
    elif code == _NOMBRES:
        ligne, _ = struct.unpack_from("<HH", corps)
        mesure.cellule(ligne, struct.unpack_from("<H", corps, len(corps) - 2)[0])
    elif code == _ETENDUE:
        forme = "<IIHH" if len(corps) >= TAILLE_ETENDUE else "<HHHH"  # Excel 95 counts on two bytes
        _, ligne, _, colonne = struct.unpack_from(forme, corps)
        if ligne > LIGNES_XLS or colonne > COLONNES_XLS:
            raise ValueError


def _enregistrements(ole: Ole) -> Iterator[tuple[int, bytes]]:
    nom = _flux_du_classeur(ole)
    if not nom:
        return
    flux, place = ole.flux(nom), 0
    while place + 4 <= len(flux):
        code, taille = struct.unpack_from("<HH", flux, place)
        yield code, flux[place + 4 : place + 4 + taille]
        place += 4 + taille


def _flux_du_classeur(ole: Ole) -> str:
    """« Workbook » since Excel 97, « Book » in Excel 95."""
    return next((nom for nom in ("Workbook", "Book") if nom in ole.noms), "")


def _nom_de_feuille(corps: bytes, *, ancien: bool) -> str:
    """BoundSheet8: position, state and kind, then the name with its length and its width."""
    if ancien:
        return corps[7:].decode("cp1252", "replace")
    large = bool(corps[7] & 1) if len(corps) > 7 else False
    return corps[8:].decode("utf-16-le" if large else "latin-1", "replace")


def _est_en_erreur(code: int, corps: bytes) -> bool:
    if code == _ERREUR_OU_BOOLEEN:
        return len(corps) >= 8 and corps[7] == 1
    # The result of a formula is a number, unless its last two bytes are FFFF; 2 is then an error.
    return code == _FORMULE and len(corps) >= 14 and corps[12:14] == b"\xff\xff" and corps[6] == 2
