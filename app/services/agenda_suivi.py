"""The agenda of a séance being held, read once, then following each notice whatever its size."""

from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace

from app.models.enums import EtatPoint, NaturePoint
from app.models.seance import Point
from app.services.actions import Actions
from app.services.bus import Avis, Modification, Valeurs
from app.services.cofinancements import Cofinancements
from app.services.comite import Comite
from app.services.etats_seance import (
    Cadre,
    SyntheseSeance,
    lire_cadre,
    lire_passages,
    synthetiser,
)
from app.services.ordres_du_jour import LignePoint, decisions_comptees, ligne_de
from app.services.passages import LignePassage
from app.services.programme_suivi import ProgrammeSuivi
from app.services.rows import LigneAction
from app.services.tableau_seance import TableauSeance, TableauSuivi

PEU = 100  # items that move in one notice; beyond, all of them are read again


class AgendaSuivi:
    """The items in their order, the times on the table, and the actions of the year."""

    def __init__(self, comite: Comite, seance: str, annee: int) -> None:
        self._comite = comite
        self._seance = seance
        self._actions = Actions(comite.fichier)
        self.programme = ProgrammeSuivi(comite.fichier, annee)
        self.points: tuple[LignePoint, ...] = ()
        self.tableau = TableauSuivi(Cofinancements(comite.fichier).financeurs(annee))
        self._par_rang: dict[tuple[int, str], LignePoint] = {}
        self._rangs: dict[str, int] = {}
        self._titres_propres: set[str] = set()
        self._passages: dict[str, LignePassage] = {}
        self._cadre: Cadre
        self.relire()

    def relire(self) -> None:
        """The whole agenda; the actions of the year are followed apart."""
        ordres = self._comite.ordres
        self._par_rang = ordres.points_par_rang(self._seance, self.programme.lignes)
        self._rangs = {cle: rang for rang, cle in self._par_rang}
        with self._comite.fichier.instant() as lire:
            self._passages = lire_passages(lire, self._seance)
            self._cadre = lire_cadre(lire, self._seance)
        self.points = tuple(self._par_rang.values())
        lignes = self.programme.lignes
        self._titres_propres = {
            p.cle for p in self.points if p.action in lignes and p.titre != lignes[p.action].titre
        }
        self.tableau.compter(self.points, lignes)

    # Reading --------------------------------------------------------------------------------------

    def synthese(self) -> SyntheseSeance:
        """Where the séance stands now. No read."""
        maintenant = self._comite.seances.maintenant()
        return synthetiser(self._cadre, self.points, self._passages.values(), maintenant)

    @property
    def regle_vote(self) -> str | None:
        """Of the contract, or typed."""
        regle: str | None = self._cadre.ligne.regle_vote
        return regle

    @property
    def courant(self) -> LignePoint | None:
        return self._point(self._cadre.ligne.point_courant)

    def action(self, point: LignePoint | None) -> LigneAction | None:
        """The action of an item, as the table shows it."""
        if point is None or point.action is None:
            return None
        connue = self.programme.lignes.get(point.action)
        if connue is not None:
            return connue
        return self._actions.lignes_de({point.action}).get(point.action)

    def autour(self) -> TableauSeance:
        """The whole table near the item that is on it. No read."""
        return self.tableau.autour(self.points, self.courant)

    def restants(self) -> list[LignePoint]:
        """Still to come, in the order in which they will; those postponed last."""
        courant = self.courant
        rang = courant.ordre if courant else 0
        restants = [p for p in self.points if p.etat in (EtatPoint.A_VENIR, EtatPoint.REPORTE)]
        return sorted(
            restants, key=lambda p: (p.etat == EtatPoint.REPORTE, p.ordre < rang, p.ordre)
        )

    def sans_debat(self) -> list[LignePoint]:
        """To be voted together, and not decided yet. No read."""
        return [
            p
            for p in self.points
            if p.nature == NaturePoint.BLOC and p.action and p.etat != EtatPoint.PASSE
        ]

    def _point(self, cle: str | None) -> LignePoint | None:
        return None if cle is None else self._par_rang.get((self._rangs.get(cle, -1), cle))

    # Following ------------------------------------------------------------------------------------

    def sur_avis(self, avis: Avis) -> None:
        """Follow a notice: a few rows, unless what comes or goes is many."""
        changements = self.programme.suivre(avis)
        touches = avis.touche("point", "decision", "seance")
        if avis.touche("financeur"):
            financeurs = Cofinancements(self._comite.fichier).financeurs(self.programme.annee)
            self.tableau = TableauSuivi(financeurs)
        if changements.tout or self._bouleverse(avis) or avis.touche("financeur"):
            self.relire()
            return
        if avis.touche("passage"):
            self._suivre_passages(avis)
        if avis.touche("seance", "presence", "membre", "deport", "personne", "scellement"):
            with self._comite.fichier.instant() as lire:
                self._cadre = lire_cadre(lire, self._seance)
        if touches:
            self._suivre_points(avis)
        renommes = bool(changements.modifiees) and self._renommer(changements.modifiees)
        if touches or renommes:
            self._ranger()
        self.tableau.suivre(changements.modifiees)

    def _bouleverse(self, avis: Avis) -> bool:
        points = [m for m in avis.modifications if m.entite in ("point", "decision")]
        return len(points) > PEU or any(
            m.entite == "point" and (m.avant is None or m.apres is None) for m in points
        )

    def _suivre_passages(self, avis: Avis) -> None:
        for m in avis.modifications:
            if m.entite != "passage":
                continue
            if m.apres is None:
                self._passages.pop(m.cle, None)
            elif m.apres["point"] in self._rangs:
                apres = m.apres
                self._passages[m.cle] = LignePassage(
                    m.cle, apres["point"], apres["debut"], apres["fin"]
                )

    def _suivre_points(self, avis: Avis) -> None:
        for modification in avis.modifications:
            if modification.entite == "point" and modification.cle in self._rangs:
                self._suivre_point(modification)
        decides = {m.valeur("point") for m in avis.modifications if m.entite == "decision"}
        if decides := decides & self._rangs.keys():
            with self._comite.fichier.instant() as lire:
                comptees = decisions_comptees(lire, self._seance, Point.cle.in_(decides))
            for cle in decides:
                self._changer(cle, decision=comptees.get(cle))
        courant = self._cadre.ligne.point_courant
        for cle in [p.cle for p in self._par_rang.values() if p.en_cours and p.cle != courant]:
            self._changer(cle, en_cours=False)
        if courant in self._rangs:
            self._changer(courant, en_cours=True)

    def _suivre_point(self, modification: Modification) -> None:
        valeurs: Valeurs = modification.apres or {}
        cle = modification.cle
        ancien = self._par_rang.pop((self._rangs[cle], cle))
        self._rangs[cle] = valeurs["rang"]
        self._par_rang[valeurs["rang"], cle] = ligne_de(
            SimpleNamespace(**valeurs),
            ancien.ordre,
            self.action(ancien),
            ancien.decision,
            cle if ancien.en_cours else None,
        )

    def _renommer(self, actions: Mapping[str, LigneAction]) -> bool:
        """What actions say of themselves: number, title, porteur, place. False: all as it was."""
        renomme = False
        for point in [p for p in self._par_rang.values() if p.action in actions]:
            action = actions[str(point.action)]
            propre = point.cle in self._titres_propres
            nouveau = replace(
                point,
                numero=action.numero,
                titre=point.titre if propre else action.titre,
                porteur=action.porteur,
                axe=action.axe,
                communes=action.communes,
                echelle=action.echelle,
            )
            if nouveau != point:
                self._par_rang[self._rangs[point.cle], point.cle] = nouveau
                renomme = True
        return renomme

    def _changer(self, cle: str, **champs: object) -> None:
        place = self._rangs[cle], cle
        self._par_rang[place] = replace(self._par_rang[place], **champs)  # type: ignore[arg-type]

    def _ranger(self) -> None:
        """Items in their order, numbered from 1."""
        for ordre, place in enumerate(sorted(self._par_rang), start=1):
            if self._par_rang[place].ordre != ordre:
                self._par_rang[place] = replace(self._par_rang[place], ordre=ordre)
        self.points = tuple(self._par_rang[place] for place in sorted(self._par_rang))
