"""A random walk over every table: the constats kept in step equal those computed whole.

Rows are modified, copied and deleted at random, undone and redone; facts and constats are compared
for two years. Whatever a check may read is compared, not only what today's checks say.
"""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Column, select

from app.models.base import MODELES as TOUS
from app.models.base import Ligne, nouvelle_cle
from app.models.cotation import Cotation, NoteCritere
from app.models.enums import CibleConstat
from app.models.regles import RegleComposee
from app.services.bus import Avis
from app.services.constats_controles import CONTROLES
from app.services.constats_lus import restreindre
from app.services.constats_registre import COMPLEMENTS, Portee, complement
from app.services.constats_suivi import AnneeSuivie
from app.services.errors import ErreurConnue
from app.services.fichier import Fichier, Lire
from app.services.transaction import Ecriture, entites
from tests import fabrique_faits, fabriques, fabriques_regles

PAS = 60
ANNEES = (2026, 2027)
MODELES: dict[str, type[Ligne]] = {n: m for n, m in TOUS.items() if issubclass(m, Ligne)}
# Those that change most, drawn more often than the others.
SOUVENT = (
    "action", "cofinancement", "ligne_budget", "action_quartier", "classement", "organisme",
    "appel", "enveloppe", "point", "decision", "seance", "cotation", "note_critere", "bilan",
    "regle", "surcharge_regle", "passage_outre", "regle_composee",
)  # fmt: skip

TABLES = sorted(nom for nom, table in entites().items() if "modele" not in table.c)


@pytest.fixture
def complements() -> Iterator[None]:
    """Facts added as an area would: by a key, through another table, by the year."""
    avant = len(COMPLEMENTS)

    @complement(
        "notes",
        cible=CibleConstat.ACTION,
        suit={"cotation": "action", "note_critere": "cotation.action"},
    )
    def lire_notes(lire: Lire, portee: Portee) -> dict[str, list[Any]]:
        requete = (
            select(Cotation.action, NoteCritere.valeur)
            .join(NoteCritere, NoteCritere.cotation == Cotation.cle)
            .order_by(NoteCritere.cle)
        )
        notes: dict[str, list[Any]] = {}
        for action, valeur in lire(
            restreindre(requete, Cotation.action, portee), portee.parametres
        ):
            notes.setdefault(action, []).append(valeur)
        return notes

    @complement("formes", cible=CibleConstat.PORTEUR, suit={"inscription_formation": "organisme"})
    def lire_formes(lire: Lire, portee: Portee) -> dict[str, list[Any]]:
        table = entites()["inscription_formation"]
        formes: dict[str, list[Any]] = {}
        for organisme, present in lire(
            select(table.c.organisme, table.c.present).order_by(table.c.cle)
        ):
            formes.setdefault(organisme, []).append(present)
        return formes

    @complement("programmes", cible=CibleConstat.ANNEE, suit={"programme_tfpb": ""})
    def lire_programmes(lire: Lire, portee: Portee) -> list[Any]:
        table = entites()["programme_tfpb"]
        lignes = lire(select(table).where(table.c.annee == portee.annee).order_by(table.c.cle))
        return [tuple(ligne) for ligne in lignes]

    yield
    del COMPLEMENTS[avant:]


def tout(fichier: Fichier) -> None:
    """A small contract with one row at least of almost every table, over two years."""
    decor = fabriques.decor(fichier, actions=3)
    with fichier.operation("Remplir") as e:
        action, organisme, etat = decor.action, decor.organismes[0], decor.financeurs[0]
        suivante = fabriques.action(
            e, annee=2027, numero="2027-001", precedente=action, porteur=organisme
        )
        for cible in (action, suivante, decor.actions[1]):
            lignes = [
                fabriques.cofinancement(e, cible, financeur, accorde=Decimal(1000), annee=2026)
                for financeur in decor.financeurs
            ]
            fabriques.ligne_budget(e, cible)
            fabriques.ligne_budget(e, cible, sens="produit", compte="74", montant=Decimal(900))
            fabriques.action_quartier(e, cible, decor.quartiers[0])
            fabriques.classement(e, cible, decor.noeuds[1])
            fabriques_regles.suivi(e, cible, organisme, decor.quartiers[0])
        fabriques.enveloppe(e, etat)
        fabriques.seance(e, action, etat, organisme, lignes[0])
        fabriques.instruction(e, action, etat, organisme)
        fabriques_regles.cotation(e, action, decor.appel, organisme)
        [(seance,)] = e.lignes(select(entites()["seance"].c.cle))
        fabriques_regles.regles(e, action, decor.appel, seance)
        e.inserer(
            RegleComposee,
            identifiant="equipe.1",
            libelle="Gros dossier",
            cible="action",
            niveau="information",
            quand={"fait": "en_jeu", "op": "plus_de", "valeur": "1500"},
        )
        fabriques.regle(
            e, identifiant="cpo.duree", niveau="alerte", parametres={"min_ans": 2, "max_ans": 3}
        )


def valeur(e: Ecriture, alea: Random, colonne: Column[Any]) -> Any:
    """Something that the column may hold, most often what another row holds."""
    if colonne.foreign_keys:
        (lien,) = colonne.foreign_keys
        cles = [cle for (cle,) in e.lignes(select(lien.column).order_by(lien.column))]
        return alea.choice(cles or [None])
    if colonne.name == "annee":
        return alea.choice((2025, *ANNEES))
    tirees = {
        bool: lambda: alea.random() < 0.5,
        int: lambda: alea.randint(1, 6),
        Decimal: lambda: Decimal(alea.randint(0, 300_000)) / 100,
    }
    if colonne.type.python_type in tirees:
        return tirees[colonne.type.python_type]()
    connues = [v for (v,) in e.lignes(select(colonne).order_by(colonne.table.c.cle))]
    return alea.choice(connues)


def bouger(e: Ecriture, alea: Random) -> None:
    """Modify, copy or delete one row of some table."""
    table = entites()[alea.choice(SOUVENT if alea.random() < 0.75 else TABLES)]
    modele = MODELES[table.name]
    cles = [cle for (cle,) in e.lignes(select(table.c.cle).order_by(table.c.cle))]
    if not cles:
        return
    cle, geste = alea.choice(cles), alea.random()
    if geste < 0.12:
        e.supprimer(modele, cle)
        return
    choisies = [c for c in table.columns if c.name != "cle"]
    nouvelles = {c.name: valeur(e, alea, c) for c in alea.sample(choisies, min(2, len(choisies)))}
    possibles = {n: v for n, v in nouvelles.items() if v is not None or table.c[n].nullable}
    if geste < 0.4:
        e.inserer(modele, **{**e.lire(modele, cle), **possibles, "cle": nouvelle_cle()})
    else:
        e.modifier(modele, cle, **possibles)


def pas(fichier: Fichier, alea: Random) -> None:
    try:
        tirage = alea.random()
        if tirage < 0.12:
            fichier.undo.annuler()
        elif tirage < 0.2:
            fichier.undo.retablir()
        else:
            with fichier.operation("Bouger") as e:
                for _ in range(alea.choice((1, 1, 1, 3))):
                    bouger(e, alea)
    except ErreurConnue:
        pass  # refused whole: nothing was said, nothing changed


@pytest.mark.parametrize("graine", [1, 2])
def test_les_constats_suivis_sont_ceux_d_un_calcul_entier(
    tmp_path: Path, complements: None, graine: int
) -> None:
    alea = Random(graine)
    avis: list[Avis] = []
    with fabriques.neuf(tmp_path / "marche.tdt") as fichier:
        tout(fichier)
        fichier.undo.oublier()
        suivies = [AnneeSuivie(annee, CONTROLES) for annee in ANNEES]
        for suivie in suivies:
            fichier.bus.abonner(suivie.suivre)
        fichier.bus.abonner(avis.append)
        constates = 0
        for _ in range(PAS):
            pas(fichier, alea)
            if alea.random() < 0.6:
                constates += sum(comparer(fichier, suivie, avis[-3:]) for suivie in suivies)
    assert len(avis) > PAS // 3
    assert constates > PAS // 4


def comparer(fichier: Fichier, suivie: AnneeSuivie, derniers: list[Avis]) -> int:
    entiere = AnneeSuivie(suivie.annee, CONTROLES)
    with fichier.instant() as lire:
        suivie.mettre_a_jour(lire, fabrique_faits.JOUR)
        entiere.mettre_a_jour(lire, fabrique_faits.JOUR)
    for une in (suivie, entiere):
        une.tout_juger()
    for objet in suivie.tous() | entiere.tous() | {(CibleConstat.ANNEE, None)}:
        assert suivie.faits(objet) == entiere.faits(objet), (objet, derniers)
    assert suivie.constats == entiere.constats, derniers
    return len(entiere.constats)
