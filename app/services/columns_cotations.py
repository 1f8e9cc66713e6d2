"""The columns of the marks: actions to score, one action beside its grid, actions × criteria."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.models.enums import MethodeGrille
from app.services.columns import Colonne, Signal, TypeColonne, colonne_lue, lire_attribut
from app.services.cotations import Cotations
from app.services.cotations_gardes import lire_note, mot_de, ou
from app.services.cotations_lues import (
    A_REVOIR,
    COMMENCEE,
    DIVERGENCES,
    TERMINEE,
    CotationLue,
    DossierCote,
)
from app.services.grilles_lues import GrilleEntiere, LigneCritere
from app.services.poses import pose_preparee

NIVEAU, COMMENTAIRE, RECOMMANDATION = "niveau", "commentaire", "recommandation"
HORS_CRITERES = (NIVEAU, COMMENTAIRE, RECOMMANDATION)
_SIGNAUX = {
    COMMENCEE: Signal.INFORMATION,
    TERMINEE: Signal.FAVORABLE,
    A_REVOIR: Signal.ALERTE,
    DIVERGENCES: Signal.ALERTE,
}


def signal_d_etat(etat: str | None) -> Signal:
    return _SIGNAUX.get(etat or "", Signal.NEUTRE)


def niveau_en_mots(cotation: CotationLue | None) -> str:
    """« G1 », « incomplète »: what the marks come to; empty when there are none."""
    if cotation is None or cotation.cachee:
        return ""
    if not cotation.resultat.complete:
        return "incomplète"
    niveau = cotation.resultat.niveau
    if niveau is not None:
        return niveau.code
    score = cotation.resultat.score
    return "sans niveau" if score is None else f"{score}"


def colonnes_a_coter() -> list[Colonne]:
    """The narrow list beside the grid."""
    return [
        colonne_lue("numero", "N°", 78, figee=True, nuance=True),
        colonne_lue("titre", "Intitulé", 132),
        _etat(),
        _niveau(largeur=88),
        colonne_lue("porteur", "Porteur", 140, visible=False),
    ]


def _etat() -> Colonne:
    return Colonne(
        cle="etat",
        titre="État",
        lire=lire_attribut("etat"),
        signal=signal_d_etat,
        largeur=106,
        pourquoi="L'état suit les notes et la version du dossier.",
    )


def _niveau(largeur: int, **options: Any) -> Colonne:
    return Colonne(
        cle=NIVEAU,
        titre="Niveau",
        lire=lambda d: niveau_en_mots(d.montree),
        largeur=largeur,
        **{"pourquoi": "Le niveau se calcule : donnez les notes des critères.", **options},
    )


# One action beside its grid -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LigneNote:
    """A row of the grid: a criterion, or the level and the words that go with it."""

    cle: str
    libelle: str
    note: str = ""
    preuve: str = ""
    autres: str = ""
    critere: LigneCritere | None = field(default=None, compare=False)
    diverge: bool = False

    @property
    def nom(self) -> str:
        return self.cle if self.critere is not None else ""


def lignes_de_note(
    grille: GrilleEntiere, dossier: DossierCote, cotation: CotationLue | None
) -> list[LigneNote]:
    """Every criterion of a grid with one cotation of an action, then what is said of the whole."""
    notes = {} if cotation is None else cotation.notes
    autres = [c for c in dossier.cotations if c is not cotation and not c.cachee]
    divergents = {d.critere for d in dossier.divergences}
    lignes = [
        LigneNote(
            cle=c.identifiant,
            libelle=c.libelle,
            note=_dite(notes.get(c.identifiant)),
            preuve=_preuve(notes.get(c.identifiant)),
            autres=_des_autres(autres, c.identifiant),
            critere=c,
            diverge=c.identifiant in divergents,
        )
        for c in grille.criteres
    ]
    if _se_choisit(grille):
        choisi = None if cotation is None else cotation.choisi
        lignes.append(
            LigneNote(
                NIVEAU,
                "Niveau choisi directement",
                note=choisi or "",
                autres=", ".join(f"{_abrege(c)} {niveau_en_mots(c)}" for c in autres),
            )
        )
    for cle, titre in (
        (COMMENTAIRE, "Commentaire"),
        (RECOMMANDATION, "Recommandation au porteur"),
    ):
        lignes.append(LigneNote(cle, titre, preuve=getattr(cotation, cle, None) or ""))
    return lignes


def _se_choisit(grille: GrilleEntiere) -> bool:
    return grille.ligne.methode == MethodeGrille.CHOISI or any(
        n.condition is not None for n in grille.niveaux
    )


def _dite(note: Any) -> str:
    return "" if note is None else mot_de(note.courte)


def _preuve(note: Any) -> str:
    """Where it is said, or why it is not applicable."""
    if note is None:
        return ""
    return (note.motif if note.na else note.preuve) or ""


def _des_autres(autres: Sequence[CotationLue], critere: str) -> str:
    return ", ".join(
        f"{_abrege(c)} {mot_de(c.notes[critere].courte)}" for c in autres if critere in c.notes
    )


def _abrege(cotation: CotationLue) -> str:
    """« Léa R. », « Consensus »: several of them stand in one cell."""
    if cotation.consensus:
        return "Consensus"
    prenom, *suite = cotation.auteur.split() or ["?"]
    return " ".join([prenom, *(f"{mot[0]}." for mot in suite)])


Ecrit = Callable[[str, str | None], None]


def colonnes_notes(noter: Ecrit, prouver: Ecrit) -> list[Colonne]:
    """`noter(row key, text)` and `prouver(row key, text)` write for the action in view."""
    return [
        colonne_lue("nom", "Critère", 58, figee=True, nuance=True),
        colonne_lue("libelle", "Ce qui se regarde", 226, figee=True),
        Colonne(
            cle="note",
            titre="Note",
            lire=lire_attribut("note"),
            largeur=52,
            ecrire=lambda cle, texte: noter(cle, texte),
            aide="Tapez le chiffre de la note ; N : non applicable",
        ),
        Colonne(
            cle="preuve",
            titre="Preuve ou motif",
            lire=lire_attribut("preuve"),
            largeur=196,
            ecrire=lambda cle, texte: prouver(cle, texte),
            aide="Où le dossier le dit ; pour « non applicable », la raison",
        ),
        Colonne(
            cle="autres",
            titre="Autres notes",
            lire=lire_attribut("autres"),
            largeur=176,
            aide="Ce que les autres ont donné, une fois vos notes terminées si la grille le veut",
            pourquoi="Ce sont les notes des autres : donnez les vôtres dans « Note ».",
        ),
    ]


# Actions × criteria -------------------------------------------------------------------------------


def colonnes_lot(cotations: Cotations, grille: GrilleEntiere, moment: str) -> list[Colonne]:
    """A row an action, a column a criterion: typed and pasted as any table."""
    cle = grille.ligne.cle

    def poser(ecriture: Any, action: str, **notes: Mapping[str, Any]) -> None:
        sienne = cotations.commencee(ecriture, action, cle, moment)
        for critere, champs in notes.items():
            cotations.poser_note(ecriture, sienne, critere, **champs)

    return [
        colonne_lue("numero", "N°", 78, figee=True, nuance=True),
        colonne_lue("titre", "Intitulé", 232, figee=True),
        colonne_lue("porteur", "Porteur", 150),
        _etat(),
        *[_colonne_critere(cotations, critere, poser) for critere in grille.criteres],
        _niveau_du_lot(cotations, grille, moment),
        Colonne(
            cle="score",
            titre="Score",
            type=TypeColonne.NOMBRE,
            lire=lambda d: None if (c := d.mienne) is None else c.resultat.score,
            largeur=72,
            aide="En % du maximum, ou en nombre de critères remplis ; vide tant qu'il manque une note",
            pourquoi="Le score se calcule : donnez les notes des critères.",
        ),
    ]


def _colonne_critere(
    cotations: Cotations, critere: LigneCritere, poser: Callable[..., None]
) -> Colonne:
    nom = critere.identifiant

    def lire(dossier: DossierCote) -> str:
        note = None if dossier.mienne is None else dossier.mienne.notes.get(nom)
        return _dite(note)

    def ecrire(action: str, texte: str | None) -> None:
        with cotations.operation(f"Noter le critère {nom}") as e:
            poser(e, action, **{nom: lire_note(texte)})

    return Colonne(
        cle=f"note.{nom}",
        titre=nom,
        groupe="Mes notes",
        lire=lire,
        largeur=56,
        ecrire=ecrire,
        pose=pose_preparee(cotations.operation, poser, nom, lambda _, texte: lire_note(texte)),
        aide=f"{critere.libelle} : {ou([mot_de(v) for v in critere.niveaux])} ; "
        "« n » et la raison : non applicable",
    )


def _niveau_du_lot(cotations: Cotations, grille: GrilleEntiere, moment: str) -> Colonne:
    if grille.ligne.methode != MethodeGrille.CHOISI:
        return _niveau(96)
    cle = grille.ligne.cle

    def poser(ecriture: Any, action: str, niveau: str | None) -> None:
        sienne = cotations.commencee(ecriture, action, cle, moment)
        cotations.poser_niveau(ecriture, sienne, niveau or None)

    def ecrire(action: str, niveau: str | None) -> None:
        with cotations.operation("Choisir le niveau d'une cotation") as e:
            poser(e, action, niveau)

    codes = ou([n.code for n in grille.niveaux]) if grille.niveaux else ""
    return _niveau(
        96,
        pourquoi="",
        ecrire=ecrire,
        pose=pose_preparee(cotations.operation, poser, NIVEAU, None),
        aide=f"Tapez {codes}",
    )
