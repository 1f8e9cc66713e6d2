"""The document « décisions »: what the comité decided, axis by axis, then what is left of the envelopes.

A4 landscape. A column per financeur as long as they fit; the others are added up in one column
and told one by one in a second table.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from app.models.calculs import somme
from app.models.enums import StatutAction
from app.models.montants import FINE, INSECABLE, afficher_montant
from app.services.alertes import decision_en_mots
from app.services.documents import Axe, date_longue, ecrire_entier, jour_de, par_axe
from app.services.enveloppes import etat_en_mots
from app.services.pages_pdf import (
    CORPS_ENTETE,
    HAUT,
    LARGEUR,
    MARGE,
    UTILE,
    Document,
    MiseEnPage,
)
from app.services.polices import DEMI_GRASSE
from app.services.rows import EtatEnveloppe, LigneAction, LigneFinanceur, Montants, Programmation
from app.services.tableau_pdf import (
    ACCENT,
    ENCRE,
    FILET,
    FOND,
    GOUTTIERE,
    SECONDE,
    Colonne,
    Rangee,
    Style,
    Tableau,
    charger_polices,
    couper,
    largeur,
    propre,
)

TEXTES_MINIMUM = 235.0  # points left at least to porteur, intitulé and quartiers
TEXTE_COURT = 90.0  # a column of shorter texts still has the width that one of this length has
TITRE_AXE = Style(DEMI_GRASSE, corps=9, couleur=ACCENT, avant=12, apres=4, filet=FILET)
SOUS_TOTAL = Style(DEMI_GRASSE, fond=FOND)
TOTAL = Style(DEMI_GRASSE, filet_haut=ENCRE, filet=ENCRE, avant=5, apres=5)
RESTE = 10  # place of that column among the envelopes
NON_COMMUNIQUEE = etat_en_mots(None, notifie=False)
VIDE = "Aucune action n'est inscrite à cette programmation."


def ecrire_decisions(programmation: Programmation, chemin: Path) -> None:
    """Write the PDF whole, or raise an ErreurConnue and leave what was there."""
    ecrire_entier(chemin, decisions(programmation))


def decisions(programmation: Programmation) -> bytes:
    """The bytes of the PDF; the same for the same programme."""
    charger_polices()
    titre = f"Décisions {programmation.annee} – {propre(programmation.contrat)}"
    jour = jour_de(programmation.date) or date(2024, 1, 1)
    document = Document(titre=titre, auteur=propre(programmation.contrat), jour=jour)
    bloc = _Cartouche(document, programmation)
    pages = MiseEnPage(bloc.bas)
    axes = par_axe(programmation)
    if axes:
        table = _Decisions(programmation, axes)
        pages.ajouter(table.tableau())
        if table.autres:
            pages.ajouter(table.detail())
    etats = _enveloppes(programmation)
    if etats:
        pages.ajouter(etats)
    return document.dessiner(pages.pages, bloc.habiller)


class _Cartouche:
    """The title block of the first page, the running line of the others, the foot of all."""

    def __init__(self, document: Document, programmation: Programmation) -> None:
        self._document, self._programmation = document, programmation
        self._titre = couper(programmation.contrat, UTILE, DEMI_GRASSE, 16)
        self._lignes = [
            ligne for texte in self._textes() for ligne in couper(texte, UTILE, corps=8.5)
        ]
        self.bas = HAUT - 20 * len(self._titre) - 20 - 12 * len(self._lignes) - 10

    def _textes(self) -> Iterable[str]:
        programmation = self._programmation
        etat = f"état au {date_longue(programmation.date)}"
        yield " · ".join(texte for texte in (programmation.appel, etat) if texte)
        actions = programmation.actions
        if not actions:
            yield VIDE
            return
        statuts = Counter(StatutAction.libelle_de(a.statut) for a in actions)
        nombre = f"{len(actions)} action{'s' if len(actions) > 1 else ''}"
        comptes = [f"{libelle}{INSECABLE}: {n}" for libelle, n in sorted(statuts.items())]
        yield " · ".join([nombre, *comptes])
        cles = tuple(f.cle for f in programmation.financeurs)
        totaux = {
            "Coût total": somme(a.cout for a in actions),
            "demandé": somme(_total(a, cles, "demande") for a in actions),
            "accordé": somme(_total(a, cles, "accorde") for a in actions),
        }
        yield " · ".join(f"{nom} {_chiffres(m, euro=True)}" for nom, m in totaux.items())

    def habiller(self, numero: int, nombre: int) -> None:
        if numero == 1:
            self._dessiner_titre()
        else:
            courant = f"{self._titre[0]} · Décisions {self._programmation.annee}"
            self._document.ecrire(MARGE, HAUT - 7, courant, corps=CORPS_ENTETE, couleur=SECONDE)
        pied = MARGE - 4
        marque = (
            f"Montants en euros · Empreinte du journal : {propre(self._programmation.empreinte)}"
        )
        self._document.ecrire(MARGE, pied, marque, corps=6, couleur=SECONDE)
        page = f"Page {numero} / {nombre}"
        self._document.ecrire(LARGEUR - MARGE, pied, page, corps=7, couleur=SECONDE, droite=True)

    def _dessiner_titre(self) -> None:
        y = HAUT - 14
        for ligne in self._titre:
            self._document.ecrire(MARGE, y, ligne, corps=16, police=DEMI_GRASSE)
            y -= 20
        objet = f"Décisions – programmation {self._programmation.annee}"
        self._document.ecrire(MARGE, y, objet, corps=11)
        y -= 16
        for ligne in self._lignes:
            self._document.ecrire(MARGE, y, ligne, corps=8.5, couleur=SECONDE)
            y -= 12


def _chiffres(montant: Decimal | None, *, euro: bool = False) -> str:
    """The amount as on screen, with wider spaces: the narrow ones of the typeface vanish on paper."""
    return afficher_montant(montant, euro=euro).replace(FINE, INSECABLE)


def _montant(action: LigneAction, cle: str, etape: str) -> Decimal | None:
    montant: Decimal | None = getattr(action.montants.get(cle, Montants()), etape)
    return montant


def _total(action: LigneAction, cles: Iterable[str], etape: str) -> Decimal | None:
    """Sum over those financeurs; None when none of them has said anything."""
    return _somme_connue(_montant(action, cle, etape) for cle in cles)


@dataclass(frozen=True, slots=True)
class _Somme:
    """A column of amounts: its title and its value for an action."""

    titre: str
    cles: tuple[str, ...]
    etape: str
    groupe: str = ""
    discrete: bool = False
    forte: bool = False

    def lire(self, action: LigneAction) -> Decimal | None:
        return action.cout if self.etape == "cout" else _total(action, self.cles, self.etape)

    def textes(self, axes: Sequence[Axe]) -> list[str]:
        """All that the column will show: amounts, subtotals, total."""
        montants = [[self.lire(a) for a in axe.actions] for axe in axes]
        sommes = [somme(bloc) for bloc in montants]
        return [_chiffres(m) for m in {*(m for b in montants for m in b), *sommes, somme(sommes)}]

    def place(self, axes: Sequence[Axe]) -> float:
        chiffres = max((largeur(texte, DEMI_GRASSE) for texte in self.textes(axes)), default=0)
        mots = (largeur(mot, DEMI_GRASSE, CORPS_ENTETE) for mot in propre(self.titre).split())
        return max(chiffres, *mots, 26.0) + GOUTTIERE + 1


class _Decisions:
    """The great table. `autres`: the financeurs that have no column of their own."""

    def __init__(self, programmation: Programmation, axes: tuple[Axe, ...]) -> None:
        self._axes = axes
        toutes = tuple(f.cle for f in programmation.financeurs)
        self._avant = (
            _Somme("Coût total", (), "cout", discrete=True),
            _Somme("Demandé", toutes, "demande", discrete=True),
        )
        self._total = _Somme("Total accordé", toutes, "accorde", forte=True)
        actions = [a for axe in axes for a in axe.actions]
        self._numero = _colonne_texte("N°", [a.numero for a in actions], plafond=66)
        libelles = [StatutAction.libelle_de(a.statut) for a in actions]
        self._statut = _colonne_texte("Décision", libelles, plafond=58)
        montrees, self.autres = self._repartir(programmation.financeurs)
        self._sommes = (*self._avant, *montrees, self._total)

    def _repartir(
        self, financeurs: Sequence[LigneFinanceur]
    ) -> tuple[list[_Somme], tuple[LigneFinanceur, ...]]:
        """As many columns as the paper holds, the greatest financeurs first, in their own order."""
        fixes = sum(s.place(self._axes) for s in (*self._avant, self._total))
        fixes += self._numero.largeur + self._statut.largeur
        libre = UTILE + GOUTTIERE - TEXTES_MINIMUM - fixes
        colonnes = {f.cle: _accorde(f) for f in financeurs}
        places = {cle: s.place(self._axes) for cle, s in colonnes.items()}
        if sum(places.values()) <= libre:
            return list(colonnes.values()), ()
        poids = {cle: self._poids(cle) for cle in colonnes}
        retenus: set[str] = set()
        libre -= _Somme("Autres financeurs", tuple(colonnes), "accorde").place(self._axes)
        for cle in sorted(colonnes, key=lambda cle: poids[cle], reverse=True):
            if places[cle] > libre:
                break
            retenus.add(cle)
            libre -= places[cle]
        autres = tuple(f for f in financeurs if f.cle not in retenus)
        reste = _Somme("Autres financeurs", tuple(f.cle for f in autres), "accorde", "Accordé")
        return [*(s for cle, s in colonnes.items() if cle in retenus), reste], autres

    def _poids(self, cle: str) -> tuple[Decimal, Decimal]:
        actions = [a for axe in self._axes for a in axe.actions]
        accorde, demande = (
            somme(_montant(a, cle, e) for a in actions) for e in ("accorde", "demande")
        )
        return accorde, demande

    def tableau(self) -> Tableau:
        montants = [
            Colonne(
                s.titre,
                s.place(self._axes),
                droite=True,
                groupe=s.groupe,
                discrete=s.discrete,
                forte=s.forte,
            )
            for s in self._sommes
        ]
        prises = sum(c.largeur for c in (self._numero, self._statut, *montants))
        libre = UTILE + GOUTTIERE - prises
        actions = [a for axe in self._axes for a in axe.actions]
        textes = {
            "Porteur": [a.porteur for a in actions],
            "Intitulé": [a.titre for a in actions],
            "Quartiers": [a.quartiers for a in actions],
        }
        colonnes = (
            self._numero,
            *(
                Colonne(titre, libre * part, discrete=titre == "Quartiers")
                for titre, part in _parts(textes).items()
            ),
            *montants,
            self._statut,
        )
        rangees = [r for axe in self._axes for r in self._rangees(axe)]
        rangees[-1] = replace(rangees[-1], solidaire=True)
        rangees.append(self._somme("Total général", actions, TOTAL, finale=True))
        return Tableau(colonnes, tuple(rangees))

    def _rangees(self, axe: Axe) -> Iterable[Rangee]:
        tout = 5 + len(self._sommes)
        yield Rangee((axe.nom,), TITRE_AXE, etendue=tout, solidaire=True, titre=True)
        derniere = axe.actions[-1]
        for action in axe.actions:
            yield Rangee(self._textes(action), solidaire=action is derniere)
        yield self._somme(f"Sous-total – {axe.nom}", axe.actions, SOUS_TOTAL)

    def _textes(self, action: LigneAction) -> tuple[str, ...]:
        montants = (_chiffres(s.lire(action)) for s in self._sommes)
        statut = decision_en_mots(action)
        return (action.numero, action.porteur, action.titre, action.quartiers, *montants, statut)

    def _somme(
        self, libelle: str, actions: Sequence[LigneAction], style: Style, *, finale: bool = False
    ) -> Rangee:
        sommes = (_chiffres(somme(s.lire(a) for a in actions)) for s in self._sommes)
        return Rangee((libelle, *sommes, ""), style, etendue=4, finale=finale)

    def detail(self) -> Tableau:
        """What each of the other financeurs grants, action by action."""
        cles = tuple(f.cle for f in self.autres)
        total = _Somme("Total", cles, "accorde", forte=True)
        actions = [a for axe in self._axes for a in axe.actions if total.lire(a)]
        place = total.place(self._axes)
        libre = UTILE + GOUTTIERE - self._numero.largeur - place
        textes = (("Porteur", 0.2), ("Intitulé", 0.3), ("Accordé par", 0.5))
        colonnes = (
            self._numero,
            *(Colonne(titre, libre * part) for titre, part in textes),
            Colonne("Total", place, droite=True, forte=True),
        )
        rangees = [
            Rangee(
                (a.numero, a.porteur, a.titre, self._parts(a), _chiffres(total.lire(a))),
                solidaire=a is actions[-1],
            )
            for a in actions
        ]
        accorde = _chiffres(somme(total.lire(a) for a in actions))
        rangees.append(Rangee(("Total général", accorde), TOTAL, etendue=4, finale=True))
        return Tableau(colonnes, tuple(rangees), titre="Autres financeurs : le détail")

    def _parts(self, action: LigneAction) -> str:
        """Name and amount hold together; lines break between two financeurs."""
        paires = ((f.nom_court or f.nom, _montant(action, f.cle, "accorde")) for f in self.autres)
        parts = [f"{nom} : {_chiffres(m, euro=True)}" for nom, m in paires if m]
        return f"{INSECABLE}; ".join(part.replace(" ", INSECABLE) for part in parts)


def _accorde(financeur: LigneFinanceur) -> _Somme:
    nom = financeur.nom_court or financeur.nom
    return _Somme(nom, (financeur.cle,), "accorde", groupe="Accordé")


def _parts(textes: dict[str, list[str]]) -> dict[str, float]:
    """Share of the width for each column: grows, but slowly, with its texts (the longest set apart)."""
    poids = {
        titre: sorted(largeur(propre(texte)) for texte in contenu)[int(0.9 * (len(contenu) - 1))]
        for titre, contenu in textes.items()
    }
    racines = {titre: math.sqrt(max(n, TEXTE_COURT)) for titre, n in poids.items()}
    return {titre: racine / sum(racines.values()) for titre, racine in racines.items()}


def _colonne_texte(titre: str, textes: Iterable[str], *, plafond: float) -> Colonne:
    """Wide enough for the longest text, or for the longest word under the limit."""
    entiers, mots = [largeur(titre, DEMI_GRASSE, CORPS_ENTETE)], [0.0]
    for texte in set(textes):
        entiers.append(largeur(propre(texte)))
        mots += [largeur(mot) for mot in propre(texte).split()]
    voulue = max(entiers) if max(entiers) <= plafond else min(max(*mots, plafond), 90.0)
    return Colonne(titre, voulue + GOUTTIERE + 1)


def _enveloppes(programmation: Programmation) -> Tableau | None:
    """What each financeur put in and what is left; those that announced nothing as well."""
    etats = {e.financeur.cle: e for e in programmation.enveloppes}
    financeurs = {
        f.cle: f for f in (*programmation.financeurs, *(e.financeur for e in etats.values()))
    }
    if not financeurs:
        return None
    chiffres = ("Réserve", "Engagé par convention", "Disponible", "Demandé", "Proposé", "Accordé")
    fixe = Colonne("Enveloppe", 58, droite=True)
    colonnes = (
        Colonne("Financeur", UTILE + GOUTTIERE - 9 * 58 - 84 - 34),
        fixe,
        Colonne("État", 84, discrete=True),
        *(replace(fixe, titre=titre) for titre in chiffres),
        replace(fixe, titre="Accordé dans ce document"),
        Colonne("Reste", 58 + 34, droite=True, forte=True),
    )
    rangees = [
        _rangee_enveloppe(financeur, etats.get(cle), programmation.actions)
        for cle, financeur in financeurs.items()
    ]
    rangees[-1] = replace(rangees[-1], solidaire=True)
    rangees.append(_total_enveloppes(programmation))
    return Tableau(colonnes, tuple(rangees), titre="Enveloppes")


def _rangee_enveloppe(
    financeur: LigneFinanceur, etat: EtatEnveloppe | None, actions: Iterable[LigneAction]
) -> Rangee:
    dans_le_document = _chiffres(somme(_montant(a, financeur.cle, "accorde") for a in actions))
    if etat is None:
        return Rangee((financeur.nom, "", NON_COMMUNIQUEE, *[""] * 6, dans_le_document, ""))
    libelle = etat_en_mots(etat.montant, notifie=etat.notifie)
    montants = (
        *(etat.reserve, etat.engage, etat.disponible),
        *(etat.demande, etat.propose, etat.accorde),
    )
    textes = (
        *(financeur.nom, _chiffres(etat.montant), libelle),
        *(_chiffres(m) for m in montants),
        *(dans_le_document, _dire_reste(etat.reste)),
    )
    return Rangee(textes, alerte=_alerte(etat.reste))


def _alerte(reste: Decimal | None) -> int | None:
    return RESTE if reste is not None and reste < 0 else None


def _dire_reste(reste: Decimal | None) -> str:
    """An overshoot is said in words."""
    if reste is not None and reste < 0:
        return f"dépasse de {_chiffres(-reste)}"
    return _chiffres(reste)


def _total_enveloppes(programmation: Programmation) -> Rangee:
    etats = programmation.enveloppes
    cles = {f.cle for f in programmation.financeurs} | {e.financeur.cle for e in etats}
    sommes = (
        _somme_connue(e.reserve for e in etats),
        _somme_connue(e.engage for e in etats),
        _somme_connue(e.disponible for e in etats),
        _somme_connue(e.demande for e in etats),
        _somme_connue(e.propose for e in etats),
        _somme_connue(e.accorde for e in etats),
        _somme_connue(_total(a, cles, "accorde") for a in programmation.actions),
    )
    montant = _chiffres(_somme_connue(e.montant for e in etats))
    # A sum that leaves out what nobody announced would not be what is left.
    tous_connus = all(e.reste is not None for e in etats)
    reste = _somme_connue(e.reste for e in etats) if tous_connus else None
    textes = ("Total général", montant, "", *map(_chiffres, sommes), _dire_reste(reste))
    return Rangee(textes, TOTAL, finale=True, alerte=_alerte(reste))


def _somme_connue(montants: Iterable[Decimal | None]) -> Decimal | None:
    """None when nothing is known, which is not zero."""
    connus = [montant for montant in montants if montant is not None]
    return somme(connus) if connus else None
