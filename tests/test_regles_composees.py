"""Rules composed of facts: what they find, what stays silent, what is refused, in words."""

from decimal import Decimal
from typing import Any

import pytest
from fabriques import Decor

from app.models.enums import CibleConstat, NiveauConstat
from app.models.regles import RegleComposee
from app.services.constats_conditions import GROUPES, en_mots, exiger_condition, juger
from app.services.constats_operateurs import OPERATEURS, NatureFait, operateurs_de
from app.services.constats_service import Constats
from app.services.constats_vocabulaire import VOCABULAIRE
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.folders import ressources
from app.services.regles_composees import Projet, ReglesComposees
from tests import fabrique_faits as f
from tests import fabriques

ACTION = CibleConstat.ACTION
REGION_GROSSE = {"fait": "en_jeu", "de": "nature:region", "op": "plus_de", "valeur": "10000"}
ASSOCIATION = {"fait": "porteur_nature", "op": "est", "valeur": "association"}
COUT_CONNU = {"fait": "cout", "op": "renseigne"}


@pytest.fixture
def decor(fichier: Fichier) -> Decor:
    return fabriques.decor(fichier, actions=2)


def projet(**champs: Any) -> Projet:
    defauts = {
        "libelle": "Région au-delà de 10 000 €",
        "cible": ACTION,
        "quand": REGION_GROSSE,
        "exige": {},
        "niveau": NiveauConstat.ALERTE,
    }
    return Projet(**{**defauts, **champs})


# Judging ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "attendu"),
    [
        ({}, True),
        ({"fait": "en_jeu", "op": "plus_de", "valeur": "4999.99"}, True),
        ({"fait": "en_jeu", "op": "plus_de", "valeur": 5000}, False),
        ({"fait": "en_jeu", "de": "epci", "op": "au_plus", "valeur": "0"}, None),
        ({"fait": "accorde", "op": "absent"}, True),
        ({"fait": "accorde", "op": "plus_de", "valeur": "1"}, None),
        ({"fait": "demande", "op": "plus_de", "autre": "cout"}, False),
        ({"fait": "demande", "op": "plus_de", "autre": "cout", "pct": "40"}, True),
        ({"fait": "part_en_jeu", "op": "egal", "valeur": "50"}, True),
        ({"fait": "axes", "op": "comprend", "valeur": ["O2", "O1"]}, True),
        ({"fait": "axes", "op": "seulement", "valeur": ["O1"]}, False),
        ({"fait": "titre", "op": "contient_le_mot", "valeur": "MERCREDI"}, True),
        ({"fait": "date_debut", "op": "avant", "valeur": "2026-02-01"}, True),
        ({"fait": "cpo", "op": "non"}, True),
        ({"tous": [ASSOCIATION, {"fait": "accorde", "op": "plus_de", "valeur": "1"}]}, None),
        ({"tous": [{"fait": "cpo", "op": "oui"}, {"fait": "public_qpv", "op": "oui"}]}, False),
        ({"un": [ASSOCIATION, {"fait": "accorde", "op": "plus_de", "valeur": "1"}]}, True),
        ({"aucun": [ASSOCIATION]}, False),
        ({"aucun": [{"fait": "accorde", "op": "plus_de", "valeur": "1"}]}, None),
    ],
)
def test_une_condition_est_vraie_fausse_ou_ne_se_sait_pas(
    condition: dict[str, Any], attendu: bool | None
) -> None:
    action = f.action(
        f.montant(f.ETAT, demande=5000),
        cout=10_000,
        noeuds=frozenset({"O1", "O1.2"}),
        date_debut="2026-01-15",
    )
    assert juger(condition, action, ACTION) is attendu


@pytest.mark.parametrize("cible", list(CibleConstat))
def test_chaque_fait_se_lit_et_se_compare_meme_absent(cible: CibleConstat) -> None:
    """Every fact of the vocabulary, with each of its operators, over things known and unknown."""
    riche = f.action(
        f.montant(f.ETAT, demande=5000, accorde=4000, nature_credit="specifique"),
        cout=10_000,
        echelle="communale",
        quartiers=(f.QPV,),
        anterieurs={2025: {"etat": Decimal(3000)}},
        cpo_duree=3,
        public_total=10,
        public_qpv=4,
        public_femmes=5,
    )
    objets = {
        CibleConstat.ACTION: (riche, f.action(porteur=None)),
        CibleConstat.PORTEUR: (f.porteur(riche), f.porteur()),
        CibleConstat.APPEL: (f.appel(riche), f.appel()),
        CibleConstat.SEANCE: (f.seance(),),
        CibleConstat.ANNEE: (f.annee(riche, enveloppes=(f.enveloppe(montant=9),)), f.annee()),
    }
    exemples = {NatureFait.DATE: "2026-03-01", NatureFait.TEXTE: "x", NatureFait.LISTE: "x"}
    for fait in VOCABULAIRE[cible].values():
        assert operateurs_de(fait.nature)
        for operateur in operateurs_de(fait.nature):
            options = [str(option) for option in fait.options or ()]
            exemple = options[0] if options else exemples.get(fait.nature, "1")
            valeur = [exemple] if operateur.avec == "liste" else exemple
            feuille = {"fait": fait.nom, "op": operateur.nom}
            if operateur.avec != "rien":
                feuille["valeur"] = valeur
            exiger_condition(feuille, cible)
            assert all(juger(feuille, o, cible) in (True, False, None) for o in objets[cible])
            assert fait.libelle in en_mots(feuille, cible, {})


# Checking -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "dit"),
    [
        ({"fait": "inconnu", "op": "oui"}, "n'est pas un fait connu"),
        ({"fait": "cout", "op": "est", "valeur": "1"}, "ne se compare pas ainsi"),
        ({"fait": "cout", "op": "plus_de"}, "Il faut un nombre"),
        ({"fait": "cout", "op": "plus_de", "valeur": "NaN"}, "Il faut un nombre"),
        ({"fait": "cout", "op": "plus_de", "valeur": True}, "Il faut un nombre"),
        ({"fait": "date_fin", "op": "avant", "valeur": "31/12/2026"}, "Il faut une date"),
        ({"fait": "statut", "op": "est", "valeur": "perdue"}, "n'est pas une valeur"),
        ({"fait": "statut", "op": "parmi", "valeur": []}, "Dites à quoi comparer"),
        ({"fait": "titre", "op": "est", "valeur": " "}, "Dites à quoi comparer"),
        ({"fait": "cout", "de": "etat", "op": "absent"}, "par financeur"),
        ({"fait": "cout", "op": "plus_de", "autre": "titre"}, "ne se comparent pas"),
        ({"tous": []}, "vide"),
        ({"tous": [{}]}, "vide"),
        ({"tous": [COUT_CONNU], "un": [COUT_CONNU]}, "ne se lisent pas"),
        ({"python": "1"}, "ne se lisent pas"),
        ([COUT_CONNU], "ne se lisent pas"),
        ({"fait": "cout", "op": "absent", "code": "x"}, "ne se lisent pas"),
        ({"tous": [COUT_CONNU] * 61}, "60 conditions"),
    ],
)
def test_une_condition_fautive_est_refusee_en_clair(condition: Any, dit: str) -> None:
    with pytest.raises(SaisieRefusee, match=dit):
        exiger_condition(condition, ACTION)


def test_des_conditions_trop_imbriquees_sont_refusees() -> None:
    condition: dict[str, Any] = COUT_CONNU
    for _ in range(9):
        condition = {"tous": [condition]}
    with pytest.raises(SaisieRefusee, match="imbriquées"):
        exiger_condition(condition, ACTION)


# In the file --------------------------------------------------------------------------------------


def test_une_regle_composee_dit_ses_chiffres_et_sa_source(fichier: Fichier, decor: Decor) -> None:
    composees, constats = ReglesComposees(fichier), Constats(fichier)
    cle = composees.creer(
        projet(
            exige={"fait": "porteur_nature", "op": "n_est_pas", "valeur": "association"},
            constat="La Région ne finance pas ces associations",
            source="Délibération de la Région, page 4",
        )
    )
    assert constats.de_l_annee(2026) == []
    with fichier.operation("Demander") as e:
        fabriques.cofinancement(
            e, decor.action, decor.financeurs[2], demande=Decimal(12_000), accorde=None
        )
    (constat,) = constats.de_l_annee(2026)
    assert constat.phrase.startswith("La Région ne finance pas ces associations (")
    assert "12\u202f000\u00a0€" in constat.phrase
    assert "Type de porteur\u00a0: Association" in constat.phrase
    assert (constat.regle, constat.source) == ("equipe.1", "Délibération de la Région, page 4")
    composees.activer(cle, active=False)
    assert constats.de_l_annee(2026) == []
    fichier.undo.annuler()
    composees.supprimer(cle)
    assert constats.de_l_annee(2026) == []


def test_une_regle_s_essaie_avant_d_etre_gardee(fichier: Fichier, decor: Decor) -> None:
    composees, constats = ReglesComposees(fichier), Constats(fichier)
    essai = projet(quand={"fait": "porteur_nature", "op": "est", "valeur": "commune"})
    trouves = composees.essayer(essai, 2026, constats)
    assert [objet for objet, _ in trouves] == [decor.actions[1]]
    assert composees.lignes() == []
    assert composees.en_mots(essai) == "Signaler quand Type de porteur est Commune."
    with pytest.raises(SaisieRefusee, match="ne regarde rien"):
        composees.essayer(projet(quand={}), 2026, constats)


def test_une_regle_d_un_appel_ne_juge_que_ses_actions(fichier: Fichier, decor: Decor) -> None:
    with fichier.operation("Hors appel") as e:
        fabriques.action(e, numero="2026-099", porteur=decor.organismes[0])
    ReglesComposees(fichier).creer(projet(quand=ASSOCIATION, appel=decor.appel))
    objets = [c.objet for c in Constats(fichier).de_l_annee(2026)]
    assert objets == [decor.action]


def test_les_faits_offerts_portent_les_valeurs_du_contrat(fichier: Fichier, decor: Decor) -> None:
    offerts = {fait.nom: fait for fait in ReglesComposees(fichier).faits(ACTION)}
    assert ("communale", "Communale") in offerts["echelle"].options
    assert ("axe-2", "Santé") in offerts["axes"].options
    assert ("région", "Région") in offerts["accorde"].financeurs
    assert any(cle == "nature:epci" for cle, _ in offerts["accorde"].financeurs)
    assert offerts["cout"].financeurs == ()


def test_une_regle_d_un_autre_programme_se_lit_sans_rien_dire(
    fichier: Fichier, decor: Decor
) -> None:
    with fichier.operation("Ailleurs") as e:
        for quand in ({"fait": "inconnu", "op": "oui"}, {}):
            e.inserer(
                RegleComposee,
                identifiant="x",
                libelle="Étrange",
                cible="action",
                niveau="alerte",
                quand=quand,
            )
    assert Constats(fichier).de_l_annee(2026) == []
    assert [bool(ligne.defaut) for ligne in ReglesComposees(fichier).lignes()] == [True, False]


def test_chaque_operateur_a_un_nom_francais() -> None:
    assert all(o.libelle and o.natures for o in OPERATEURS.values())
    assert GROUPES == ("tous", "un", "aucun")


def test_l_aide_dit_chaque_fait_et_chaque_comparaison() -> None:
    aide = (ressources() / "aide" / "regles.md").read_text(encoding="utf-8")
    faits = {fait.libelle for vocabulaire in VOCABULAIRE.values() for fait in vocabulaire.values()}
    assert [libelle for libelle in sorted(faits) if f"| {libelle}" not in aide] == []
    assert [o.libelle for o in OPERATEURS.values() if o.libelle not in aide] == []
