"""What a person wants a column to be: what makes it possible, and what becomes of its values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from app.models.enums import NatureColonne
from app.services.calculs_libres import boucle
from app.services.colonnes_composees import Definition
from app.services.columns import replier
from app.services.errors import SaisieRefusee
from app.services.formules import colonnes_lues, lire_formule
from app.services.textes_saisis import texte_de_case
from app.services.valeurs_libres import convertir, en_clair

TITRE_MAXIMUM, CHOIX_MAXIMUM, AIDE_MAXIMUM = 80, 200, 500  # signs of each
NOMBRE_DE_CHOIX = 500
TITRE_NEUF = "Nouvelle colonne"


@dataclass(frozen=True, slots=True)
class Projet:
    """A column as it should be. `formule` names columns by their keys."""

    titre: str
    nature: str = NatureColonne.TEXTE
    choix: tuple[str, ...] = ()
    formule: str | None = None
    totaliser: bool = False
    aide: str | None = None

    @classmethod
    def depuis(cls, definition: Definition) -> Self:
        d = definition
        return cls(d.titre, d.nature, d.choix, d.formule, d.totaliser, d.aide)

    def champs(self) -> dict[str, Any]:
        """As the file keeps it: choices of a list only, formula of a calculation only."""
        calcul, liste = NatureColonne.FORMULE, NatureColonne.CHOIX
        return {
            "titre": self.titre,
            "nature": str(self.nature),
            "choix": list(self.choix) if self.nature == liste else [],
            "formule": self.formule if self.nature == calcul else None,
            "totaliser": self.totaliser,
            "aide": self.aide or None,
        }

    def en_definition(self, cle: str, liste: str) -> Definition:
        champs = self.champs()
        return Definition(cle=cle, liste=liste, rang=0, **champs | {"choix": self.choix})

    def renomme(self, presentes: Iterable[Definition]) -> "Projet":
        """The same under a title that no other column has."""
        return replace(self, titre=titre_libre(self.titre, presentes))


def titre_libre(voulu: str, presentes: Iterable[Definition]) -> str:
    pris = {replier(d.titre) for d in presentes}
    essais = [voulu, *(f"{voulu} {rang}" for rang in range(2, len(pris) + 3))]
    return next(essai for essai in essais if replier(essai) not in pris)


def exiger(
    projet: Projet, presentes: Sequence[Definition], actuelle: Definition | None = None
) -> Projet:
    """The column cleaned of its spaces. Raises SaisieRefusee when it cannot be."""
    autres = [d for d in presentes if actuelle is None or d.cle != actuelle.cle]
    titre = " ".join(projet.titre.split())
    if not titre:
        raise SaisieRefusee("Une colonne doit avoir un titre : tapez-en un.")
    if len(titre) > TITRE_MAXIMUM:
        raise SaisieRefusee(
            f"Ce titre est trop long : gardez {TITRE_MAXIMUM} lettres au plus, et mettez le reste "
            "dans l'aide de la colonne."
        )
    if any(replier(d.titre) == replier(titre) for d in autres):
        raise SaisieRefusee(f"Une autre colonne ajoutée s'appelle « {titre} » : changez de titre.")
    if len(projet.aide or "") > AIDE_MAXIMUM:
        raise SaisieRefusee(f"Cette aide est trop longue : gardez {AIDE_MAXIMUM} signes au plus.")
    aide = texte_de_case(projet.aide or "") or None
    propre = replace(projet, titre=texte_de_case(titre), aide=aide)
    if propre.nature == NatureColonne.CHOIX:
        return replace(propre, choix=_exiger_choix(propre.choix))
    if propre.nature == NatureColonne.FORMULE:
        _exiger_formule(propre, autres, actuelle)
    return propre


def _exiger_choix(choix: Sequence[str]) -> tuple[str, ...]:
    propres = tuple(" ".join(texte_de_case(c).split()) for c in choix if c.strip())
    if not propres:
        raise SaisieRefusee("Une liste doit proposer au moins un choix : tapez-en un par ligne.")
    if len(propres) > NOMBRE_DE_CHOIX or any(len(c) > CHOIX_MAXIMUM for c in propres):
        raise SaisieRefusee(
            f"Une liste a {NOMBRE_DE_CHOIX} choix au plus, de {CHOIX_MAXIMUM} signes au plus chacun : "
            "raccourcissez-la."
        )
    vus: set[str] = set()
    for propre in propres:
        if replier(propre) in vus:
            raise SaisieRefusee(f"Le choix « {propre} » est écrit deux fois : retirez-en un.")
        vus.add(replier(propre))
    return propres


def _exiger_formule(
    projet: Projet, autres: Sequence[Definition], actuelle: Definition | None
) -> None:
    """Raises FormuleRefusee on a formula that cannot be read, or that goes round in circles."""
    lire_formule(projet.formule or "")
    if actuelle is None:
        return
    lues = {d.colonne: colonnes_lues(d.formule or "") for d in autres if d.est_calculee}
    lues[actuelle.colonne] = colonnes_lues(projet.formule or "")
    tour = boucle(actuelle.colonne, lues)
    if tour:
        titres = {d.colonne: d.titre for d in autres} | {actuelle.colonne: projet.titre}
        chemin = " → ".join(f"« {titres[cle]} »" for cle in tour)
        raise SaisieRefusee(
            f"Ces calculs tournent en rond : {chemin}. Retirez une de ces colonnes de la formule."
        )


# What becomes of the values -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Perdue:
    """A value that has no place in the column as it would be: its key, its row, what it says."""

    cle: str
    ligne: str
    texte: str


@dataclass(frozen=True, slots=True)
class Conversion:
    """`changees`: key of a value -> its new text."""

    changees: Mapping[str, str]
    perdues: tuple[Perdue, ...]

    def phrase(self) -> str:
        """What would be lost, in one sentence; empty when nothing is."""
        if not self.perdues:
            return ""
        exemples = ", ".join(dict.fromkeys(f"« {p.texte[:30]} »" for p in self.perdues[:3]))
        suite = "…" if len(self.perdues) > 3 else ""
        if len(self.perdues) == 1:
            return f"Une valeur ne peut pas être gardée : {exemples}."
        return f"{len(self.perdues)} valeurs ne peuvent pas être gardées : {exemples}{suite}."


def convertir_tout(
    gardes: Iterable[tuple[str, str, str]], definition: Definition, projet: Projet
) -> Conversion:
    """Values (key, row, text) of a column, in the column as it should be."""
    if projet.nature == definition.nature and projet.nature != NatureColonne.CHOIX:
        return Conversion({}, ())
    changees: dict[str, str] = {}
    perdues: list[Perdue] = []
    renommes = _renommes(definition.choix, projet.choix)
    for cle, ligne, texte in gardes:
        nouveau = _converti(renommes.get(texte, texte), definition, projet)
        if nouveau is None:
            perdues.append(Perdue(cle, ligne, en_clair(definition.nature, texte)))
        elif nouveau != texte:
            changees[cle] = nouveau
    return Conversion(changees, tuple(perdues))


def _renommes(avant: Sequence[str], apres: Sequence[str]) -> dict[str, str]:
    """Choices written another way at the same place of the list."""
    if len(avant) != len(apres):
        return {}
    return {a: b for a, b in zip(avant, apres, strict=True) if a not in apres and b not in avant}


def _converti(texte: str, definition: Definition, projet: Projet) -> str | None:
    if projet.nature == NatureColonne.FORMULE:
        return None
    try:
        return convertir(texte, depuis=definition.nature, vers=projet.nature, choix=projet.choix)
    except SaisieRefusee:
        return None
