"""The library of motives: a few are proposed, the team writes its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.models.enums import NatureDecision
from app.models.seance import Motif
from app.services.accords import denombrer
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

PROPOSE = "/"  # in the name of a motive that the file does not hold yet


@dataclass(frozen=True, slots=True)
class LigneMotif:
    """A motive for a nature of decision, offered while it is `actif`.

    `cle` None: proposed by the program, not kept in the file.
    """

    cle: str | None
    nature: str
    texte: str
    rang: int
    actif: bool = True

    @property
    def repere(self) -> str:
        """What names it in a list, kept or not: every gesture takes it."""
        return self.cle or f"{self.nature}{PROPOSE}{self.rang}"

    @property
    def origine(self) -> str:
        return "Gardé par l'équipe" if self.cle else "Proposé par le programme"


class Motifs:
    """Reads and writes the library of motives."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier
        self.operation = fichier.operation

    def lignes(self, nature: str | None = None) -> list[LigneMotif]:
        """The motives, by nature of decision; those of the team replace those proposed."""
        requete = select(Motif.cle, Motif.nature, Motif.texte, Motif.rang, Motif.actif)
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

    def offerts(self, nature: str) -> list[LigneMotif]:
        """Those that a decision may take, in their order."""
        return [motif for motif in self.lignes(nature) if motif.actif]

    def ajouter(self, nature: str, texte: str) -> str:
        """Keep a motive, with those proposed for that decision the first time: all can be edited.

        One that was no longer offered is offered again.
        """
        texte = _exiger_texte(texte)
        with self._fichier.operation(
            f"Ajouter un motif : {NatureDecision.libelle_de(nature)}"
        ) as e:
            gardes = self._garder(e, nature)
            for pareil in (m for m in gardes if m.texte.casefold() == texte.casefold()):
                if not pareil.actif:
                    e.modifier(Motif, pareil.cle, actif=True)
                    return str(pareil.cle)
                raise SaisieRefusee(
                    f"« {texte} » est déjà un motif de cette décision : reprenez-le dans la liste."
                )
            rang = max((m.rang for m in gardes), default=-1) + 1
            return e.inserer(Motif, nature=nature, texte=texte, rang=rang)

    def modifier(self, repere: str, **champs: Any) -> None:
        with self._fichier.operation("Modifier un motif") as e:
            self.poser(e, repere, **champs)

    def poser(self, ecriture: Ecriture, repere: str, **champs: Any) -> None:
        """The same inside an operation that does more."""
        if "texte" in champs:
            champs["texte"] = _exiger_texte(champs["texte"])
        [cle] = self._cles(ecriture, [repere])
        ecriture.modifier(Motif, cle, **champs)

    def ranger(self, reperes: Sequence[str], avant: str | None) -> list[str]:
        """Put motives before another one (None: at the end), among those of the same decision.

        Returns their names in the list afterwards. One operation.
        """
        with self._fichier.operation("Ranger les motifs") as e:
            cles = self._cles(e, reperes)
            cible = self._cles(e, [avant])[0] if avant else None
            natures = {e.lire(Motif, cle)["nature"] for cle in [*cles, *([cible] if cible else [])]}
            if len(natures) != 1:
                raise SaisieRefusee("Un motif se range parmi ceux de la même décision.")
            autres = [str(m.cle) for m in self._garder(e, natures.pop()) if m.cle not in cles]
            place = len(autres) if cible is None else autres.index(cible)
            for rang, cle in enumerate([*autres[:place], *cles, *autres[place:]]):
                e.modifier(Motif, cle, rang=rang)
        return cles

    def activer(self, reperes: Sequence[str], *, actif: bool) -> list[str]:
        """Offer motives again, or no longer: those stay in the library, and where they were taken.

        Returns their names in the list afterwards. One operation.
        """
        quoi = "Proposer" if actif else "Ne plus proposer"
        with self._fichier.operation(f"{quoi} {denombrer(len(reperes), 'un motif')}") as e:
            cles = self._cles(e, reperes)
            e.modifier_lot(Motif, {cle: {"actif": actif} for cle in cles})
        return cles

    def supprimer(self, *reperes: str) -> None:
        """Take motives out of the library; the decisions that bear them keep their words."""
        combien = denombrer(len(reperes), "un motif")
        with self._fichier.operation(f"Supprimer {combien}") as e:
            cles = self._cles(e, reperes)
            detacher(e, cles)
            e.supprimer_lot(Motif, cles)

    def _cles(self, ecriture: Ecriture, reperes: Sequence[str]) -> list[str]:
        """Keys of motives; those only proposed are kept first, with all of the same decision."""
        cles = []
        for repere in reperes:
            nature, proposee, rang = repere.partition(PROPOSE)
            if not proposee:
                cles.append(repere)
                continue
            texte = PROPOSES[NatureDecision.de(nature)][int(rang)]
            trouve = [m.cle for m in self._garder(ecriture, nature) if m.texte == texte]
            if not trouve:
                raise SaisieRefusee("La liste des motifs a changé ailleurs : choisissez à nouveau.")
            cles.append(trouve[0])
        return cles

    def _garder(self, ecriture: Ecriture, nature: str) -> list[Any]:
        """The motives of a decision as rows of the file: those proposed are written if it has none."""
        requete = select(Motif.cle, Motif.texte, Motif.rang, Motif.actif).where(
            Motif.nature == nature
        )
        requete = requete.order_by(Motif.rang, Motif.texte)
        gardes = list(ecriture.lignes(requete))
        if not gardes:
            proposes = PROPOSES.get(NatureDecision.de(nature), ())
            ecriture.inserer_lot(
                Motif,
                [{"nature": nature, "texte": t, "rang": rang} for rang, t in enumerate(proposes)],
            )
            gardes = list(ecriture.lignes(requete))
        return gardes


def _exiger_texte(texte: str | None) -> str:
    propre = " ".join((texte or "").split())
    if not propre:
        raise SaisieRefusee("Un motif ne peut pas être vide : tapez son texte.")
    return propre
