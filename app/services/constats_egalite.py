"""Checks of equality between women and men: cotation of each dossier, training of each porteur."""

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from app.models.cotation import (
    BudgetGenre,
    Cotation,
    Formation,
    Grille,
    InscriptionFormation,
)
from app.models.enums import (
    CibleConstat,
    MomentCotation,
    NatureOrganisme,
    ObjetGrille,
    StatutAction,
)
from app.services.accords import compter
from app.services.alertes_seance import lire_cotations_saisies
from app.services.columns import afficher_date
from app.services.constats_credits import en_jeu
from app.services.constats_faits import FaitsAction, FaitsAnnee, FaitsPorteur
from app.services.constats_lus import restreindre
from app.services.constats_mots import part_de, plusieurs, pourcent
from app.services.constats_registre import Portee, complement, controle
from app.services.documents import jour_de
from app.services.fichier import Lire
from app.services.formations import fin_de_validite
from app.services.regles_couches import RegleEnVigueur

COTATIONS, GENRE, FORMATIONS = "cotations", "genre", "formations"


@dataclass(frozen=True, slots=True)
class FaitsCotation:
    """Marks on a grid about equality; `terminee` False: some are missing. `saisie`: a typed level."""

    moment: str
    terminee: bool
    saisie: bool = False


@dataclass(frozen=True, slots=True)
class FaitsFormation:
    """A training that a porteur followed. `fin`: its last day of validity, None for ever."""

    titre: str
    fin: datetime.date | None


@complement(
    COTATIONS, cible=CibleConstat.ACTION, suit={"cotation": "action", "valeur_libre": "ligne"}
)
def lire_cotations(lire: Lire, portee: Portee) -> Mapping[str, tuple[FaitsCotation, ...]]:
    """By action, those of a grid about equality, then what the team typed in a column of its own."""
    requete = (
        select(Cotation.action, Cotation.moment, Cotation.terminee_le)
        .join(Grille, Grille.cle == Cotation.grille)
        .where(Grille.objet == str(ObjetGrille.EGALITE))
        .order_by(Cotation.cle)
    )
    lues: dict[str, list[FaitsCotation]] = defaultdict(list)
    for action, moment, terminee in lire(
        restreindre(requete, Cotation.action, portee), portee.parametres
    ):
        lues[action].append(FaitsCotation(moment, terminee is not None))
    for action in _saisies(lire, portee):
        lues[action].append(FaitsCotation(str(MomentCotation.ENTREE), terminee=True, saisie=True))
    return {action: tuple(cotations) for action, cotations in lues.items()}


def _saisies(lire: Lire, portee: Portee) -> Iterator[str]:
    from app.models.action import Action

    requete = restreindre(select(Action.cle), Action.cle, portee)
    actions = [cle for (cle,) in lire(requete, portee.parametres)]
    yield from sorted(lire_cotations_saisies(lire, actions))


@complement(GENRE, cible=CibleConstat.ACTION, suit={"budget_genre": "action"})
def lire_classes(lire: Lire, portee: Portee) -> Mapping[str, str]:
    """How the budget of an action stands towards equality."""
    requete = select(BudgetGenre.action, BudgetGenre.classe).order_by(BudgetGenre.moment)
    lues = lire(restreindre(requete, BudgetGenre.action, portee), portee.parametres)
    return {ligne.action: ligne.classe for ligne in lues}


@complement(
    FORMATIONS,
    cible=CibleConstat.PORTEUR,
    suit={"formation": "", "inscription_formation": "organisme"},
)
def lire_formations(lire: Lire, portee: Portee) -> Mapping[str, tuple[FaitsFormation, ...]]:
    """By porteur, the compulsory trainings at which it was present."""
    requete = (
        select(
            InscriptionFormation.organisme,
            Formation.titre,
            Formation.date,
            Formation.validite_mois,
        )
        .join(Formation, Formation.cle == InscriptionFormation.formation)
        .where(InscriptionFormation.present, Formation.obligatoire)
        .order_by(InscriptionFormation.cle)
    )
    suivies: dict[str, list[FaitsFormation]] = defaultdict(list)
    for organisme, titre, jour, mois in lire(requete):
        suivies[organisme].append(FaitsFormation(titre, fin_de_validite(jour_de(jour), mois)))
    return {organisme: tuple(formations) for organisme, formations in suivies.items()}


@controle("egalite.cotation", cible=CibleConstat.ACTION)
def cotation_obligatoire(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    """Of each dossier deposited; a note d'intention waits for its dossier."""
    if not regle.valeur("obligatoire") or action.statut == StatutAction.NOTE:
        return
    if not list(en_jeu((action,))):
        return
    cotations = action.plus.get(COTATIONS, ())
    instruites = [c for c in cotations if c.moment != MomentCotation.AUTO]
    if any(c.terminee for c in instruites):
        return
    if instruites:
        yield "Cotation égalité incomplète\u00a0: donnez les notes qui manquent."
    elif cotations:
        yield "Auto-évaluation du porteur seule\u00a0: cotez l'action avant le comité."
    else:
        yield "Pas de cotation égalité femmes-hommes\u00a0: cotez l'action avant le comité."


@controle("egalite.prise_en_compte", cible=CibleConstat.ACTION)
def budget_sensible_au_genre(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    if not regle.valeur("budget_sensible_au_genre") or action.statut == StatutAction.NOTE:
        return
    if list(en_jeu((action,))) and GENRE not in action.plus:
        yield (
            "Budget sensible au genre non renseigné\u00a0: classez la dépense (dédiée, intégrant "
            "l'égalité, neutre ou à risque)."
        )


@controle("egalite.formation", cible=CibleConstat.PORTEUR)
def formation_du_porteur(porteur: FaitsPorteur, regle: RegleEnVigueur) -> Iterator[str]:
    """Associations only: the contract speaks of the porteurs of its projects, not of the communes."""
    if not regle.valeur("obligatoire") or not _a_former(porteur):
        return
    suivies = porteur.plus.get(FORMATIONS, ())
    if any(f.fin is None or f.fin >= porteur.jour for f in suivies):
        return
    fins = [f.fin for f in suivies if f.fin is not None]
    if fins:
        yield (
            f"Formation à l'égalité expirée le {afficher_date(max(fins))}\u00a0: "
            "inscrivez le porteur à la prochaine."
        )
    else:
        yield "Formation à l'égalité jamais suivie\u00a0: inscrivez le porteur à la prochaine."


@controle("egalite.formation", cible=CibleConstat.ANNEE)
def part_des_porteurs_formes(annee: FaitsAnnee, regle: RegleEnVigueur) -> Iterator[str]:
    """Porteurs with a valid training among those that deposited."""
    voulue, formes = regle.valeur("porteurs_formes_pct"), annee.plus.get("porteurs_formes")
    if voulue is None or formes is None:
        return
    noms = {
        a.porteur.cle: a.porteur.nom
        for a in en_jeu(annee.actions)
        if a.porteur is not None
        and a.porteur.nature == NatureOrganisme.ASSOCIATION
        and a.statut != StatutAction.NOTE
    }
    if not noms:
        return
    valides = {cle for cle in noms if _valide(formes.get(cle, ()), annee.jour)}
    part = part_de(len(valides), len(noms))
    if part < voulue:
        absents = plusieurs(nom for cle, nom in noms.items() if cle not in valides)
        yield (
            f"{compter(len(valides), 'porteur formé')} à l'égalité sur {len(noms)}, soit "
            f"{pourcent(part)} pour {voulue}\u00a0% voulus. Manquent {absents}."
        )


@complement(
    "porteurs_formes",
    cible=CibleConstat.ANNEE,
    suit={"formation": "", "inscription_formation": ""},
)
def lire_porteurs_formes(lire: Lire, portee: Portee) -> Mapping[str, tuple[FaitsFormation, ...]]:
    lues: Mapping[str, tuple[FaitsFormation, ...]] = lire_formations(lire, portee)
    return lues


def _valide(suivies: tuple[FaitsFormation, ...], jour: datetime.date) -> bool:
    return any(f.fin is None or f.fin >= jour for f in suivies)


def _a_former(porteur: FaitsPorteur) -> bool:
    return porteur.organisme.nature == NatureOrganisme.ASSOCIATION and any(
        a.statut != StatutAction.NOTE for a in en_jeu(porteur.actions)
    )
