"""The facts and the constats of one year, kept in step with the file.

Notices are only noted; what they touched is read and judged again when somebody asks. What is then
known equals what a whole computation would give: a random walk proves it.
"""

import datetime
from collections.abc import Iterable

from app.models.enums import CibleConstat
from app.services.bus import Avis
from app.services.constats import Constat
from app.services.constats_calcul import Calcul, Objet
from app.services.constats_composees import lire_composees
from app.services.constats_derives import Derives
from app.services.constats_faits import Faits, FaitsAction
from app.services.constats_lus import lire_actions, lire_plus
from app.services.constats_montants import avec_montants, lire_montants
from app.services.constats_passages import Passages
from app.services.constats_references import References
from app.services.constats_registre import Controle, Portee
from app.services.constats_touches import Touches
from app.services.fichier import Lire
from app.services.ramassage import sans_ramassage
from app.services.regles_couches import Regles

TROP_POUR_SUIVRE = 500  # keys touched at once: reading the whole year is then as quick
L_ANNEE: Objet = (CibleConstat.ANNEE, None)


class AnneeSuivie:
    """The constats of a year by object; `revisions`: when those of an object last changed.

    Facts follow the file at each `mettre_a_jour`; an object is judged when its constats are wanted.
    """

    def __init__(self, annee: int, controles: Iterable[Controle]) -> None:
        self.annee = annee
        self.constats: dict[Objet, tuple[Constat, ...]] = {}
        self.revisions: dict[Objet, int] = {}
        self.revision = 0
        self._controles = tuple(controles)
        self._touches = Touches(tout=True)
        self._jour = datetime.date.min
        self._actions: dict[str, FaitsAction] = {}
        self._a_juger: set[Objet] = set()

    def suivre(self, avis: Avis) -> None:
        self._touches.noter(avis)

    def est_a_jour(self, jour: datetime.date) -> bool:
        return not self._touches and jour == self._jour

    def mettre_a_jour(self, lire: Lire, jour: datetime.date) -> None:
        """Read and judge again what the notices touched since the last time."""
        touches, self._touches = self._touches, Touches()
        try:
            if touches.tout or jour != self._jour or touches.etendue > TROP_POUR_SUIVRE:
                self._jour = jour
                with sans_ramassage():
                    self._tout_relire(lire)
            else:
                self._relire(lire, touches)
        except BaseException:
            self._touches.tout = True  # half read: all of it next time
            raise

    def _tout_relire(self, lire: Lire) -> None:
        self._references = References(lire)
        self._lire_regles(lire)
        self._passages = Passages(lire, self.annee)
        self._derives = Derives(self.annee, self._jour, self._references)
        self._derives.lire(lire)
        self._actions = self._lire_actions(lire, None)
        self._derives.tout_refaire(self._actions)
        self._a_juger |= self.tous() | {L_ANNEE}

    def _relire(self, lire: Lire, touches: Touches) -> None:
        touches.resoudre(lire, self.annee, self._actions)
        if touches.regles:
            self._lire_regles(lire)
        if touches.outre:
            self._passages = Passages(lire, self.annee)
        self._derives.relire(lire, touches)
        avant = self._relire_actions(lire, touches)
        objets = self._derives.refaire(self._actions, avant, touches)
        objets |= {(CibleConstat.ACTION, cle) for cle in avant}
        self._a_juger |= self.tous() if touches.regles or touches.outre else objets
        self._a_juger.add(L_ANNEE)

    def _lire_regles(self, lire: Lire) -> None:
        self._calcul = Calcul(Regles(lire), self._controles, lire_composees(lire))

    # Actions ------------------------------------------------------------------------------------

    def _lire_actions(self, lire: Lire, cles: Iterable[str] | None) -> dict[str, FaitsAction]:
        portee = Portee(self.annee, None if cles is None else sorted(cles))
        return lire_actions(lire, self._references, portee, self._jour, lire_plus(lire, portee))

    def _relire_actions(self, lire: Lire, touches: Touches) -> dict[str, FaitsAction | None]:
        """Read touched actions again; returns what they were (None: they are new)."""
        cles: set[str] = touches.actions | self._concernees(touches)
        if touches.toutes_les_actions:
            cles |= self._actions.keys()
        avant: dict[str, FaitsAction | None] = dict(self._relire_montants(lire, touches, cles))
        if not cles:
            return avant
        lues = self._lire_actions(lire, cles)
        siennes = {cle: self._actions.get(cle) for cle in cles}
        for cle in cles - lues.keys():
            self._actions.pop(cle, None)
        self._actions |= lues
        rangs = {cle: a.numero for cle, a in siennes.items() if a is not None}
        if any(rangs.get(cle) != a.numero for cle, a in lues.items()):
            rangees = sorted(self._actions.values(), key=lambda a: (a.numero, a.cle))
            self._actions = {a.cle: a for a in rangees}
        return avant | {c: a for c, a in siennes.items() if a is not None or c in lues}

    def _relire_montants(
        self, lire: Lire, touches: Touches, sauf: set[str]
    ) -> dict[str, FaitsAction]:
        """The amounts alone, of actions of which nothing else changed: what is typed most."""
        avant = {cle: self._actions[cle] for cle in touches.montants - sauf if cle in self._actions}
        if avant:
            portee = Portee(self.annee, sorted(avant))
            lus = lire_montants(lire, self._references, portee)
            self._actions |= {
                cle: avec_montants(action, lus.get(cle, ())) for cle, action in avant.items()
            }
        return avant

    def _concernees(self, touches: Touches) -> set[str]:
        """Actions whose porteur, appel or former bilan is told otherwise."""
        if not (touches.organismes or touches.appels or touches.bilans):
            return set()
        return {
            a.cle
            for a in self._actions.values()
            if a.appel in touches.appels
            or a.precedente in touches.bilans
            or (a.porteur is not None and a.porteur.cle in touches.organismes)
        }

    # Judging ------------------------------------------------------------------------------------

    def tous(self) -> set[Objet]:
        """Every object of the year that has facts, or had constats."""
        actions: set[Objet] = {(CibleConstat.ACTION, cle) for cle in self._actions}
        return actions | self._derives.tous() | self.constats.keys()

    def faits(self, objet: Objet) -> Faits | None:
        """What is known of an object, as of the last time; None when there is no such one."""
        cible, cle = objet
        if cible == CibleConstat.ACTION:
            return self._actions.get(cle or "")
        return self._derives.faits(objet)

    def constats_de(self, objet: Objet) -> tuple[Constat, ...]:
        """Those of one object, judged again by itself when it was touched."""
        if objet in self._a_juger:
            self.revision += 1
            self._a_juger.discard(objet)
            self._juger(objet)
        return self.constats.get(objet, ())

    def tout_juger(self) -> None:
        """Judge whatever was touched since it was last judged."""
        if not self._a_juger:
            return
        self.revision += 1
        with sans_ramassage():
            while self._a_juger:
                self._juger(self._a_juger.pop())

    def _juger(self, objet: Objet) -> None:
        faits = self.faits(objet)
        trouves = () if faits is None else self._calcul.constats(faits, *objet, self._passages)
        if trouves != self.constats.get(objet, ()):
            self.revisions[objet] = self.revision
        if trouves:
            self.constats[objet] = trouves
        else:
            self.constats.pop(objet, None)
