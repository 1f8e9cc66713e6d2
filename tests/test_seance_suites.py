"""After the comité: what is left, who is called next, what is voted, notified and paid."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from fabrique_seance import Salle, salle_ouverte
from sqlalchemy import select

from app.models.action import Action, Cofinancement
from app.services.decisions import Choix
from app.services.errors import SaisieRefusee
from app.services.suites import total_des_reliquats

D = Decimal


@pytest.fixture
def s(tmp_path: Path) -> Iterator[Salle]:
    """The first action granted 10 000 + 5 000, the others on the liste complémentaire."""
    with salle_ouverte(tmp_path) as ouverte:
        yield _garnir(ouverte)


def _garnir(s: Salle) -> Salle:
    s.comite.tours.dire_et_publier(s.points[0], s.etat, D(10_000))
    s.comite.tours.dire_et_publier(s.points[0], s.agglo, D(5000))
    s.comite.decisions.decider(s.points[0], Choix("valide"))
    for point in (s.points[2], s.points[1]):
        s.comite.tours.dire_et_publier(point, s.etat, D(9000))
        s.comite.tours.dire_et_publier(point, s.agglo, D(4000))
        s.comite.decisions.decider(point, Choix("complementaire"))
    s.comite.scellements.clore(s.seance, confirmer=True)
    return s


def cofinancement(s: Salle, payeur: object, rang: int = 0) -> str:
    case = next(c for c in s.comite.tables.du_point(s.points[rang]).cases if c.payeur == payeur)
    assert case.siege.cofinancement is not None
    return case.siege.cofinancement


def etapes(s: Salle, cle: str) -> tuple[object, ...]:
    requete = select(
        Cofinancement.vote, Cofinancement.notifie, Cofinancement.verse, Cofinancement.statut
    )
    return tuple(s.fichier.lignes(requete.where(Cofinancement.cle == cle))[0])


# Reliquats and liste complémentaire ---------------------------------------------------------------


def test_les_reliquats_de_chaque_enveloppe(s: Salle) -> None:
    reliquats = s.comite.suites.reliquats(2026)
    assert [(r.nom, r.disponible, r.accorde, r.reliquat) for r in reliquats] == [
        ("État", D(20_000), D(10_000), D(10_000)),
        ("Agglomération", D(7500), D(5000), D(2500)),
    ]
    assert total_des_reliquats(reliquats) == D(12_500)


def test_la_liste_complementaire_dit_ce_qui_manque(s: Salle) -> None:
    candidates = s.comite.suites.liste_complementaire(2026)
    assert [c.phrase.replace("\u202f", " ").replace("\u00a0", " ") for c in candidates] == [
        "Rang 1 : 2026-003 « Action 3 », 15 400 €, il manque : Agglomération 1 500 €.",
        "Rang 2 : 2026-002 « Action 2 », 15 400 €, il manque : Agglomération 1 500 €.",
    ]


def test_une_action_abandonnee_libere_la_suivante(s: Salle) -> None:
    premiere, _ = s.comite.suites.abandonner(s.action, "Le porteur renonce")
    assert (premiere.numero, premiere.financable) == ("2026-003", True)
    assert s.champ(Action, s.action, "statut") == "retiree"
    assert s.accorde(s.etat) is None
    s.comite.suites.appeler(premiere.decision)
    assert [s.accorde(p, 2) for p in (s.etat, s.agglo, s.region)] == [D(9000), D(4000), D(2400)]
    assert s.champ(Action, s.decor.actions[2], "statut") == "accordee"
    [restante] = s.comite.suites.liste_complementaire(2026)
    assert restante.numero == "2026-002"
    with pytest.raises(SaisieRefusee, match="n'attend plus"):
        s.comite.suites.appeler(premiere.decision)
    # Both are seen as what they are: decided after the comité.
    numeros = {m.numero for m in s.comite.scellements.modifications(2026)}
    assert numeros == {"2026-001", "2026-003"}


def test_on_n_abandonne_pas_sans_motif_ni_ce_qui_est_verse(s: Salle) -> None:
    with pytest.raises(SaisieRefusee, match="tapez un motif"):
        s.comite.suites.abandonner(s.action, " ")
    s.comite.deliberations.verser(cofinancement(s, s.etat), D(1000), date="2026-06-01")
    with pytest.raises(SaisieRefusee, match="a déjà versé"):
        s.comite.suites.abandonner(s.action, "Renonce")


# Votes, letters, payments -------------------------------------------------------------------------


def test_une_deliberation_vote_les_credits_de_son_financeur(s: Salle) -> None:
    service = s.comite.deliberations
    [a_voter] = service.a_voter(2026, s.agglo.financeur)
    assert (a_voter.numero, a_voter.montant) == ("2026-001", D(5000))
    cle = service.ajouter(s.agglo.financeur, 2026, numero="2026-42", date="2026-04-02")
    agglo = cofinancement(s, s.agglo)
    service.voter(cle, {agglo: D(4800)})
    assert etapes(s, agglo) == (D(4800), None, None, "vote")
    assert service.a_voter(2026, s.agglo.financeur) == []
    [ligne] = service.lignes(2026)
    assert (ligne.numero, ligne.votes, ligne.total) == ("2026-42", 1, D(4800))
    [vote] = service.votes(cle)
    assert (vote.numero, vote.accorde, vote.montant) == ("2026-001", D(5000), D(4800))
    with pytest.raises(SaisieRefusee, match="son financeur"):
        service.voter(cle, {cofinancement(s, s.etat): D(1)})
    with pytest.raises(SaisieRefusee, match="négatif"):
        service.voter(cle, {agglo: D(-1)})


def test_deux_deliberations_s_ajoutent_et_se_reprennent(s: Salle) -> None:
    service, agglo = s.comite.deliberations, cofinancement(s, s.agglo)
    une, deux = (service.ajouter(s.agglo.financeur, 2026, numero=n) for n in ("1", "2"))
    service.voter(une, {agglo: D(3000)})
    service.voter(deux, {agglo: D(2000)})
    assert etapes(s, agglo)[0] == D(5000)
    service.voter(une, {agglo: D(2500)})
    assert etapes(s, agglo)[0] == D(4500)
    service.voter(deux, {agglo: None})
    assert etapes(s, agglo)[0] == D(2500)
    service.supprimer(une, deux)
    assert etapes(s, agglo) == (None, None, None, "accorde")
    s.fichier.undo.annuler()
    assert etapes(s, agglo)[0] == D(2500)


def test_notifier_prend_ce_qui_est_vote_ou_accorde(s: Salle) -> None:
    service = s.comite.deliberations
    etat, agglo = cofinancement(s, s.etat), cofinancement(s, s.agglo)
    cle = service.ajouter(s.agglo.financeur, 2026)
    service.voter(cle, {agglo: D(4800)})
    service.notifier({etat: None, agglo: None}, date="2026-04-15", reference="N-1")
    assert etapes(s, etat) == (None, D(10_000), None, "notifie")
    assert etapes(s, agglo) == (D(4800), D(4800), None, "notifie")
    service.notifier({agglo: D(4700)}, date="2026-05-02", reference="N-2")
    assert etapes(s, agglo)[1] == D(4700)
    assert [n.reference for n in service.notifications(2026)] == ["N-1", "N-1", "N-2"]
    with pytest.raises(SaisieRefusee, match="Rien n'est accordé"):
        service.notifier({cofinancement(s, s.region): None}, date=None)


def test_les_versements_s_ajoutent(s: Salle) -> None:
    service, etat = s.comite.deliberations, cofinancement(s, s.etat)
    service.verser(etat, D(8000), date="2026-05-01", reference="Avance")
    solde = service.verser(etat, D(2000), date="2026-12-01", reference="Solde")
    assert etapes(s, etat)[2:] == (D(10_000), "verse")
    service.modifier_mouvement(solde, versement=True, montant=D(1500))
    assert etapes(s, etat)[2] == D(9500)
    service.verser(etat, D(-500), date="2027-01-10", reference="Trop-perçu")
    assert etapes(s, etat)[2] == D(9000)
    service.supprimer_mouvements(*[v.cle for v in service.versements(2026)], versements=True)
    assert etapes(s, etat)[2:] == (None, "accorde")
    with pytest.raises(SaisieRefusee, match="a un montant"):
        service.verser(etat, D(0), date=None)
