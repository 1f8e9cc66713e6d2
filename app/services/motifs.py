"""The library of motives: a few are proposed, the team writes its own."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from app.models.enums import NatureDecision
from app.models.seance import Motif
from app.services.attaches import detacher
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.transaction import Ecriture

# Offered until the team keeps its own for that decision; nothing is written by offering them.
PROPOSES: dict[NatureDecision, tuple[str, ...]] = {
    NatureDecision.SOUS_RESERVE: (
        "Réception du bilan de l'année précédente",
        "Notification de l'enveloppe",
        "Précisions sur le budget",
    ),
    NatureDecision.REFUSE: (
        "Hors des priorités de l'appel à projets",
        "Public des quartiers prioritaires insuffisamment touché",
        "Relève du droit commun",
        "Plan de financement insuffisant",
    ),
    NatureDecision.AJOURNE: (
        "Éléments complémentaires attendus du porteur",
        "Bilan de l'année précédente attendu",
    ),
    NatureDecision.REORIENTE: ("Vers le droit commun", "Vers un autre appel à projets"),
    NatureDecision.COMPLEMENTAIRE: ("Crédits insuffisants à ce jour",),
    NatureDecision.RETIRE: ("À la demande du porteur",),
}


@dataclass(frozen=True, slots=True)
class LigneMotif:
    """A motive offered for a nature of decision. `cle` None: proposed, not kept in the file."""

    cle: str | None
    nature: str
    texte: str
    rang: int


class Motifs:
    """Reads and writes the library of motives."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier
        self.operation = fichier.operation

    def lignes(self, nature: str | None = None) -> list[LigneMotif]:
        """The motives, by nature of decision; those of the team replace those proposed."""
        requete = select(Motif.cle, Motif.nature, Motif.texte, Motif.rang)
        gardes = [
            LigneMotif(*ligne)
            for ligne in self._fichier.lignes(requete.order_by(Motif.rang, Motif.texte))
        ]
        connues = {motif.nature for motif in gardes}
        proposes = [
            LigneMotif(None, str(n), texte, rang)
            for n, textes in PROPOSES.items()
            if n not in connues
            for rang, texte in enumerate(textes)
        ]
        ordre = list(NatureDecision)
        tous = sorted(
            [*gardes, *proposes], key=lambda m: (ordre.index(NatureDecision.de(m.nature)), m.rang)
        )
        return [motif for motif in tous if nature is None or motif.nature == nature]

    def ajouter(self, nature: str, texte: str) -> str:
        """Keep a motive, with those proposed for that decision the first time: all can be edited."""
        NatureDecision.de(nature)
        texte = _exiger_texte(texte)
        proposes = [m.texte for m in self.lignes(nature) if m.cle is None and m.texte != texte]
        with self._fichier.operation("Ajouter un motif") as e:
            [(dernier,)] = e.lignes(select(func.max(Motif.rang)).where(Motif.nature == nature))
            debut = 0 if dernier is None else dernier + 1
            lignes = [
                {"nature": nature, "texte": t, "rang": debut + rang}
                for rang, t in enumerate([*proposes, texte])
            ]
            return e.inserer_lot(Motif, lignes)[-1]

    def modifier(self, cle: str, **champs: Any) -> None:
        with self._fichier.operation("Modifier un motif") as e:
            self.poser(e, cle, **champs)

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """The same inside an operation that does more."""
        if "texte" in champs:
            champs["texte"] = _exiger_texte(champs["texte"])
        ecriture.modifier(Motif, cle, **champs)

    def supprimer(self, *cles: str) -> None:
        with self._fichier.operation("Supprimer des motifs") as e:
            detacher(e, cles)
            e.supprimer_lot(Motif, cles)


def _exiger_texte(texte: str | None) -> str:
    propre = " ".join((texte or "").split())
    if not propre:
        raise SaisieRefusee("Un motif ne peut pas être vide : tapez son texte.")
    return propre
