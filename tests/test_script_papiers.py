"""A scripted comité: its PV, its relevé and its annex say, line by line, what the script did."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from app.services.compte_rendu_lu import lire_compte_rendu
from app.services.decisions import Choix
from app.services.papiers_seance import ecrire_papier
from app.services.payeurs import Payeur
from tests import fabriques
from tests.fabrique_seance import DEMANDES, Salle, salle
from tests.lecture_papiers import (
    Attendu,
    ecarts_de_l_annexe,
    ecarts_des_presences,
    ecarts_du_pv,
    ecarts_du_releve,
    lire_presences,
    lire_pv,
    lire_releve,
)

D = Decimal
PORTEURS = ("Les Ateliers du canal", "Ville de Brèmes-sur-Scarpe")
NOMS = {"etat": "État", "agglo": "Agglomération", "region": "Région"}
PROPOSES = {nom: demande - demande // 5 for nom, demande in DEMANDES.items()}
RESERVE = "Transmettre le bilan 2025 avant le 30 juin"
QUORUM = 2


@dataclass
class Script:
    """Holds the séance and writes down, apart from the program, what it does."""

    salle: Salle
    attendus: list[Attendu]
    presents: set[str]

    def montants(self, **dits: int) -> dict[str, Decimal | None]:
        return {nom: D(dits[cle]) if cle in dits else None for cle, nom in NOMS.items()}

    def payeur(self, cle: str) -> Payeur:
        payeur: Payeur = getattr(self.salle, cle)
        return payeur

    def point(
        self,
        rang: int,
        nature: str,
        dits: list[tuple[str, int]],
        *,
        motif: str = "",
        conditions: str = "",
        sorti: str = "",
    ) -> None:
        """Speak in turn, decide, and expect it."""
        comite, point = self.salle.comite, self.salle.points[rang]
        comite.passages.ouvrir_point(point)
        comite.deports.confirmer(point)
        for cle, montant in dits:
            comite.tours.dire_et_publier(point, self.payeur(cle), D(montant))
        self.salle.montre.avancer(3)
        choix = Choix(nature, motif=motif or None, conditions=conditions or None)
        comite.decisions.decider(point, choix)
        derniers = dict(dits)
        chiffree = nature in ("valide", "sous_reserve", "complementaire")
        self.attendre(
            rang,
            nature,
            self.montants(**derniers) if chiffree else self.montants(),
            motif=motif,
            conditions=conditions,
            deports=(sorti,) if sorti else (),
            votants=len(self.presents - {sorti}),
            dits={NOMS[c]: [D(m) for d, m in dits if d == c] for c in dict.fromkeys(derniers)},
        )

    def attendre(
        self, rang: int, nature: str, montants: dict[str, Decimal | None], **champs: object
    ) -> None:
        numero = f"2026-{rang + 1:03d}"
        demandes: dict[str, Decimal | None] = {NOMS[c]: m for c, m in DEMANDES.items()}
        self.attendus.append(
            Attendu(
                rang + 1,
                numero,
                f"Action {rang + 1}",
                PORTEURS[rang % 2],
                nature,
                montants,
                demandes,
                quorum=QUORUM,
                **champs,  # type: ignore[arg-type]
            )
        )


def tenir(s: Salle) -> Script:
    """Twelve items: every decision, corrections, a déport, a late arrival, a departure, a block vote."""
    c = s.comite
    script = Script(s, [], {"Etat Exemple", "Agglo Exemple"})
    membres = {m.nom: m.cle for m in c.presences.membres(s.seance)}
    c.seances.modifier(s.seance, quorum=QUORUM)
    c.ordres.mettre_en_bloc(*s.points[9:12])
    c.personnes.lier(s.personnes["agglo"], s.decor.organismes[1], nature="bureau")
    c.presences.arriver(membres["Etat Exemple"], membres["Agglo Exemple"])
    script.point(0, "valide", [("etat", 8000), ("agglo", 3500), ("region", 1200)])
    agglo = "Agglo Exemple"
    script.point(1, "sous_reserve", [("etat", 2000)], conditions=RESERVE, sorti=agglo)
    script.point(2, "refuse", [("etat", 0)], motif="Hors des priorités")
    c.presences.arriver(membres["Region Exemple"])
    script.presents.add("Region Exemple")
    script.point(
        3, "ajourne", [("etat", 900), ("region", 400)], motif="Budget à revoir", sorti=agglo
    )
    script.point(4, "valide", [("etat", 8000), ("agglo", 100), ("etat", 7500)])
    script.point(5, "complementaire", [("etat", 600), ("region", 300)], sorti=agglo)
    script.point(6, "reoriente", [], motif="Vers le droit commun")
    script.point(7, "retire", [], motif="À la demande du porteur", sorti=agglo)
    c.presences.partir(membres["Region Exemple"], membres["Agglo Exemple"])
    script.presents = {"Etat Exemple"}
    script.point(8, "valide", [("etat", 1), ("etat", 1000)])
    script.point(9, "complementaire", [("region", 50)])  # taken out of the block
    c.presences.arriver(membres["Region Exemple"])
    script.presents.add("Region Exemple")
    c.decisions.decider_en_bloc(s.seance)
    proposes: dict[str, Decimal | None] = {NOMS[cle]: m for cle, m in PROPOSES.items()}
    for rang in (10, 11):
        script.attendre(rang, "valide", proposes, votants=2, en_bloc=True)
    c.scellements.clore(s.seance, confirmer=True)
    return script


@pytest.fixture(scope="module")
def tenu(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Script, Path]]:
    dossier = tmp_path_factory.mktemp("script")
    with fabriques.neuf(dossier / "seance.tdt") as fichier:
        script = tenir(salle(fichier, actions=12))
        cr = lire_compte_rendu(fichier, script.salle.seance)
        for cle, extension in (("pv", "pdf"), ("releve", "pdf"), ("annexe", "xlsx")):
            ecrire_papier(fichier, cr, cle, dossier / f"{cle}.{extension}")
        yield script, dossier


def test_le_pv_est_le_script_ligne_a_ligne(tenu: tuple[Script, Path]) -> None:
    script, dossier = tenu
    assert ecarts_du_pv(script.attendus, lire_pv(dossier / "pv.pdf")) == []
    venus = {"Etat Exemple": [False], "Agglo Exemple": [True], "Region Exemple": [True, False]}
    assert ecarts_des_presences(venus, lire_presences(dossier / "pv.pdf")) == []


def test_le_releve_est_le_script_ligne_a_ligne(tenu: tuple[Script, Path]) -> None:
    script, dossier = tenu
    assert ecarts_du_releve(script.attendus, lire_releve(dossier / "releve.pdf")) == []


def test_l_annexe_est_le_script_ligne_a_ligne(tenu: tuple[Script, Path]) -> None:
    script, dossier = tenu
    livre = openpyxl.load_workbook(dossier / "annexe.xlsx", data_only=True)
    assert ecarts_de_l_annexe(script.attendus, livre) == []


@pytest.mark.parametrize(
    "faux",
    [
        {"montants": {"État": D(8001), "Agglomération": D(3500), "Région": D(1200)}},
        {"titre": "Autre action"},
        {"nature": "sous_reserve"},
        {"motif": "Autre motif"},
        {"deports": ("Etat Exemple",)},
    ],
)
def test_une_ligne_qui_n_est_pas_celle_du_script_se_voit(
    tenu: tuple[Script, Path], faux: dict[str, Any]
) -> None:
    script, dossier = tenu
    attendus = [replace(script.attendus[0], **faux), *script.attendus[1:]]
    livre = openpyxl.load_workbook(dossier / "annexe.xlsx", data_only=True)
    assert ecarts_du_pv(attendus, lire_pv(dossier / "pv.pdf"))
    assert ecarts_du_releve(attendus, lire_releve(dossier / "releve.pdf"))
    assert ecarts_de_l_annexe(attendus, livre)
