"""What the path of the notes is to leave in the file: the script, and the file read by plain SQL."""

import json
import random
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

GRAINE = 147
ANNEES_CPO = "2027-2029"
EN_LIGNE = "jardin"  # the word of the titles whose dossier is deposited
AUTRE = "veillee"
FINANCEURS = ("État", "CAVM", "Région")  # those of the contract that are asked
# letter typed -> what is kept
REPONSES = {
    "f": "favorable",
    "r": "reserve",
    "d": "defavorable",
    "a": "ajourne",
    "s": "sans_avis",
}
TRIS = {"r": "recevable", "p": "a_preciser", "o": "reorientee", "i": "irrecevable"}
STATUTS = {"o": "reorientee", "i": "irrecevable"}
CRITERES = ("diagnostic", "capacite", "partenariat")
APPRECIATIONS = {"o": "oui", "p": "en_partie", "n": "non"}


@dataclass
class Fait:
    """All that the script says of one project. Amounts in euros."""

    titre: str
    porteur: str
    pressenti: str
    ambition: str
    axe: str
    quartiers: tuple[str, ...]
    echelle: str
    public: int
    qpv: int
    budget: int
    financeurs: tuple[str, ...]
    cpo: bool
    tri: str
    motif: str = ""
    vers: str = ""
    demandes: dict[str, int] = field(default_factory=dict)
    avis: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    relances: int = 0
    commun: tuple[str, str] | None = None
    remarques: str | None = None
    criteres: tuple[str, ...] = ()
    recommandation: tuple[str, str, str] | None = None

    @property
    def depose(self) -> bool:
        return EN_LIGNE in self.titre

    @property
    def statut(self) -> str:
        if self.commun is not None:
            return "proposee"
        if self.depose:
            return "instruction"
        return STATUTS.get(self.tri, "note")


@dataclass(frozen=True)
class Listes:
    """The names of the contract: quartiers by commune, themes, the échelle of several."""

    communes: dict[str, tuple[str, ...]]
    axes: tuple[str, ...]
    echelle: str


def ecrire_le_script(nombre: int, listes: Listes, porteurs: list[str]) -> list[Fait]:
    """The same for the same number: who, where, how it is sorted, what it asks."""
    alea = random.Random(GRAINE)
    return [_fait(rang, alea, listes, porteurs) for rang in range(1, nombre + 1)]


def _fait(rang: int, alea: random.Random, listes: Listes, porteurs: list[str]) -> Fait:
    sans_porteur = rang % 10 == 0
    tri = {4: "p", 6: "o", 8: "i"}.get(rang % 12, "r")
    depose = tri == "r" and not sans_porteur
    villes = [v for v, quartiers in listes.communes.items() if quartiers]
    communale = rang % 3 != 0
    choisies = alea.sample(villes, 1 if communale else 2)
    total = alea.randint(20, 400)
    fait = Fait(
        titre=f"Projet {rang:03d} {EN_LIGNE if depose else AUTRE}",
        porteur="" if sans_porteur else porteurs[rang % len(porteurs)],
        pressenti=f"Collectif {rang:03d}" if sans_porteur else "",
        ambition=f"Ce que le projet {rang:03d} veut changer.",
        axe=alea.choice(listes.axes),
        quartiers=tuple(alea.choice(listes.communes[v]) for v in choisies),
        echelle="communale" if communale else "intercommunale",
        public=total,
        qpv=alea.randint(10, total),
        budget=alea.randint(20, 900) * 100,
        financeurs=FINANCEURS[: 1 + rang % 3],
        cpo=rang % 4 == 1,
        tri=tri,
        motif=f"motif du projet {rang:03d}" if tri != "r" else "",
        vers=f"fonds {rang:03d}" if tri == "o" else "",
    )
    if depose:
        fait.demandes = {f: alea.randint(10, 90) * 50 for f in fait.financeurs}
    return fait


# The file -----------------------------------------------------------------------------------------


def ecarts_avec_le_fichier(chemin: Path, faits: list[Fait]) -> tuple[int, list[str]]:
    """(facts compared, sentences): every fact of the script against what plain SQL reads."""
    with closing(sqlite3.connect(f"file:{chemin}?mode=ro", uri=True)) as base:
        base.row_factory = sqlite3.Row
        lus = {ligne["titre"]: ligne for ligne in base.execute(_NOTES)}
        compares = [("notes", len(faits), len(lus))]
        for fait in faits:
            lu = lus.get(fait.titre)
            if lu is None:
                compares.append((f"{fait.titre} : note", "saisie", None))
                continue
            compares += [(f"{fait.titre} : {q}", v, r) for q, v, r in _comparer(base, fait, lu)]
    return len(compares), [f"{q} : {v!r} écrit, {r!r} lu" for q, v, r in compares if v != r]


_NOTES = """
SELECT a.cle, a.titre, a.statut, a.echelle, a.public_total, a.public_qpv, o.nom AS porteur,
       n.ambition, n.porteur_pressenti, n.budget_envisage, n.cpo_demandee, n.cpo_annees,
       n.tri, n.tri_motif, n.tri_vers
FROM note_intention n JOIN action a ON a.cle = n.action LEFT JOIN organisme o ON o.cle = a.porteur
"""
_QUARTIERS = """
SELECT q.nom FROM action_quartier l JOIN quartier q ON q.cle = l.quartier WHERE l.action = ?
"""
_FINANCEURS = """
SELECT f.nom_court FROM sollicitation s JOIN financeur f ON f.cle = s.financeur WHERE s.action = ?
"""
_DEMANDES = """
SELECT f.nom_court, c.demande FROM cofinancement c JOIN financeur f ON f.cle = c.financeur
WHERE c.action = ? AND c.demande IS NOT NULL
"""
_AVIS = """
SELECT s.nom_court, i.sens, i.motif, i.montant, i.absent, i.comme IS NOT NULL AS meme
FROM avis_instruction i JOIN service s ON s.cle = i.service WHERE i.action = ?
"""
_POINT = """
SELECT p.diagnostic, p.capacite, p.partenariat, p.remarques FROM point_reunion p
WHERE p.action = ? AND p.passe
"""
_RECOMMANDATION = "SELECT texte, responsable, echeance FROM recommandation WHERE action = ?"


def _comparer(base: sqlite3.Connection, fait: Fait, lu: sqlite3.Row) -> list[tuple[str, Any, Any]]:
    cle = lu["cle"]
    return [
        *_de_la_note(base, fait, lu),
        *_de_la_reunion(base, fait, cle),
        *_du_dossier(base, fait, cle),
    ]


def _de_la_note(
    base: sqlite3.Connection, fait: Fait, lu: sqlite3.Row
) -> list[tuple[str, Any, Any]]:
    cle = lu["cle"]
    axes = _un(base, "SELECT n.libelle, n.libelle_court FROM classement c JOIN noeud n ON "
               "n.cle = c.noeud WHERE c.action = ?", cle)  # fmt: skip
    return [
        ("statut", fait.statut, lu["statut"]),
        ("porteur", fait.porteur or None, lu["porteur"]),
        ("pressenti", fait.pressenti or None, lu["porteur_pressenti"]),
        ("ambition", fait.ambition, lu["ambition"]),
        ("thème", True, any(nom and nom in fait.axe for nom in axes)),
        ("quartiers", set(fait.quartiers), _noms(base, _QUARTIERS, cle)),
        ("échelle", fait.echelle, lu["echelle"]),
        ("public", (fait.public, fait.qpv), (lu["public_total"], lu["public_qpv"])),
        ("budget", fait.budget * 100, lu["budget_envisage"]),
        ("financeurs", set(fait.financeurs), _noms(base, _FINANCEURS, cle)),
        ("CPO", fait.cpo, bool(lu["cpo_demandee"])),
        ("années", _annees(fait), json.loads(lu["cpo_annees"] or "[]")),
        ("tri", TRIS[fait.tri], lu["tri"]),
        ("motif", fait.motif or None, lu["tri_motif"]),
        ("vers", fait.vers or None, lu["tri_vers"]),
    ]


def _de_la_reunion(base: sqlite3.Connection, fait: Fait, cle: str) -> list[tuple[str, Any, Any]]:
    notes = tuple(APPRECIATIONS[c] for c in fait.criteres)
    attendus = [] if fait.remarques is None else [(*notes, fait.remarques)]
    recommandees = [] if fait.recommandation is None else [fait.recommandation]
    return [
        ("réunion", attendus, [tuple(r) for r in base.execute(_POINT, (cle,))]),
        ("recommandation", recommandees, [tuple(r) for r in base.execute(_RECOMMANDATION, (cle,))]),
    ]


def _du_dossier(base: sqlite3.Connection, fait: Fait, cle: str) -> list[tuple[str, Any, Any]]:
    depots = "SELECT count(*) FROM depot WHERE action = ? AND nature = 'dossier'"
    relances = "SELECT coalesce(sum(relances), 0) FROM avis_instruction WHERE action = ?"
    communs = base.execute("SELECT sens, motif FROM avis_commun WHERE action = ?", (cle,))
    demandes = {nom: montant // 100 for nom, montant in base.execute(_DEMANDES, (cle,))}
    avis = {
        a["nom_court"]: (
            a["sens"],
            a["motif"],
            None if a["montant"] is None else a["montant"] // 100,
            bool(a["absent"]),
            bool(a["meme"]),
        )
        for a in base.execute(_AVIS, (cle,))
    }
    return [
        ("dépôts", int(fait.depose), _un(base, depots, cle)[0]),
        ("demandes", fait.demandes, demandes),
        ("avis", fait.avis, avis),
        ("relances", fait.relances, _un(base, relances, cle)[0]),
        ("avis commun", fait.commun, next((tuple(c) for c in communs), None)),
    ]


def _annees(fait: Fait) -> list[str]:
    debut, fin = (int(a) for a in ANNEES_CPO.split("-"))
    return [str(a) for a in range(debut, fin + 1)] if fait.cpo else []


def _noms(base: sqlite3.Connection, requete: str, cle: str) -> set[str]:
    return {nom for (nom,) in base.execute(requete, (cle,))}


def _un(base: sqlite3.Connection, requete: str, cle: str) -> Any:
    return tuple(base.execute(requete, (cle,)).fetchone() or (None,))
