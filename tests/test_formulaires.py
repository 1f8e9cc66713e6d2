"""Forms of notes filled away from the program, and sheets of notes, come in by the import."""

import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from app.models.enums import TriNote
from app.services.appels_courants import aujourd_hui
from app.services.errors import SourceIllisible, TravailAnnule
from app.services.fichier import Fichier
from app.services.formulaires import Formulaires, ecrire_formulaires
from app.services.formulaires_lus import formulaires_de, lire_formulaires
from app.services.imports import Imports
from app.services.notes import Notes
from app.services.notes_lues import LigneNote, lire_notes
from app.services.plans import Plan, Verdict
from app.services.saisie_notes import SaisieNotes
from tests import fabriques
from tests.fabriques import Decor

REPONSES: dict[str, list[str | int]] = {
    "titre": ["Lire en famille"],
    "porteur": ["Les Ateliers du canal"],
    "ambition": ["Donner le goût de lire aux parents"],
    "axe": ["Santé"],
    "quartiers": ["Les Tisserands", "La Briquette"],
    "echelle": ["Communale"],
    "public_total": [40],
    "budget_envisage": ["12 500,50"],
    "financeurs": ["État", "Fondation du canal"],
    "cpo_demandee": ["Oui"],
    "cpo_annees": ["2026", "2027"],
}


@dataclass
class Bureau:
    fichier: Fichier
    decor: Decor
    saisie: SaisieNotes
    formulaires: Formulaires
    dossier: Path

    def lignes(self) -> list[LigneNote]:
        return lire_notes(self.fichier, 2026)

    def plan(self, *chemins: Path) -> Plan:
        imports = Imports(self.fichier)
        lecture = lire_formulaires(chemins) if len(chemins) > 1 else imports.lire(chemins[0])
        return imports.preparer(lecture)

    def importer(self, *chemins: Path) -> Plan:
        plan = self.plan(*chemins)
        Imports(self.fichier).appliquer(plan)
        return plan

    def vierge(self) -> Path:
        (chemin,) = ecrire_formulaires([self.formulaires.vierge(2026)], self.dossier)
        return chemin


@pytest.fixture(scope="module")
def ouvert(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Fichier, Decor]]:
    """Opened once: each test gives it back as it was."""
    with fabriques.neuf(tmp_path_factory.mktemp("formulaires") / "essai.tdt") as fichier:
        decor = fabriques.decor(fichier)
        with fichier.operation("Régler") as e:
            fabriques.regle(
                e, identifiant="cpo.demande", theme="cpo", parametres={"moment": "note_intention"}
            )
        fichier.undo.oublier()
        yield fichier, decor


@pytest.fixture
def b(ouvert: tuple[Fichier, Decor], tmp_path: Path) -> Iterator[Bureau]:
    fichier, decor = ouvert
    saisie = SaisieNotes(fichier)
    dossier = tmp_path / "formulaires"
    dossier.mkdir()
    yield Bureau(fichier, decor, saisie, Formulaires(fichier, saisie), dossier)
    while fichier.undo.peut_annuler:
        fichier.undo.annuler()


def remplir(chemin: Path, reponses: Mapping[str, Sequence[str | int]]) -> Path:
    """Type in the answers, as the porteur does: beside the question, whatever its row."""
    livre = openpyxl.load_workbook(chemin)
    feuille = livre["Note d'intention"]
    for cle, valeurs in reponses.items():
        rangs = [r for r in range(1, feuille.max_row + 1) if feuille.cell(r, 4).value == cle]
        for rang in rangs:
            feuille.cell(rang, 2).value = None
        for rang, valeur in zip(rangs, valeurs, strict=False):
            assert not feuille.cell(rang, 2).protection.locked
            feuille.cell(rang, 2).value = valeur
    livre.save(chemin)
    return chemin


def test_un_formulaire_rempli_devient_une_note(b: Bureau) -> None:
    chemin = remplir(b.vierge(), REPONSES)
    plan = b.importer(chemin)
    assert [a.message for a in plan.anomalies] == []
    (ligne,) = b.lignes()
    assert (ligne.action.titre, ligne.action.statut) == ("Lire en famille", "note")
    assert ligne.action.porteur_cle == b.decor.organismes[0]
    assert ligne.action.quartiers == "Les Tisserands, La Briquette"
    assert ligne.budget_envisage == Decimal("12500.50")
    assert ligne.financeurs == "État ; Fondation du canal"
    assert ligne.cpo == "Oui : 2026, 2027"
    assert ligne.completude == "Complète"
    assert ligne.date_depot == aujourd_hui().isoformat()
    assert ligne.action.appel == "Appel à projets 2026"
    assert {li.verdict for li in b.plan(chemin).lignes} == {
        Verdict.IGNORER
    }  # nothing the second time
    b.fichier.undo.annuler()
    assert b.lignes() == []


def test_un_formulaire_renvoye_met_a_jour_la_meme_note(b: Bureau) -> None:
    """The hidden key names the note, even once its title has changed; the preview says what changes."""
    cle = b.saisie.creer(2026, {"titre": "Lire", "porteur": "Les Ateliers du canal"})
    (ligne,) = b.lignes()
    (chemin,) = ecrire_formulaires(b.formulaires.des_notes(2026, [ligne]), b.dossier)
    assert {li.verdict for li in b.plan(chemin).lignes} == {Verdict.IGNORER}
    remplir(chemin, {"titre": ["Lire ensemble au parc"], "budget_envisage": [8000]})
    (prevue,) = b.plan(chemin).lignes
    assert prevue.verdict is Verdict.METTRE_A_JOUR
    assert {(c.champ, c.avant, c.apres) for c in prevue.changements} == {
        ("Intitulé", "Lire", "Lire ensemble au parc"),
        ("Budget envisagé", "", "8\u202f000\u00a0€"),
    }
    b.importer(chemin)
    (apres,) = b.lignes()
    assert (apres.cle, apres.action.titre) == (cle, "Lire ensemble au parc")
    b.fichier.undo.annuler()
    assert b.lignes()[0].action.titre == "Lire"


def test_un_formulaire_ne_change_pas_une_cpo_figee(b: Bureau) -> None:
    cle = b.saisie.creer(2026, {"titre": "Lire", "cpo_demandee": "non"})
    (chemin,) = ecrire_formulaires(b.formulaires.des_notes(2026, b.lignes()), b.dossier)
    Notes(b.fichier).trier([cle], TriNote.RECEVABLE)
    remplir(chemin, {"cpo_demandee": ["Oui"], "cpo_annees": ["2026", "2027"], "public_total": [5]})
    plan = b.importer(chemin)
    assert any("figée" in a.message for a in plan.anomalies)
    (ligne,) = b.lignes()
    assert (ligne.cpo, ligne.action.public_total) == ("Non", 5)


def test_ce_qui_ne_se_lit_pas_se_dit_avec_son_formulaire(b: Bureau) -> None:
    chemin = remplir(
        b.vierge(),
        {**REPONSES, "public_total": ["beaucoup"], "quartiers": ["Nulle part"],
         "cpo_annees": ["bientôt"], "porteur": ["Les Atelier du canal"]},
    )  # fmt: skip
    plan = b.plan(chemin)
    phrases = " ".join(a.message for a in plan.anomalies)
    for attendu in ("beaucoup »", "Nulle part »", "bientôt »", "Les Atelier du canal »"):
        assert attendu in phrases
    assert {a.feuille for a in plan.anomalies} == {chemin.name}


def test_un_dossier_de_formulaires_entre_en_une_operation(b: Bureau) -> None:
    ecrits = ecrire_formulaires(b.formulaires.des_porteurs(2026, b.decor.organismes), b.dossier)
    assert len({e.name for e in ecrits}) == 2
    for rang, chemin in enumerate(ecrits):
        remplir(chemin, {"titre": [f"Projet {rang}"], "ambition": ["Lire"]})
    (b.dossier / "lisez-moi.txt").write_text("rien", encoding="utf-8")
    autre = openpyxl.Workbook()
    autre.save(b.dossier / "autre.xlsx")
    assert formulaires_de([b.dossier]) == sorted(ecrits)
    lecture = Imports(b.fichier).lire(b.dossier)
    assert any(a.feuille == "autre.xlsx" for a in lecture.anomalies)
    Imports(b.fichier).appliquer(Imports(b.fichier).preparer(lecture))
    assert {li.action.porteur for li in b.lignes()} == {
        "Les Ateliers du canal",
        "Ville de Brèmes-sur-Scarpe",
    }
    b.fichier.undo.annuler()
    assert b.lignes() == []


def test_lire_des_formulaires_dit_ou_il_en_est_et_s_annule(b: Bureau) -> None:
    """File by file, by name; given up between two of them, nothing is read nor written."""
    formulaires = [b.formulaires.vierge(2026), b.formulaires.vierge(2026)]
    ecrits = sorted(ecrire_formulaires(formulaires, b.dossier))
    for chemin in ecrits:
        remplir(chemin, {"titre": ["Lire en famille"]})
    vus: list[tuple[int, int, str]] = []

    def suivre(fait: int, total: int, texte: str) -> None:
        vus.append((fait, total, texte))

    imports = Imports(b.fichier)
    assert len(imports.lire_formulaires([b.dossier], progression=suivre).actions) == 2
    assert [vu[:2] for vu in vus] == [(0, 2), (1, 2), (2, 2)]
    assert [ecrits[rang].name in vus[rang][2] for rang in range(2)] == [True, True]
    vus.clear()
    with pytest.raises(TravailAnnule, match="rien n'a été modifié"):
        imports.lire_formulaires([b.dossier], progression=suivre, annulation=lambda: len(vus) == 1)
    assert len(vus) == 1
    assert b.lignes() == []


def test_un_formulaire_ne_recouvre_jamais_un_autre(b: Bureau) -> None:
    premier = remplir(b.vierge(), REPONSES)
    second = b.vierge()
    assert second != premier
    assert b.plan(premier).lignes[0].titre == "Lire en famille"


def test_un_formulaire_vide_ou_trop_recent_est_refuse_en_une_phrase(b: Bureau) -> None:
    with pytest.raises(SourceIllisible, match="vide"):
        Imports(b.fichier).lire(b.vierge())
    chemin = remplir(b.vierge(), REPONSES)
    livre = openpyxl.load_workbook(chemin)
    livre["Identification"]["B2"] = "2"
    livre.save(chemin)
    with pytest.raises(SourceIllisible, match="plus récente"):
        Imports(b.fichier).lire(chemin)
    with pytest.raises(SourceIllisible, match="Aucun formulaire"):
        lire_formulaires([b.dossier / "absent"])


@pytest.mark.parametrize(
    ("ou", "quoi"), [("annee", "99999"), ("annee", "0"), ("annee", "9" * 5000), ("version", "²")]
)
def test_une_feuille_cachee_changee_a_la_main_ne_decide_de_rien(
    b: Bureau, ou: str, quoi: str
) -> None:
    chemin = remplir(b.vierge(), REPONSES)
    livre = openpyxl.load_workbook(chemin)
    [rangee] = [r for r in livre["Identification"].rows if r[0].value == ou]
    rangee[1].value = quoi
    livre.save(chemin)
    b.importer(chemin)
    assert [ligne.action.annee for ligne in b.lignes()] == [2026]


def test_les_listes_du_formulaire_sont_celles_du_contrat(b: Bureau) -> None:
    livre = openpyxl.load_workbook(b.vierge())
    assert [f.title for f in livre if f.sheet_state == "hidden"] == ["Listes", "Identification"]
    feuille = livre["Note d'intention"]
    assert feuille.protection.sheet
    assert feuille.column_dimensions["D"].hidden
    proposees = {c.value for colonne in livre["Listes"].columns for c in colonne if c.value}
    assert {"Les Tisserands", "Santé", "Lecture", "Communale", "Agglomération"} <= proposees
    controlees = " ".join(str(v.sqref) for v in feuille.data_validations.dataValidation)
    rang = next(r for r in range(1, 60) if feuille.cell(r, 4).value == "axe")
    assert f"B{rang}" in controlees


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice absent")
def test_un_formulaire_passe_par_libreoffice(b: Bureau, tmp_path: Path) -> None:
    """Recalculated and saved by LibreOffice, in its own format and in Excel's, it is read the same."""
    rempli = remplir(b.vierge(), {**REPONSES, "budget_envisage": [12500.5]})
    sortie = tmp_path / "renvoyes"
    profil = (tmp_path / "profil").as_uri()
    commande = ["soffice", f"-env:UserInstallation={profil}", "--headless", "--norestore"]
    subprocess.run(
        [*commande, "--convert-to", "ods", "--outdir", str(sortie), str(rempli)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    (renvoye,) = formulaires_de([sortie])
    assert renvoye.suffix == ".ods"
    from app.services.feuilles import ouvrir

    textes = [str(c) for rangee in ouvrir(renvoye).feuilles[0].cellules for c in rangee if c]
    assert "Toutes les réponses attendues sont là." in textes
    plan = b.importer(renvoye)
    assert [a.message for a in plan.anomalies] == []
    (ligne,) = b.lignes()
    assert (ligne.completude, ligne.budget_envisage) == ("Complète", Decimal("12500.50"))
    assert {li.verdict for li in b.plan(rempli).lignes} == {Verdict.IGNORER}


# A sheet of notes -----------------------------------------------------------------------------------


def _feuille(chemin: Path, *rangees: Sequence[object]) -> Path:
    livre = openpyxl.Workbook()
    for rangee in rangees:
        livre.active.append(list(rangee))
    livre.save(chemin)
    return chemin


@pytest.fixture
def tableau(tmp_path: Path) -> Callable[..., Path]:
    def faire(*rangees: Sequence[object]) -> Path:
        return _feuille(tmp_path / "notes.xlsx", ENTETE, *rangees)

    return faire


ENTETE = ("Année", "Intitulé", "Porteur", "Porteur pressenti", "Ambition", "Thème", "Quartiers",
          "Public", "Budget envisagé", "Financeurs sollicités", "CPO demandée",
          "Années de CPO")  # fmt: skip


def test_un_tableau_de_notes_est_reconnu_et_importe(
    b: Bureau, tableau: Callable[..., Path]
) -> None:
    chemin = tableau(
        (2026, "Lire", "Les Ateliers du canal", None, "Aimer lire", "Santé", "Les Tisserands", 40,
         12500, "État ; Région", "oui", "2026-2028"),
        (2026, "Une idée", None, "Un club", "Bouger", None, "La Briquette", None, None, None, "non",
         None),
    )  # fmt: skip
    lecture = Imports(b.fichier).lire(chemin)
    assert lecture.profil == "note_intention"
    plan = b.importer(chemin)
    lire, idee = b.lignes()
    assert (lire.action.axe, lire.cpo, lire.financeurs) == (
        "Santé",
        "Oui : 2026, 2027, 2028",
        "État ; Région",
    )
    assert (idee.ambition, idee.porteur_pressenti, idee.cpo) == ("Bouger", "Un club", "Non")
    assert idee.sans_porteur
    assert {li.verdict for li in plan.lignes} == {Verdict.AJOUTER}
    assert {li.verdict for li in b.plan(chemin).lignes} == {Verdict.IGNORER}
    b.fichier.undo.annuler()
    assert b.lignes() == []
