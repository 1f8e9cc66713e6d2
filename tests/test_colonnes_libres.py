"""Columns of the user: what they hold, how they change, what formulas read, what undo gives back."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import fabriques
import openpyxl
import pytest
from fabriques import Decor
from sqlalchemy import select

from app.models.enums import NatureColonne as N
from app.models.tableau import Commentaire, MiseEnForme, ValeurLibre
from app.services.actions import Actions
from app.services.cases_ecrites import ecrire_ensemble
from app.services.chaine import verifier_rejeu
from app.services.cofinancements import Cofinancements
from app.services.colonnes_composees import PREFIXE
from app.services.colonnes_libres import ColonnesLibres
from app.services.columns import Colonne, TypeColonne, lire_saisie
from app.services.columns_actions import colonnes_actions
from app.services.errors import Conflit, SaisieRefusee
from app.services.export_vue_excel import ecrire_vue_excel
from app.services.fichier import Fichier
from app.services.journal import JournalLu
from app.services.organismes import Organismes
from app.services.programmation import ecrire_export
from app.services.projets_colonnes import Projet
from app.services.vue_figee import VueFigee

LISTE = "actions"


@dataclass
class Atelier:
    """An open file with three actions, its columns, and what they show."""

    fichier: Fichier
    decor: Decor
    libres: ColonnesLibres

    def propres(self) -> list[Colonne]:
        cofinancements = Cofinancements(self.fichier)
        return colonnes_actions(cofinancements.financeurs(), Actions(self.fichier), cofinancements)

    def colonne(self, cle: str) -> Colonne:
        colonnes = self.libres.colonnes(LISTE, self.propres())
        return next(c for c in colonnes if c.cle == PREFIXE + cle)

    def ajouter(self, titre: str, nature: str = N.TEXTE, **reste: Any) -> str:
        return self.libres.creer(LISTE, Projet(titre, nature, **reste))

    def taper(self, cle: str, *textes: str) -> None:
        """Type in the first actions, one text each."""
        colonne = self.colonne(cle)
        for action, texte in zip(self.decor.actions, textes, strict=False):
            assert colonne.ecrire is not None
            colonne.ecrire(action, lire_saisie(colonne, texte))

    def lignes(self) -> list[Any]:
        return list(Actions(self.fichier).lignes(2026))

    def montre(self, cle: str) -> list[str]:
        colonne = self.colonne(cle)
        return [colonne.texte(ligne) for ligne in self.lignes()]

    def gardes(self) -> list[tuple[Any, ...]]:
        """Every value as the file keeps it, in the order of the actions."""
        lus = self.fichier.lignes(select(ValeurLibre.ligne, ValeurLibre.valeur))
        return sorted((self.decor.actions.index(ligne), valeur) for ligne, valeur in lus)


@pytest.fixture
def atelier(tmp_path: Path) -> Iterator[Atelier]:
    with fabriques.neuf(tmp_path / "colonnes.tdt") as fichier:
        decor = fabriques.decor(fichier, actions=3)
        yield Atelier(fichier, decor, ColonnesLibres(fichier))


# Values -------------------------------------------------------------------------------------------


VALEURS = [
    (N.TEXTE, "  À rappeler ", "À rappeler", "À rappeler", "À rappeler"),
    (N.MONTANT, "12 500,5", "12500.50", "12\u202f500,50", Decimal("12500.50")),
    (N.NOMBRE, "12,125", "12.125", "12,125", Decimal("12.125")),
    (N.NOMBRE, "1000", "1000", "1000", Decimal(1000)),
    (N.DATE, "15/3/26", "2026-03-15", "15/03/2026", date(2026, 3, 15)),
    (N.CHOIX, "HAUTE", "Haute", "Haute", "Haute"),
    (N.OUI_NON, "x", "oui", "oui", True),
    (N.OUI_NON, "Non", "non", "non", False),
]


def test_une_valeur_se_tape_se_garde_et_se_relit(atelier: Atelier) -> None:
    for rang, (nature, tape, garde, montre, valeur) in enumerate(VALEURS):
        cle = atelier.ajouter(f"Suivi {rang}", nature, choix=("Haute", "Basse"))
        atelier.taper(cle, tape)
        assert atelier.gardes() == [(0, garde)]
        assert atelier.montre(cle) == [montre, "", ""]
        relue = ColonnesLibres(atelier.fichier).colonnes(LISTE, atelier.propres())[rang]
        assert relue.lire(atelier.lignes()[0]) == valeur
        atelier.taper(cle, "")
        assert atelier.gardes() == []


REFUSEES = [
    (N.MONTANT, "cher", "n’est pas un montant"),
    (N.NOMBRE, "deux", "n’est pas un nombre"),
    (N.DATE, "31/02/2026", "n’est pas une date"),
    (N.CHOIX, "Moyenne", "n'est pas dans la liste : Haute, Basse"),
    (N.OUI_NON, "peut-être", "n'est ni oui ni non"),
    (N.TEXTE, "x" * 40_000, "trop long"),
]


def test_une_valeur_qui_ne_convient_pas_est_refusee(atelier: Atelier) -> None:
    for nature, tape, phrase in REFUSEES:
        cle = atelier.ajouter(f"Suivi {nature}", nature, choix=("Haute", "Basse"))
        with pytest.raises(SaisieRefusee, match=phrase):
            atelier.taper(cle, tape)
    assert atelier.gardes() == []


def test_plusieurs_cases_se_remplissent_en_une_operation(atelier: Atelier) -> None:
    """With those of other columns: paste and fill are one step of undo."""
    cle = atelier.ajouter("Suivi", N.NOMBRE)
    libre = atelier.colonne(cle)
    cout = next(c for c in atelier.propres() if c.cle == "cout")
    avant = len(atelier.fichier.undo.a_annuler())
    cases = [(a, libre, Decimal(i)) for i, a in enumerate(atelier.decor.actions)]
    ecrire_ensemble([*cases, (atelier.decor.action, cout, Decimal(100))])
    assert len(atelier.fichier.undo.a_annuler()) == avant + 1
    assert atelier.gardes() == [(0, "0"), (1, "1"), (2, "2")]
    atelier.fichier.undo.annuler()
    assert atelier.gardes() == []
    assert atelier.montre(cle) == ["", "", ""]


def test_rien_ne_s_accroche_a_une_ligne_supprimee(atelier: Atelier) -> None:
    cle = atelier.ajouter("Suivi")
    Actions(atelier.fichier).supprimer(atelier.decor.action)
    with pytest.raises(Conflit):
        atelier.taper(cle, "trop tard")


def test_une_colonne_de_porteurs_suit_la_fusion(atelier: Atelier) -> None:
    organismes = Organismes(atelier.fichier)
    cle = atelier.libres.creer("porteurs", Projet("Chargé de suivi"))
    gardee, autre = atelier.decor.organismes

    @dataclass
    class Ligne:
        cle: str

    colonne = atelier.libres.colonnes("porteurs", [])[0]
    colonne.ecrire(autre, "Samira")
    organismes.fusionner(gardee, autre)
    assert [colonne.texte(Ligne(c)) for c in (gardee, autre)] == ["Samira", ""]
    assert atelier.libres.definition("porteurs", PREFIXE + cle) is not None


def test_un_texte_etranger_se_montre_illisible_sans_rien_casser(atelier: Atelier) -> None:
    cle = atelier.ajouter("Relance", N.DATE)
    calcul = atelier.ajouter("Délai", N.FORMULE, formule=f"=[{PREFIXE}{cle}]+1")
    with atelier.fichier.operation("Fusionner une copie") as e:
        e.inserer(ValeurLibre, colonne=cle, ligne=atelier.decor.action, valeur="bientôt")
    assert atelier.montre(cle) == ["illisible", "", ""]
    assert atelier.montre(calcul)[0] == "illisible"
    ligne = atelier.lignes()[0]
    assert atelier.colonne(cle).lire(ligne) is None
    assert "bientôt" in atelier.colonne(cle).erreur(ligne).explication


# The columns themselves ---------------------------------------------------------------------------


def test_une_colonne_s_ajoute_se_renomme_se_deplace_et_se_duplique(atelier: Atelier) -> None:
    premiere, seconde = atelier.ajouter("Avis"), atelier.ajouter("Suivi", N.NOMBRE)
    atelier.taper(seconde, "3", "4")
    copie = atelier.libres.dupliquer(seconde)
    assert atelier.montre(copie) == ["3", "4", ""]
    atelier.libres.deplacer(copie, -2)
    atelier.libres.modifier(premiere, Projet("Avis du maire"))
    definitions = atelier.libres.definitions(LISTE)
    assert [d.titre for d in definitions] == ["Suivi 2", "Avis du maire", "Suivi"]
    assert [d.cle for d in definitions] == [copie, premiere, seconde]


IMPOSSIBLES = [
    (Projet("  "), "doit avoir un titre"),
    (Projet("SUIVI "), "Une autre colonne ajoutée s'appelle « SUIVI »"),
    (Projet("x" * 81), "trop long"),
    (Projet("Avis", aide="x" * 1_000_000), "aide est trop longue"),
    (Projet("Avis", N.CHOIX, choix=("x" * 1_000_000,)), "trop long pour une case"),
    (Projet("Avis", N.CHOIX, choix=tuple(map(str, range(600)))), "500 choix au plus"),
    (Projet("Avis", N.CHOIX), "au moins un choix"),
    (Projet("Avis", N.CHOIX, choix=("Oui", "oui ")), "écrit deux fois"),
    (Projet("Avis", N.FORMULE, formule="=1+"), "s'arrête trop tôt"),
    (Projet("Avis", N.FORMULE), "Écrivez un calcul"),
]


def test_une_colonne_impossible_est_refusee(atelier: Atelier) -> None:
    atelier.ajouter("Suivi")
    for projet, phrase in IMPOSSIBLES:
        with pytest.raises(SaisieRefusee, match=phrase):
            atelier.libres.creer(LISTE, projet)
    assert [d.titre for d in atelier.libres.definitions(LISTE)] == ["Suivi"]


def test_supprimer_une_colonne_emporte_ses_valeurs_et_annuler_rend_tout(atelier: Atelier) -> None:
    cle = atelier.ajouter("Suivi", N.NOMBRE)
    atelier.taper(cle, "1", "2", "3")
    with atelier.fichier.operation("Annoter") as e:
        commun = {"liste": LISTE, "colonne": PREFIXE + cle}
        e.inserer(MiseEnForme, **commun, style="alerte")
        e.inserer(Commentaire, **commun, ligne="x", texte="?", auteur="A", date="2026-01-01")
    atelier.libres.supprimer(cle)
    assert (atelier.gardes(), atelier.libres.definitions(LISTE)) == ([], ())
    atelier.fichier.undo.annuler()
    assert atelier.montre(cle) == ["1", "2", "3"]
    with atelier.fichier.lecture() as connexion:
        assert verifier_rejeu(connexion) == []


# Another kind -------------------------------------------------------------------------------------


def test_changer_de_contenu_convertit_les_valeurs(atelier: Atelier) -> None:
    cle = atelier.ajouter("Suivi")
    atelier.taper(cle, "12,5", "1 000 €", "7")
    atelier.libres.modifier(cle, Projet("Suivi", N.MONTANT))
    assert atelier.gardes() == [(0, "12.50"), (1, "1000.00"), (2, "7.00")]
    atelier.libres.modifier(cle, Projet("Suivi", N.NOMBRE))
    assert atelier.montre(cle) == ["12,5", "1000", "7"]
    atelier.libres.modifier(cle, Projet("Suivi", N.TEXTE))
    assert atelier.gardes() == [(0, "12,5"), (1, "1000"), (2, "7")]
    for _ in range(3):
        atelier.fichier.undo.annuler()
    assert atelier.montre(cle) == ["12,5", "1 000 €", "7"]


def test_ce_qui_ne_se_convertit_pas_est_dit_avant_et_ne_se_perd_que_si_on_l_accepte(
    atelier: Atelier,
) -> None:
    cle = atelier.ajouter("Relance")
    atelier.taper(cle, "15/03/2026", "bientôt", "après l'été")
    projet = Projet("Relance", N.DATE)
    perdues = atelier.libres.conversion(cle, projet).perdues
    assert sorted(p.texte for p in perdues) == ["après l'été", "bientôt"]
    assert {p.ligne for p in perdues} == set(atelier.decor.actions[1:])
    with pytest.raises(SaisieRefusee, match="2 valeurs ne peuvent pas être gardées"):
        atelier.libres.modifier(cle, projet)
    assert len(atelier.gardes()) == 3
    atelier.libres.modifier(cle, projet, vider=True)
    assert atelier.gardes() == [(0, "2026-03-15")]
    atelier.fichier.undo.annuler()
    assert atelier.montre(cle) == ["15/03/2026", "bientôt", "après l'été"]


def test_un_choix_renomme_se_renomme_dans_les_cases(atelier: Atelier) -> None:
    cle = atelier.ajouter("Priorité", N.CHOIX, choix=("Haute", "Basse"))
    atelier.taper(cle, "Haute", "Basse")
    atelier.libres.modifier(cle, Projet("Priorité", N.CHOIX, choix=("Urgente", "Basse")))
    assert atelier.montre(cle) == ["Urgente", "Basse", ""]
    retiree = Projet("Priorité", N.CHOIX, choix=("Urgente",))
    assert [p.texte for p in atelier.libres.conversion(cle, retiree).perdues] == ["Basse"]


# Formulas -----------------------------------------------------------------------------------------


def test_un_calcul_suit_les_montants_tapes_et_les_valeurs_ajoutees(atelier: Atelier) -> None:
    taux = atelier.ajouter("Taux", N.NOMBRE)
    formule = f"=[cout]*[{PREFIXE}{taux}]"
    cle = atelier.ajouter("Aide", N.FORMULE, formule=formule, totaliser=True)
    colonnes = atelier.libres.colonnes(LISTE, atelier.propres())
    aide = next(c for c in colonnes if c.cle == PREFIXE + cle)
    assert (aide.type, aide.total, aide.ecrire) == (TypeColonne.MONTANT, True, None)
    assert aide.aide == "=[Coût total]*[Taux]"
    Actions(atelier.fichier).modifier(atelier.decor.action, cout_total=Decimal(1000))
    atelier.taper(taux, "0,3")
    ligne = atelier.lignes()[0]
    assert aide.texte(ligne) == "300"
    atelier.taper(taux, "0,5")  # the row is the same one: what was computed must be forgotten
    assert aide.texte(ligne) == "500"
    assert aide.texte(ligne._replace(cout=Decimal(10))) == "5"


def test_renommer_une_colonne_ne_casse_pas_les_calculs(atelier: Atelier) -> None:
    taux = atelier.ajouter("Taux", N.NOMBRE)
    cle = atelier.ajouter("Double", N.FORMULE, formule=f"=[{PREFIXE}{taux}]*2")
    atelier.taper(taux, "4")
    atelier.libres.modifier(taux, Projet("Taux d'aide", N.NOMBRE))
    assert atelier.montre(cle)[0] == "8"
    assert atelier.colonne(cle).aide == "=[Taux d'aide]*2"


def test_une_colonne_lue_par_un_calcul_ne_se_supprime_pas(atelier: Atelier) -> None:
    taux = atelier.ajouter("Taux", N.NOMBRE)
    cle = atelier.ajouter("Double", N.FORMULE, formule=f"=[{PREFIXE}{taux}]*2")
    with pytest.raises(SaisieRefusee, match="sert au calcul de « Double »"):
        atelier.libres.supprimer(taux)
    atelier.libres.supprimer(cle)
    atelier.libres.supprimer(taux)
    assert atelier.libres.definitions(LISTE) == ()


def test_des_calculs_qui_tournent_en_rond_sont_nommes(atelier: Atelier) -> None:
    un = atelier.ajouter("Un", N.FORMULE, formule="=1")
    deux = atelier.ajouter("Deux", N.FORMULE, formule=f"=[{PREFIXE}{un}]+1")
    trois = atelier.ajouter("Trois", N.FORMULE, formule=f"=[{PREFIXE}{deux}]+1")
    with pytest.raises(SaisieRefusee, match="« Un » → « Trois » → « Deux » → « Un »"):
        atelier.libres.modifier(un, Projet("Un", N.FORMULE, formule=f"=[{PREFIXE}{trois}]"))
    with pytest.raises(SaisieRefusee, match="« Un » → « Un »"):
        atelier.libres.modifier(un, Projet("Un", N.FORMULE, formule=f"=[{PREFIXE}{un}]"))


def test_une_erreur_se_montre_en_un_mot_et_ne_se_somme_pas(atelier: Atelier) -> None:
    cle = atelier.ajouter("Coût par tête", N.FORMULE, formule="=[cout]/[public_qpv]")
    Actions(atelier.fichier).modifier(atelier.decor.action, cout_total=Decimal(1000), public_qpv=8)
    colonne, lignes = atelier.colonne(cle), atelier.lignes()
    assert [colonne.texte(ligne) for ligne in lignes] == ["125", "÷ 0", "÷ 0"]
    assert [colonne.lire(ligne) for ligne in lignes] == [Decimal(125), None, None]
    assert "divise par zéro" in colonne.erreur(lignes[1]).explication
    assert colonne.texte_a_copier(lignes[1]) == ""


def test_essayer_une_formule_n_ecrit_rien(atelier: Atelier) -> None:
    Actions(atelier.fichier).modifier(atelier.decor.action, cout_total=Decimal(1000))
    avant = len(atelier.fichier.undo.a_annuler())
    projet = Projet("Essai", N.FORMULE, formule="=[cout]/[cout]")
    colonne = atelier.libres.essayer(LISTE, atelier.propres(), projet)
    assert (colonne.texte(atelier.lignes()[0]), colonne.type) == ("100\u00a0%", TypeColonne.PART)
    assert len(atelier.fichier.undo.a_annuler()) == avant


# The journal and the workbook ---------------------------------------------------------------------


def test_le_journal_nomme_la_ligne_la_colonne_et_les_valeurs(atelier: Atelier) -> None:
    cle = atelier.ajouter("Relance", N.DATE)
    atelier.taper(cle, "15/03/2026")
    atelier.taper(cle, "20/03/2026")
    atelier.libres.supprimer(cle)
    lignes = JournalLu(atelier.fichier).historique(atelier.decor.action)
    dites = [(x.objet, x.champ, x.avant, x.apres) for x in lignes if "Valeur" in x.entite]
    assert dites == [
        ("Action 1", "Relance", "20/03/2026", ""),
        ("Action 1", "Relance", "15/03/2026", "20/03/2026"),
        ("Action 1", "Relance", "", "15/03/2026"),
    ]
    libelles = [operation.libelle for operation in JournalLu(atelier.fichier).operations()]
    assert libelles[:4] == [
        "Supprimer la colonne « Relance »",
        "Relance : 20/03/2026",
        "Relance : 15/03/2026",
        "Ajouter la colonne « Relance »",
    ]


def test_le_journal_montre_une_formule_avec_les_titres(atelier: Atelier) -> None:
    cle = atelier.ajouter("Aide", N.FORMULE, formule="=[cout]*0,8")
    etat = atelier.decor.financeurs[0]
    atelier.libres.modifier(cle, Projet("Aide", N.FORMULE, formule=f"=[{etat}.accorde]*0,8"))
    [change] = [x for x in JournalLu(atelier.fichier).historique(cle) if x.champ == "formule"]
    assert (change.avant, change.apres) == ("=[Coût total]*0,8", "=[État · Accordé]*0,8")


def test_le_classeur_finit_par_les_colonnes_ajoutees(atelier: Atelier, tmp_path: Path) -> None:
    suivi = atelier.ajouter("Suivi")
    nombre = atelier.ajouter("Heures", N.NOMBRE, totaliser=True)
    jour = atelier.ajouter("Relance", N.DATE)
    atelier.ajouter("Part", N.FORMULE, formule="=[cout]/[cout]")
    Actions(atelier.fichier).modifier(atelier.decor.action, cout_total=Decimal(1000))
    atelier.taper(suivi, "=1+1", "0012")
    atelier.taper(nombre, "1,25", "2")
    atelier.taper(jour, "15/03/2026")
    chemin = tmp_path / "programmation.xlsx"
    ecrire_export(atelier.fichier, "programmation", 2026, chemin=chemin)
    page = openpyxl.load_workbook(chemin, data_only=True)["Programmation"]
    rangees = list(page.iter_rows(min_row=5))
    assert [case.value for case in rangees[0]][-4:] == ["Suivi", "Heures", "Relance", "Part"]
    premiere, seconde = [r for r in rangees if str(r[0].value).startswith("2026-")][:2]
    assert [c.value for c in premiere[-4:-2]] == ["=1+1", 1.25]
    assert premiere[-4].data_type == "s"
    assert premiere[-2].value.date() == date(2026, 3, 15)
    assert (premiere[-1].value, seconde[-1].value) == (1, None)
    assert seconde[-4].value == "0012"
    assert [c.value for c in rangees[-1]][-4:] == [None, 3.25, None, None]


def test_le_pdf_ne_les_a_pas(atelier: Atelier, tmp_path: Path) -> None:
    atelier.taper(atelier.ajouter("Suivi interne"), "confidentiel")
    chemin = tmp_path / "decisions.pdf"
    ecrire_export(atelier.fichier, "decisions", 2026, chemin=chemin)
    texte = subprocess.run(
        ["pdftotext", str(chemin), "-"], capture_output=True, text=True, check=True
    )
    assert "confidentiel" not in texte.stdout


def test_une_vue_exportee_garde_les_decimales_et_les_mots_d_erreur(
    atelier: Atelier, tmp_path: Path
) -> None:
    heures = atelier.ajouter("Heures", N.NOMBRE, totaliser=True)
    quotient = atelier.ajouter("Quotient", N.FORMULE, formule=f"=1/[{PREFIXE}{heures}]")
    atelier.taper(heures, "1,25", "2", "0")
    vue = VueFigee(
        contrat="Contrat",
        titre="Actions 2026",
        nom="",
        date="21/11/2026",
        empreinte="0" * 64,
        colonnes=(atelier.colonne(heures), atelier.colonne(quotient)),
        largeurs=(80, 80),
        lignes=tuple(atelier.lignes()),
    )
    chemin = tmp_path / "vue.xlsx"
    ecrire_vue_excel(vue, chemin)
    page = openpyxl.load_workbook(chemin, data_only=True).active
    rangees = [[case.value for case in rangee] for rangee in page.iter_rows()]
    assert [1.25, 0.8] in rangees
    assert [0, "÷ 0"] in rangees
    formats = {c.number_format for r in page.iter_rows() for c in r if c.value == 1.25}
    assert all("0.00" in f for f in formats)
