"""A random walk over every command that writes, undo and redo among them.

After each step: the totals followed are those that SQL counts, no link is broken, the chain of the
journal holds, replaying the journal from nothing gives the same tables, and undo then redo leave the
file exactly as it was. At the end everything is undone, then redone, then read back from the disk.

`HYPOTHESIS_PROFILE=long` walks much further; a failure prints the steps that lead to it.
"""

import sqlite3
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import compress
from pathlib import Path
from random import Random
from typing import Any

import fabriques
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import JSON, Boolean, Column, Integer, Table

from app.models.base import MODELES, Centiemes
from app.models.database import adresse, defauts
from app.models.enums import NatureColonne, NatureOperation
from app.services.actions import Actions
from app.services.annotations import Annotations
from app.services.bus import Avis
from app.services.cases_ecrites import ecrire_ensemble
from app.services.chaine import lire_table, verifier_chaine, verifier_rejeu
from app.services.cofinancements import Cofinancements
from app.services.colonnes_libres import ColonnesLibres, lire_colonnes
from app.services.columns import lire_saisie
from app.services.errors import Conflit, SaisieRefusee
from app.services.fichier import Fichier
from app.services.filtres import Comparaison, Condition
from app.services.mises_en_forme import MisesEnForme
from app.services.projets_colonnes import Projet
from app.services.rows import ETAPES_MONTANT
from app.services.structure import MOMENTS
from app.services.totaux import Totaux
from app.services.transaction import Ecriture, entites

PAS = 25
ANNEES = (2024, 2025, 2026, 2027)
TEXTES = ("", "Brèmes", "l'école « du canal »", "Œuvre", "=A1", "x" * 300, "🌱", "a\nb", "0012")
GRAINES = st.integers(0, 2**32)

TYPEES = ("", "12,5", "1000", "15/03/2026", "Haute", "oui", "=1+1")
Instantane = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Rangee:
    """As much of a row of a list as its added columns read."""

    cle: str


class Marche(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.dossier = tempfile.TemporaryDirectory(prefix="tour-de-table-marche-")
        self.fichier = fabriques.neuf(Path(self.dossier.name) / "marche.tdt")
        fabriques.decor(self.fichier, actions=3)
        self.actions = Actions(self.fichier)
        self.cofinancements = Cofinancements(self.fichier)
        self.totaux = Totaux(self.fichier)
        self.libres = ColonnesLibres(self.fichier)
        self.annotations = Annotations(self.fichier)
        self.annotations.notes("actions")  # read now: it follows the notices from here
        self.formes = MisesEnForme(self.fichier)
        self.temoin = sqlite3.connect(adresse(self.fichier.chemin, "ro"), uri=True)
        self.recus: list[Avis] = []
        self.fichier.bus.abonner(self.recus.append)
        # States of the file before each operation that can be undone, and after each undone one.
        self.avant: list[Instantane] = []
        self.apres: list[Instantane] = []

    def instantane(self) -> Instantane:
        """Every row as SQLite stores it; a table without a row is not there."""
        existe = ", ".join(f"EXISTS (SELECT 1 FROM {nom})" for nom in entites())
        [pleines] = self.temoin.execute(f"SELECT {existe}")
        return {
            nom: self.temoin.execute(f"SELECT * FROM {nom} ORDER BY cle").fetchall()
            for nom in compress(entites(), pleines)
        }

    def une(self, table: str, alea: Random) -> str:
        """Key of some row, or a key that no row has."""
        cles = [cle for (cle,) in self.temoin.execute(f"SELECT cle FROM {table} ORDER BY cle")]
        return alea.choice(cles) if cles and alea.random() < 0.97 else "f" * 32

    def quelques(self, table: str, alea: Random) -> list[str]:
        return sorted({self.une(table, alea) for _ in range(alea.randrange(3))})

    def faire(self, geste: Callable[[], object]) -> None:
        """Run a command: it is done whole, refused whole, or changes nothing at all."""
        etat, inscrits = self.instantane(), len(self.recus)
        try:
            geste()
        except (SaisieRefusee, Conflit):
            assert len(self.recus) == inscrits
        if len(self.recus) == inscrits:
            assert self.instantane() == etat
            return
        assert len(self.recus) == inscrits + 1
        if self.recus[-1].nature == NatureOperation.SYSTEME:
            self.avant.clear()
        else:
            self.avant.append(etat)
        self.apres.clear()

    # Commands of the services ---------------------------------------------------------------------

    @rule(graine=GRAINES)
    def creer_une_action(self, graine: int) -> None:
        alea = Random(graine)
        titre = alea.choice(TEXTES)
        porteur = alea.choice([None, self.une("organisme", alea)])
        self.faire(partial(self.actions.creer, alea.choice(ANNEES), titre, porteur=porteur))

    @rule(graine=GRAINES)
    def modifier_une_action(self, graine: int) -> None:
        alea = Random(graine)
        champs = {
            "titre": alea.choice(TEXTES),
            "public_qpv": alea.randint(-1, 40),
            "cout_total": montant(alea),
            "statut": alea.choice(["accordee", "deposee"]),
            "annee": alea.choice(ANNEES),
            "public_ages": {"6-11": alea.randint(0, 9)},
            "appel": alea.choice([None, self.une("appel", alea)]),
        }
        choisis = dict(alea.sample(list(champs.items()), alea.randint(1, 3)))
        self.faire(partial(self.actions.modifier, self.une("action", alea), **choisis))

    @rule(graine=GRAINES)
    def relier_une_action(self, graine: int) -> None:
        alea = Random(graine)
        precedente = alea.choice([None, self.une("action", alea), self.une("action", alea)])
        self.faire(partial(self.actions.lier_a, self.une("action", alea), precedente))

    @rule(graine=GRAINES)
    def situer_une_action(self, graine: int) -> None:
        alea = Random(graine)
        action = self.une("action", alea)
        if alea.random() < 0.5:
            communes = self.quelques("commune", alea)
            self.faire(partial(self.actions.definir_communes, action, communes))
        else:
            parts = {q: alea.choice([None, montant(alea)]) for q in self.quelques("quartier", alea)}
            self.faire(partial(self.actions.definir_quartiers, action, parts))

    @rule(graine=GRAINES)
    def classer_une_action(self, graine: int) -> None:
        alea = Random(graine)
        action, noeud = self.une("action", alea), self.une("noeud", alea)
        if alea.random() < 0.7:
            principal = alea.random() < 0.7
            self.faire(partial(self.actions.classer, action, noeud, principal=principal))
        else:
            self.faire(partial(self.actions.declasser, action, noeud))

    @rule(graine=GRAINES)
    def supprimer_une_action(self, graine: int) -> None:
        self.faire(partial(self.actions.supprimer, self.une("action", Random(graine))))

    @rule(graine=GRAINES)
    def tenir_un_budget(self, graine: int) -> None:
        alea = Random(graine)
        geste = alea.randrange(4)
        if geste < 2:
            champs = {"sens": "charge", "compte": "60", "libelle": alea.choice(TEXTES)}
            action = self.une("action", alea)
            ajouter = self.actions.ajouter_ligne_budget
            self.faire(partial(ajouter, action, montant=montant(alea), **champs))
        elif geste == 2:
            ligne = self.une("ligne_budget", alea)
            self.faire(partial(self.actions.modifier_ligne_budget, ligne, montant=montant(alea)))
        else:
            ligne = self.une("ligne_budget", alea)
            self.faire(partial(self.actions.supprimer_ligne_budget, ligne))

    @rule(graine=GRAINES)
    def saisir_un_montant(self, graine: int) -> None:
        alea = Random(graine)
        action, financeur = self.une("action", alea), self.une("financeur", alea)
        etape = alea.choice(ETAPES_MONTANT)
        saisir = self.cofinancements.saisir
        self.faire(partial(saisir, action, financeur, etape=etape, montant=montant(alea)))

    @rule(graine=GRAINES)
    def tenir_les_cofinancements(self, graine: int) -> None:
        alea = Random(graine)
        champs = {alea.choice(ETAPES_MONTANT): montant(alea), "annee": alea.choice(ANNEES)}
        geste = alea.randrange(3)
        if geste == 0:
            action, financeur = self.une("action", alea), self.une("financeur", alea)
            self.faire(partial(self.cofinancements.ajouter, action, financeur, **champs))
        elif geste == 1:
            cle = self.une("cofinancement", alea)
            self.faire(partial(self.cofinancements.modifier, cle, **champs))
        else:
            self.faire(partial(self.cofinancements.supprimer, self.une("cofinancement", alea)))

    @rule(graine=GRAINES)
    def tenir_les_colonnes_ajoutees(self, graine: int) -> None:
        alea = Random(graine)
        colonne, geste = self.une("colonne_libre", alea), alea.randrange(6)
        projet = Projet(
            titre=alea.choice(("Suivi", "Avis", "Taux", "suivi ", "")),
            nature=alea.choice(list(NatureColonne)),
            choix=tuple(alea.sample(("Haute", "Basse", "12", "oui"), alea.randrange(4))),
            formule=alea.choice(
                (None, "=1", f"=[libre.{self.une('colonne_libre', alea)}]*2", "=(")
            ),
            totaliser=alea.random() < 0.5,
        )
        if geste < 3:
            self.faire(partial(self.libres.creer, "actions", projet))
        elif geste == 3:
            vider = alea.random() < 0.5
            self.faire(partial(self.libres.modifier, colonne, projet, vider=vider))
        elif geste == 4:
            self.faire(partial(self.libres.supprimer, colonne))
        else:
            geste_simple = alea.choice((self.libres.dupliquer, self.libres.deplacer))
            reste = (alea.choice((-1, 1)),) if geste_simple == self.libres.deplacer else ()
            self.faire(partial(geste_simple, colonne, *reste))

    @rule(graine=GRAINES)
    def remplir_les_colonnes_ajoutees(self, graine: int) -> None:
        alea = Random(graine)
        colonnes = [c for c in self.libres.colonnes("actions", []) if c.ecrire is not None]
        if not colonnes:
            return
        cases = [
            (self.une("action", alea), alea.choice(colonnes), alea.choice(TYPEES))
            for _ in range(alea.randint(1, 4))
        ]

        def remplir() -> None:
            lues = [(cle, colonne, lire_saisie(colonne, texte)) for cle, colonne, texte in cases]
            ecrire_ensemble(lues)

        self.faire(remplir)

    @invariant()
    def les_valeurs_suivies_sont_celles_du_fichier(self) -> None:
        suivies = self.libres.colonnes("actions", [])
        relues = lire_colonnes(self.fichier.lignes, "actions", [])
        lignes = [Rangee(cle) for (cle,) in self.temoin.execute("SELECT cle FROM action")]
        montre = [[[c.texte(ligne) for ligne in lignes] for c in cs] for cs in (suivies, relues)]
        assert montre[0] == montre[1]
        assert [(c.cle, c.titre, c.type) for c in suivies] == [
            (c.cle, c.titre, c.type) for c in relues
        ]

    @rule(graine=GRAINES)
    def colorer_des_lignes(self, graine: int) -> None:
        alea = Random(graine)
        lignes = [self.une("action", alea) for _ in range(alea.randint(0, 4))]
        couleur = alea.choice([None, "jaune", "vert", "fluo"])
        self.faire(partial(self.annotations.colorer, "actions", lignes, couleur))

    @rule(graine=GRAINES)
    def commenter_des_cases(self, graine: int) -> None:
        alea = Random(graine)
        geste, texte = alea.randrange(4), alea.choice(TEXTES)
        if geste < 2:
            action = self.une("action", alea)
            colonne = alea.choice(["titre", "cout"])
            self.faire(partial(self.annotations.commenter, "actions", action, colonne, texte))
        elif geste == 2:
            cle = self.une("commentaire", alea)
            self.faire(partial(self.annotations.corriger, cle, texte))
        else:
            self.faire(partial(self.annotations.retirer, self.une("commentaire", alea)))

    @rule(graine=GRAINES)
    def tenir_les_mises_en_forme(self, graine: int) -> None:
        alea = Random(graine)
        formes, geste = self.formes, alea.randrange(5)
        cle = self.une("mise_en_forme", alea)
        if geste < 2:
            condition = Condition("cout", Comparaison.SUPERIEUR, (alea.choice(TEXTES),))
            choisie = alea.choice([None, condition])
            ajouter = partial(formes.ajouter, "actions", "cout", "alerte", condition=choisie)
            self.faire(ajouter)
        elif geste == 2:
            self.faire(partial(formes.activer, cle, active=alea.random() < 0.5))
        elif geste == 3:
            regles = formes.regles("actions")
            if regles:
                sens = alea.choice([-1, 1])
                choisie = alea.choice(regles).cle
                self.faire(partial(formes.deplacer, "actions", choisie, sens))
        else:
            self.faire(partial(formes.supprimer, cle))

    # The verbs on rows, on every entity -----------------------------------------------------------

    @rule(graine=GRAINES)
    def ecrire_sur_une_entite_quelconque(self, graine: int) -> None:
        alea = Random(graine)
        nature = alea.choice([*[NatureOperation.SAISIE] * 8, NatureOperation.SYSTEME])

        def ecrire() -> None:
            with self.fichier.operation("Écrire", nature=nature) as ecriture:
                for _ in range(alea.randint(1, 4)):
                    self.un_verbe(ecriture, alea)

        self.faire(ecrire)

    @rule(graine=GRAINES)
    def echouer_au_milieu(self, graine: int) -> None:
        alea = Random(graine)

        def echouer() -> None:
            with self.fichier.operation("Échouer") as ecriture:
                self.un_verbe(ecriture, alea)
                raise SaisieRefusee("Au milieu.")

        self.faire(echouer)

    def un_verbe(self, ecriture: Ecriture, alea: Random) -> None:
        table = entites()[alea.choice(sorted(entites()))]
        modele = MODELES[table.name]
        cle = self.une(table.name, alea)
        verbe = alea.randrange(5)
        if verbe < 2:
            lot = [self.valeurs(ecriture, table, alea) for _ in range(alea.randint(1, 3))]
            ecriture.inserer_lot(modele, lot)
        elif verbe < 4:
            # A loop in a tree is no row that a screen could write: links to the same table stay.
            champs = self.valeurs(ecriture, table, alea, sans_boucle=True)
            gardes = alea.sample(sorted(champs), min(len(champs), 2))
            ecriture.modifier(modele, cle, **{nom: champs[nom] for nom in gardes})
        else:
            ecriture.supprimer(modele, cle)

    def valeurs(
        self, ecriture: Ecriture, table: Table, alea: Random, *, sans_boucle: bool = False
    ) -> dict[str, Any]:
        """Values for every column, links to rows that are there (made when there are none)."""
        choisies: dict[str, Any] = {}
        for colonne in table.columns:
            if colonne.primary_key:
                continue
            cible = next((lien.column.table for lien in colonne.foreign_keys), None)
            if cible is None:
                choisies[colonne.name] = valeur(colonne, alea)
            elif cible is table or (colonne.nullable and alea.random() < 0.5):
                if not sans_boucle:
                    choisies[colonne.name] = None
            else:
                choisies[colonne.name] = self.lien(ecriture, cible, alea)
        return choisies

    def lien(self, ecriture: Ecriture, cible: Table, alea: Random) -> str:
        presentes = self.temoin.execute(f"SELECT cle FROM {cible.name} ORDER BY cle").fetchall()
        if presentes:
            return str(alea.choice(presentes)[0])
        return ecriture.inserer(
            MODELES[cible.name], **self.valeurs(ecriture, cible, alea, sans_boucle=True)
        )

    # Undo and redo --------------------------------------------------------------------------------

    @rule(fois=st.integers(1, 4))
    def annuler(self, fois: int) -> None:
        for _ in range(min(fois, len(self.avant))):
            etat = self.instantane()
            assert self.fichier.undo.annuler() is not None
            assert self.instantane() == self.avant.pop()
            self.apres.append(etat)

    @rule(fois=st.integers(1, 4))
    def retablir(self, fois: int) -> None:
        for _ in range(min(fois, len(self.apres))):
            etat = self.instantane()
            assert self.fichier.undo.retablir() is not None
            assert self.instantane() == self.apres.pop()
            self.avant.append(etat)

    # What holds after every step ------------------------------------------------------------------

    @invariant()
    def annuler_puis_retablir_ne_change_rien(self) -> None:
        assert len(self.fichier.undo.a_annuler()) == len(self.avant)
        assert len(self.fichier.undo.a_retablir()) == len(self.apres)
        if self.avant:
            etat = self.instantane()
            self.fichier.undo.annuler()
            assert self.instantane() == self.avant[-1]
            self.fichier.undo.retablir()
            assert self.instantane() == etat

    @invariant()
    def les_totaux_suivis_sont_ceux_de_la_base(self) -> None:
        assert self.totaux.ecarts() == []

    @invariant()
    def les_annotations_suivies_sont_celles_de_la_base(self) -> None:
        temoins = Annotations(self.fichier), MisesEnForme(self.fichier)
        suivies, lues = self.annotations.de("actions"), temoins[0].de("actions")
        assert suivies.commentaires() == lues.commentaires()
        assert suivies.couleurs == lues.couleurs
        assert self.formes.regles("actions") == temoins[1].regles("actions")
        for temoin in temoins:
            self.fichier.bus.desabonner(temoin.sur_avis)

    @invariant()
    def le_journal_est_entier_et_dit_tout(self) -> None:
        with self.fichier.lecture() as connexion:
            assert verifier_chaine(connexion) == []
            assert verifier_rejeu(connexion) == []

    @invariant()
    def le_dernier_avis_dit_ce_que_le_fichier_garde(self) -> None:
        if not self.recus:
            return
        derniers = {(m.entite, m.cle): m.apres for m in self.recus[-1].modifications}
        with self.fichier.lecture() as connexion:
            for (entite, cle), apres in derniers.items():
                assert lire_table(connexion, entites()[entite]).get(cle) == apres

    @invariant()
    def aucun_lien_n_est_rompu(self) -> None:
        assert self.temoin.execute("PRAGMA foreign_key_check").fetchall() == []

    def teardown(self) -> None:
        fin = self.instantane()
        niveaux = len(self.avant)
        for pas in [self.annuler] * niveaux + [self.retablir] * niveaux:
            pas(1)
        assert self.instantane() == fin
        assert defauts(self.temoin) == []
        self.temoin.close()
        self.fichier.fermer()
        with Fichier.ouvrir(self.fichier.chemin) as rouvert, rouvert.lecture() as connexion:
            assert verifier_rejeu(connexion) == []
        self.temoin = sqlite3.connect(self.fichier.chemin)
        assert self.instantane() == fin
        self.temoin.close()
        self.dossier.cleanup()


def montant(alea: Random) -> Decimal | None:
    """A typed amount: often round, sometimes with cents or more decimals, seldom negative."""
    return alea.choice(
        [
            None,
            Decimal(alea.randint(0, 60) * 500),
            Decimal(alea.randint(0, 10**9)).scaleb(-2),
            Decimal(alea.randint(0, 10**6)).scaleb(-3),
            Decimal(-1),
        ]
    )


def valeur(colonne: Column[Any], alea: Random) -> Any:
    """Any value that the column can hold."""
    if colonne.nullable and alea.random() < 0.3:
        return None
    if colonne.name in MOMENTS.get(colonne.table.name, ()):
        return f"2026-03-{alea.randint(1, 31):02d}T09:30:00+00:00"
    if isinstance(colonne.type, Centiemes):
        return montant(alea) if colonne.nullable else Decimal(alea.randint(0, 99))
    if isinstance(colonne.type, JSON):
        vide = colonne.default.arg(None) if colonne.default is not None else {}
        exemple: list[str] | Mapping[str, Any] = alea.sample(TEXTES, 2)
        return exemple if isinstance(vide, list) else {"é": exemple, "b": alea.randint(0, 9)}
    if isinstance(colonne.type, Boolean):
        return alea.random() < 0.5
    if isinstance(colonne.type, Integer):
        return alea.choice(ANNEES) if colonne.name == "annee" else alea.randint(-5, 10**6)
    return alea.choice(TEXTES)


TestMarche = Marche.TestCase
TestMarche.settings = settings(stateful_step_count=PAS)
