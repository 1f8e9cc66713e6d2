"""The envelopes: what each financeur has for a year, and what is left of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.models.action import Cofinancement
from app.models.calculs import ZERO, disponible
from app.models.contrat import Commune
from app.models.enums import NiveauConstat
from app.models.montants import afficher_montant
from app.models.organisme import Financeur, LigneCredit
from app.models.programme import Enveloppe
from app.services.attaches import detacher
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier, Lire
from app.services.promesses import lire_promesses
from app.services.rows import EtatEnveloppe
from app.services.transaction import Ecriture

TIRES = ("demande", "propose", "accorde")


@dataclass(frozen=True, slots=True)
class LigneEnveloppe:
    """One envelope row (euros). `promis`: what the CPO promise of it beyond what is granted."""

    cle: str
    annee: int
    financeur: str
    financeur_nom: str
    ligne_credit: str | None
    ligne_credit_nom: str
    commune: str | None
    commune_nom: str
    montant: Decimal | None
    notifie: bool
    date_notification: str | None
    reserve: Decimal | None
    engage: Decimal | None
    note: str | None
    demande: Decimal = ZERO
    propose: Decimal = ZERO
    accorde: Decimal = ZERO
    promis: Decimal = ZERO

    @property
    def disponible(self) -> Decimal | None:
        """What may be granted: nothing kept back nor promised is in it."""
        return disponible(self.montant, self.reserve, (self.engage or ZERO) + self.promis)

    @property
    def reste(self) -> Decimal | None:
        """What is left to decide; negative: overshoot; None: no amount is known."""
        libre = self.disponible
        return None if libre is None else libre - self.accorde


@dataclass(frozen=True, slots=True)
class Alerte:
    """A finding shown beside the figures. It warns; only the closing of a séance may block."""

    niveau: NiveauConstat
    message: str


class Enveloppes:
    """Reads and writes the envelopes of the open file."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier
        self.operation = fichier.operation

    def lignes(self, annee: int) -> list[LigneEnveloppe]:
        lignes, _ = self.avec_le_reste(annee)
        return lignes

    def avec_le_reste(self, annee: int) -> tuple[list[LigneEnveloppe], Decimal]:
        """The envelopes of a year, and what is granted by financeurs that have none for it (euros)."""
        requete = (
            select(
                Enveloppe.cle,
                Enveloppe.annee,
                Enveloppe.financeur,
                Financeur.nom_court,
                Enveloppe.ligne_credit,
                LigneCredit.nom,
                Enveloppe.commune,
                Commune.nom,
                Enveloppe.montant,
                Enveloppe.notifie,
                Enveloppe.date_notification,
                Enveloppe.reserve,
                Enveloppe.engage,
                Enveloppe.note,
            )
            .join(Financeur, Financeur.cle == Enveloppe.financeur)
            .join(LigneCredit, LigneCredit.cle == Enveloppe.ligne_credit, isouter=True)
            .join(Commune, Commune.cle == Enveloppe.commune, isouter=True)
            .where(Enveloppe.annee == annee)
            .order_by(Financeur.rang, LigneCredit.rang, Commune.rang)
        )
        lues: list[LigneEnveloppe] = []
        for ligne in self._fichier.lignes(requete):
            valeurs = [*ligne]
            valeurs[5], valeurs[7] = valeurs[5] or "", valeurs[7] or ""
            lues.append(LigneEnveloppe(*valeurs))
        tirages, perdu = self._tirages(annee, lues)
        promis = promis_par_enveloppe(self._fichier.lignes, annee, _portees(lues))
        return [_avec(li, tirages.get(li.cle), promis.get(li.cle, ZERO)) for li in lues], perdu

    def _tirages(
        self, annee: int, enveloppes: Sequence[LigneEnveloppe]
    ) -> tuple[dict[str, dict[str, Decimal]], Decimal]:
        """Sums drawn on each envelope: each cofinancement weighs on the most precise one.

        Also what is granted outside any of them.
        """
        par_portee = _portees(enveloppes)
        requete = select(
            Cofinancement.financeur,
            Cofinancement.ligne_credit,
            Cofinancement.commune,
            Cofinancement.demande,
            Cofinancement.propose,
            Cofinancement.accorde,
        ).where(Cofinancement.annee == annee)
        tirages: dict[str, dict[str, Decimal]] = {}
        perdu = ZERO
        for financeur, credit, commune, *montants in self._fichier.lignes(requete):
            cle = portee(par_portee, financeur, credit, commune)
            if cle is None:
                perdu += montants[2] or ZERO
                continue
            sommes = tirages.setdefault(cle, dict.fromkeys(TIRES, ZERO))
            for nom, montant in zip(TIRES, montants, strict=True):
                sommes[nom] += montant or ZERO
        return tirages, perdu

    def ajouter(self, annee: int, financeur: str, **champs: Any) -> str:
        """Add an envelope. `champs`: ligne_credit, commune, montant, reserve, engage…"""
        _exiger_positifs(champs)
        with self._fichier.operation(f"Ajouter une enveloppe {annee}") as ecriture:
            return ecriture.inserer(Enveloppe, annee=annee, financeur=financeur, **champs)

    def modifier(self, cle: str, **champs: Any) -> None:
        with self._fichier.operation("Modifier une enveloppe") as ecriture:
            self.poser(ecriture, cle, **champs)

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """The same inside an operation that does more."""
        _exiger_positifs(champs)
        ecriture.modifier(Enveloppe, cle, **champs)

    def supprimer(self, *cles: str) -> None:
        """Delete envelopes, in one operation."""
        combien = "une enveloppe" if len(cles) == 1 else f"{len(cles)} enveloppes"
        with self._fichier.operation(f"Supprimer {combien}") as ecriture:
            detacher(ecriture, cles)
            ecriture.supprimer_lot(Enveloppe, cles)


def _avec(
    ligne: LigneEnveloppe, sommes: Mapping[str, Decimal] | None, promis: Decimal
) -> LigneEnveloppe:
    if sommes is None and not promis:
        return ligne
    tires = sommes or dict.fromkeys(TIRES, ZERO)
    return replace(
        ligne,
        demande=tires["demande"],
        propose=tires["propose"],
        accorde=tires["accorde"],
        promis=promis,
    )


def _portees(
    enveloppes: Sequence[LigneEnveloppe],
) -> dict[tuple[str, str | None, str | None], str]:
    return {(e.financeur, e.ligne_credit, e.commune): e.cle for e in enveloppes}


def promis_par_enveloppe(
    lire: Lire, annee: int, portees: Mapping[tuple[str, str | None, str | None], str]
) -> dict[str, Decimal]:
    """envelope -> what the CPO promise of it beyond what is granted (euros)."""
    promis: dict[str, Decimal] = {}
    for p in lire_promesses(lire, annee=annee):
        cle = portee(portees, p.financeur, p.ligne_credit, p.commune)
        if cle is not None:
            promis[cle] = promis.get(cle, ZERO) + p.reste
    return promis


def restes_par_financeur(lignes: Sequence[LigneEnveloppe]) -> dict[str, Decimal]:
    """financeur -> what its envelopes leave to decide (euros), where that is known."""
    restes: dict[str, Decimal] = {}
    for ligne in lignes:
        if ligne.reste is not None:
            restes[ligne.financeur] = restes.get(ligne.financeur, ZERO) + ligne.reste
    return restes


def portee(
    enveloppes: Mapping[tuple[str, str | None, str | None], str],
    financeur: str,
    credit: str | None,
    commune: str | None,
) -> str | None:
    """The most precise envelope: same line and commune, then same line, same commune, or neither."""
    for cle in (
        (financeur, credit, commune),
        (financeur, credit, None),
        (financeur, None, commune),
        (financeur, None, None),
    ):
        if cle in enveloppes:
            return enveloppes[cle]
    # An import may not say the line: the only envelope that can be meant is then the one.
    possibles = [
        enveloppe
        for (qui, ligne, lieu), enveloppe in enveloppes.items()
        if qui == financeur and credit in (None, ligne) and commune in (None, lieu)
    ]
    return possibles[0] if len(possibles) == 1 else None


def _exiger_positifs(champs: dict[str, Any]) -> None:
    for nom in ("montant", "reserve", "engage"):
        valeur = champs.get(nom)
        if isinstance(valeur, Decimal) and valeur < 0:
            raise SaisieRefusee(
                "Une enveloppe ne peut pas être négative : tapez un montant positif."
            )


def alerte(etat: EtatEnveloppe) -> Alerte | None:
    """What to say of an envelope while amounts are typed: an overshoot, in words and euros."""
    if etat.reste is None or etat.reste >= 0:
        return None
    depassement = afficher_montant(-etat.reste, euro=True)
    return Alerte(
        NiveauConstat.ALERTE,
        f"L'enveloppe {etat.annee} de {etat.financeur.nom_court} est dépassée de {depassement}.",
    )


def etat_en_mots(montant: Decimal | None, *, notifie: bool) -> str:
    """How far an envelope is known, in the only words that screens and exports use for it."""
    if montant is None:
        return "non communiquée"
    return "notifiée" if notifie else "prévisionnelle"


def nom_de_l_ensemble(etat: EtatEnveloppe) -> str:
    """« État (total) » where several envelopes are added up: no line of credit is meant."""
    nom = etat.financeur.nom_court
    return f"{nom} (total)" if etat.lignes > 1 else nom


def reste_en_mots(etat: EtatEnveloppe, ecart: Decimal = ZERO) -> str:
    """« reste 12 400 € », « dépasse de 3 200 € », or why there is no figure.

    `ecart`: what the amount being typed would add.
    """
    if etat.montant is None or etat.reste is None:
        return etat_en_mots(None, notifie=etat.notifie)
    reste = etat.reste - ecart
    if reste < 0:
        return f"dépasse de {afficher_montant(-reste, euro=True)}"
    return f"reste {afficher_montant(reste, euro=True)}"


def reste_au_plus_long(etat: EtatEnveloppe) -> str:
    """The longest that `reste_en_mots` may say: exceeded by as much as it holds."""
    return reste_en_mots(etat, (etat.reste or ZERO) + (etat.montant or ZERO))
