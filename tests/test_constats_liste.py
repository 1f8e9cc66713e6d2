"""The constats of a year as they are listed and printed, and what the table of actions counts."""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest
from fabrique_seance import Salle, salle_ouverte
from lecture_papiers import net, poppler

from app.cli import executer
from app.models.enums import CibleConstat, NiveauConstat
from app.services.colonne_constats import colonne_des_constats
from app.services.columns import Signal
from app.services.constats_comptes import niveaux_dits
from app.services.constats_liste import A_TRAITER, OUTRE, LigneConstat, ListeConstats, resume
from app.services.constats_outre import PassagesOutre
from app.services.constats_service import Constats
from app.services.controle_comite import ecrire_controle, lire_controle
from app.services.errors import SaisieRefusee
from app.services.regles_dites import couches_dites
from app.services.surcharges import LigneRegle, LigneValeur
from app.services.valeurs_de_condition import dire_valeur, lire_valeur_tapee
from tests import fabriques

MOTIF = "=Le porteur rend son budget lundi"
B, A, INFO = NiveauConstat.BLOQUANT, NiveauConstat.ALERTE, NiveauConstat.INFORMATION


@pytest.fixture(scope="module")
def salle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Salle]:
    """An open séance whose first action has a budget that lacks 500 €, passed over."""
    with salle_ouverte(tmp_path_factory.mktemp("constats")) as ouverte:
        with ouverte.fichier.operation("Déséquilibrer") as e:
            fabriques.ligne_budget(e, ouverte.action, montant=Decimal(500))
        yield ouverte


def lignes(salle: Salle) -> list[LigneConstat]:
    return ListeConstats(salle.fichier, Constats(salle.fichier)).lignes(2026)


def du_budget(salle: Salle) -> LigneConstat:
    return next(li for li in lignes(salle) if li.regle == "national.equilibre")


def test_un_constat_se_lit_avec_son_sujet_sa_regle_et_sa_source(salle: Salle) -> None:
    ligne = du_budget(salle)
    assert ligne.cible == CibleConstat.ACTION
    assert (ligne.objet, bool(ligne.numero), bool(ligne.sujet)) == (salle.action, True, True)
    assert "500" in ligne.phrase
    assert ligne.source
    assert (ligne.couche, ligne.etat) == ("National", A_TRAITER)
    assert ligne.enonce
    assert len({li.cle for li in lignes(salle)}) == len(lignes(salle))


def test_passe_outre_il_reste_avec_son_motif_et_son_auteur(salle: Salle) -> None:
    ligne, passages = du_budget(salle), PassagesOutre(salle.fichier)
    avant = resume(lignes(salle))
    passages.passer([ligne.constat], MOTIF)
    passee = du_budget(salle)
    assert (passee.etat, passee.outre, passee.cle) == (OUTRE, MOTIF, ligne.cle)
    assert passee.auteur == salle.fichier.signature.auteur
    assert resume(lignes(salle)).endswith("Passés outre\u00a0: 1.")
    passages.revenir([passee.constat])
    assert (du_budget(salle).etat, resume(lignes(salle))) == (A_TRAITER, avant)


def test_le_controle_avant_comite_met_a_part_ce_qui_est_passe_outre(
    salle: Salle, tmp_path: Path
) -> None:
    constat = du_budget(salle).constat
    PassagesOutre(salle.fichier).passer([constat], MOTIF)
    try:
        controle = lire_controle(salle.fichier, 2026)
        assert controle.nombre == sum(li.compte for li in lignes(salle))
        assert [li.phrase for li in controle.outre] == [constat.phrase]
        ecrire_controle(controle, tmp_path / "c.pdf")
        ecrire_controle(controle, tmp_path / "c.xlsx")
    finally:
        PassagesOutre(salle.fichier).revenir([constat])
    texte = net(poppler("pdftotext", "-layout", str(tmp_path / "c.pdf"), "-"))
    assert "Contrôle avant comité – 2026" in texte
    assert "Passés outre (1)" in texte
    assert MOTIF.split()[-1] in texte
    livre = openpyxl.load_workbook(tmp_path / "c.xlsx")
    assert livre.sheetnames == ["À traiter", "Passés outre"]
    [titres, ligne] = list(livre["Passés outre"].iter_rows(min_row=5, values_only=True))
    assert dict(zip(titres, ligne, strict=True))["Motif"] == MOTIF, "un texte, jamais une formule"
    assert livre["Passés outre"].cell(6, titres.index("Motif") + 1).data_type == "s"
    assert livre["À traiter"].max_row == 5 + controle.nombre


def test_le_controle_s_ecrit_en_ligne_de_commande(
    salle: Salle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copie, cible = tmp_path / "copie.tdt", tmp_path / "controle.xlsx"
    salle.fichier.enregistrer_copie(copie)
    commande = ["exporter", str(copie), "controle", "--annee", "2026", "--sortie", str(cible)]
    assert executer(commande) == 0
    nombre = sum(li.compte for li in lignes(salle))
    assert re.search(rf"{nombre} constats? à traiter", capsys.readouterr().out)
    assert openpyxl.load_workbook(cible)["À traiter"].max_row == 5 + nombre


def test_la_colonne_trie_par_gravite_et_se_dit_en_mots() -> None:
    comptes = {"a": {B: 1, A: 2}, "b": {A: 12}, "c": {B: 1}, "d": {}, "e": {INFO: 3}, "f": {B: 2}}
    colonne = colonne_des_constats(comptes.get)
    rangees = [SimpleNamespace(cle=cle) for cle in [*comptes, "inconnue"]]
    textes = {ligne.cle: colonne.texte(ligne) for ligne in rangees}
    assert textes["a"] == "1 bloquant, 2 alertes" == niveaux_dits(comptes["a"])
    assert (textes["d"], textes["inconnue"]) == ("", "")
    dits = [ligne for ligne in rangees if textes[ligne.cle]]
    tries = sorted(dits, key=colonne.cle_de_tri, reverse=True)
    assert [ligne.cle for ligne in tries] == ["f", "a", "c", "b", "e"]
    assert colonne.signal is not None
    assert colonne.signal(textes["a"]) == Signal.BLOQUANT
    assert colonne.signal(textes["b"]) == Signal.ALERTE


def test_une_valeur_montre_chaque_couche_et_le_silence() -> None:
    dite = LigneValeur(
        "max", "Maximum", "4", "Équipe", "", True, True, (("Contrat", "3", "C, l. 2"),)
    )
    muette = LigneValeur("min", "Minimum", "non précisé", "", "", False, False, ())
    regle = LigneRegle(
        "cpo.duree",
        "Durée",
        "cpo",
        "",
        A,
        A,
        True,
        True,
        "Équipe",
        "",
        (dite, muette),
        True,
        "",
        "",
        "",
    )
    assert [(c.valeur, c.texte, c.couche, c.etat) for c in couches_dites(regle)] == [
        ("Maximum", "4", "Équipe", "S'applique"),
        ("", "3", "Contrat", "Remplacée"),
        ("Minimum", "non précisé", "", "Silence"),
    ]


def test_les_valeurs_d_une_condition_se_tapent_en_francais() -> None:
    assert lire_valeur_tapee("euros", "12 500,5") == "12500.5"
    assert lire_valeur_tapee("pourcent", "80 %") == "80"
    assert lire_valeur_tapee("date", "15/3/2026") == "2026-03-15"
    assert dire_valeur("date", "2026-03-15") == "15/03/2026"
    assert dire_valeur("euros", "12500.5") == "12500,5"
    for nature, texte in (("nombre", ""), ("date", " "), ("texte", ""), ("euros", "douze")):
        with pytest.raises(SaisieRefusee):
            lire_valeur_tapee(nature, texte)
