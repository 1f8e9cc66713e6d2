"""« Contrôle avant comité »: the constats of a year, level by level, those passed over apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import select

from app.models.contrat import Contrat
from app.models.enums import CibleConstat, NiveauConstat
from app.services.constats_comptes import GRAVES_D_ABORD
from app.services.constats_liste import (
    LigneConstat,
    ListeConstats,
    resume,
)
from app.services.constats_service import Constats
from app.services.documents import date_longue, ecrire_entier
from app.services.fichier import Fichier
from app.services.gardes_seance import jour_courant

TITRE = "Contrôle avant comité"
TITRES = {
    NiveauConstat.BLOQUANT: "Bloquants",
    NiveauConstat.ALERTE: "Alertes",
    NiveauConstat.INFORMATION: "Informations",
}
TITRE_OUTRE = "Passés outre"


@dataclass(frozen=True, slots=True)
class Groupe:
    """The constats of one object, under its name."""

    nom: str
    lignes: tuple[LigneConstat, ...]


@dataclass(frozen=True, slots=True)
class ControleComite:
    """`niveaux`: what counts, (title, groups), the most serious first; `outre`: what is passed over."""

    annee: int
    contrat: str
    jour: date
    resume: str
    niveaux: tuple[tuple[str, tuple[Groupe, ...]], ...]
    outre: tuple[LigneConstat, ...]

    @property
    def titre(self) -> str:
        return f"{TITRE} – {self.annee}"

    @property
    def situation(self) -> str:
        """« Situation au 28 novembre 2026. À traiter : … »"""
        return f"Situation au {date_longue(self.jour.isoformat())}. {self.resume}"

    @property
    def nombre(self) -> int:
        return sum(len(g.lignes) for _, groupes in self.niveaux for g in groupes)

    @property
    def lignes(self) -> tuple[LigneConstat, ...]:
        """All of them, in the order of the paper."""
        comptees = (li for _, groupes in self.niveaux for g in groupes for li in g.lignes)
        return (*comptees, *self.outre)


def lire_controle(fichier: Fichier, annee: int, constats: Constats | None = None) -> ControleComite:
    """The control of a year. `constats`: those that the window follows; None: computed for this once."""
    siens = constats or Constats(fichier)
    try:
        lignes = ListeConstats(fichier, siens).lignes(annee)
    finally:
        if constats is None:
            siens.fermer()
    contrats = fichier.lignes(select(Contrat.nom))
    comptent = [li for li in lignes if li.compte]
    par_niveau = (
        (TITRES[n], _groupes([li for li in comptent if li.niveau == n])) for n in GRAVES_D_ABORD
    )
    return ControleComite(
        annee=annee,
        contrat=contrats[0].nom if contrats else "Contrat de ville",
        jour=jour_courant(lambda: datetime.now(UTC)),
        resume=resume(lignes),
        niveaux=tuple((titre, groupes) for titre, groupes in par_niveau if groupes),
        outre=tuple(li for li in lignes if not li.compte),
    )


def _groupes(lignes: Sequence[LigneConstat]) -> tuple[Groupe, ...]:
    """By object: the year first, then the others in the order of their names."""
    par_objet: dict[tuple[str, str], list[LigneConstat]] = {}
    for ligne in lignes:
        par_objet.setdefault((ligne.cible, ligne.objet), []).append(ligne)
    groupes = sorted(par_objet.values(), key=lambda trouvees: _rang(trouvees[0]))
    return tuple(Groupe(nom_de(g[0]), tuple(g)) for g in groupes)


_ORDRE = (
    CibleConstat.ANNEE,
    CibleConstat.SEANCE,
    CibleConstat.APPEL,
    CibleConstat.ACTION,
    CibleConstat.PORTEUR,
)


def _rang(ligne: LigneConstat) -> tuple[int, str, str]:
    return _ORDRE.index(CibleConstat.de(ligne.cible)), ligne.numero, ligne.sujet


def nom_de(ligne: LigneConstat) -> str:
    """« Action 2026-014 · Titre (porteur) », « Porteur : nom », « Toute l'année »."""
    if ligne.cible == CibleConstat.ANNEE:
        return ligne.sujet
    if ligne.cible == CibleConstat.ACTION:
        porteur = f" ({ligne.porteur})" if ligne.porteur else ""
        return f"{ligne.numero} · {ligne.sujet}{porteur}"
    return f"{CibleConstat.libelle_de(ligne.cible)}\u00a0: {ligne.sujet}"


def ecrire_controle(controle: ControleComite, chemin: Path) -> None:
    """As a workbook where the name asks for one, else on paper."""
    if chemin.suffix.lower() == ".xlsx":
        from app.services.controle_comite_classeur import controle_classeur as faire
    else:
        from app.services.controle_comite_pdf import controle_pdf as faire
    ecrire_entier(chemin, faire(controle))
