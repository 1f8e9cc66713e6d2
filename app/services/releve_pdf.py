"""The relevé de décisions: one row an action, what each financeur grants, the conditions and motives."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from app.models.calculs import somme
from app.models.enums import NatureDecision, NaturePoint
from app.models.montants import INSECABLE
from app.services.compte_rendu import CompteRendu, FinanceurRendu, PointRendu
from app.services.pages_pdf import CORPS_ENTETE, PAYSAGE, UTILE, MiseEnPage
from app.services.papier_seance import Cartouche, PapierEnPages, abrege, euros, papier_net
from app.services.polices import DEMI_GRASSE
from app.services.tableau_pdf import (
    ENCRE,
    GOUTTIERE,
    Colonne,
    Rangee,
    Style,
    Tableau,
    charger_polices,
    largeur,
)

NOM = "Relevé de décisions"
LARGE = UTILE + GOUTTIERE
LIGNE = Style(corps=7.5)
TOTAL = Style(DEMI_GRASSE, filet_haut=ENCRE, filet=ENCRE, avant=5, apres=5)
TEXTES_MINIMUM = 330.0  # points left at least to porteur, intitulé, and conditions
TEXTE_COURT = 80.0  # a column of shorter texts still has the width that one of this length has
TITRE_MAXIMUM = 600  # signs of a title or of a reason; the PV has the whole of them
VIDE = "Aucune action n'est inscrite à l'ordre du jour."


def releve_de_decisions(cr: CompteRendu) -> PapierEnPages:
    """The pages of the relevé; a draft until the séance is closed."""
    charger_polices()
    cartouche = Cartouche(cr, NOM, PAYSAGE)
    pages = MiseEnPage(cartouche.bas)
    table = _Releve(cr)
    for tableau in (table.tableau(), table.detail(), table.autres_points()):
        if tableau is not None:
            pages.ajouter(tableau)
    return PapierEnPages(cr, cartouche.objet, PAYSAGE, pages.pages, cartouche.habiller)


@dataclass(frozen=True, slots=True)
class _Somme:
    """A column of amounts. `discrete`: in second ink; `forte`: in semibold."""

    titre: str
    lire: Callable[[PointRendu], Decimal | None]
    groupe: str = ""
    discrete: bool = False
    forte: bool = False

    def textes(self, points: Sequence[PointRendu]) -> Iterator[str]:
        montants = [self.lire(p) for p in points]
        yield from (euros(m, euro=False) for m in montants)
        yield euros(somme(montants), euro=False)

    def place(self, points: Sequence[PointRendu]) -> float:
        chiffres = max(largeur(texte, DEMI_GRASSE) for texte in self.textes(points))
        mots = (largeur(m, DEMI_GRASSE, CORPS_ENTETE) for m in papier_net(self.titre).split())
        return max(chiffres, *mots, 26.0) + GOUTTIERE + 1


def _accorde_par(*financeurs: str) -> Callable[[PointRendu], Decimal | None]:
    return lambda point: point.accorde_par(*financeurs)


class _Releve:
    """The great table, and what did not fit in it."""

    def __init__(self, cr: CompteRendu) -> None:
        self._cr = cr
        self._points = cr.actions
        self._numero = Colonne("N°", self._place_du_numero())
        self._decision = Colonne("Décision", 62)
        self._avant = (_Somme("Demandé", lambda p: p.demande, discrete=True),)
        self._total = _Somme("Total accordé", lambda p: p.total if p.accorde else None, forte=True)
        donnent = [f for f in cr.financeurs if self._donne(f.cle)]
        self._montres, self._autres = self._repartir(donnent)
        self._sommes = (*self._avant, *self._montres, self._total)

    def _place_du_numero(self) -> float:
        textes = [largeur(papier_net(p.numero)) for p in self._points]
        return min(max([*textes, 24.0]), 66.0) + GOUTTIERE + 1

    def _donne(self, financeur: str) -> Decimal:
        return somme(p.accorde_par(financeur) for p in self._points)

    def _repartir(
        self, financeurs: Sequence[FinanceurRendu]
    ) -> tuple[tuple[_Somme, ...], tuple[FinanceurRendu, ...]]:
        """As many columns as the paper holds, the greatest financeurs first, in their own order."""
        if not self._points:
            return (), ()
        colonnes = {f.cle: _Somme(f.nom_court, _accorde_par(f.cle), "Accordé") for f in financeurs}
        places = {cle: s.place(self._points) for cle, s in colonnes.items()}
        fixes = sum(s.place(self._points) for s in (*self._avant, self._total))
        libre = LARGE - TEXTES_MINIMUM - fixes - self._numero.largeur - self._decision.largeur
        if sum(places.values()) <= libre:
            return tuple(colonnes.values()), ()
        libre -= _Somme("Autres financeurs", _accorde_par(*colonnes)).place(self._points)
        retenus: set[str] = set()
        for cle in sorted(colonnes, key=self._donne, reverse=True):
            if places[cle] > libre:
                break
            retenus.add(cle)
            libre -= places[cle]
        autres = tuple(f for f in financeurs if f.cle not in retenus)
        reste = _Somme("Autres financeurs", _accorde_par(*(f.cle for f in autres)), "Accordé")
        return (*(s for cle, s in colonnes.items() if cle in retenus), reste), autres

    def tableau(self) -> Tableau:
        montants = [self._colonne(s) for s in self._sommes] if self._points else []
        prises = self._numero.largeur + self._decision.largeur + sum(c.largeur for c in montants)
        libre = LARGE - prises
        porteur, titre, suites = (
            Colonne(nom, libre * part, discrete=nom == "Porteur")
            for nom, part in _parts_du_texte(self._points).items()
        )
        colonnes = (self._numero, porteur, titre, self._decision, *montants, suites)
        if not self._points:
            return Tableau(colonnes, (Rangee((VIDE,), LIGNE, etendue=len(colonnes)),))
        rangees = [Rangee(self._textes(p), LIGNE) for p in self._points]
        rangees[-1] = replace(rangees[-1], solidaire=True)
        sommes = [euros(somme(s.lire(p) for p in self._points), euro=False) for s in self._sommes]
        rangees.append(Rangee(("Total général", *sommes, ""), TOTAL, etendue=4, finale=True))
        return Tableau(colonnes, tuple(rangees), titre="Actions (montants en euros)")

    def _colonne(self, s: _Somme) -> Colonne:
        place = s.place(self._points)
        traits = {"groupe": s.groupe, "discrete": s.discrete, "forte": s.forte}
        return Colonne(s.titre, place, droite=True, **traits)  # type: ignore[arg-type]

    def _textes(self, point: PointRendu) -> tuple[str, ...]:
        return (
            papier_net(point.numero),
            papier_net(point.porteur),
            abrege(point.titre, TITRE_MAXIMUM),
            decision_dite(point),
            *(euros(s.lire(point), euro=False) for s in self._sommes),
            suites_dites(point),
        )

    def detail(self) -> Tableau | None:
        """What each of the other financeurs grants, action by action."""
        if not self._autres:
            return None
        total = _Somme("Total", _accorde_par(*(f.cle for f in self._autres)), forte=True)
        points = [p for p in self._points if total.lire(p)]
        libre = LARGE - self._numero.largeur - total.place(points)
        colonnes = (
            self._numero,
            Colonne("Intitulé", libre * 0.36),
            Colonne("Accordé par", libre * 0.64),
            self._colonne(total),
        )
        rangees = [
            Rangee(
                (
                    papier_net(p.numero),
                    abrege(p.titre, TITRE_MAXIMUM),
                    self._parts(p),
                    euros(total.lire(p), euro=False),
                ),
                LIGNE,
                solidaire=p is points[-1],
            )
            for p in points
        ]
        montant = euros(somme(total.lire(p) for p in points), euro=False)
        rangees.append(Rangee(("Total général", montant), TOTAL, etendue=3, finale=True))
        return Tableau(colonnes, tuple(rangees), titre="Autres financeurs : le détail")

    def _parts(self, point: PointRendu) -> str:
        """Name and amount hold together; lines break between two financeurs."""
        paires = ((f.nom_court, point.accorde_par(f.cle)) for f in self._autres)
        parts = [f"{papier_net(nom)}{INSECABLE}: {euros(m)}" for nom, m in paires if m]
        return f"{INSECABLE}; ".join(p.replace(" ", INSECABLE) for p in parts)

    def autres_points(self) -> Tableau | None:
        """The subjects that are no action."""
        sujets = [p for p in self._cr.points if p.action is None]
        if not sujets:
            return None
        colonnes = (Colonne("Point", 38), Colonne("Objet", 300), Colonne("Suite", LARGE - 338))
        rangees = [
            Rangee((str(p.ordre), abrege(p.titre, TITRE_MAXIMUM), _suite_du_sujet(p)), LIGNE)
            for p in sujets
        ]
        return Tableau(colonnes, tuple(rangees), titre="Autres points de l'ordre du jour")


def _parts_du_texte(points: Sequence[PointRendu]) -> dict[str, float]:
    """Share of the width for each text: grows, but slowly, with what it says (the longest set apart)."""
    textes = {
        "Porteur": [p.porteur for p in points],
        "Intitulé": [p.titre for p in points],
        "Réserves, motifs, suites": [suites_dites(p) for p in points],
    }
    racines = {}
    for nom, contenu in textes.items():
        longueurs = sorted(largeur(papier_net(t[:400])) for t in contenu) or [0.0]
        typique = longueurs[int(0.9 * (len(longueurs) - 1))]
        racines[nom] = math.sqrt(min(max(typique, TEXTE_COURT), 700.0))
    return {nom: racine / sum(racines.values()) for nom, racine in racines.items()}


def decision_dite(point: PointRendu) -> str:
    """The nature of the decision, in a word or two."""
    if point.decision is not None:
        return NatureDecision.libelle_de(point.decision.nature)
    return "Pour information" if point.nature == NaturePoint.INFORMATION else "Sans décision"


def suites_dites(point: PointRendu) -> str:
    """Conditions, motive, convention, rank and what has changed since, in sentences."""
    return " ".join(_suites(point))


def _suites(point: PointRendu) -> Iterator[str]:
    decision = point.decision
    if decision is None:
        return
    if decision.cpo_annees is not None:
        yield f"CPO de {decision.cpo_annees}{INSECABLE}ans."
    if point.chiffre and not point.accorde:
        rang = f"Rang {decision.rang}, " if decision.rang is not None else ""
        yield f"{rang}{euros(decision.total)} inscrits, sans engagement."
    for libelle, texte in (("Réserve", decision.conditions), ("Motif", decision.motif)):
        if texte and texte.strip():
            yield f"{libelle}{INSECABLE}: {abrege(texte, TITRE_MAXIMUM).rstrip('.')}."
    if point.deports:
        yield f"{_deport(len(point.deports))}{INSECABLE}: {', '.join(_noms(point))}."
    for modification in point.modifications:
        yield papier_net(modification.phrase)


def _deport(nombre: int) -> str:
    return "Déport" if nombre == 1 else "Déports"


def _noms(point: PointRendu) -> Iterable[str]:
    return dict.fromkeys(papier_net(d.nom) for d in point.deports)


def _suite_du_sujet(point: PointRendu) -> str:
    return papier_net(point.decision.phrase) if point.decision else decision_dite(point)
