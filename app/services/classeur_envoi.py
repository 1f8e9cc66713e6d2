"""The workbook sent to the préfecture or to a financeur, made to be filled in and to come back.

Sheets: how to return it, the programme (one row per action), the cofinancements (one row each), the
envelopes, the synthèses; two hidden ones say which file it comes from and what each cell said.
Text is always written as text, and nothing in it can run.
"""

import re
from collections.abc import Sequence
from functools import partial
from io import BytesIO
from operator import attrgetter
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from app.models.enums import NatureAction, Recurrence, SensAvis, StatutAction
from app.services.colonnes_classeur import (
    Colonne,
    Genre,
    Valeur,
    ajoutee_en_colonne,
    bloc,
    public,
    totaux,
)
from app.services.documents import SANS_AXE, ecrire_entier, par_axe, texte_net
from app.services.envois import (
    AVIS,
    CLE,
    CLE_ACTION,
    COFINANCEMENTS,
    ETAPES,
    OBSERVATION,
    PROGRAMMATION,
    Envoi,
    LigneEnvoyee,
    noms_des_financeurs,
)
from app.services.export_excel import jour_du_document
from app.services.feuille_classeur import A3, A4, POLICE_CLASSEUR, Styles
from app.services.identite_classeur import ecrire_identite, ecrire_lisez_moi
from app.services.ramassage import sans_ramassage
from app.services.rows import LigneAction
from app.services.syntheses_classeur import ecrire_enveloppes
from app.services.syntheses_envoi import ecrire_syntheses
from app.services.tables_nommees import DEBUT, TableNommee, reference

FIGEES = 3
VIVES = 2_000  # cofinancements that follow the other sheet; more formulas would weigh too much
PLUSIEURS = "Plusieurs quartiers", "Plusieurs communes"
SANS = "Sans quartier", "Sans commune"
HORS_CPO = "Hors CPO"
NON_PRECISE = "Non précisé"
SANS_PORTEUR = "Sans porteur"
PAR_QUARTIER, PAR_COMMUNE = "Quartier des synthèses", "Commune des synthèses"
_RANG = re.compile(r"(\d+)/(\d+)")


def ecrire_classeur_envoi(envoi: Envoi, chemin: Path) -> None:
    """Write the workbook whole, or raise an ErreurConnue and leave what was there."""
    ecrire_entier(chemin, classeur_envoi(envoi))


def classeur_envoi(envoi: Envoi) -> bytes:
    """The bytes of the xlsx; the same for the same data."""
    with sans_ramassage():
        return _composer(envoi)


def _composer(envoi: Envoi) -> bytes:
    programmation = envoi.programmation
    tampon = BytesIO()
    reglages = {"in_memory": True, "default_format_properties": {**POLICE_CLASSEUR}}
    livre = xlsxwriter.Workbook(tampon, reglages)
    titre = texte_net(f"Programmation {programmation.annee} – {programmation.contrat}")[:250]
    livre.set_properties(
        {
            "title": titre,
            "subject": "Programmation annuelle à compléter et à renvoyer",
            "comments": f"Empreinte du journal : {programmation.empreinte}",
            "created": jour_du_document(programmation.date),
        }
    )
    livre.set_custom_property("Language", "fr-FR")
    styles = Styles(livre)
    ecrire_lisez_moi(livre, styles, envoi)
    table = TableProgrammation(livre, styles, envoi)
    cofinancements = TableCofinancements(livre, styles, envoi, table)
    annee = programmation.annee
    table.ecrire(programmation, f"Programmation {annee}", figees=FIGEES)
    table.valider()
    cofinancements.ecrire(programmation, f"Cofinancements {annee}", figees=FIGEES)
    if programmation.enveloppes:
        ecrire_enveloppes(livre, table)  # type: ignore[arg-type]
    if programmation.actions:
        ecrire_syntheses(livre, styles, table)
    ecrire_identite(livre, envoi, table, cofinancements)
    table.page.activate()
    livre.close()
    return tampon.getvalue()


class TableProgrammation(TableNommee):
    """One row per action, in the order of the axes then of the numbers."""

    def __init__(self, livre: Any, styles: Styles, envoi: Envoi) -> None:
        programmation = envoi.programmation
        self.programmation = programmation
        noms = self._financeurs = noms_des_financeurs(programmation)
        self._vives = len(envoi.lignes) <= VIVES
        colonnes = colonnes_de(envoi)
        cachees = 3
        super().__init__(
            livre,
            PROGRAMMATION,
            styles,
            papier=A3,
            colonnes=colonnes,
            noms=[_nom(c, noms) for c in colonnes],
            objets=[a for axe in par_axe(programmation) for a in axe.actions],
            cachees=cachees,
            reprises=frozenset(
                i
                for i, c in enumerate(colonnes)
                if (c.financeur and c.titre != "Demandé") or c.titre in (AVIS, OBSERVATION)
            ),
        )
        self._sommes = {
            i: ",".join(
                f"{xl_col_to_name(j)}#"
                for j, autre in enumerate(self.colonnes)
                if autre.financeur and autre.titre == c.titre
            )
            for i, c in enumerate(self.colonnes)
            if c.calculee == "somme"
        }

    def formule(self, i: int, rang: int) -> str:
        calculee = self.colonnes[i].calculee
        if not calculee:
            return self._somme_des_lignes(i, rang)
        if calculee == "somme":
            return f"=SUM({self._sommes[i]})"
        cout, accorde = xl_col_to_name(self.indice("Coût total")), xl_col_to_name(i - 1)
        return f'=IF(N({cout}#)>0,{accorde}#/{cout}#,"")'

    def _somme_des_lignes(self, i: int, rang: int) -> str:
        """Where a financeur has several lines on the action, the cell follows the other sheet."""
        colonne = self.colonnes[i]
        action: LigneAction = self.objets[rang]
        montants = action.montants.get(colonne.financeur) if colonne.financeur else None
        if not self._vives or montants is None or montants.lignes < 2:
            return ""
        if self.valeurs[rang][i] is None:
            return ""
        montant, cles, financeurs = (
            reference(COFINANCEMENTS, nom) for nom in (colonne.titre, CLE_ACTION, "Financeur")
        )
        nom = re.sub(r"([~*?])", r"~\1", self._financeurs[colonne.financeur]).replace('"', '""')
        cle = xl_col_to_name(len(self.colonnes) - 1)
        return f'=SUMIFS({montant},{cles},${cle}#,{financeurs},"={nom}")'

    def valider(self) -> None:
        """Amounts that are numbers; avis and status from a list."""
        for i, colonne in enumerate(self.colonnes):
            if colonne.financeur:
                self._valider(i, MONTANT)
        self._valider(self.indice(AVIS), _liste("Avis", [s.libelle for s in SensAvis]))
        statuts = [s.libelle for s in StatutAction]
        if len(",".join(statuts)) < 255:  # a limit of the format
            self._valider(self.indice("Statut"), _liste("Statut", statuts))

    def _valider(self, i: int, regle: dict[str, object]) -> None:
        self.page.data_validation(DEBUT, i, self.fin - 1, i, regle)


MONTANT: dict[str, object] = {
    "validate": "decimal",
    "criteria": ">=",
    "value": 0,
    "error_title": "Montant",
    "error_message": "Tapez un montant en euros, positif ou nul, ou laissez la case vide.",
}


def _liste(titre: str, valeurs: Sequence[str]) -> dict[str, object]:
    """A list that helps, and lets anything else be typed."""
    return {
        "validate": "list",
        "source": list(valeurs),
        "error_type": "information",
        "error_title": titre,
        "error_message": "Cette valeur n'est pas dans la liste. Vous pouvez la garder.",
    }


def _nom(colonne: Colonne, noms: dict[str, str]) -> str:
    if colonne.financeur:
        return f"{noms[colonne.financeur]} – {colonne.titre}"
    return f"{colonne.groupe} – {colonne.titre}" if colonne.groupe else colonne.titre


def colonnes_de(envoi: Envoi) -> list[Colonne]:
    """The columns, always the same: what nobody fills is empty, and keeps its place."""
    programmation = envoi.programmation
    return [
        Colonne("N°", attrgetter("numero"), largeur=110),
        Colonne("Porteur", lambda a: a.porteur or SANS_PORTEUR, largeur=160),
        Colonne("Intitulé", attrgetter("titre"), largeur=240),
        Colonne("Nouveau ou reconduction", _recurrence, largeur=100),
        Colonne("CPO", _cpo, largeur=100),
        Colonne("Statut", lambda a: StatutAction.libelle_de(a.statut), largeur=90),
        Colonne("Coût total", attrgetter("cout"), Genre.MONTANT),
        Colonne("Accordé N-1", attrgetter("accorde_n1"), Genre.MONTANT, discrete=True),
        *(c for f in programmation.financeurs for c in bloc(f)),
        *totaux(programmation),
        public("Total", "Public", attrgetter("public_total"), detail=False),
        public("QPV", "Public", attrgetter("public_qpv"), detail=False),
        public("Femmes", "Public", attrgetter("public_femmes"), detail=False),
        public("Hommes", "Public", attrgetter("public_hommes"), detail=False),
        Colonne("Cotation", lambda a: envoi.cotations.get(a.cle, ""), largeur=80),
        Colonne(AVIS, attrgetter("avis"), largeur=150),
        Colonne("Décision", lambda a: envoi.decisions.get(a.cle, ""), largeur=110),
        Colonne(OBSERVATION, attrgetter("observation"), largeur=260),
        *_details(),
        *(ajoutee_en_colonne(ajoutee) for ajoutee in programmation.ajoutees),
        Colonne(PAR_QUARTIER, partial(_seul, champ="quartiers", rang=0)),
        Colonne(PAR_COMMUNE, partial(_seul, champ="communes", rang=1)),
        Colonne(CLE, attrgetter("cle")),
    ]


def _details() -> list[Colonne]:
    """What is on screen and not on paper."""
    return [
        Colonne(titre, lire, largeur=largeur, discrete=True, detail=True)
        for titre, lire, largeur in (
            ("Axe", lambda a: a.axe or SANS_AXE, 200),
            ("Objectif", attrgetter("objectif"), 220),
            ("Quartiers", attrgetter("quartiers"), 280),
            ("Communes", attrgetter("communes"), 220),
            ("Appel", attrgetter("appel"), 140),
            ("Échelle", attrgetter("echelle"), 110),
            ("Nature", lambda a: NatureAction.libelle_de(a.nature), 90),
            ("SIRET", attrgetter("siret"), 120),
            ("Référence", attrgetter("reference"), 150),
        )
    ]


def _recurrence(action: LigneAction) -> Valeur:
    return Recurrence.libelle_de(action.recurrence) if action.recurrence else NON_PRECISE


def _cpo(action: LigneAction) -> Valeur:
    """« 1/3 » alone would be read as a day of March by what compares cells."""
    rang = _RANG.fullmatch(action.cpo)
    return f"Année {rang[1]} sur {rang[2]}" if rang else action.cpo or HORS_CPO


def _seul(action: LigneAction, *, champ: str, rang: int) -> Valeur:
    """An action in two places counts once, under « Plusieurs »."""
    texte: str = getattr(action, champ)
    return PLUSIEURS[rang] if ", " in texte else texte or SANS[rang]


class TableCofinancements(TableNommee):
    """One row per cofinancement. Its amounts follow the other sheet where there is one line only."""

    def __init__(
        self, livre: Any, styles: Styles, envoi: Envoi, programme: TableProgrammation
    ) -> None:
        actions = {a.cle: a for a in envoi.programmation.actions}

        def de(ligne: Any) -> LigneAction:
            return actions[ligne.action]

        colonnes = [
            Colonne("N°", lambda li: de(li).numero, largeur=110),
            Colonne("Porteur", lambda li: de(li).porteur or SANS_PORTEUR, largeur=160),
            Colonne("Intitulé", lambda li: de(li).titre, largeur=240),
            Colonne("Axe", lambda li: de(li).axe or SANS_AXE, largeur=180),
            Colonne("Financeur", attrgetter("financeur_nom"), largeur=140),
            Colonne("Ligne de crédit", attrgetter("ligne_credit"), largeur=130, discrete=True),
            Colonne("Commune", attrgetter("commune"), largeur=120, discrete=True),
            *(
                Colonne(titre, attrgetter(etape), Genre.MONTANT, discrete=etape != "accorde")
                for etape, titre in ETAPES.items()
            ),
            Colonne("Voté", attrgetter("vote"), Genre.MONTANT, discrete=True),
            Colonne("Notifié", attrgetter("notifie"), Genre.MONTANT, discrete=True),
            Colonne("Versé", attrgetter("verse"), Genre.MONTANT, discrete=True),
            Colonne("État du financement", attrgetter("statut"), largeur=110),
            Colonne(CLE_ACTION, attrgetter("action")),
            Colonne(CLE, attrgetter("cle")),
        ]
        super().__init__(
            livre,
            COFINANCEMENTS,
            styles,
            papier=A4,
            colonnes=colonnes,
            noms=[c.titre for c in colonnes],
            objets=envoi.lignes,
            cachees=2,
        )
        self._vives = len(envoi.lignes) <= VIVES
        self._etapes = {i: c.titre for i, c in enumerate(colonnes) if c.titre in ETAPES.values()}
        self._action = xl_col_to_name(self.indice(CLE_ACTION))
        self._programme = programme
        self._ou = {
            (c.financeur, c.titre): programme.plage(i)
            for i, c in enumerate(programme.colonnes)
            if c.financeur
        }

    def formule(self, i: int, rang: int) -> str:
        ligne: LigneEnvoyee = self.objets[rang]
        if not (self._vives and ligne.seule and i in self._etapes):
            return ""
        colonne = self._ou[ligne.financeur, self._etapes[i]]
        cles = self._programme.plage(len(self._programme.colonnes) - 1)
        trouvee = f"INDEX({colonne},MATCH(${self._action}#,{cles},0))"
        return f'=IFERROR(IF({trouvee}="","",{trouvee}),"")'
