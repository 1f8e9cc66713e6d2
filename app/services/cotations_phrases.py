"""What a cotation comes to, in words: level, score, gates, missing marks, divergences. No Qt."""

from collections.abc import Iterator

from app.models.enums import MethodeGrille
from app.services.accords import compter, enumerer
from app.services.cotations_ecarts import ecarts_en_mots
from app.services.cotations_lues import A_REVOIR, CotationLue, DossierCote
from app.services.grilles_calcul import PorteManquee
from app.services.grilles_lues import GrilleEntiere


def phrases_du_resultat(
    grille: GrilleEntiere, dossier: DossierCote, cotation: CotationLue | None
) -> list[str]:
    """One sentence a line; the first is what the marks come to."""
    return [
        _resultat(grille, cotation),
        *_portes(cotation),
        *_des_autres(grille, dossier),
        *([f"À revoir : {_A_REVOIR}"] if dossier.etat == A_REVOIR else []),
    ]


_A_REVOIR = "le dossier a été redéposé depuis. Confirmez les notes, ou rouvrez-les."


def _resultat(grille: GrilleEntiere, cotation: CotationLue | None) -> str:
    if cotation is None:
        return "Pas encore de note de vous."
    obtenu = cotation.resultat
    if not obtenu.complete:
        if grille.ligne.methode == MethodeGrille.CHOISI:
            return "Incomplète : choisissez le niveau."
        return (
            f"Incomplète : il manque {compter(len(obtenu.manquants), 'note')}, "
            f"{enumerer(obtenu.manquants)}."
        )
    tete = "Consensus, " if cotation.consensus else ""
    niveau = obtenu.niveau
    dit = "Aucun niveau" if niveau is None else f"{niveau.code} · {niveau.libelle}"
    suite = "choisi à la main" if obtenu.impose else score_en_mots(grille, cotation)
    fin = "terminée" if cotation.est_terminee else "à terminer (Ctrl+Entrée)"
    return f"{tete}{', '.join(filter(None, (dit, suite)))} – {fin}."


def niveau_court(grille: GrilleEntiere, cotation: CotationLue) -> str:
    """« G1 (67 % des points) », « incomplète »."""
    if not cotation.resultat.complete:
        return "incomplète"
    niveau = cotation.resultat.niveau
    score = score_en_mots(grille, cotation)
    code = "sans niveau" if niveau is None else niveau.code
    return f"{code} ({score})" if score else code


def score_en_mots(grille: GrilleEntiere, cotation: CotationLue) -> str:
    """« 67 % des points », « 3 critères remplis »."""
    score = cotation.resultat.score
    if score is None:
        return ""
    if grille.ligne.methode == MethodeGrille.COMPTE:
        return f"{compter(int(score), 'critère')} {'rempli' if score < 2 else 'remplis'}"
    return f"{score} % des points"


def _portes(cotation: CotationLue | None) -> Iterator[str]:
    """What kept a higher level out of reach, level by level."""
    if cotation is None:
        return
    par_niveau: dict[str, list[PorteManquee]] = {}
    for porte in cotation.resultat.portes_manquees:
        par_niveau.setdefault(porte.niveau, []).append(porte)
    for niveau, portes in par_niveau.items():
        dites = enumerer(
            f"{p.minimum} en {p.critere} ({'NA' if p.obtenu is None else p.obtenu} donné)"
            for p in portes
        )
        yield f"Pas {niveau} : il faut au moins {dites}."


def _des_autres(grille: GrilleEntiere, dossier: DossierCote) -> Iterator[str]:
    dits = [
        f"{c.qui} {niveau_court(grille, c)}"
        for c in dossier.cotations
        if c is not dossier.suivie and not c.cachee
    ]
    if dits:
        yield f"Autres cotations\u00a0: {', '.join(dits)}."
    cachees = [c for c in dossier.cotations if c.cachee]
    if cachees:
        yield (
            f"{compter(len(cachees), 'autre cotation')} : ces notes se montrent "
            "une fois les vôtres terminées."
        )
    if dossier.divergences:
        yield f"{ecarts_en_mots(dossier.divergences)}."
