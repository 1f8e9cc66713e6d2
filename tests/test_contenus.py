"""The bytes of the pièces: kept once, given back whole, found when another program touched them."""

import sqlite3
from contextlib import closing

import fabriques
import pytest
from sqlalchemy import func, select

from app.models.depot import Contenu, Piece
from app.services import contenus
from app.services.errors import ErreurConnue
from app.services.fichier import Fichier
from app.services.verification import verifier_fichier

STATUTS = b"%PDF statuts de l'association" * 50


def joindre(fichier: Fichier, octets: bytes = STATUTS, *, intitule: str = "Statuts") -> str:
    action = fabriques.decor(fichier).action
    with fichier.operation("Joindre une pièce") as e:
        return e.inserer(
            Piece,
            action=action,
            intitule=intitule,
            taille=len(octets),
            empreinte=contenus.deposer(e, octets),
        )


def nombre(fichier: Fichier) -> int:
    return int(fichier.lignes(select(func.count()).select_from(Contenu))[0][0])


def test_une_piece_revient_telle_qu_elle_etait(fichier: Fichier) -> None:
    piece = joindre(fichier)
    [(empreinte,)] = fichier.lignes(select(Piece.empreinte).where(Piece.cle == piece))
    assert contenus.lire(fichier, empreinte) == STATUTS


def test_la_meme_piece_jointe_deux_fois_ne_pese_qu_une_fois(fichier: Fichier) -> None:
    joindre(fichier)
    with fichier.operation("Joindre encore") as e:
        assert contenus.deposer(e, STATUTS) == contenus.deposer(e, STATUTS)
    assert nombre(fichier) == 1


def test_une_piece_supprimee_revient_par_annuler(fichier: Fichier) -> None:
    piece = joindre(fichier)
    with fichier.operation("Retirer la pièce") as e:
        e.supprimer(Piece, piece)
    fichier.undo.annuler()
    [(empreinte,)] = fichier.lignes(select(Piece.empreinte))
    assert contenus.lire(fichier, empreinte) == STATUTS


def test_alleger_oublie_ce_que_rien_ne_nomme_et_ce_qui_s_annulait(fichier: Fichier) -> None:
    piece = joindre(fichier)
    with fichier.operation("Joindre une pièce de trop") as e:
        contenus.deposer(e, b"orpheline")
    assert contenus.elaguer(fichier) == 1
    with fichier.operation("Retirer la pièce") as e:
        e.supprimer(Piece, piece)
    assert contenus.elaguer(fichier) == 1
    assert nombre(fichier) == 0
    assert fichier.undo.a_annuler() == []


def test_un_contenu_touche_par_un_autre_programme_se_voit(fichier: Fichier) -> None:
    joindre(fichier)
    fichier.fermer()
    assert verifier_fichier(fichier.chemin).est_sain
    with closing(sqlite3.connect(fichier.chemin)) as connexion, connexion:
        connexion.execute("UPDATE contenu SET octets = ?", (b"autre chose",))
    rapport = verifier_fichier(fichier.chemin)
    assert any("« Statuts » manque ou a été modifié" in phrase for phrase in rapport.donnees)
    with Fichier.ouvrir(fichier.chemin) as rouvert:
        [(empreinte,)] = rouvert.lignes(select(Piece.empreinte))
        with pytest.raises(contenus.ContenuPerdu, match="joignez-la de nouveau"):
            contenus.lire(rouvert, empreinte)


def test_une_piece_trop_lourde_est_refusee_en_clair(
    fichier: Fichier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contenus, "TAILLE_MAXIMUM", 10)
    with pytest.raises(ErreurConnue, match="réduisez-la"):
        joindre(fichier)
    assert nombre(fichier) == 0
