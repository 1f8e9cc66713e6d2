"""The grids of the open file: added, edited until they are used, succeeded by a version after. No Qt."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from app.models.base import Ligne
from app.models.cotation import CritereGrille, Grille, GrilleAppel, NiveauGrille
from app.models.enums import MethodeGrille, MomentCotation, NatureGrille, ObjetGrille
from app.services.attaches import detacher
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.grilles_calcul import en_ordre
from app.services.grilles_fiche import FicheGrille, defauts
from app.services.grilles_lues import (
    GrilleEntiere,
    LigneChoix,
    LigneGrille,
    lire_choix,
    lire_criteres,
    lire_entiere,
    lire_grilles,
    lire_niveaux,
)
from app.services.transaction import Ecriture

Partie = type[CritereGrille | NiveauGrille]


class Grilles:
    """Reads and writes the grids."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier
        self.operation = fichier.operation

    # Reading ------------------------------------------------------------------------------------

    def lignes(self) -> list[LigneGrille]:
        """Every version, the last of each grid first."""
        with self._fichier.instant() as lire:
            return lire_grilles(lire)

    def entiere(self, cle: str) -> GrilleEntiere:
        """A grid whole. Raises SaisieRefusee when it is no longer there."""
        with self._fichier.instant() as lire:
            return lire_entiere(lire, cle)

    def defauts(self, cle: str) -> list[str]:
        """What keeps it from counting, each a sentence with its capital."""
        return [d[0].upper() + d[1:] for d in defauts(self.entiere(cle).fiche)]

    # Grids --------------------------------------------------------------------------------------

    def ajouter(self, fiche: FicheGrille) -> str:
        """Add a grid, shipped or read from a file; one of the same name becomes its next version."""
        return self.ajouter_plusieurs([fiche])[0]

    def ajouter_plusieurs(self, fiches: Sequence[FicheGrille]) -> list[str]:
        """The same of several, in one operation."""
        noms = f"la grille « {fiches[0].nom} »" if len(fiches) == 1 else f"{len(fiches)} grilles"
        with self._fichier.operation(f"Ajouter {noms}") as e:
            return [_ajouter(e, fiche) for fiche in fiches]

    def creer(self, nom: str, methode: MethodeGrille = MethodeGrille.POINTS) -> str:
        """An empty grid of the team, to be filled."""
        nom = _exiger(nom, "Donnez un nom à la grille.")
        with self._fichier.operation(f"Créer la grille « {nom} »") as e:
            cle = e.inserer(
                Grille,
                identifiant="",
                nom=nom,
                objet=str(ObjetGrille.AUTRE),
                nature=str(NatureGrille.LOCALE),
                methode=str(methode),
                moments=[str(MomentCotation.ENTREE)],
                rang=_rang(e, None),
            )
            e.modifier(Grille, cle, identifiant=cle)
            return cle

    def dupliquer(self, cle: str, nom: str) -> str:
        """The same grid under another name, the team's own from then on; the source stays said."""
        nom = _exiger(nom, "Donnez un nom à la copie.")
        with self._fichier.operation(f"Dupliquer une grille : « {nom} »") as e:
            source = lire_entiere(e.lignes, cle)
            copie = source.fiche.model_copy(
                update={
                    "nom": nom,
                    "nature": NatureGrille.LOCALE,
                    "sources": [f"D'après « {source.ligne.titre} »", *source.ligne.sources],
                }
            )
            neuve = _inserer(e, copie, version=1, remplace=None)
            e.modifier(Grille, neuve, identifiant=neuve)
            return neuve

    def nouvelle_version(self, cle: str) -> str:
        """A version to edit; the one before stays with the cotations that used it."""
        with self._fichier.operation("Préparer une nouvelle version d'une grille") as e:
            source = lire_entiere(e.lignes, cle)
            if source.ligne.succedee:
                raise SaisieRefusee(
                    f"« {source.ligne.titre} » a déjà une version plus récente : modifiez celle-là."
                )
            neuve = _inserer(e, source.fiche, version=source.ligne.version + 1, remplace=cle)
            e.modifier(Grille, neuve, lecteurs=list(source.ligne.lecteurs))
            return neuve

    def modifier(self, cle: str, **champs: Any) -> None:
        """Change what a grid says of itself. What it counts with is frozen once it is used."""
        with self._fichier.operation("Modifier une grille") as e:
            self.poser(e, cle, **champs)

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """The same inside an operation."""
        if "nom" in champs:
            champs["nom"] = _exiger(champs["nom"], "Donnez un nom à la grille.")
        if "sources" in champs and ecriture.lire(Grille, cle)["nature"] != NatureGrille.LOCALE:
            raise SaisieRefusee(
                "Les sources d'une grille livrée ne se changent pas : dupliquez la grille d'abord."
            )
        if champs.keys() & {"methode", "moments", "masquee"}:
            exiger_modifiable(ecriture, cle)
        if "methode" in champs:
            _devenir_locale(ecriture, cle)
        ecriture.modifier(Grille, cle, **champs)

    def supprimer(self, cle: str) -> None:
        """Delete a grid that was never used, with its criteria, levels and appels."""
        with self._fichier.operation("Supprimer une grille") as e:
            exiger_modifiable(e, cle)
            if e.lignes(select(Grille.cle).where(Grille.remplace == cle)):
                raise SaisieRefusee(
                    "Une version plus récente remplace cette grille : supprimez-la d'abord."
                )
            for modele in (CritereGrille, NiveauGrille, GrilleAppel):
                _vider(e, modele, cle)
            detacher(e, [cle])
            e.supprimer(Grille, cle)

    # Criteria and levels ------------------------------------------------------------------------

    def ajouter_critere(self, grille: str, libelle: str, **champs: Any) -> str:
        """Add a criterion last; it takes the scale of the one before it."""
        libelle = _exiger(libelle, "Donnez un libellé au critère.")
        with self._fichier.operation(f"Ajouter le critère « {libelle} »") as e:
            _toucher(e, grille)
            siens = lire_criteres(e.lignes, grille)
            pris = {c.identifiant for c in siens}
            numero = next(n for n in range(1, len(siens) + 2) if f"C{n}" not in pris)
            echelle = dict(siens[-1].niveaux) if siens else {"0": "Non", "1": "Oui"}
            valeurs = {"identifiant": f"C{numero}", "niveaux": echelle, **champs}
            rang = siens[-1].rang + 1 if siens else 0
            return e.inserer(CritereGrille, grille=grille, libelle=libelle, rang=rang, **valeurs)

    def modifier_critere(self, cle: str, **champs: Any) -> None:
        with self._fichier.operation("Modifier un critère") as e:
            self.poser_critere(e, cle, **champs)

    def poser_critere(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """The same inside an operation. A new name of a criterion follows in the gates."""
        avant = ecriture.lire(CritereGrille, cle)
        _toucher(ecriture, avant["grille"])
        ecriture.modifier(CritereGrille, cle, **champs)
        if "identifiant" in champs:
            siens = [c.identifiant for c in lire_criteres(ecriture.lignes, avant["grille"])]
            _exiger_sans_double(siens)
            _suivre_dans_les_portes(ecriture, avant, champs["identifiant"])

    def poser_mots(self, ecriture: Ecriture, cle: str, mots: Mapping[str, str | None]) -> None:
        """Say in words what deserves some values of a criterion; without words, it has them no more."""
        niveaux = dict(ecriture.lire(CritereGrille, cle)["niveaux"])
        for valeur, texte in mots.items():
            if texte:
                niveaux[valeur] = texte
            else:
                niveaux.pop(valeur, None)
        if not niveaux:
            raise SaisieRefusee("Un critère garde au moins une note : décrivez-en une autre avant.")
        self.poser_critere(ecriture, cle, niveaux=en_ordre(niveaux))

    def changer_echelle(self, cles: Sequence[str], valeurs: Sequence[str]) -> None:
        """Give criteria these values, from the lowest; the words of those they had stay."""
        with self._fichier.operation("Changer l'échelle de critères") as e:
            for cle in cles:
                mots = e.lire(CritereGrille, cle)["niveaux"]
                niveaux = {v: mots.get(v) or v.capitalize() for v in valeurs}
                self.poser_critere(e, cle, niveaux=en_ordre(niveaux))

    def ajouter_niveau(self, grille: str, code: str, libelle: str, **champs: Any) -> str:
        """Add a level above the others."""
        code = _exiger(code, "Donnez un code au niveau.")
        libelle = _exiger(libelle, "Donnez un libellé au niveau.")
        with self._fichier.operation(f"Ajouter le niveau « {libelle} »") as e:
            _toucher(e, grille)
            siens = lire_niveaux(e.lignes, grille)
            rang = siens[-1].rang + 1 if siens else 0
            _exiger_sans_double([*(n.code for n in siens), code])
            return e.inserer(
                NiveauGrille, grille=grille, code=code, libelle=libelle, rang=rang, **champs
            )

    def modifier_niveau(self, cle: str, **champs: Any) -> None:
        with self._fichier.operation("Modifier un niveau") as e:
            self.poser_niveau(e, cle, **champs)

    def poser_niveau(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """The same inside an operation."""
        grille = ecriture.lire(NiveauGrille, cle)["grille"]
        _toucher(ecriture, grille)
        ecriture.modifier(NiveauGrille, cle, **champs)
        _exiger_sans_double(n.code for n in lire_niveaux(ecriture.lignes, grille))

    def ranger(self, modele: Partie, cles: Sequence[str]) -> None:
        """Give criteria, or levels, of one grid the order of `cles`."""
        with self._fichier.operation("Ranger une grille") as e:
            _ordonner(e, modele, cles)

    def retirer(self, modele: Partie, *cles: str) -> None:
        """Remove criteria or levels of a grid never used."""
        with self._fichier.operation("Retirer d'une grille") as e:
            for grille in {e.lire(modele, cle)["grille"] for cle in cles}:
                _toucher(e, grille)
            e.supprimer_lot(modele, list(cles))

    def placer_criteres(self, cles: Sequence[str], avant: str | None) -> None:
        """Put criteria before another one (None: at the end)."""
        self._placer(CritereGrille, cles, avant)

    def placer_niveaux(self, cles: Sequence[str], avant: str | None) -> None:
        """Put levels before another one (None: at the end, the highest)."""
        self._placer(NiveauGrille, cles, avant)

    def _placer(self, modele: Partie, cles: Sequence[str], avant: str | None) -> None:
        with self._fichier.operation("Ranger une grille") as e:
            grille = e.lire(modele, cles[0])["grille"]
            toutes = select(modele.cle).where(modele.grille == grille).order_by(modele.rang)
            reste = [cle for (cle,) in e.lignes(toutes) if cle not in cles]
            place = reste.index(avant) if avant in reste else len(reste)
            _ordonner(e, modele, [*reste[:place], *cles, *reste[place:]])

    def retirer_criteres(self, *cles: str) -> None:
        self.retirer(CritereGrille, *cles)

    def retirer_niveaux(self, *cles: str) -> None:
        self.retirer(NiveauGrille, *cles)

    # Appels -------------------------------------------------------------------------------------

    def choix(self, annee: int) -> list[LigneChoix]:
        """The grids that the dossiers of the appels of a year go through."""
        with self._fichier.instant() as lire:
            return lire_choix(lire, annee)

    def modifier_choix(self, cle: str, **champs: Any) -> None:
        """Change whether a grid is asked for, or the remark beside it."""
        with self._fichier.operation("Modifier le choix d'une grille") as e:
            self.poser_choix(e, cle, **champs)

    def poser_choix(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """The same inside an operation."""
        ecriture.modifier(GrilleAppel, cle, **champs)

    def choisir_pour(self, appel: str, grille: str, *, obligatoire: bool = False) -> str:
        """Make the dossiers of an appel go through a grid. Nothing is chosen for anybody."""
        with self._fichier.operation("Choisir une grille pour un appel") as e:
            deja = e.lignes(
                select(GrilleAppel.cle, GrilleAppel.obligatoire).where(
                    GrilleAppel.appel == appel, GrilleAppel.grille == grille
                )
            )
            if deja:
                e.modifier(GrilleAppel, deja[0].cle, obligatoire=obligatoire)
                return str(deja[0].cle)
            rang = len(e.lignes(select(GrilleAppel.cle).where(GrilleAppel.appel == appel)))
            return e.inserer(
                GrilleAppel, appel=appel, grille=grille, obligatoire=obligatoire, rang=rang
            )

    def ne_plus_choisir(self, appel: str, grille: str) -> None:
        """Marks already given on it stay."""
        with self._fichier.operation("Retirer une grille d'un appel") as e:
            siennes = select(GrilleAppel.cle).where(
                GrilleAppel.appel == appel, GrilleAppel.grille == grille
            )
            e.supprimer_lot(GrilleAppel, [cle for (cle,) in e.lignes(siennes)])


def exiger_modifiable(ecriture: Ecriture, grille: str) -> None:
    """Raises SaisieRefusee for a grid already used: its marks would no longer mean the same."""
    if ecriture.lire(Grille, grille)["figee_le"] is not None:
        raise SaisieRefusee(
            "Cette grille a déjà servi à coter : préparez-en une nouvelle version pour la changer."
        )


def _toucher(ecriture: Ecriture, grille: str) -> None:
    exiger_modifiable(ecriture, grille)
    _devenir_locale(ecriture, grille)


def _ordonner(ecriture: Ecriture, modele: Partie, cles: Sequence[str]) -> None:
    for grille in {ecriture.lire(modele, cle)["grille"] for cle in cles}:
        _toucher(ecriture, grille)
    ecriture.modifier_lot(modele, {cle: {"rang": rang} for rang, cle in enumerate(cles)})


def _devenir_locale(ecriture: Ecriture, cle: str) -> None:
    """What the team changes is no longer what was published: the source stays said."""
    grille = ecriture.lire(Grille, cle)
    if grille["nature"] == NatureGrille.LOCALE:
        return
    ecriture.modifier(
        Grille,
        cle,
        nature=str(NatureGrille.LOCALE),
        sources=[f"D'après « {grille['nom']} »", *(grille["sources"] or ())],
    )


def _suivre_dans_les_portes(ecriture: Ecriture, avant: Mapping[str, Any], apres: str) -> None:
    for niveau in lire_niveaux(ecriture.lignes, avant["grille"]):
        if avant["identifiant"] in niveau.portes:
            portes = {
                apres if c == avant["identifiant"] else c: m for c, m in niveau.portes.items()
            }
            ecriture.modifier(NiveauGrille, niveau.cle, portes=portes)


def _ajouter(ecriture: Ecriture, fiche: FicheGrille) -> str:
    dernieres = ecriture.lignes(
        select(Grille.cle, Grille.version)
        .where(Grille.identifiant == fiche.identifiant)
        .order_by(Grille.version.desc())
    )
    version, remplace = (dernieres[0].version + 1, dernieres[0].cle) if dernieres else (1, None)
    return _inserer(ecriture, fiche, version=version, remplace=remplace)


def _inserer(ecriture: Ecriture, fiche: FicheGrille, *, version: int, remplace: str | None) -> str:
    grille = ecriture.inserer(
        Grille,
        version=version,
        remplace=remplace,
        rang=_rang(ecriture, remplace),
        **fiche.model_dump(exclude={"criteres", "niveaux"}, warnings=False),
    )
    for modele, parties in ((CritereGrille, fiche.criteres), (NiveauGrille, fiche.niveaux)):
        lignes = [
            {"grille": grille, "rang": rang, **partie.model_dump()}
            for rang, partie in enumerate(parties)
        ]
        ecriture.inserer_lot(modele, lignes)
    return grille


def _rang(ecriture: Ecriture, remplace: str | None) -> int:
    """Last of the list; a new version stands beside the one it follows."""
    if remplace is not None:
        return int(ecriture.lire(Grille, remplace)["rang"])
    return max((rang for (rang,) in ecriture.lignes(select(Grille.rang))), default=-1) + 1


def _vider(ecriture: Ecriture, modele: type[Ligne], grille: str) -> None:
    siennes = select(modele.cle).where(modele.__table__.c.grille == grille)
    ecriture.supprimer_lot(modele, [cle for (cle,) in ecriture.lignes(siennes)])


def _exiger(texte: str | None, sinon: str) -> str:
    propre = " ".join((texte or "").split())
    if not propre:
        raise SaisieRefusee(sinon)
    return propre


def _exiger_sans_double(codes: Iterable[str]) -> None:
    vus: set[str] = set()
    for code in codes:
        if code in vus:
            raise SaisieRefusee(f"« {code} » est déjà pris dans cette grille : donnez-en un autre.")
        vus.add(code)
