"""The tableau de cofinancement: what SQL counts, what the band says, two years side by side."""

import random
import shutil
import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import fabriques
import pytest
from fabriques import Decor

from app import boot
from app.services.actions import Actions
from app.services.cases_ecrites import ecrire_ensemble
from app.services.cofinancements import Cofinancements
from app.services.columns import Colonne
from app.services.columns_matrice import afficher_ecart, afficher_evolution, colonnes_matrice
from app.services.contexte import Contexte
from app.services.enveloppes import reste_en_mots
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.matrice import TOUS, MatriceSuivie, Suite, bilans
from app.services.totaux import Totaux

ETAPES = ("demande", "propose", "accorde")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Contexte]:
    from tests.fabrique_fenetre import ecrire_demo

    chemin = tmp_path_factory.mktemp("matrice") / "demo.tdt"
    shutil.copy(ecrire_demo(tmp_path_factory.getbasetemp()), chemin)
    contexte = boot.ouvrir(chemin, lecture_seule=True)
    yield contexte
    contexte.fichier.fermer()


@pytest.fixture
def petit(tmp_path: Path) -> Iterator[Fichier]:
    with fabriques.neuf(tmp_path / "essai.tdt") as ouvert:
        yield ouvert


def colonnes(fichier: Fichier, matrice: MatriceSuivie) -> dict[str, Colonne]:
    montants = Cofinancements(fichier)
    return {
        colonne.cle: colonne
        for colonne in colonnes_matrice(
            montants.financeurs(matrice.annee),
            Actions(fichier),
            montants,
            annee=matrice.annee,
            compare=matrice.compare,
            lignes=lambda: matrice.lignes,
        )
    }


def total(matrice: MatriceSuivie, colonne: Colonne) -> Any:
    return sum(v for v in map(colonne.lire, matrice.lignes.values()) if v is not None)


def par_sql(chemin: Path, requete: str, *valeurs: object) -> list[tuple[Any, ...]]:
    connexion = sqlite3.connect(f"{chemin.resolve().as_uri()}?mode=ro", uri=True)
    try:
        return connexion.execute(requete, valeurs).fetchall()
    finally:
        connexion.close()


def en_euros(centimes: int | None) -> Decimal:
    return Decimal(centimes or 0) / 100


@pytest.mark.parametrize("annee", [2025, 2026])
def test_chaque_colonne_compte_ce_que_sql_compte(demo: Contexte, annee: int) -> None:
    matrice = MatriceSuivie(demo.fichier, annee)
    connues = colonnes(demo.fichier, matrice)
    for financeur in demo.cofinancements.financeurs(annee):
        for etape in ETAPES:
            [(centimes,)] = par_sql(
                demo.fichier.chemin,
                f"SELECT sum(c.{etape}) FROM cofinancement c JOIN action a ON a.cle = c.action "
                "WHERE a.annee = ? AND c.financeur = ?",
                annee,
                financeur.cle,
            )
            colonne = connues[f"{financeur.cle}.{etape}"]
            assert total(matrice, colonne) == en_euros(centimes)
    for etape in ETAPES:
        lignes = sum(
            total(matrice, connues[f"{f.cle}.{etape}"])
            for f in demo.cofinancements.financeurs(annee)
        )
        assert total(matrice, connues[f"total.{etape}"]) == lignes


def test_les_lignes_du_bas_sont_celles_du_bandeau(demo: Contexte) -> None:
    financeurs = demo.cofinancements.financeurs(2026)
    lus = bilans(demo.totaux, 2026, financeurs, compare=2025)
    for financeur in financeurs:
        etat = demo.totaux.etat(2026, financeur)
        bilan = lus[financeur.cle]
        assert (bilan.accorde, bilan.disponible, bilan.reste) == (
            etat.accorde,
            etat.disponible,
            etat.reste,
        )
        assert bilan.mots == reste_en_mots(etat)
    [(accorde,)] = par_sql(
        demo.fichier.chemin, "SELECT sum(accorde) FROM cofinancement WHERE annee = 2026"
    )
    assert lus[TOUS].accorde == en_euros(accorde)
    assert lus[TOUS].reste == sum(b.reste for c, b in lus.items() if c != TOUS and b.reste)


def test_comparer_deux_annees_retrouve_les_lignees_et_les_sommes(demo: Contexte) -> None:
    matrice = MatriceSuivie(demo.fichier, 2026, compare=2025)
    connues = colonnes(demo.fichier, matrice)
    suites = {s: [x for x in matrice.lignes.values() if x.suite == s] for s in Suite}
    assert all(suites.values()), "la démonstration a des trois"
    ici = {x for (x,) in par_sql(demo.fichier.chemin, "SELECT lignee FROM action WHERE annee=2026")}
    avant = par_sql(demo.fichier.chemin, "SELECT cle, lignee FROM action WHERE annee = 2025")
    assert {x.cle for x in suites[Suite.NON_RECONDUITE]} == {c for c, li in avant if li not in ici}
    for cle in (*[f.cle for f in demo.cofinancements.financeurs(2026)], TOUS):
        accorde, ancien, ecart = (
            total(matrice, connues[f"{cle}.{suffixe}"]) for suffixe in ("accorde", "n1", "ecart")
        )
        assert ecart == accorde - ancien
    [(somme,)] = par_sql(
        demo.fichier.chemin,
        "SELECT sum(c.accorde) FROM cofinancement c JOIN action a ON a.cle = c.action "
        "WHERE a.annee = 2025",
    )
    assert total(matrice, connues["total.n1"]) == en_euros(somme)


def test_une_annee_seule_montre_n_moins_un_comme_le_tableau_des_actions(demo: Contexte) -> None:
    matrice = MatriceSuivie(demo.fichier, 2026)
    actions = demo.actions.lignes(2026)
    assert {c: x.anterieur for c, x in matrice.lignes.items()} == {
        a.cle: a.accorde_n1 for a in actions
    }
    assert not any(x.est_seule for x in matrice.lignes.values())


# Editing ------------------------------------------------------------------------------------------


@pytest.fixture
def decor(petit: Fichier) -> Decor:
    """Two actions; the first renews one of 2025, and another of 2025 is not renewed."""
    decor = fabriques.decor(petit, actions=2)
    actions, montants = Actions(petit), Cofinancements(petit)
    ancienne = actions.creer(2025, "Reconduite")
    perdue = actions.creer(2025, "Perdue")
    actions.lier_a(decor.actions[0], ancienne)
    for cle, montant in ((ancienne, 4000), (perdue, 1000)):
        montants.ajouter(cle, decor.financeurs[0], accorde=Decimal(montant))
    with petit.operation("Enveloppe") as e:
        fabriques.enveloppe(e, decor.financeurs[0], montant=Decimal(10_000))
    return decor


def test_un_montant_tape_bouge_la_ligne_le_total_et_le_reste(petit: Fichier, decor: Decor) -> None:
    totaux = Totaux(petit)
    matrice = MatriceSuivie(petit, 2026, compare=2025)
    petit.bus.abonner(lambda avis: matrice.suivre(avis) and None)
    connues = colonnes(petit, matrice)
    etat, action = decor.financeurs[0], decor.actions[0]
    ecrire = connues[f"{etat}.accorde"].ecrire
    assert ecrire is not None
    ecrire(action, Decimal(13_200))
    ligne = matrice.lignes[action]
    assert (ligne.accorde, ligne.ecart(etat), ligne.evolution(etat)) == (
        13_200,
        9200,
        Decimal("2.3"),
    )
    assert total(matrice, connues[f"{etat}.accorde"]) == 13_200
    bilan = bilans(totaux, 2026, Cofinancements(petit).financeurs(2026), compare=2025)[etat]
    assert bilan.mots.replace("\u202f", " ") == "dépasse de 3 200\u00a0€"
    assert (bilan.anterieur, bilan.ecart) == (5000, 8200)


def test_une_action_non_reconduite_se_lit_et_ne_s_ecrit_pas(petit: Fichier, decor: Decor) -> None:
    matrice = MatriceSuivie(petit, 2026, compare=2025)
    connues = colonnes(petit, matrice)
    (perdue,) = [x for x in matrice.lignes.values() if x.est_seule]
    etat = decor.financeurs[0]
    assert (perdue.titre, perdue.avant(etat), perdue.ecart(etat)) == ("Perdue", 1000, -1000)
    assert (perdue.accorde, perdue.part, perdue.a_financer) == (None, None, None)
    colonne = connues[f"{etat}.accorde"]
    assert colonne.ecrire is not None
    with pytest.raises(SaisieRefusee, match="n'a pas été reconduite"):
        colonne.ecrire(perdue.cle, Decimal(5))
    with pytest.raises(SaisieRefusee, match="n'a pas été reconduite"):
        ecrire_ensemble([(decor.actions[0], colonne, Decimal(5)), (perdue.cle, colonne, None)])
    assert matrice.lignes == MatriceSuivie(petit, 2026, compare=2025).lignes


def test_sans_comparer_les_non_reconduites_ne_sont_pas_la(petit: Fichier, decor: Decor) -> None:
    matrice = MatriceSuivie(petit, 2026)
    assert set(matrice.lignes) == set(decor.actions)
    assert "suite" not in colonnes(petit, matrice)
    matrice.comparer(2025)
    assert len(matrice.lignes) == 3
    assert "suite" in colonnes(petit, matrice)


def test_ressources_propres_et_reste_a_financer(petit: Fichier, decor: Decor) -> None:
    actions, action = Actions(petit), decor.actions[0]
    matrice = MatriceSuivie(petit, 2026)
    petit.bus.abonner(lambda avis: matrice.suivre(avis) and None)
    assert (matrice.lignes[action].part, matrice.lignes[action].a_financer) == (None, None)
    actions.modifier(action, cout_total=Decimal(0))
    assert matrice.lignes[action].part is None, "un coût nul ne se divise pas"
    for sens, compte, montant in (
        ("charge", "60", 10_000),
        ("produit", "70", 600),
        ("produit", "74", 8000),
        ("produit", "75", 400),
        ("produit", "87", 3000),
    ):
        actions.ajouter_ligne_budget(
            action, sens=sens, compte=compte, libelle=None, montant=Decimal(montant)
        )
    Cofinancements(petit).saisir(
        action, decor.financeurs[1], etape="accorde", montant=Decimal(2500)
    )
    ligne = matrice.lignes[action]
    assert (ligne.cout, ligne.ressources, ligne.part) == (10_000, 1000, Decimal("0.25"))
    assert ligne.a_financer == 6500


def test_deux_lignes_de_credit_du_meme_financeur_s_additionnent(
    petit: Fichier, decor: Decor
) -> None:
    montants, etat = Cofinancements(petit), decor.financeurs[0]
    for credit in (None, decor.lignes_credit[0]):
        montants.ajouter(decor.action, etat, ligne_credit=credit, accorde=Decimal("10.05"))
    matrice = MatriceSuivie(petit, 2026)
    assert matrice.lignes[decor.action].accorde_par(etat) == Decimal("20.10")
    ecrire = colonnes(petit, matrice)[f"{etat}.accorde"].ecrire
    assert ecrire is not None
    with pytest.raises(SaisieRefusee, match="plusieurs lignes"):
        ecrire(decor.action, Decimal(5))


def test_sans_financeur_ni_action_la_matrice_est_vide(petit: Fichier) -> None:
    matrice = MatriceSuivie(petit, 2026, compare=2025)
    assert matrice.lignes == {}
    lus = bilans(Totaux(petit), 2026, (), compare=2025)
    assert (lus[TOUS].accorde, lus[TOUS].reste, lus[TOUS].evolution) == (0, None, None)
    assert [c for c in colonnes(petit, matrice) if "." in c and not c.startswith("total")] == []


def test_quarante_financeurs_ont_chacun_leur_bloc(petit: Fichier, decor: Decor) -> None:
    with petit.operation("Financeurs") as e:
        for rang in range(37):
            fabriques.financeur(e, identifiant=f"f{rang}", nom_court=f"F{rang}", rang=10 + rang)
    matrice = MatriceSuivie(petit, 2026)
    connues = colonnes(petit, matrice)
    resumes = [c for c in connues.values() if c.cle.endswith(".accorde") and c.visible]
    assert len(resumes) == 41, "un par financeur, et le total"
    caches = [c for c in connues.values() if c.groupe and not c.visible]
    assert len(caches) == 40 * 3


def test_au_hasard_les_lignes_suivies_sont_celles_du_fichier(petit: Fichier, decor: Decor) -> None:
    hasard = random.Random(2026)
    actions, montants = Actions(petit), Cofinancements(petit)
    matrice = MatriceSuivie(petit, 2026, compare=2025)
    petit.bus.abonner(lambda avis: matrice.suivre(avis) and None)
    anciennes = [c for c, x in matrice.lignes.items() if x.est_seule]

    def saisir(cle: str) -> None:
        montants.saisir(
            cle,
            hasard.choice(decor.financeurs),
            etape=hasard.choice(ETAPES),
            montant=hasard.choice([None, Decimal(hasard.randrange(9000))]),
        )

    gestes = [
        lambda: saisir(hasard.choice(decor.actions)),
        lambda: saisir(anciennes[0]),
        lambda: actions.modifier(hasard.choice(decor.actions), titre=f"T{hasard.random()}"),
        lambda: actions.lier_a(decor.actions[1], hasard.choice([None, *anciennes])),
        lambda: actions.creer(hasard.choice([2025, 2026]), "Nouvelle"),
        lambda: actions.ajouter_ligne_budget(
            decor.actions[0],
            sens=hasard.choice(["charge", "produit"]),
            compte=hasard.choice(["60", "70", "74", "75"]),
            libelle=None,
            montant=Decimal(hasard.randrange(500)),
        ),
        petit.undo.annuler,
        petit.undo.retablir,
    ]
    for _ in range(60):
        hasard.choice(gestes)()
        assert matrice.lignes == MatriceSuivie(petit, 2026, compare=2025).lignes


def test_lire_la_matrice_coute_un_nombre_fixe_de_lectures(petit: Fichier) -> None:
    def lectures(nombre: int) -> int:
        for _ in range(nombre):
            Actions(petit).creer(2026, "Action")
            Actions(petit).creer(2025, "Ancienne")
        comptees = 0
        lignes = petit.lignes

        def compter(*arguments: Any) -> Any:
            nonlocal comptees
            comptees += 1
            return lignes(*arguments)

        petit.lignes = compter  # type: ignore[method-assign]
        MatriceSuivie(petit, 2026, compare=2025)
        petit.lignes = lignes  # type: ignore[method-assign]
        return comptees

    assert lectures(1) == lectures(5)


@pytest.mark.parametrize(
    ("valeur", "texte"),
    [(None, ""), (Decimal(0), "="), (Decimal(1200), "+1 200"), (Decimal(-800), "−800")],
)
def test_un_ecart_porte_son_signe(valeur: Decimal | None, texte: str) -> None:
    assert afficher_ecart(valeur).replace("\u202f", " ") == texte


@pytest.mark.parametrize(
    ("valeur", "texte"),
    [
        (None, ""),
        (Decimal("0.125"), "+12,5 %"),
        (Decimal("-0.2"), "−20 %"),
        (Decimal(0), "0 %"),
        (Decimal("0.0001"), "0 %"),
    ],
)
def test_une_evolution_porte_son_signe(valeur: Decimal | None, texte: str) -> None:
    assert afficher_evolution(valeur).replace("\u00a0", " ") == texte
