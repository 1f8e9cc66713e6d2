"""The columns of the grids: the list, what an appel goes through, criteria, levels, differences."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.models.enums import Enumeration, MethodeGrille, NatureGrille, ObjetGrille
from app.services.accords import compter, enumerer
from app.services.columns import Colonne, Pose, Signal, TypeColonne, colonne_lue
from app.services.columns_actions import choix_de
from app.services.grilles import Grilles
from app.services.grilles_calcul import en_ordre
from app.services.grilles_comparees import AJOUTE, RETIRE
from app.services.grilles_fiche import FicheGrille
from app.services.grilles_lues import (
    FIGEE,
    MODIFIABLE,
    REMPLACEE,
    GrilleEntiere,
    LigneCritere,
)
from app.services.grilles_mots import (
    champs_en_mots,
    codes_en_mots,
    decimal_en_mots,
    echelle_en_mots,
    lire_champs,
    lire_codes,
    lire_moments,
    lire_noms,
    lire_portes,
    lire_sources,
    moments_en_mots,
    portes_en_mots,
)
from app.services.poses import ecrire_champ, ou_rien, oui_ou_non, pose_de_champ

MOTS = "mots."  # keys of the columns of a scale: « mots.0 »
_SIGNAUX = {
    MODIFIABLE: Signal.INFORMATION,
    FIGEE: Signal.FAVORABLE,
    REMPLACEE: Signal.NEUTRE,
    AJOUTE: Signal.FAVORABLE,
    RETIRE: Signal.BLOQUANT,
}


def signal_des_grilles(mot: str | None) -> Signal:
    """Shape and colour of the state of a version, or of a difference."""
    return _SIGNAUX.get(mot or "", Signal.ALERTE)


def _libelle(sorte: type[Enumeration], champ: str) -> Callable[[Any], str]:
    return lambda ligne: sorte.de(getattr(ligne, champ)).libelle


def _titre(ligne: Any) -> str:
    return str(ligne.nom)


def colonnes_des_grilles(
    grilles: Grilles, services: Callable[[], Mapping[str, str]]
) -> list[Colonne]:
    """Every version, with where it comes from; `services()`: key -> name of those that may read one."""

    champ = _champs(grilles)
    return [
        colonne_lue("nom", "Grille", 250, figee=True, obligatoire=True, **champ("nom")),
        colonne_lue("version", "Version", 66, type=TypeColonne.ENTIER),
        colonne_lue("etat", "État", 112, signal=signal_des_grilles),
        Colonne(
            cle="nature",
            titre="D'où elle vient",
            lire=_libelle(NatureGrille, "nature"),
            largeur=238,
        ),
        Colonne(
            cle="sources",
            titre="Sources",
            lire=lambda g: codes_en_mots(g.sources),
            largeur=230,
            **champ("sources", lire_sources),
        ),
        Colonne(
            cle="appels",
            titre="Appels qui l'utilisent",
            lire=lambda g: ", ".join(g.appels),
            largeur=170,
            plusieurs=True,
        ),
        colonne_lue("cotations", "Cotations", 80, type=TypeColonne.ENTIER),
        colonne_lue("criteres", "Critères", 74, type=TypeColonne.ENTIER),
        *_ce_qu_elle_fait(champ),
        Colonne(
            cle="lecteurs",
            titre="Lecteurs",
            lire=lambda g: ", ".join(services().get(cle, "service absent") for cle in g.lecteurs),
            largeur=170,
            plusieurs=True,
            separateur=", ",
            proposer=lambda: list(services().values()),
            aide="Les services dont les référents lisent les notes des autres ; vide : tous",
            **champ("lecteurs", lambda texte: lire_noms(texte, services())),
        ),
        colonne_lue("usage", "Usage", 260, visible=False, **champ("usage", ou_rien)),
        colonne_lue("note", "Remarque", 260, visible=False, **champ("note", ou_rien)),
    ]


def _champs(grilles: Grilles) -> Callable[..., dict[str, Any]]:
    def champ(nom: str, lire: Callable[[Any], Any] | None = None) -> dict[str, Any]:
        return {
            "ecrire": ecrire_champ(grilles.modifier, nom, lire),
            "pose": pose_de_champ(grilles.operation, grilles.poser, nom, lire),
        }

    return champ


def _ce_qu_elle_fait(champ: Callable[..., dict[str, Any]]) -> list[Colonne]:
    """What it is about, how it counts, when."""
    return [
        colonne_lue(
            "objet",
            "Objet",
            160,
            type=TypeColonne.CHOIX,
            choix=choix_de(ObjetGrille),
            **champ("objet"),
        ),
        colonne_lue(
            "methode",
            "Comment elle compte",
            250,
            type=TypeColonne.CHOIX,
            choix=choix_de(MethodeGrille),
            **champ("methode"),
        ),
        Colonne(
            cle="moments",
            titre="Moments",
            lire=lambda g: moments_en_mots(g.moments),
            largeur=220,
            aide="Quand elle se remplit, séparés par des points-virgules",
            **champ("moments", lire_moments),
        ),
        colonne_lue(
            "masquee",
            "Notes des autres masquées",
            150,
            type=TypeColonne.BOOLEEN,
            aide="Les notes des autres ne se montrent qu'une fois la sienne donnée",
            **champ("masquee", oui_ou_non),
        ),
    ]


def colonnes_des_choix(grilles: Grilles) -> list[Colonne]:
    """The grids of the appels of a year."""

    def champ(nom: str, lire: Callable[[Any], Any]) -> dict[str, Any]:
        return {
            "ecrire": ecrire_champ(grilles.modifier_choix, nom, lire),
            "pose": pose_de_champ(grilles.operation, grilles.poser_choix, nom, lire),
        }

    return [
        colonne_lue("appel_nom", "Appel", 150, figee=True),
        colonne_lue("grille_titre", "Grille", 220),
        colonne_lue("etat", "État", 106, signal=signal_des_grilles),
        colonne_lue(
            "obligatoire",
            "Obligatoire",
            90,
            type=TypeColonne.BOOLEEN,
            aide="Chaque dossier de l'appel doit y être coté",
            **champ("obligatoire", oui_ou_non),
        ),
        colonne_lue("note", "Remarque", 180, **champ("note", ou_rien)),
    ]


def _contenu(grille: FicheGrille) -> str:
    """« 9 critères et 5 niveaux », « 3 niveaux »."""
    criteres, niveaux = len(grille.criteres), len(grille.niveaux)
    dits = [compter(criteres, "critère")] if criteres else []
    if niveaux:
        dits.append(f"{niveaux} {'niveaux' if niveaux > 1 else 'niveau'}")
    return enumerer(dits)


def colonnes_des_livrees(deja: Callable[[FicheGrille], int]) -> list[Colonne]:
    """What the program offers; `deja(grid)`: the version that the file has, 0 for none."""

    def dans_le_fichier(grille: FicheGrille) -> str:
        version = deja(grille)
        return f"Version {version}" if version else ""

    return [
        Colonne(cle="nom", titre="Grille", lire=_titre, largeur=250, figee=True),
        Colonne(
            cle="nature",
            titre="D'où elle vient",
            lire=_libelle(NatureGrille, "nature"),
            largeur=238,
        ),
        Colonne(
            cle="sources",
            titre="Sources",
            lire=lambda g: codes_en_mots(g.sources),
            largeur=300,
        ),
        Colonne(cle="objet", titre="Objet", lire=_libelle(ObjetGrille, "objet"), largeur=180),
        Colonne(
            cle="contenu",
            titre="Contenu",
            lire=_contenu,
            largeur=160,
        ),
        Colonne(cle="deja", titre="Dans ce fichier", lire=dans_le_fichier, largeur=110),
    ]


def colonnes_des_criteres(grilles: Grilles, entiere: GrilleEntiere | None) -> list[Colonne]:
    """A row a criterion, a column for what deserves each mark, as on paper."""

    def champ(nom: str, lire: Callable[[Any], Any] | None = None) -> dict[str, Any]:
        return {
            "ecrire": ecrire_champ(grilles.modifier_critere, nom, lire),
            "pose": pose_de_champ(grilles.operation, grilles.poser_critere, nom, lire),
        }

    criteres = entiere.criteres if entiere else ()
    requis = entiere is not None and entiere.ligne.methode == MethodeGrille.REQUIS
    return [
        colonne_lue(
            "identifiant",
            "Critère",
            68,
            figee=True,
            obligatoire=True,
            aide="À glisser pour changer l'ordre ; ou Alt et une flèche",
            **champ("identifiant"),
        ),
        colonne_lue("libelle", "Libellé", 210, figee=True, obligatoire=True, **champ("libelle")),
        colonne_lue("poids", "Poids", 62, type=TypeColonne.NOMBRE, **champ("poids")),
        *_mots_de_l_echelle(grilles, criteres),
        *([_requis_pour(champ)] if requis else []),
        colonne_lue(
            "na_admis",
            "Non applicable",
            110,
            type=TypeColonne.BOOLEEN,
            aide="« Non applicable » peut être répondu : le critère sort alors du total",
            **champ("na_admis", oui_ou_non),
        ),
        colonne_lue("aide", "Aide", 220, **champ("aide", ou_rien)),
        Colonne(
            cle="champs",
            titre="Rubriques utiles",
            lire=lambda c: champs_en_mots(c.champs),
            largeur=200,
            aide="Ce que l'on relit du dossier pour noter, séparé par des points-virgules",
            **champ("champs", lire_champs),
        ),
        colonne_lue("inspire_de", "Inspiré de", 200, **champ("inspire_de", ou_rien)),
        Colonne(
            cle="echelle",
            titre="Échelle en une ligne",
            lire=lambda c: echelle_en_mots(c.niveaux),
            largeur=260,
            visible=False,
        ),
    ]


def _requis_pour(champ: Callable[..., dict[str, Any]]) -> Colonne:
    return Colonne(
        cle="requis_pour",
        titre="Requis pour",
        lire=lambda c: codes_en_mots(c.requis_pour),
        largeur=110,
        aide="Les niveaux qui demandent ce critère, séparés par des points-virgules",
        **champ("requis_pour", lire_codes),
    )


def valeurs_de(criteres: Sequence[LigneCritere]) -> list[str]:
    """Every mark of the criteria, from the lowest."""
    return list(en_ordre({v: "" for c in criteres for v in c.niveaux}))


def _mots_de_l_echelle(grilles: Grilles, criteres: Sequence[LigneCritere]) -> list[Colonne]:
    def colonne(valeur: str) -> Colonne:
        def poser(ecriture: Any, cle: str, mots: Any) -> None:
            grilles.poser_mots(ecriture, cle, {valeur: mots or None})

        def ecrire(cle: str, mots: Any) -> None:
            with grilles.operation(f"Décrire la note {valeur}") as ecriture:
                poser(ecriture, cle, mots)

        return Colonne(
            cle=f"{MOTS}{valeur}",
            titre=valeur.capitalize(),
            groupe="Ce que mérite chaque note",
            lire=lambda c: c.niveaux.get(valeur),
            largeur=170,
            ecrire=ecrire,
            pose=Pose(grilles.operation, poser),
        )

    return [colonne(valeur) for valeur in valeurs_de(criteres)]


def colonnes_des_niveaux(grilles: Grilles, entiere: GrilleEntiere | None) -> list[Colonne]:
    """From the lowest to the highest; the unit of the threshold is that of the method."""

    def champ(nom: str, lire: Callable[[Any], Any] | None = None) -> dict[str, Any]:
        return {
            "ecrire": ecrire_champ(grilles.modifier_niveau, nom, lire),
            "pose": pose_de_champ(grilles.operation, grilles.poser_niveau, nom, lire),
        }

    en_points = entiere is None or entiere.ligne.methode == MethodeGrille.POINTS
    return [
        colonne_lue(
            "code",
            "Niveau",
            74,
            figee=True,
            obligatoire=True,
            aide="Du plus bas au plus haut ; à glisser pour changer l'ordre, ou Alt et une flèche",
            **champ("code"),
        ),
        colonne_lue("libelle", "Libellé", 170, figee=True, obligatoire=True, **champ("libelle")),
        colonne_lue(
            "seuil",
            "Seuil (%)" if en_points else "Seuil",
            78,
            type=TypeColonne.NOMBRE,
            afficher=decimal_en_mots,
            aide="Part des points" if en_points else "Nombre de critères remplis",
            **champ("seuil"),
        ),
        Colonne(
            cle="portes",
            titre="Portes",
            lire=lambda n: portes_en_mots(n.portes),
            largeur=170,
            aide="Notes sans lesquelles le niveau n'est pas atteint, comme C1 ≥ 2 ; C3 ≥ 1",
            **champ("portes", lire_portes),
        ),
        colonne_lue(
            "poids_budget",
            "Part du budget (%)",
            116,
            type=TypeColonne.NOMBRE,
            afficher=decimal_en_mots,
            aide="Part des euros de l'action comptée pour l'égalité",
            **champ("poids_budget"),
        ),
        colonne_lue("definition", "Définition", 260, **champ("definition", ou_rien)),
        colonne_lue("condition", "Condition", 200, **champ("condition", ou_rien)),
    ]


def colonnes_des_differences() -> list[Colonne]:
    """What changed, part by part."""
    return [
        colonne_lue("partie", "Partie", 120, figee=True),
        colonne_lue("rubrique", "Rubrique", 150),
        colonne_lue("sorte", "Changement", 112, signal=signal_des_grilles),
        colonne_lue("avant", "Avant", 380),
        colonne_lue("apres", "Après", 380),
    ]
