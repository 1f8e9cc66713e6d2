"""The round table: what each financeur says, what the room has seen, and the ledger of it all.

An amount said is a row; publishing it grants it. Nothing published is ever changed: a correction, a
new round or a step back adds a row.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from app.models.montants import afficher_montant
from app.models.seance import Point, Tour
from app.services.bus import Avis
from app.services.cofinancements import exiger_montant
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier, Lire
from app.services.gardes_seance import DU_POINT, Horloge, action_du_point, moment, premier_ouvert
from app.services.payeurs import Payeur, payeur_de, poser_montant
from app.services.transaction import Ecriture, maintenant

RETOUR = "Retour au montant précédent"


@dataclass(frozen=True, slots=True)
class Parole:
    """What a payeur has said of an item (euros), in its last round.

    `publie` counts once `est_publie`; `en_attente`: something is said that the room has not seen,
    `attendu` is it. `corrige`: said again after it was published. `numero`: the round.
    """

    publie: Decimal | None = None
    est_publie: bool = False
    attendu: Decimal | None = None
    en_attente: bool = False
    corrige: bool = False
    numero: int = 0

    @property
    def effectif(self) -> Decimal | None:
        """What would be granted if everything said were published."""
        return self.attendu if self.en_attente else self.publie

    @property
    def a_parle(self) -> bool:
        return self.est_publie or self.en_attente


class TourDit(NamedTuple):
    """A row of the rounds (euros; ISO moments), as it is read or as a notice tells it."""

    cle: str
    point: str
    financeur: str
    ligne_credit: str | None
    commune: str | None
    numero: int
    montant: Decimal | None
    auteur: str | None
    dit_le: str
    publie_le: str | None
    corrige: bool
    note: str | None


_COLONNES = tuple(getattr(Tour, champ) for champ in TourDit._fields)
_TOURS = (
    select(*_COLONNES)
    .where(Tour.point.in_(bindparam("points", expanding=True)))
    .order_by(Tour.dit_le, Tour.cle)
)

# A key needs both: the item with its séance, and all that was said of it.
_POINT_ET_TOURS = (
    DU_POINT.add_columns(*(colonne for colonne in _COLONNES if colonne.key != "point"))
    .join(Tour, Tour.point == Point.cle, isouter=True)
    .order_by(Tour.dit_le, Tour.cle)
)


def lire_tours(lire: Lire, points: Sequence[str]) -> dict[str, list[Any]]:
    """point -> rows of its rounds, in the order in which they were said."""
    groupes: dict[str, list[Any]] = {point: [] for point in points}
    for debut in range(0, len(points), 500):
        for ligne in lire(_TOURS, {"points": list(points[debut : debut + 500])}):
            groupes[ligne.point].append(ligne)
    return groupes


def suivre_tours(lignes: Sequence[Any], avis: Avis, point: str) -> list[Any] | None:
    """The rows of an item after a notice; None when it says nothing of them."""
    suivies = {ligne.cle: ligne for ligne in lignes}
    modifications = [
        m for m in avis.modifications if m.entite == "tour" and m.valeur("point") == point
    ]
    for m in modifications:
        if m.apres is None:
            suivies.pop(m.cle, None)
        else:
            suivies[m.cle] = TourDit(*(m.apres[champ] for champ in TourDit._fields))
    if not modifications:
        return None
    return sorted(suivies.values(), key=lambda ligne: (ligne.dit_le, ligne.cle))


def paroles(lignes: Sequence[Any]) -> dict[Payeur, Parole]:
    """payeur -> what it has said, from the rows of one item."""
    par_payeur: dict[Payeur, list[Any]] = defaultdict(list)
    for ligne in lignes:
        par_payeur[payeur_de(ligne)].append(ligne)
    return {payeur: _parole(dites) for payeur, dites in par_payeur.items()}


def _parole(lignes: Sequence[Any]) -> Parole:
    publiees = [ligne for ligne in lignes if ligne.publie_le is not None]
    attente = next((ligne for ligne in lignes if ligne.publie_le is None), None)
    derniere = attente or publiees[-1]
    return Parole(
        publie=publiees[-1].montant if publiees else None,
        est_publie=bool(publiees),
        attendu=attente.montant if attente else None,
        en_attente=attente is not None,
        corrige=bool(derniere.corrige),
        numero=derniere.numero,
    )


def tour_en_cours(lignes: Sequence[Any]) -> int:
    """The number of the round of an item: 1 before anything is said."""
    return max((ligne.numero for ligne in lignes), default=1)


class Tours:
    """Records what is said in the room. Every verb is one operation on an open séance."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge

    # Saying ---------------------------------------------------------------------------------------

    def dire(
        self,
        point: str,
        payeur: Payeur,
        montant: Decimal | None,
        *,
        auteur: str | None = None,
        note: str | None = None,
    ) -> str:
        """Record an amount (euros; None: nothing given) that the room does not see yet.

        Said again before it is published, it replaces itself; after, it is a correction. `auteur`:
        who says it, else who types. Returns the key of the row. Raises SaisieRefusee on a negative
        amount, or when the séance is not open.
        """
        exiger_montant(montant)
        dit = afficher_montant(montant, euro=True) or "rien"
        with self._fichier.operation(f"Noter un montant de {dit}") as e:
            ligne, lignes = self._lignes(e, point)
            return self._dire(e, ligne, payeur, lignes, montant=montant, auteur=auteur, note=note)

    def publier(self, point: str, *payeurs: Payeur) -> int:
        """Show the room what these payeurs said (all of them when none is named), and grant it.

        One operation. Returns how many amounts were published: 0 when there was nothing to show.
        """
        with self._fichier.operation("Publier un montant") as e:
            ligne, lignes = self._lignes(e, point)
            action = action_du_point(ligne)
            attente = [
                tour
                for tour in lignes
                if tour.publie_le is None and (not payeurs or payeur_de(tour) in payeurs)
            ]
            quand = moment(self._horloge, apres=_dernier(lignes))
            for tour in attente:
                e.modifier(Tour, tour.cle, publie_le=quand)
                poser_montant(e, action, payeur_de(tour), etape="accorde", montant=tour.montant)
            return len(attente)

    def dire_et_publier(
        self, point: str, payeur: Payeur, montant: Decimal | None, *, auteur: str | None = None
    ) -> None:
        """Both in one operation: what was said aloud needs no veil."""
        exiger_montant(montant)
        dit = afficher_montant(montant, euro=True) or "rien"
        with self._fichier.operation(f"Annoncer {dit}") as e:
            ligne, lignes = self._lignes(e, point)
            action = action_du_point(ligne)
            cle = self._dire(e, ligne, payeur, lignes, montant=montant, auteur=auteur, note=None)
            quand = e.lire(Tour, cle)["dit_le"]
            e.modifier(Tour, cle, publie_le=quand)
            poser_montant(e, action, payeur, etape="accorde", montant=montant)

    def taire(self, point: str, payeur: Payeur) -> bool:
        """Take back what the room has not seen. False when there was nothing."""
        with self._fichier.operation("Effacer un montant non publié") as e:
            attente = [t for t in self._du_payeur(e, point, payeur) if t.publie_le is None]
            e.supprimer_lot(Tour, [t.cle for t in attente])
            return bool(attente)

    def reculer(self, point: str, payeur: Payeur) -> Decimal | None:
        """One step back: the amount published before comes back, as one more row of the ledger.

        What the room has not seen is taken back first. Returns the amount that counts then; back
        from the first amount, nothing is granted. Raises SaisieRefusee when nothing was said.
        """
        with self._fichier.operation("Revenir au montant précédent") as e:
            ligne, toutes = self._lignes(e, point)
            lignes = [t for t in toutes if payeur_de(t) == payeur]
            attente = [t.cle for t in lignes if t.publie_le is None]
            pile = _pile([t for t in lignes if t.publie_le is not None])
            if attente:
                e.supprimer_lot(Tour, attente)
                return pile[-1] if pile else None
            if not pile:
                raise SaisieRefusee("Ce financeur n'a pas de montant précédent sur ce point.")
            montant = pile[-2] if len(pile) > 1 else None
            quand = moment(self._horloge, apres=_dernier(toutes))
            e.inserer(
                Tour,
                point=point,
                annee=ligne.annee,
                numero=tour_en_cours(toutes),
                montant=montant,
                auteur=self._fichier.signature.auteur,
                dit_le=quand,
                publie_le=quand,
                corrige=True,
                note=RETOUR,
                **payeur.champs(),
            )
            poser_montant(e, action_du_point(ligne), payeur, etape="accorde", montant=montant)
            return montant

    def nouveau_tour(self, point: str) -> int:
        """Ask everybody again: each one's last amount is proposed, unseen. Returns the new round.

        What was granted stays granted until something else is published. Raises SaisieRefusee while
        the round in progress has an amount that the room has not seen, or none at all.
        """
        with self._fichier.operation("Ouvrir un nouveau tour") as e:
            ligne, lignes = self._lignes(e, point)
            dites = paroles(lignes)
            if not dites or any(parole.en_attente for parole in dites.values()):
                raise SaisieRefusee(
                    "Publiez d'abord les montants de ce tour : le suivant repart d'eux."
                )
            numero = tour_en_cours(lignes) + 1
            quand = moment(self._horloge, apres=_dernier(lignes))
            e.inserer_lot(
                Tour,
                [
                    {
                        "point": point,
                        "annee": ligne.annee,
                        "numero": numero,
                        "montant": parole.publie,
                        "auteur": self._fichier.signature.auteur,
                        "dit_le": quand,
                        **payeur.champs(),
                    }
                    for payeur, parole in dites.items()
                ],
            )
            return numero

    # Inside -----------------------------------------------------------------------------------------

    def _lignes(self, ecriture: Ecriture, point: str) -> tuple[Any, list[Any]]:
        """The item of an open séance and all the rows of its rounds: one read."""
        lignes = ecriture.lignes(_POINT_ET_TOURS, {"point": point})
        ligne = premier_ouvert(lignes)
        action_du_point(ligne)
        return ligne, [tour for tour in lignes if tour.cle is not None]

    def _du_payeur(self, ecriture: Ecriture, point: str, payeur: Payeur) -> list[Any]:
        return [t for t in self._lignes(ecriture, point)[1] if payeur_de(t) == payeur]

    def _dire(
        self,
        ecriture: Ecriture,
        ligne: Any,
        payeur: Payeur,
        lignes: Sequence[Any],
        *,
        montant: Decimal | None,
        auteur: str | None,
        note: str | None,
    ) -> str:
        champs: dict[str, Any] = {
            "montant": montant,
            "auteur": auteur or self._fichier.signature.auteur,
            "dit_le": moment(self._horloge, apres=_dernier(lignes)),
            "note": note,
        }
        miennes = [t for t in lignes if payeur_de(t) == payeur]
        attente = next((t for t in miennes if t.publie_le is None), None)
        if attente is not None:
            if (attente.montant, attente.note) != (montant, note):
                ecriture.modifier(Tour, attente.cle, **champs)
            return str(attente.cle)
        numero = tour_en_cours(lignes)
        return ecriture.inserer(
            Tour,
            point=ligne.point,
            annee=ligne.annee,
            numero=numero,
            corrige=any(t.numero == numero for t in miennes),
            **payeur.champs(),
            **champs,
        )


def _dernier(lignes: Sequence[Any]) -> str:
    """The last moment of an item, so that what comes next reads as later."""
    return max((max(t.dit_le, t.publie_le or "") for t in lignes), default="")


def _pile(publiees: Sequence[Any]) -> list[Decimal | None]:
    """The amounts published that a step back goes through, the last one last."""
    pile: list[Decimal | None] = []
    for tour in publiees:
        if tour.note == RETOUR:
            del pile[-1:]
        else:
            pile.append(tour.montant)
    return pile
