"""A table whose columns are known, read into actions. Totals, titles and repeats are left out."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from app.models.enums import NiveauConstat
from app.services.actions_lues import ActionLue, ColonneTrouvee, Releve
from app.services.cellules import en_montant, en_oui_non, en_texte, est_vide
from app.services.entetes import Entete
from app.services.feuilles import Cellule, Feuille, Rangee
from app.services.identifiants import examiner_siret, sans_accents
from app.services.lexique import ACCORDEES, cle_entete
from app.services.lignes_total import Sommes, est_un_compte, est_un_total, ne_dit_qu_un_total
from app.services.profils import Profil
from app.services.rangees_lues import Champs, Mise, RangeeLue
from app.services.synonymes import MONTANT
from app.services.vocabulaire import MOTS_ETAPE_TITRE

PROSE_LONGUE: Final = 120  # average length from which an « objectif » is prose, not a class
FUSION_MAXIMUM: Final = 20_000
SOMMES: Final = frozenset((MONTANT, "cout_total", "accorde_n1"))
_ANNEE = r"(?<![\d/.\-])(20[1-4]\d)(?![\d/.])"
_ANNEE_DITE = re.compile(
    r"(?:programmation|exercice|annee|appel|aap|campagne|comite|cdv)\D{0,40}?" + _ANNEE
)
_ANNEE_SEULE = re.compile(_ANNEE)
_PERIODE = re.compile(r"20\d\d\s*(?:-|–|/|a|au)\s*(?:20)?\d\d(?!\d)")
_LIBELLES_ETAPE: Final = {"demande": "demandé", "propose": "proposé", "accorde": "accordé"}


class Tableau:
    """One sheet, its header and its layout; `actions` reads the rows below the header."""

    def __init__(self, feuille: Feuille, entete: Entete, *, profil: Profil, releve: Releve) -> None:
        self._feuille = feuille
        self._entete = entete
        self._releve = releve
        self._dits: set[str] = set()
        self._section: str | None = None
        self._sommes = Sommes()
        self.annee = _annee_du_tableau(feuille, entete)
        self.colonnes = tuple(self._placer(colonne) for colonne in entete.colonnes)
        # Among codes of quartiers, those of the present découpage come first: the layout ranks them.
        self._ordre = sorted(
            self.colonnes, key=lambda c: -c.confiance if c.champ == "quartiers" else 0.0
        )
        self._repetes = _fusions_verticales(feuille, entete.ligne + 1)
        self.par_financeur = any(c.champ == "financeur" for c in self.colonnes)
        self._mise = Mise(
            feuille,
            self.colonnes,
            profil,
            releve,
            annee=self.annee,
            financeur=self._financeur_des_montants(profil),
            par_financeur=self.par_financeur,
        )

    # What only the whole table tells ------------------------------------------------------------

    def _placer(self, colonne: ColonneTrouvee) -> ColonneTrouvee:
        """Settle past years, prose, and steps left unsaid."""
        if colonne.annee is not None and self.annee is not None and colonne.annee < self.annee:
            veille = colonne.annee == self.annee - 1 and colonne.champ == MONTANT
            if veille and colonne.etape in ACCORDEES:
                return replace(colonne, champ="accorde_n1", financeur=None, etape=None)
            return replace(colonne, champ="", financeur=None, etape=None, confiance=0.0)
        if colonne.champ == "classement" and self._longueur(colonne.index) > PROSE_LONGUE:
            return replace(colonne, champ="description")
        if colonne.champ == MONTANT and colonne.etape is None:
            return replace(colonne, etape=self._etape_par_defaut(colonne))
        return colonne

    def _longueur(self, index: int) -> float:
        textes = [
            len(cellule)
            for rangee in self._feuille.cellules[self._entete.ligne + 1 :][:200]
            if index < len(rangee) and isinstance(cellule := rangee[index], str)
        ]
        return sum(textes) / len(textes) if textes else 0.0

    def _etape_par_defaut(self, colonne: ColonneTrouvee) -> str:
        """The step of a column that names a financeur alone: the title tells it, else « demandé »."""
        vus = [mot for titre in self._titres() for mot in cle_entete(titre).split()]
        dite = next((MOTS_ETAPE_TITRE[mot] for mot in vus if mot in MOTS_ETAPE_TITRE), None)
        etape = dite or "demande"
        self._dire(
            f"Les colonnes de montants qui ne disent pas l'étape sont lues comme "
            f"« {_LIBELLES_ETAPE.get(etape, etape)} »"
            + (", comme le dit le titre" if dite else "")
            + " : changez la correspondance si besoin.",
            information=dite is not None,
        )
        return etape

    def _titres(self) -> list[str]:
        lignes = self._feuille.cellules[: self._entete.ligne + 1 - self._entete.hauteur]
        return [*(en_texte(c) for rangee in lignes for c in rangee if c), self._feuille.nom]

    def _financeur_des_montants(self, profil: Profil) -> str | None:
        """Whose are the amounts that name nobody; None when they are totals, or told by the row."""
        generiques = [c for c in self.colonnes if c.champ == MONTANT and not c.financeur]
        if profil.financeur or not generiques or any(c.champ == "financeur" for c in self.colonnes):
            return profil.financeur
        if any(c.champ == MONTANT and c.financeur for c in self.colonnes):
            noms = ", ".join(f"« {c.entete} »" for c in generiques)
            self._dire(f"Totaux non repris, ils sont recalculés : {noms}.", information=True)
            return None
        self._dire(
            "Le tableau ne nomme aucun financeur : ses montants sont lus comme ceux de l'État ; "
            "changez la correspondance si besoin."
        )
        return "État"

    def _dire(self, message: str, *, information: bool = False, champ: str = MONTANT) -> None:
        """Note something about the whole table, once."""
        if message not in self._dits:
            self._dits.add(message)
            niveau = NiveauConstat.INFORMATION if information else NiveauConstat.ALERTE
            self._releve.noter(self._feuille.nom, 0, champ=champ, message=message, niveau=niveau)

    # Rows ---------------------------------------------------------------------------------------

    def actions(self, arreter: Callable[[int], None]) -> Iterator[ActionLue]:
        """The actions of the table, in order. `arreter(row)` may raise at any row."""
        entetes = {cle_entete(c.entete.rpartition(" – ")[2]) for c in self.colonnes}
        fautives = {ligne for ligne, _ in self._feuille.fautes}
        for ligne in range(self._entete.ligne + 1, len(self._feuille.cellules)):
            if ligne % 200 == 0:
                arreter(ligne)
            rangee = self._feuille.cellules[ligne]
            pleines = [c for c in rangee if c is not None]
            if not pleines and ligne not in fautives:
                continue
            if ligne in fautives or not self._est_a_ignorer(ligne, pleines, entetes):
                lue = self._rangee(ligne, rangee)
                if lue is not None:
                    self._sommes.ajouter(self._montants(ligne))
                    yield lue.action()
        profil = self._mise.profil
        if not (profil.libre or profil.par_reference or self._mise.a("titre")):
            self._dire(
                "Ce format ne donne pas l'intitulé des actions : les nouvelles portent le numéro de "
                "leur dossier, à compléter.",
                information=True,
                champ="titre",
            )

    def _rangee(self, ligne: int, rangee: Rangee) -> RangeeLue | None:
        champs = self._champs(ligne, rangee)
        if any(map(_dit_oui, champs.get("supprime", ()))):
            self._ignorer(ligne, "Dossier supprimé par son porteur, non importé.")
            return None
        return RangeeLue(self._mise, ligne, rangee=rangee, champs=champs, section=self._section)

    def _est_a_ignorer(self, ligne: int, pleines: Sequence[Cellule], entetes: set[str]) -> bool:
        """True for a total, a header printed again, or a title between the rows."""
        textes = [c for c in pleines if isinstance(c, str)]
        if self._est_un_total(ligne, textes):
            self._sommes.solder()
            self._ignorer(ligne, f"Ligne de total (« {en_texte(textes[0])[:60]} »), non importée.")
            return True
        if len(textes) >= 2 and all(cle_entete(texte) in entetes for texte in textes):
            self._ignorer(ligne, "En-tête répété, non importé.")
            return True
        if len(pleines) == 1 and textes and not self._est_fusionnee(ligne):
            self._section = " ".join(textes[0].split())
            self._ignorer(ligne, f"Ligne de titre (« {self._section[:60]} »), non importée.")
            return True
        return False

    def _est_fusionnee(self, ligne: int) -> bool:
        """True when cells merged with those above give this row what it seems to lack."""
        return any((ligne, c.index) in self._repetes for c in self.colonnes)

    def _est_un_total(self, ligne: int, textes: Sequence[str]) -> bool:
        """A row with the word in a cell, unless the rest of it is that of an action."""
        if not any(est_un_total(texte) for texte in textes) or self._identifie(ligne):
            return False
        titre, porteur = (self._en(ligne, champ) for champ in ("titre", "porteur"))
        if not (titre and porteur):
            return True
        if not est_un_total(porteur):
            return False
        if ne_dit_qu_un_total(porteur) or est_un_total(titre) or est_un_compte(titre):
            return True
        return self._sommes.egalent(self._montants(ligne))

    def _identifie(self, ligne: int) -> bool:
        """True when the row names a body by its number."""
        return examiner_siret(self._en(ligne, "siret")).valeur is not None

    def _montants(self, ligne: int) -> dict[int, Decimal]:
        """column -> amount of the row, those that can be summed."""
        rangee = self._feuille.cellules[ligne]
        lus: dict[int, Decimal] = {}
        for colonne in self.colonnes:
            if colonne.champ in SOMMES and colonne.index < len(rangee):
                try:
                    montant = en_montant(rangee[colonne.index])
                except ValueError:
                    continue
                if montant is not None:
                    lus[colonne.index] = montant
        return lus

    def _en(self, ligne: int, champ: str) -> str:
        rangee = self._feuille.cellules[ligne]
        for colonne in self.colonnes:
            if colonne.champ == champ:
                cellule = rangee[colonne.index] if colonne.index < len(rangee) else None
                return en_texte(cellule or self._repetes.get((ligne, colonne.index)))
        return ""

    def _ignorer(self, ligne: int, message: str) -> None:
        self._releve.informer(self._feuille.nom, ligne + 1, champ="", message=message)

    def _champs(self, ligne: int, rangee: Rangee) -> Champs:
        """field -> its cells. Cells in error are noted and left empty."""
        lus: Champs = {}
        for colonne in self._ordre:
            if not colonne.champ:
                continue
            faute = self._feuille.fautes.get((ligne, colonne.index))
            if faute is not None:
                self._releve.noter(
                    self._feuille.nom,
                    ligne + 1,
                    champ=colonne.champ,
                    message=f"Cellule « {colonne.entete} » laissée vide : {faute}.",
                )
            if colonne.champ == MONTANT:
                continue
            cellule = rangee[colonne.index] if colonne.index < len(rangee) else None
            if cellule is None:
                cellule = self._repetes.get((ligne, colonne.index))
            if not est_vide(cellule):
                lus.setdefault(colonne.champ, []).append(cellule)
        return lus


def _dit_oui(cellule: Cellule) -> bool:
    try:
        return en_oui_non(cellule) is True
    except ValueError:
        return False


def _annee_du_tableau(feuille: Feuille, entete: Entete) -> int | None:
    """The year told by the title lines or the name of the sheet, else by the headings."""
    lignes = feuille.cellules[: entete.ligne + 1 - entete.hauteur]
    titres = [en_texte(c) for rangee in lignes for c in rangee if isinstance(c, (str, int))]
    textes = [_PERIODE.sub(" ", sans_accents(texte)) for texte in (*titres, feuille.nom)]
    for motif in (_ANNEE_DITE, _ANNEE_SEULE):
        for texte in textes:
            if trouve := motif.search(texte):
                return int(trouve.group(1))
    # What is asked is for this year and those to come; what was granted, for the years behind.
    annees = [c.annee for c in entete.colonnes if c.annee is not None]
    demandees = [c.annee for c in entete.colonnes if c.annee and c.etape in ("demande", "propose")]
    return min(demandees, default=None) or max(annees, default=None)


def _fusions_verticales(feuille: Feuille, premiere: int) -> dict[tuple[int, int], Cellule]:
    """The text of merged cells, given back to each row that they cover."""
    repetes: dict[tuple[int, int], Cellule] = {}
    for (haut, gauche), (bas, _) in feuille.fusions:
        if haut < premiere or bas <= haut or haut >= len(feuille.cellules):
            continue
        rangee = feuille.cellules[haut]
        cellule = rangee[gauche] if gauche < len(rangee) else None
        if isinstance(cellule, str) and len(repetes) < FUSION_MAXIMUM:
            for ligne in range(haut + 1, min(bas + 1, len(feuille.cellules))):
                repetes[ligne, gauche] = cellule
    return repetes
