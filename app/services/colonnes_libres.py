"""The columns that people add to a list: created, changed, deleted; what rows hold in them."""

from collections.abc import Iterable, Sequence
from typing import Any
from weakref import WeakSet

from sqlalchemy import bindparam, select

from app.models.action import Action
from app.models.base import Ligne
from app.models.organisme import Organisme
from app.models.programme import Enveloppe
from app.models.tableau import ColonneLibre, Commentaire, MiseEnForme, ValeurLibre
from app.services.bus import Avis, Modification
from app.services.calculs_libres import Calculs
from app.services.colonnes_composees import (
    Definition,
    Portes,
    Valeurs,
    composer,
    decoder,
    repertoire_de,
)
from app.services.columns import Colonne, Ecrire, Pose
from app.services.errors import Conflit, SaisieRefusee
from app.services.fichier import Fichier, Lire
from app.services.formules import Repertoire, colonnes_lues
from app.services.projets_colonnes import Conversion, Projet, convertir_tout, exiger
from app.services.transaction import Ecriture
from app.services.valeurs_libres import depuis_garde, en_clair, en_garde

# The lists that may have columns of their own, and where their rows live.
LISTES: dict[str, type[Ligne]] = {
    "actions": Action,
    "porteurs": Organisme,
    "enveloppes": Enveloppe,
}
CHAMPS = (
    *(ColonneLibre.cle, ColonneLibre.liste, ColonneLibre.titre, ColonneLibre.nature),
    *(ColonneLibre.choix, ColonneLibre.formule, ColonneLibre.totaliser, ColonneLibre.aide),
    ColonneLibre.rang,
)
_DEFINITIONS = (
    select(*CHAMPS)
    .where(ColonneLibre.liste == bindparam("liste"))
    .order_by(ColonneLibre.rang, ColonneLibre.cle)
)
_VALEURS = (
    select(ValeurLibre.colonne, ValeurLibre.ligne, ValeurLibre.valeur)
    .join(ColonneLibre, ColonneLibre.cle == ValeurLibre.colonne)
    .where(ColonneLibre.liste == bindparam("liste"))
    .order_by(ValeurLibre.cle)  # where two copies were merged, the last one made counts
)
_DE_LA_COLONNE = select(ValeurLibre.cle, ValeurLibre.ligne, ValeurLibre.valeur).where(
    ValeurLibre.colonne == bindparam("colonne")
)
_DE_LA_CASE = select(ValeurLibre.cle).where(
    ValeurLibre.ligne == bindparam("ligne"), ValeurLibre.colonne == bindparam("colonne")
)


def lire_definitions(lire: Lire, liste: str) -> tuple[Definition, ...]:
    """The columns added to a list, in their order."""
    return tuple(_definition(*ligne) for ligne in lire(_DEFINITIONS, {"liste": liste}))


def _definition(
    cle: str, liste: str, titre: str, nature: str, choix: Any, *reste: Any
) -> Definition:
    return Definition(cle, liste, titre, nature, tuple(str(c) for c in choix), *reste)


def lire_colonnes(lire: Lire, liste: str, autres: Sequence[Colonne]) -> list[Colonne]:
    """The columns added to a list as they stand at the moment of `lire`: read only, for exports."""
    definitions = lire_definitions(lire, liste)
    if not definitions:
        return []
    valeurs = decoder(definitions, lire(_VALEURS, {"liste": liste}))
    return composer(definitions, valeurs, autres)[0]


class ColonnesLibres:
    """The columns of the open file. Values are read once per list, then follow the notices."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier
        self._definitions: dict[str, tuple[Definition, ...]] = {}
        self._valeurs: dict[str, Valeurs] = {}
        self._calculs: dict[str, WeakSet[Calculs]] = {}
        self._portes = Portes(self._ecrire, self._pose)
        fichier.bus.abonner(self._suivre)

    # Reading ------------------------------------------------------------------------------------

    def definitions(self, liste: str) -> tuple[Definition, ...]:
        if liste not in LISTES:
            return ()
        if liste not in self._definitions:
            self._definitions[liste] = lire_definitions(self._fichier.lignes, liste)
        return self._definitions[liste]

    def definition(self, liste: str, colonne: str) -> Definition | None:
        """What stands behind a column of a list, by its key there; None: not added by a person."""
        return next((d for d in self.definitions(liste) if d.colonne == colonne), None)

    def colonnes(self, liste: str, autres: Sequence[Colonne]) -> list[Colonne]:
        """The columns added to a list, for rows that have a `cle`; formulas read `autres` too."""
        definitions = self.definitions(liste)
        if not definitions:
            return []
        colonnes, calculs = composer(definitions, self._lues(liste), autres, self._portes)
        self._calculs.setdefault(liste, WeakSet()).add(calculs)
        return colonnes

    def essayer(
        self, liste: str, autres: Sequence[Colonne], projet: Projet, cle: str = ""
    ) -> Colonne:
        """The column that a formula would make, to be looked at before it is kept."""
        brouillon = projet.en_definition(cle or "essai", liste)
        autres_libres = [d for d in self.definitions(liste) if d.cle != cle]
        colonnes, _ = composer([*autres_libres, brouillon], self._lues(liste), autres)
        return colonnes[-1]

    def repertoire(self, liste: str, autres: Iterable[Colonne]) -> Repertoire:
        """The names that the formulas of a list may use."""
        return repertoire_de(self.definitions(liste), autres)

    def _lues(self, liste: str) -> Valeurs:
        if liste not in self._valeurs:
            gardes = self._fichier.lignes(_VALEURS, {"liste": liste})
            self._valeurs[liste] = decoder(self.definitions(liste), gardes)
        return self._valeurs[liste]

    # Following the file -------------------------------------------------------------------------

    def refait(self, avis: Avis, liste: str) -> bool:
        """Whether a list must take its columns again after a notice."""
        return liste in _listes_touchees(avis.modifications)

    def lignes_touchees(self, avis: Avis, liste: str) -> set[str]:
        """Rows of a list whose values changed in a column of the user."""
        connues = self._valeurs.get(liste, {})
        return {
            etat["ligne"]
            for m in avis.modifications
            if m.entite == "valeur_libre"
            for etat in (m.avant, m.apres)
            if etat is not None and etat["colonne"] in connues
        }

    def _suivre(self, avis: Avis) -> None:
        for liste in _listes_touchees(avis.modifications):
            self._definitions.pop(liste, None)
            self._valeurs.pop(liste, None)
        for liste, valeurs in self._valeurs.items():
            natures = {d.cle: d.nature for d in self.definitions(liste)}
            for modification in avis.modifications:
                if modification.entite == "valeur_libre":
                    _reporter(modification, valeurs, natures)
            touchees = self.lignes_touchees(avis, liste)
            for calculs in self._calculs.get(liste, ()):
                calculs.oublier(touchees)

    # The columns --------------------------------------------------------------------------------

    def creer(self, liste: str, projet: Projet) -> str:
        """Add a column at the end of a list. Returns its key; raises SaisieRefusee."""
        with self._fichier.operation(f"Ajouter la colonne « {_court(projet.titre)} »") as ecriture:
            presentes = lire_definitions(ecriture.lignes, liste)
            garde = exiger(projet, presentes)
            rang = max((d.rang for d in presentes), default=-1) + 1
            return ecriture.inserer(ColonneLibre, liste=liste, rang=rang, **garde.champs())

    def conversion(self, cle: str, projet: Projet) -> Conversion:
        """What would become of the values of a column if it were changed so."""
        definition = self._la_definition(self._fichier.lignes, cle)
        return convertir_tout(self._gardes(self._fichier.lignes, cle), definition, projet)

    def modifier(self, cle: str, projet: Projet, *, vider: bool = False) -> None:
        """Change a column; its values are converted with it.

        Raises SaisieRefusee when some cannot be, unless `vider` accepts to lose those.
        """
        with self._fichier.operation(f"Modifier la colonne « {_court(projet.titre)} »") as ecriture:
            definition = self._la_definition(ecriture.lignes, cle)
            garde = exiger(projet, lire_definitions(ecriture.lignes, definition.liste), definition)
            conversion = convertir_tout(self._gardes(ecriture.lignes, cle), definition, garde)
            if conversion.perdues and not vider:
                raise SaisieRefusee(conversion.phrase())
            ecriture.modifier(ColonneLibre, cle, **garde.champs())
            for valeur, texte in conversion.changees.items():
                ecriture.modifier(ValeurLibre, valeur, valeur=texte)
            ecriture.supprimer_lot(ValeurLibre, [perdue.cle for perdue in conversion.perdues])

    def supprimer(self, cle: str) -> None:
        """Delete a column with its values, comments and formats. Refused while a formula reads it."""
        definition = self._la_definition(self._fichier.lignes, cle)
        with self._fichier.operation(f"Supprimer la colonne « {definition.titre} »") as ecriture:
            presentes = lire_definitions(ecriture.lignes, definition.liste)
            _exiger_inutile(definition, presentes)
            gardes = self._gardes(ecriture.lignes, cle)
            ecriture.supprimer_lot(ValeurLibre, [valeur for valeur, _, _ in gardes])
            for modele in (Commentaire, MiseEnForme):
                requete = select(modele.cle).where(
                    modele.liste == definition.liste, modele.colonne == definition.colonne
                )
                ecriture.supprimer_lot(modele, [c for (c,) in ecriture.lignes(requete)])
            ecriture.supprimer(ColonneLibre, cle)

    def dupliquer(self, cle: str) -> str:
        """A second column like this one, with its values. Returns its key."""
        definition = self._la_definition(self._fichier.lignes, cle)
        with self._fichier.operation(f"Dupliquer la colonne « {definition.titre} »") as ecriture:
            presentes = lire_definitions(ecriture.lignes, definition.liste)
            projet = Projet.depuis(definition).renomme(presentes)
            nouvelle = ecriture.inserer(
                ColonneLibre,
                liste=definition.liste,
                rang=max(d.rang for d in presentes) + 1,
                **projet.champs(),
            )
            ecriture.inserer_lot(
                ValeurLibre,
                [
                    {"colonne": nouvelle, "ligne": ligne, "valeur": texte}
                    for _, ligne, texte in self._gardes(ecriture.lignes, cle)
                ],
            )
            return nouvelle

    def deplacer(self, cle: str, pas: int) -> None:
        """Move a column among those added to its list: -1 before its neighbour, 1 after it."""
        definition = self._la_definition(self._fichier.lignes, cle)
        with self._fichier.operation(f"Déplacer la colonne « {definition.titre} »") as ecriture:
            cles = [d.cle for d in lire_definitions(ecriture.lignes, definition.liste)]
            place = max(0, min(cles.index(cle) + pas, len(cles) - 1))
            cles.remove(cle)
            cles.insert(place, cle)
            for rang, autre in enumerate(cles):
                ecriture.modifier(ColonneLibre, autre, rang=rang)

    def _la_definition(self, lire: Lire, cle: str) -> Definition:
        lues = lire(select(*CHAMPS).where(ColonneLibre.cle == cle))
        if not lues:
            raise Conflit("Cette colonne a été supprimée : actualisez l'écran, puis recommencez.")
        return _definition(*lues[0])

    def _gardes(self, lire: Lire, cle: str) -> Sequence[Any]:
        return lire(_DE_LA_COLONNE, {"colonne": cle})

    # The values ---------------------------------------------------------------------------------

    def saisir(self, colonne: Definition, ligne: str, valeur: Any) -> None:
        """Keep what was typed in a cell (None: nothing). Raises SaisieRefusee."""
        garde = en_garde(colonne.nature, colonne.choix, valeur)
        quoi = "vider" if garde is None else en_clair(colonne.nature, garde)
        with self._fichier.operation(f"{colonne.titre} : {_court(quoi)}") as ecriture:
            _poser(ecriture, colonne, ligne, garde)

    def _ecrire(self, colonne: Definition) -> Ecrire:
        return lambda ligne, valeur: self.saisir(colonne, ligne, valeur)

    def _pose(self, colonne: Definition) -> Pose:
        def poser(ecriture: Ecriture, ligne: str, valeur: Any) -> None:
            _poser(ecriture, colonne, ligne, en_garde(colonne.nature, colonne.choix, valeur))

        return Pose(self._fichier.operation, poser)


def _poser(ecriture: Ecriture, colonne: Definition, ligne: str, garde: str | None) -> None:
    parametres = {"ligne": ligne, "colonne": colonne.cle}
    presentes = [cle for (cle,) in ecriture.lignes(_DE_LA_CASE, parametres)]
    if garde is None:
        ecriture.supprimer_lot(ValeurLibre, presentes)
    elif presentes:
        ecriture.modifier(ValeurLibre, presentes[0], valeur=garde)
        ecriture.supprimer_lot(ValeurLibre, presentes[1:])
    else:
        _exiger_ligne(ecriture, colonne.liste, ligne)
        ecriture.lire(ColonneLibre, colonne.cle)
        ecriture.inserer(ValeurLibre, **parametres, valeur=garde)


def _exiger_ligne(ecriture: Ecriture, liste: str, ligne: str) -> None:
    """Nothing may hang on a row that is gone. Raises Conflit."""
    if liste in LISTES:
        ecriture.lire(LISTES[liste], ligne)


def _exiger_inutile(definition: Definition, presentes: Iterable[Definition]) -> None:
    utilisent = [
        f"« {d.titre} »"
        for d in presentes
        if d.est_calculee and definition.colonne in colonnes_lues(d.formule or "")
    ]
    if utilisent:
        raise SaisieRefusee(
            f"La colonne « {definition.titre} » sert au calcul de {', '.join(utilisent)} : "
            "modifiez d'abord cette formule."
        )


def _listes_touchees(modifications: Iterable[Modification]) -> set[str]:
    return {
        etat["liste"]
        for m in modifications
        if m.entite == "colonne_libre"
        for etat in (m.avant, m.apres)
        if etat is not None
    }


def _reporter(modification: Modification, valeurs: Valeurs, natures: dict[str, str]) -> None:
    """A row of values that changed, in the values of a list."""
    avant, apres = modification.avant, modification.apres
    if avant is not None and avant["colonne"] in valeurs:
        valeurs[avant["colonne"]].pop(avant["ligne"], None)
    if apres is not None and apres["colonne"] in valeurs:
        nature = natures[apres["colonne"]]
        valeurs[apres["colonne"]][apres["ligne"]] = depuis_garde(nature, apres["valeur"])


def _court(texte: str, longueur: int = 40) -> str:
    propre = " ".join(texte.split())
    return propre if len(propre) <= longueur else f"{propre[: longueur - 1].rstrip()}…"
