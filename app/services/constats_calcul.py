"""Runs the checks of the rules in force over the facts of one object. Nothing is read here."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from app.models.enums import CibleConstat
from app.services.constats import Constat
from app.services.constats_faits import Faits, FaitsAction
from app.services.constats_passages import Passages
from app.services.constats_registre import Controle, Fonction
from app.services.regles_couches import RegleEnVigueur, Regles

Objet = tuple[CibleConstat, str | None]


class Calcul:
    """The rules in force, each with its checks; prepared once for each target and appel."""

    def __init__(
        self,
        regles: Regles,
        controles: Iterable[Controle],
        composees: Iterable[tuple[CibleConstat, RegleEnVigueur, Fonction]] = (),
    ) -> None:
        self._regles = regles
        self._controles: dict[CibleConstat, list[tuple[str, Fonction]]] = defaultdict(list)
        for controle in controles:
            self._controles[controle.cible] += [(c, controle.fonction) for c in controle.codes]
        self._composees: dict[CibleConstat, list[tuple[RegleEnVigueur, Fonction]]] = defaultdict(
            list
        )
        for cible, regle, fonction in composees:
            self._composees[cible].append((regle, fonction))
        self._prets: dict[
            tuple[CibleConstat, str | None], Sequence[tuple[RegleEnVigueur, Fonction]]
        ] = {}

    def constats(
        self, faits: Faits, cible: CibleConstat, objet: str | None, passages: Passages
    ) -> tuple[Constat, ...]:
        """What the checks of this target say of one object, in the order of the rules."""
        appel = faits.appel if isinstance(faits, FaitsAction) else None
        if cible == CibleConstat.APPEL:
            appel = objet
        return tuple(
            Constat(
                regle.code,
                regle.niveau,
                cible,
                objet,
                faits.annee,
                phrase,
                regle.source,
                passages.motif(regle.code, cible, objet, phrase),
            )
            for regle, fonction in self._a_jouer(cible, appel)
            if regle.niveau is not None
            for phrase in fonction(faits, regle)
        )

    def _a_jouer(
        self, cible: CibleConstat, appel: str | None
    ) -> Sequence[tuple[RegleEnVigueur, Fonction]]:
        if (cible, appel) not in self._prets:
            livrees = (
                (self._regles.de(code, appel), fonction)
                for code, fonction in self._controles[cible]
            )
            self._prets[cible, appel] = [
                *((regle, f) for regle, f in livrees if regle is not None and regle.controle),
                *((r, f) for r, f in self._composees[cible] if r.appel in (None, appel)),
            ]
        return self._prets[cible, appel]
