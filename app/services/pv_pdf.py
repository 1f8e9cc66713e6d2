"""The procès-verbal: who was there, what was decided of each item and how, in the order of passage."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from reportlab.lib.pagesizes import A4, portrait

from app.models.calculs import somme
from app.models.enums import NatureDecision, RegleVote, RoleMembre
from app.models.montants import INSECABLE
from app.services.compte_rendu import (
    CompteRendu,
    MembreVenu,
    MontantDit,
    PointRendu,
    Sejour,
    totaux_par_financeur,
)
from app.services.documents import date_longue
from app.services.pages_pdf import MiseEnPage, Papier
from app.services.papier_seance import (
    Cartouche,
    PapierEnPages,
    a_l_heure,
    abrege,
    euros,
    instant_dit,
    papier_net,
    quand,
)
from app.services.points_pv import deroulement, passage_dit
from app.services.polices import DEMI_GRASSE
from app.services.presences import NON_PRECISE
from app.services.tableau_pdf import (
    ENCRE,
    FILET,
    GOUTTIERE,
    SECONDE,
    Colonne,
    Rangee,
    Style,
    Tableau,
    charger_polices,
)

PORTRAIT = Papier(*portrait(A4))
CORPS_PV = 8.5
LARGE = PORTRAIT.utile + GOUTTIERE
LIGNE = Style(corps=CORPS_PV, avant=2, apres=2.5)
FORTE = Style(DEMI_GRASSE, corps=CORPS_PV, avant=2, apres=2.5)
GROUPE = Style(DEMI_GRASSE, corps=CORPS_PV, couleur=SECONDE, avant=6, apres=2, filet=FILET)
TOTAL = Style(DEMI_GRASSE, corps=CORPS_PV, filet_haut=ENCRE, filet=ENCRE, avant=3, apres=4)
NOM = "Procès-verbal"


def proces_verbal(cr: CompteRendu) -> PapierEnPages:
    """The pages of the PV; a draft until the séance is closed."""
    charger_polices()
    cartouche = Cartouche(cr, NOM, PORTRAIT)
    pages = MiseEnPage(cartouche.bas, PORTRAIT)
    for tableau in _tableaux(cr):
        if tableau.rangees:
            pages.ajouter(tableau)
    return PapierEnPages(cr, cartouche.objet, PORTRAIT, pages.pages, cartouche.habiller)


def _tableaux(cr: CompteRendu) -> Iterator[Tableau]:
    yield _seance(cr)
    yield _presence(cr)
    yield _bref(cr)
    yield deroulement(cr, LARGE)
    yield _complementaires(cr)
    yield _signatures(cr)


# The séance -----------------------------------------------------------------------------------------


def _seance(cr: CompteRendu) -> Tableau:
    colonnes = (Colonne("", 104, discrete=True), Colonne("", LARGE - 104))
    rangees = tuple(
        Rangee((nom, papier_net(texte)), LIGNE) for nom, texte in _description(cr) if texte
    )
    return Tableau(colonnes, rangees, titre="Séance", entete=False)


def _description(cr: CompteRendu) -> Iterator[tuple[str, str]]:
    yield "Titre", cr.titre
    yield "Date", quand(cr)
    yield "Lieu", cr.lieu or ""
    yield "Instance", cr.instance
    yield "Convocation", date_longue(cr.convoquee_le) if cr.convoquee_le else ""
    presidents = [m for m in cr.membres if m.siege.role == RoleMembre.PRESIDENT]
    yield "Présidence", " ; ".join(_qualite(m) for m in presidents) or "non indiquée"
    yield "Secrétariat", cr.secretaire or ""
    yield "Ouverture", instant_dit(cr.ouverte_le)
    yield "Clôture", instant_dit(cr.close_le) if cr.sceau else ""
    yield "Quorum", _quorum(cr)
    yield "Règle de vote", _regle_de_vote(cr)
    yield "Ordre du jour", _comptes(cr.points)
    if cr.reouverture:
        yield "Réouverture", f"Séance rouverte. Motif : {cr.reouverture}"
    for sceau in cr.sceaux:
        if sceau.outre:
            version = f"version {sceau.version}, " if len(cr.sceaux) > 1 else ""
            yield "Passé outre", f"{version}{sceau.outre}"
    for constat in cr.outre:
        yield "Passé outre", passage_dit(constat)
    if len(cr.sceaux) > 1:
        for sceau in cr.sceaux:
            motif = f" – rectification : {sceau.motif}" if sceau.motif else ""
            yield f"Version {sceau.version}", f"scellée le {instant_dit(sceau.scelle_le)}{motif}"


def _qualite(membre: MembreVenu) -> str:
    """« Nom, fonction (qui est représenté) »."""
    siege = membre.siege
    tete = ", ".join(t for t in (siege.nom, siege.fonction) if t)
    return f"{tete} ({siege.represente})" if siege.represente else tete


def _quorum(cr: CompteRendu) -> str:
    votants = [m for m in cr.membres if m.siege.votant]
    venus = sum(bool(m.sejours) for m in votants)
    present = f"{venus} membres votants venus sur {len(votants)}"
    if cr.quorum is None:
        return f"{NON_PRECISE} ; {present}"
    return f"{cr.quorum} membres votants présents{_source(cr.quorum_source)} ; {present}"


def _regle_de_vote(cr: CompteRendu) -> str:
    if cr.regle_vote is None:
        return "non précisée par le contrat"
    connues = {str(regle) for regle in RegleVote}
    mots = RegleVote.libelle_de(cr.regle_vote) if cr.regle_vote in connues else cr.regle_vote
    return f"{mots}{_source(cr.regle_vote_source)}"


def _source(source: str | None) -> str:
    return f" ({source})" if source else ""


# Who was there --------------------------------------------------------------------------------------


def _presence(cr: CompteRendu) -> Tableau:
    colonnes = (
        Colonne("Nom et fonction", 190),
        Colonne("Représente", 112),
        Colonne("Siège", 92, discrete=True),
        Colonne("Présence", LARGE - 190 - 112 - 92),
    )
    venus = [m for m in cr.membres if m.sejours]
    absents = [m for m in cr.membres if not m.sejours]
    rangees = [
        *_groupe(f"Présents ({len(venus)})", venus, cr),
        *_groupe(f"Excusés et absents ({len(absents)})", absents, cr),
    ]
    return Tableau(colonnes, tuple(rangees), titre="Présence")


def _groupe(titre: str, membres: Sequence[MembreVenu], cr: CompteRendu) -> Iterator[Rangee]:
    if membres:
        yield Rangee((titre,), GROUPE, etendue=4, solidaire=True)
    for membre in membres:
        siege = membre.siege
        nom = ", ".join(t for t in (siege.nom, siege.fonction) if t)
        textes = (nom, siege.represente, _siege(membre), _presence_de(membre, cr))
        yield Rangee(tuple(papier_net(t) for t in textes), LIGNE)


def _siege(membre: MembreVenu) -> str:
    role = RoleMembre.libelle_de(membre.siege.role)
    if membre.siege.role in (RoleMembre.PRESIDENT, RoleMembre.MEMBRE):
        return f"{role}, {'votant' if membre.siege.votant else 'sans vote'}"
    return f"{role}, votant" if membre.siege.votant else role


def _presence_de(membre: MembreVenu, cr: CompteRendu) -> str:
    pouvoir = f", pouvoir à {membre.siege.pouvoir_a_nom}" if membre.siege.pouvoir_a_nom else ""
    if not membre.sejours:
        return ("excusé" if membre.siege.excuse else "absent") + pouvoir
    return " ; ".join(_sejour(s, close=cr.sceau is not None) for s in membre.sejours) + pouvoir


def _sejour(sejour: Sejour, *, close: bool) -> str:
    debut = a_l_heure(sejour.arrivee)
    if sejour.depart:
        return f"de {debut} à {a_l_heure(sejour.depart)}"
    return f"de {debut} à la fin" if close else f"depuis {debut}"


# The money ------------------------------------------------------------------------------------------


def _bref(cr: CompteRendu) -> Tableau:
    """What each financeur grants."""
    totaux = totaux_par_financeur(cr.points)
    colonnes = (
        Colonne("Financeur", LARGE - 2 * 92),
        Colonne("Actions soutenues", 92, droite=True),
        Colonne("Montant accordé", 92, droite=True, forte=True),
    )
    rangees = []
    for financeur in cr.financeurs:
        if total := totaux.get(financeur.cle):
            nombre = sum(_donne(p, financeur.cle) for p in cr.points)
            textes = (papier_net(financeur.nom), str(nombre), euros(total, euro=False))
            rangees.append(Rangee(textes, LIGNE))
    if rangees:
        rangees[-1] = replace(rangees[-1], solidaire=True)
    nombre = sum(p.accorde for p in cr.points)
    total = somme(p.total for p in cr.points)
    rangees.append(Rangee(("Total", str(nombre), euros(total, euro=False)), TOTAL, finale=True))
    return Tableau(colonnes, tuple(rangees), titre="Montants accordés (en euros)")


def _donne(point: PointRendu, financeur: str) -> bool:
    donnes: Iterable[MontantDit] = point.montants if point.accorde else ()
    return any(m.decide and m.payeur.financeur == financeur for m in donnes)


def _comptes(points: Sequence[PointRendu]) -> str:
    natures = Counter(p.decision.nature for p in points if p.decision)
    lignes = [
        f"{NatureDecision.libelle_de(n)}{INSECABLE}:{INSECABLE}{natures[str(n)]}"
        for n in NatureDecision
        if natures[str(n)]
    ]
    attendus = sum(1 for p in points if p.action and not p.decision)
    if attendus:
        lignes.append(f"Sans décision{INSECABLE}:{INSECABLE}{attendus}")
    tete = f"{len(points)} point{'s' if len(points) > 1 else ''}"
    return " · ".join([tete, *lignes])


# After ----------------------------------------------------------------------------------------------


def _complementaires(cr: CompteRendu) -> Tableau:
    colonnes = (
        Colonne("Rang", 34),
        Colonne("N°", 66),
        Colonne("Porteur", 140),
        Colonne("Intitulé", LARGE - 34 - 66 - 140 - 78),
        Colonne("Montant inscrit", 78, droite=True, forte=True),
    )
    rangees = []
    for rang, point in enumerate(cr.complementaires, start=1):
        total: Decimal = point.decision.total if point.decision else Decimal(0)
        textes = (str(rang), point.numero, point.porteur, abrege(point.titre, 300))
        nets = tuple(papier_net(t) for t in textes)
        rangees.append(Rangee((*nets, euros(total, euro=False)), LIGNE))
    return Tableau(colonnes, tuple(rangees), titre="Liste complémentaire, sans engagement")


def _signatures(cr: CompteRendu) -> Tableau:
    """A place for each chair, and for whoever wrote."""
    colonnes = (
        Colonne("Nom et fonction", 230),
        Colonne("Qualité", 92, discrete=True),
        Colonne("Signature", LARGE - 322),
    )
    signataires = [
        (_qualite(m), "Présidence") for m in cr.membres if m.siege.role == RoleMembre.PRESIDENT
    ]
    if cr.secretaire:
        signataires.append((cr.secretaire, "Secrétariat"))
    style = Style(corps=CORPS_PV, avant=5, apres=5)
    rangees = tuple(
        Rangee((papier_net(nom), qualite, ""), style, lignes=3, solidaire=rang < len(signataires))
        for rang, (nom, qualite) in enumerate(signataires, start=1)
    )
    return Tableau(colonnes, rangees, titre="Signatures")
