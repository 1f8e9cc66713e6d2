"""The register of requirements is whole and honest: every proof that it names exists and has passed.

`exigences.csv` says of each requirement A-1…A-227 and B-1…B-226: `fait`, `partiel` or `non`, and why.
What is `fait` or `partiel` names the tests that show it (`tests/test_x.py::test_y`); free words may
stand beside them. What is `non` says where it is foreseen. That they passed is seen by conftest.py,
once the whole suite has run.
"""

from registre import RACINE, acquis, existe, preuves_manquantes, registre

ATTENDUES = [f"A-{n}" for n in range(1, 228)] + [f"B-{n}" for n in range(1, 227)]
ETATS = {"fait", "partiel", "non", "hors-objet"}


def aucune(fautives: list[str]) -> None:
    assert not fautives, "\n" + "\n".join(fautives)


def test_chaque_exigence_est_au_registre_une_fois() -> None:
    assert [e.numero for e in registre()] == ATTENDUES


def test_chaque_exigence_dit_son_etat_et_pourquoi() -> None:
    aucune([str(e) for e in registre() if e.etat not in ETATS or not e.preuve.strip()])


def test_ce_qui_est_fait_nomme_ses_essais() -> None:
    aucune([str(e) for e in registre() if e.etat in ("fait", "partiel") and not e.essais])


def test_chaque_essai_nomme_existe() -> None:
    aucune([f"{e.numero} {essai}" for e in registre() for essai in e.essais if not existe(essai)])


def test_un_essai_nomme_qui_n_a_pas_reussi_est_dit() -> None:
    tous = (*registre(), *acquis())
    nommes = {essai for e in tous if e.etat in ("fait", "partiel") for essai in e.essais}
    assert preuves_manquantes(nommes) == []
    oublie = min(nommes)
    manquantes = preuves_manquantes(nommes - {oublie})
    assert {ligne.partition(" ")[2] for ligne in manquantes} == {oublie}


# What a spreadsheet gives for free ----------------------------------------------------------------

LAISSES = {35, 38, 41, 42}  # those that only could be matched


def test_chaque_acquis_du_tableur_est_au_registre_avec_sa_preuve_et_son_aide() -> None:
    numeros = [int(a.numero) for a in acquis()]
    assert numeros == [n for n in range(1, 47) if n not in LAISSES]
    for un in acquis():
        assert un.priorite in ("M", "S"), un
        assert un.etat in ETATS, un
        if un.etat in ("fait", "partiel"):
            assert un.essais, un
            assert (RACINE / "resources" / "aide" / f"{un.aide}.md").is_file(), un
            aucune([f"{un.numero} {essai}" for essai in un.essais if not existe(essai)])
        else:
            assert un.preuve, un
