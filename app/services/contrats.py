"""The contract of an open file: loaded once from a référentiel, read, then edited list by list."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.models.contrat import (
    Commune,
    Contrat,
    Noeud,
    Nomenclature,
    Quartier,
    QuartierCommune,
    Regle,
)
from app.services.arbres import chemins
from app.services.chargement_contrat import lots
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.regles_couches import ValeurRegle as ValeurRegle
from app.services.regles_couches import couches_de, en_vigueur, source_de
from app.services.rubriques import RUBRIQUES, rubrique
from app.services.rubriques_formes import Colonne, Rubrique
from app.services.rubriques_lignes import (
    inserer_en_fin,
    inserer_noeud,
    modele,
    supprimer_ligne,
)
from app.services.rubriques_saisie import (
    SILENCE,
    afficher,
    afficher_parametre,
    libelle_parametre,
    lire,
)
from app.services.rubriques_saisie import lire_parametre as lire_valeur
from app.services.transaction import entites

if TYPE_CHECKING:
    from app.services.referentiel import Referentiel

PROPOSEES = 6  # of a list, in a sentence


@dataclass(frozen=True, slots=True)
class FicheContrat:
    """The contract, as titles and exports name it. Years are None when not printed."""

    cle: str
    identifiant: str
    nom: str
    nom_court: str | None
    annee_debut: int | None
    annee_fin: int | None
    parent_nom: str | None


@dataclass(frozen=True, slots=True)
class LigneCommune:
    cle: str
    nom: str
    signataire: bool | None


@dataclass(frozen=True, slots=True)
class LigneQuartier:
    """`nom_complet` adds the communes: the same name is printed for quartiers of several towns."""

    cle: str
    code: str | None
    nom: str
    nature: str
    population: int | None
    communes: tuple[str, ...]
    nom_complet: str


@dataclass(frozen=True, slots=True)
class LigneNomenclature:
    cle: str
    identifiant: str
    nom: str
    role: str
    niveaux: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LigneNoeud:
    """A node, in reading order; `niveau` 0 is the top, `libelle_complet` starts with its code."""

    cle: str
    parent: str | None
    identifiant: str
    code: str | None
    libelle: str
    niveau: int
    prioritaire: bool
    transversal: bool
    en_synthese: bool
    actif: bool


@dataclass(frozen=True, slots=True)
class LigneRubrique:
    """A row of a list of the settings: one text per column, and where the fact is printed.

    `brutes`: what is stored for each column, such as the key of a link, that its text may share.
    """

    cle: str
    nom: str
    valeurs: tuple[str, ...]
    source: str = ""
    niveau: int = 0
    brutes: tuple[Any, ...] = ()


class Contrats:
    """Reads and edits what the contract of the file says."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier

    # Loading ------------------------------------------------------------------------------------

    def charger(self, referentiel: "Referentiel") -> None:
        """Write a whole contract in one operation. Raises SaisieRefusee when there is one already."""
        deja = self.contrat()
        if deja is not None:
            raise SaisieRefusee(
                f"Ce fichier contient déjà « {deja.nom} » : créez un autre fichier pour un autre "
                "contrat."
            )
        with self._fichier.operation(
            f"Charger le contrat « {referentiel.contrat.nom} »"
        ) as ecriture:
            for table, lignes in lots(referentiel):
                ecriture.inserer_lot(table, lignes)

    # Reading ------------------------------------------------------------------------------------

    def contrat(self) -> FicheContrat | None:
        """The contract of the file; None as long as none was loaded."""
        requete = select(
            Contrat.cle,
            Contrat.identifiant,
            Contrat.nom,
            Contrat.nom_court,
            Contrat.annee_debut,
            Contrat.annee_fin,
            Contrat.parent_nom,
        )
        return next((FicheContrat(*ligne) for ligne in self._fichier.lignes(requete)), None)

    def communes(self) -> list[LigneCommune]:
        requete = select(Commune.cle, Commune.nom, Commune.signataire).order_by(Commune.rang)
        return [LigneCommune(*ligne) for ligne in self._fichier.lignes(requete)]

    def quartiers(self) -> list[LigneQuartier]:
        communes = self._communes_par_quartier()
        requete = select(
            Quartier.cle, Quartier.code, Quartier.nom, Quartier.nature, Quartier.population
        ).order_by(Quartier.rang)
        return [
            LigneQuartier(
                cle,
                code,
                nom,
                nature,
                population,
                communes=tuple(communes[cle]),
                nom_complet=_avec_communes(nom, communes[cle]),
            )
            for cle, code, nom, nature, population in self._fichier.lignes(requete)
        ]

    def _communes_par_quartier(self) -> dict[str, list[str]]:
        requete = (
            select(QuartierCommune.quartier, Commune.nom)
            .join(Commune, Commune.cle == QuartierCommune.commune)
            .order_by(QuartierCommune.principale.desc(), Commune.rang)
        )
        communes: dict[str, list[str]] = defaultdict(list)
        for quartier, nom in self._fichier.lignes(requete):
            communes[quartier].append(nom)
        return communes

    def nomenclatures(self) -> list[LigneNomenclature]:
        requete = select(
            Nomenclature.cle,
            Nomenclature.identifiant,
            Nomenclature.nom,
            Nomenclature.role,
            Nomenclature.niveaux,
        ).order_by(Nomenclature.rang)
        return [
            LigneNomenclature(cle, identifiant, nom, role, tuple(niveaux))
            for cle, identifiant, nom, role, niveaux in self._fichier.lignes(requete)
        ]

    def noeuds(self, nomenclature: str) -> list[LigneNoeud]:
        """Nodes of a nomenclature (its key), each before its children."""
        requete = (
            select(
                Noeud.cle,
                Noeud.parent,
                Noeud.identifiant,
                Noeud.code,
                Noeud.libelle,
                Noeud.niveau,
                Noeud.prioritaire,
                Noeud.transversal,
                Noeud.en_synthese,
                Noeud.actif,
            )
            .where(Noeud.nomenclature == nomenclature)
            .order_by(Noeud.rang)
        )
        return [LigneNoeud(*ligne) for ligne in self._fichier.lignes(requete)]

    def valeur(self, identifiant: str, parametre: str) -> ValeurRegle:
        """The value in force of a rule, of the first layer that has one (`regles_couches`).

        An inactive rule says nothing; nothing is ever defaulted.
        """
        regle = en_vigueur(couches_de(self._fichier.lignes, identifiant))
        return ValeurRegle(None) if regle is None else regle.detail(parametre)

    # Lists of the settings ----------------------------------------------------------------------

    def rubriques(self) -> tuple[Rubrique, ...]:
        return RUBRIQUES

    def lignes(self, cle_rubrique: str) -> list[LigneRubrique]:
        """Rows of a list, as they are shown; a silent cell reads « non précisé par le contrat »."""
        liste = rubrique(cle_rubrique)
        if liste.cle == "parametres":
            return self._parametres()
        nommees = [c for c in liste.colonnes if c.cible or (c.nature == "liste" and c.options)]
        noms = {c.nom: dict(self.options(liste.cle, c.nom)) for c in nommees}
        if liste.cle == "regles":
            noms["contredit"] = self._enonces()
        return [_ligne(liste, valeurs, noms) for valeurs in self._valeurs(liste)]

    def options(self, cle_rubrique: str, nom_colonne: str) -> list[tuple[str, str]]:
        """What a cell may be set to: (stored value, label); empty for a free cell.

        A quartier is told by its communes and a node by its path: their names are not unique.
        """
        colonne = rubrique(cle_rubrique).colonne(nom_colonne)
        if not colonne.cible:
            return list(colonne.options)
        if colonne.cible == "quartiers":
            return [(quartier.cle, quartier.nom_complet) for quartier in self.quartiers()]
        cible = rubrique(colonne.cible)
        if cible.cle == "noeuds":
            valeurs = self._valeurs(cible)
            return list(chemins((v["cle"], v["parent"], v["libelle"]) for v in valeurs).items())
        cite = "cle" if colonne.nature == "lien" else "identifiant"
        return [(v[cite], str(v[cible.nom])) for v in self._valeurs(cible)]

    def _valeurs(self, liste: Rubrique) -> list[dict[str, Any]]:
        """Stored rows of a list, in the order of what they hang on, then in their own."""
        table = entites()[liste.entite]
        rangs = {"": 0}
        if liste.parent:
            porteurs = rubrique(liste.colonne(liste.parent).cible)
            rangs = {v["cle"]: rang for rang, v in enumerate(self._valeurs(porteurs))}
        lues = [ligne._asdict() for ligne in self._fichier.lignes(select(table))]
        dernier = len(rangs)  # what hangs on a row that another program removed
        return sorted(
            lues, key=lambda v: (rangs.get(v.get(liste.parent, ""), dernier), v.get("rang", 0))
        )

    def _enonces(self) -> dict[str, str]:
        """identifier -> what a rule says: rules name one another by identifiers."""
        requete = select(Regle.identifiant, Regle.enonce)
        return {ligne.identifiant: ligne.enonce for ligne in self._fichier.lignes(requete)}

    def _parametres(self) -> list[LigneRubrique]:
        """One row per value of a rule, keyed by the rule and the name of the value."""
        liste = rubrique("regles")
        origine = liste.colonne("origine")
        return [
            LigneRubrique(
                f"{v['cle']}:{nom}",
                libelle_parametre(nom),
                (
                    v["enonce"],
                    libelle_parametre(nom),
                    afficher_parametre(nom, valeur),
                    afficher(origine, v["origine"]),
                ),
                source_de(v["source_document"], v["source_ligne"]),
                brutes=(v["enonce"], nom, valeur, v["origine"]),
            )
            for v in self._valeurs(liste)
            for nom, valeur in v["parametres"].items()
        ]

    def modifier(self, cle_rubrique: str, cle: str, nom_colonne: str, texte: str) -> None:
        """Set a cell to what was typed. Raises SaisieRefusee; the cell keeps its value."""
        liste = rubrique(cle_rubrique)
        colonne = liste.colonne(nom_colonne)
        if not colonne.modifiable and nom_colonne != "valeur":
            raise SaisieRefusee(f"Il n'est pas possible de modifier {colonne.objet} ici.")
        if liste.cle == "parametres":
            self._modifier_parametre(cle, nom_colonne, texte)
            return
        table = entites()[liste.entite]
        valeur = self._lue(liste, colonne, texte)
        if valeur is None and not table.c[nom_colonne].nullable:
            raise SaisieRefusee(f"Il faut une valeur pour {colonne.objet} : saisissez-la.")
        nom = self._nom(liste, cle)
        with self._fichier.operation(f"Modifier {colonne.objet} de « {nom} »") as ecriture:
            ecriture.modifier(modele(liste.entite), cle, **{nom_colonne: valeur})

    def _lue(self, liste: Rubrique, colonne: Colonne, texte: str) -> Any:
        if colonne.nature not in ("lien", "liste"):
            return lire(colonne, texte)
        options = self.options(liste.cle, colonne.nom)
        if colonne.nature == "liste":
            elements = lire(colonne, texte)
            return [_choisie(options, element) for element in elements] if options else elements
        propre = texte.strip()
        return None if propre in ("", SILENCE) else _choisie(options, propre)

    def _modifier_parametre(self, cle: str, nom_colonne: str, texte: str) -> None:
        regle, _, nom = cle.partition(":")
        if nom_colonne == "origine":
            self.modifier("regles", regle, nom_colonne, texte)
            return
        with self._fichier.operation(
            f"Modifier « {libelle_parametre(nom)} » de « {self._nom(rubrique('regles'), regle)} »"
        ) as ecriture:
            parametres = ecriture.lire(Regle, regle)["parametres"]
            valeur = lire_valeur(texte, parametres.get(nom))
            ecriture.modifier(Regle, regle, parametres={**parametres, nom: valeur})

    def ajouter(self, cle_rubrique: str, parent: str | None = None) -> str:
        """Add an empty row and return its key.

        `parent`: the row it hangs on (a nomenclature or a node for a node); None: the first one.
        """
        liste = rubrique(cle_rubrique)
        if liste.fixe:
            raise SaisieRefusee(
                f"La liste « {liste.titre} » ne s'allonge pas : modifiez ses lignes."
            )
        with self._fichier.operation(f"Ajouter {liste.un}") as ecriture:
            if liste.cle == "noeuds":
                sommet = parent or self._premiere(liste, liste.colonne(liste.parent))
                return inserer_noeud(ecriture, liste, sommet)
            table = entites()[liste.entite]
            valeurs = dict(liste.defauts)
            for colonne in _liens(liste):
                if not table.c[colonne.nom].nullable:
                    fourni = parent if colonne.nom == liste.parent else None
                    valeurs[colonne.nom] = fourni or self._premiere(liste, colonne)
            return inserer_en_fin(ecriture, modele(liste.entite), valeurs)

    def _premiere(self, liste: Rubrique, colonne: Colonne) -> str:
        options = self.options(liste.cle, colonne.nom)
        if not options:
            raise SaisieRefusee(f"Ajoutez d'abord {rubrique(colonne.cible).un}.")
        return options[0][0]

    def supprimer(self, cle_rubrique: str, *cles: str) -> None:
        """Delete rows, in one operation. Raises SaisieRefusee with the name of what uses one."""
        liste = rubrique(cle_rubrique)
        if liste.fixe:
            raise SaisieRefusee(f"Les lignes de « {liste.titre} » ne se suppriment pas.")
        noms = self._noms(liste, cles)
        quoi = f"« {noms[0]} »" if len(noms) == 1 else f"{len(noms)} lignes de « {liste.titre} »"
        with self._fichier.operation(f"Supprimer {quoi}") as ecriture:
            for nom, cle in reversed(list(zip(noms, cles, strict=True))):  # children, then parents
                supprimer_ligne(ecriture, liste, cle, nom=nom)

    def _nom(self, liste: Rubrique, cle: str) -> str:
        (nom,) = self._noms(liste, [cle])
        return nom

    def _noms(self, liste: Rubrique, cles: Sequence[str]) -> list[str]:
        """How rows are named in a label; a row that is a link has the name of its two ends."""
        noms = {ligne.cle: ligne.nom for ligne in self.lignes(liste.cle)}
        if not noms.keys() >= set(cles):
            raise SaisieRefusee("Cette ligne n'existe plus : actualisez la liste.")
        return [noms[cle] for cle in cles]


def _choisie(options: Sequence[tuple[str, str]], propre: str) -> str:
    """What is stored for a name that was typed. Raises SaisieRefusee."""
    if propre in dict(options):
        return propre
    nommees = [cle for cle, nom in options if propre.casefold() == nom.casefold()]
    if len(nommees) == 1:
        return nommees[0]
    if nommees:
        raise SaisieRefusee(
            f"« {propre} » désigne plusieurs lignes : choisissez dans la liste proposée."
        )
    proposees = " ; ".join(nom for _, nom in options[:PROPOSEES]) or "la liste est vide"
    suite = " ; …" if len(options) > PROPOSEES else ""
    raise SaisieRefusee(f"« {propre} » n'existe pas : choisissez parmi {proposees}{suite}.")


def _liens(liste: Rubrique) -> list[Colonne]:
    return [colonne for colonne in liste.colonnes if colonne.nature == "lien"]


def _ligne(
    liste: Rubrique, valeurs: Mapping[str, Any], noms: Mapping[str, Mapping[str, str]]
) -> LigneRubrique:
    textes = {
        colonne.nom: _texte(colonne, valeurs[colonne.nom], noms.get(colonne.nom))
        for colonne in liste.colonnes
    }
    return LigneRubrique(
        valeurs["cle"],
        _abrege(textes[liste.nom]),
        tuple(textes.values()),
        source_de(valeurs.get("source_document"), valeurs.get("source_ligne")),
        valeurs["niveau"] if liste.cle == "noeuds" else 0,
        tuple(valeurs[colonne.nom] for colonne in liste.colonnes),
    )


def _texte(colonne: Colonne, valeur: Any, noms: Mapping[str, str] | None) -> str:
    """A cell; `noms`: what the keys or identifiers that it holds are called."""
    if colonne.nature == "lien":
        return (noms or {}).get(valeur, afficher(colonne, None))
    if noms and isinstance(valeur, list):
        valeur = [noms.get(identifiant, identifiant) for identifiant in valeur]
    return afficher(colonne, valeur)


def _abrege(nom: str, longueur: int = 80) -> str:
    return nom if len(nom) <= longueur else f"{nom[: longueur - 1].rstrip()}…"


def _avec_communes(nom: str, communes: Sequence[str]) -> str:
    return f"{nom} ({', '.join(communes)})" if communes else nom
