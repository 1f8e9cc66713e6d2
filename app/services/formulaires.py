"""The form of a note d'intention as a workbook that a porteur fills in Excel or LibreOffice, offline.

Labels are locked, answers are not; a hidden column names each question and a hidden sheet says what
the file is, so that it is read back whatever rows were moved.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter
from sqlalchemy import select

from app.models.action import Action
from app.models.contrat import Contrat
from app.models.organisme import Organisme
from app.services.documents import ecrire_entier, nom_de_fichier
from app.services.feuille_classeur import POLICE_CLASSEUR, net
from app.services.fichier import Fichier
from app.services.formulaires_lus import CLE, FORMAT, IDENTITE, REPONSE, SIRET, VERSION
from app.services.notes_lues import LigneNote
from app.services.programmation import annees_du_contrat
from app.services.rattachements import SEPARATEUR
from app.services.saisie_notes import CHAMPS, FORMULAIRE, ChampDeNote, SaisieNotes

FEUILLE, LISTES = "Note d'intention", "Listes"
CONSIGNES = (
    (
        "Remplissez les cases claires de la colonne B, puis enregistrez ce fichier et renvoyez-le "
        "tel quel : ne changez ni son format ni ses autres cases."
    ),
    (
        "Une flèche apparaît à droite des cases qui ont une liste. Une réponse que vous n'avez pas "
        "encore peut rester vide : la ligne ci-dessous compte celles qui manquent."
    ),
)
ATTENDUES = ("titre", "porteur", "ambition", "axe", "quartiers", "public_total",
             "budget_envisage", "financeurs", "cpo_demandee")  # fmt: skip
OUI_NON = ("Oui", "Non")
LIGNE = 17  # points
PREMIERE = 5  # row of the first question
AUTRES_REPONSES = ("quartiers", "communes", "financeurs")  # the list helps, it does not bind


@dataclass(frozen=True, slots=True)
class Formulaire:
    """A form to be written. `action`: the note that it refills; `reponses`: what is already known."""

    nom: str
    annee: int
    contrat: str
    identifiant: str
    listes: Mapping[str, Sequence[str]]
    action: str = ""
    reponses: Mapping[str, Sequence[str]] = field(default_factory=dict)


class Formulaires:
    """Prepares the forms of the open file: blank, by porteur, or those of notes to be completed."""

    def __init__(self, fichier: Fichier, saisie: SaisieNotes | None = None) -> None:
        self._fichier = fichier
        self._saisie = saisie or SaisieNotes(fichier)
        self._contexte: Formulaire | None = None  # what the forms of one gesture share

    def vierge(self, annee: int) -> Formulaire:
        self._contexte = None
        return self._formulaire("vierge", annee)

    def porteurs_connus(self, annee: int) -> list[str]:
        """Who carries an action this year or the year before, by name."""
        requete = (
            select(Organisme.cle)
            .join(Action, Action.porteur == Organisme.cle)
            .where(Action.annee.in_((annee - 1, annee)))
            .order_by(Organisme.nom)
            .distinct()
        )
        return [cle for (cle,) in self._fichier.lignes(requete)]

    def des_porteurs(self, annee: int, porteurs: Sequence[str]) -> list[Formulaire]:
        """One for each of these organismes, that already names it."""
        self._contexte = None
        requete = select(Organisme.cle, Organisme.nom, Organisme.siret)
        connus = {
            o.cle: o for o in self._fichier.lignes(requete.where(Organisme.cle.in_(porteurs)))
        }
        return [
            self._formulaire(
                connus[cle].nom,
                annee,
                reponses={"porteur": [connus[cle].nom], SIRET: [connus[cle].siret or ""]},
            )
            for cle in porteurs
            if cle in connus
        ]

    def des_notes(self, annee: int, lignes: Sequence[LigneNote]) -> list[Formulaire]:
        """One for each note, with what it says: sent back, it completes the same note."""
        self._contexte = None
        return [self._de_la_note(annee, ligne) for ligne in lignes]

    def _de_la_note(self, annee: int, ligne: LigneNote) -> Formulaire:
        textes = self._saisie.textes(ligne)
        reponses = {cle: _en_cases(CHAMPS[cle], texte) for cle, texte in textes.items() if texte}
        if "cpo_demandee" in reponses:
            reponses["cpo_demandee"] = [textes["cpo_demandee"].capitalize()]
        reponses[SIRET] = [ligne.action.siret or ""]
        qui = ligne.action.porteur or ligne.porteur_pressenti or "sans porteur"
        nom = f"{ligne.action.numero} {qui}"
        return self._formulaire(nom, annee, action=ligne.cle, reponses=reponses)

    def _formulaire(self, nom: str, annee: int, **options: Any) -> Formulaire:
        return replace(self._commun(annee), nom=nom, **options)

    def _commun(self, annee: int) -> Formulaire:
        """A form without answers; the lists of the contract are read once for many forms."""
        if self._contexte is None:
            contrats = self._fichier.lignes(select(Contrat.nom, Contrat.identifiant))
            titre, identifiant = contrats[0] if contrats else ("", "")
            self._contexte = Formulaire("", annee, titre, identifiant, self._listes(annee))
        return self._contexte

    def _listes(self, annee: int) -> dict[str, list[str]]:
        """What each question may be answered, from the référentiel of the contract."""
        listes: dict[str, list[str]] = {}
        for champ in FORMULAIRE:
            proposer = self._saisie.colonnes[champ.cle].proposer
            if proposer is not None and champ.cle != "porteur":
                listes[champ.cle] = list(proposer())
        listes["cpo_demandee"] = list(OUI_NON)
        annees = [a for a in annees_du_contrat(self._fichier) if a >= annee]
        listes["cpo_annees"] = [str(a) for a in annees or range(annee, annee + 3)]
        return {cle: noms for cle, noms in listes.items() if noms}


def _en_cases(champ: ChampDeNote, texte: str) -> list[str]:
    if champ.cases == 1:
        return [texte]
    separateur = SEPARATEUR.strip() if SEPARATEUR.strip() in texte else ","
    return [morceau.strip() for morceau in texte.split(separateur) if morceau.strip()]


def nom_du_formulaire(formulaire: Formulaire) -> str:
    """« Note d'intention 2026 – Les Ateliers du canal.xlsx »."""
    qui = nom_de_fichier(formulaire.nom, "formulaire", longueur=60)
    return f"Note d'intention {formulaire.annee} – {qui}.xlsx"


def ecrire_formulaires(formulaires: Sequence[Formulaire], dossier: Path) -> list[Path]:
    """One file each in a folder, never over one that is there: it may be filled. Raises ErreurConnue."""
    ecrits: list[Path] = []
    for formulaire in formulaires:
        voulu = chemin = dossier / nom_du_formulaire(formulaire)
        rang = 2
        while chemin.exists():
            chemin, rang = voulu.with_stem(f"{voulu.stem} ({rang})"), rang + 1
        ecrire_entier(chemin, classeur(formulaire))
        ecrits.append(chemin)
    return ecrits


# The workbook -------------------------------------------------------------------------------------


def classeur(formulaire: Formulaire) -> bytes:
    """The bytes of the xlsx."""
    tampon = BytesIO()
    livre = xlsxwriter.Workbook(
        tampon, {"in_memory": True, "default_format_properties": {**POLICE_CLASSEUR}}
    )
    livre.set_properties({"title": net(f"{FEUILLE} {formulaire.annee}")})
    livre.set_custom_property("Language", "fr-FR")
    page = livre.add_worksheet(FEUILLE)
    plages = _ecrire_listes(livre, formulaire.listes)
    _ecrire_identite(livre, formulaire)
    _Page(livre, page, formulaire, plages).ecrire()
    livre.close()
    return tampon.getvalue()


def _ecrire_listes(livre: Any, listes: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The hidden lists; question -> the range of its own."""
    feuille = livre.add_worksheet(LISTES)
    feuille.hide()
    plages: dict[str, str] = {}
    for colonne, (cle, noms) in enumerate(listes.items()):
        for rang, nom in enumerate(noms):
            feuille.write_string(rang, colonne, net(nom))
        lettre = chr(ord("A") + colonne)
        plages[cle] = f"={LISTES}!${lettre}$1:${lettre}${len(noms)}"
    return plages


def _ecrire_identite(livre: Any, formulaire: Formulaire) -> None:
    feuille = livre.add_worksheet(IDENTITE)
    feuille.hide()
    for rang, (cle, valeur) in enumerate(
        (
            ("format", FORMAT),
            ("version", str(VERSION)),
            ("contrat", formulaire.identifiant),
            ("annee", str(formulaire.annee)),
            ("action", formulaire.action),
        )
    ):
        feuille.write_string(rang, 0, cle)
        feuille.write_string(rang, 1, net(valeur))


def _hauteur(champ: ChampDeNote) -> int:
    """Points: room for the question, for what helps to answer it, and for the answer."""
    if champ.longue:
        return 110
    longue = len(champ.question) > 34 or len(champ.aide) > 58
    return 2 * LIGNE if longue or champ.cle in ("titre", "objectif") else LIGNE


class _Page:
    """The sheet that is filled."""

    def __init__(
        self, livre: Any, page: Any, formulaire: Formulaire, plages: Mapping[str, str]
    ) -> None:
        self._page, self._formulaire, self._plages = page, formulaire, plages
        faire: Callable[[dict[str, Any]], Any] = livre.add_format
        contour = {"border": 1, "border_color": "#9AA3AE", "bg_color": "#FFFBE6", "locked": False}
        self._titre = faire({"bold": True, "font_size": 16})
        self._doux = faire({"font_color": "#5A6472", "text_wrap": True, "valign": "top"})
        self._fort = faire({"bold": True, "text_wrap": True, "valign": "top"})
        self._compte = faire({"bold": True})
        self._sous_titre = faire({"font_color": "#5A6472"})
        self._texte = faire({**contour, "text_wrap": True, "valign": "top", "num_format": "@"})
        self._entier = faire({**contour, "align": "left", "num_format": "0"})
        self._euros = faire({**contour, "align": "left", "num_format": "#,##0.00 €"})
        self._premieres: dict[str, int] = {}

    def ecrire(self) -> None:
        page, formulaire = self._page, self._formulaire
        page.set_column(0, 0, 34)
        page.set_column(REPONSE, REPONSE, 58)
        page.set_column(2, 2, 52)
        page.set_column(CLE, CLE, 12, None, {"hidden": True})
        page.write_string(0, 0, net(f"{FEUILLE} {formulaire.annee}"), self._titre)
        page.write_string(1, 0, net(formulaire.contrat), self._sous_titre)
        for rang, consigne in enumerate(CONSIGNES, start=2):
            page.merge_range(rang, 0, rang, 2, consigne, self._doux)
            page.set_row(rang, 32)
        rang = PREMIERE
        for champ in self._questions():
            rang = self._question(champ, rang)
        self._compter()
        self._proteger()

    def _questions(self) -> list[ChampDeNote]:
        siret = ChampDeNote(SIRET, "SIRET du porteur", "14 chiffres, s'il existe.")
        questions = list(FORMULAIRE)
        questions.insert(2, siret)
        return questions

    def _question(self, champ: ChampDeNote, rang: int) -> int:
        """The rows of a question; returns the next one."""
        reponses = self._formulaire.reponses.get(champ.cle, ())
        cases = max(champ.cases, len(reponses))
        self._premieres[champ.cle] = rang
        for case in range(cases):
            ligne = rang + case
            mot = champ.question if not case else ""
            self._page.write_string(ligne, 0, mot, self._fort)
            self._page.write_string(ligne, 2, champ.aide if not case else "", self._doux)
            self._page.write_string(ligne, CLE, champ.cle)
            self._reponse(champ.cle, ligne, reponses[case] if case < len(reponses) else "")
            self._page.set_row(ligne, _hauteur(champ) if not case else LIGNE)
        self._controler(champ, rang, rang + cases - 1)
        return rang + cases

    def _reponse(self, cle: str, ligne: int, texte: str) -> None:
        forme = self._texte
        if cle.startswith("public_"):
            forme = self._entier
        elif cle == "budget_envisage":
            forme = self._euros
        nombre = texte.replace(",", ".")
        if forme is not self._texte and nombre.replace(".", "", 1).isdecimal():
            self._page.write_number(ligne, REPONSE, float(nombre), forme)
        elif texte:
            self._page.write_string(ligne, REPONSE, net(texte), forme)
        else:
            self._page.write_blank(ligne, REPONSE, None, forme)

    def _controler(self, champ: ChampDeNote, debut: int, fin: int) -> None:
        regle: dict[str, Any] | None = None
        if champ.cle in self._plages:
            libre = champ.cle in AUTRES_REPONSES
            regle = {
                "validate": "list",
                "source": self._plages[champ.cle],
                "error_type": "information" if libre else "stop",
                "error_title": "Hors de la liste",
                "error_message": "Choisissez une réponse de la liste, si elle y est.",
            }
        elif champ.cle.startswith("public_") or champ.cle == "budget_envisage":
            regle = {
                "validate": "decimal",
                "criteria": ">=",
                "value": 0,
                "error_title": "Un nombre",
                "error_message": "Tapez un nombre, sans lettre ni signe.",
            }
        if regle is not None:
            self._page.data_validation(debut, REPONSE, fin, REPONSE, regle)

    def _compter(self) -> None:
        """How many answers are missing, counted again as the porteur types."""
        vides = [f'(B{self._premieres[cle] + 1}="")' for cle in ATTENDUES]
        somme = "+".join(vides)
        manquent = sum(not any(self._formulaire.reponses.get(cle, ())) for cle in ATTENDUES)
        formule = (
            f'=IF({somme}=0,"Toutes les réponses attendues sont là.",'
            f'"Réponses attendues qui manquent : "&({somme}))'
        )
        valeur = (
            f"Réponses attendues qui manquent : {manquent}"
            if manquent
            else "Toutes les réponses attendues sont là."
        )
        self._page.write_formula(PREMIERE - 1, 0, formule, self._compte, valeur)

    def _proteger(self) -> None:
        page = self._page
        page.protect("", {"format_rows": True, "format_columns": True})
        page.freeze_panes(PREMIERE, 0)
        page.hide_gridlines(2)
        page.set_selection(PREMIERE, REPONSE, PREMIERE, REPONSE)
        page.set_portrait()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
