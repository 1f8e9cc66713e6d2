"""What an action is rated on every grid, moment by moment, in words. No Qt."""

from dataclasses import dataclass

from sqlalchemy import select

from app.models.action import Action
from app.models.cotation import Cotation, Grille
from app.models.enums import MomentCotation, NatureGrille
from app.services.cotations_ecarts import ecarts_en_mots
from app.services.cotations_lues import CotationLue, DossierCote, lire_dossiers
from app.services.cotations_phrases import niveau_court
from app.services.cotations_retenues import retenues_de
from app.services.fichier import Fichier, Lire
from app.services.grilles_lues import GrilleEntiere, lire_entiere


@dataclass(frozen=True, slots=True)
class BlocCotation:
    """A grid: its name, where it comes from, a sentence for each moment and each divergence."""

    grille: str
    titre: str
    nature: str
    phrases: tuple[str, ...]


def cotations_de_l_action(fichier: Fichier, action: str, lecteur: str) -> tuple[BlocCotation, ...]:
    """Those that `lecteur` may see, in the order of the grids, from the self-rating to the bilan."""
    with fichier.instant() as lire:
        lues = lire(
            select(Cotation.grille, Cotation.moment)
            .join(Grille, Grille.cle == Cotation.grille)
            .where(Cotation.action == action)
            .distinct()
            .order_by(Grille.rang, Grille.identifiant, Grille.version.desc())
        )
        moments: dict[str, set[str]] = {}
        for grille, moment in lues:
            moments.setdefault(grille, set()).add(moment)
        blocs = tuple(
            _bloc(lire, action, lire_entiere(lire, grille), siens, lecteur)
            for grille, siens in moments.items()
        )
        passees = _annees_passees(lire, action, lecteur)
        return blocs + ((passees,) if passees.phrases else ())


def _annees_passees(lire: Lire, action: str, lecteur: str) -> BlocCotation:
    """What the action was rated for equality the years before, the last first."""
    lignee = select(Action.lignee).where(Action.cle == action).scalar_subquery()
    autres = lire(
        select(Action.cle, Action.annee)
        .where(Action.lignee == lignee, Action.cle != action)
        .order_by(Action.annee.desc(), Action.cle)
    )
    retenues = retenues_de(lire, [cle for cle, _ in autres], lecteur=lecteur)
    phrases = tuple(
        f"{annee} : {retenues[cle].phrase}, {MomentCotation.libelle_de(retenues[cle].moment).lower()}."
        for cle, annee in autres
        if cle in retenues
    )
    return BlocCotation("", "Égalité, autres années de l'action", "", phrases)


def _bloc(
    lire: Lire, action: str, grille: GrilleEntiere, moments: set[str], lecteur: str
) -> BlocCotation:
    cle = grille.ligne.cle
    dossiers = {
        moment: lire_dossiers(lire, [action], cle, str(moment), lecteur)[0]
        for moment in MomentCotation
        if moment in moments
    }
    phrases = [p for moment, d in dossiers.items() for p in _phrases(grille, moment, d)]
    phrases += _ecart_avec_le_porteur(grille, dossiers)
    return BlocCotation(
        cle, grille.ligne.titre, NatureGrille.libelle_de(grille.ligne.nature), tuple(phrases)
    )


def _phrases(grille: GrilleEntiere, moment: MomentCotation, dossier: DossierCote) -> list[str]:
    phrases = [f"{moment.libelle} : {_dite(grille, c)}." for c in dossier.cotations]
    if dossier.divergences:
        phrases.append(f"{ecarts_en_mots(dossier.divergences)}.")
    return phrases


def _dite(grille: GrilleEntiere, cotation: CotationLue) -> str:
    """« G1 (67 % des points), par Léa Referent, à revoir »."""
    etat = "masquée jusqu'à votre cotation" if cotation.cachee else niveau_court(grille, cotation)
    dits = [
        etat,
        f"consensus écrit par {cotation.auteur}" if cotation.consensus else cotation.auteur,
    ]
    if cotation.depasse and cotation.est_terminee:
        dits.append("à revoir, le dossier a changé")
    if not cotation.est_terminee and cotation.resultat.complete and not cotation.cachee:
        dits.append("à terminer")
    if cotation.commentaire:
        dits.append(f"« {cotation.commentaire} »")
    if cotation.recommandation:
        dits.append(f"recommandation : {cotation.recommandation}")
    return ", ".join(dits)


def _ecart_avec_le_porteur(
    grille: GrilleEntiere, dossiers: dict[MomentCotation, DossierCote]
) -> list[str]:
    """Where the porteur rates itself otherwise than those who instruct, criterion by criterion."""
    auto, entree = (
        None if (d := dossiers.get(m)) is None else d.montree
        for m in (MomentCotation.AUTO, MomentCotation.ENTREE)
    )
    if auto is None or entree is None or auto.cachee or entree.cachee:
        return []
    ecarts = [
        f"{c.identifiant} {auto.notes[c.identifiant].courte} puis {entree.notes[c.identifiant].courte}"
        for c in grille.criteres
        if c.identifiant in auto.notes
        and c.identifiant in entree.notes
        and auto.notes[c.identifiant].courte != entree.notes[c.identifiant].courte
    ]
    if not ecarts:
        return ["Le porteur et l'instruction donnent les mêmes notes."]
    return [f"Porteur puis instruction : {', '.join(ecarts)}."]
