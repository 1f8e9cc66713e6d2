"""The grids of the open file as they are shown, edited and counted with. No Qt."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select

from app.models.cotation import Cotation, CritereGrille, Grille, GrilleAppel, NiveauGrille
from app.models.enums import MethodeGrille, MomentCotation, NatureGrille, ObjetGrille
from app.models.programme import Appel, Exercice
from app.services.errors import SaisieRefusee
from app.services.fichier import Lire
from app.services.grilles_calcul import Bareme, Critere, Niveau
from app.services.grilles_fiche import FicheCritere, FicheGrille, FicheNiveau

MODIFIABLE, FIGEE, REMPLACEE = "Modifiable", "Figée", "Remplacée"


@dataclass(frozen=True, slots=True)
class LigneGrille:
    """A version of a grid. `figee_le` (ISO, UTC) None: never used, all of it may change.

    `succedee`: a later version exists. `appels`: names of those that go through it.
    """

    cle: str
    identifiant: str
    version: int
    nom: str
    objet: str
    nature: str
    methode: str
    sources: tuple[str, ...]
    usage: str | None
    note: str | None
    moments: tuple[str, ...]
    lecteurs: tuple[str, ...]
    masquee: bool
    active: bool
    figee_le: str | None
    criteres: int
    cotations: int
    succedee: bool
    appels: tuple[str, ...]

    @property
    def titre(self) -> str:
        """« Cotation égalité femmes-hommes P147 (version 2) »."""
        return self.nom if self.version == 1 else f"{self.nom} (version {self.version})"

    @property
    def titre_de_liste(self) -> str:
        """« V2 · Cotation égalité femmes-hommes P147 »: the version stays in sight in a narrow box."""
        seule = self.version == 1 and not self.succedee
        return self.nom if seule else f"V{self.version} · {self.nom}"

    @property
    def etat(self) -> str:
        """« modifiable », « figée » or « remplacée »."""
        if self.succedee:
            return REMPLACEE
        return FIGEE if self.figee_le else MODIFIABLE

    @property
    def nature_en_mots(self) -> str:
        return NatureGrille.de(self.nature).libelle

    @property
    def dit_d_ou_elle_vient(self) -> str:
        """« Conçue avec ce logiciel (non officielle) – sources »."""
        nature = self.nature_en_mots
        return f"{nature} – {' ; '.join(self.sources)}" if self.sources else nature


@dataclass(frozen=True, slots=True)
class LigneChoix:
    """A grid that the dossiers of an appel go through."""

    cle: str
    appel: str
    appel_nom: str
    grille: str
    grille_titre: str
    etat: str
    obligatoire: bool
    note: str | None


@dataclass(frozen=True, slots=True)
class LigneCritere:
    """A criterion as it is edited. `points`: value -> words, in the order of the scale."""

    cle: str
    identifiant: str
    libelle: str
    aide: str | None
    poids: Decimal | None
    niveaux: Mapping[str, str]
    requis_pour: tuple[str, ...]
    na_admis: bool
    champs: tuple[str, ...]
    inspire_de: str | None
    rang: int


@dataclass(frozen=True, slots=True)
class LigneNiveau:
    """A level as it is edited."""

    cle: str
    code: str
    libelle: str
    definition: str | None
    seuil: Decimal | None
    portes: Mapping[str, int]
    poids_budget: Decimal | None
    condition: str | None
    rang: int


@dataclass(frozen=True, slots=True)
class GrilleEntiere:
    """A grid with all that it counts with; criteria and levels in their order."""

    ligne: LigneGrille
    criteres: tuple[LigneCritere, ...]
    niveaux: tuple[LigneNiveau, ...]

    @property
    def bareme(self) -> Bareme:
        return Bareme(
            MethodeGrille.de(self.ligne.methode),
            tuple(
                Critere(
                    c.cle, c.identifiant, c.libelle, c.niveaux, c.poids, c.requis_pour, c.na_admis
                )
                for c in self.criteres
            ),
            tuple(
                Niveau(n.code, n.libelle, n.seuil, n.portes, n.poids_budget, n.condition)
                for n in self.niveaux
            ),
        )

    @property
    def fiche(self) -> FicheGrille:
        """As a file keeps it. May count wrong: `defauts` says how."""
        g = self.ligne
        return FicheGrille.model_construct(
            identifiant=g.identifiant,
            nom=g.nom,
            objet=ObjetGrille.de(g.objet),
            nature=NatureGrille.de(g.nature),
            methode=MethodeGrille.de(g.methode),
            sources=list(g.sources),
            usage=g.usage,
            note=g.note,
            moments=[MomentCotation.de(m) for m in g.moments],
            masquee=g.masquee,
            criteres=[_fiche_critere(c) for c in self.criteres],
            niveaux=[_fiche_niveau(n) for n in self.niveaux],
        )


def lire_grilles(lire: Lire) -> list[LigneGrille]:
    """Every version of every grid in four reads."""
    appels: dict[str, list[str]] = {}
    choisies = select(GrilleAppel.grille, Appel.nom).join(Appel, Appel.cle == GrilleAppel.appel)
    for grille, nom in lire(choisies.order_by(Appel.rang, Appel.nom)):
        appels.setdefault(grille, []).append(nom)
    criteres, cotations = _compter(lire, CritereGrille), _compter(lire, Cotation)
    lues = lire(
        select(Grille.__table__).order_by(Grille.rang, Grille.identifiant, Grille.version.desc())
    )
    remplacees = {g.remplace for g in lues}
    return [
        LigneGrille(
            g.cle,
            g.identifiant,
            g.version,
            g.nom,
            g.objet,
            g.nature,
            g.methode,
            tuple(g.sources or ()),
            g.usage,
            g.note,
            tuple(g.moments or ()),
            tuple(g.lecteurs or ()),
            g.masquee,
            g.active,
            g.figee_le,
            criteres.get(g.cle, 0),
            cotations.get(g.cle, 0),
            g.cle in remplacees,
            tuple(appels.get(g.cle, ())),
        )
        for g in lues
    ]


def lire_choix(lire: Lire, annee: int) -> list[LigneChoix]:
    """The grids of the appels of a year, in the order of the appels."""
    titres = {g.cle: (g.titre, g.etat) for g in lire_grilles(lire)}
    requete = (
        select(
            GrilleAppel.cle,
            GrilleAppel.appel,
            Appel.nom,
            GrilleAppel.grille,
            GrilleAppel.obligatoire,
            GrilleAppel.note,
        )
        .join(Appel, Appel.cle == GrilleAppel.appel)
        .join(Exercice, Exercice.cle == Appel.exercice)
        .where(Exercice.annee == annee)
        .order_by(Appel.rang, Appel.nom, GrilleAppel.rang)
    )
    return [
        LigneChoix(cle, appel, nom, grille, *titres[grille], obligatoire, note)
        for cle, appel, nom, grille, obligatoire, note in lire(requete)
    ]


def lire_entiere(lire: Lire, cle: str) -> GrilleEntiere:
    """A grid whole. Raises SaisieRefusee when it is no longer there."""
    ligne = next((g for g in lire_grilles(lire) if g.cle == cle), None)
    if ligne is None:
        raise SaisieRefusee("Cette grille n'existe plus : choisissez-en une autre.")
    return GrilleEntiere(ligne, tuple(lire_criteres(lire, cle)), tuple(lire_niveaux(lire, cle)))


def lire_criteres(lire: Lire, grille: str) -> list[LigneCritere]:
    requete = select(CritereGrille.__table__).where(CritereGrille.grille == grille)
    return [
        LigneCritere(
            c.cle,
            c.identifiant,
            c.libelle,
            c.aide,
            c.poids,
            c.niveaux or {},
            tuple(c.requis_pour or ()),
            c.na_admis,
            tuple(c.champs or ()),
            c.inspire_de,
            c.rang,
        )
        for c in lire(requete.order_by(CritereGrille.rang, CritereGrille.cle))
    ]


def lire_niveaux(lire: Lire, grille: str) -> list[LigneNiveau]:
    """From the lowest to the highest."""
    requete = select(NiveauGrille.__table__).where(NiveauGrille.grille == grille)
    return [
        LigneNiveau(
            n.cle,
            n.code,
            n.libelle,
            n.definition,
            n.seuil,
            n.portes or {},
            n.poids_budget,
            n.condition,
            n.rang,
        )
        for n in lire(requete.order_by(NiveauGrille.rang, NiveauGrille.cle))
    ]


def _compter(lire: Lire, modele: type[CritereGrille | Cotation]) -> dict[str, int]:
    requete = select(modele.grille, func.count()).group_by(modele.grille)
    return {ligne[0]: ligne[1] for ligne in lire(requete)}


def _fiche_critere(c: LigneCritere) -> FicheCritere:
    return FicheCritere.model_construct(
        identifiant=c.identifiant,
        libelle=c.libelle,
        aide=c.aide,
        poids=c.poids,
        niveaux=dict(c.niveaux),
        requis_pour=list(c.requis_pour),
        na_admis=c.na_admis,
        champs=list(c.champs),
        inspire_de=c.inspire_de,
    )


def _fiche_niveau(n: LigneNiveau) -> FicheNiveau:
    return FicheNiveau.model_construct(
        code=n.code,
        libelle=n.libelle,
        definition=n.definition,
        seuil=n.seuil,
        portes=dict(n.portes),
        poids_budget=n.poids_budget,
        condition=n.condition,
    )
