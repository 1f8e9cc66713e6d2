"""One row of a table, its cells sorted by field, as an action."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.services import valeurs_lues as valeurs
from app.services.actions_lues import (
    ActionLue,
    CofinancementLu,
    ColonneTrouvee,
    NoteLue,
    PublicsLus,
    Releve,
)
from app.services.annees_dites import annees_dites
from app.services.cellules import en_annee, en_date, en_entier, en_montant, en_oui_non, en_texte
from app.services.errors import SaisieRefusee
from app.services.feuilles import Cellule, Feuille, Rangee
from app.services.identifiants import examiner_siret, lire_rna
from app.services.profils import Profil
from app.services.synonymes import CHAMPS, MONTANT, NUMERIQUES

Champs = dict[str, list[Cellule]]
DE_NOTE = (
    "ambition",
    "porteur_pressenti",
    "budget_envisage",
    "financeurs_sollicites",
    "cpo_demandee",
    "cpo_annees",
)  # a column of one of these makes the rows notes d'intention


@dataclass(frozen=True, slots=True)
class Mise:
    """What the rows of a table share. `financeur`: whose are the amounts that name nobody."""

    feuille: Feuille
    colonnes: tuple[ColonneTrouvee, ...]
    profil: Profil
    releve: Releve
    annee: int | None
    financeur: str | None
    par_financeur: bool

    def a(self, champ: str) -> bool:
        return any(colonne.champ == champ for colonne in self.colonnes)


class RangeeLue:
    """A row below the header. What cannot be read is noted, and left empty."""

    def __init__(
        self, mise: Mise, ligne: int, *, rangee: Rangee, champs: Champs, section: str | None
    ) -> None:
        self._mise = mise
        self._ligne = ligne
        self._rangee = rangee
        self._champs = champs
        self._section = section

    def action(self) -> ActionLue:
        rang, duree = valeurs.cpo(" ".join(map(en_texte, self._tous("cpo", "recurrence"))))
        reference = self._texte("reference")
        return ActionLue(
            feuille=self._mise.feuille.nom,
            ligne=self._ligne + 1,
            reference=reference,
            numero=self._numero(),
            annee=self._lire("annee", en_annee) or self._mise.annee,
            titre=self._texte("titre") or self._titre_de_secours(reference),
            description=_paragraphes(self._tous("description")),
            porteur=self._texte("porteur"),
            sigle=self._texte("sigle"),
            siret=self._siret(),
            rna=self._rna(),
            nature_porteur=valeurs.nature_porteur(self._texte("nature_porteur") or ""),
            code_postal=self._texte("code_postal"),
            ville=self._texte("ville"),
            nature=valeurs.nature_action(self._texte("nature") or ""),
            echelle=self._texte("echelle"),
            quartiers=self._quartiers(),
            communes=self._uniques("communes", valeurs.communes),
            classements=self._uniques("classement", valeurs.classements) or self._en_section(),
            publics=self._publics(),
            cout_total=self._lire("cout_total", en_montant),
            cofinancements=self._cofinancements(),
            recurrence=self._recurrence(),
            cpo_rang=rang,
            cpo_duree=duree,
            statut=self._statut(),
            avis=self._texte("avis"),
            observation=_paragraphes(self._tous("observation")),
            accorde_n1=self._accorde_n1(),
            date_depot=self._lire("date_depot", en_date),
            date_debut=self._lire("date_debut", en_date),
            date_fin=self._lire("date_fin", en_date),
            existante=self._mise.profil.complete,
            note=self._note() if any(map(self._mise.a, DE_NOTE)) else None,
        )

    def _note(self) -> NoteLue:
        """What the sheet says of a note d'intention."""
        return NoteLue(
            ambition=_paragraphes(self._tous("ambition")),
            porteur_pressenti=self._texte("porteur_pressenti"),
            budget_envisage=self._lire("budget_envisage", en_montant),
            cpo_demandee=self._lire("cpo_demandee", en_oui_non),
            cpo_annees=tuple(self._lire("cpo_annees", lambda c: annees_dites(en_texte(c))) or ()),
            financeurs=self._uniques("financeurs_sollicites", valeurs.liste),
        )

    # Fields -------------------------------------------------------------------------------------

    def _tous(self, *champs: str) -> list[Cellule]:
        return [cellule for champ in champs for cellule in self._champs.get(champ, ())]

    def _texte(self, champ: str) -> str | None:
        cellules = self._champs.get(champ)
        return en_texte(cellules[0]) if cellules else None

    def _uniques(self, champ: str, lire: Callable[[Cellule], list[str]]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(v for cellule in self._tous(champ) for v in lire(cellule)))

    def _lire(self, champ: str, lire: Callable[[Cellule], Any]) -> Any:
        """The first cell of a field, read; what cannot be is noted and left empty."""
        cellules = self._champs.get(champ)
        if not cellules:
            return None
        try:
            return lire(cellules[0])
        except ValueError:
            nature = "un montant" if champ in NUMERIQUES else "une valeur lisible"
            self._noter(
                champ,
                f"{CHAMPS[champ]} : « {en_texte(cellules[0])[:40]} » n'est pas {nature}, "
                "la cellule est laissée vide.",
            )
            return None

    def _noter(self, champ: str, message: str) -> None:
        self._mise.releve.noter(
            self._mise.feuille.nom, self._ligne + 1, champ=champ, message=message
        )

    def _numero(self) -> str | None:
        """A number of ours such as « 2026-014 »: the « 1, 2, 3… » of other tables say nothing."""
        numero = self._texte("numero") or ""
        return numero if re.fullmatch(r"20\d\d-\d{3,}", numero) else None

    def _titre_de_secours(self, reference: str | None) -> str | None:
        """Some layouts print no title: the action then carries its dossier's number."""
        profil = self._mise.profil
        if profil.libre or profil.par_reference or reference is None or self._mise.a("titre"):
            return None
        dispositif = self._texte("ligne_credit")
        return f"Dossier {reference}" + (f" – {dispositif}" if dispositif else "")

    def _en_section(self) -> tuple[str, ...]:
        if self._section is None or self._mise.a("classement"):
            return ()
        return (self._section,)

    def _quartiers(self) -> tuple[tuple[str, Decimal | None], ...]:
        lus: dict[str, Decimal | None] = {}
        for cellule in self._tous("quartiers"):
            lus |= dict(valeurs.quartiers(cellule))
        return tuple(lus.items())

    def _siret(self) -> str | None:
        brut = self._texte("siret")
        if brut is None or not brut.strip("0"):
            return None
        lu = examiner_siret(brut)
        if lu.valeur is None:
            self._noter("siret", f"SIRET « {brut} » non repris : {lu.defaut}.")
        elif lu.repare:
            self._mise.releve.informer(
                self._mise.feuille.nom,
                self._ligne + 1,
                champ="siret",
                message=f"SIRET complété : le zéro perdu a été rendu à « {brut} » ({lu.valeur}).",
            )
        return lu.valeur

    def _rna(self) -> str | None:
        brut = self._texte("rna")
        if brut is None or not re.sub(r"\D", "", brut).strip("0"):
            return None
        try:
            return lire_rna(brut)
        except SaisieRefusee as refus:
            self._noter("rna", str(refus))
            return None

    def _recurrence(self) -> str | None:
        cellules = self._champs.get("recurrence")
        if not cellules:
            return None
        entete = next(c.entete for c in self._mise.colonnes if c.champ == "recurrence")
        return valeurs.recurrence(cellules[0], entete)

    def _statut(self) -> str | None:
        libelle = self._texte("statut")
        if libelle is None:
            return None
        statut = valeurs.statut_action(libelle, self._mise.profil.statuts)
        if statut is None:
            self._noter("statut", f"Statut « {libelle[:60]} » inconnu : non repris.")
        return statut

    def _publics(self) -> PublicsLus:
        return PublicsLus(
            total=self._lire("public_total", en_entier),
            qpv=self._lire("public_qpv", en_entier),
            femmes=self._lire("public_femmes", en_entier),
            hommes=self._lire("public_hommes", en_entier),
            ages=self._ages(),
        )

    def _ages(self) -> tuple[tuple[str, int], ...]:
        lus = []
        for colonne in self._mise.colonnes:
            if colonne.champ == "public_age" and colonne.index < len(self._rangee):
                try:
                    nombre = en_entier(self._rangee[colonne.index])
                except ValueError:
                    self._noter("public_age", f"« {colonne.entete} » : nombre illisible.")
                    continue
                if nombre is not None:
                    lus.append((colonne.entete.rpartition(" – ")[2], nombre))
        return tuple(lus)

    # Amounts ------------------------------------------------------------------------------------

    def _accorde_n1(self) -> Decimal | None:
        """What was granted last year, added up when each financeur has its column."""
        lus = [
            montant
            for colonne in self._mise.colonnes
            if colonne.champ == "accorde_n1" and (montant := self._montant(colonne)) is not None
        ]
        return sum(lus, Decimal(0)) if lus else None

    def _cofinancements(self) -> tuple[CofinancementLu, ...]:
        groupes: dict[tuple[str, int | None], dict[str, Decimal]] = {}
        for colonne in self._mise.colonnes:
            if colonne.champ != MONTANT or colonne.etape is None:
                continue
            financeur = colonne.financeur or self._financeur()
            montant = self._montant(colonne)
            if financeur is not None and montant is not None:
                annee = colonne.annee if colonne.annee != self._mise.annee else None
                groupes.setdefault((financeur, annee), {}).setdefault(colonne.etape, montant)
        lus = [self._cofinancement(nom, annee, montants=m) for (nom, annee), m in groupes.items()]
        if not lus and self._mise.par_financeur and (seul := self._financeur()) is not None:
            lus = [self._cofinancement(seul, None, montants={})]
        return (*lus, *self._autres_cofinanceurs())

    def _financeur(self) -> str | None:
        return self._texte("financeur") if self._mise.par_financeur else self._mise.financeur

    def _cofinancement(
        self, financeur: str, annee: int | None, *, montants: dict[str, Decimal]
    ) -> CofinancementLu:
        ligne_credit = self._texte("ligne_credit")
        ej = self._texte("ej")
        return CofinancementLu(
            financeur=financeur,
            ligne_credit=ligne_credit,
            annee=annee,
            nature_credit=valeurs.nature_credit(f"{financeur} {ligne_credit or ''}"),
            statut=valeurs.statut_financeur(self._texte("statut_financeur") or ""),
            commentaire=f"EJ {ej}" if ej else None,
            demande=montants.get("demande"),
            propose=montants.get("propose"),
            accorde=montants.get("accorde"),
            vote=montants.get("vote"),
            notifie=montants.get("notifie"),
            verse=montants.get("verse"),
        )

    def _montant(self, colonne: ColonneTrouvee) -> Decimal | None:
        if (self._ligne, colonne.index) in self._mise.feuille.fautes:
            return None
        cellule = self._rangee[colonne.index] if colonne.index < len(self._rangee) else None
        try:
            montant = en_montant(cellule)
        except ValueError:
            self._noter(
                MONTANT,
                f"« {en_texte(cellule)[:40]} » n'est pas un montant (colonne « {colonne.entete} ») : "
                "la cellule est laissée vide.",
            )
            return None
        if montant is not None and montant < 0:
            self._noter(
                MONTANT,
                f"Montant négatif dans « {colonne.entete} » ({en_texte(cellule)}) : "
                "il n'est pas repris.",
            )
            return None
        return montant

    def _autres_cofinanceurs(self) -> list[CofinancementLu]:
        """Osiris: names in one cell, amounts in another, in the same order."""
        noms = [nom for c in self._tous("cofinanceurs") for nom in valeurs.liste(c)]
        bruts = [m for c in self._tous("cofinanceurs_montants") for m in valeurs.liste(c)]
        montants: list[Decimal | None]
        try:
            montants = [en_montant(brut) for brut in bruts]
        except ValueError:
            montants = []
        if len(noms) != len(montants):
            self._noter(
                "cofinanceurs",
                f"{len(noms)} cofinanceur(s) pour {len(bruts)} montant(s) : "
                "les montants sont à saisir.",
            )
            montants = [None] * len(noms)
        return [
            CofinancementLu(nom, demande=montant)
            for nom, montant in zip(noms, montants, strict=True)
        ]


def _paragraphes(cellules: Iterable[Cellule]) -> str | None:
    return "\n".join(dict.fromkeys(str(c).strip() for c in cellules)) or None
