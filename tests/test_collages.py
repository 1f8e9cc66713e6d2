"""Many cells in one operation on a real file: what is refused and why, names, one step of undo."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from app import boot
from app.services.collages import Bilan, Case, deposer, deposer_acceptees
from app.services.columns import Colonne
from app.services.columns_actions import colonnes_actions
from app.services.columns_listes import (
    colonnes_budget,
    colonnes_cofinancements,
    colonnes_enveloppes,
    colonnes_porteurs,
)
from app.services.contexte import Contexte
from app.services.errors import LectureSeule
from app.services.rows import LigneAction
from tests.fabrique_fenetre import demo, lire, operations
from tests.fabrique_fenetre import modele_reduit as modele

__all__ = ["demo", "modele"]

ANNEE = 2026


@pytest.fixture
def contexte(demo: Path) -> Iterator[Contexte]:
    ouvert = boot.ouvrir(demo)
    yield ouvert
    ouvert.fichier.fermer()


@pytest.fixture
def colonnes(contexte: Contexte) -> dict[str, Colonne]:
    financeurs = contexte.cofinancements.financeurs(ANNEE)
    toutes = colonnes_actions(financeurs, contexte.actions, contexte.cofinancements)
    return {colonne.cle: colonne for colonne in toutes}


@pytest.fixture
def lignes(contexte: Contexte) -> list[LigneAction]:
    return contexte.actions.lignes(ANNEE)


def cases(ligne: LigneAction, colonnes: dict[str, Colonne], **textes: str) -> list[Case]:
    return [
        Case(ligne.cle, ligne, 0, colonnes[nom.replace("__", ".")], texte)
        for nom, texte in textes.items()
    ]


def relue(contexte: Contexte, ligne: LigneAction) -> LigneAction:
    return contexte.actions.lignes_de([ligne.cle])[ligne.cle]


def raisons(bilan: Bilan) -> dict[str, str]:
    return {refus.case.colonne.cle: refus.raison for refus in bilan.refus}


def test_tout_ce_qui_se_modifie_s_ecrit_dans_une_operation_partagee(contexte: Contexte) -> None:
    listes = {
        "actions": colonnes_actions(
            contexte.cofinancements.financeurs(ANNEE), contexte.actions, contexte.cofinancements
        ),
        "porteurs": colonnes_porteurs(contexte.organismes),
        "enveloppes": colonnes_enveloppes(contexte.enveloppes),
        "cofinancements": colonnes_cofinancements(contexte.cofinancements),
        "budget": colonnes_budget(contexte.actions),
    }
    sans_pose = [
        (liste, c.cle) for liste, cs in listes.items() for c in cs if c.ecrire and not c.pose
    ]
    assert sans_pose == []


def test_des_colonnes_de_plusieurs_services_font_une_operation(
    contexte: Contexte, colonnes: dict[str, Colonne], lignes: list[LigneAction], demo: Path
) -> None:
    financeur = contexte.cofinancements.financeurs(ANNEE)[-1]
    ligne = next(x for x in lignes if financeur.cle not in x.montants)  # one is created
    depart = operations(demo)
    bilan = deposer(
        [
            *cases(ligne, colonnes, titre="  Un   jardin ", statut="Accordée", observation="=vu"),
            *cases(ligne, colonnes, **{f"{financeur.cle}__accorde": "1 234,56 €"}),
            *cases(ligne, colonnes, public_qpv="30", recurrence="", nature=ligne.nature),
        ],
        "Coller",
    )
    assert bilan.ecrit
    neuve = relue(contexte, ligne)
    assert (neuve.titre, neuve.statut, neuve.observation) == ("Un jardin", "accordee", "=vu")
    assert neuve.montants[financeur.cle].accorde == Decimal("1234.56")
    assert operations(demo) == depart + 1
    libelle = f"Coller {len(bilan.acceptees)} cases"
    assert contexte.fichier.undo.a_annuler()[0] == libelle
    contexte.fichier.undo.annuler()
    assert relue(contexte, ligne) == ligne


def test_un_refus_que_seul_le_service_connait_n_ecrit_rien(
    contexte: Contexte, colonnes: dict[str, Colonne], lignes: list[LigneAction], demo: Path
) -> None:
    budgetees = {
        a for (a,) in lire(demo, "SELECT DISTINCT action FROM ligne_budget WHERE sens = 'charge'")
    }
    ligne = next(x for x in lignes if x.cle in budgetees)
    depart = operations(demo)
    bilan = deposer(
        cases(ligne, colonnes, observation="Vu", cout="12", numero="7", titre=" "), "Coller"
    )
    assert not bilan.ecrit
    assert raisons(bilan) == {
        "numero": "Le numéro est donné par le programme : il ne se modifie pas.",
        "cout": "Le coût vient du budget par compte : modifiez-le dans la fiche.",
        "titre": "Une action doit avoir un intitulé : tapez-en un.",
    }
    assert (operations(demo), relue(contexte, ligne)) == (depart, ligne)
    assert bilan.phrase == "1 case à changer, 3 refusées."

    apres = deposer_acceptees(bilan)
    assert (apres.ecrit, relue(contexte, ligne).observation) == (True, "Vu")
    assert contexte.fichier.undo.a_annuler()[0] == "Coller une case"


def test_recoller_ce_qui_est_a_l_ecran_ne_change_rien(
    contexte: Contexte, colonnes: dict[str, Colonne], lignes: list[LigneAction], demo: Path
) -> None:
    """Every column of a row, those only read included, as Ctrl+C gave them."""
    depart = operations(demo)
    bilan = deposer(
        [
            Case(ligne.cle, ligne, rang, c, c.texte_a_copier(ligne))
            for rang, ligne in enumerate(lignes[:40])
            for c in colonnes.values()
        ],
        "Coller",
    )
    assert (bilan.acceptees, bilan.refus) == ((), ())
    assert bilan.inchangees == 40 * len(colonnes)
    assert operations(demo) == depart


def test_les_noms_du_referentiel_se_collent(
    contexte: Contexte, colonnes: dict[str, Colonne], lignes: list[LigneAction]
) -> None:
    ligne = lignes[0]
    voulus = {}
    for nom in ("porteur", "axe", "echelle"):
        proposer = colonnes[nom].proposer
        assert proposer is not None
        voulus[nom] = next(n for n in proposer() if n != colonnes[nom].lire(ligne))
    quartiers = colonnes["quartiers"].proposer()[:3]  # type: ignore[misc]
    communes = colonnes["communes"].proposer()[:2]  # type: ignore[misc]
    bilan = deposer(
        cases(
            ligne,
            colonnes,
            porteur=voulus["porteur"].upper(),
            axe=voulus["axe"].lower(),
            echelle=voulus["echelle"],
            quartiers=" ; ".join(quartiers),
            communes="\n".join(communes),
        ),
        "Coller",
    )
    assert raisons(bilan) == {}
    neuve = relue(contexte, ligne)
    assert {nom: getattr(neuve, nom) for nom in voulus} == voulus
    assert neuve.quartiers == ", ".join(quartiers)
    assert neuve.communes == ", ".join(communes)
    assert neuve.objectif == ""

    bilan = deposer(cases(neuve, colonnes, quartiers=", ".join(quartiers[1:])), "Coller")
    assert relue(contexte, ligne).quartiers == ", ".join(quartiers[1:])


def test_un_objectif_pose_aussi_son_axe(
    contexte: Contexte, colonnes: dict[str, Colonne], lignes: list[LigneAction]
) -> None:
    autre = next(x for x in lignes if x.objectif and x.axe != lignes[0].axe)
    assert deposer(cases(lignes[0], colonnes, objectif=autre.objectif), "Coller").ecrit
    neuve = relue(contexte, lignes[0])
    assert (neuve.axe, neuve.objectif) == (autre.axe, autre.objectif)
    # The axis it has already: the objective under it stays.
    colonnes["axe"].ecrire(neuve.cle, autre.axe)  # type: ignore[misc]
    assert relue(contexte, neuve).objectif == autre.objectif


REFUS = (
    ("porteur", "Personne ne s'appelle ainsi", "Aucun porteur ne s'appelle"),
    ("axe", "Zzz", "Aucun axe ne s'appelle « Zzz » : choisissez-en un de la liste."),
    ("axe", "", "L'axe ne se vide pas ici"),
    ("communes", "Zzz", "Aucune commune ne s'appelle « Zzz » : choisissez-en une"),
    ("statut", "votée hier", "n’est pas dans la liste"),
    ("total.accorde", "12", "Ce total se calcule : modifiez les montants des financeurs."),
)


def test_chaque_case_refusee_dit_pourquoi_en_une_phrase(
    colonnes: dict[str, Colonne], lignes: list[LigneAction], demo: Path
) -> None:
    depart = operations(demo)
    for colonne, texte, raison in REFUS:
        case = Case(lignes[0].cle, lignes[0], 0, colonnes[colonne], texte)
        assert raison in raisons(deposer([case], "Coller"))[colonne]
    assert operations(demo) == depart


def test_un_fichier_en_lecture_seule_le_dit(demo: Path) -> None:
    with boot.ouvrir(demo, lecture_seule=True).fichier as fichier:
        ouvert = boot.assembler(fichier)
        financeurs = ouvert.cofinancements.financeurs(ANNEE)
        toutes = colonnes_actions(financeurs, ouvert.actions, ouvert.cofinancements)
        ligne = ouvert.actions.lignes(ANNEE)[0]
        titre = next(c for c in toutes if c.cle == "titre")
        with pytest.raises(LectureSeule):
            deposer([Case(ligne.cle, ligne, 0, titre, "x")], "Coller")


def test_les_lectures_d_un_collage_de_noms_ne_croissent_pas_par_liste(
    contexte: Contexte, colonnes: dict[str, Colonne], lignes: list[LigneAction]
) -> None:
    """The list of porteurs is read once for the block, not once for each of its cells."""
    lues: list[str] = []

    def noter(*quoi: object) -> None:
        if "FROM organisme" in str(quoi[2]):
            lues.append(str(quoi[2]))

    proposer = colonnes["porteur"].proposer
    assert proposer is not None
    noms = proposer()
    event.listen(Engine, "before_cursor_execute", noter)
    try:
        bilan = deposer(
            [
                Case(x.cle, x, 0, colonnes["porteur"], noms[rang % 7])
                for rang, x in enumerate(lignes[:50])
            ],
            "Coller",
        )
    finally:
        event.remove(Engine, "before_cursor_execute", noter)
    assert len(bilan.acceptees) > 30
    assert len(lues) == 1


def test_rien_a_deposer_n_est_pas_une_operation(contexte: Contexte) -> None:
    assert deposer([], "Coller") == Bilan("Coller", ())
