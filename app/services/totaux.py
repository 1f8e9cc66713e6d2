"""Totals per year and financeur: read once by SQL, then following each notice before → after."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import func, select

from app.models.action import Cofinancement
from app.models.base import depuis_centiemes
from app.models.calculs import ZERO, disponible
from app.models.programme import Enveloppe
from app.services.bus import Avis, Modification, Valeurs
from app.services.fichier import Fichier, Lire
from app.services.promesses import PromessesSuivies, lire_promesses, sommer
from app.services.rows import ETAPES_MONTANT, EtatEnveloppe, LigneFinanceur

Cle = tuple[int, str]  # year, financeur
Sommes = dict[str, Decimal]
POSTES_ENVELOPPE = ("montant", "reserve", "engage")


class TotauxLus:
    """Sums of the cofinancements and of the envelopes, as they were when they were read."""

    def __init__(self, lire: Lire) -> None:
        self._montants = _cofinancements_par_sql(lire)
        self._enveloppes = _enveloppes_par_sql(lire)
        self._promesses = PromessesSuivies(lire)

    def montant(self, annee: int, financeur: str, etape: str) -> Decimal:
        """Total of a step (« demande », « accorde »…) for a financeur and a year, in euros."""
        return self._montants.get((annee, financeur), {}).get(etape, ZERO)

    def etat(self, annee: int, financeur: LigneFinanceur) -> EtatEnveloppe:
        """The envelope of a financeur for a year, with all that is drawn on it."""
        enveloppe = self._enveloppes.get((annee, financeur.cle), {})
        montant = enveloppe["montant"] if enveloppe.get("connues") else None
        reserve = enveloppe.get("reserve", ZERO)
        engage = enveloppe.get("engage", ZERO) + self._promesses.engage(annee, financeur.cle)
        accorde = self.montant(annee, financeur.cle, "accorde")
        libre = disponible(montant, reserve, engage)
        return EtatEnveloppe(
            financeur=financeur,
            annee=annee,
            montant=montant,
            notifie=enveloppe.get("lignes", ZERO) == enveloppe.get("notifiees", ZERO) != ZERO,
            reserve=reserve,
            engage=engage,
            demande=self.montant(annee, financeur.cle, "demande"),
            propose=self.montant(annee, financeur.cle, "propose"),
            accorde=accorde,
            disponible=libre,
            reste=None if libre is None else libre - accorde,
            lignes=int(enveloppe.get("lignes", ZERO)),
        )


class Totaux(TotauxLus):
    """Sums of the cofinancements and of the envelopes of the open file, always up to date."""

    def __init__(self, fichier: Fichier) -> None:
        super().__init__(fichier.lignes)
        self._fichier = fichier
        fichier.bus.abonner(self.sur_avis)

    def sur_avis(self, avis: Avis) -> None:
        """Follow the rows that a notice says were touched. A few microseconds at any size."""
        for modification in avis.modifications:
            if modification.entite == "cofinancement":
                _suivre(self._montants, modification, ETAPES_MONTANT)
            elif modification.entite == "enveloppe":
                _suivre(self._enveloppes, modification, POSTES_ENVELOPPE)
        self._promesses.suivre(avis)

    def ecarts(self) -> list[str]:
        """Where the totals followed differ from what SQL counts: always empty, or it is a bug."""
        temoins = (
            (self._montants, _cofinancements_par_sql(self._fichier.lignes)),
            (self._enveloppes, _enveloppes_par_sql(self._fichier.lignes)),
        )
        promis = sommer(lire_promesses(self._fichier.lignes))
        suivies = self._promesses.par_financeur
        promis_autrement = [
            f"{annee} {financeur} promis"
            for annee, financeur in suivies.keys() | promis.keys()
            if suivies.get((annee, financeur), ZERO) != promis.get((annee, financeur), ZERO)
        ]
        return promis_autrement + [
            f"{annee} {financeur} {poste}"
            for suivis, lus in temoins
            for annee, financeur in suivis.keys() | lus.keys()
            for poste in suivis.get((annee, financeur), {}).keys()
            | lus.get((annee, financeur), {}).keys()
            if suivis.get((annee, financeur), {}).get(poste, ZERO)
            != lus.get((annee, financeur), {}).get(poste, ZERO)
        ]


def _suivre(totaux: dict[Cle, Sommes], modification: Modification, postes: tuple[str, ...]) -> None:
    for valeurs, signe in ((modification.avant, -1), (modification.apres, 1)):
        if valeurs is None:
            continue
        sommes = totaux[valeurs["annee"], valeurs["financeur"]]
        for poste in postes:
            montant = valeurs[poste]
            if montant is not None:
                sommes[poste] += signe * montant
        if postes is POSTES_ENVELOPPE:
            _compter(sommes, valeurs, signe)


def _compter(sommes: Sommes, enveloppe: Valeurs, signe: int) -> None:
    """How many envelope rows there are, with an amount, and notified."""
    sommes["lignes"] += signe
    sommes["connues"] += signe * (enveloppe["montant"] is not None)
    sommes["notifiees"] += signe * bool(enveloppe["notifie"])


def _vide() -> dict[Cle, Sommes]:
    return defaultdict(lambda: defaultdict(lambda: ZERO))


def _cofinancements_par_sql(lire: Lire) -> dict[Cle, Sommes]:
    # Sums are taken on the stored integers: SQLite would otherwise hand back the Decimal type.
    sommes = [func.sum(getattr(Cofinancement, etape)).label(etape) for etape in ETAPES_MONTANT]
    requete = select(Cofinancement.annee, Cofinancement.financeur, *sommes).group_by(
        Cofinancement.annee, Cofinancement.financeur
    )
    totaux = _vide()
    for ligne in lire(requete):
        _ajouter(totaux[ligne.annee, ligne.financeur], ligne._asdict(), ETAPES_MONTANT)
    return totaux


def _enveloppes_par_sql(lire: Lire) -> dict[Cle, Sommes]:
    requete = select(
        Enveloppe.annee,
        Enveloppe.financeur,
        Enveloppe.montant,
        Enveloppe.reserve,
        Enveloppe.engage,
        Enveloppe.notifie,
    )
    totaux = _vide()
    for ligne in lire(requete):
        sommes = totaux[ligne.annee, ligne.financeur]
        _ajouter(sommes, ligne._asdict(), POSTES_ENVELOPPE)
        _compter(sommes, ligne._asdict(), 1)
    return totaux


def _ajouter(sommes: Sommes, ligne: Mapping[str, object], postes: tuple[str, ...]) -> None:
    for poste in postes:
        valeur = ligne[poste]
        if isinstance(valeur, int):
            valeur = depuis_centiemes(valeur)
        if isinstance(valeur, Decimal):
            sommes[poste] += valeur
