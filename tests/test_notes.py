"""Notes d'intention: entry, triage, CPO, completeness, doubles at two scales, receipts."""

import contextlib
import random
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import event, select

from app.models.action import Action
from app.models.contrat import Regle
from app.models.depot import NoteIntention
from app.models.droit_commun import Sollicitation
from app.models.enums import TriNote
from app.models.programme import Appel, EtapeAppel
from app.services.cases_ecrites import CaseVoulue, ecrire_en_lot
from app.services.columns_notes import lire_annees
from app.services.cycle import Cycle
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.notes import Notes
from app.services.notes_lues import LigneNote, lire_notes, phrase_des_notes
from app.services.notes_pdf import accuses, notes_imprimees
from app.services.saisie_notes import NoteRefusee, SaisieNotes
from app.services.transaction import entites
from tests import fabriques
from tests.fabriques import AUTEUR, Decor

TRIS = (*TriNote, None)
OUI_NON = ("oui", "non")
MOMENT = datetime(2026, 1, 12, 9, 30, tzinfo=UTC)
COMPLETE = {
    "titre": "Lire en famille",
    "porteur": "Les Ateliers du canal",
    "ambition": "Donner le goût de lire aux parents",
    "axe": "Santé",
    "quartiers": "Les Tisserands",
    "communes": "Brèmes-sur-Scarpe",
    "echelle": "Communale",
    "public_total": "40",
    "budget_envisage": "12 500",
    "financeurs": "État ; Fondation du canal",
    "cpo_demandee": "oui",
    "cpo_annees": "2026-2028",
}


@dataclass
class Bureau:
    fichier: Fichier
    decor: Decor
    notes: Notes
    saisie: SaisieNotes

    def ligne(self, cle: str) -> LigneNote:
        return next(li for li in lire_notes(self.fichier, 2026) if li.cle == cle)

    def creer(self, **textes: str) -> str:
        return self.saisie.creer(2026, {"titre": "Une note", **textes}, jour=date(2026, 1, 5))

    def statut(self, cle: str) -> str:
        return self.ligne(cle).action.statut


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bureau]:
    """Opened once: each test gives it back as it was."""
    with fabriques.neuf(tmp_path_factory.mktemp("notes") / "essai.tdt") as fichier:
        decor = fabriques.decor(fichier)
        with fichier.operation("Situer") as e:
            fabriques.quartier_commune(e, decor.quartiers[0], decor.communes[0])
            fabriques.echelle(e, identifiant="intercommunale", nom="Intercommunale", rang=1)
            fabriques.regle(
                e, identifiant="cpo.demande", theme="cpo", parametres={"moment": "note_intention"}
            )
        fichier.undo.oublier()
        notes = Notes(fichier, horloge=lambda: MOMENT)
        yield Bureau(fichier, decor, notes, SaisieNotes(fichier, notes))


@pytest.fixture
def b(bureau: Bureau) -> Iterator[Bureau]:
    yield bureau
    while bureau.fichier.undo.peut_annuler:
        bureau.fichier.undo.annuler()
    assert lire_notes(bureau.fichier, 2026) == []


# Entry --------------------------------------------------------------------------------------------


def test_une_note_entiere_se_saisit_en_une_operation(b: Bureau) -> None:
    cle = b.creer(**COMPLETE)
    ligne = b.ligne(cle)
    assert ligne.action.statut == "note"
    assert ligne.action.porteur == "Les Ateliers du canal"
    assert ligne.action.axe == "Santé"
    assert ligne.financeurs == "État ; Fondation du canal"
    assert ligne.cpo == "Oui : 2026, 2027, 2028"
    assert ligne.completude == "Complète"
    assert ligne.date_depot == "2026-01-05"
    assert ligne.recue_par == AUTEUR
    b.fichier.undo.annuler()
    assert lire_notes(b.fichier, 2026) == []


def test_les_communes_et_l_echelle_se_deduisent_des_quartiers(b: Bureau) -> None:
    ligne = b.ligne(b.creer(quartiers="Les Tisserands"))
    assert ligne.action.communes == "Brèmes-sur-Scarpe"
    assert ligne.action.echelle == "Communale"


def test_une_note_refusee_dit_chaque_champ_et_ne_garde_rien(b: Bureau) -> None:
    with pytest.raises(NoteRefusee) as refusee:
        b.creer(quartiers="Nulle part", budget_envisage="beaucoup", cpo_annees="bientôt")
    assert set(refusee.value.refus) == {"quartiers", "budget_envisage", "cpo_annees"}
    assert "Nulle part" in refusee.value.refus["quartiers"]
    assert lire_notes(b.fichier, 2026) == []
    with pytest.raises(NoteRefusee, match="intitulé"):
        b.saisie.creer(2026, {"titre": "  "})


def test_ce_qui_manque_se_dit_en_mots(b: Bureau) -> None:
    ligne = b.ligne(b.creer(**{**COMPLETE, "axe": "", "budget_envisage": "", "cpo_annees": ""}))
    assert ligne.completude == ("Il manque le thème, le budget envisagé et les années de la CPO")


@pytest.mark.parametrize(
    ("communes", "echelle", "dit"),
    [
        ("Brèmes-sur-Scarpe", "Communale", ""),
        ("Brèmes-sur-Scarpe ; Ostreval", "Intercommunale", ""),
        ("Brèmes-sur-Scarpe ; Ostreval", "Communale", "pour 2 communes"),
        ("Ostreval", "Intercommunale", "pour une seule commune"),
    ],
)
def test_une_echelle_qui_ne_va_pas_avec_les_communes_se_dit(
    b: Bureau, communes: str, echelle: str, dit: str
) -> None:
    ligne = b.ligne(b.creer(**{**COMPLETE, "communes": communes, "echelle": echelle}))
    assert (dit in ligne.completude) if dit else (ligne.completude == "Complète")


def test_le_theme_est_de_ceux_qui_menent_a_une_reunion(b: Bureau) -> None:
    """The contract has other nomenclatures; a note classed there would be on no agenda."""
    with b.fichier.operation("Autre nomenclature") as e:
        autre = fabriques.nomenclature(e, identifiant="etat", nom="Enjeux", role="etat", rang=5)
        fabriques.noeud(e, autre, libelle="Emploi des jeunes", identifiant="E1")
    themes = b.saisie.colonnes["axe"].proposer
    assert themes is not None
    assert "Emploi des jeunes" not in themes()
    assert "Santé" in themes()
    with pytest.raises(NoteRefusee, match="ne mène à aucune réunion"):
        b.creer(axe="Emploi des jeunes")


def test_une_idee_sans_porteur_en_recoit_un(b: Bureau) -> None:
    idees = [b.creer(titre=f"Idée {n}", porteur_pressenti="Un club") for n in (1, 2)]
    assert all(b.ligne(cle).sans_porteur for cle in idees)
    assert "le porteur" not in b.ligne(idees[0]).manques  # somebody is thought of
    b.notes.assigner(idees, b.decor.organismes[0])
    assert not any(b.ligne(cle).sans_porteur for cle in idees)
    b.fichier.undo.annuler()
    assert all(b.ligne(cle).sans_porteur for cle in idees)


@pytest.mark.parametrize(
    ("tape", "lues"),
    [
        ("2026-2028", ["2026", "2027", "2028"]),
        ("2027, 2026", ["2026", "2027"]),
        ("2026 à 2027", ["2026", "2027"]),
        ("", []),
    ],
)
def test_les_annees_se_tapent_comme_on_les_dit(tape: str, lues: list[str]) -> None:
    assert lire_annees(tape) == lues


@pytest.mark.parametrize("tape", ["trois ans", "26-28", "1999", "2000-2099"])
def test_ce_qui_n_est_pas_une_annee_est_refuse(tape: str) -> None:
    with pytest.raises(SaisieRefusee, match="années"):
        lire_annees(tape)


# Triage -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tri", "statut"),
    [
        (TriNote.RECEVABLE, "note"),
        (TriNote.A_PRECISER, "note"),
        (TriNote.REORIENTEE, "reorientee"),
        (TriNote.IRRECEVABLE, "irrecevable"),
    ],
)
def test_le_statut_suit_le_tri_et_une_annulation_y_revient(
    b: Bureau, tri: TriNote, statut: str
) -> None:
    cle = b.creer()
    b.notes.trier([cle], tri, motif="Hors du contrat", vers="Appel de la CAF")
    ligne = b.ligne(cle)
    assert (ligne.tri, ligne.action.statut) == (tri, statut)
    assert (ligne.tri_par, ligne.tri_le) == (AUTEUR, MOMENT.isoformat(timespec="milliseconds"))
    b.fichier.undo.annuler()
    assert (b.ligne(cle).etat, b.statut(cle)) == ("a_trier", "note")


@pytest.mark.parametrize("tri", [TriNote.A_PRECISER, TriNote.REORIENTEE, TriNote.IRRECEVABLE])
def test_un_tri_defavorable_demande_un_motif(b: Bureau, tri: TriNote) -> None:
    cle = b.creer()
    with pytest.raises(SaisieRefusee, match="motif"):
        b.notes.trier([cle], tri, motif="  ", vers="Ailleurs")
    assert b.ligne(cle).tri is None


def test_une_reorientation_dit_vers_quoi(b: Bureau) -> None:
    cle = b.creer()
    with pytest.raises(SaisieRefusee, match="vers quoi"):
        b.notes.trier([cle], TriNote.REORIENTEE, motif="Relève de la culture")


def test_un_bloc_se_trie_en_une_operation_ou_pas_du_tout(b: Bureau) -> None:
    cles = [b.creer(titre=f"Note {n}") for n in range(3)]
    assert b.notes.trier(cles, TriNote.IRRECEVABLE, motif="Hors délai") == 3
    assert {b.statut(cle) for cle in cles} == {"irrecevable"}
    b.fichier.undo.annuler()
    assert {b.statut(cle) for cle in cles} == {"note"}
    with pytest.raises(SaisieRefusee, match="plus une note"):
        b.notes.trier([cles[0], b.decor.action], TriNote.RECEVABLE)  # that one is « déposée »
    assert b.ligne(cles[0]).tri is None


def test_une_note_ecartee_se_reprend(b: Bureau) -> None:
    cle = b.creer()
    b.notes.trier([cle], TriNote.IRRECEVABLE, motif="Hors délai")
    b.notes.trier([cle], TriNote.RECEVABLE)
    assert (b.statut(cle), b.ligne(cle).tri_motif) == ("note", None)
    b.notes.trier([cle], None)
    assert (b.ligne(cle).etat, b.ligne(cle).tri_le) == ("a_trier", None)


def test_le_tri_et_son_motif_se_collent_ensemble(b: Bureau) -> None:
    cle = b.creer()
    colonnes = b.saisie.colonnes
    with pytest.raises(SaisieRefusee, match="motif"):
        ecrire_en_lot("Coller", [CaseVoulue(cle, colonnes["tri"], "irrecevable")])
    ecrire_en_lot(
        "Coller",
        [
            CaseVoulue(cle, colonnes["tri"], "irrecevable"),
            CaseVoulue(cle, colonnes["tri_motif"], "Hors délai"),
        ],
    )
    assert b.statut(cle) == "irrecevable"
    with pytest.raises(SaisieRefusee, match="motif"):
        ecrire_en_lot("Effacer", [CaseVoulue(cle, colonnes["tri_motif"], None)])


def test_une_note_recevable_franchit_son_etape_et_y_revient(b: Bureau) -> None:
    """Even before its dates: the triage is the reason; undone, the action is at its step again."""
    with b.fichier.operation("Préparer le cycle") as e:
        for rang, nature in enumerate(("note_intention", "reunions")):
            e.inserer(
                EtapeAppel, appel=b.decor.appel, nature=nature, nom=nature, rang=rang,
                date_debut="2026-06-01", date_fin="2026-06-30",
            )  # fmt: skip
    cle = b.creer()
    cycle = Cycle(b.fichier, horloge=lambda: MOMENT)

    def etape() -> str:
        courante = cycle.etape_courante(cle)
        return "" if courante is None else courante.nature

    assert etape() == "note_intention"
    b.notes.trier([cle], TriNote.RECEVABLE)
    assert etape() == "reunions"
    b.notes.trier([cle], TriNote.A_PRECISER, motif="Budget ?")
    assert etape() == "note_intention"
    b.notes.trier([cle], TriNote.RECEVABLE)
    b.fichier.undo.annuler()
    assert etape() == "note_intention"


def test_une_note_recue_apres_la_cloture_se_voit(b: Bureau) -> None:
    with b.fichier.operation("Dater l'appel") as e:
        e.modifier(Appel, b.decor.appel, date_cloture="2026-01-10")
    a_temps, tard = (
        b.saisie.creer(2026, {"titre": "Une note"}, jour=date(2026, 1, jour)) for jour in (10, 11)
    )
    assert (b.ligne(a_temps).hors_delai, b.ligne(tard).hors_delai) == (False, True)


# CPO ----------------------------------------------------------------------------------------------


def test_la_demande_de_cpo_est_figee_au_depot_sauf_motif(b: Bureau) -> None:
    cle = b.creer(**COMPLETE)
    b.saisie.modifier(cle, {"cpo_annees": "2026-2027"})  # before the deposit: typed wrong
    b.notes.trier([cle], TriNote.RECEVABLE)
    with pytest.raises(NoteRefusee, match="figée"):
        b.saisie.modifier(cle, {"cpo_demandee": "non"})
    with pytest.raises(NoteRefusee, match="motif"):
        b.saisie.modifier(cle, {"cpo_demandee": "non"}, motif=" ")
    b.saisie.modifier(cle, {"cpo_demandee": "non"}, motif="Demandé par le porteur le 3 mars")
    ligne = b.ligne(cle)
    assert (ligne.cpo, ligne.cpo_motif) == ("Non", "Demandé par le porteur le 3 mars")
    trace = b.fichier.lignes(select(NoteIntention.cpo_motif).where(NoteIntention.action == cle))
    assert trace[0].cpo_motif
    b.saisie.modifier(cle, {"ambition": "Autre chose"})  # the rest stays free


def test_un_contrat_qui_n_en_dit_rien_laisse_la_demande_libre(b: Bureau) -> None:
    with b.fichier.operation("Désactiver la règle") as e:
        for (regle,) in e.lignes(select(Regle.cle).where(Regle.identifiant == "cpo.demande")):
            e.modifier(Regle, regle, active=False)
    cle = b.creer(cpo_demandee="non")
    b.notes.trier([cle], TriNote.RECEVABLE)
    b.saisie.modifier(cle, {"cpo_demandee": "oui"})
    assert (b.ligne(cle).cpo, b.ligne(cle).cpo_figee_le) == ("Oui", None)


def test_des_annees_disent_oui_et_non_efface_les_annees(b: Bureau) -> None:
    cle = b.creer(cpo_annees="2026-2027")
    assert b.ligne(cle).cpo == "Oui : 2026, 2027"
    b.saisie.modifier(cle, {"cpo_demandee": "non"})
    assert b.ligne(cle).cpo_annees == ()


# Receipts, financeurs, doubles --------------------------------------------------------------------


def test_un_accuse_garde_sa_premiere_date_et_fige_la_cpo(b: Bureau) -> None:
    cles = [b.creer(titre=f"Note {n}") for n in range(2)]
    assert b.notes.accuser(cles[:1], date(2026, 1, 20)) == 1
    assert b.notes.accuser(cles, date(2026, 2, 1)) == 1
    assert [b.ligne(cle).accusee_le for cle in cles] == ["2026-01-20", "2026-02-01"]
    assert b.ligne(cles[0]).cpo_figee_le


def test_un_financeur_qui_a_repondu_ne_se_retire_pas_d_ici(b: Bureau) -> None:
    cle = b.creer(financeurs="État ; Région")
    b.saisie.modifier(cle, {"financeurs": "Région ; CAF du Nord"})
    assert set(b.ligne(cle).financeurs.split(" ; ")) == {"Région", "CAF du Nord"}
    lues = b.fichier.lignes(select(Sollicitation.cle, Sollicitation.aupres_de))
    (caf,) = [cle for cle, autre in lues if autre == "CAF du Nord"]
    with b.fichier.operation("Noter la réponse") as e:
        e.modifier(Sollicitation, caf, resultat="refus")
    with pytest.raises(NoteRefusee, match="réponse"):
        b.saisie.modifier(cle, {"financeurs": "Région"})


def test_deux_notes_se_repetent_a_deux_echelles(b: Bureau) -> None:
    commune = b.creer(**COMPLETE)
    large = b.creer(
        **{**COMPLETE, "titre": "Lire ensemble", "communes": "Brèmes-sur-Scarpe ; Ostreval",
           "echelle": "Intercommunale"}
    )  # fmt: skip
    autre = b.creer(**{**COMPLETE, "titre": "Autre thème", "axe": "Réussite éducative"})
    assert b.ligne(commune).doublons == (large,)
    assert b.ligne(large).doublons == (commune,)
    assert b.ligne(autre).doublons == ()
    b.saisie.modifier(large, {"quartiers": "La Briquette"})
    assert b.ligne(commune).doublons == ()


def test_la_phrase_compte_les_notes(b: Bureau) -> None:
    cles = [b.creer(titre=f"Note {n}") for n in range(3)]
    b.notes.trier(cles[:1], TriNote.RECEVABLE)
    b.notes.trier(cles[1:2], TriNote.A_PRECISER, motif="Budget ?")
    assert phrase_des_notes(lire_notes(b.fichier, 2026)) == (
        "3 notes : 1 à examiner, 1 à préciser. Sans porteur : 3."
    )


def test_les_notes_se_lisent_en_un_nombre_fixe_de_lectures(b: Bureau) -> None:
    def lectures() -> int:
        ordres: list[str] = []

        def noter(_connexion: object, _curseur: object, ordre: str, *_: object) -> None:
            ordres.append(ordre)

        event.listen(b.fichier._moteur, "before_cursor_execute", noter)
        try:
            lire_notes(b.fichier, 2026)
        finally:
            event.remove(b.fichier._moteur, "before_cursor_execute", noter)
        return len(ordres)

    b.creer(**COMPLETE)
    une = lectures()
    assert une > 5
    for n in range(4):
        b.creer(**{**COMPLETE, "titre": f"Note {n}"})
    assert lectures() == une


def test_une_ancienne_note_sans_fiche_se_complete(b: Bureau) -> None:
    """An action imported in « note d'intention » has no row of note: the first answer makes it."""
    with b.fichier.operation("Importer") as e:
        cle = fabriques.action(e, numero="2026-050", titre="Venue d'ailleurs", statut="note")
    assert b.ligne(cle).ambition is None
    b.saisie.modifier(cle, {"ambition": "Lire"})
    b.saisie.modifier(cle, {"public_total": "12"})
    assert (b.ligne(cle).ambition, b.ligne(cle).action.public_total) == ("Lire", 12)
    assert len(b.fichier.lignes(select(NoteIntention.cle).where(NoteIntention.action == cle))) == 1


def test_les_differences_d_un_formulaire(b: Bureau) -> None:
    cle = b.creer(**COMPLETE)
    ligne = b.ligne(cle)
    assert b.saisie.differences(ligne, b.saisie.textes(ligne)) == []
    memes = {"budget_envisage": "12500,00", "communes": "Brèmes-sur-Scarpe", "cpo_demandee": "Oui"}
    assert b.saisie.differences(ligne, memes) == []
    (une,) = b.saisie.differences(ligne, {"budget_envisage": "13 000", "titre": COMPLETE["titre"]})
    assert (une.champ, une.apres) == ("budget_envisage", "13 000")


def test_la_note_suit_son_action_quand_on_la_supprime(b: Bureau) -> None:
    from app.services.actions import Actions

    cle = b.creer(**COMPLETE)
    Actions(b.fichier).supprimer(cle)
    assert b.fichier.lignes(select(NoteIntention.cle)) == []
    b.fichier.undo.annuler()
    assert b.ligne(cle).completude == "Complète"
    assert b.fichier.lignes(select(Action.cle).where(Action.cle == cle))


# Papers -------------------------------------------------------------------------------------------


def _texte(pdf: bytes, dossier: Path) -> list[str]:
    """The words of each page."""
    chemin = dossier / "papier.pdf"
    chemin.write_bytes(pdf)
    lu = subprocess.run(["pdftotext", "-raw", str(chemin), "-"], check=True, capture_output=True)
    pages = lu.stdout.decode("utf-8").split("\f")[:-1]
    return [" ".join(page.split()) for page in pages]


def test_l_accuse_de_reception_dit_ce_qui_est_demande_et_ce_qui_manque(
    b: Bureau, tmp_path: Path
) -> None:
    complete = b.ligne(b.creer(**COMPLETE))
    idee = b.ligne(b.creer(titre="Une idée", porteur_pressenti="Un club"))
    lettre, autre = _texte(accuses(b.fichier, [complete, idee], date(2026, 1, 20)), tmp_path)
    assert "Les Ateliers du canal" in lettre
    assert "Le 20 janvier 2026" in lettre
    assert "pluriannuelle d'objectifs pour les années 2026, 2027 et 2028" in lettre
    assert "doit encore préciser" not in lettre
    assert "Un club" in autre
    assert "doit encore préciser" in autre
    assert "l'ambition" in autre


def test_la_note_tient_sur_une_page(b: Bureau, tmp_path: Path) -> None:
    longue = {**COMPLETE, "ambition": "Donner le goût de lire. " * 400}
    pages = _texte(notes_imprimees(b.fichier, [b.ligne(b.creer(**longue))]), tmp_path)
    assert len(pages) == 1
    assert "Lire en famille" in pages[0]
    (page,) = _texte(notes_imprimees(b.fichier, [b.ligne(b.creer(**COMPLETE))]), tmp_path)
    for attendu in ("Santé", "Les Tisserands", "12 500", "2026, 2027, 2028", "à faire"):
        assert attendu in page.replace("\xa0", " ")


# A walk ---------------------------------------------------------------------------------------------


def _etat(fichier: Fichier) -> dict[str, list[tuple[object, ...]]]:
    return {
        nom: sorted(map(tuple, fichier.lignes(select(table))), key=str)
        for nom, table in entites().items()
        if nom in ("action", "note_intention", "sollicitation", "action_quartier", "classement")
    }


def _gestes(
    b: Bureau, cles: list[str], hasard: random.Random, pas: int
) -> list[Callable[[], object]]:
    cle, saisie, notes = hasard.choice(cles), b.saisie, b.notes
    qui = hasard.choice(("État", "Région ; X", ""))
    return [
        lambda: notes.trier([cle], hasard.choice(TRIS), motif="Parce que"),
        lambda: notes.trier(cles, hasard.choice(TRIS), motif="x", vers="Ailleurs"),
        lambda: notes.accuser([cle], date(2026, 1, 20)),
        lambda: notes.assigner([cle], hasard.choice(b.decor.organismes)),
        lambda: saisie.modifier(cle, {"cpo_demandee": hasard.choice(OUI_NON)}),
        lambda: saisie.modifier(cle, {"cpo_annees": "2026"}, motif="Accord"),
        lambda: saisie.modifier(cle, {"financeurs": qui}),
        lambda: saisie.modifier(cle, {"ambition": f"Ambition {pas}"}),
    ]


def test_une_marche_au_hasard_s_annule_toute_entiere(b: Bureau) -> None:
    """Whatever is done to notes, the status agrees with the triage, and undoing gives all back."""
    hasard, depart = random.Random(5), _etat(b.fichier)
    cles = [b.creer(titre=f"Note {n}") for n in range(3)]
    for pas in range(60):
        with contextlib.suppress(SaisieRefusee):
            hasard.choice(_gestes(b, cles, hasard, pas))()
        for ligne in lire_notes(b.fichier, 2026):
            voulu = "note" if ligne.tri in (None, "recevable", "a_preciser") else ligne.tri
            assert ligne.action.statut == voulu
            assert bool(ligne.tri) == bool(ligne.tri_le) == bool(ligne.tri_par)
            assert ligne.tri in (None, "recevable") or ligne.tri_motif
            assert ligne.cpo_demandee or not ligne.cpo_annees
    while b.fichier.undo.peut_annuler:
        b.fichier.undo.annuler()
    assert _etat(b.fichier) == depart
