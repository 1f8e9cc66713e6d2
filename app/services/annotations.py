"""What a person writes beside the rows of a list: a colour for a row, comments on its cells. No Qt.

Comments are working notes. They are never projected nor exported with the figures: a public screen
gets nothing of them unless its code calls `commentaires` itself, by name.
"""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from app.models.enums import CouleurDeLigne
from app.models.tableau import Commentaire, CouleurLigne
from app.services.bus import Avis, Valeurs
from app.services.columns import Colonne, Pose, TypeColonne
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.transaction import LOT, Ecriture, maintenant

TEXTE_MAXIMUM = 4000
COLONNE_COULEUR = "note.couleur"
COLONNE_COMMENTAIRES = "note.commentaires"
GROUPE = "Annotations"
ENTITES = ("couleur_ligne", "commentaire")


@dataclass(frozen=True, slots=True)
class LigneCommentaire:
    """One remark on one cell. `date` is ISO, UTC."""

    cle: str
    ligne: str
    colonne: str
    texte: str
    auteur: str
    date: str

    @property
    def quand(self) -> str:
        """« 12/03/2026 à 14:05 », where the person is."""
        return f"{datetime.fromisoformat(self.date).astimezone():%d/%m/%Y à %H:%M}"


@dataclass(slots=True)
class _Notes:
    """What is kept of one list."""

    couleurs: dict[str, str] = field(default_factory=dict)
    fils: dict[str, dict[str, LigneCommentaire]] = field(default_factory=dict)


class Annotations:
    """Colours and comments of the open file: a list is read once, then follows the notices."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier
        self.operation = fichier.operation
        self._listes: dict[str, _Notes] = {}
        fichier.bus.abonner(self.sur_avis)

    def de(self, liste: str) -> "AnnotationsDeListe":
        """Those of one list of the program (« actions », « porteurs »…)."""
        return AnnotationsDeListe(self, liste)

    def notes(self, liste: str) -> _Notes:
        if liste not in self._listes:
            notes = _Notes()
            for ligne, couleur in self._fichier.lignes(_COULEURS, {"liste": liste}):
                notes.couleurs[ligne] = couleur
            for lue in self._fichier.lignes(_COMMENTAIRES, {"liste": liste}):
                notes.fils.setdefault(lue.ligne, {})[lue.cle] = LigneCommentaire(*lue)
            self._listes[liste] = notes
        return self._listes[liste]

    def sur_avis(self, avis: Avis) -> None:
        """Follow what a notice says of colours and comments, without a read."""
        for modification in avis.modifications:
            if modification.entite in ENTITES:
                retirer, poser = _SUIVIS[modification.entite]
                for valeurs, suivre in (
                    (modification.avant, retirer),
                    (modification.apres, poser),
                ):
                    if valeurs is not None and valeurs["liste"] in self._listes:
                        suivre(self._listes[valeurs["liste"]], valeurs)

    # Colours ------------------------------------------------------------------------------------

    def colorer(self, liste: str, lignes: Sequence[str], couleur: str | None) -> None:
        """Give a colour to rows, or take it away (None), in one operation."""
        with self._fichier.operation(libelle_de_couleur(couleur, len(lignes))) as ecriture:
            self.poser_couleur(ecriture, liste, lignes, couleur)

    def poser_couleur(
        self, ecriture: Ecriture, liste: str, lignes: Sequence[str], couleur: str | None
    ) -> None:
        """The same inside an operation that does more."""
        if couleur is not None and couleur not in CouleurDeLigne.__members__.values():
            raise SaisieRefusee("Cette couleur n’est pas dans la liste : choisissez-en une.")
        voulues = list(dict.fromkeys(lignes))
        presentes = _presentes(ecriture, liste, voulues)
        if couleur is None:
            ecriture.supprimer_lot(CouleurLigne, list(presentes.values()))
            return
        for cle in presentes.values():
            ecriture.modifier(CouleurLigne, cle, couleur=couleur)
        ecriture.inserer_lot(
            CouleurLigne,
            [
                {"liste": liste, "ligne": ligne, "couleur": couleur}
                for ligne in voulues
                if ligne not in presentes
            ],
        )

    # Comments -----------------------------------------------------------------------------------

    def commenter(self, liste: str, ligne: str, colonne: str, texte: str) -> str:
        """Add a comment to a cell, signed and dated. Raises SaisieRefusee when empty or too long."""
        propre = texte_propre(texte)
        with self._fichier.operation("Commenter une case") as ecriture:
            return ecriture.inserer(
                Commentaire,
                liste=liste,
                ligne=ligne,
                colonne=colonne,
                texte=propre,
                auteur=self._fichier.signature.auteur,
                date=maintenant().isoformat(timespec="seconds"),
            )

    @property
    def auteur(self) -> str:
        return self._fichier.signature.auteur

    def est_a_moi(self, auteur: str) -> bool:
        return auteur == self._fichier.signature.auteur

    def corriger(self, cle: str, texte: str) -> None:
        """Change the text of a comment of one's own. Raises SaisieRefusee on somebody else's."""
        propre = texte_propre(texte)
        with self._fichier.operation("Modifier un commentaire") as ecriture:
            auteur = ecriture.lire(Commentaire, cle)["auteur"]
            if not self.est_a_moi(auteur):
                raise SaisieRefusee(
                    f"Ce commentaire est de {auteur} : ajoutez le vôtre à la suite plutôt que de le "
                    "modifier."
                )
            ecriture.modifier(Commentaire, cle, texte=propre)

    def retirer(self, *cles: str) -> None:
        """Delete comments, in one operation. The journal keeps who wrote them and what they said."""
        combien = "un commentaire" if len(cles) == 1 else f"{len(cles)} commentaires"
        with self._fichier.operation(f"Supprimer {combien}") as ecriture:
            ecriture.supprimer_lot(Commentaire, cles)


class AnnotationsDeListe:
    """Colours and comments of one list, by the keys of its rows and columns."""

    def __init__(self, service: Annotations, liste: str) -> None:
        self.service = service
        self.liste = liste

    def couleur(self, ligne: str) -> str | None:
        return self.service.notes(self.liste).couleurs.get(ligne)

    @property
    def couleurs(self) -> dict[str, str]:
        """Row -> colour, as the drawing of the table reads it: not to be changed."""
        return self.service.notes(self.liste).couleurs

    @property
    def fils(self) -> dict[str, dict[str, LigneCommentaire]]:
        """Row -> its comments by key, as the drawing of the table reads it: not to be changed."""
        return self.service.notes(self.liste).fils

    def nombre(self, ligne: str) -> int:
        """How many comments a row has."""
        return len(self.fils.get(ligne, ()))

    def commentaires(self, ligne: str = "", colonne: str = "") -> list[LigneCommentaire]:
        """Comments of a cell, of a row, or of the whole list, the oldest first. Never projected."""
        fils = [self.fils.get(ligne, {})] if ligne else list(self.fils.values())
        trouves = [c for fil in fils for c in fil.values() if colonne in ("", c.colonne)]
        return sorted(trouves, key=lambda c: (c.date, c.cle))

    def colorer(self, lignes: Sequence[str], couleur: str | None) -> None:
        self.service.colorer(self.liste, lignes, couleur)

    def commenter(self, ligne: str, colonne: str, texte: str) -> str:
        return self.service.commenter(self.liste, ligne, colonne, texte)

    def colonnes(self, cle: Callable[[Any], str]) -> list[Colonne]:
        """« Couleur » and « Commentaires », hidden: to show, filter, sort, group, export."""
        return [self._colonne_couleur(cle), self._colonne_commentaires(cle)]

    def _colonne_couleur(self, cle: Callable[[Any], str]) -> Colonne:
        def poser(ecriture: Ecriture, ligne: str, valeur: Any) -> None:
            self.service.poser_couleur(ecriture, self.liste, [ligne], valeur or None)

        return Colonne(
            cle=COLONNE_COULEUR,
            titre="Couleur",
            groupe=GROUPE,
            type=TypeColonne.CHOIX,
            lire=lambda ligne: self.couleur(cle(ligne)),
            choix=(("", "–"), *((str(c), c.libelle) for c in CouleurDeLigne)),
            ecrire=lambda ligne, valeur: self.colorer([ligne], valeur or None),
            pose=Pose(self.service.operation, poser),
            visible=False,
            largeur=96,
            aide="Couleur donnée à la main à la ligne",
        )

    def _colonne_commentaires(self, cle: Callable[[Any], str]) -> Colonne:
        return Colonne(
            cle=COLONNE_COMMENTAIRES,
            titre="Commentaires",
            groupe=GROUPE,
            type=TypeColonne.ENTIER,
            lire=lambda ligne: self.nombre(cle(ligne)) or None,
            visible=False,
            largeur=110,
            aide="Nombre de commentaires sur les cases de la ligne",
        )


def lignes_touchees(avis: Avis, liste: str) -> set[str]:
    """Keys of the rows of a list whose colour or comments a notice changes."""
    return {
        valeurs["ligne"]
        for m in avis.modifications
        if m.entite in ENTITES
        for valeurs in (m.avant, m.apres)
        if valeurs is not None and valeurs["liste"] == liste
    }


def libelle_de_couleur(couleur: str | None, combien: int) -> str:
    """« Colorer 3 lignes en jaune »."""
    lignes = "une ligne" if combien == 1 else f"{combien} lignes"
    if couleur is None:
        return f"Retirer la couleur de {lignes}"
    return f"Colorer {lignes} en {CouleurDeLigne.libelle_de(couleur).lower()}"


def texte_propre(texte: str) -> str:
    """The text without control characters nor blank ends. Raises SaisieRefusee on what cannot stay."""
    lignes = texte.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").split("\n")
    propre = "\n".join("".join(filter(_se_lit, ligne)).rstrip() for ligne in lignes).strip()
    if not propre:
        raise SaisieRefusee("Le commentaire est vide : écrivez-le avant de l’enregistrer.")
    if len(propre) > TEXTE_MAXIMUM:
        raise SaisieRefusee(
            f"Ce commentaire fait {len(propre)} signes : ramenez-le à {TEXTE_MAXIMUM} au plus."
        )
    return propre


def _se_lit(signe: str) -> bool:
    """False for controls, half surrogates and the signs that turn the direction of the text."""
    return unicodedata.category(signe) not in ("Cc", "Cs") and signe not in _SENS


_SENS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _oublier_couleur(notes: _Notes, valeurs: Valeurs) -> None:
    notes.couleurs.pop(valeurs["ligne"], None)


def _suivre_couleur(notes: _Notes, valeurs: Valeurs) -> None:
    notes.couleurs[valeurs["ligne"]] = valeurs["couleur"]


def _oublier_commentaire(notes: _Notes, valeurs: Valeurs) -> None:
    fil = notes.fils.get(valeurs["ligne"], {})
    fil.pop(valeurs["cle"], None)
    if not fil:
        notes.fils.pop(valeurs["ligne"], None)


def _suivre_commentaire(notes: _Notes, valeurs: Valeurs) -> None:
    lu = LigneCommentaire(*(valeurs[champ] for champ in LigneCommentaire.__slots__))
    notes.fils.setdefault(lu.ligne, {})[lu.cle] = lu


Suivre = Callable[[_Notes, Valeurs], None]
_SUIVIS: dict[str, tuple[Suivre, Suivre]] = {
    "couleur_ligne": (_oublier_couleur, _suivre_couleur),
    "commentaire": (_oublier_commentaire, _suivre_commentaire),
}
_COULEURS = (
    select(CouleurLigne.ligne, CouleurLigne.couleur)
    .where(CouleurLigne.liste == bindparam("liste"))
    .order_by(CouleurLigne.cle)
)
_COMMENTAIRES = select(
    *(getattr(Commentaire, champ) for champ in LigneCommentaire.__slots__)
).where(Commentaire.liste == bindparam("liste"))
_DE_CES_LIGNES = select(CouleurLigne.ligne, CouleurLigne.cle).where(
    CouleurLigne.liste == bindparam("liste"),
    CouleurLigne.ligne.in_(bindparam("lignes", expanding=True)),
)


def _presentes(ecriture: Ecriture, liste: str, lignes: Sequence[str]) -> dict[str, str]:
    """Row -> key of its colour, for the rows that have one."""
    trouvees: dict[str, str] = {}
    for debut in range(0, len(lignes), LOT):
        parametres = {"liste": liste, "lignes": lignes[debut : debut + LOT]}
        trouvees |= dict(map(tuple, ecriture.lignes(_DE_CES_LIGNES, parametres)))
    return trouvees


def auteurs(commentaires: Iterable[LigneCommentaire]) -> list[str]:
    """Who wrote them, by name."""
    return sorted({c.auteur for c in commentaires}, key=str.casefold)
