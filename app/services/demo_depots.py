"""The dossiers of the demonstration: versions that differ, what became of what was asked, pièces.

Bodies, persons and contents are invented.
"""

import copy
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from app.models.action import Action
from app.models.base import depuis_centiemes
from app.models.depot import (
    AnneeDemandee,
    Depot,
    LigneBudgetAnnee,
    Piece,
    PorteurAssocie,
)
from app.models.enums import (
    NatureDepot,
    NatureOperation,
    NatureOrganisme,
    StatutAction,
    SuiteRecommandation,
)
from app.models.organisme import Organisme
from app.models.reunion import Recommandation
from app.services.contenus import deposer
from app.services.demo_territoire import Ligne, Tirage
from app.services.fichier import Fichier
from app.services.pieces_attendues import LISTE_PROPOSEE
from app.services.transaction import Ecriture
from app.services.versions_lues import Contenu as Fige
from app.services.versions_lues import lire_contenus

UN_SUR = 6  # one action in so many was deposited here
ASSOCIES, AVEC_PIECES, PLURIANNUELS = 9, 6, 4
AUTEUR = "Chargé de mission"
APRES = "Admis après la réunion partenariale"
STATUTS = tuple(
    map(
        str,
        (
            StatutAction.DEPOSEE,
            StatutAction.INSTRUCTION,
            StatutAction.PROPOSEE,
            StatutAction.ACCORDEE,
        ),
    )
)
SUITES = (
    (SuiteRecommandation.SUIVIE, "Repris dans le dossier"),
    (SuiteRecommandation.SUIVIE, "Chiffré dans le budget"),
    (SuiteRecommandation.EN_PARTIE, "Engagement écrit, calendrier à préciser"),
    (SuiteRecommandation.NON_SUIVIE, "Le porteur maintient sa demande"),
)
ROLES = ("Accueil du public", "Animation des ateliers", "Suivi des familles")
OBJECTIFS = ("Consolider les ateliers", "Ouvrir à un second quartier", "Passer le relais")


class DemonstrationDepots:
    """Writes what the porteurs deposited of some dossiers of one year."""

    def __init__(self, fichier: Fichier, tirage: Tirage, annee: int) -> None:
        self._fichier, self._tirage, self._annee = fichier, tirage, annee

    def ecrire(self) -> None:
        with self._fichier.operation(
            f"Préparer la démonstration : dossiers {self._annee}", nature=NatureOperation.SYSTEME
        ) as e:
            actions = self._actions(e)
            contenus = lire_contenus(e.lignes, [a.cle for a in actions])
            self._suivre(e, {a.cle for a in actions})
            self._associer(e, actions[:ASSOCIES])
            self._annees(e, actions, contenus)
            self._pieces(e, actions[:AVEC_PIECES])
            e.inserer_lot(Depot, [d for a in actions for d in self._versions(a, contenus[a.cle])])

    def _actions(self, e: Ecriture) -> Sequence[Any]:
        """Those that a meeting saw first: their versions have something to say."""
        vues = select(Recommandation.action).where(Recommandation.action.is_not(None))
        de_l_annee = select(func.count()).select_from(Action).where(Action.annee == self._annee)
        [(nombre,)] = e.lignes(de_l_annee)
        requete = (
            select(Action.cle, Action.porteur, Action.date_depot, Action.cpo_duree)
            .where(
                Action.annee == self._annee,
                Action.statut.in_(STATUTS),
                Action.porteur.is_not(None),
                Action.date_depot.is_not(None),
            )
            .order_by(Action.cle.not_in(vues), Action.numero.desc())
            .limit(nombre // UN_SUR)
        )
        return e.lignes(requete)

    # Versions -----------------------------------------------------------------------------------

    def _versions(self, action: Any, contenu: Fige) -> Iterable[Ligne]:
        """The note as it came, then the dossier: some were rewritten once more."""
        recue = date.fromisoformat(action.date_depot)
        versions = [
            (NatureDepot.NOTE, recue, self._avant(contenu, note=True)),
            (NatureDepot.DOSSIER, self._jour(2, 16), contenu),
        ]
        if self._tirage.chance(30):
            versions.insert(1, (NatureDepot.DOSSIER, self._jour(2, 6), self._avant(contenu)))
        for numero, (nature, jour, fige) in enumerate(versions, start=1):
            yield {
                "cle": self._tirage.cle(),
                "action": action.cle,
                "nature": str(nature),
                "numero": numero,
                "moment": _moment(jour, self._tirage.entier(8, 17)),
                "auteur": AUTEUR,
                "contenu": fige,
                "note": None if nature == NatureDepot.NOTE else APRES,
            }

    def _avant(self, contenu: Fige, *, note: bool = False) -> dict[str, Any]:
        """What the porteur wrote before the meetings: less public, rounder amounts, fewer words."""
        fige: dict[str, Any] = copy.deepcopy(dict(contenu))
        champs = fige["champs"]
        champs["description"] = (champs["description"] or "").partition(".")[0] or None
        for nom in ("public_total", "public_qpv"):
            if champs[nom]:
                champs[nom] = champs[nom] * self._tirage.entier(6, 9) // 10
        if note:
            return {**fige, "budget": [], "cofinancements": [], "associes": [], "annees": []}
        for ligne in fige["budget"]:
            if ligne["compte"] in ("60", "62", "64", "74") and ligne["montant"]:
                ligne["montant"] = (
                    round(ligne["montant"] * self._tirage.entier(85, 98) / 10**4) * 100
                )
        return fige

    def _jour(self, mois: int, jour: int) -> date:
        return date(self._annee, mois, jour) + timedelta(days=self._tirage.entier(0, 8))

    # What was asked -----------------------------------------------------------------------------

    def _suivre(self, e: Ecriture, actions: set[str]) -> None:
        requete = select(Recommandation.cle, Recommandation.action).order_by(Recommandation.cle)
        dites = {}
        for demande in e.lignes(requete):
            if demande.action in actions and self._tirage.chance(75):
                suivie, suite = self._tirage.un(SUITES)
                dites[demande.cle] = {
                    "suivie": str(suivie),
                    "suite": suite,
                    "suite_par": AUTEUR,
                    "suite_le": self._jour(2, 16).isoformat(),
                }
        e.modifier_lot(Recommandation, dites)

    # Budget -------------------------------------------------------------------------------------

    def _associer(self, e: Ecriture, actions: Sequence[Any]) -> None:
        requete = select(Organisme.cle).where(
            Organisme.nature == str(NatureOrganisme.ASSOCIATION), Organisme.fusionne_dans.is_(None)
        )
        structures = [cle for (cle,) in e.lignes(requete.order_by(Organisme.nom, Organisme.cle))]
        e.inserer_lot(
            PorteurAssocie,
            [
                {
                    "cle": self._tirage.cle(),
                    "action": action.cle,
                    "organisme": self._tirage.un([s for s in structures if s != action.porteur]),
                    "role": self._tirage.un(ROLES),
                    "part": Decimal(self._tirage.entier(2, 6) * 5),
                }
                for action in actions
            ],
        )

    def _annees(self, e: Ecriture, actions: Sequence[Any], contenus: dict[str, Fige]) -> None:
        """The next years of some conventions: one is complete, the others still lack something."""
        plurielles = [a for a in actions if a.cpo_duree][:PLURIANNUELS]
        annees, budgets = [], []
        for rang, action in enumerate(plurielles):
            annee = self._annee + 1
            annees.append(
                {
                    "cle": self._tirage.cle(),
                    "action": action.cle,
                    "annee": annee,
                    "objectifs": self._tirage.un(OBJECTIFS),
                    "public": contenus[action.cle]["champs"]["public_total"],
                    "indicateurs": None if rang else "Assiduité, sorties positives",
                }
            )
            budgets += [
                {
                    "cle": self._tirage.cle(),
                    "action": action.cle,
                    "annee": annee,
                    "rang": place,
                    **{nom: ligne[nom] for nom in ("sens", "compte", "libelle")},
                    "montant": _euros(ligne["montant"]),
                }
                for place, ligne in enumerate(contenus[action.cle]["budget"])
            ]
        e.inserer_lot(AnneeDemandee, annees)
        e.inserer_lot(LigneBudgetAnnee, budgets)

    # Pièces -------------------------------------------------------------------------------------

    def _pieces(self, e: Ecriture, actions: Sequence[Any]) -> None:
        """Two small documents of ours for the first action; the others wait for some."""
        jointes = [
            ("Fiche indicateurs", "fiche indicateurs.txt", texte_de_demonstration()),
            ("Attestation sur l'honneur", "attestation.pdf", pdf_de_demonstration()),
        ]
        lignes: list[Ligne] = []
        for rang, action in enumerate(actions):
            recues = {nom: (fichier, octets) for nom, fichier, octets in jointes[: 2 - rang]}
            for place, (nom, source) in enumerate(LISTE_PROPOSEE[:4]):
                fichier, octets = recues.get(nom, (None, None))
                lignes.append(
                    {
                        "cle": self._tirage.cle(),
                        "action": action.cle,
                        "intitule": nom,
                        "attendue": True,
                        "note": source,
                        "rang": place,
                        "nom_fichier": fichier,
                        "taille": None if octets is None else len(octets),
                        "empreinte": None if octets is None else deposer(e, octets),
                        "recue_le": None if octets is None else self._jour(2, 16).isoformat(),
                    }
                )
        e.inserer_lot(Piece, lignes)


def _euros(cents: int | None) -> Any:
    return None if cents is None else depuis_centiemes(cents)


def _moment(jour: date, heure: int) -> str:
    quand = datetime(jour.year, jour.month, jour.day, heure, tzinfo=UTC)
    return quand.isoformat(timespec="microseconds")


def texte_de_demonstration() -> bytes:
    """An invented sheet of indicators."""
    return (
        "Fiche indicateurs (démonstration)\n\n"
        "Habitants touchés : 60, dont 45 des quartiers prioritaires\n"
        "Séances prévues : 32\nPartenaires associés : 4\n"
    ).encode()


def pdf_de_demonstration() -> bytes:
    """An invented attestation on one page, written without any library: opening stays quick."""
    texte = b"BT /F1 14 Tf 72 760 Td (Attestation sur l'honneur \\(d\\351monstration\\)) Tj ET"
    objets = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources 6 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(texte), texte),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Font<</F1 5 0 R>>>>",
    )
    contenu, places = b"%PDF-1.4\n", []
    for rang, objet in enumerate(objets, start=1):
        places.append(len(contenu))
        contenu += b"%d 0 obj%s\nendobj\n" % (rang, objet)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    tete = b"xref\n0 7\n0000000000 65535 f \n%s" % table
    fin = b"trailer<</Size 7/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(contenu)
    return contenu + tete + fin
