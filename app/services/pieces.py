"""The pièces of a dossier: expected and received, joined from files, opened, saved, removed."""

import os
import stat
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from app.models.action import Action
from app.models.depot import Contenu, Piece
from app.models.montants import INSECABLE
from app.models.organisme import Organisme
from app.services import contenus
from app.services.accords import compter
from app.services.attaches import detacher
from app.services.documents import ecrire_entier, jour_de, nom_de_fichier
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier, Lire
from app.services.fichiers_joints import (
    COPIES,
    OUVRABLES,
    lire_fichier,
    nom_libre,
    oublier_les_copies,
    taille_en_mots,
)
from app.services.gardes_seance import Horloge, jour_courant
from app.services.identifiants import sans_invisibles
from app.services.pieces_attendues import (
    LISTE_PROPOSEE,
    SEPARATEUR,
    demandees_a,
    exiger_intitule,
    materialiser,
)
from app.services.pliage import replier
from app.services.transaction import Ecriture, maintenant

FICHIERS_MAXIMUM = 50  # joined by one gesture
EXTENSION_MAXIMUM = 12
# Names that Windows keeps for itself, whatever their extension.
_RESERVES = {"con", "prn", "aux", "nul", *(f"{p}{n}" for p in ("com", "lpt") for n in range(1, 10))}


@dataclass(frozen=True, slots=True)
class LignePiece:
    """A pièce of an action, expected, received or both. `taille` in bytes.

    `de_l_appel`: only its appel asks for it, the dossier holds nothing of it yet.
    """

    cle: str
    action: str
    intitule: str
    attendue: bool
    recue_le: date | None
    nom_fichier: str | None
    taille: int | None
    empreinte: str | None
    note: str | None
    de_l_appel: bool = False

    @property
    def est_jointe(self) -> bool:
        return self.empreinte is not None

    @property
    def etat(self) -> str:
        """« Jointe », « Reçue », « Attendue », « Facultative »."""
        if self.est_jointe:
            return "Jointe"
        if self.recue_le is not None:
            return "Reçue"
        return "Facultative" if self.de_l_appel and not self.attendue else "Attendue"

    @property
    def taille_dite(self) -> str:
        return "" if self.taille is None else taille_en_mots(self.taille)


def lire_pieces(lire: Lire, action: str) -> list[LignePiece]:
    """What a dossier holds and is asked, then what its appel asks and it does not hold."""
    requete = select(
        Piece.cle,
        Piece.action,
        Piece.intitule,
        Piece.attendue,
        Piece.recue_le,
        Piece.nom_fichier,
        Piece.taille,
        Piece.empreinte,
        Piece.note,
    ).where(Piece.action == action)
    siennes = [
        LignePiece(**{**lue._asdict(), "recue_le": jour_de(lue.recue_le)})
        for lue in lire(requete.order_by(Piece.rang, Piece.cle))
    ]
    return siennes + [
        LignePiece(
            d.cle, action, d.intitule, d.obligatoire, None, None, None, None, d.precision, True
        )
        for d in lire(demandees_a(action))
    ]


class Pieces:
    """Writes the pièces; their bytes go into the file, named by what they hold."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge
        self.operation = fichier.operation

    # Reading --------------------------------------------------------------------------------------

    def lignes(self, action: str) -> list[LignePiece]:
        return lire_pieces(self._fichier.lignes, action)

    def poids(self) -> tuple[int, int]:
        """Bytes that the pièces weigh in the file, and those that no pièce names any longer."""
        nommes = select(Piece.empreinte).where(Piece.empreinte.is_not(None))
        taille = func.coalesce(func.sum(func.length(Contenu.octets)), 0)
        perdus = select(taille).where(Contenu.empreinte.not_in(nommes))
        return self._fichier.lignes(select(taille))[0][0], self._fichier.lignes(perdus)[0][0]

    def alleger(self) -> int:
        """Forget the bytes that nothing names: how many. Nothing before can be undone then."""
        return contenus.elaguer(self._fichier)

    # Expected -------------------------------------------------------------------------------------

    def propositions(self, action: str) -> list[tuple[str, str]]:
        """(pièce, source) that may be asked of this action: what the appel asks, then the models."""
        lue = self._fichier.lignes(select(Action.appel).where(Action.cle == action))
        appel = lue[0].appel if lue else None
        deja = {replier(p.intitule) for p in self.lignes(action)}
        proposees: dict[str, tuple[str, str]] = {}
        requete = (
            select(Piece.intitule, func.max(Piece.note))
            .join(Action, Action.cle == Piece.action)
            .where(Piece.attendue, Action.appel == appel)
            .group_by(Piece.intitule)
            .order_by(func.count().desc(), Piece.intitule)
        )
        for intitule, note in (*self._fichier.lignes(requete), *LISTE_PROPOSEE):
            proposees.setdefault(replier(intitule), (intitule, note or ""))
        return [proposee for cle, proposee in proposees.items() if cle not in deja]

    def attendre(self, actions: Sequence[str], pieces: Sequence[tuple[str, str]]) -> int:
        """Ask these pièces (name, source) of these actions, in one operation. How many are new."""
        voulues = [(exiger_intitule(nom), source) for nom, source in pieces]
        with self.operation(f"Attendre {_combien(len(voulues))}") as ecriture:
            deja = _connues(ecriture, actions)
            nouvelles = [
                {
                    "action": action,
                    "intitule": nom,
                    "attendue": True,
                    "note": source.strip() or None,
                    "rang": len(deja.get(action, ())) + rang,
                }
                for action in actions
                for rang, (nom, source) in enumerate(voulues)
                if replier(nom) not in deja.get(action, ())
            ]
            ecriture.inserer_lot(Piece, nouvelles)
            return len(nouvelles)

    def etendre(self, action: str, *, meme_porteur: bool) -> int:
        """Ask what this action is asked of all those of its appel, or of its kind of porteur there."""
        attendues = [
            (p.intitule, p.note or "")
            for p in self.lignes(action)
            if p.attendue and not p.de_l_appel
        ]
        if not attendues:
            raise SaisieRefusee("Aucune pièce n'est attendue ici : ajoutez-en d'abord.")
        return self.attendre(self._semblables(action, meme_porteur=meme_porteur), attendues)

    def _semblables(self, action: str, *, meme_porteur: bool) -> list[str]:
        [lue] = self._fichier.lignes(
            select(Action.annee, Action.appel, Organisme.nature)
            .join(Organisme, Organisme.cle == Action.porteur, isouter=True)
            .where(Action.cle == action)
        )
        requete = (
            select(Action.cle)
            .join(Organisme, Organisme.cle == Action.porteur, isouter=True)
            .where(Action.annee == lue.annee, Action.appel == lue.appel)
        )
        if meme_porteur:
            requete = requete.where(Organisme.nature == lue.nature)
        return [cle for (cle,) in self._fichier.lignes(requete.order_by(Action.numero))]

    # Received -------------------------------------------------------------------------------------

    def joindre(
        self, action: str, chemins: Sequence[Path], *, piece: str | None = None
    ) -> tuple[int, list[str]]:
        """Keep files in the file, in one operation. How many, and a sentence for each already there.

        `piece`: the expected one that the only file answers; else one of the same name, or a new one.
        Raises SaisieRefusee with a sentence, and nothing is kept then.
        """
        if len(chemins) > FICHIERS_MAXIMUM:
            raise SaisieRefusee(
                f"Plus de {FICHIERS_MAXIMUM} fichiers à la fois : joignez-les en plusieurs fois."
            )
        noms = ", ".join(f"« {c.name} »" for c in chemins[:2])
        suite = f" et {len(chemins) - 2} autres" if len(chemins) > 2 else ""
        deja: list[str] = []
        with self.operation(f"Joindre {noms}{suite}") as ecriture:
            for chemin in chemins:
                refus = self._joindre(ecriture, action, chemin, piece)
                if refus:
                    deja.append(refus)
        return len(chemins) - len(deja), deja

    def _joindre(self, ecriture: Ecriture, action: str, chemin: Path, piece: str | None) -> str:
        """Keep one file; the sentence that says it was there, or nothing."""
        octets = lire_fichier(chemin)
        presentes = lire_pieces(ecriture.lignes, action)
        empreinte = contenus.deposer(ecriture, octets)
        for presente in presentes:
            if presente.empreinte == empreinte:
                return f"« {chemin.name} » est déjà joint sous le nom « {presente.intitule} »."
        nom = _autre_nom(sans_invisibles(chemin.name), presentes)
        champs: dict[str, Any] = {
            "nom_fichier": nom,
            "taille": len(octets),
            "empreinte": empreinte,
            "recue_le": jour_courant(self._horloge).isoformat(),
        }
        cible = piece or _attendue(presentes, chemin.stem)
        if cible is not None:
            ecriture.modifier(Piece, materialiser(ecriture, cible), **champs)
            return ""
        intitule = Path(nom).stem.replace("_", " ").strip() or nom
        ecriture.inserer(Piece, action=action, intitule=intitule, rang=len(presentes), **champs)
        return ""

    def retirer(self, pieces: Sequence[str]) -> None:
        """Take pièces out of the dossier; one that is expected is expected again."""
        with self.operation(f"Retirer {_combien(len(pieces))}") as ecriture:
            for cle in pieces:
                if SEPARATEUR in cle:
                    raise SaisieRefusee(
                        "L'appel demande cette pièce à tous ses dossiers : décochez « Attendue » pour "
                        "celui-ci, ou retirez-la dans le calendrier, onglet « Pièces attendues »."
                    )
                ligne = ecriture.lire(Piece, cle)
                if ligne["attendue"] and ligne["empreinte"] is not None:
                    ecriture.modifier_lue(
                        Piece, ligne, nom_fichier=None, taille=None, empreinte=None, recue_le=None
                    )
                else:
                    detacher(ecriture, [cle])
                    ecriture.supprimer(Piece, cle)

    def modifier(self, cle: str, **champs: Any) -> None:
        with self.operation("Modifier une pièce") as ecriture:
            self.poser(ecriture, cle, **champs)

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """The same inside an operation that does more."""
        if "intitule" in champs:
            champs["intitule"] = exiger_intitule(champs["intitule"])
        ecriture.modifier(Piece, materialiser(ecriture, cle), **champs)

    # Out of the file ------------------------------------------------------------------------------

    def octets(self, piece: LignePiece) -> bytes:
        """Raises SaisieRefusee when it has none, ContenuPerdu when they are no longer whole."""
        if piece.empreinte is None:
            raise SaisieRefusee(f"« {piece.intitule} » n'est pas jointe : ajoutez son fichier.")
        return contenus.lire(self._fichier, piece.empreinte)

    def enregistrer(self, piece: LignePiece, chemin: Path) -> None:
        """Write the pièce elsewhere, whole or not at all."""
        ecrire_entier(chemin, self.octets(piece))

    def copie_a_lire(self, piece: LignePiece) -> Path:
        """A copy to look at, in a folder of its own, which cannot be mistaken for the pièce itself.

        Raises SaisieRefusee for what is not a document: opening it would run it.
        """
        octets = self.octets(piece)
        nom = nom_sur(piece)
        if Path(nom).suffix.casefold() not in OUVRABLES:
            raise SaisieRefusee(
                f"« {nom} » ne s'ouvre pas d'ici, par prudence : enregistrez-le ailleurs si vous "
                "savez de qui il vient."
            )
        oublier_les_copies()
        chemin = Path(tempfile.mkdtemp(prefix=COPIES)) / nom
        ecrire_entier(chemin, octets)
        chemin.chmod(stat.S_IRUSR)
        return chemin


def _autre_nom(nom: str, presentes: Iterable[LignePiece]) -> str:
    """A name that no other pièce of the action bears: « statuts (2).pdf »."""
    pris = {(p.nom_fichier or "").casefold() for p in presentes}
    return nom_libre(nom, pris)


def nom_sur(piece: LignePiece) -> str:
    """What every system takes, wherever it came from: neither path nor hidden name."""
    base, extension = os.path.splitext(piece.nom_fichier or piece.intitule)
    nette = nom_de_fichier(extension.lstrip("."), "", longueur=EXTENSION_MAXIMUM).replace(" ", "")
    nom = nom_de_fichier(base, "pièce", longueur=60)
    if nom.split(".")[0].casefold() in _RESERVES:
        nom = f"pièce {nom}"
    return f"{nom}.{nette}" if nette else nom


def _attendue(presentes: Iterable[LignePiece], nom: str) -> str | None:
    """The expected pièce that a file answers by its name, not received yet."""
    voulu = replier(nom.replace("_", " ").replace("-", " "))
    for piece in presentes:
        demandee = piece.attendue or piece.de_l_appel
        if demandee and not piece.est_jointe and replier(piece.intitule) == voulu:
            return piece.cle
    return None


def _connues(ecriture: Ecriture, actions: Sequence[str]) -> dict[str, set[str]]:
    """action -> its pièces, by folded name."""
    connues: dict[str, set[str]] = {}
    requete = select(Piece.action, Piece.intitule).where(Piece.action.in_(actions))
    for action, intitule in ecriture.lignes(requete):
        connues.setdefault(action, set()).add(replier(intitule))
    return connues


def _combien(nombre: int) -> str:
    return "une pièce" if nombre == 1 else f"{nombre} pièces"


def phrase_des_pieces(lignes: Sequence[LignePiece]) -> str:
    """« 2 pièces jointes, 1,2 Mo. Attendues et pas reçues : Statuts, RIB. »"""
    jointes = [p for p in lignes if p.est_jointe]
    manquent = [p.intitule for p in lignes if p.attendue and p.etat == "Attendue"]
    phrases = ["Aucune pièce jointe."]
    if jointes:
        total = taille_en_mots(sum(p.taille or 0 for p in jointes))
        phrases = [f"{compter(len(jointes), 'pièce jointe')}, {total}."]
    if manquent:
        phrases.append(f"Attendues et pas reçues{INSECABLE}: {', '.join(manquent)}.")
    return " ".join(phrases)
