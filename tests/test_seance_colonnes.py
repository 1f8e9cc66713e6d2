"""The lists of the séance typed in as a spreadsheet: one cell, or several in one operation."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fabrique_seance import Salle, salle_ouverte

from app.models.enums import NatureDecision
from app.services.agenda_chiffre import AgendaChiffre
from app.services.cases_ecrites import ecrire_ensemble
from app.services.cofinancements import Cofinancements
from app.services.columns import Colonne
from app.services.columns_seance import (
    colonnes_liens,
    colonnes_motifs,
    colonnes_personnes,
    colonnes_points,
)
from app.services.columns_suites import colonnes_deliberations
from app.services.decisions import Choix
from app.services.errors import SaisieRefusee
from app.services.motifs import PROPOSES


@pytest.fixture
def s(tmp_path: Path) -> Iterator[Salle]:
    with salle_ouverte(tmp_path) as ouverte:
        yield ouverte


def nommees(colonnes: list[Colonne]) -> dict[str, Colonne]:
    return {colonne.cle: colonne for colonne in colonnes}


def ecrire(colonne: Colonne, cle: str, valeur: object) -> None:
    assert colonne.ecrire is not None
    colonne.ecrire(cle, valeur)


def test_les_personnes_et_leurs_liens(s: Salle) -> None:
    colonnes = nommees(colonnes_personnes(s.comite.personnes, Cofinancements(s.fichier)))
    cle = s.personnes["etat"]
    ecrire(colonnes["financeur"], cle, s.agglo.financeur)
    ecrire(colonnes["actif"], cle, False)
    ecrire(colonnes["fonction"], cle, "")
    ligne = next(p for p in s.comite.personnes.lignes() if p.cle == cle)
    textes = {nom: colonne.texte(ligne) for nom, colonne in colonnes.items()}
    assert (textes["nom"], textes["financeur"], textes["actif"], textes["fonction"]) == (
        "Etat Exemple",
        "Agglomération",
        "non",
        "",
    )
    with pytest.raises(SaisieRefusee, match="doit avoir un nom"):
        ecrire(colonnes["nom"], cle, None)
    lien = s.comite.personnes.lier(cle, s.decor.organismes[0])
    liens = nommees(colonnes_liens(s.comite.personnes))
    ecrire(liens["nature"], lien, "salarie")
    assert liens["nature"].texte(s.comite.personnes.liens()[0]) == "Salarié"


def test_l_ordre_du_jour_se_tape_et_s_annule_d_un_coup(s: Salle) -> None:
    colonnes = nommees(colonnes_points(s.comite.ordres))
    ecrire_ensemble(
        [(point, colonnes["minutes"], 9) for point in s.points]
        + [(s.point, colonnes["nature"], "bloc")]
    )
    points = s.comite.ordres.points(s.seance)
    assert [p.minutes for p in points] == [9, 9, 9]
    assert colonnes["nature"].texte(points[0]) == "Sans débat"
    s.fichier.undo.annuler()
    assert [p.minutes for p in s.comite.ordres.points(s.seance)] == [5, 5, 5]


def test_l_ordre_du_jour_montre_les_montants_et_ce_que_le_vote_en_bloc_a_pris(s: Salle) -> None:
    colonnes = nommees(colonnes_points(s.comite.ordres))
    agenda = AgendaChiffre(s.fichier)
    s.comite.ordres.ajouter_sujet(s.seance, "Règlement intérieur")
    s.comite.ordres.mettre_en_bloc(s.points[0])
    s.comite.decisions.decider_en_bloc(s.seance)
    s.comite.decisions.decider(s.points[1], Choix("refuse"))
    montrees = ("propose", "accorde", "statut", "decision")
    textes = [
        tuple(colonnes[c].texte(point).replace("\u202f", " ") for c in montrees)
        for point in agenda.points(s.seance)
    ]
    assert textes[0] == ("14 400", "14 400", "Accordée", "Validé en bloc")
    assert textes[1][2:] == ("Non retenue", "Refusé")
    assert textes[2][1:] == ("", "Déposée", ""), "nothing said is not zero"
    assert textes[3] == ("", "", "", "")
    assert all(colonnes[c].total for c in ("demande", "propose", "accorde"))
    premieres = [c.cle for c in colonnes_points(s.comite.ordres)][:4]
    assert premieres == ["ordre", "numero", "titre", "decision"]


def test_motifs_et_deliberations(s: Salle) -> None:
    motif = s.comite.motifs.ajouter("refuse", "Hors délai")
    ecrire(nommees(colonnes_motifs(s.comite.motifs))["texte"], motif, "Hors du délai")
    assert "Hors du délai" in [m.texte for m in s.comite.motifs.lignes("refuse")]
    ecrire(nommees(colonnes_motifs(s.comite.motifs))["actif"], motif, "non")
    offerts = [m.texte for m in s.comite.motifs.offerts("refuse")]
    assert offerts == list(PROPOSES[NatureDecision.REFUSE]), "les autres restent proposés"
    assert s.comite.motifs.ajouter("refuse", "hors du délai") == motif, "le même, à nouveau"
    assert "Hors du délai" in [m.texte for m in s.comite.motifs.offerts("refuse")]
    vote = s.comite.deliberations.ajouter(s.agglo.financeur, 2026)
    colonnes = nommees(colonnes_deliberations(s.comite.deliberations))
    ecrire(colonnes["numero"], vote, "2026-12")
    [ligne] = s.comite.deliberations.lignes(2026)
    assert (colonnes["numero"].texte(ligne), colonnes["financeur"].texte(ligne)) == (
        "2026-12",
        "Agglomération",
    )
