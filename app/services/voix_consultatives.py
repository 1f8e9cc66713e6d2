"""The voices that are heard and never counted: conseil citoyen, inhabitants, bodies that do not fund."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.models.enums import SensAvis
from app.models.seance import Membre, Personne, Point, VoixConsultative
from app.services.attaches import detacher
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.gardes_seance import point_ouvert
from app.services.ordres_du_jour import OrdresDuJour
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


@dataclass(frozen=True, slots=True)
class LigneVoixSeance:
    """The same in the list of a séance, with its item; `ordre` counts from 1."""

    cle: str
    point: str
    ordre: int
    numero: str
    titre: str
    qui: str
    sens: str
    texte: str | None
    projetee: bool


class VoixConsultatives:
    """Reads and writes the consultative voices."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier
        self._ordres = OrdresDuJour(fichier)
        self.operation = fichier.operation

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

    def table(self, seance: str) -> list[LigneVoixSeance]:
        """Every voice with its item, in the order of the agenda."""
        points = {p.cle: p for p in self._ordres.points(seance)}
        lignes = [
            LigneVoixSeance(
                v.cle, v.point, p.ordre, p.numero, p.titre, v.qui, v.sens, v.texte, v.projetee
            )
            for v in self.de_la_seance(seance)
            if (p := points[v.point])
        ]
        return sorted(lignes, key=lambda v: (v.ordre, v.cle))

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
                raise _personne()
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
            self.poser(e, cle, **champs)

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """The same inside an operation that does more."""
        point_ouvert(ecriture, ecriture.lire(VoixConsultative, cle)["point"])
        if "qui" in champs and not (champs["qui"] or "").strip():
            raise _personne()
        if "sens" in champs:
            SensAvis.de(champs["sens"])
        ecriture.modifier(VoixConsultative, cle, **champs)

    def projeter(self, cle: str, *, oui: bool = True) -> None:
        """Let the room see an opinion, or no longer."""
        self.modifier(cle, projetee=oui)

    def retirer(self, *cles: str) -> None:
        """Take opinions away, in one operation."""
        combien = "une voix consultative" if len(cles) == 1 else f"{len(cles)} voix consultatives"
        with self._fichier.operation(f"Retirer {combien}") as e:
            for cle in cles:
                point_ouvert(e, e.lire(VoixConsultative, cle)["point"])
            detacher(e, cles)
            e.supprimer_lot(VoixConsultative, cles)


def _personne() -> SaisieRefusee:
    return SaisieRefusee("Dites qui s'exprime : choisissez un membre ou tapez un nom.")


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
