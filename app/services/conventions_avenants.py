"""The avenants of a CPO: amounts, duration, object; what it was, and what it has become. No Qt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.models.convention import Avenant, Convention, Tranche
from app.models.enums import EtatConvention
from app.services.conventions_creation import ecrire_parties, marquer
from app.services.conventions_gardes import exiger, la, la_convention
from app.services.conventions_lues import (
    LIBEREE,
    LigneAvenant,
    LigneConvention,
    LigneTranche,
    lire_avenants,
)
from app.services.conventions_regles import ReglesCpo
from app.services.errors import SaisieRefusee
from app.services.etapes_des_actes import EtapesDesActes
from app.services.fichier import Fichier
from app.services.gardes_seance import Horloge
from app.services.transaction import Ecriture, maintenant

Qui = tuple[str, str | None, str | None]
Case = tuple[int, Qui]  # year, payeur


@dataclass(frozen=True, slots=True)
class LigneComparee:
    """A year of a payeur: as it was signed, and as it is (euros; None: no tranche)."""

    annee: int
    payeur: str
    initial: Decimal | None
    actuel: Decimal | None

    @property
    def cle(self) -> str:
        return f"{self.annee} {self.payeur}"

    @property
    def ecart(self) -> Decimal:
        return (self.actuel or Decimal(0)) - (self.initial or Decimal(0))


class Avenants:
    """Reads and writes the avenants of signed conventions."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._etapes = EtapesDesActes(fichier, horloge=horloge)
        self.operation = fichier.operation

    def lignes(self, convention: str) -> list[LigneAvenant]:
        return lire_avenants(self._fichier.lignes, convention)

    def ajouter(
        self,
        convention: str,
        objet: str,
        *,
        date: str | None = None,
        motif: str | None = None,
        annee_fin: int | None = None,
        montants: Mapping[str, Decimal] | None = None,
        nouvel_objet: str | None = None,
    ) -> str:
        """Change a signed convention: its end, its tranches (key -> euros), its object."""
        if not objet.strip():
            raise SaisieRefusee("Un avenant dit ce qu’il change\u00a0: tapez son objet.")
        lue = la_convention(self._fichier.lignes, convention)
        exiger(lue, EtatConvention.SIGNEE, geste="reçoit un avenant")
        self._exiger_duree(lue, annee_fin)
        numero = max((a.numero for a in self.lignes(convention)), default=0) + 1
        with self.operation(f"Avenant n° {numero} à {la(lue)}") as e:
            contenu: dict[str, Any] = {}
            if annee_fin is not None and annee_fin != lue.annee_fin:
                contenu["annee_fin"] = [lue.annee_fin, annee_fin]
                self._etapes.suivre(e, etendre(e, lue, annee_fin))
            for tranche, montant in (montants or {}).items():
                _changer(e, lue, tranche, montant)
            if nouvel_objet is not None and nouvel_objet != lue.objet:
                contenu["objet"] = [lue.objet, nouvel_objet]
                e.modifier(Convention, convention, objet=nouvel_objet)
            devient = la_convention(e.lignes, convention)
            contenu |= _differences(lue.tranches, devient.tranches)
            if not contenu:
                raise SaisieRefusee(
                    "Cet avenant ne change rien\u00a0: donnez une autre fin, un autre montant ou un "
                    "autre objet."
                )
            cle = e.inserer(
                Avenant,
                convention=convention,
                numero=numero,
                date=date,
                objet=objet.strip(),
                motif=motif,
                contenu=contenu,
            )
            ecrire_parties(e, convention, cle)
            return cle

    def comparer(self, convention: str) -> list[LigneComparee]:
        """Each tranche as it was signed beside what the avenants made of it."""
        with self._fichier.instant() as lire:
            lue = la_convention(lire, convention)
            avenants = lire_avenants(lire, convention)
        return comparer(lue.tranches, avenants)

    def _exiger_duree(self, convention: LigneConvention, annee_fin: int | None) -> None:
        if annee_fin is None:
            return
        remarque = ReglesCpo(self._fichier.lignes).duree(annee_fin - convention.annee_debut + 1)
        if remarque is not None and remarque.bloque:
            raise SaisieRefusee(remarque.phrase)


def etendre(ecriture: Ecriture, convention: LigneConvention, fin: int) -> list[str]:
    """Move the end: tranches come, like those of the last year, or go. The actions it touches."""
    perdues = [t for t in convention.tranches if t.annee > fin]
    liberee = next((t for t in perdues if t.etat == LIBEREE), None)
    if liberee is not None:
        raise SaisieRefusee(
            f"La tranche {liberee.annee} de {liberee.payeur} est déjà libérée\u00a0: "
            "retenez-la avant de raccourcir la convention."
        )
    ecriture.supprimer_lot(Tranche, [t.cle for t in perdues])
    dernieres = [t for t in convention.tranches if t.annee == convention.annee_fin]
    ecriture.inserer_lot(
        Tranche,
        [
            {
                "convention": convention.cle,
                "annee": annee,
                "financeur": t.financeur,
                "ligne_credit": t.ligne_credit,
                "commune": t.commune,
                "montant": t.montant,
                "ferme": False,
            }
            for annee in range(convention.annee_fin + 1, fin + 1)
            for t in dernieres
        ],
    )
    ecriture.modifier(Convention, convention.cle, annee_fin=fin)
    if convention.etat == EtatConvention.DEMANDEE:
        return []
    debut, avant = convention.annee_debut, convention.annee_fin
    return marquer(ecriture, convention.lignee, debut, fin, avant=avant)


def comparer(
    tranches: Sequence[LigneTranche], avenants: Sequence[LigneAvenant]
) -> list[LigneComparee]:
    """Undo the avenants, the last first, on what the tranches are today."""
    noms = {t.qui: t.payeur for t in tranches}
    actuels = _cases(tranches)
    initiaux = dict(actuels)
    for avenant in sorted(avenants, key=lambda a: -a.numero):
        for ligne in avenant.contenu.get("montants", ()):
            case, avant = _case(ligne), ligne["avant"]
            noms.setdefault(case[1], ligne["payeur"])
            if avant is None:
                initiaux.pop(case, None)
            else:
                initiaux[case] = Decimal(avant)
    toutes = sorted(initiaux.keys() | actuels.keys(), key=lambda c: (c[0], noms[c[1]]))
    return [LigneComparee(c[0], noms[c[1]], initiaux.get(c), actuels.get(c)) for c in toutes]


def _changer(
    ecriture: Ecriture, convention: LigneConvention, tranche: str, montant: Decimal
) -> None:
    if montant < 0:
        raise SaisieRefusee(
            "Une tranche ne peut pas être négative\u00a0: tapez un montant positif."
        )
    lue = ecriture.lire(Tranche, tranche)
    if lue["convention"] != convention.cle:
        raise SaisieRefusee(
            "Cette tranche est celle d’une autre convention\u00a0: choisissez la bonne."
        )
    if lue["liberee_le"] is not None:
        raise SaisieRefusee(
            f"La tranche {lue['annee']} est déjà libérée\u00a0: retenez-la avant de la changer."
        )
    ecriture.modifier(Tranche, tranche, montant=montant)


def _cases(tranches: Sequence[LigneTranche]) -> dict[Case, Decimal | None]:
    return {(t.annee, t.qui): t.montant for t in tranches}


def _differences(avant: Sequence[LigneTranche], apres: Sequence[LigneTranche]) -> dict[str, Any]:
    """What changed, as it is stored: amounts as texts, exact."""
    noms = {t.qui: t.payeur for t in [*avant, *apres]}
    etait, devient = _cases(avant), _cases(apres)
    cases = sorted(etait.keys() | devient.keys(), key=lambda c: (c[0], noms[c[1]]))
    montants = [
        {
            "annee": annee,
            "payeur": noms[qui],
            "financeur": qui[0],
            "ligne_credit": qui[1],
            "commune": qui[2],
            "avant": _texte(etait.get((annee, qui))),
            "apres": _texte(devient.get((annee, qui))),
        }
        for annee, qui in cases
        if etait.get((annee, qui)) != devient.get((annee, qui))
    ]
    return {"montants": montants} if montants else {}


def _case(ligne: Mapping[str, Any]) -> Case:
    return ligne["annee"], (ligne["financeur"], ligne["ligne_credit"], ligne["commune"])


def _texte(montant: Decimal | None) -> str | None:
    return None if montant is None else str(montant)
