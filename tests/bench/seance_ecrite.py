"""What the projected séance must leave on paper, written down apart from the program.

Titles, numbers, porteurs and what was asked come from the file by plain SQL, before the séance; who is in
the room and what is typed come from the script. After the closing, the PV and the relevé are read by
poppler, the annex by openpyxl after LibreOffice has recalculated it from wrong values.
"""

import json
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from lecture_papiers import (  # noqa: E402
    Attendu,
    ecarts_de_l_annexe,
    ecarts_des_presences,
    ecarts_du_pv,
    ecarts_du_releve,
    lire_presences,
    lire_pv,
    lire_releve,
)

QUORUM = 3
EN_BLOC = 4  # items voted without debate
SIEGES = (
    ("Amel Préfète", "president", True),
    ("Bruno Agglo", "president", True),
    ("Chloé Région", "membre", True),
    ("Driss Département", "membre", True),
    ("Élise Bailleurs", "membre", True),
    ("Farid Citoyen", "consultatif", False),
)
A_L_HEURE = ("Amel Préfète", "Bruno Agglo", "Chloé Région", "Farid Citoyen")
# Rank of an item -> who comes, who goes, before it.
MOUVEMENTS = {
    30: (("Driss Département",), ()),
    120: ((), ("Bruno Agglo", "Chloé Région")),
    150: (("Bruno Agglo",), ()),
}
LIES = ("Bruno Agglo", "Driss Département", "Élise Bailleurs")  # each tied to porteurs
VOTANTS = {nom for nom, _, vote in SIEGES if vote}

_POINTS = """
SELECT p.cle, p.action, p.nature, a.numero, a.titre, o.nom AS porteur, a.porteur AS organisme
FROM point p JOIN action a ON a.cle = p.action JOIN organisme o ON o.cle = a.porteur
WHERE p.seance = ? ORDER BY p.rang, p.cle"""
_SOMMES = """
SELECT financeur, ligne_credit, commune, sum(demande) AS demande, sum(propose) AS propose
FROM cofinancement WHERE action = ? GROUP BY 1, 2, 3"""


@dataclass
class Ecrit:
    """The script: one `Attendu` an item, filled in as the keys are struck."""

    seance: str
    points: list[dict[str, Any]]
    financeurs: dict[str, str]
    sommes: dict[str, dict[tuple[Any, ...], tuple[int | None, int | None]]]
    liens: dict[str, set[str]]  # name -> organismes
    membres: dict[str, str] = field(default_factory=dict)
    presents: set[str] = field(default_factory=lambda: set(A_L_HEURE))
    attendus: dict[str, Attendu] = field(default_factory=dict)
    sejours: dict[str, list[bool]] = field(
        default_factory=lambda: {n: [False] * (n in A_L_HEURE) for n, _, _ in SIEGES}
    )

    def bouger(self, rang: int, presences: Any) -> None:
        """Who comes and who goes before the item of this rank."""
        viennent, partent = MOUVEMENTS.get(rang, ((), ()))
        if viennent:
            presences.arriver(*(self.membres[nom] for nom in viennent))
        if partent:
            presences.partir(*(self.membres[nom] for nom in partent))
        for nom in viennent:
            self.sejours[nom].append(False)
        for nom in partent:
            self.sejours[nom][-1] = True
        self.presents = (self.presents | set(viennent)) - set(partent)

    def attendre(
        self,
        action: str,
        nature: str,
        cases: Sequence[Any],
        dits: dict[Any, list[int]],
        *,
        motif: str = "",
        conditions: str = "",
        en_bloc: bool = False,
    ) -> None:
        """`dits`: payer -> every amount published, in order; `cases`: as the cockpit names them."""
        rang, point = next((i, p) for i, p in enumerate(self.points) if p["action"] == action)
        concernes = {n for n, lies in self.liens.items() if point["organisme"] in lies}
        sortis = (
            ()
            if en_bloc
            else tuple(nom for nom, _, _ in SIEGES if nom in concernes & self.presents)
        )
        chiffree = nature in ("valide", "sous_reserve", "complementaire")
        sommes = self.sommes[action]
        montants: dict[str, Decimal | None] = {}
        demandes: dict[str, Decimal | None] = {}
        for case in cases:
            p = case.payeur
            demande, propose = sommes.get((p.financeur, p.ligne_credit, p.commune), (None, None))
            demandes[case.nom] = _euros(demande)
            dit = _euros(propose) if en_bloc else Decimal(dits[p][-1]) if p in dits else None
            montants[case.nom] = dit if chiffree else None
        self.attendus[action] = Attendu(
            rang + 1,
            point["numero"],
            point["titre"],
            point["porteur"],
            nature,
            montants,
            demandes,
            dits={c.nom: [Decimal(m) for m in dits[c.payeur]] for c in cases if c.payeur in dits},
            financeurs={c.nom: self.financeurs[c.payeur.financeur] for c in cases},
            motif=motif,
            conditions=conditions,
            deports=sortis,
            votants=len((self.presents & VOTANTS) - set(sortis)),
            quorum=QUORUM,
            en_bloc=en_bloc,
        )


def _euros(centimes: int | None) -> Decimal | None:
    return None if centimes is None else Decimal(centimes).scaleb(-2)


def preparer_la_salle(chemin: Path, seance: str) -> Ecrit:
    """Seats, quorum, ties and block list, then what the agenda is, read by plain SQL."""
    from app.services.comite import comite
    from app.services.fichier import Fichier

    points, sommes, financeurs = _lire(chemin, seance)
    chiffres = [p for p in points if any(propose for _, propose in sommes[p["action"]].values())]
    porteurs = sorted({p["organisme"] for p in points})
    liens = {nom: set(porteurs[rang :: 3 * len(LIES)]) for rang, nom in enumerate(LIES)}
    with Fichier.ouvrir(chemin) as fichier:
        services = comite(fichier)
        services.seances.modifier(seance, quorum=QUORUM, date="2026-03-12", lieu="Sous-préfecture")
        personnes = {
            nom: services.personnes.ajouter(nom, represente=nom.split()[1]) for nom, *_ in SIEGES
        }
        membres = {
            nom: services.presences.ajouter(seance, personnes[nom], role=role, votant=vote)
            for nom, role, vote in SIEGES
        }
        for nom, organismes in liens.items():
            for organisme in sorted(organismes):
                services.personnes.lier(personnes[nom], organisme, nature="bureau")
        services.ordres.mettre_en_bloc(*(p["cle"] for p in chiffres[-EN_BLOC:]))
        services.presences.arriver(*(membres[nom] for nom in A_L_HEURE))
    points, sommes, financeurs = _lire(chemin, seance)
    return Ecrit(seance, points, financeurs, sommes, liens, membres)


def _lire(chemin: Path, seance: str) -> tuple[list[dict[str, Any]], Any, dict[str, str]]:
    with closing(sqlite3.connect(chemin)) as base:
        base.row_factory = sqlite3.Row
        points = [dict(ligne) for ligne in base.execute(_POINTS, (seance,))]
        financeurs = dict(base.execute("SELECT cle, nom_court FROM financeur").fetchall())
        sommes = {
            p["action"]: {
                (s["financeur"], s["ligne_credit"], s["commune"]): (s["demande"], s["propose"])
                for s in base.execute(_SOMMES, (p["action"],))
            }
            for p in points
        }
    return points, sommes, financeurs


def controler_les_papiers(fichier: Any, ecrit: Ecrit, dossier: Path) -> list[str]:
    """Write the papers of the closed séance, read them back: every line that is not the script's."""
    import openpyxl
    from comparaison import convertir
    from test_export_excel import PROFIL, falsifier

    from app.services.compte_rendu_lu import lire_compte_rendu
    from app.services.papiers_seance import ecrire_papier

    cr = lire_compte_rendu(fichier, ecrit.seance)
    for cle, extension in (("pv", "pdf"), ("releve", "pdf"), ("annexe", "xlsx")):
        ecrire_papier(fichier, cr, cle, dossier / f"{cle}.{extension}")
    bureau = dossier / "bureau"
    profil = bureau / "profil-bureautique" / "user"
    profil.mkdir(parents=True, exist_ok=True)
    (profil / "registrymodifications.xcu").write_text(PROFIL, encoding="utf-8")
    formules = falsifier(dossier / "annexe.xlsx", dossier / "annexe-fausse.xlsx")
    convertir(dossier / "annexe-fausse.xlsx", bureau)
    recalculee = bureau / "sortie" / "annexe-fausse.xlsx"
    attendus = sorted(ecrit.attendus.values(), key=lambda a: a.ordre)
    (dossier / "script.json").write_text(
        json.dumps([asdict(a) for a in attendus], default=str, ensure_ascii=False, indent=1)
    )
    lus = lire_pv(dossier / "pv.pdf")
    print(
        f"PV : {len(lus)} points relus, dont {sum(bool(a.deports) for a in attendus)} avec déport, "
        f"{sum(any(len(d) > 1 for d in a.dits.values()) for a in attendus)} corrigés, "
        f"{sum(a.en_bloc for a in attendus)} en bloc ; annexe : {formules} formules recalculées."
    )
    return [
        *ecarts_des_presences(ecrit.sejours, lire_presences(dossier / "pv.pdf")),
        *ecarts_du_pv(attendus, lus),
        *ecarts_du_releve(attendus, lire_releve(dossier / "releve.pdf")),
        *ecarts_de_l_annexe(attendus, openpyxl.load_workbook(recalculee, data_only=True)),
    ]
