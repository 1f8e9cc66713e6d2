"""What a column can be, how sure it is, and what is missing: rows and sentences. No widget here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.services.accords import enumerer
from app.services.actions_lues import ColonneTrouvee, Correspondance
from app.services.columns import Signal
from app.services.profils import PROFILS
from app.services.rows import ETAPES_MONTANT
from app.services.synonymes import CHAMPS, MONTANT, MULTIPLES
from app.ui.import_source import SourceLue

SURE, PROBABLE = 0.84, 0.65  # confidence from which a column is said sure, or probable
LAISSEE = 0.5  # given to the columns that are known to be left out: totals, rates
IGNORER = "Ne pas importer"
CHOISIE = ("choisie", Signal.FAVORABLE)
ETAPES = {
    "demande": "demandé",
    "propose": "proposé",
    "accorde": "accordé",
    "vote": "voté",
    "notifie": "notifié",
    "verse": "versé",
}
GROUPES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("L'action", ("titre", "description", "reference", "numero", "annee", "classement", "nature",
                  "echelle", "recurrence", "cpo", "statut", "avis", "observation", "date_depot",
                  "date_debut", "date_fin", "date_decision", "dossier", "supprime")),
    ("Le porteur", ("porteur", "sigle", "siret", "rna", "nature_porteur", "code_postal", "ville")),
    ("Les lieux", ("quartiers", "communes")),
    ("Les publics", ("public_total", "public_qpv", "public_femmes", "public_hommes",
                     "public_age")),
    ("Le budget", ("cout_total", "accorde_n1")),
    ("Les financeurs, une ligne chacun", ("financeur", "ligne_credit", "statut_financeur", "ej")),
    ("La note d'intention", ("ambition", "porteur_pressenti", "budget_envisage",
                             "financeurs_sollicites", "cpo_demandee", "cpo_annees")),
    ("Les cofinanceurs, dans une cellule", ("cofinanceurs", "cofinanceurs_montants")),
)  # fmt: skip
IMPORTANTS = {
    "titre": "l'intitulé de l'action",
    "porteur": "le porteur",
    "siret": "le SIRET",
    "quartiers": "les quartiers",
    "cout_total": "le coût total",
}

Sens = tuple[str, str | None, str | None]  # field, financeur, step
IGNOREE: Sens = ("", None, None)


@dataclass(frozen=True, slots=True)
class LigneColonne:
    """One column of the source: its heading as read, samples, and what it is taken for."""

    entete: str
    groupe: str
    titre: str
    exemples: tuple[str, ...]
    sens: Sens
    mot: str
    signal: Signal


@dataclass(frozen=True, slots=True)
class Option:
    """A line of the list of meanings; `sens` None: the title of a group."""

    libelle: str
    sens: Sens | None = None


def sens_de(colonne: ColonneTrouvee) -> Sens:
    if not colonne.champ:
        return IGNOREE
    return (colonne.champ, colonne.financeur, colonne.etape)


def correspondance(sens: Sens) -> Correspondance:
    return Correspondance(*sens)


def libelle_sens(sens: Sens) -> str:
    """« Intitulé », « État – demandé », « Ne pas importer »."""
    champ, financeur, etape = sens
    if not champ:
        return IGNORER
    if champ != MONTANT:
        return CHAMPS.get(champ, champ)
    mot = ETAPES.get(etape or "", etape or "")
    return f"{financeur} – {mot}" if financeur else f"Montant {mot}"


def options(financeurs: Iterable[str]) -> list[Option]:
    """Everything that a column can be, by group; `financeurs`: those of the file and of the source."""
    liste = [Option(IGNORER, IGNOREE)]
    for titre, champs in GROUPES:
        liste.append(Option(titre))
        liste += [Option(CHAMPS[champ], (champ, None, None)) for champ in champs]
    for financeur in (*dict.fromkeys(financeurs), None):
        liste.append(Option(f"Montants · {financeur}" if financeur else "Montants sans financeur"))
        liste += [
            Option(libelle_sens(sens), sens)
            for etape in ETAPES_MONTANT
            if (sens := (MONTANT, financeur, etape))
        ]
    return liste


def lignes_colonnes(source: SourceLue) -> list[LigneColonne]:
    if source.lecture is None:
        return []
    dites = {*(source.demande.colonnes or ()), *source.memoire}
    libre = PROFILS[source.lecture.profil].libre
    return [_ligne(c, source, dite=c.entete in dites, libre=libre) for c in source.lecture.colonnes]


def _ligne(colonne: ColonneTrouvee, source: SourceLue, *, dite: bool, libre: bool) -> LigneColonne:
    groupe, _, titre = colonne.entete.rpartition(" – ")
    mot, signal = CHOISIE if dite else certitude(colonne, libre=libre)
    return LigneColonne(
        entete=colonne.entete,
        groupe=groupe,
        titre=titre,
        exemples=source.exemples.get(colonne.index, ()),
        sens=sens_de(colonne),
        mot=mot,
        signal=signal,
    )


def certitude(colonne: ColonneTrouvee, *, libre: bool) -> tuple[str, Signal]:
    """How sure the match is, as a word and the shape beside it.

    A layout that is not `libre` is known whole: what it does not use is left out on purpose.
    """
    if not colonne.champ:
        connue = colonne.confiance >= LAISSEE or not libre
        return ("laissée", Signal.NEUTRE) if connue else ("à vérifier", Signal.ALERTE)
    if colonne.confiance >= SURE:
        return ("sûre", Signal.FAVORABLE)
    if colonne.confiance >= PROBABLE:
        return ("probable", Signal.INFORMATION)
    return ("à vérifier", Signal.ALERTE)


def alertes(choisis: Mapping[str, Sens], *, partiel: bool) -> list[str]:
    """What is missing or told twice, in sentences. `partiel`: the layout completes other files."""
    champs = [sens[0] for sens in choisis.values()]
    manquants = [mot for champ, mot in IMPORTANTS.items() if champ not in champs]
    phrases = []
    if manquants and not partiel:
        phrases.append(f"Aucune colonne pour {enumerer(manquants)}.")
    if MONTANT not in champs and "cofinanceurs" not in champs:
        phrases.append("Aucune colonne de montant.")
    return phrases + doublons(choisis)


def doublons(choisis: Mapping[str, Sens]) -> list[str]:
    """Fields that a single column may fill and that several were given."""
    par_sens: dict[Sens, list[str]] = {}
    for entete, sens in choisis.items():
        if sens[0] and (sens[0] == MONTANT or sens[0] not in (*MULTIPLES, "accorde_n1")):
            par_sens.setdefault(sens, []).append(entete)
    return [
        f"{libelle_sens(sens)} : {enumerer(f'« {e} »' for e in entetes)} disent la même chose, "
        "seule la première est lue."
        for sens, entetes in par_sens.items()
        if len(entetes) > 1
    ]


def financeurs_lus(colonnes: Sequence[ColonneTrouvee]) -> list[str]:
    """Names of financeurs that the headings print."""
    return [c.financeur for c in colonnes if c.financeur]
