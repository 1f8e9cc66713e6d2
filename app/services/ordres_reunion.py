"""The agenda of a meeting: its projects and its free matters, their order, the time of each."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select

from app.models.action import Action
from app.models.enums import StatutAction
from app.models.reunion import AvisReunion, PointReunion, Recommandation
from app.services.accords import denombrer
from app.services.actions import Actions
from app.services.attaches import detacher
from app.services.convives import convier
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.reunions import exiger_ouverte
from app.services.rows import LigneAction
from app.services.transaction import Ecriture

A_VOIR = tuple(str(s) for s in (StatutAction.NOTE, StatutAction.DEPOSEE, StatutAction.INSTRUCTION))
DITS = ("diagnostic", "capacite", "partenariat", "remarques")


class OrdresReunion:
    """Reads and writes the agendas of the meetings."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier
        self.operation = fichier.operation

    def candidates(self, reunion: str, annee: int) -> list[LigneAction]:
        """Notes and dossiers of the year that are not on this agenda."""
        inscrites = {
            action
            for (action,) in self._fichier.lignes(
                select(PointReunion.action).where(PointReunion.reunion == reunion)
            )
        }
        lignes = Actions(self._fichier).lignes(annee)
        return [a for a in lignes if a.statut in A_VOIR and a.cle not in inscrites]

    def inscrire(self, reunion: str, actions: Sequence[str]) -> int:
        """Add projects at the end, with their porteurs among the people. How many were not there."""
        pluriel = "s" if len(actions) > 1 else ""
        libelle = f"Inscrire {len(actions)} action{pluriel} à l'ordre du jour de la réunion"
        with self._fichier.operation(libelle) as e:
            exiger_ouverte(e, reunion)
            nombre = inscrire(e, reunion, actions)
            convier(e, reunion)
            return nombre

    def inscrire_numero(self, reunion: str, numero: str, annee: int) -> None:
        """Add a project by its number. Raises SaisieRefusee when no action of the year has it."""
        requete = select(Action.cle).where(Action.annee == annee, Action.numero == numero.strip())
        trouvees = [cle for (cle,) in self._fichier.lignes(requete)]
        if not trouvees:
            raise SaisieRefusee(
                f"Aucune action de {annee} n'a le numéro « {numero.strip()} » : choisissez-le dans "
                "la liste proposée."
            )
        if not self.inscrire(reunion, trouvees[:1]):
            raise SaisieRefusee(f"« {numero.strip()} » est déjà à l'ordre du jour.")

    def ajouter_sujet(self, reunion: str, titre: str, *, minutes: int | None = None) -> str:
        """Add a matter that is no project. Raises SaisieRefusee on an empty title."""
        titre = titre.strip()
        if not titre:
            raise SaisieRefusee("Un point de l'ordre du jour doit avoir un titre : tapez-en un.")
        with self._fichier.operation(f"Ajouter « {titre} » à l'ordre du jour de la réunion") as e:
            exiger_ouverte(e, reunion)
            rang = _rang_suivant(e, reunion)
            return e.inserer(PointReunion, reunion=reunion, titre=titre, minutes=minutes, rang=rang)

    def retirer(self, *points: str) -> None:
        """Take lines off the agenda. Refused where something was noted."""
        with self._fichier.operation(f"Retirer {_combien(points)} de l'ordre du jour") as e:
            for point in points:
                _exiger_muet(e, exiger_modifiable(e, point))
            detacher(e, points)
            e.supprimer_lot(PointReunion, points)

    def ranger(self, points: Sequence[str], avant: str | None) -> None:
        """Put lines together before another one (None: at the end), in one operation."""
        with self._fichier.operation(f"Déplacer {_combien(points)} de la réunion") as e:
            reunion = exiger_modifiable(e, points[0])["reunion"]
            requete = select(PointReunion.cle, PointReunion.rang).where(
                PointReunion.reunion == reunion
            )
            rangs = dict(e.lignes(requete.order_by(PointReunion.rang, PointReunion.cle)))
            partants = [cle for cle in rangs if cle in set(points)]
            restes = [cle for cle in rangs if cle not in set(points)]
            place = restes.index(avant) if avant in restes else len(restes)
            for rang, cle in enumerate([*restes[:place], *partants, *restes[place:]]):
                if rangs[cle] != rang:
                    e.modifier(PointReunion, cle, rang=rang)

    def ranger_par_porteur(self, reunion: str) -> None:
        """The projects of one porteur follow each other: it comes once. Matters stay first."""
        with self._fichier.operation("Ranger la réunion par porteur") as e:
            exiger_ouverte(e, reunion)
            requete = (
                select(PointReunion.cle, Action.porteur, Action.numero)
                .join(Action, Action.cle == PointReunion.action, isouter=True)
                .where(PointReunion.reunion == reunion)
                .order_by(PointReunion.rang, PointReunion.cle)
            )
            lus = e.lignes(requete)
            premiers = {porteur: rang for rang, (_, porteur, _) in reversed(list(enumerate(lus)))}
            voulus = sorted(
                lus, key=lambda p: (p.numero is not None, premiers[p.porteur], p.numero)
            )
            for rang, point in enumerate(voulus):
                e.modifier(PointReunion, point.cle, rang=rang)

    def poser(self, ecriture: Ecriture, point: str, **champs: Any) -> None:
        """Change columns of a line (titre, minutes, passe, remarques…) inside an operation."""
        ligne = exiger_modifiable(ecriture, point)
        if champs.get("minutes") is not None and champs["minutes"] < 1:
            raise SaisieRefusee("Une durée est un nombre de minutes : tapez au moins 1.")
        if "titre" in champs:
            champs["titre"] = _titre(ligne, champs["titre"])
        if any(champs.get(nom) for nom in DITS):
            champs.setdefault("passe", True)  # something was said of it: it was seen
        ecriture.modifier(PointReunion, point, **champs)


def _titre(ligne: dict[str, Any], titre: str | None) -> str | None:
    if ligne["action"] is not None:
        raise SaisieRefusee("L'intitulé d'une action se change dans sa fiche, pas dans la réunion.")
    if not (titre or "").strip():
        raise SaisieRefusee("Un point de l'ordre du jour doit avoir un titre : tapez-en un.")
    return str(titre).strip()


def inscrire(ecriture: Ecriture, reunion: str, actions: Iterable[str]) -> int:
    """Add the projects that are not there yet, at the end, inside an operation. How many."""
    requete = select(PointReunion.action).where(PointReunion.reunion == reunion)
    inscrites = {action for (action,) in ecriture.lignes(requete)}
    neuves = [action for action in dict.fromkeys(actions) if action not in inscrites]
    depart = _rang_suivant(ecriture, reunion)
    ecriture.inserer_lot(
        PointReunion,
        [
            {"reunion": reunion, "action": action, "rang": rang}
            for rang, action in enumerate(neuves, start=depart)
        ],
    )
    return len(neuves)


def exiger_modifiable(ecriture: Ecriture, point: str) -> dict[str, Any]:
    """The row of a line whose meeting may still change. Raises SaisieRefusee."""
    ligne = ecriture.lire(PointReunion, point)
    exiger_ouverte(ecriture, ligne["reunion"])
    return ligne


def _exiger_muet(ecriture: Ecriture, ligne: dict[str, Any]) -> None:
    dit = ligne["passe"] or any(ligne[nom] for nom in DITS)
    avis = select(AvisReunion.cle).where(AvisReunion.point == ligne["cle"]).limit(1)
    recos = select(Recommandation.cle).where(
        Recommandation.reunion == ligne["reunion"], Recommandation.action == ligne["action"]
    )
    if dit or ecriture.lignes(avis) or (ligne["action"] and ecriture.lignes(recos.limit(1))):
        raise SaisieRefusee(
            "Ce point a déjà des notes : ce qui s'est dit d'une action ne se retire pas."
        )


def _rang_suivant(ecriture: Ecriture, reunion: str) -> int:
    requete = select(func.max(PointReunion.rang)).where(PointReunion.reunion == reunion)
    [(dernier,)] = ecriture.lignes(requete)
    return 0 if dernier is None else int(dernier) + 1


def _combien(points: Sequence[str]) -> str:
    return denombrer(len(points), "un point")
