"""The items in the procès-verbal: the sentence as it was read, the amounts, and how it came to them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from app.models.calculs import somme, somme_ou_rien
from app.models.enums import NaturePoint, SensAvis
from app.services.compte_rendu import (
    Annonce,
    Avis,
    CompteRendu,
    ConstatOutre,
    MontantDit,
    PointRendu,
    Sejour,
)
from app.services.papier_seance import a_l_heure, abrege, euros, papier_net
from app.services.polices import DEMI_GRASSE
from app.services.tableau_pdf import (
    BLOQUANT,
    FILET,
    SECONDE,
    Colonne,
    Rangee,
    Style,
    Tableau,
)

LIBELLE, CHIFFRE = 84.0, 62.0
TITRE = Style(DEMI_GRASSE, corps=10, avant=13, apres=1.5, filet="")
SOUS_TITRE = Style(corps=8, couleur=SECONDE, avant=0, apres=4, filet="")
PHRASE = Style(corps=9.5, avant=2, apres=4, filet="")
MONTANT = Style(corps=8.5, avant=1.5, apres=2)
TOTAL = Style(DEMI_GRASSE, corps=8.5, filet_haut=FILET, filet="", avant=2, apres=3)
MENTION = Style(corps=8.5, avant=2, apres=2, filet="")
ALERTE = Style(DEMI_GRASSE, corps=8.5, couleur=BLOQUANT, avant=2, apres=2, filet="")
VIDE = "Aucun point n'est inscrit à l'ordre du jour."
TITRE_MAXIMUM, SITUATION_MAXIMUM = 150, 260  # signs: the sentence has the whole title
RANGEES_MAXIMUM, SIGNES_MAXIMUM = 16, 2000  # of an item kept on one page: a third of it at most


def deroulement(cr: CompteRendu, large: float) -> Tableau:
    """Every item, in the order of the agenda, in a table so wide (points)."""
    colonnes = (
        Colonne("", LIBELLE, discrete=True),
        Colonne("Financeur", large - LIBELLE - 3 * CHIFFRE - 4),
        Colonne("Demandé", CHIFFRE, droite=True, discrete=True),
        Colonne("Proposé", CHIFFRE, droite=True, discrete=True),
        Colonne("Décidé", CHIFFRE + 4, droite=True, forte=True),
    )
    rangees = [r for point in cr.points for r in _point(point, cr)]
    if not rangees:
        rangees = [Rangee((VIDE,), PHRASE, etendue=len(colonnes))]
    titre = "Points de l'ordre du jour et décisions (montants en euros)"
    return Tableau(colonnes, tuple(rangees), titre=titre)


def _point(point: PointRendu, cr: CompteRendu) -> Iterator[Rangee]:
    numero = f"{point.numero} – " if point.numero else ""
    tete = f"{point.ordre}. {numero}{abrege(point.titre, TITRE_MAXIMUM)}"
    yield Rangee((papier_net(tete),), TITRE, etendue=5, solidaire=True, titre=True)
    situation = _situation(point)
    if situation:
        yield Rangee((situation,), SOUS_TITRE, etendue=5, solidaire=True)
    corps = [*_decision(point), *_montants(point), *_mentions(point, cr)]
    court = len(corps) <= RANGEES_MAXIMUM and _signes(corps) <= SIGNES_MAXIMUM
    for rang, rangee in enumerate(corps, start=1):
        # A short item is never parted; of a long one, two rows at least follow the heading.
        ensemble = (court or rang == 1) and rang < len(corps)
        yield replace(rangee, solidaire=ensemble or rangee.solidaire)


def _signes(rangees: Sequence[Rangee]) -> int:
    return sum(len(texte) for rangee in rangees for texte in rangee.textes)


def _situation(point: PointRendu) -> str:
    if point.action is None:
        return ""
    a = point.action
    parts = (point.porteur, a.axe, a.quartiers, a.communes)
    return abrege(" · ".join(t for t in parts if t), SITUATION_MAXIMUM)


def _dire(libelle: str, texte: str, style: Style = MENTION) -> Rangee:
    return Rangee((libelle, papier_net(texte)), style, fin_etendue=True)


def _decision(point: PointRendu) -> Iterator[Rangee]:
    if point.decision is not None:
        yield _dire("Décision", point.decision.phrase, PHRASE)
    elif point.nature == NaturePoint.INFORMATION:
        yield _dire("Information", "Point présenté pour information, sans décision.", PHRASE)
    else:
        yield _dire("Décision", "Aucune décision n'a été prise sur ce point.", ALERTE)


def _montants(point: PointRendu) -> Iterator[Rangee]:
    """Those who were asked or who give; a total where there are several."""
    lignes = [m for m in point.montants if any((m.demande, m.propose, m.decide))]
    for rang, montant in enumerate(lignes, start=1):
        textes = ("", papier_net(montant.nom), *_chiffres(point, [montant]))
        yield Rangee(textes, MONTANT, solidaire=rang == len(lignes) > 1)
    if len(lignes) > 1:
        yield Rangee(("", "Total", *_chiffres(point, lignes)), TOTAL)


def _chiffres(point: PointRendu, montants: Sequence[MontantDit]) -> tuple[str, str, str]:
    """Asked, proposed, decided; nothing is decided where the decision has no amount."""
    demande, propose = (
        euros(somme_ou_rien(getattr(m, etape) for m in montants), euro=False)
        for etape in ("demande", "propose")
    )
    decide = somme(m.decide for m in montants) if _decide_un_montant(point) else None
    return demande, propose, euros(decide, euro=False)


def _decide_un_montant(point: PointRendu) -> bool:
    refus = point.decision is not None and not any(m.decide for m in point.montants)
    return point.chiffre or refus


# How it came to it ----------------------------------------------------------------------------------


def _mentions(point: PointRendu, cr: CompteRendu) -> Iterator[Rangee]:
    textes = (
        ("Examen", _examen(point, cr)),
        ("Montants annoncés", _annonces(point)),
        ("Observations", _notes(point.annonces)),
        ("Déports", _deports(point)),
        ("Position sur la CPO", _avis(point.positions)),
        ("Voix consultatives", _voix(point.voix)),
        ("Passé outre", " ".join(map(passage_dit, point.outre))),
    )
    for libelle, texte in textes:
        if texte:
            yield _dire(libelle, texte)
    if point.rectifiee:
        yield _dire("Rectification", f"La version précédente disait : {point.rectifiee}", ALERTE)
    for modification in point.modifications:
        yield _dire("Depuis la clôture", modification.phrase, ALERTE)


def _examen(point: PointRendu, cr: CompteRendu) -> str:
    """When it was on the table, and how many could vote."""
    parts = []
    if point.decision is not None and point.decision.en_bloc:
        parts.append("sans débat, avec les autres points du vote groupé")
    if point.passages:
        parts.append(_durees(point.passages))
    if point.votants is not None:
        pluriel = "s" if point.votants > 1 else ""
        parts.append(f"{point.votants} votant{pluriel} présent{pluriel}{_quorum(point, cr)}")
    phrase = " ; ".join(parts)
    return phrase[:1].upper() + phrase[1:] + "." if phrase else ""


def _quorum(point: PointRendu, cr: CompteRendu) -> str:
    if cr.quorum is None or point.votants is None:
        return ""
    manque = cr.quorum - point.votants
    return f", quorum non réuni (il manque {manque})" if manque > 0 else ", quorum réuni"


def _durees(passages: Sequence[Sejour]) -> str:
    dits = [
        f"de {a_l_heure(p.arrivee)} à {a_l_heure(p.depart)}" if p.depart else "en cours"
        for p in passages
    ]
    finis = [(p.arrivee, p.depart) for p in passages if p.depart]
    secondes = sum(
        (datetime.fromisoformat(fin) - datetime.fromisoformat(debut)).total_seconds()
        for debut, fin in finis
    )
    minutes = f" ({max(round(secondes / 60), 1)} min)" if finis else ""
    return ", puis ".join(dits) + minutes


def _annonces(point: PointRendu) -> str:
    """The rounds, where somebody changed their mind or where the decision does not follow them:
    said once and kept, an amount is in the table.
    """
    dits: dict[str, list[Decimal | None]] = {}
    for annonce in point.annonces:
        dits.setdefault(annonce.nom, []).append(annonce.montant)
    decides = {m.nom: m.decide for m in point.montants} if _decide_un_montant(point) else {}
    if all(len(m) == 1 and (m[0] or 0) == (decides.get(nom) or 0) for nom, m in dits.items()):
        return ""
    tours = (
        f"tour {numero} : {_du_tour(list(dites))}"
        for numero, dites in groupby(
            sorted(point.annonces, key=lambda a: a.numero), lambda a: a.numero
        )
    )
    phrase = " ; ".join(tours)
    return phrase[:1].upper() + phrase[1:] + "."


def _du_tour(annonces: Sequence[Annonce]) -> str:
    """« État 8 000 € puis 7 500 €, Région rien », in the order in which they spoke."""
    dits: dict[str, list[str]] = {}
    for annonce in annonces:
        dits.setdefault(annonce.nom, []).append(_annonce(annonce.montant))
    return ", ".join(f"{nom} {' puis '.join(montants)}" for nom, montants in dits.items())


def _annonce(montant: Decimal | None) -> str:
    return "rien" if montant is None else euros(montant)


def _notes(annonces: Sequence[Annonce]) -> str:
    return " ".join(
        f"{a.nom} : {_avec_point(a.note)}" for a in annonces if a.note and a.note.strip()
    )


def _deports(point: PointRendu) -> str:
    phrases = []
    for deport in point.deports:
        qui = f"{deport.nom} ({deport.represente})" if deport.represente else deport.nom
        heures = [
            f"{mot} à {a_l_heure(moment)}"
            for mot, moment in (("sortie", deport.sortie), ("retour", deport.retour))
            if moment
        ]
        details = ", ".join([*([deport.motif] if deport.motif else []), *heures])
        phrases.append(_avec_point(f"{qui} : {details}" if details else qui))
    return " ".join(phrases)


def passage_dit(constat: ConstatOutre) -> str:
    """A constat passed over, as the minutes tell it: what it said, why, who."""
    dit = _avec_point(constat.phrase)
    return f"{dit} Passé outre par {constat.auteur}\u00a0: {_avec_point(constat.motif)}"


def _avis(avis: Sequence[Avis]) -> str:
    dits = [f"{a.qui} {a.sens}" + (f" ({a.texte})" if a.texte else "") for a in avis]
    return ", ".join(dits) + "." if dits else ""


def _voix(voix: Sequence[Avis]) -> str:
    """Opinions of those who do not vote: told, never counted."""
    dites = [
        f"{v.qui} : {SensAvis.libelle_de(v.sens).lower()}" + (f", {v.texte}" if v.texte else "")
        for v in voix
    ]
    return " ; ".join(dites) + ". Avis non comptés." if dites else ""


def _avec_point(texte: str) -> str:
    propre = " ".join(texte.split())
    return propre if propre.endswith((".", "!", "?")) else f"{propre}."
