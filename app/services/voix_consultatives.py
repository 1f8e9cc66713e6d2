"""The voices that are heard and never counted: conseil citoyen, inhabitants, bodies that do not fund."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.models.enums import SensAvis
from app.models.seance import Membre, Personne, Point, VoixConsultative
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.gardes_seance import point_ouvert
from app.services.transaction import Ecriture


@dataclass(frozen=True, slots=True)
class LigneVoix:
    """An opinion on an item. `projetee`: the room may see it."""

    cle: str
    point: str
    membre: str | None
    qui: str
    sens: str
    texte: str | None
    projetee: bool


class VoixConsultatives:
    """Reads and writes the consultative voices."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier

    def du_point(self, point: str, *, projetees: bool = False) -> list[LigneVoix]:
        """The opinions on an item; with `projetees`, only those that the room may see."""
        requete = _requete().where(VoixConsultative.point == point)
        if projetees:
            requete = requete.where(VoixConsultative.projetee)
        return [LigneVoix(*ligne) for ligne in self._fichier.lignes(requete)]

    def de_la_seance(self, seance: str) -> list[LigneVoix]:
        requete = _requete().join(Point, Point.cle == VoixConsultative.point)
        return [
            LigneVoix(*ligne)
            for ligne in self._fichier.lignes(requete.where(Point.seance == seance))
        ]

    def exprimer(
        self,
        point: str,
        sens: str,
        *,
        membre: str | None = None,
        qui: str = "",
        texte: str | None = None,
        projetee: bool = False,
    ) -> str:
        """Record an opinion, of a member or of whoever is named. Raises SaisieRefusee when nobody is."""
        SensAvis.de(sens)
        with self._fichier.operation("Recueillir une voix consultative") as e:
            point_ouvert(e, point)
            nom = qui.strip() or (_nom(e, membre) if membre else "")
            if not nom:
                raise SaisieRefusee("Dites qui s'exprime : choisissez un membre ou tapez un nom.")
            return e.inserer(
                VoixConsultative,
                point=point,
                membre=membre,
                qui=nom,
                sens=sens,
                texte=texte,
                projetee=projetee,
            )

    def modifier(self, cle: str, **champs: Any) -> None:
        """Change an opinion: sens, texte, qui, projetee."""
        with self._fichier.operation("Modifier une voix consultative") as e:
            point_ouvert(e, e.lire(VoixConsultative, cle)["point"])
            e.modifier(VoixConsultative, cle, **champs)

    def projeter(self, cle: str, *, oui: bool = True) -> None:
        """Let the room see an opinion, or no longer."""
        self.modifier(cle, projetee=oui)

    def retirer(self, cle: str) -> None:
        with self._fichier.operation("Retirer une voix consultative") as e:
            point_ouvert(e, e.lire(VoixConsultative, cle)["point"])
            e.supprimer(VoixConsultative, cle)


def _requete() -> Any:
    return select(
        VoixConsultative.cle,
        VoixConsultative.point,
        VoixConsultative.membre,
        VoixConsultative.qui,
        VoixConsultative.sens,
        VoixConsultative.texte,
        VoixConsultative.projetee,
    ).order_by(VoixConsultative.cle)


def _nom(ecriture: Ecriture, membre: str) -> str:
    personne = ecriture.lire(Personne, ecriture.lire(Membre, membre)["personne"])
    corps = personne["represente"]
    return f"{personne['nom']} ({corps})" if corps else str(personne["nom"])
