"""The contract of a file: loaded, read back, edited list by list, journalled, undone."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.models.action import Action, ActionQuartier, Cofinancement
from app.models.base import nouvelle_cle
from app.models.contrat import Noeud, Quartier, Regle
from app.models.journal import Operation, Trace
from app.services import referentiels
from app.services.contrats import Contrats, LigneRubrique
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.journal_mots import en_mots
from app.services.rubriques import RUBRIQUES, rubrique
from app.services.rubriques_lignes import _USAGES
from app.services.rubriques_saisie import SEPARATEUR, SILENCE, afficher_parametre, lire_parametre
from app.services.transaction import entites
from tests import fabriques


@pytest.fixture(scope="module")
def charge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file where Valenciennes was loaded, once."""
    chemin = tmp_path_factory.mktemp("contrat") / "valenciennes.tdt"
    with fabriques.neuf(chemin) as ouvert:
        Contrats(ouvert).charger(referentiels.charger("valenciennes"))
    return chemin


@pytest.fixture
def fichier(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Fichier]:
    """An open file: where Valenciennes is loaded for a test that asks for `contrats`, or empty."""
    chemin = tmp_path / "essai.tdt"
    if "contrats" in request.fixturenames:
        shutil.copyfile(request.getfixturevalue("charge"), chemin)
        ouvert = Fichier.ouvrir(chemin, auteur=fabriques.AUTEUR)
    else:
        ouvert = fabriques.neuf(chemin)
    with ouvert:
        yield ouvert


@pytest.fixture(scope="module", params=referentiels.identifiants())
def livre(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Fichier]:
    """A file where each contract of the program was loaded in turn, for what only reads it."""
    chemin = tmp_path_factory.mktemp("contrat") / f"{request.param}.tdt"
    with fabriques.neuf(chemin) as ouvert:
        Contrats(ouvert).charger(referentiels.charger(request.param))
        yield ouvert


@pytest.fixture
def contrats(fichier: Fichier) -> Contrats:
    return Contrats(fichier)


def ligne(contrats: Contrats, liste: str, nom: str) -> LigneRubrique:
    return next(ligne for ligne in contrats.lignes(liste) if ligne.nom == nom)


def cellule(contrats: Contrats, liste: str, nom: str, colonne: str) -> str:
    rang = [c.nom for c in rubrique(liste).colonnes].index(colonne)
    return ligne(contrats, liste, nom).valeurs[rang]


def nombre_de(fichier: Fichier, table: str) -> int:
    ((nombre,),) = fichier.lignes(select(func.count()).select_from(entites()[table]))
    return int(nombre)


# Loading ------------------------------------------------------------------------------------------


def test_un_contrat_charge_se_relit_avec_les_memes_comptes(livre: Fichier) -> None:
    referentiel = referentiels.charger(livre.chemin.stem)
    lus = {table: nombre_de(livre, table) for table in entites()}
    assert {table: n for table, n in lus.items() if n} == {
        table: n
        for table, n in {
            "contrat": 1,
            "commune": len(referentiel.communes),
            "quartier": len(referentiel.quartiers),
            "quartier_commune": sum(len(q.communes) for q in referentiel.quartiers),
            "nomenclature": len(referentiel.nomenclatures),
            "noeud": referentiels.resumer(referentiel).noeuds,
            "ressource": sum(len(n.ressources) for n in referentiel.noeuds()),
            "priorite_quartier": len(referentiel.priorites),
            "echelle": len(referentiel.echelles),
            "financeur": len(referentiel.financeurs),
            "ligne_credit": sum(len(f.lignes) for f in referentiel.financeurs),
            "instance": len(referentiel.instances),
            "etape": len(referentiel.etapes),
            "regle": len(referentiel.regles),
            "volume_reference": len(referentiel.volumes),
            "engagement": len(referentiel.engagements),
            "signataire": len(referentiel.signataires),
            "indicateur": len(referentiel.indicateurs),
            "dispositif": len(referentiel.dispositifs),
            "remarque": len(referentiel.remarques),
        }.items()
        if n
    }


def test_charger_est_une_seule_operation_qui_s_annule(fichier: Fichier) -> None:
    contrats = Contrats(fichier)
    contrats.charger(referentiels.charger("valenciennes"))
    libelles = [libelle for (libelle,) in fichier.lignes(select(Operation.libelle))]
    fichier.undo.annuler()

    assert libelles == ["Charger le contrat « Contrat Quartiers 2030 – Valenciennes Métropole »"]
    assert contrats.contrat() is None
    assert sum(nombre_de(fichier, table) for table in entites()) == 0


def test_un_second_contrat_est_refuse(contrats: Contrats) -> None:
    with pytest.raises(SaisieRefusee, match="contient déjà « Contrat Quartiers 2030"):
        contrats.charger(referentiels.charger("arras"))


def test_un_contrat_vierge_se_charge_et_se_nomme(fichier: Fichier) -> None:
    contrats = Contrats(fichier)
    contrats.charger(referentiels.vierge("Contrat d'essai", 2026, 2031))

    fiche = contrats.contrat()
    assert fiche is not None
    assert (fiche.nom, fiche.annee_debut, fiche.annee_fin) == ("Contrat d'essai", 2026, 2031)
    assert contrats.lignes("quartiers") == []


def test_un_fichier_rouvert_garde_le_contrat(tmp_path: Path) -> None:
    chemin = tmp_path / "arras.tdt"
    with Fichier.creer(chemin, auteur="Camille Essai") as neuf:
        Contrats(neuf).charger(referentiels.charger("arras"))
    with Fichier.ouvrir(chemin, auteur="Camille Essai") as rouvert:
        fiche = Contrats(rouvert).contrat()
        quartiers = Contrats(rouvert).quartiers()

    assert fiche is not None
    assert fiche.identifiant == "arras"
    assert [q.nature for q in quartiers] == ["QPV"] * 6 + ["zone_vulnerable"] * 2


# Reading ------------------------------------------------------------------------------------------


def test_un_quartier_se_nomme_avec_ses_communes(contrats: Contrats) -> None:
    noms = [q.nom_complet for q in contrats.quartiers() if q.nom == "Centre Ville"]

    assert noms == ["Centre Ville (Fresnes-sur-Escaut)", "Centre Ville (Quiévrechain)"]


def test_les_communes_signataires_se_comptent(contrats: Contrats) -> None:
    communes = contrats.communes()

    assert (len(communes), sum(c.signataire is True for c in communes)) == (15, 12)


def test_l_arbre_se_lit_dans_l_ordre_avec_sa_profondeur(contrats: Contrats) -> None:
    orientations = contrats.nomenclatures()[0]
    noeuds = contrats.noeuds(orientations.cle)

    assert orientations.role == "instruction"
    assert [(n.identifiant, n.niveau) for n in noeuds[:4]] == [
        ("O1", 0),
        ("O1.1", 1),
        ("O1.1.a", 2),
        ("O1.1.b", 2),
    ]
    assert [n.niveau for n in noeuds if n.identifiant.startswith("O2")] == [0, 1, 1, 1, 1]


def test_une_regle_muette_laisse_parler_le_departement(contrats: Contrats) -> None:
    duree = contrats.valeur("cpo.duree", "min_ans")
    part = contrats.valeur("cpo.part_minimale", "part_pct")

    assert (duree.valeur, duree.origine) == (2, "contrat")
    assert duree.source == "Contrat Quartiers 2030 – Valenciennes Métropole, l. 922"
    assert (part.valeur, part.origine, part.niveau) == (50, "departement", "alerte")


def test_ce_qu_aucune_couche_ne_dit_n_est_jamais_defini_par_defaut(contrats: Contrats) -> None:
    taux = contrats.valeur("degressivite.reconduction", "taux_pct")

    assert (taux.valeur, taux.niveau, taux.texte) == (None, None, SILENCE)
    assert contrats.valeur("regle.inconnue", "valeur").valeur is None


def test_une_regle_desactivee_se_tait(contrats: Contrats, fichier: Fichier) -> None:
    requete = select(Regle.cle).where(
        Regle.identifiant == "cpo.part_minimale", Regle.origine == "departement"
    )
    ((cle,),) = fichier.lignes(requete)
    contrats.modifier("regles", cle, "active", "non")

    assert contrats.valeur("cpo.part_minimale", "part_pct").valeur is None


# Lists of the settings ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hersin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Contrats]:
    """Another contract, loaded once, for those that read it only."""
    with fabriques.neuf(tmp_path_factory.mktemp("contrat") / "hersin.tdt") as ouvert:
        contrats = Contrats(ouvert)
        contrats.charger(referentiels.charger("hersin_coupigny"))
        yield contrats


@pytest.mark.parametrize("liste", RUBRIQUES, ids=lambda r: r.cle)
def test_chaque_liste_montre_une_cellule_par_colonne(hersin: Contrats, liste: object) -> None:
    contrats = hersin
    decrite = rubrique(getattr(liste, "cle"))  # noqa: B009 - the parameter is any Rubrique

    lignes = contrats.lignes(decrite.cle)
    assert {len(ligne.valeurs) for ligne in lignes} <= {len(decrite.colonnes)}
    assert len({ligne.cle for ligne in lignes}) == len(lignes)


@pytest.mark.parametrize(
    ("liste", "porteurs"), [("noeuds", "nomenclatures"), ("lignes_credit", "financeurs")]
)
def test_une_liste_suit_l_ordre_de_ce_qui_la_porte(
    contrats: Contrats, liste: str, porteurs: str
) -> None:
    colonne = [c.nom for c in rubrique(liste).colonnes].index(rubrique(liste).parent)
    rencontres = dict.fromkeys(x.valeurs[colonne] for x in contrats.lignes(liste))

    assert list(rencontres) == [x.nom for x in contrats.lignes(porteurs)]


def test_chaque_colonne_decrite_existe_dans_la_base() -> None:
    absentes = [
        (liste.cle, colonne.nom)
        for liste in RUBRIQUES
        if liste.cle != "parametres"
        for colonne in liste.colonnes
        if colonne.nom not in entites()[liste.entite].columns
    ]

    assert absentes == []


def test_ce_que_le_contrat_tait_se_lit_en_toutes_lettres(contrats: Contrats) -> None:
    nom = "Verrerie - Square République"

    assert cellule(contrats, "quartiers", nom, "population") == SILENCE
    assert cellule(contrats, "quartiers", nom, "note") == ""
    assert ligne(contrats, "quartiers", nom).source == (
        "Contrat Quartiers 2030 – Valenciennes Métropole, l. 613"
    )


def test_une_valeur_muette_d_une_regle_se_lit_en_toutes_lettres(contrats: Contrats) -> None:
    (part,) = [
        valeur.valeurs
        for valeur in contrats.lignes("parametres")
        if valeur.valeurs[:2] == ("Réserve sur les enveloppes de crédits spécifiques", "Part (%)")
    ]

    assert part[2] == SILENCE


def test_une_population_saisie_est_enregistree_journalisee_puis_annulee(
    contrats: Contrats, fichier: Fichier
) -> None:
    quartier = ligne(contrats, "quartiers", "Cité Le Jard")
    contrats.modifier("quartiers", quartier.cle, "population", "1 234")

    ((libelle, apres),) = fichier.lignes(
        select(Operation.libelle, Trace.apres)
        .join(Trace, Trace.operation == Operation.numero)
        .where(Operation.numero == 2)
    )
    assert libelle == "Modifier la population de « Cité Le Jard »"
    assert apres == '{"population":1234}'
    assert cellule(contrats, "quartiers", "Cité Le Jard", "population") == "1\u202f234"

    fichier.undo.annuler()
    assert cellule(contrats, "quartiers", "Cité Le Jard", "population") == SILENCE


def test_vider_une_cellule_rend_le_silence(contrats: Contrats) -> None:
    fiche = contrats.lignes("contrat")[0]
    contrats.modifier("contrat", fiche.cle, "population_qpv", "")

    assert cellule(contrats, "contrat", fiche.nom, "population_qpv") == SILENCE


def test_une_annee_ne_prend_pas_d_espace(contrats: Contrats) -> None:
    fiche = contrats.lignes("contrat")[0]

    assert cellule(contrats, "contrat", fiche.nom, "annee_debut") == "2024"


@pytest.mark.parametrize(
    ("liste", "colonne", "texte", "attendu"),
    [
        ("quartiers", "population", "beaucoup", "n'est pas un nombre"),
        ("quartiers", "population", "12,5", "en nombre entier"),
        ("quartiers", "nom", " ", "Il faut une valeur pour le nom"),
        ("quartiers", "nature", "ZUS", "choisissez parmi Quartier prioritaire"),
        ("communes", "signataire", "peut-être", "ni « oui » ni « non »"),
        ("lignes_credit", "financeur", "La Poste", "choisissez parmi État"),
        ("regles", "parametres", "3", "pas possible de modifier les valeurs ici"),
    ],
)
def test_une_saisie_impossible_est_refusee_et_ne_change_rien(
    contrats: Contrats, fichier: Fichier, liste: str, colonne: str, texte: str, attendu: str
) -> None:
    avant = contrats.lignes(liste)

    with pytest.raises(SaisieRefusee) as refus:
        contrats.modifier(liste, avant[0].cle, colonne, texte)

    assert attendu in str(refus.value)
    assert contrats.lignes(liste) == avant
    assert len(fichier.lignes(select(Operation.numero))) == 1


def test_un_choix_et_un_lien_se_saisissent_par_leur_nom(contrats: Contrats) -> None:
    quartier = ligne(contrats, "quartiers", "Cité Le Jard")
    contrats.modifier("quartiers", quartier.cle, "nature", "autre périmètre")
    credit = contrats.lignes("lignes_credit")[0]
    contrats.modifier("lignes_credit", credit.cle, "financeur", "caisse d'allocations familiales")

    assert cellule(contrats, "quartiers", "Cité Le Jard", "nature") == "Autre périmètre"
    modifiee = next(x for x in contrats.lignes("lignes_credit") if x.cle == credit.cle)
    assert modifiee.valeurs[0] == "Caisse d'Allocations Familiales"


def test_une_liste_se_saisit_avec_des_points_virgules(contrats: Contrats) -> None:
    commune = ligne(contrats, "communes", "Anzin")
    contrats.modifier("communes", commune.cle, "variantes", "ANZIN ; Anzin-Ville ;")

    assert cellule(contrats, "communes", "Anzin", "variantes") == "ANZIN ; Anzin-Ville"


@pytest.mark.parametrize(
    ("liste", "nom", "colonne", "lu", "tape", "relu", "garde"),
    [
        (
            "echelles",
            "Échelle communale",
            "financeurs",
            "Commune",
            "epci ; Région",
            f"EPCI{SEPARATEUR}Région",
            ["epci", "region"],
        ),
        (
            "financeurs",
            "Valenciennes Métropole",
            "echelles",
            (
                f"Échelle intercommunale{SEPARATEUR}Échelle du «\N{NO-BREAK SPACE}regroupement"
                " de communes\N{NO-BREAK SPACE}»"
            ),
            "échelle communale",
            "Échelle communale",
            ["communale"],
        ),
        (
            "instances",
            "Comités partenariaux",
            "etapes",
            "Comités partenariaux – avis technique commun",
            "",
            "",
            [],
        ),
    ],
)
def test_une_liste_nomme_ce_qu_elle_cite(
    contrats: Contrats,
    liste: str,
    nom: str,
    colonne: str,
    lu: str,
    tape: str,
    relu: str,
    garde: list[str],
) -> None:
    """Names are read and typed; identifiants are what is kept."""
    assert cellule(contrats, liste, nom, colonne) == lu
    contrats.modifier(liste, ligne(contrats, liste, nom).cle, colonne, tape)

    assert cellule(contrats, liste, nom, colonne) in (relu, SILENCE)
    rang = [c.nom for c in rubrique(liste).colonnes].index(colonne)
    assert ligne(contrats, liste, nom).brutes[rang] == garde


def test_une_liste_dit_ce_qu_elle_peut_citer(contrats: Contrats) -> None:
    cle = ligne(contrats, "financeurs", "Valenciennes Métropole").cle
    with pytest.raises(SaisieRefusee, match=r"Lunaire.* n'existe pas\s: choisissez parmi Échelle"):
        contrats.modifier("financeurs", cle, "echelles", "Échelle communale ; Lunaire")


def test_aucune_cellule_ne_montre_un_identifiant(livre: Fichier) -> None:
    """« intercommunal_local » is for the program; a code that is printed stays as it is."""
    service = Contrats(livre)
    montres = {
        f"{liste.cle}.{colonne.nom} : {mot}"
        for liste in RUBRIQUES
        for lue in service.lignes(liste.cle)
        for colonne, texte in zip(liste.colonnes, lue.valeurs, strict=False)
        for mot in texte.replace(";", " ").split()
        if re.fullmatch(r"[a-zé]+(_[a-zé0-9]+)+", mot)
    }
    assert montres == set()


def test_le_niveau_d_une_regle_est_au_choix_de_l_equipe(
    contrats: Contrats, fichier: Fichier
) -> None:
    regle = ligne(contrats, "regles", "Unanimité des financeurs pour accorder une CPO")
    contrats.modifier("regles", regle.cle, "niveau", "Alerte")

    assert contrats.valeur("cpo.unanimite", "exigee").niveau == "alerte"
    fichier.undo.annuler()
    assert contrats.valeur("cpo.unanimite", "exigee").niveau == "bloquant"


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("4", 4),
        ("12 500", 12500),
        ("12.500", 12500),
        ("2,5", "2.5"),
        ("2.50", "2.5"),
        ("16,4375", "16.4375"),
        ("3,000", 3),
        ("oui", True),
        ("", None),
        (SILENCE, None),
        ("au choix", "au choix"),
    ],
)
def test_la_valeur_d_une_regle_se_saisit_selon_ce_qu_elle_est(
    contrats: Contrats, texte: str, attendu: object
) -> None:
    (cle,) = [
        x.cle
        for x in contrats.lignes("parametres")
        if x.valeurs[:2] == ("Mesure de l'impact social d'une CPO", "Mesure exigée")
        and x.valeurs[3] == "Contrat"
    ]
    contrats.modifier("parametres", cle, "valeur", texte)

    valeur = contrats.valeur("cpo.impact_social", "mesure_exigee")
    assert valeur.valeur == (True if attendu is None else attendu)
    assert valeur.origine == ("departement" if attendu is None else "contrat")


def test_une_valeur_a_plusieurs_parties_ne_se_tape_pas(fichier: Fichier) -> None:
    contrats = Contrats(fichier)
    parties = {"postes": 5, "quartiers": ["Nord"]}
    with fichier.operation("Saisir une règle") as e:
        regle = fabriques.regle(
            e,
            parametres={"tableau": parties, "liste": [parties], "annees": [2026], "noms": ["Nord"]},
        )
    for nom in ("tableau", "liste", "annees"):
        for texte in ("5", ""):
            with pytest.raises(SaisieRefusee, match="Cette valeur a plusieurs parties"):
                contrats.modifier("parametres", f"{regle}:{nom}", "valeur", texte)
    contrats.modifier("parametres", f"{regle}:noms", "valeur", "Nord ; Sud")
    assert contrats.valeur("r-1", "tableau").valeur == parties
    assert contrats.valeur("r-1", "noms").valeur == ["Nord", "Sud"]


def test_un_nombre_a_virgule_se_relit_comme_il_fut_tape(fichier: Fichier) -> None:
    contrats = Contrats(fichier)
    with fichier.operation("Saisir une règle") as e:
        regle = fabriques.regle(e, parametres={"taux": None})
    contrats.modifier("parametres", f"{regle}:taux", "valeur", "16,4375")
    assert contrats.valeur("r-1", "taux").texte == "16,4375"


# Adding and deleting ------------------------------------------------------------------------------


@pytest.mark.parametrize("cle", [r.cle for r in RUBRIQUES if not r.fixe and r.cle != "noeuds"])
def test_une_ligne_s_ajoute_a_chaque_liste_et_s_annule(
    contrats: Contrats, fichier: Fichier, cle: str
) -> None:
    avant = contrats.lignes(cle)
    nouvelle = contrats.ajouter(cle)

    assert {x.cle for x in contrats.lignes(cle)} - {x.cle for x in avant} == {nouvelle}
    fichier.undo.annuler()
    assert contrats.lignes(cle) == avant


# What is stored for machines: two words tied by a line, a sign, a date in reverse, no accent.
CODE = re.compile(
    r"\b[a-z\d]+(?:_[a-z\d]+)+\b|[<>]=?|\b\d{4}-\d\d-\d\d\b|\b2 0\d\d\b|\bn\+1\b"
    r"|(?<!\w)(?:epci|etat|sante|mobilites|benevolat|qpv|cpo|[A-Z]{2}-[A-Z]+-\d+)(?!\w)"
)


def test_aucune_valeur_de_regle_ne_se_lit_comme_un_code(livre: Fichier) -> None:
    contrats = Contrats(livre)
    textes = [
        texte
        for liste in ("regles", "parametres")
        for lue in contrats.lignes(liste)
        for texte in lue.valeurs
    ]
    assert len(textes) > 50
    assert [(texte, CODE.findall(texte)) for texte in textes if CODE.search(texte)] == []


@pytest.mark.parametrize(
    ("nom", "valeur", "lu"),
    [
        ("operateur", ">=", "au moins"),
        ("operateur", ">", "plus de"),
        ("ideal_pour", ["epci", "communes"], "EPCI ; communes"),
        ("moment", "note_intention", "note d'intention"),
        ("date", "2023-12-28", "28/12/2023"),
        ("mi_parcours", 2027, "2027"),
        ("revision_annee", 2027, "2027"),
        ("montant_eur", 2027, "2\u202f027"),
        ("niveaux", [], SILENCE),
        ("actions", [{"noeud": "GP1", "ligne": 1705}], "Nœud : GP1, Ligne : 1705"),
    ],
)
def test_une_valeur_de_regle_se_lit_en_mots_et_se_retape_de_meme(
    nom: str, valeur: Any, lu: str
) -> None:
    assert afficher_parametre(nom, valeur) == lu
    if valeur and not isinstance(valeur[0] if isinstance(valeur, list) else valeur, dict):
        assert lire_parametre(lu, valeur) == valeur


def test_le_journal_dit_les_valeurs_d_une_regle_en_mots(contrats: Contrats) -> None:
    dit = en_mots("regle", "parametres", {"operateur": ">=", "ideal_pour": ["epci"]}, {})
    assert dit == "Opérateur : au moins ; Idéal pour : EPCI"


@pytest.mark.parametrize("cle", ["contrat", "parametres"])
def test_une_liste_fixe_ne_s_allonge_ni_ne_se_reduit(contrats: Contrats, cle: str) -> None:
    premiere = contrats.lignes(cle)[0].cle

    with pytest.raises(SaisieRefusee):
        contrats.ajouter(cle)
    with pytest.raises(SaisieRefusee):
        contrats.supprimer(cle, premiere)


def test_une_liste_sans_porteur_dit_ce_qui_manque(fichier: Fichier) -> None:
    contrats = Contrats(fichier)
    contrats.charger(referentiels.vierge("Contrat d'essai", 2026, 2031))

    with pytest.raises(SaisieRefusee, match="Ajoutez d'abord un financeur"):
        contrats.ajouter("lignes_credit")
    with pytest.raises(SaisieRefusee, match="Ajoutez d'abord une nomenclature"):
        contrats.ajouter("noeuds")


def test_une_orientation_s_ajoute_au_bout_de_sa_branche(contrats: Contrats) -> None:
    orientations = contrats.nomenclatures()[0].cle
    premiere = contrats.noeuds(orientations)[0]
    nouvelle = contrats.ajouter("noeuds", premiere.cle)
    derniere = contrats.ajouter("noeuds", orientations)

    noeuds = contrats.noeuds(orientations)
    rang = [n.cle for n in noeuds].index(nouvelle)
    assert (noeuds[rang].parent, noeuds[rang].niveau) == (premiere.cle, 1)
    assert (noeuds[rang - 1].identifiant, noeuds[rang + 1].identifiant) == ("O1.2.e", "O2")
    assert (noeuds[-1].cle, noeuds[-1].parent, noeuds[-1].niveau) == (derniere, None, 0)


def test_un_contrat_vierge_recoit_son_arbre(fichier: Fichier) -> None:
    contrats = Contrats(fichier)
    contrats.charger(referentiels.vierge("Contrat d'essai", 2026, 2031))
    nomenclature = contrats.ajouter("nomenclatures")
    axe = contrats.ajouter("noeuds")
    objectif = contrats.ajouter("noeuds", axe)
    second = contrats.ajouter("noeuds", nomenclature)
    assert [(n.cle, n.parent, n.niveau) for n in contrats.noeuds(nomenclature)] == [
        (axe, None, 0),
        (objectif, axe, 1),
        (second, None, 0),
    ]


def test_un_lien_se_choisit_par_son_chemin_quand_le_nom_ne_suffit_pas(fichier: Fichier) -> None:
    contrats = Contrats(fichier)
    with fichier.operation("Saisir un arbre") as e:
        axes = fabriques.nomenclature(e)
        emploi = fabriques.noeud(e, axes, libelle="Emploi", rang=0)
        jeunes = fabriques.noeud(e, axes, parent=emploi, libelle="Les jeunes", rang=1)
        sante = fabriques.noeud(e, axes, libelle="Santé", rang=2)
        autres = fabriques.noeud(e, axes, parent=sante, libelle="Les jeunes", rang=3)
        jumeau = fabriques.noeud(e, axes, libelle="Santé", rang=4)
    assert contrats.options("ressources", "noeud") == [
        (emploi, "Emploi"),
        (jeunes, "Emploi › Les jeunes"),
        (sante, "Santé"),
        (autres, "Santé › Les jeunes"),
        (jumeau, "Santé"),
    ]
    ressource = contrats.ajouter("ressources")
    for voulu, texte, chemin in (
        (jumeau, jumeau, "Santé"),
        (autres, "santé › les jeunes", "Santé › Les jeunes"),
        (sante, sante, "Santé"),
    ):
        contrats.modifier("ressources", ressource, "noeud", texte)
        (lue,) = contrats.lignes("ressources")
        assert (lue.brutes[0], lue.valeurs[0]) == (voulu, chemin)
    with pytest.raises(SaisieRefusee, match="« Santé » désigne plusieurs lignes"):
        contrats.modifier("ressources", ressource, "noeud", "Santé")


def test_une_ligne_s_ajoute_au_parent_choisi(contrats: Contrats) -> None:
    region = ligne(contrats, "financeurs", "Région Hauts-de-France")
    nouvelle = contrats.ajouter("lignes_credit", region.cle)

    ajoutee = next(x for x in contrats.lignes("lignes_credit") if x.cle == nouvelle)
    assert ajoutee.valeurs[0] == "Région Hauts-de-France"


def test_un_quartier_utilise_ne_se_supprime_pas(contrats: Contrats, fichier: Fichier) -> None:
    quartier = ligne(contrats, "quartiers", "Cité Le Jard")
    with fichier.operation("Saisir une action") as ecriture:
        action = ecriture.inserer(
            Action, annee=2026, numero="1", titre="Essai", statut="deposee", lignee=nouvelle_cle()
        )
        ecriture.inserer(ActionQuartier, action=action, quartier=quartier.cle)

    with pytest.raises(SaisieRefusee) as refus:
        contrats.supprimer("quartiers", quartier.cle)

    assert str(refus.value) == (
        "« Cité Le Jard » est encore utilisé (1 quartier d'action) : modifiez ou supprimez "
        "d'abord ces lignes."
    )
    assert len(contrats.quartiers()) == 15


def test_une_echelle_qui_sert_a_des_actions_ne_se_supprime_pas(fichier: Fichier) -> None:
    """Actions hold its identifiant: no foreign key would stop the deletion."""
    fabriques.decor(fichier, actions=2)
    contrats = Contrats(fichier)
    (echelle,) = contrats.lignes("echelles")
    with pytest.raises(SaisieRefusee) as refus:
        contrats.supprimer("echelles", echelle.cle)
    assert str(refus.value) == (
        "« Communale » est encore utilisé (2 actions) : modifiez ou supprimez d'abord ces lignes."
    )
    libre = contrats.ajouter("echelles")
    contrats.supprimer("echelles", libre)
    assert contrats.lignes("echelles") == [echelle]


def test_une_branche_entiere_se_supprime_d_un_geste(contrats: Contrats, fichier: Fichier) -> None:
    axes = contrats.nomenclatures()[0].cle
    axe = contrats.ajouter("noeuds", axes)
    objectif = contrats.ajouter("noeuds", axe)
    avant = contrats.noeuds(axes)
    fichier.undo.oublier()
    contrats.supprimer("noeuds", axe, objectif)
    assert contrats.noeuds(axes) == avant[:-2]
    assert fichier.undo.a_annuler() == ["Supprimer 2 lignes de « Orientations et objectifs »"]
    fichier.undo.annuler()
    with pytest.raises(SaisieRefusee, match="est encore utilisé"):
        contrats.supprimer("noeuds", avant[0].cle, objectif)
    assert contrats.noeuds(axes) == avant


def test_un_financeur_qui_a_donne_ne_se_supprime_pas(contrats: Contrats, fichier: Fichier) -> None:
    financeur = ligne(contrats, "financeurs", "État")
    with fichier.operation("Saisir une action") as ecriture:
        action = ecriture.inserer(
            Action, annee=2026, numero="1", titre="Essai", statut="deposee", lignee=nouvelle_cle()
        )
        for annee in (2026, 2027):
            ecriture.inserer(
                Cofinancement,
                action=action,
                financeur=financeur.cle,
                annee=annee,
                statut="demande",
            )

    with pytest.raises(SaisieRefusee, match=r"2 cofinancements, 2 lignes de crédit"):
        contrats.supprimer("financeurs", financeur.cle)


def test_un_quartier_libre_part_avec_ses_communes_et_revient(
    contrats: Contrats, fichier: Fichier
) -> None:
    avant = contrats.quartiers()
    contrats.supprimer("quartiers", ligne(contrats, "quartiers", "Cité Le Jard").cle)

    assert len(contrats.quartiers()) == 14
    assert nombre_de(fichier, "quartier_commune") == sum(len(q.communes) for q in avant) - 1
    fichier.undo.annuler()
    assert contrats.quartiers() == avant


def test_une_orientation_qui_a_des_enfants_ne_se_supprime_pas(
    contrats: Contrats, fichier: Fichier
) -> None:
    ((racine,),) = fichier.lignes(select(Noeud.cle).where(Noeud.identifiant == "O1"))

    with pytest.raises(SaisieRefusee, match=r"\(2 orientations\)"):
        contrats.supprimer("noeuds", racine)


def test_tout_ce_qui_cite_une_ligne_des_reglages_a_un_nom() -> None:
    """A table that refers to a list of the settings must be named when it forbids a deletion."""
    listes = {entites()[liste.entite]: liste for liste in RUBRIQUES if not liste.fixe}
    citants = {
        table.name
        for table in entites().values()
        for lien in table.foreign_keys
        if lien.column.table in listes
        and (table.name, lien.parent.name) not in listes[lien.column.table].emporte
    }

    assert citants - _USAGES.keys() == set()


def test_une_ligne_disparue_le_dit(contrats: Contrats) -> None:
    with pytest.raises(SaisieRefusee, match="n'existe plus"):
        contrats.modifier("quartiers", nouvelle_cle(), "nom", "Ailleurs")


def test_les_codes_restent_tels_qu_imprimes(contrats: Contrats, fichier: Fichier) -> None:
    codes = [code for (code,) in fichier.lignes(select(Quartier.code).order_by(Quartier.rang))]

    assert codes[0] == "QN05920M"
    assert codes[-1] == "QN05992N"
