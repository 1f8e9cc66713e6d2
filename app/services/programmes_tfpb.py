"""What bailleurs do against the abattement de TFPB: programmes, totals, what is missing. No Qt."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.models.calculs import somme_ou_rien
from app.models.contrat import Quartier
from app.models.enums import NatureOrganisme
from app.models.organisme import Organisme
from app.models.suivi import ProgrammeTfpb
from app.services.accords import denombrer
from app.services.attaches import detacher
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier, Lire
from app.services.noms_a_choisir import noms_des_porteurs, trouver
from app.services.pliage import replier
from app.services.regles_couches import couches_de, en_vigueur
from app.services.transaction import Ecriture

SIGNE, SAISI, MANQUE = "Signé", "Saisi", "Manque"
TOUS = "Tous les quartiers"
BAILLEUR, QUARTIER = "un bailleur", "un quartier"
_POSITIFS = {
    "logements": "un nombre de logements",
    "abattement": "un abattement",
    "depense": "une dépense",
}


@dataclass(frozen=True, slots=True)
class LigneProgramme:
    """The programme of a bailleur in a quartier for a year; euros, ISO days."""

    cle: str
    bailleur: str
    bailleur_nom: str
    quartier: str | None
    quartier_nom: str
    annee: int
    logements: int | None
    abattement: Decimal | None
    depense: Decimal | None
    axes: tuple[str, ...]
    signe_le: str | None
    presente_le: str | None
    note: str | None

    @property
    def ecart(self) -> Decimal | None:
        """What is spent less what is not paid; None while one is unknown."""
        if self.depense is None or self.abattement is None:
            return None
        return self.depense - self.abattement

    @property
    def part(self) -> Decimal | None:
        return _part(self.depense, self.abattement)

    @property
    def par_logement(self) -> Decimal | None:
        return _par(self.abattement, self.logements)

    @property
    def axes_en_mots(self) -> str:
        return ", ".join(self.axes)


@dataclass(frozen=True, slots=True)
class LigneBailleur:
    """A bailleur in a year: its totals (known figures only), and each quartier in words.

    `quartiers`: key of a quartier -> SIGNE, SAISI, or MANQUE where it had a programme another year.
    """

    cle: str
    nom: str
    programmes: int
    logements: int | None
    abattement: Decimal | None
    depense: Decimal | None
    ecart: Decimal | None
    quartiers: Mapping[str, str]

    @property
    def part(self) -> Decimal | None:
        return _part(self.depense, self.abattement)

    @property
    def par_logement(self) -> Decimal | None:
        return _par(self.abattement, self.logements)

    @property
    def etat(self) -> str:
        if not self.programmes:
            return MANQUE
        return SIGNE if set(self.quartiers.values()) == {SIGNE} else SAISI


class ProgrammesTfpb:
    """Reads and writes the programmes of the open file."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier
        self.operation = fichier.operation

    # Reading ------------------------------------------------------------------------------------

    def lignes(self, annee: int) -> list[LigneProgramme]:
        with self._fichier.instant() as lire:
            return [p for p in _lire(lire) if p.annee == annee]

    def bailleurs(self, annee: int) -> list[LigneBailleur]:
        """Every bailleur of the file, those without a programme too."""
        with self._fichier.instant() as lire:
            tous = _lire(lire)
            noms = dict(lire(_BAILLEURS))
        return par_bailleur(tous, noms, annee)

    def axes(self) -> list[str]:
        """Those that the contract prints; empty where it prints none."""
        with self._fichier.instant() as lire:
            return axes_du_contrat(lire)

    def noms_des_bailleurs(self) -> list[str]:
        """Those of that nature first, then the other bodies."""
        with self._fichier.instant() as lire:
            siens = [nom for _, nom in lire(_BAILLEURS)]
            return [*siens, *(nom for nom in noms_des_porteurs(lire) if nom not in siens)]

    def quartiers(self) -> dict[str, str]:
        """name -> key."""
        with self._fichier.instant() as lire:
            return noms_des_quartiers(lire)

    # Writing ------------------------------------------------------------------------------------

    def ajouter(self, annee: int, bailleur: str, quartier: str = "") -> str:
        """Add a programme, from the names of its bailleur and of its quartier (may be empty)."""
        with self.operation(f"Ajouter un programme TFPB {annee}") as e:
            voulu = {
                "annee": annee,
                "bailleur": trouver(noms_des_porteurs(e.lignes), bailleur, BAILLEUR),
                "quartier": _quartier(e, quartier),
            }
            _exiger_seul(e, "", voulu)
            return e.inserer(ProgrammeTfpb, **voulu)

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """Write in an operation that does more. `bailleur_nom`, `quartier_nom`, `axes_en_mots`: texts."""
        if "bailleur_nom" in champs:
            nom = champs.pop("bailleur_nom") or ""
            champs["bailleur"] = trouver(noms_des_porteurs(ecriture.lignes), nom, BAILLEUR)
        if "quartier_nom" in champs:
            champs["quartier"] = _quartier(ecriture, champs.pop("quartier_nom"))
        if "axes_en_mots" in champs:
            permis = axes_du_contrat(ecriture.lignes)
            champs["axes"] = lire_axes(champs.pop("axes_en_mots") or "", permis)
        for nom, mot in _POSITIFS.items():
            if (champs.get(nom) or 0) < 0:
                raise SaisieRefusee(f"Tapez {mot} sans signe.")
        if "bailleur" in champs or "quartier" in champs:
            _exiger_seul(ecriture, cle, {**ecriture.lire(ProgrammeTfpb, cle), **champs})
        ecriture.modifier(ProgrammeTfpb, cle, **champs)

    def supprimer(self, *cles: str) -> None:
        with self.operation(f"Supprimer {denombrer(len(cles), 'un programme')} TFPB") as e:
            detacher(e, cles)
            e.supprimer_lot(ProgrammeTfpb, list(cles))


def par_bailleur(
    tous: Iterable[LigneProgramme], noms: Mapping[str, str], annee: int
) -> list[LigneBailleur]:
    """The totals of a year; the other years say where a bailleur is present."""
    par: dict[str, list[LigneProgramme]] = defaultdict(list)
    noms = dict(noms)
    for programme in tous:
        par[programme.bailleur].append(programme)
        noms.setdefault(programme.bailleur, programme.bailleur_nom)
    lignes = [_bailleur(cle, nom, par[cle], annee) for cle, nom in noms.items()]
    return sorted(lignes, key=lambda b: (replier(b.nom), b.cle))


def _bailleur(
    cle: str, nom: str, programmes: Sequence[LigneProgramme], annee: int
) -> LigneBailleur:
    siens = [p for p in programmes if p.annee == annee]
    etats = {p.quartier or "": MANQUE for p in programmes}
    etats |= {p.quartier or "": SIGNE if p.signe_le else SAISI for p in siens}
    logements = [p.logements for p in siens if p.logements is not None]
    abattement = somme_ou_rien(p.abattement for p in siens)
    depense = somme_ou_rien(p.depense for p in siens)
    ecart = None if abattement is None or depense is None else depense - abattement
    return LigneBailleur(
        cle,
        nom,
        len(siens),
        sum(logements) if logements else None,
        abattement,
        depense,
        ecart,
        etats,
    )


def lire_axes(texte: str, permis: Sequence[str]) -> list[str]:
    """The axes of a text, separated by commas; where the contract prints some, only those.

    The start of an axe is enough. Raises SaisieRefusee.
    """
    tapes = list(dict.fromkeys(a.strip() for a in texte.replace(";", ",").split(",") if a.strip()))
    if not permis:
        return tapes
    lus = []
    for tape in tapes:
        trouves = [axe for axe in permis if replier(axe).startswith(replier(tape))]
        if len(trouves) != 1:
            raise SaisieRefusee(
                f"«\u00a0{tape}\u00a0» n'est pas un axe du contrat\u00a0: choisissez parmi "
                f"{', '.join(permis)}."
            )
        lus += trouves
    return list(dict.fromkeys(lus))


def axes_du_contrat(lire: Lire) -> list[str]:
    regle = en_vigueur(couches_de(lire, "tfpb.programme"))
    return [str(axe) for axe in (regle.valeur("axes") if regle else None) or ()]


def noms_des_quartiers(lire: Lire) -> dict[str, str]:
    """name -> key; two of one name are told apart by their code."""
    noms: dict[str, str] = {}
    requete = select(Quartier.cle, Quartier.nom, Quartier.code)
    for cle, nom, code in lire(requete.order_by(Quartier.nom, Quartier.cle)):
        noms[nom if nom not in noms else f"{nom} ({code or cle[:6]})"] = cle
    return noms


def _quartier(ecriture: Ecriture, nom: str | None) -> str | None:
    if not nom or nom == TOUS:
        return None
    return trouver(noms_des_quartiers(ecriture.lignes), nom, QUARTIER)


def _exiger_seul(ecriture: Ecriture, cle: str, voulu: Mapping[str, Any]) -> None:
    """One programme for a bailleur, a quartier and a year."""
    siens = ecriture.lignes_de(ProgrammeTfpb, bailleur=voulu["bailleur"], annee=voulu["annee"])
    if any(p["cle"] != cle and p["quartier"] == voulu["quartier"] for p in siens):
        raise SaisieRefusee(
            "Ce bailleur a déjà un programme dans ce quartier cette année\u00a0: complétez-le, ou "
            "choisissez un autre quartier."
        )


def _part(depense: Decimal | None, abattement: Decimal | None) -> Decimal | None:
    """A ratio; None while a figure is unknown."""
    return depense / abattement if depense is not None and abattement else None


def _par(abattement: Decimal | None, logements: int | None) -> Decimal | None:
    return abattement / logements if abattement is not None and logements else None


def _lire(lire: Lire) -> list[LigneProgramme]:
    noms = {cle: nom for nom, cle in noms_des_quartiers(lire).items()}
    return [
        LigneProgramme(
            p.cle,
            p.bailleur,
            p.bailleur_nom,
            p.quartier,
            noms.get(p.quartier, TOUS),
            p.annee,
            p.logements,
            p.abattement,
            p.depense,
            tuple(p.axes or ()),
            p.signe_le,
            p.presente_le,
            p.note,
        )
        for p in lire(_PROGRAMMES)
    ]


_PROGRAMMES = (
    select(
        ProgrammeTfpb.__table__,
        Organisme.nom.label("bailleur_nom"),
    )
    .join(Organisme, Organisme.cle == ProgrammeTfpb.bailleur)
    .join(Quartier, Quartier.cle == ProgrammeTfpb.quartier, isouter=True)
    .order_by(Organisme.nom, Quartier.nom, ProgrammeTfpb.cle)
)
_BAILLEURS = (
    select(Organisme.cle, Organisme.nom)
    .where(Organisme.nature == str(NatureOrganisme.BAILLEUR))
    .order_by(Organisme.nom, Organisme.cle)
)
