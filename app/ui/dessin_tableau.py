"""Draws the whole table for the room: the current item at the middle, larger, on a ground of its own."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor

from app.models.montants import afficher_montant
from app.services.affichage_public import (
    ATTENTE,
    CasePublique,
    ColonnePublique,
    LignePublique,
    PagePublique,
    TableauPublic,
    reunir_cases,
    total_des_colonnes,
)
from app.services.tableau_seance import VOISINS
from app.ui.dessin_bande import Vue, dessiner_jauges, dessiner_quorum, dessiner_traits
from app.ui.disposition_tableau import DispositionTableau, Rangee, disposer_tableau
from app.ui.entetes_publics import entetes
from app.ui.pinceau_public import BAS, BAS_DROITE, DROITE, REDUCTION_CHIFFRE, Encres, Texte, Trait

AUTRES = "Autres"


def dessiner_tableau(
    taille: QSize, page: PagePublique, tableau: TableauPublic, vue: Vue, look: Encres
) -> list[Texte | Trait]:
    """Everything to paint, always in the same places."""
    plan = disposer_tableau(
        taille.width(), taille.height(), len(tableau.colonnes), len(page.jauges), VOISINS
    )
    seuls = _colonnes_seules(tableau.colonnes, plan.financeurs)
    return [
        *_tete(page, plan, vue.zoom, look),
        *_entete(tableau, plan, seuls, vue.zoom, look),
        *_lignes(page, tableau, plan, seuls, vue.zoom, look),
        *_total(tableau, plan, seuls, vue.zoom, look),
        *_pied(page, tableau, plan, vue.zoom, look),
        *dessiner_jauges(page, plan.jauges, plan.second_px, vue, look),
    ]


def _colonnes_seules(colonnes: Sequence[ColonnePublique], nombre: int) -> list[int]:
    """Ranks of those that have a column: those who are asked most, in speaking order."""
    par_poids = sorted(range(len(colonnes)), key=lambda rang: -colonnes[rang].demande)
    return sorted(par_poids[:nombre])


def _autres(nombre: int, seuls: Sequence[int]) -> list[int]:
    return [rang for rang in range(nombre) if rang not in seuls]


def _tete(
    page: PagePublique, plan: DispositionTableau, zoom: float, look: Encres
) -> list[Texte | Trait]:
    second = round(plan.second_px * zoom)
    titre = "   ".join(t for t in (page.rang, page.seance) if t)
    return [
        Texte(plan.rang, titre, second, look.encre, forte=True),
        dessiner_quorum(page, plan.quorum, second, look),
    ]


def _entete(
    tableau: TableauPublic,
    plan: DispositionTableau,
    seuls: Sequence[int],
    zoom: float,
    look: Encres,
) -> list[Texte | Trait]:
    noms = ["Demandé", *(tableau.colonnes[rang].nom for rang in seuls)]
    if plan.autres:
        noms.append(f"{AUTRES} ({len(tableau.colonnes) - len(seuls)})")
    noms.append("Total")
    place, retrait = plan.entete, _air(plan)
    largeur = min(cellule.width() for cellule in place.cellules) - 2 * retrait
    montres, taille = entetes(noms, (largeur, place.titre.height()), plan.second_px, zoom)
    titre = Texte(place.titre, "En euros", taille, look.seconde, cote=BAS, retrait=retrait)
    return [
        titre,
        *(
            Texte(cellule, nom, taille, look.seconde, cote=BAS_DROITE, lignes=True, retrait=retrait)
            for cellule, nom in zip(place.cellules, montres, strict=True)
        ),
        Trait(place.trait, 0, 0, look.filet),
    ]


def _air(plan: DispositionTableau) -> int:
    """Pixels left free at both ends of a cell."""
    return plan.second_px // 5


def _lignes(
    page: PagePublique,
    tableau: TableauPublic,
    plan: DispositionTableau,
    seuls: Sequence[int],
    zoom: float,
    look: Encres,
) -> Iterator[Texte | Trait]:
    """The current item is always at the middle: before the first one and after the last, nothing."""
    for rang, place in enumerate(plan.rangees):
        voulue = tableau.rang + rang - plan.milieu
        ligne = tableau.lignes[voulue] if 0 <= voulue < len(tableau.lignes) else None
        if rang == plan.milieu and ligne is not None:
            yield from _courante(page, ligne, place, plan, seuls, zoom, look)
        else:
            yield from _ordinaire(ligne, place, plan, seuls, zoom, look)


def _ordinaire(
    ligne: LignePublique | None,
    place: Rangee,
    plan: DispositionTableau,
    seuls: Sequence[int],
    zoom: float,
    look: Encres,
) -> list[Texte | Trait]:
    textes = [""] * len(place.cellules) if ligne is None else _textes(ligne, plan, seuls)
    decidee = ligne is not None and bool(ligne.decision)
    return _rangee(
        place,
        ("", "") if ligne is None else (ligne.ordre, ligne.titre),
        textes,
        taille=round(plan.second_px * zoom),
        couleur=look.encre if decidee else look.seconde,
        look=look,
        plan=plan,
    )


def _courante(
    page: PagePublique,
    ligne: LignePublique,
    place: Rangee,
    plan: DispositionTableau,
    seuls: Sequence[int],
    zoom: float,
    look: Encres,
) -> list[Texte | Trait]:
    second = round(plan.second_px * zoom)
    air = _air(plan)
    traces: list[Texte | Trait] = [
        Texte(
            place.ordre, ligne.ordre, second, look.accent, forte=True, fond=look.touche, retrait=air
        ),
        Texte(
            place.titre,
            ligne.titre,
            second,
            look.encre,
            forte=True,
            lignes=True,
            fond=look.touche,
            retrait=air,
        ),
    ]
    if page.retenue:
        traces.append(
            Texte(
                place.montants,
                page.mouvements,
                second,
                look.depasse,
                forte=True,
                lignes=True,
                fond=look.touche,
                retrait=air,
            )
        )
    else:
        chiffres = round(plan.courante_px * zoom)
        traces += _cellules(
            place,
            _textes(ligne, plan, seuls),
            chiffres,
            look.accent,
            forte=True,
            fond=look.touche,
            retrait=air,
        )
    return [*traces, Trait(place.trait, 0, 0, look.filet)]


def _textes(ligne: LignePublique, plan: DispositionTableau, seuls: Sequence[int]) -> list[str]:
    """The amounts of a line; what is decided without money is a word, over the last two columns."""
    textes = [_montant(ligne.demande), *(_case([ligne.cases[rang]]) for rang in seuls)]
    if plan.autres:
        textes.append(_case([ligne.cases[rang] for rang in _autres(len(ligne.cases), seuls)]))
    if ligne.decision and not ligne.total:
        return [*textes[:-1], ligne.decision]
    return [*textes, _montant(ligne.total)]


def _case(cases: Sequence[CasePublique]) -> str:
    case = reunir_cases(cases)
    return ATTENTE if case.attente else _montant(case.montant)


def _total(
    tableau: TableauPublic,
    plan: DispositionTableau,
    seuls: Sequence[int],
    zoom: float,
    look: Encres,
) -> list[Texte | Trait]:
    colonnes = tableau.colonnes
    montants = [tableau.demande, *(colonnes[rang].total for rang in seuls)]
    if plan.autres:
        autres = [colonnes[rang] for rang in _autres(len(colonnes), seuls)]
        montants.append(total_des_colonnes(autres))
    montants.append(tableau.total)
    return _rangee(
        plan.total,
        ("", "Total de la séance"),
        [afficher_montant(montant, zero="0") for montant in montants],
        taille=round(plan.second_px * zoom),
        couleur=look.encre,
        look=look,
        plan=plan,
        forte=True,
    )


def _pied(
    page: PagePublique,
    tableau: TableauPublic,
    plan: DispositionTableau,
    zoom: float,
    look: Encres,
) -> list[Texte | Trait]:
    second = round(plan.second_px * zoom)
    decision = " : ".join(t for t in (page.decision, page.reserve) if t)
    mouvements = "" if page.retenue else page.mouvements  # then written in the line itself
    dit = mouvements or decision or page.porteur
    corriges = _modifies(tableau) or page.voix or page.regle
    return [
        Texte(
            plan.decision,
            dit,
            second,
            look.depasse if mouvements else look.encre,
            forte=bool(mouvements or decision),
        ),
        Texte(
            plan.modifies,
            corriges,
            second,
            look.seconde,
            cote=DROITE,
            reduction=REDUCTION_CHIFFRE,
        ),
        *dessiner_traits(page, plan.traits, second, look),
    ]


def _modifies(tableau: TableauPublic) -> str:
    """Who changed an amount already shown, for the current item."""
    if not tableau.lignes:
        return ""
    cases = tableau.lignes[tableau.rang].cases
    noms = [c.nom for c, case in zip(tableau.colonnes, cases, strict=True) if case.corrige]
    return f"Modifié : {', '.join(noms)}" if noms else ""


def _rangee(
    place: Rangee,
    tete: tuple[str, str],
    textes: Sequence[str],
    *,
    taille: int,
    couleur: QColor,
    look: Encres,
    plan: DispositionTableau,
    forte: bool = False,
) -> list[Texte | Trait]:
    air = _air(plan)
    ordre, titre = tete
    return [
        Texte(place.ordre, ordre, taille, look.seconde, retrait=air),
        Texte(place.titre, titre, taille, couleur, forte=forte, retrait=air, reduction=1),
        *_cellules(place, textes, taille, couleur, forte=forte, fond=None, retrait=air),
        Trait(place.trait, 0, 0, look.filet),
    ]


def _cellules(
    place: Rangee,
    textes: Sequence[str],
    taille: int,
    couleur: QColor,
    *,
    forte: bool,
    fond: QColor | None,
    retrait: int,
) -> list[Texte]:
    places = place.cellules
    if len(textes) < len(places):
        places = (*places[:-2], places[-2].united(places[-1]))
    return [
        Texte(
            cellule,
            texte,
            taille,
            couleur,
            forte=forte,
            cote=DROITE,
            reduction=REDUCTION_CHIFFRE,
            fond=fond,
            retrait=retrait,
        )
        for cellule, texte in zip(places, textes, strict=True)
    ]


def _montant(montant: Decimal | None) -> str:
    return "–" if montant is None else afficher_montant(montant, zero="0")
