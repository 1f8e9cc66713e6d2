"""The actions of a year: their rows, what hangs on them, and the years that renew one another."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import fabriques
import pytest
from fabriques import Decor
from sqlalchemy import select

from app.models.action import (
    Action,
    ActionCommune,
    ActionQuartier,
    Classement,
    Cofinancement,
    LigneBudget,
)
from app.models.journal import Operation
from app.models.schema import TABLES
from app.services.actions import LOT, Actions, abrege, par_lots
from app.services.bus import Avis
from app.services.cofinancements import Cofinancements
from app.services.columns_actions import colonnes_actions
from app.services.errors import Conflit, SaisieRefusee
from app.services.fiches import Fiches
from app.services.fichier import Fichier
from app.services.rows import LigneAction, Montants


@pytest.fixture
def fichier(tmp_path: Path) -> Iterator[Fichier]:
    with fabriques.neuf(tmp_path / "essai.tdt") as ouvert:
        yield ouvert


@pytest.fixture
def decor(fichier: Fichier) -> Decor:
    return fabriques.decor(fichier)


@pytest.fixture
def actions(fichier: Fichier) -> Actions:
    return Actions(fichier)


def seule(actions: Actions, annee: int = 2026) -> LigneAction:
    [ligne] = actions.lignes(annee)
    return ligne


# Rows ---------------------------------------------------------------------------------------------


def test_une_annee_sans_action_est_vide(actions: Actions) -> None:
    assert actions.lignes(2026) == []
    assert actions.annees() == []


def test_la_ligne_d_une_action_dit_tout_ce_que_montre_le_tableau(
    fichier: Fichier, decor: Decor, actions: Actions
) -> None:
    etat, agglo, region = decor.financeurs
    actions.modifier(
        decor.action,
        reference="DAU-12",
        public_total=40,
        public_qpv=25,
        cout_total=Decimal("12500.50"),
        cpo_rang=2,
        cpo_duree=3,
        avis="Favorable",
    )
    actions.definir_quartiers(decor.action, dict.fromkeys(reversed(decor.quartiers), None))
    actions.definir_communes(decor.action, decor.communes[:1])
    actions.classer(decor.action, decor.noeuds[1])
    saisir = Cofinancements(fichier).saisir
    saisir(decor.action, etat, etape="demande", montant=Decimal(5000))
    saisir(decor.action, etat, etape="accorde", montant=Decimal(4000))
    saisir(decor.action, agglo, etape="demande", montant=Decimal("1000.50"))
    saisir(decor.action, region, etape="propose", montant=Decimal(300))

    ligne = seule(actions)
    assert (ligne.numero, ligne.reference, ligne.titre) == ("2026-001", "DAU-12", "Action 1")
    assert (ligne.porteur_cle, ligne.porteur) == (decor.organismes[0], "Les Ateliers du canal")
    assert (ligne.appel, ligne.echelle) == ("Appel à projets 2026", "Communale")
    assert (ligne.quartiers, ligne.communes) == (
        "Les Tisserands, La Briquette",
        "Brèmes-sur-Scarpe",
    )
    assert (ligne.axe, ligne.objectif, ligne.axe_rang) == ("Réussite éducative", "Lecture", 0)
    assert (ligne.public_total, ligne.public_qpv, ligne.cout) == (40, 25, Decimal("12500.50"))
    assert (ligne.cpo, ligne.avis, ligne.observation) == ("2/3", "Favorable", None)
    assert ligne.montants.keys() == {etat, agglo, region}
    assert (ligne.montants[etat].demande, ligne.montants[etat].accorde) == (5000, 4000)
    assert (ligne.demande, ligne.propose, ligne.accorde) == (Decimal("6000.50"), 300, 4000)
    assert actions.lignes_de([decor.action]) == {decor.action: ligne}


def test_les_lignes_relues_par_cle_sont_celles_de_l_annee(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier, actions=5)
    actions = Actions(fichier)
    for rang, action in enumerate(decor.actions):
        Cofinancements(fichier).saisir(
            action, decor.financeurs[rang % 3], etape="demande", montant=Decimal(100 * rang)
        )
    lignes = actions.lignes(2026)
    assert [ligne.numero for ligne in lignes] == [f"2026-00{n}" for n in range(1, 6)]
    assert actions.lignes_de(decor.actions) == {ligne.cle: ligne for ligne in lignes}
    assert actions.lignes_de([decor.actions[3], "f" * 32]) == {decor.actions[3]: lignes[3]}
    assert actions.lignes_de([]) == {}


def test_une_relecture_de_tout_un_import_se_fait_par_lots() -> None:
    lots = list(par_lots([str(n) for n in range(LOT * 2 + 1)]))
    assert [len(lot) for lot in lots] == [LOT, LOT, 1]


def test_un_financeur_a_plusieurs_lignes_est_additionne(
    fichier: Fichier, decor: Decor, actions: Actions
) -> None:
    etat = decor.financeurs[0]
    with fichier.operation("Deux lignes de crédit") as e:
        fabriques.cofinancement(e, decor.action, etat, demande=Decimal(1000), accorde=None)
        fabriques.cofinancement(
            e, decor.action, etat, demande=Decimal("500.50"), accorde=Decimal(200)
        )
    montants = seule(actions).montants[etat]
    assert (
        montants[:-1] == Montants(demande=Decimal("1500.50"), accorde=Decimal(200), lignes=2)[:-1]
    )
    assert {part.demande for part in montants.parts} == {Decimal(1000), Decimal("500.50")}


def test_une_action_sans_classement_ni_porteur_reste_dans_le_tableau(
    actions: Actions, fichier: Fichier
) -> None:
    actions.creer(2026, "Projet à préciser")
    ligne = seule(actions)
    assert (ligne.porteur, ligne.axe, ligne.objectif, ligne.quartiers) == ("", "", "", "")
    assert (ligne.echelle, ligne.appel, ligne.montants) == ("", "", {})


def test_une_action_rattachee_directement_a_un_axe_n_a_pas_d_objectif(
    decor: Decor, actions: Actions
) -> None:
    actions.classer(decor.action, decor.noeuds[2])
    ligne = seule(actions)
    assert (ligne.axe, ligne.objectif) == ("Santé", "")


def test_l_axe_vient_de_la_premiere_nomenclature(
    fichier: Fichier, decor: Decor, actions: Actions
) -> None:
    with fichier.operation("Ajouter une seconde nomenclature") as e:
        seconde = fabriques.nomenclature(e, identifiant="etat", nom="Enjeux de l'État", rang=1)
        enjeu = fabriques.noeud(e, seconde, libelle="Plein emploi")
    actions.classer(decor.action, enjeu)
    assert seule(actions).axe == "Plein emploi"
    actions.classer(decor.action, decor.noeuds[2])
    assert seule(actions).axe == "Santé"


def test_deux_quartiers_du_meme_nom_se_distinguent_par_leurs_communes(
    fichier: Fichier, decor: Decor, actions: Actions
) -> None:
    bremes, ostreval = decor.communes
    with fichier.operation("Ajouter des homonymes") as e:
        centres = [fabriques.quartier(e, nom="Centre ville", rang=rang) for rang in (5, 6, 7)]
        fabriques.quartier_commune(e, centres[0], bremes)
        fabriques.quartier_commune(e, centres[1], bremes)
        fabriques.quartier_commune(e, centres[1], ostreval, principale=True)
        fabriques.quartier_commune(e, decor.quartiers[0], bremes)
    actions.definir_quartiers(decor.action, dict.fromkeys([*centres, decor.quartiers[0]], None))
    assert seule(actions).quartiers == (
        "Les Tisserands, Centre ville (Brèmes-sur-Scarpe), "
        "Centre ville (Ostreval, Brèmes-sur-Scarpe), Centre ville"
    )


# Creation and fields ------------------------------------------------------------------------------


def test_les_numeros_se_suivent_par_annee(actions: Actions) -> None:
    for annee in (2026, 2026, 2027):
        actions.creer(annee, "Atelier")
    assert [ligne.numero for ligne in actions.lignes(2026)] == ["2026-001", "2026-002"]
    assert [ligne.numero for ligne in actions.lignes(2027)] == ["2027-001"]
    assert actions.annees() == [2027, 2026]


@pytest.mark.parametrize(
    ("present", "suivant"),
    [
        ("2026-041", "2026-042"),
        ("DAU-7", "2026-008"),
        ("sans rang", "2026-001"),
        ("n-²", "2026-001"),
    ],
)
def test_un_numero_importe_ne_gene_pas_le_suivant(
    fichier: Fichier, actions: Actions, present: str, suivant: str
) -> None:
    with fichier.operation("Importer") as e:
        fabriques.action(e, numero=present)
    actions.creer(2026, "Suivante")
    assert suivant in [ligne.numero for ligne in actions.lignes(2026)]


def test_un_intitule_est_obligatoire_et_nettoye(actions: Actions, decor: Decor) -> None:
    for titre in ("", "   ", "\n\t", "\u200b\u00ad\u2060", None):
        with pytest.raises(SaisieRefusee, match="Une action doit avoir un intitulé : tapez-en un"):
            actions.creer(2026, titre or "")
        with pytest.raises(SaisieRefusee, match="intitulé"):
            actions.modifier(decor.action, titre=titre)
    actions.modifier(decor.action, titre="  Ateliers \n du  mercredi ")
    assert seule(actions).titre == "Ateliers du mercredi"


def test_un_nombre_de_personnes_n_est_pas_negatif(actions: Actions, decor: Decor) -> None:
    with pytest.raises(SaisieRefusee, match="Un nombre de personnes ne peut pas être négatif"):
        actions.modifier(decor.action, public_qpv=-1)
    assert seule(actions).public_qpv is None


def test_une_action_peut_etre_du_fonctionnement_ou_de_l_investissement(
    fichier: Fichier, decor: Decor, actions: Actions
) -> None:
    nature = next(
        c for c in colonnes_actions((), actions, Cofinancements(fichier)) if c.cle == "nature"
    )
    assert [libelle for _, libelle in nature.choix] == [
        "Action",
        "Fonctionnement",
        "Investissement",
    ]
    assert nature.texte(seule(actions)) == "Action"
    assert nature.ecrire is not None
    nature.ecrire(decor.action, "fonctionnement")
    assert nature.texte(seule(actions)) == "Fonctionnement"


def test_les_publics_sont_des_nombres_et_personne_n_est_nomme() -> None:
    """No table has a place for the name of somebody who is helped: people are counted."""
    publics = [c for c in Action.__table__.columns if c.name.startswith("public_")]
    assert {c.name: c.type.python_type for c in publics if c.name != "public_ages"} == {
        f"public_{qui}": int for qui in ("total", "qpv", "femmes", "hommes")
    }
    nominatif = {
        "prenom",
        "naissance",
        "beneficiaire",
        "victime",
        "telephone",
        "courriel",
        "adresse",
    }
    trouves = {
        table.name
        for table in TABLES.values()
        if any(nominatif & set(colonne.name.split("_")) for colonne in table.columns)
    }
    # The addresses of those who work on the programme, never a beneficiary's.
    assert trouves == {"organisme", "participant", "referent", "service"}


def test_le_libelle_nomme_les_champs_modifies(
    fichier: Fichier, actions: Actions, decor: Decor
) -> None:
    actions.modifier(decor.action, titre="Autre", porteur=None, cpo_rang=1)
    assert fichier.undo.a_annuler() == ["Modifier l'intitulé, le porteur, l'année de CPO"]


def test_un_titre_long_est_abrege_dans_le_libelle(fichier: Fichier, actions: Actions) -> None:
    actions.creer(2026, "x" * 80)
    assert fichier.undo.a_annuler() == [f"Créer l'action « {'x' * 59}… »"]
    assert abrege("court") == "court"


# Quartiers, communes, classification --------------------------------------------------------------


def test_une_action_se_situe_dans_des_quartiers_avec_leur_part(
    fichier: Fichier, decor: Decor, actions: Actions
) -> None:
    """An intercommunal action is shared out, so that totals by quartier count it once."""
    tisserands, briquette = decor.quartiers
    actions.definir_quartiers(decor.action, {tisserands: Decimal("66.67"), briquette: None})
    actions.definir_quartiers(decor.action, {tisserands: Decimal(60), briquette: Decimal(40)})
    parts = select(ActionQuartier.quartier, ActionQuartier.part)
    assert dict(fichier.lignes(parts)) == {tisserands: 60, briquette: 40}
    actions.definir_quartiers(decor.action, {briquette: Decimal(100)})
    assert dict(fichier.lignes(parts)) == {briquette: 100}
    actions.definir_quartiers(decor.action, {})
    assert seule(actions).quartiers == ""


@pytest.mark.parametrize("parts", [(60, 41), (-1, 50), (101,)])
def test_des_parts_impossibles_sont_refusees(
    decor: Decor, actions: Actions, parts: tuple[int, ...]
) -> None:
    choisies = {q: Decimal(p) for q, p in zip(decor.quartiers, parts, strict=False)}
    with pytest.raises(SaisieRefusee, match=r"ne pas dépasser 100.% au total"):
        actions.definir_quartiers(decor.action, choisies)


def test_redire_les_memes_lieux_ne_laisse_aucune_trace(
    fichier: Fichier, decor: Decor, actions: Actions
) -> None:
    for _ in range(2):
        actions.definir_quartiers(decor.action, dict.fromkeys(decor.quartiers, Decimal(50)))
        actions.definir_communes(decor.action, decor.communes)
        actions.classer(decor.action, decor.noeuds[0])
    assert len(fichier.undo.a_annuler()) == 3


def test_un_quartier_inconnu_est_refuse_et_rien_ne_change(decor: Decor, actions: Actions) -> None:
    actions.definir_quartiers(decor.action, {decor.quartiers[0]: None})
    with pytest.raises(Conflit):
        actions.definir_quartiers(decor.action, {decor.quartiers[1]: None, "f" * 32: None})
    assert seule(actions).quartiers == "Les Tisserands"


def test_un_seul_classement_principal_par_nomenclature(
    fichier: Fichier, decor: Decor, actions: Actions
) -> None:
    education, lecture, sante = decor.noeuds
    classements = select(Classement.noeud, Classement.principal)
    actions.classer(decor.action, education)
    actions.classer(decor.action, sante, principal=False)
    assert dict(fichier.lignes(classements)) == {education: True, sante: False}
    actions.classer(decor.action, lecture)
    assert dict(fichier.lignes(classements)) == {lecture: True, sante: False}
    actions.classer(decor.action, sante)
    assert dict(fichier.lignes(classements)) == {sante: True}
    actions.classer(decor.action, sante, principal=False)
    assert dict(fichier.lignes(classements)) == {sante: False}
    actions.declasser(decor.action, sante)
    assert dict(fichier.lignes(classements)) == {}


# Lineage ------------------------------------------------------------------------------------------


def annees(
    fichier: Fichier, decor: Decor, actions: Actions, *, accordes: tuple[int | None, ...]
) -> list[str]:
    """One action a year from 2024, not linked yet, each granted its amount by the first financeur."""
    cles = []
    for rang, accorde in enumerate(accordes):
        cle = actions.creer(2024 + rang, f"Édition {rang + 1}")
        if accorde is not None:
            with fichier.operation("Accorder") as e:
                fabriques.cofinancement(
                    e, cle, decor.financeurs[0], annee=2024 + rang, accorde=Decimal(accorde)
                )
        cles.append(cle)
    return cles


def anterieurs(actions: Actions, cle: str) -> tuple[Decimal | None, Decimal | None]:
    ligne = actions.lignes_de([cle])[cle]
    assert ligne == next(autre for autre in actions.lignes(ligne.annee) if autre.cle == cle)
    return ligne.accorde_n1, ligne.accorde_n2


def test_une_reconduction_montre_ce_qui_fut_accorde_les_deux_annees_d_avant(
    fichier: Fichier, decor: Decor, actions: Actions
) -> None:
    a, b, c = annees(fichier, decor, actions, accordes=(3000, 3500, 4000))
    assert anterieurs(actions, c) == (None, None)
    actions.lier_a(b, a)
    actions.lier_a(c, b)
    assert anterieurs(actions, c) == (3500, 3000)
    assert anterieurs(actions, b) == (3000, None)
    assert [actions.lignes_de([cle])[cle].recurrence for cle in (a, b, c)] == [
        None,
        "reconduction",
        "reconduction",
    ]


def test_l_ordre_dans_lequel_on_relie_les_annees_est_libre(
    fichier: Fichier, decor: Decor, actions: Actions
) -> None:
    """The later years follow when an earlier link is made, or undone."""
    a, b, c = annees(fichier, decor, actions, accordes=(3000, None, 4000))
    actions.lier_a(c, b)
    actions.lier_a(b, a)
    assert anterieurs(actions, c) == (None, 3000)
    fichier.undo.annuler()
    assert anterieurs(actions, c) == (None, None)
    fichier.undo.retablir()
    actions.lier_a(b, None)
    assert anterieurs(actions, c) == (None, None)
    assert actions.lignes_de([b])[b].recurrence == "nouveau"


@pytest.mark.parametrize("precedente", [0, 1])
def test_on_ne_reconduit_qu_une_annee_anterieure(
    fichier: Fichier, decor: Decor, actions: Actions, precedente: int
) -> None:
    cles = [actions.creer(2027, "Même année"), actions.creer(2028, "Année suivante")]
    cle = actions.creer(2027, "Édition")
    with pytest.raises(SaisieRefusee, match="ne peut reconduire qu'une action d'une année antér"):
        actions.lier_a(cle, cles[precedente])


# Deletion -----------------------------------------------------------------------------------------


def test_supprimer_une_action_emporte_tout_ce_qui_en_depend_et_rien_d_autre(
    fichier: Fichier,
) -> None:
    decor = fabriques.decor(fichier, actions=2)
    actions = Actions(fichier)
    for action in decor.actions:
        actions.definir_quartiers(action, dict.fromkeys(decor.quartiers, None))
        actions.definir_communes(action, decor.communes)
        actions.classer(action, decor.noeuds[0])
        actions.ajouter_ligne_budget(
            action, sens="charge", compte="60", libelle=None, montant=Decimal(10)
        )
        Cofinancements(fichier).saisir(
            action, decor.financeurs[0], etape="demande", montant=Decimal(10)
        )
    recus: list[Avis] = []
    fichier.bus.abonner(recus.append)
    actions.supprimer(decor.actions[0])
    for modele in (ActionQuartier, ActionCommune, Classement, LigneBudget, Cofinancement):
        assert {a for (a,) in fichier.lignes(select(modele.action))} == {decor.actions[1]}
    assert [ligne.cle for ligne in actions.lignes(2026)] == [decor.actions[1]]
    [avis] = recus
    assert len(avis.modifications) == 2 + 2 + 1 + 1 + 1 + 1


def test_une_action_reconduite_ne_se_supprime_pas(
    fichier: Fichier, decor: Decor, actions: Actions
) -> None:
    a, b = annees(fichier, decor, actions, accordes=(3000, 3500))
    actions.lier_a(b, a)
    with pytest.raises(SaisieRefusee, match="« Édition 2 » reconduit celle-ci"):
        actions.supprimer(a)
    actions.lier_a(b, None)
    actions.supprimer(a)
    assert actions.lignes(2024) == []


# Budget -------------------------------------------------------------------------------------------


def test_un_budget_se_tient_ligne_par_ligne(
    fichier: Fichier, decor: Decor, actions: Actions
) -> None:
    cles = [
        actions.ajouter_ligne_budget(
            decor.action, sens=sens, compte=compte, libelle=libelle, montant=montant
        )
        for sens, compte, libelle, montant in (
            ("charge", "60", "Achats", Decimal("800.10")),
            ("produit", "74", None, None),
        )
    ]
    actions.modifier_ligne_budget(cles[1], montant=Decimal(900))
    colonnes = (LigneBudget.rang, LigneBudget.sens, LigneBudget.compte, LigneBudget.montant)
    requete = select(*colonnes).order_by(LigneBudget.rang)
    assert [tuple(ligne) for ligne in fichier.lignes(requete)] == [
        (0, "charge", "60", Decimal("800.10")),
        (1, "produit", "74", Decimal(900)),
    ]
    actions.supprimer_ligne_budget(cles[0])
    assert [tuple(ligne) for ligne in fichier.lignes(requete)] == [
        (1, "produit", "74", Decimal(900))
    ]
    assert fichier.lignes(select(Operation.libelle))[-1] == ("Supprimer une ligne du budget",)


def test_supprimer_plusieurs_lignes_du_budget_est_un_seul_geste(
    fichier: Fichier, decor: Decor, actions: Actions
) -> None:
    with fichier.operation("Préparer") as e:
        cles = [fabriques.ligne_budget(e, decor.action, rang=rang) for rang in range(3)]
    fichier.undo.oublier()
    actions.supprimer_ligne_budget(*cles[1:])
    assert fichier.lignes(select(LigneBudget.cle)) == [(cles[0],)]
    assert fichier.undo.a_annuler() == ["Supprimer 2 lignes du budget"]


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"montant": Decimal("-0.01")}, "Un montant du budget ne peut pas être négatif"),
        ({"compte": None}, "Une ligne du budget doit avoir un compte"),
    ],
)
def test_une_ligne_de_budget_impossible_est_refusee(
    fichier: Fichier,
    decor: Decor,
    actions: Actions,
    champs: dict[str, Any],
    phrase: str,
) -> None:
    bonne: dict[str, Any] = {"compte": "60", "montant": None}
    cle = actions.ajouter_ligne_budget(decor.action, sens="charge", libelle=None, **bonne)
    with pytest.raises(SaisieRefusee, match=phrase):
        actions.modifier_ligne_budget(cle, **champs)
    with pytest.raises(SaisieRefusee, match=phrase):
        actions.ajouter_ligne_budget(
            decor.action, sens="charge", libelle=None, **{**bonne, **champs}
        )
    lues = fichier.lignes(select(LigneBudget.compte, LigneBudget.montant))
    assert [tuple(ligne) for ligne in lues] == [("60", None)]


def test_le_tableau_et_la_fiche_disent_le_meme_cout(
    fichier: Fichier, decor: Decor, actions: Actions
) -> None:
    def couts() -> tuple[Decimal | None, Decimal | None]:
        fiche = Fiches(fichier).lire(decor.action)
        assert fiche is not None
        assert actions.lignes_de([decor.action])[decor.action] == seule(actions)
        return seule(actions).cout, fiche.cout

    actions.modifier(decor.action, cout_total=Decimal(5000))
    assert couts() == (5000, 5000)
    with fichier.operation("Saisir le budget") as e:
        fabriques.ligne_budget(e, decor.action, compte="60", montant=Decimal("800.10"))
        fabriques.ligne_budget(e, decor.action, compte="60", montant=Decimal(100))
        fabriques.ligne_budget(e, decor.action, compte="64", montant=None)
        fabriques.ligne_budget(e, decor.action, compte="86", montant=Decimal(3000))
        fabriques.ligne_budget(e, decor.action, sens="produit", compte="74", montant=Decimal(70))
    assert couts() == (Decimal("900.10"), Decimal("900.10"))


def test_le_cout_se_tape_quand_aucun_budget_ne_le_dit(
    fichier: Fichier, decor: Decor, actions: Actions
) -> None:
    with fichier.operation("Préparer") as e:
        charge = fabriques.ligne_budget(e, decor.action, montant=Decimal(800))
    for montant in (Decimal(900), None):
        with pytest.raises(SaisieRefusee) as refus:
            actions.modifier(decor.action, cout_total=montant)
        assert str(refus.value) == (
            "Le coût vient du budget par compte : modifiez-le dans la fiche."
        )
    actions.supprimer_ligne_budget(charge)
    actions.modifier(decor.action, cout_total=Decimal(900))
    with pytest.raises(SaisieRefusee, match="Le coût d'une action ne peut pas être négatif"):
        actions.modifier(decor.action, cout_total=Decimal(-900))
    with pytest.raises(SaisieRefusee, match="Le coût d'une action ne peut pas être négatif"):
        actions.creer(2026, "Chantier", cout_total=Decimal(-900))
    assert seule(actions).cout == 900


def test_une_action_inconnue_n_a_pas_de_budget(actions: Actions) -> None:
    with pytest.raises(Conflit):
        actions.ajouter_ligne_budget(
            "f" * 32, sens="charge", compte="60", libelle=None, montant=None
        )


def test_l_historique_d_une_action_est_dans_le_journal(fichier: Fichier, decor: Decor) -> None:
    """Traces of what hangs on an action name it as their subject."""
    from app.models.journal import Trace

    Actions(fichier).definir_communes(decor.action, decor.communes[:1])
    sujets = fichier.lignes(select(Trace.entite, Trace.sujet).where(Trace.operation == 2))
    assert [tuple(ligne) for ligne in sujets] == [("action_commune", decor.action)]
    assert fichier.lignes(select(Action.cle)) == [(decor.action,)]
