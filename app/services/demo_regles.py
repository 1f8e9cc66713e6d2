"""The rules of the demonstration: one that the team changed, one that it composed, one passed over."""

from datetime import date
from typing import Any

from sqlalchemy import select

from app.models.enums import CibleConstat, EtatSeance, NatureOperation, NiveauConstat
from app.models.regles import PassageOutre, RegleComposee, SurchargeRegle
from app.models.seance import Point, Seance
from app.services.constats import Constat
from app.services.constats_calcul import Calcul
from app.services.constats_controles import CONTROLES
from app.services.constats_lus import lire_actions, lire_plus
from app.services.constats_passages import Passages
from app.services.constats_references import References
from app.services.constats_registre import Portee
from app.services.demo_territoire import Tirage
from app.services.fichier import Fichier
from app.services.regles_couches import Regles

EXAMINEES = 15  # actions of the séance among which a constat is looked for
A_LA_MAIN = {"egalite.cotation"}  # rules that the other parts of the demonstration follow up


class DemonstrationRegles:
    """Writes them, dated from the last closed séance."""

    def __init__(self, fichier: Fichier, tirage: Tirage, annee: int) -> None:
        self._fichier = fichier
        self._tirage = tirage
        self._annee = annee

    def ecrire(self) -> None:
        seance = self._derniere_close()
        qui = {
            "auteur": "Camille Essai",
            "moment": seance.ouverte_le if seance else f"{self._annee}",
        }
        constat = self._constat(seance) if seance else None
        with self._fichier.operation(
            "Préparer la démonstration\u00a0: règles", nature=NatureOperation.SYSTEME
        ) as e:
            e.inserer(
                SurchargeRegle,
                cle=self._tirage.cle(),
                regle="national.valorisation",
                parametres={},
                niveau=str(NiveauConstat.INFORMATION),
                motif="Les petites associations ne valorisent pas toutes leur bénévolat",
                **qui,
            )
            e.inserer(RegleComposee, cle=self._tirage.cle(), **_COMPOSEE)
            if seance and constat:
                e.inserer(
                    PassageOutre,
                    cle=self._tirage.cle(),
                    regle=constat.regle,
                    cible=str(constat.cible),
                    annee=constat.annee,
                    objet=constat.objet,
                    action=constat.objet,
                    seance=seance.cle,
                    phrase=constat.phrase,
                    motif="Le comité en a été informé et maintient sa décision",
                    **qui,
                )

    def _derniere_close(self) -> Any:
        requete = select(Seance.cle, Seance.annee, Seance.ouverte_le, Seance.date).where(
            Seance.etat == str(EtatSeance.CLOSE)
        )
        lignes = self._fichier.lignes(requete.order_by(Seance.annee.desc(), Seance.cle))
        return next(iter(lignes), None)

    def _constat(self, seance: Any) -> Constat | None:
        """The first alert on an action of that séance; a few of them only are judged."""
        points = select(Point.action).where(Point.seance == seance.cle, Point.action.is_not(None))
        jour = date.fromisoformat(seance.date)
        with self._fichier.instant() as lire:
            cles = [cle for (cle,) in lire(points.order_by(Point.rang, Point.cle).limit(EXAMINEES))]
            portee = Portee(seance.annee, cles)
            plus = lire_plus(lire, portee)
            actions = lire_actions(lire, References(lire), portee, jour, plus)
            calcul = Calcul(Regles(lire), CONTROLES)
            passages = Passages(lire, seance.annee)
        trouves = (
            constat
            for cle, faits in actions.items()
            for constat in calcul.constats(faits, CibleConstat.ACTION, cle, passages)
        )
        return next(
            (c for c in trouves if c.niveau == NiveauConstat.ALERTE and c.regle not in A_LA_MAIN),
            None,
        )


_COMPOSEE: dict[str, Any] = {
    "identifiant": "equipe.1",
    "libelle": "Une action de plus de 25\u00a0000\u00a0€ a au moins deux financeurs",
    "cible": str(CibleConstat.ACTION),
    "quand": {"fait": "cout", "op": "plus_de", "valeur": "25000"},
    "exige": {"fait": "nombre_financeurs", "op": "au_moins", "valeur": "2"},
    "niveau": str(NiveauConstat.INFORMATION),
    "constat": "Action coûteuse portée par un seul financeur, cherchez-en un second",
    "source": "Choix de l'équipe, pour l'exemple",
}
