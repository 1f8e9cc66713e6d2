"""The named views of a list: shared or private, those of the program, and what each person left open."""

from collections.abc import Iterator
from pathlib import Path

import fabriques
import pytest

from app.models.enums import StatutAction
from app.services.actions import Actions
from app.services.cofinancements import Cofinancements
from app.services.columns import Colonne
from app.services.columns_actions import colonnes_actions
from app.services.columns_droit_commun import (
    colonnes_alertes,
    colonnes_appels,
    colonnes_relais,
    colonnes_reponses,
)
from app.services.columns_listes import colonnes_enveloppes, colonnes_porteurs
from app.services.droit_commun import droit_commun
from app.services.enveloppes import Enveloppes
from app.services.errors import LectureSeule, SaisieRefusee
from app.services.etats_complets import complet, se_valent
from app.services.etats_retenus import FICHIERS_MAXIMUM, Retenu, retenir, retenu
from app.services.etats_vue import EtatVue
from app.services.fichier import Fichier
from app.services.filtres import Comparaison, Condition, epreuve
from app.services.journal import JournalLu
from app.services.organismes import Organismes
from app.services.saisie_notes import SaisieNotes
from app.services.settings import Settings, lire
from app.services.vues import NOM_MAXIMUM, LigneVue, Vues
from app.services.vues_livrees import LIVREES, livrees

ETAT = EtatVue(
    ordre=("titre", "numero"),
    masquees=frozenset({"axe"}),
    figees=frozenset({"titre"}),
    largeurs={"titre": 300},
    tri=(("cout", True),),
    conditions=(Condition("statut", Comparaison.PARMI, ("Accordée", "")),),
    texte="santé",
    groupes=("axe", "porteur"),
    replies=frozenset({("Santé",), ("Santé", "CCAS")}),
    zoom=125,
    hauteur=3,
)


@pytest.fixture
def fichier(tmp_path: Path) -> Iterator[Fichier]:
    with fabriques.neuf(tmp_path / "essai.tdt") as ouvert:
        yield ouvert


@pytest.fixture
def vues(fichier: Fichier) -> Vues:
    return Vues(fichier)


def noms(vues: Vues, liste: str = "actions") -> list[str]:
    return [vue.nom for vue in vues.lignes(liste)]


def trouver(vues: Vues, nom: str, liste: str = "actions") -> LigneVue:
    return next(vue for vue in vues.lignes(liste) if vue.nom == nom)


def colonnes(fichier: Fichier) -> list[Colonne]:
    cofinancements = Cofinancements(fichier)
    return colonnes_actions(cofinancements.financeurs(2026), Actions(fichier), cofinancements)


# Views of people ----------------------------------------------------------------------------------


def test_une_vue_garde_tout_ce_qui_est_a_l_ecran(fichier: Fichier, vues: Vues) -> None:
    cle = vues.creer("actions", "  Comité\nde mars ", ETAT)
    vue = trouver(vues, "Comité de mars")
    assert (vue.cle, vue.privee, vues.lignes("actions")[-1].cle) == (cle, False, cle)
    assert vues.etat(vue, colonnes(fichier)) == ETAT
    assert "Comité de mars" not in noms(vues, "porteurs")


def test_une_vue_privee_n_est_vue_que_de_sa_personne(fichier: Fichier, vues: Vues) -> None:
    cle = vues.creer("actions", "Les miennes", ETAT, privee=True)
    fichier.signer("Dominique")
    assert "Les miennes" not in noms(vues)
    with pytest.raises(SaisieRefusee, match="n’existe plus"):
        vues.renommer("actions", cle, "À moi")
    vues.creer("actions", "Les miennes", EtatVue(), privee=True)  # each has his own
    fichier.signer(fabriques.AUTEUR)
    assert noms(vues).count("Les miennes") == 1
    vues.rendre_privee("actions", cle, privee=False)
    fichier.signer("Dominique")
    assert noms(vues).count("Les miennes") == 2


@pytest.mark.parametrize(
    ("nom", "raison"),
    [
        ("", "doit avoir un nom"),
        (" \t\n", "doit avoir un nom"),
        ("x" * (NOM_MAXIMUM + 1), "trop long"),
        ("COMITE", "s’appelle déjà"),
    ],
)
def test_un_nom_qui_ne_va_pas_est_refuse_et_rien_n_est_ecrit(
    vues: Vues, nom: str, raison: str
) -> None:
    avant = vues.lignes("actions")
    with pytest.raises(SaisieRefusee, match=raison):
        vues.creer("actions", nom, ETAT)
    with pytest.raises(SaisieRefusee, match=raison):
        vues.renommer("actions", trouver(vues, "Instruction").cle, nom)
    assert vues.lignes("actions") == avant


def test_quarante_vues_et_leurs_copies_se_rangent(fichier: Fichier, vues: Vues) -> None:
    for n in range(40):
        vues.creer("actions", f"Vue {n}", ETAT)
    longue = vues.creer("actions", "y" * NOM_MAXIMUM, ETAT)
    for _ in range(12):
        vues.dupliquer("actions", longue, colonnes(fichier))
    copies = [nom for nom in noms(vues) if nom.startswith("yyy")]
    assert len(set(copies)) == 13
    assert all(len(nom) <= NOM_MAXIMUM for nom in copies)
    assert noms(vues)[-13] == "y" * NOM_MAXIMUM
    for n in (39, 0, 20, 7):
        vues.deplacer("actions", trouver(vues, f"Vue {n}").cle, 1)
    assert noms(vues)[:5] == ["Toutes les actions", "Vue 7", "Vue 20", "Vue 0", "Vue 39"]


def test_deplacer_n_ecrit_que_la_vue_deplacee_tant_qu_il_y_a_de_la_place(
    fichier: Fichier, vues: Vues
) -> None:
    recus: list[int] = []
    fichier.bus.abonner(lambda avis: recus.append(len(avis.modifications)))
    place = trouver(vues, "À décider").cle
    for position in (1, 0, 7, 3, 3):
        vues.deplacer("actions", place, position)
        assert noms(vues)[position] == "À décider"
    assert recus == [1, 1, 1, 1]  # staying in place writes nothing
    autre = trouver(vues, "CPO").cle
    for tour in range(24):  # always between the same two: one day there is no room left
        vues.deplacer("actions", (place, autre)[tour % 2], 1)
    assert noms(vues)[1:3] == ["CPO", "À décider"]
    assert len(set(noms(vues))) == 9


def test_chaque_geste_s_annule_et_se_lit_au_journal(fichier: Fichier, vues: Vues) -> None:
    depart = vues.lignes("actions")
    cle = vues.creer("actions", "Mars", ETAT)
    vues.renommer("actions", cle, "Avril")
    vues.enregistrer("actions", cle, EtatVue(texte="sport"))
    vues.dupliquer("actions", cle, colonnes(fichier))
    vues.rendre_privee("actions", cle, privee=True)
    vues.deplacer("actions", cle, 0)
    vues.supprimer("actions", cle)
    vues.renommer("actions", trouver(vues, "Comité").cle, "Comité des financeurs")
    vues.supprimer("actions", trouver(vues, "CPO").cle)
    libelles = [operation.libelle for operation in JournalLu(fichier).operations()]
    assert libelles[:2] == ["Supprimer la vue « CPO »", "Renommer la vue « Comité »"]
    assert "Rendre privée la vue « Avril »" in libelles
    while fichier.undo.annuler():
        pass
    assert vues.lignes("actions") == depart


def test_en_lecture_seule_les_vues_se_lisent_et_ne_s_ecrivent_pas(tmp_path: Path) -> None:
    chemin = tmp_path / "essai.tdt"
    with fabriques.neuf(chemin) as fichier:
        Vues(fichier).creer("actions", "Mars", ETAT)
    with Fichier.ouvrir(chemin, auteur=fabriques.AUTEUR, lecture_seule=True) as fichier:
        assert "Mars" in noms(Vues(fichier))
        with pytest.raises(LectureSeule):
            Vues(fichier).creer("actions", "Avril", ETAT)


def test_une_vue_ecrite_par_une_version_plus_recente_montre_tout(
    fichier: Fichier, vues: Vues
) -> None:
    with fichier.operation("Écrire") as ecriture:
        for n, etat in enumerate(({"tri": 3}, {"conditions": [{"test": "?"}]}, {"zoom": "grand"})):
            ecriture.inserer(
                fabriques.Vue, liste="actions", nom=f"Étrange {n}", etat=etat, rang=50_000 + n
            )
    for vue in vues.lignes("actions")[-3:]:
        assert vues.etat(vue, colonnes(fichier)) == EtatVue()


# Views of the program -----------------------------------------------------------------------------


def test_les_vues_du_programme_ne_sont_pas_dans_le_fichier_avant_d_etre_modifiees(
    fichier: Fichier, vues: Vues
) -> None:
    assert noms(vues) == [
        "Toutes les actions",
        "Instruction",
        "Comité",
        "Préfecture",
        "CPO",
        "Sans avis",
        "Dépassements",
        "À décider",
        "Après le comité",
    ]
    assert noms(vues, "une liste d’ailleurs") == ["Toutes les lignes"]
    comite = trouver(vues, "Comité")
    assert not comite.dans_le_fichier
    assert not vues.peut_retablir("actions")
    vues.renommer("actions", comite.cle, "Comité du 12")
    assert trouver(vues, "Comité du 12").etat is None  # still found from the columns
    vues.enregistrer("actions", comite.cle, ETAT)
    assert vues.etat(trouver(vues, "Comité du 12"), colonnes(fichier)) == ETAT
    vues.supprimer("actions", trouver(vues, "Sans avis").cle)
    assert "Sans avis" not in noms(vues)
    with pytest.raises(SaisieRefusee, match="dupliquez-la"):
        vues.rendre_privee("actions", comite.cle, privee=True)
    vues.retablir("actions")
    assert noms(vues) == [livree.nom for livree in livrees("actions")]


def test_la_derniere_vue_d_une_liste_reste(vues: Vues) -> None:
    seule = vues.lignes("journal")[0]
    with pytest.raises(SaisieRefusee, match="dernière vue"):
        vues.supprimer("journal", seule.cle)


def test_les_vues_du_programme_nomment_les_financeurs_par_leur_role(fichier: Fichier) -> None:
    with fichier.operation("Garnir") as ecriture:
        etat = fabriques.financeur(ecriture)
        ville = fabriques.financeur(
            ecriture, identifiant="v", nom="Ville", nom_court="Ville", nature="commune", rang=1
        )
    vues, toutes = Vues(fichier), colonnes(fichier)

    def montrees(nom: str) -> list[str]:
        etat_vue = vues.etat(trouver(vues, nom), toutes)
        assert etat_vue.ordre is not None
        assert etat_vue.masquees is not None
        assert sorted(etat_vue.ordre) == sorted(c.cle for c in toutes)
        return [cle for cle in etat_vue.ordre if cle not in etat_vue.masquees]

    comite = montrees("Comité")
    debut = comite.index(f"{etat}.propose")
    assert comite[debut : debut + 4] == [
        *(f"{etat}.propose", f"{etat}.accorde"),
        *(f"{ville}.propose", f"{ville}.accorde"),
    ]
    prefecture = montrees("Préfecture")
    assert [c for c in prefecture if c.startswith(etat)] == [
        f"{etat}.{etape}" for etape in ("demande", "propose", "accorde")
    ]
    assert not [c for c in prefecture if c.startswith(ville)]
    assert f"{ville}.demande" in montrees("Instruction")
    assert "cotation" in prefecture
    assert "cotation" in comite
    assert "cotation" not in montrees("Instruction")


def test_ce_que_les_vues_du_programme_demandent_existe_et_se_lit(fichier: Fichier) -> None:
    d = droit_commun(fichier)
    listes = {
        "droit_commun": colonnes_reponses(),
        "alertes_droit_commun": colonnes_alertes(),
        "relais": colonnes_relais(d.relais, d.sollicitations),
        "appels_partenaires": colonnes_appels(d.appels, d.sollicitations, ()),
        "actions": colonnes(fichier),
        "porteurs": colonnes_porteurs(Organismes(fichier)),
        "enveloppes": colonnes_enveloppes(Enveloppes(fichier)),
        "notes": [*SaisieNotes(fichier).colonnes.values()],
    }
    for liste, toutes in listes.items():
        par_cle = {colonne.cle: colonne for colonne in toutes}
        for livree in LIVREES[liste]:
            fixes = {c for c in livree.colonnes if not c.startswith(("*", "@"))}
            assert fixes <= par_cle.keys()
            assert {cle for cle, _ in livree.tri} | {*livree.groupes} <= par_cle.keys()
            for condition in livree.conditions:
                epreuve(condition, par_cle[condition.colonne])
    statuts = {statut.libelle for statut in StatutAction}
    demandes = {
        valeur
        for livree in LIVREES["actions"]
        for condition in livree.conditions
        if condition.colonne == "statut"
        for valeur in condition.valeurs
    }
    assert demandes <= statuts


# What is said in full, and what each person left open ---------------------------------------------


def test_deux_etats_se_valent_quand_ils_montrent_la_meme_chose(fichier: Fichier) -> None:
    toutes = colonnes(fichier)
    cles = tuple(c.cle for c in toutes)
    cachees = frozenset(c.cle for c in toutes if not c.visible)
    dit = EtatVue(
        ordre=cles,
        masquees=cachees | {"colonne d’une autre année"},
        figees=frozenset({"numero", "titre"}),
        largeurs={"titre": 232, "partie": 40},
        tri=(("partie", True),),
        texte=" ",
        replies=frozenset({("Santé",)}),
    )
    assert se_valent(EtatVue(), dit, toutes)
    for autre in (
        EtatVue(zoom=110),
        EtatVue(hauteur=2),
        EtatVue(ordre=("titre", "numero")),
        EtatVue(masquees=frozenset()),
        EtatVue(figees=frozenset()),
        EtatVue(largeurs={"titre": 233}),
        EtatVue(tri=(("cout", False),)),
        EtatVue(groupes=("axe",)),
        EtatVue(texte="a"),
    ):
        assert not se_valent(EtatVue(), autre, toutes)
    # A column that an old view does not know stays behind its neighbour.
    sans_axe = tuple(cle for cle in cles if cle != "axe")
    assert complet(EtatVue(ordre=sans_axe), toutes).ordre == cles


def test_chacun_retrouve_ce_qu_il_regardait_fichier_par_fichier() -> None:
    reglages = Settings()
    retenir(reglages, "copie-1", "actions", Retenu("v1", {"v1": ETAT, "v5": EtatVue(texte="a")}))
    retenir(reglages, "copie-1", "porteurs", Retenu("v2"))
    retenir(reglages, "copie-2", "actions", Retenu("v3"))
    reglages.enregistrer()
    relus = lire()
    assert retenu(relus, "copie-1", "actions") == Retenu(
        "v1", {"v1": ETAT, "v5": EtatVue(texte="a")}
    )
    assert retenu(relus, "copie-1", "porteurs") == Retenu("v2")
    assert retenu(relus, "copie-2", "porteurs") is None
    assert retenu(relus, "copie-3", "actions") is None
    for n in range(FICHIERS_MAXIMUM):
        retenir(relus, f"autre-{n}", "actions", Retenu("v"))
    assert retenu(relus, "copie-1", "actions") is None
    assert len(relus.vues) == FICHIERS_MAXIMUM


@pytest.mark.parametrize(
    "brut",
    [None, 3, [], {"vue": 1, "etats": 3}, {"etats": {}}, {"vue": "v", "etats": {"v": {"tri": 1}}}],
)
def test_des_reglages_abimes_ne_disent_rien(brut: object) -> None:
    reglages = Settings()
    reglages.vues["copie"] = {"actions": brut}
    assert retenu(reglages, "copie", "actions") is None
    reglages.vues["copie"] = brut
    assert retenu(reglages, "copie", "actions") is None
    retenir(reglages, "copie", "actions", Retenu("v"))
    assert retenu(reglages, "copie", "actions") == Retenu("v")
