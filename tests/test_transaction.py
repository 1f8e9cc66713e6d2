"""One operation = one transaction = one journal entry = one notice; the journal cannot be rewritten."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import fabriques
import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DBAPIError, OperationalError

from app.models.action import Action, Cofinancement
from app.models.base import nouvelle_cle
from app.models.contrat import Commune, Quartier
from app.models.enums import NatureOperation, StatutAction
from app.models.journal import Operation, Trace
from app.models.organisme import Financeur
from app.models.programme import Exercice
from app.services.bus import Avis
from app.services.chaine import rejouer, traces_de, verifier_chaine, verifier_rejeu
from app.services.errors import Conflit, FichierOccupe
from app.services.fichier import Fichier
from app.services.transaction import entites


@pytest.fixture
def fichier(tmp_path: Path) -> Iterator[Fichier]:
    with fabriques.neuf(tmp_path / "essai.tdt") as ouvert:
        yield ouvert


def operations(fichier: Fichier) -> list[tuple[int, str, str]]:
    requete = select(Operation.numero, Operation.libelle, Operation.nature)
    return [tuple(ligne) for ligne in fichier.lignes(requete.order_by(Operation.numero))]


def traces(fichier: Fichier, numero: int) -> list[tuple[str, str, str | None, str | None]]:
    requete = select(Trace.entite, Trace.geste, Trace.avant, Trace.apres)
    return [tuple(t) for t in fichier.lignes(requete.where(Trace.operation == numero))]


def noms(fichier: Fichier) -> list[str]:
    return [nom for (nom,) in fichier.lignes(select(Commune.nom).order_by(Commune.nom))]


# One operation ------------------------------------------------------------------------------------


def test_une_operation_laisse_une_entree_et_un_avis(fichier: Fichier) -> None:
    recus: list[Avis] = []
    fichier.bus.abonner(recus.append)
    with fichier.operation("Créer deux communes") as e:
        brèmes = fabriques.commune(e, nom="Brèmes")
        fabriques.commune(e, nom="Ostreval")
    assert operations(fichier) == [(1, "Créer deux communes", "saisie")]
    [avis] = recus
    assert (avis.numero, avis.libelle, avis.nature) == (1, "Créer deux communes", "saisie")
    assert [(m.entite, m.avant is None, m.valeur("nom")) for m in avis.modifications] == [
        ("commune", True, "Brèmes"),
        ("commune", True, "Ostreval"),
    ]
    assert avis.touche("commune", "action")
    assert not avis.touche("action")
    assert brèmes in avis.cles("commune")


def test_l_entree_dit_qui_ou_quand_et_chaque_valeur(fichier: Fichier) -> None:
    with fichier.operation("Préparer") as e:
        cle = fabriques.financeur(e)
    with fichier.operation("Renommer") as e:
        e.modifier(Financeur, cle, nom_court="DDETS", nom="État")
    qui = fichier.lignes(select(Operation.auteur, Operation.machine, Operation.copie))[-1]
    assert tuple(qui) == (
        fabriques.AUTEUR,
        fichier.signature.machine,
        fichier.signature.copie,
    )
    assert traces(fichier, 2) == [
        ("financeur", "modification", '{"nom_court":"État"}', '{"nom_court":"DDETS"}')
    ]


def test_un_montant_est_inscrit_en_centimes_et_relu_en_euros(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    with fichier.operation("Demander") as e:
        cle = fabriques.cofinancement(e, decor.action, decor.financeurs[0], demande=None)
    with fichier.operation("Demander") as e:
        e.modifier(Cofinancement, cle, demande=Decimal("12500.50"))
    assert traces(fichier, 3) == [
        ("cofinancement", "modification", '{"demande":null}', '{"demande":1250050}')
    ]
    [[demande]] = fichier.lignes(select(Cofinancement.demande))
    assert demande == Decimal("12500.50")


def test_une_operation_sans_changement_ne_laisse_rien(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    avant = operations(fichier)
    recus: list[Avis] = []
    fichier.bus.abonner(recus.append)
    with fichier.operation("Ne rien faire"):
        pass
    with fichier.operation("Redire la même chose") as e:
        e.modifier(Commune, decor.communes[0], nom="Brèmes-sur-Scarpe", variantes=[])
    assert operations(fichier) == avant
    assert recus == []


def test_une_operation_qui_echoue_ne_change_rien(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    recus: list[Avis] = []
    fichier.bus.abonner(recus.append)

    def echouer() -> None:
        with fichier.operation("Échouer") as e:
            e.modifier(Commune, decor.communes[0], nom="Autre")
            fabriques.commune(e, nom="Troisième")
            raise RuntimeError("panne")

    with pytest.raises(RuntimeError, match="panne"):
        echouer()
    assert noms(fichier) == ["Brèmes-sur-Scarpe", "Ostreval"]
    assert len(operations(fichier)) == 1
    assert recus == []
    with fichier.operation("Réussir ensuite") as e:
        fabriques.commune(e, nom="Troisième")
    assert operations(fichier)[-1] == (2, "Réussir ensuite", "saisie")


def test_une_ecriture_gardee_apres_son_operation_n_ecrit_plus_rien(fichier: Fichier) -> None:
    with fichier.operation("Ajouter") as e:
        fabriques.commune(e, nom="Brèmes")
    for tardif in (lambda: fabriques.commune(e, nom="Ostreval"), lambda: e.lignes(select(Commune))):
        with pytest.raises(AttributeError):
            tardif()
    assert noms(fichier) == ["Brèmes"]


def test_une_ecriture_ratee_puis_ignoree_fait_tout_abandonner(fichier: Fichier) -> None:
    """Part of a batch may already be in the file, which the journal would not tell."""
    cle = "0" * 32

    def importer() -> None:
        with fichier.operation("Importer") as e, suppress(sqlite3.IntegrityError):
            e.inserer_lot(
                Commune,
                [{"cle": cle, "nom": "Première"}, {"cle": cle, "nom": "Même clé"}],
            )

    with pytest.raises(RuntimeError, match="a write failed"):
        importer()
    assert noms(fichier) == []


def test_les_operations_ne_s_emboitent_pas(fichier: Fichier) -> None:
    with fichier.operation("Au-dehors") as e:
        fabriques.commune(e, nom="Au-dehors")
        with (
            pytest.raises(
                FichierOccupe, match=r"Un autre travail écrit dans le fichier : attendez"
            ),
            fichier.operation("Au-dedans"),
        ):
            pytest.fail("une opération s'est ouverte dans une autre")
    assert noms(fichier) == ["Au-dehors"]


def test_deux_fils_n_ecrivent_pas_en_meme_temps(fichier: Fichier) -> None:
    refus: list[str] = []

    def ecrire() -> None:
        try:
            with fichier.operation("Depuis un autre fil"):
                pass
        except FichierOccupe as erreur:
            refus.append(str(erreur))

    with fichier.operation("Long travail") as e:
        fabriques.commune(e)
        fil = threading.Thread(target=ecrire)
        fil.start()
        fil.join()
    assert refus == ["Un autre travail écrit dans le fichier : attendez qu'il se termine."]


def test_on_lit_l_ancien_etat_pendant_une_operation_d_un_autre_fil(fichier: Fichier) -> None:
    lus: list[list[str]] = []
    with fichier.operation("Long travail") as e:
        fabriques.commune(e)
        fil = threading.Thread(target=lambda: lus.append(noms(fichier)))
        fil.start()
        fil.join()
        assert [nom for (nom,) in e.lignes(select(Commune.nom))] == ["Brèmes-sur-Scarpe"]
    assert lus == [[]]


# Nothing escapes the journal ----------------------------------------------------------------------


def test_une_ecriture_hors_operation_echoue_bruyamment(fichier: Fichier) -> None:
    with pytest.raises(OperationalError, match="readonly"), fichier.lecture() as connexion:
        connexion.execute(insert(Exercice), {"cle": "x", "annee": 2026, "clos": False})
    decor = fabriques.decor(fichier)
    with pytest.raises(OperationalError, match="readonly"):
        fichier.lignes(update(Commune).values(nom="Passée en douce").returning(Commune.cle))
    with pytest.raises(OperationalError, match="readonly"), fichier.lecture() as connexion:
        connexion.execute(update(Commune).values(nom="Passée en douce"))
    with fichier.operation("Essai") as e:
        e.modifier(Commune, decor.communes[0], rang=7)
    with pytest.raises(OperationalError, match="readonly"):
        fichier.lignes(update(Commune).values(nom="Passée en douce").returning(Commune.cle))
    assert noms(fichier) == ["Brèmes-sur-Scarpe", "Ostreval"]


@pytest.mark.parametrize(
    "ordre",
    [
        "UPDATE operation SET libelle='Autre'",
        "DELETE FROM operation",
        "UPDATE trace SET apres='{}'",
        "DELETE FROM trace",
    ],
)
def test_le_journal_refuse_d_etre_recrit(fichier: Fichier, ordre: str) -> None:
    fabriques.decor(fichier)
    with (
        pytest.raises(DBAPIError, match="journal inalterable"),
        fichier.operation("Réécrire l'histoire") as e,
    ):
        e._connexion.exec_driver_sql(ordre)
    assert len(operations(fichier)) == 1


def test_la_valeur_inscrite_est_celle_que_le_fichier_garde(fichier: Fichier) -> None:
    """Whatever a caller gives: the notice feeds the totals, and undo compares with the file."""
    decor = fabriques.decor(fichier)
    recus: list[Avis] = []
    fichier.bus.abonner(recus.append)
    with fichier.operation("Donner de tout") as e:
        cofinancement = fabriques.cofinancement(
            e, decor.action, decor.financeurs[0], demande=Decimal("0.005"), accorde=3, vote="12"
        )
        e.modifier(
            Action,
            decor.action,
            statut=StatutAction.ACCORDEE,
            public_ages={6: 12, "11-17": [1, 2]},
            public_total=True,
        )
        commune = fabriques.commune(e, nom=12, variantes=("Brèmes", "Bremes"), signataire=1)
    [avis] = recus
    stockees = {
        ("cofinancement", cofinancement): Cofinancement,
        ("action", decor.action): Action,
        ("commune", commune): Commune,
    }
    for modification in avis.modifications:
        modele = stockees.pop((modification.entite, modification.cle))
        with fichier.operation("Relire") as e:
            assert e.lire(modele, modification.cle) == modification.apres
    assert stockees == {}
    assert {type(m.valeur("statut")) for m in avis.modifications if m.entite == "action"} == {str}
    with fichier.lecture() as connexion:
        assert verifier_rejeu(connexion) == []


def test_un_nombre_flottant_n_est_pas_un_montant(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    with (
        pytest.raises(TypeError, match="float given for an amount"),
        fichier.operation("Demander") as e,
    ):
        fabriques.cofinancement(e, decor.action, decor.financeurs[0], demande=12.1)


def test_une_colonne_inconnue_est_refusee(fichier: Fichier) -> None:
    with pytest.raises(KeyError, match="inconnue"), fichier.operation("Se tromper") as e:
        fabriques.commune(e, inconnue=1)
    decor = fabriques.decor(fichier)
    with pytest.raises(KeyError, match="inconnue"), fichier.operation("Se tromper") as e:
        e.modifier(Commune, decor.communes[0], inconnue=1)


def test_une_valeur_obligatoire_oubliee_est_une_erreur_du_programme(fichier: Fichier) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="NOT NULL"), fichier.operation("Oublier") as e:
        e.inserer(Commune, code_insee="59999")


def test_une_ligne_utilisee_ailleurs_ne_se_supprime_pas(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    with (
        pytest.raises(Conflit, match="Cette ligne est liée à d'autres : supprimez ou modifiez"),
        fichier.operation("Supprimer un financeur") as e,
    ):
        e.supprimer(Financeur, decor.financeurs[0])


def test_un_lien_vers_rien_est_refuse(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    with pytest.raises(Conflit), fichier.operation("Lier dans le vide") as e:
        e.modifier(Action, decor.action, porteur="f" * 32)


def test_une_ligne_disparue_le_dit(fichier: Fichier) -> None:
    for geste in ("lire", "supprimer", "modifier"):
        with (
            pytest.raises(Conflit, match="Cette ligne n'existe plus"),
            fichier.operation("Chercher") as e,
        ):
            getattr(e, geste)(Quartier, "f" * 32)


def test_une_erreur_d_un_autre_fichier_n_est_pas_attribuee_a_celui_ci(
    fichier: Fichier, tmp_path: Path
) -> None:

    def importer() -> None:
        with fichier.operation("Importer") as e:
            fabriques.commune(e)
            (tmp_path / "absent.csv").read_text()

    with pytest.raises(FileNotFoundError):
        importer()
    assert noms(fichier) == []


# Notices ------------------------------------------------------------------------------------------


def test_l_avis_part_apres_l_enregistrement(fichier: Fichier) -> None:
    vus: list[list[str]] = []
    fichier.bus.abonner(lambda _: vus.append(noms(fichier)))
    with fichier.operation("Créer") as e:
        fabriques.commune(e)
        assert vus == []
    assert vus == [["Brèmes-sur-Scarpe"]]


def test_un_abonne_qui_echoue_ne_perd_rien_et_ne_fait_taire_personne(fichier: Fichier) -> None:
    recus: list[int] = []

    def echouer(_: Avis) -> None:
        raise ValueError("abonné en panne")

    fichier.bus.abonner(lambda avis: recus.append(avis.numero))
    fichier.bus.abonner(echouer)
    fichier.bus.abonner(lambda avis: recus.append(avis.numero))
    with pytest.raises(ValueError, match="abonné en panne"), fichier.operation("Créer") as e:
        fabriques.commune(e)
    assert recus == [1, 1]
    assert noms(fichier) == ["Brèmes-sur-Scarpe"]
    assert fichier.undo.a_annuler() == ["Créer"]


def test_un_abonne_peut_ecrire_a_son_tour(fichier: Fichier) -> None:
    def completer(avis: Avis) -> None:
        if avis.touche("commune"):
            with fichier.operation("Compléter") as e:
                fabriques.quartier(e)

    fichier.bus.abonner(completer)
    with fichier.operation("Créer") as e:
        fabriques.commune(e)
    assert [libelle for _, libelle, _ in operations(fichier)] == ["Créer", "Compléter"]
    assert fichier.undo.a_annuler() == ["Compléter", "Créer"]


def test_on_peut_se_desabonner(fichier: Fichier) -> None:
    recus: list[Avis] = []
    fichier.bus.abonner(recus.append)
    fichier.bus.desabonner(recus.append)
    with fichier.operation("Créer") as e:
        fabriques.commune(e)
    assert recus == []


def test_un_avis_peut_etre_achemine_vers_un_autre_fil(fichier: Fichier) -> None:
    en_attente = []
    recus: list[int] = []
    fichier.bus.acheminer = en_attente.append
    fichier.bus.abonner(lambda avis: recus.append(avis.numero))
    with fichier.operation("Créer") as e:
        fabriques.commune(e)
    assert recus == []
    # What can be undone is known at once, whoever delivers the notice.
    assert fichier.undo.a_annuler() == ["Créer"]
    for envoi in en_attente:
        envoi()
    assert recus == [1]


# The chain ----------------------------------------------------------------------------------------


def journal_de_trois_operations(fichier: Fichier) -> Path:
    decor = fabriques.decor(fichier)
    with fichier.operation("Modifier l'intitulé") as e:
        e.modifier(Action, decor.action, titre="Autre intitulé")
    with fichier.operation("Ajouter un quartier", nature=NatureOperation.IMPORT) as e:
        fabriques.quartier(e)
    fichier.fermer()
    return fichier.chemin


def alterer(chemin: Path, *ordres: str) -> list[str]:
    """What the chain says once somebody took the triggers off and rewrote the journal."""
    connexion = sqlite3.connect(chemin)
    for nom in ("operation_sans_update", "operation_sans_delete"):
        connexion.execute(f"DROP TRIGGER {nom}")
    for nom in ("trace_sans_update", "trace_sans_delete"):
        connexion.execute(f"DROP TRIGGER {nom}")
    for ordre in ordres:
        assert connexion.execute(ordre).rowcount >= 1
    connexion.commit()
    connexion.close()
    with Fichier.ouvrir(chemin) as rouvert, rouvert.lecture() as lecture:
        return verifier_chaine(lecture)


def test_un_journal_intact_se_verifie(fichier: Fichier) -> None:
    assert alterer(journal_de_trois_operations(fichier)) == []


MODIFIEE = "L'opération 2 a été modifiée après son inscription."


@pytest.mark.parametrize(
    "ordre",
    [
        "UPDATE trace SET apres=replace(apres, 'Autre', 'Autrf') WHERE operation=2",
        "UPDATE trace SET avant=replace(avant, '1', '2') WHERE operation=2",
        "UPDATE trace SET sujet=NULL WHERE operation=2",
        "UPDATE trace SET entite='actioN' WHERE operation=2",
        "DELETE FROM trace WHERE operation=2",
        (
            "INSERT INTO trace SELECT operation, 1, entite, ligne, sujet, geste, avant, apres"
            " FROM trace WHERE operation=2"
        ),
        "UPDATE operation SET auteur='Camille Essaj' WHERE numero=2",
        "UPDATE operation SET horodatage='2020-01-01T00:00:00.000+00:00' WHERE numero=2",
        "UPDATE operation SET libelle='Modifier l''intitulé ' WHERE numero=2",
        "UPDATE operation SET inverse=1 WHERE numero=2",
        "UPDATE operation SET machine='autre' WHERE numero=2",
        "UPDATE operation SET copie='autre' WHERE numero=2",
        "UPDATE operation SET nature='systeme' WHERE numero=2",
        "UPDATE operation SET cle='autre' WHERE numero=2",
    ],
)
def test_un_seul_octet_change_au_journal_se_voit(fichier: Fichier, ordre: str) -> None:
    assert alterer(journal_de_trois_operations(fichier), ordre) == [MODIFIEE]


def test_une_empreinte_refaite_rompt_la_suite(fichier: Fichier) -> None:
    ordre = "UPDATE operation SET empreinte='{}' WHERE numero=2".format("a" * 64)
    assert alterer(journal_de_trois_operations(fichier), ordre) == [
        MODIFIEE,
        "L'opération 3 ne suit plus celle qui la précède.",
    ]


def test_une_operation_retiree_laisse_un_trou(fichier: Fichier) -> None:
    assert alterer(
        journal_de_trois_operations(fichier),
        "DELETE FROM trace WHERE operation=2",
        "DELETE FROM operation WHERE numero=2",
    ) == ["L'opération 2 manque."]


def test_plusieurs_operations_retirees_laissent_un_trou(fichier: Fichier) -> None:
    assert alterer(
        journal_de_trois_operations(fichier),
        "DELETE FROM trace WHERE operation<3",
        "DELETE FROM operation WHERE numero<3",
    ) == ["Les opérations 1 à 2 manquent."]


@pytest.mark.parametrize("numero", [2, 3])
def test_des_traces_sans_operation_se_voient(fichier: Fichier, numero: int) -> None:
    defauts = alterer(
        journal_de_trois_operations(fichier), f"DELETE FROM operation WHERE numero={numero}"
    )
    assert defauts[-1] == "Des modifications ne se rattachent plus à aucune opération."


# Replay -------------------------------------------------------------------------------------------


def test_une_donnee_changee_hors_du_journal_se_voit_au_rejeu(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    fichier.fermer()
    connexion = sqlite3.connect(fichier.chemin)
    connexion.execute("UPDATE action SET titre='Passé en douce'")
    connexion.execute("DELETE FROM echelle")
    connexion.execute("INSERT INTO exercice (cle, annee, clos) VALUES ('x', 2027, 0)")
    connexion.commit()
    connexion.close()
    with Fichier.ouvrir(fichier.chemin) as rouvert, rouvert.lecture() as lecture:
        ecarts = verifier_rejeu(lecture)
    assert len(ecarts) == 3
    assert ecarts[0] == (
        f"action {decor.action} : « titre » vaut 'Passé en douce' dans le fichier, "
        "'Action 1' dans le journal."
    )
    assert [e.rpartition(" : ")[2] for e in ecarts[1:]] == [
        "présente dans le journal, absente du fichier.",
        "présente dans le fichier, absente du journal.",
    ]


def test_le_rejeu_refuse_une_suite_impossible(fichier: Fichier) -> None:
    fabriques.decor(fichier)
    with fichier.lecture() as connexion:
        toutes = list(traces_de(connexion))
    assert rejouer(toutes).defauts == ()
    assert len(rejouer([*toutes, toutes[0]]).defauts) == 1


def test_chaque_table_du_domaine_est_couverte_par_le_journal() -> None:
    from app.models.schema import TABLES

    hors_journal = {"copie", "operation", "trace", "contenu"}  # the bytes that the pièces name
    assert entites().keys() == TABLES.keys() - hors_journal


def test_des_cles_prises_dans_la_meme_milliseconde_restent_dans_leur_ordre(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A quick disk writes two comments within one: they read in the order in which they were said."""
    depart = 1_790_000_000_123_000_000
    cles = []
    for nanosecondes in range(0, 1_000_000, 50_000):
        monkeypatch.setattr("time.time_ns", lambda n=nanosecondes: depart + n)
        cles.append(nouvelle_cle())
    assert cles == sorted(set(cles))
    assert len({cle[:12] for cle in cles}) == 1
