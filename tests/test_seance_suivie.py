"""What the cockpit follows notice by notice is what it would read in the file, at any moment."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import event

from app.models.action import Action
from app.models.contrat import Regle
from app.services.affichage_public import page_publique
from app.services.cofinancements import Cofinancements
from app.services.decisions import Choix
from app.services.errors import Conflit, SaisieRefusee
from app.services.fichier import JOURNAL_A_RASSEMBLER, Fichier
from app.services.organismes import Organismes
from app.services.seance_en_cours import SeanceEnCours
from tests import fabriques
from tests.fabrique_seance import Salle, salle_ouverte

PAS = 40


@pytest.fixture
def salle(tmp_path: Path) -> Iterator[Salle]:
    with salle_ouverte(tmp_path) as ouverte:
        yield ouverte


def _suivi(salle: Salle) -> SeanceEnCours:
    cours = SeanceEnCours(salle.comite, salle.seance)
    salle.fichier.bus.abonner(cours.sur_avis)
    return cours


def _vu(cours: SeanceEnCours) -> tuple[Any, ...]:
    """All that is shown, but the minutes, which go on."""
    lu = cours.contexte.synthese
    sans_heure = replace(
        lu,
        minutes_ecoulees=0,
        minutes_restantes=0,
        minutes_du_point=0,
        minutes_moyennes=0,
        minutes_de_cet_axe=0,
        axe_le_plus_lent="",
        fin_prevue=None,
    )
    return replace(cours.contexte, synthese=sans_heure), cours.table, cours.tableau()


def _gestes(s: Salle, alea: Random) -> list[Callable[[], Any]]:
    c, point = s.comite, alea.choice(s.points)
    courant = c.seances.lire(s.seance).point_courant or point
    payeur = alea.choice((s.etat, s.agglo, s.region))
    montant = Decimal(alea.randint(0, 900_000)).scaleb(-2)
    membres = [m.cle for m in c.presences.membres(s.seance)]
    return [
        lambda: c.passages.suivant(s.seance),
        lambda: c.passages.precedent(s.seance),
        lambda: c.passages.revenir(s.seance),
        lambda: c.passages.reporter(courant),
        lambda: c.passages.ouvrir_point(point),
        lambda: c.tours.dire(courant, payeur, montant),
        lambda: c.tours.publier(courant),
        lambda: c.tours.dire_et_publier(point, payeur, montant),
        lambda: c.tours.reculer(courant, payeur),
        lambda: c.tours.nouveau_tour(courant),
        lambda: c.decisions.decider(point, Choix(alea.choice(("valide", "refuse", "ajourne")))),
        lambda: c.decisions.lever(point),
        lambda: c.presences.arriver(*membres),
        lambda: c.ordres.noter(point, f"Note {montant}"),
        lambda: c.ordres.mettre_en_bloc(point),
        lambda: c.ordres.debattre(point),
        lambda: c.ordres.deplacer(point, alea.randint(1, 4)),
        lambda: c.ordres.ajouter_sujet(s.seance, "Point d'étape"),
        lambda: s.fichier.undo.annuler(),
        lambda: s.fichier.undo.retablir(),
    ]


@pytest.mark.parametrize("graine", [1, 2])
def test_ce_qui_est_suivi_est_ce_que_dit_le_fichier(salle: Salle, graine: int) -> None:
    alea, cours, faits = Random(graine), _suivi(salle), 0
    for _ in range(PAS):
        try:
            alea.choice(_gestes(salle, alea))()
            faits += 1
        except (SaisieRefusee, Conflit):
            continue
        assert _vu(cours) == _vu(SeanceEnCours(salle.comite, salle.seance))
    assert faits > PAS // 2


def test_un_porteur_ou_une_action_renommes_le_sont_au_pupitre(salle: Salle) -> None:
    cours = _suivi(salle)
    salle.comite.passages.ouvrir_point(salle.point)
    porteur = salle.champ(Action, salle.action, "porteur")
    Organismes(salle.fichier).modifier(porteur, nom="Renommée")
    with salle.fichier.operation("Renommer l'action") as e:
        e.modifier(Action, salle.action, titre="Un autre titre")
    point = cours.contexte.point
    assert point is not None
    assert (point.porteur, point.titre) == ("Renommée", "Un autre titre")
    assert _vu(cours) == _vu(SeanceEnCours(salle.comite, salle.seance))


@contextmanager
def ordres_de_sqlite(fichier: Fichier) -> Iterator[list[str]]:
    """The statements that SQLite runs, on the connections of the reads and on the one that writes.

    Without the read of the last link of the journal, which each operation makes.
    """
    lus: list[str] = []

    def noter(ordre: str) -> None:
        if "FROM operation ORDER BY" not in ordre:
            lus.append(ordre)

    def suivre(pilote: sqlite3.Connection, *_: object) -> None:
        pilote.set_trace_callback(noter)

    event.listen(fichier._moteur, "checkout", suivre)
    suivre(fichier._prendre_plume()[1])
    try:
        yield lus
    finally:
        event.remove(fichier._moteur, "checkout", suivre)


def test_une_touche_ne_relit_rien_de_la_seance(salle: Salle) -> None:
    """What a key costs must not grow with the séance: nothing is read again once it is written."""
    cours = _suivi(salle)
    salle.comite.passages.ouvrir_point(salle.point)
    assert cours.table is not None
    cours.enveloppe(cours.table.cases[0])
    with ordres_de_sqlite(salle.fichier) as requetes:
        for montant in ("1", "12", "123"):
            cours.dire(salle.etat, Decimal(montant))
            cours.alertes()
            assert cours.table is not None
            cours.enveloppe(cours.table.cases[0])
        tapees, requetes[:] = list(requetes), []
        cours.publier(salle.etat)
    assert len([r for r in tapees if r.startswith("SELECT")]) <= 3 * 2
    assert len([r for r in requetes if r.startswith("SELECT")]) <= 5


def test_publier_sur_une_cpo_ne_relit_ni_la_regle_ni_les_positions(salle: Salle) -> None:
    """A point of a convention costs a publication no more reads than any other."""
    lus: list[int] = []
    for cpo in (False, True):
        if cpo:
            with salle.fichier.operation("Demander une CPO") as e:
                e.modifier(Action, salle.decor.actions[1], cpo_rang=1, cpo_duree=3)
                fabriques.regle(
                    e,
                    identifiant="cpo.unanimite",
                    niveau="bloquant",
                    parametres={"exigee": True, "perimetre": "tous les financeurs"},
                )
        salle.comite.passages.ouvrir_point(salle.points[int(cpo)])
        cours = _suivi(salle)
        assert (cours.contexte.cpo is not None) is cpo
        cours.dire(salle.etat, Decimal(5000))
        with ordres_de_sqlite(salle.fichier) as requetes:
            cours.publier(salle.etat)
        salle.fichier.bus.desabonner(cours.sur_avis)
        lus.append(len([r for r in requetes if r.startswith("SELECT")]))
    assert lus[0] == lus[1] <= 5


def test_a_la_fin_les_points_sans_debat_qui_restent_se_disent(salle: Salle) -> None:
    salle.comite.ordres.mettre_en_bloc(*salle.points[1:])
    cours = _suivi(salle)
    cours.suivant()
    with pytest.raises(SaisieRefusee, match=r"il reste 2 points sans débat, à voter par Maj\+V"):
        cours.suivant()
    salle.comite.decisions.decider_en_bloc(salle.seance)
    with pytest.raises(SaisieRefusee, match="la séance peut être close"):
        cours.suivant()


def test_la_regle_des_cpo_et_les_positions_se_suivent(salle: Salle) -> None:
    with salle.fichier.operation("Demander une CPO") as e:
        e.modifier(Action, salle.action, cpo_rang=1, cpo_duree=3)
        regle = fabriques.regle(e, identifiant="cpo.unanimite", parametres={"exigee": True})
    salle.comite.passages.suivant(salle.seance)
    cours = _suivi(salle)

    def phrase() -> str:
        assert cours.contexte.cpo is not None
        assert _vu(cours) == _vu(SeanceEnCours(salle.comite, salle.seance))
        return cours.contexte.cpo.phrase

    assert "aucun financeur" in phrase()
    cours.dire(salle.etat, Decimal(5000))
    assert phrase().endswith("à recueillir\u00a0: État."), "dès le chiffre tapé"
    cours.publier(salle.etat)
    page = page_publique(cours.contexte, cours.table, [])
    assert page.duree == "CPO, année 1 sur 3 · unanimité", "la salle sait quelle règle s'applique"
    cours.confier(salle.etat, favorable=True)
    assert phrase() == "Unanimité des financeurs concernés."
    with salle.fichier.operation("Changer la règle") as e:
        e.modifier(Regle, regle, parametres={"exigee": False})
    assert phrase() == "Le contrat n'exige pas l'unanimité."


def test_ce_qui_est_ecrit_se_rassemble_pendant_les_silences(salle: Salle) -> None:
    """The log of writes is gathered in the pauses, so that no key waits for it."""
    journal = salle.fichier.chemin.with_name(f"{salle.fichier.chemin.name}-wal")
    rangs = iter(range(10_000))

    def taper(fois: int) -> int:
        for _ in range(fois):
            salle.comite.tours.dire(salle.point, salle.etat, Decimal(next(rangs)))
        return journal.stat().st_size

    while (avant := taper(5)) <= JOURNAL_A_RASSEMBLER:
        pass
    salle.fichier.souffler()
    assert taper(5) == avant, "le journal repart de son début"
    assert taper(1) == avant


def test_un_financement_retire_quitte_aussi_les_chiffres_du_point(salle: Salle) -> None:
    salle.comite.passages.suivant(salle.seance)
    cours = _suivi(salle)
    assert cours.table is not None
    siege = cours.table.cases[0].siege
    Cofinancements(salle.fichier).supprimer(siege.cofinancement or "")
    assert _vu(cours) == _vu(SeanceEnCours(salle.comite, salle.seance))

    cours.dire(siege.payeur, Decimal(100))
    salle.fichier.undo.annuler()
    assert _vu(cours) == _vu(SeanceEnCours(salle.comite, salle.seance))


def test_entre_deux_points_le_tableau_montre_le_premier_comme_les_autres(salle: Salle) -> None:
    salle.comite.tours.dire_et_publier(salle.point, salle.etat, Decimal(4000))
    cours = SeanceEnCours(salle.comite, salle.seance)
    page = page_publique(cours.contexte, cours.table, [], cours.tableau())
    assert page.tableau is not None
    assert [ligne.total for ligne in page.tableau.lignes] == [Decimal(4000), None, None]
    assert page.tableau.total == Decimal(4000)
