"""Headers found by their words: one row or two, titles before, amounts by financeur and step."""

from typing import Any

import fabrique_import as fabrique
import pytest

from app.services.actions_lues import Correspondance
from app.services.entetes import corriger, reconnaitre, signature, trouver_entete
from app.services.feuilles import Feuille
from app.services.lexique import Lexique, cle_entete, nature_financeur
from app.services.profils import OSIRIS_ACTIONS, RECONNUS, TABLEAU

Sens = tuple[str, str | None, str | None]


def feuille(*rangees: Any, nom: str = "Feuille 1") -> Feuille:
    return Feuille(nom, tuple(tuple(rangee) for rangee in rangees))


def trouvees(source: Feuille, *, financeurs: tuple[str, ...] = ()) -> dict[str, Sens]:
    """heading -> (field, financeur, step) for each column of the free layout."""
    entete = trouver_entete(source, Lexique(TABLEAU, financeurs))
    assert entete is not None
    return {c.entete: (c.champ, c.financeur, c.etape) for c in entete.colonnes}


def ligne(source: Feuille) -> int | None:
    entete = trouver_entete(source, Lexique(TABLEAU))
    return None if entete is None else entete.ligne


@pytest.mark.parametrize(
    ("un", "autre"),
    [
        ("Intitulé de l'action", "INTITULE ACTION"),
        ("N° de dossier", "numéro dossier"),
        ("N-1", "n – 1"),
        ("Quartier(s) concerné(s)", "quartiers concernés"),
        ("Coût total (€)", "Cout Total"),
        ("Nb de bénéficiaires", "Nombre bénéficiaire"),
    ],
)
def test_deux_ecritures_d_un_entete_se_valent(un: str, autre: str) -> None:
    assert cle_entete(un) == cle_entete(autre)


def test_n_moins_1_n_est_pas_le_numero_1() -> None:
    assert cle_entete("N-1") != cle_entete("N° 1")


def test_l_entete_est_trouve_apres_les_lignes_de_titre() -> None:
    source = feuille(
        ("Contrat de ville – Programmation 2026",),
        ("Porteur : voir la liste",),
        (),
        ("N°", "Porteur", "Intitulé", "Coût total"),
        (1, "Fanfare des Corons", "Cuivres au quartier", 4000),
    )
    assert ligne(source) == 3


def test_une_feuille_sans_mots_d_entete_n_en_a_pas() -> None:
    assert ligne(feuille(("rouge", "vert"), (1, 2), ("bleu", "jaune"))) is None


def test_rien_ne_depend_de_la_place_des_colonnes() -> None:
    droite = feuille(("Porteur", "Intitulé", "État demandé"), ("A", "b", 10))
    gauche = feuille(
        (None, "État demandé", None, "Intitulé", "Porteur"), (None, 10, None, "b", "A")
    )
    assert trouvees(droite) == trouvees(gauche)
    entetes = [trouver_entete(f, Lexique(TABLEAU)) for f in (droite, gauche)]
    marques = {signature(e.colonnes) for e in entetes if e is not None}
    assert len(marques) == 1


@pytest.mark.parametrize(
    ("entete", "sens"),
    [
        ("État demandé", ("montant", "État", "demande")),
        ("Montant sollicité auprès de l'État", ("montant", "État", "demande")),
        ("Subvention CAF accordée", ("montant", "CAF", "accorde")),
        ("Proposition Région", ("montant", "Région", "propose")),
        ("Voté CD59", ("montant", "CD59", "vote")),
        ("Fondation de Lille attribué", ("montant", "Fondation de Lille", "accorde")),
        ("BOP 147", ("montant", "BOP 147", None)),
        ("Montant demandé", ("montant", None, "demande")),
        ("Part Etat (BOP 147)", ("montant", "Etat (BOP 147)", None)),
        ("Subv. Région", ("montant", "Région", None)),
        ("Subvention sollicitée au titre du contrat de ville", ("montant", None, "demande")),
        ("Proposition comité technique", ("montant", None, "propose")),
        ("Décision COPIL", ("montant", None, "accorde")),
        ("Total demandé", ("", None, None)),
        ("Taux de financement demandé", ("", None, None)),
        ("Autofinancement", ("", None, None)),
        ("CAF N-1", ("accorde_n1", None, None)),
        ("Bénéficiaires N-1", ("", None, None)),
        ("16-25 ans", ("public_age", None, None)),
        ("Coût totale", ("cout_total", None, None)),
    ],
)
def test_une_colonne_chiffree_dit_son_financeur_et_son_etape(entete: str, sens: Sens) -> None:
    source = feuille(("Porteur", "Intitulé", entete), ("A", "b", 1000), ("C", "d", 2000))
    assert trouvees(source)[entete] == sens


@pytest.mark.parametrize(
    ("valeurs", "sens"),
    [
        (("Anzin", "Marly"), ("communes", None, None)),
        ((1000, "2 500 €"), ("montant", "Commune", None)),
    ],
)
def test_une_colonne_commune_est_un_lieu_ou_un_financeur_selon_ses_cellules(
    valeurs: tuple[Any, Any], sens: Sens
) -> None:
    source = feuille(
        ("Porteur", "Intitulé", "Commune"), ("A", "b", valeurs[0]), ("C", "d", valeurs[1])
    )
    assert trouvees(source)["Commune"] == sens


@pytest.mark.parametrize(
    ("valeurs", "champ"), [(("Acceptée", "Refusée"), "statut"), ((500, 800), "montant")]
)
def test_une_colonne_etat_est_un_statut_ou_l_etat_financeur(
    valeurs: tuple[Any, Any], champ: str
) -> None:
    source = feuille(
        ("Porteur", "Intitulé", "État"), ("A", "b", valeurs[0]), ("C", "d", valeurs[1])
    )
    assert trouvees(source)["État"][0] == champ


def test_un_financeur_du_fichier_ouvert_est_reconnu_par_son_nom() -> None:
    source = feuille(("Porteur", "Intitulé", "Fonds Machin"), ("A", "b", 1000))
    assert trouvees(source)["Fonds Machin"] == ("", None, None)
    connu = trouvees(source, financeurs=("Fonds Machin",))
    assert connu["Fonds Machin"] == ("montant", "Fonds Machin", None)


def test_deux_lignes_d_entete_le_financeur_au_dessus_des_etapes() -> None:
    source = feuille(
        ("Programmation 2026",),
        fabrique.GROUPES,
        fabrique.SOUS_ENTETE,
        (1, *fabrique.DEUX_LIGNES[0]),
    )
    sens = trouvees(source)
    assert sens["État – Proposé"] == ("montant", "État", "propose")
    assert sens["Région Hauts-de-France – Accordé"] == (
        "montant", "Région Hauts-de-France", "accorde",
    )  # fmt: skip
    assert sens["Publics – Total"] == ("public_total", None, None)
    assert sens["Publics – Femmes"] == ("public_femmes", None, None)
    assert sens["Porteur"] == ("porteur", None, None)
    assert sens["Observations"] == ("observation", None, None)
    assert ligne(source) == 2


def test_deux_lignes_d_entete_l_etape_au_dessus_des_financeurs() -> None:
    source = feuille(
        ("Structure", "Action", "Montants sollicités", None, "Montants accordés", None),
        (None, None, "État", "Région", "État", "Région"),
        ("A", "b", 1, 2, 3, 4),
    )
    sens = trouvees(source)
    assert sens["Montants sollicités – Région"] == ("montant", "Région", "demande")
    assert sens["Montants accordés – État"] == ("montant", "État", "accorde")


def test_un_groupe_de_l_annee_passee_est_l_accorde_n_moins_1() -> None:
    source = feuille(
        ("Structure", "Projet", "Financements sollicités", None, "Financements obtenus N-1", None),
        (None, None, "ETAT CDV", "ETAT DC", "ETAT", "VILLE"),
        ("A", "b", 1, 2, 3, 4),
    )
    sens = trouvees(source)
    assert sens["Financements sollicités – ETAT DC"] == ("montant", "ETAT DC", "demande")
    assert sens["Financements obtenus N-1 – VILLE"] == ("accorde_n1", None, None)


def test_l_annee_d_un_groupe_vaut_pour_ses_colonnes() -> None:
    source = feuille(
        ("Porteur", "Intitulé", "Attribué 2025", None, "Demande 2026", None),
        (None, None, "Etat", "CAF", "Etat", "CAF"),
        ("A", "b", 1, 2, 3, 4),
    )
    entete = trouver_entete(source, Lexique(TABLEAU))
    assert entete is not None
    assert [(c.etape, c.annee) for c in entete.colonnes[2:]] == [
        ("accorde", 2025), ("accorde", 2025), ("demande", 2026), ("demande", 2026),
    ]  # fmt: skip


def test_un_titre_au_dessus_de_l_entete_n_est_pas_un_groupe() -> None:
    source = feuille(
        ("Contrat de ville", None, None, "Version 3"),
        ("Porteur", "Intitulé", "Coût total", "État demandé"),
        ("A", "b", 10, 5),
    )
    assert set(trouvees(source)) == {"Porteur", "Intitulé", "Coût total", "État demandé"}


def test_une_ligne_de_donnees_n_est_pas_prise_pour_un_entete() -> None:
    source = feuille(
        ("Porteur", "Intitulé", "Quartier", "Observations"),
        ("Association", "Projet", "Territoire", "Commentaire"),
        ("Structure", "Action", "Commune", "Remarque"),
    )
    assert ligne(source) == 0


def test_deux_colonnes_pour_un_meme_champ_la_plus_sure_l_emporte() -> None:
    source = feuille(("Porteur", "Projet", "Intitulé de l'action"), ("A", "P1", "Lire"))
    sens = trouvees(source)
    assert sens["Intitulé de l'action"][0] == "titre"
    assert sens["Projet"][0] == ""


def test_des_entetes_repetes_sont_distingues() -> None:
    source = feuille(("Porteur", "Intitulé", "Avis", "Avis"), ("A", "b", "oui", "non"))
    assert set(trouvees(source)) == {"Porteur", "Intitulé", "Avis", "Avis (2)"}


def test_une_correction_s_applique_par_entete_et_devient_sure() -> None:
    entete = trouver_entete(
        feuille(("Porteur", "Intitulé", "Somme"), ("A", "b", 10)), Lexique(TABLEAU)
    )
    assert entete is not None
    corrigees = corriger(entete.colonnes, {"SOMME": Correspondance("montant", "CAF", "accorde")})
    somme = corrigees[2]
    assert (somme.champ, somme.financeur, somme.etape, somme.confiance) == (
        "montant", "CAF", "accorde", 1.0,
    )  # fmt: skip


def test_la_signature_ignore_l_annee_des_entetes() -> None:
    avant = trouver_entete(feuille(("Porteur", "Intitulé", "Accordé 2025"), ("A", "b", 1)),
                           Lexique(TABLEAU))  # fmt: skip
    apres = trouver_entete(feuille(("Porteur", "Intitulé", "Accordé 2026"), ("A", "b", 1)),
                           Lexique(TABLEAU))  # fmt: skip
    assert avant is not None
    assert apres is not None
    assert signature(avant.colonnes) == signature(apres.colonnes)


def test_chaque_profil_connu_est_reconnu_a_ses_entetes() -> None:
    lues = {
        "osiris_actions": [c for _, c, _ in fabrique.OSIRIS],
        "osiris_dossiers": [c for _, c, _ in fabrique.OSIRIS_DOSSIER],
        "mgdis": fabrique.MGDIS[0],
        "compte_asso": fabrique.COMPTE_ASSO[0],
        "demarches_simplifiees": fabrique.DEMARCHES["Dossiers"][0],
    }
    for identifiant, entetes in lues.items():
        profil = reconnaitre(feuille(("Titre",), entetes), RECONNUS)
        assert profil is not None
        assert profil.identifiant == identifiant


@pytest.mark.parametrize("ej", fabrique.GISPRO_EJ)
@pytest.mark.parametrize("action", fabrique.GISPRO_ACTION)
def test_gispro_est_reconnu_sous_toutes_ses_orthographes(ej: str, action: str) -> None:
    profil = reconnaitre(feuille((action, ej, "Montant engagé")), RECONNUS)
    assert profil is not None
    assert profil.identifiant == "gispro"


def test_les_groupes_d_osiris_distinguent_les_colonnes_de_meme_nom() -> None:
    source = feuille(
        (None, "Bénéficiaire", "Représentant légal", "Caractéristiques actions"),
        ("Numero Action Osiris", "Nom", "Nom", "Intitulé"),
        ("DD59-26-0001-1", "LES VOIX", "MARTIN", "Chanter"),
    )
    entete = trouver_entete(source, Lexique(OSIRIS_ACTIONS))
    assert entete is not None
    assert {c.entete: c.champ for c in entete.colonnes} == {
        "Numero Action Osiris": "reference",
        "Bénéficiaire – Nom": "porteur",
        "Représentant légal – Nom": "",
        "Caractéristiques actions – Intitulé": "titre",
    }


@pytest.mark.parametrize(
    ("libelle", "nature"),
    [
        ("13-ETAT-POLITIQUE-VILLE", "etat"),
        ("PROVENCE ALPES COTE AZUR (CONSEIL REGIO)", "region"),
        ("13-BOUCHES-DU-RHONE (DEPT)", "departement"),
        ("13-CAF", "caf"),
        ("Valenciennes Métropole", "epci"),
        ("Ville de Marly", "commune"),
        ("ARS Hauts-de-France", "etablissement_public"),
        ("Bailleurs sociaux", "bailleur"),
        ("Association des amis", None),
    ],
)
def test_la_nature_d_un_financeur_se_lit_dans_son_nom(libelle: str, nature: str | None) -> None:
    assert nature_financeur(libelle) == nature
