"""The short form of a note: its fields in the order of the paper, kept all at once or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select

from app.models.action import ActionCommune, ActionQuartier
from app.models.calculs import echelle_proposee
from app.models.contrat import Echelle, QuartierCommune
from app.services.actions import Actions
from app.services.appels_courants import appel_courant, aujourd_hui
from app.services.cases_ecrites import CaseVoulue, poser_tout
from app.services.cofinancements import Cofinancements
from app.services.columns import Colonne
from app.services.columns_notes import colonnes_notes
from app.services.errors import ErreurConnue, SaisieRefusee
from app.services.fichier import Fichier
from app.services.notes import Notes, libelle_de_creation
from app.services.notes_lues import LigneNote
from app.services.rattachements import SEPARATEUR, objectifs_sous
from app.services.saisies import est_inchangee, lire_case
from app.services.transaction import Ecriture


@dataclass(frozen=True, slots=True)
class ChampDeNote:
    """A question of the form: the column it fills, its words, what to answer.

    `cases`: how many cells of the form to fill; `longue`: several lines.
    """

    cle: str
    question: str
    aide: str = ""
    cases: int = 1
    longue: bool = False


FORMULAIRE: Final = (
    ChampDeNote("titre", "Intitulé du projet", "Une ligne, sans le nom de votre structure."),
    ChampDeNote("porteur", "Porteur", "La structure qui conduit le projet."),
    ChampDeNote(
        "porteur_pressenti",
        "Porteur pressenti",
        "Si aucune structure n'est encore choisie : qui pourrait le conduire.",
    ),
    ChampDeNote(
        "ambition",
        "Ambition",
        "Ce que le projet veut changer, pour qui, et comment : quelques lignes.",
        longue=True,
    ),
    ChampDeNote("axe", "Thème", "Choisissez dans la liste."),
    ChampDeNote("objectif", "Objectif", "Facultatif : choisissez dans la liste."),
    ChampDeNote("quartiers", "Quartiers", "Un quartier par case.", cases=6),
    ChampDeNote("communes", "Communes", "Une commune par case.", cases=4),
    ChampDeNote("echelle", "Échelle", "Une commune : communale. Plusieurs : choisissez."),
    ChampDeNote("public_total", "Public (nombre de personnes)", "Un nombre."),
    ChampDeNote("public_qpv", "dont habitants des quartiers", "Un nombre."),
    ChampDeNote("budget_envisage", "Budget envisagé", "En euros, tous financeurs réunis."),
    ChampDeNote(
        "financeurs", "Financeurs sollicités", "Un financeur par case, hors de la liste aussi.",
        cases=6,
    ),
    ChampDeNote(
        "cpo_demandee",
        "Convention pluriannuelle (CPO) demandée",
        "Oui ou non.",
    ),
    ChampDeNote("cpo_annees", "Années de la convention", "Une année par case.", cases=4),
)  # fmt: skip
CHAMPS: Final = {champ.cle: champ for champ in FORMULAIRE}
_ORDRE: Final = ("quartiers", "communes", "axe", "objectif")  # written in this order


class NoteRefusee(SaisieRefusee):
    """The form cannot be kept: field -> its sentence."""

    def __init__(self, refus: Mapping[str, str]) -> None:
        cle, phrase = next(iter(refus.items()))
        nom = CHAMPS[cle].question if cle in CHAMPS else cle
        super().__init__(f"{nom} : {phrase}")
        self.refus = dict(refus)


@dataclass(frozen=True, slots=True)
class Difference:
    """A field whose answer is not what the file holds."""

    champ: str
    avant: str
    apres: str


class SaisieNotes:
    """Keeps forms, typed in the window or read from a file: texts by field."""

    def __init__(self, fichier: Fichier, notes: Notes | None = None) -> None:
        self._fichier = fichier
        self.notes = notes or Notes(fichier)
        self.colonnes: dict[str, Colonne] = {
            c.cle: c for c in colonnes_notes(Actions(fichier), Cofinancements(fichier), self.notes)
        }

    def textes(self, ligne: LigneNote) -> dict[str, str]:
        """The form of a note as it stands."""
        return {cle: self._texte(cle, ligne) for cle in CHAMPS}

    def _texte(self, cle: str, ligne: LigneNote) -> str:
        colonne = self.colonnes[cle]
        if colonne.choix:
            return str(colonne.lire(ligne) or "")
        return colonne.texte_a_editer(ligne)

    def differences(self, ligne: LigneNote, textes: Mapping[str, str]) -> list[Difference]:
        """What a form would change; what cannot be read counts as a change."""
        return [
            Difference(cle, self.colonnes[cle].texte(ligne), texte)
            for cle, texte in textes.items()
            if not self._meme(cle, ligne, texte)
        ]

    def _meme(self, cle: str, ligne: LigneNote, texte: str) -> bool:
        colonne = self.colonnes[cle]
        avant = self._texte(cle, ligne)
        if colonne.separateur or colonne.plusieurs:
            return _noms(avant) == _noms(texte)
        if avant == texte:
            return True
        try:
            return est_inchangee(colonne, lire_case(colonne, texte, tapee=False).valeur, ligne)
        except ErreurConnue:
            return False

    def objectifs(self, theme: str) -> list[str]:
        """What may be answered under a theme: an objective of another one would change it."""
        return objectifs_sous(self._fichier.lignes, theme)

    # Keeping ------------------------------------------------------------------------------------

    def creer(self, annee: int, textes: Mapping[str, str], *, jour: date | None = None) -> str:
        """A new note with its action, in one operation. Raises NoteRefusee, nothing is kept then."""
        with self._fichier.operation(libelle_de_creation(textes.get("titre", ""))) as ecriture:
            return self.inserer(ecriture, annee, textes, jour=jour)

    def inserer(
        self,
        ecriture: Ecriture,
        annee: int,
        textes: Mapping[str, str],
        *,
        jour: date | None = None,
    ) -> str:
        """The same inside an operation that does more."""
        if not textes.get("titre", "").strip():
            raise NoteRefusee({"titre": "une note a un intitulé, tapez-le."})
        recue = jour or aujourd_hui()
        cle = self.notes.inserer(
            ecriture,
            annee,
            textes["titre"],
            appel=appel_courant(self._fichier, annee, recue),
            jour=recue.isoformat(),
        )
        autres = {nom: t for nom, t in textes.items() if nom != "titre" and t.strip()}
        self.poser(ecriture, cle, autres)
        self._situer(ecriture, cle, autres)
        return cle

    def modifier(self, cle: str, textes: Mapping[str, str], *, motif: str = "") -> None:
        """Change some fields of a note in one operation; `motif` lets a frozen CPO change."""
        with self._fichier.operation("Modifier une note d'intention") as ecriture:
            self.poser(ecriture, cle, textes, motif=motif)

    def poser(
        self, ecriture: Ecriture, cle: str, textes: Mapping[str, str], *, motif: str = ""
    ) -> None:
        """The same inside an operation that does more. Raises NoteRefusee with every refusal."""
        refus: dict[str, str] = {}
        cases: list[CaseVoulue] = []
        for nom in sorted(textes, key=_place):
            try:
                valeur = lire_case(self.colonnes[nom], textes[nom], tapee=False).valeur
            except ErreurConnue as erreur:
                refus[nom] = str(erreur)
            else:
                cases.append(CaseVoulue(cle, self.colonnes[nom], valeur))
        if motif.strip():
            cases = self._avec_motif(ecriture, cle, cases, motif)
        for rang, phrase in poser_tout(ecriture, cases).items():
            refus[cases[rang].colonne.cle] = phrase
        if refus:
            raise NoteRefusee({nom: refus[nom] for nom in sorted(refus, key=_place)})

    def _avec_motif(
        self, ecriture: Ecriture, cle: str, cases: list[CaseVoulue], motif: str
    ) -> list[CaseVoulue]:
        """Write the request for a CPO with its reason; the cases that are left."""
        cpo = {c.colonne.cle: c for c in cases if c.colonne.cle in ("cpo_demandee", "cpo_annees")}
        champs: dict[str, Any] = {}
        for nom, case in cpo.items():
            pose = case.colonne.pose
            assert pose is not None
            assert pose.preparer is not None
            champs[nom] = pose.preparer(ecriture, case.valeur)
        if champs:
            self.notes.poser(ecriture, cle, cpo_motif=motif.strip(), **champs)
        return [case for case in cases if case.colonne.cle not in cpo]

    def _situer(self, ecriture: Ecriture, cle: str, textes: Mapping[str, str]) -> None:
        """The communes that its quartiers say, and the scale that the communes propose (A-96)."""
        if "communes" not in textes:
            for commune in communes_des_quartiers(ecriture, cle):
                ecriture.inserer(ActionCommune, action=cle, commune=commune)
        if "echelle" in textes:
            return
        nombre = len(ecriture.lignes(select(ActionCommune.cle).where(ActionCommune.action == cle)))
        proposee = echelle_proposee(nombre)
        connues = {e for (e,) in ecriture.lignes(select(Echelle.identifiant))}
        if proposee in connues:
            self._poser_echelle(ecriture, cle, proposee)

    def _poser_echelle(self, ecriture: Ecriture, cle: str, echelle: str | None) -> None:
        pose = self.colonnes["echelle"].pose
        assert pose is not None
        pose.poser(ecriture, cle, echelle)


def communes_des_quartiers(ecriture: Ecriture, action: str) -> list[str]:
    """The commune of each quartier of the action, where there is only one or a principal one."""
    requete = (
        select(QuartierCommune.quartier, QuartierCommune.commune, QuartierCommune.principale)
        .join(ActionQuartier, ActionQuartier.quartier == QuartierCommune.quartier)
        .where(ActionQuartier.action == action)
        .order_by(QuartierCommune.principale.desc())
    )
    par_quartier: dict[str, list[Any]] = {}
    for lien in ecriture.lignes(requete):
        par_quartier.setdefault(lien.quartier, []).append(lien)
    sures = [
        liens[0].commune
        for liens in par_quartier.values()
        if len(liens) == 1 or liens[0].principale
    ]
    return list(dict.fromkeys(sures))


def joindre(reponses: Sequence[str]) -> str:
    """Several cells of one question, as a cell of the table."""
    return SEPARATEUR.join(dict.fromkeys(filter(None, (r.strip() for r in reponses))))


def _noms(texte: str) -> set[str]:
    separateur = ";" if ";" in texte else ","
    return {nom.strip() for nom in texte.split(separateur) if nom.strip()}


def _place(nom: str) -> int:
    return _ORDRE.index(nom) if nom in _ORDRE else len(_ORDRE) + list(CHAMPS).index(nom)
