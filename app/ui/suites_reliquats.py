"""What the envelopes have left, and the actions of the liste complémentaire that could have it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from PySide6.QtWidgets import QPushButton

from app.models.enums import StatutAction
from app.models.montants import afficher_montant
from app.services.accords import compter
from app.services.columns_suites import (
    colonnes_complementaire,
    colonnes_modifications,
    colonnes_rattrapage,
    colonnes_reliquats,
)
from app.services.comite import Comite
from app.services.contexte import Contexte
from app.services.errors import SaisieRefusee
from app.services.payeurs import Payeur
from app.services.scellement import ModificationPostComite
from app.services.suites import (
    Candidate,
    Dotee,
    PartProposee,
    Reliquat,
    depassement_des_reliquats,
    total_des_reliquats,
)
from app.ui.barre_champs import BarreChamps, ChampDeBarre
from app.ui.elements import bouton, etiquette
from app.ui.seance_ranger import RangerLignes
from app.ui.suites_listes import ENTITES_SUIVIES, ListeDeSuites
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau


class ListeReliquats(ListeDeSuites):
    """Above, what is left; below, who could give what to the actions that wait, to be decided."""

    liste = "reliquats"
    entites = (*ENTITES_SUIVIES, "enveloppe", "financeur", "montant_decide", "point")

    def __init__(self, contexte: Contexte, comite: Comite, annee: int) -> None:
        super().__init__(contexte, comite, annee, colonnes_reliquats())
        self.tableau.intitule = lambda: f"Reliquats {self.annee}"
        self.barre_retrait = BarreChamps(
            (
                ChampDeBarre("action", "Action", largeur=220),
                ChampDeBarre("motif", "Motif", largeur=260),
            ),
            "Retirer",
        )
        self.poser_barre(self.barre_retrait)
        self.geste("Retirer une action", self.retirer)
        self._tapees: dict[str, Decimal | None] = {}  # by part: what a person proposes instead
        self.parts = ModeleTableau(colonnes_rattrapage(self.proposer), self)
        self.parts.lecture_seule = contexte.fichier.lecture_seule
        self.vue_parts = VueTableau(self.parts)
        self.vue_parts.volets.dire_si_vide("Aucune action n'attend sur la liste complémentaire.")
        self._annonce = etiquette("", "fort")
        self._annonce.setWordWrap(True)
        self.rattraper = bouton("Rattraper", "principal")
        self.rattraper.clicked.connect(lambda: self.tenter(self._rattraper))
        recalculer = QPushButton("Proposer à nouveau")
        recalculer.clicked.connect(self._proposer_a_nouveau)
        self.dessous(self._annonce, self.vue_parts, recalculer, self.rattraper)
        self._corps.setSizes([theme().px(280), theme().px(340)])
        self.vue.volets.dire_si_vide("Aucune enveloppe n'est saisie pour cette année.")

    def lire(self) -> list[object]:
        suites = self._comite.suites
        lignes = suites.reliquats(self.annee)
        self._phrase.setText(phrase_des_reliquats(lignes, suites.encore_dotees(self.annee)))
        return list(lignes)

    def rafraichir(self) -> None:
        super().rafraichir()
        self.parts.synchroniser(
            [
                replace(part, propose=self._tapees[part.cle]) if part.cle in self._tapees else part
                for part in self._comite.suites.proposer(self.annee)
            ]
        )
        self._annoncer()

    def _proposer_a_nouveau(self) -> None:
        """Forget what was typed."""
        self._tapees.clear()
        self.rafraichir()

    def _annoncer(self) -> None:
        parts: list[PartProposee] = list(self.parts.toutes_les_lignes())
        self._annonce.setText(phrase_du_rattrapage(parts))
        vides = not any(part.propose for part in parts)
        self.rattraper.setDisabled(vides or self._contexte.fichier.lecture_seule)

    def proposer(self, cle: str, montant: Decimal | None) -> None:
        """Change what a payeur is proposed to give: nothing is granted before « Rattraper »."""
        if montant is not None and montant < 0:
            raise SaisieRefusee("Un montant ne peut pas être négatif : tapez un montant positif.")
        self._tapees[cle] = montant  # kept whatever is typed elsewhere meanwhile
        parts: list[PartProposee] = [
            replace(part, propose=montant) if part.cle == cle else part
            for part in self.parts.toutes_les_lignes()
        ]
        self.parts.synchroniser(parts)
        self._annoncer()

    def _rattraper(self) -> None:
        montants: dict[str, dict[Payeur, Decimal | None]] = {}
        for part in self.parts.toutes_les_lignes():
            montants.setdefault(part.decision, {})[part.payeur] = part.propose or None
        nombre = self._comite.suites.rattraper(montants)
        self.information.emit(
            f"{compter(nombre, 'action')} de la liste complémentaire "
            f"{'sont accordées' if nombre > 1 else 'est accordée'}. Ctrl+Z y revient."
        )

    def retirer(self) -> None:
        """An action drops out: ask which and why, free its money, and propose it to those that wait."""
        noms = {a.nom: a for a in self._comite.suites.dotees(self.annee)}
        self.barre_retrait.champs["action"].completer(sorted(noms))
        dotees = self._comite.suites.encore_dotees(self.annee)
        premiere = dotees[0].nom if dotees else ""

        def garder(champs: Mapping[str, str]) -> None:
            numero = champs["action"].split(" ")[0]
            trouvees = [dotee for dotee in noms.values() if dotee.numero == numero]
            if len(trouvees) != 1:
                raise SaisieRefusee("Tapez le numéro d'une action accordée, comme 2026-014.")
            self._comite.suites.abandonner(trouvees[0].action, champs["motif"])
            libere = afficher_montant(trouvees[0].total, euro=True)
            self.information.emit(f"Action retirée : elle libère {libere}, à répartir ci-dessous.")

        self.barre_retrait.demander("Retirer", garder, action=premiere)


class ListeComplementaire(ListeDeSuites):
    """The actions that wait, by rank; the order is that of the séance, until it is closed."""

    liste = "complementaire"
    entites = (*ENTITES_SUIVIES, "enveloppe", "financeur", "montant_decide", "point")

    def __init__(self, contexte: Contexte, comite: Comite, annee: int) -> None:
        super().__init__(contexte, comite, annee, colonnes_complementaire())
        self.tableau.intitule = lambda: f"Liste complémentaire {self.annee}"
        self.rangeur = RangerLignes(
            self.vue, "rang", comite.decisions.ranger_complementaire, "le classement"
        )
        self.geste("Monter", lambda: self.rangeur.deplacer(-1))
        self.geste("Descendre", lambda: self.rangeur.deplacer(1))
        self.vue.volets.dire_si_vide("Aucune action n'attend sur la liste complémentaire.")

    def lire(self) -> list[object]:
        lignes = self._comite.suites.liste_complementaire(self.annee)
        self._phrase.setText(phrase_de_la_liste(lignes))
        return list(lignes)


class ListeModifications(ListeDeSuites):
    """The amounts that are no longer what a closed séance decided."""

    liste = "modifications"

    def __init__(self, contexte: Contexte, comite: Comite, annee: int) -> None:
        super().__init__(contexte, comite, annee, colonnes_modifications())
        self.tableau.intitule = lambda: f"Modifications post-comité {self.annee}"
        self.vue.volets.dire_si_vide(
            "Aucune modification : les montants sont ceux que les séances closes ont décidés."
        )

    def lire(self) -> list[object]:
        lignes = self._comite.scellements.modifications(self.annee)
        self._phrase.setText(phrase_des_modifications(lignes))
        return list(lignes)


def phrase_des_reliquats(lignes: list[Reliquat], dotees: list[Dotee]) -> str:
    """« Reliquats : 12 400 €. 2026-014 (retirée) garde 5 000 € : « Retirer une action » les libère. »"""
    if not lignes:
        return ""
    phrase = f"Reliquats : {_total_en_mots(lignes)}."
    if not dotees:
        return phrase
    une = dotees[0]
    garde = afficher_montant(une.total, euro=True)
    autres = f" (et {compter(len(dotees) - 1, 'autre')})" if len(dotees) > 1 else ""
    statut = StatutAction.libelle_de(une.statut).lower()
    return (
        f"{phrase} {une.numero}, {statut}{autres}, garde {garde} : "
        "« Retirer une action » les libère."
    )


def _total_en_mots(lignes: list[Reliquat]) -> str:
    """The total of the column, and what it is made of where an envelope is exceeded."""
    libre, trop = total_des_reliquats(lignes), depassement_des_reliquats(lignes)
    total = afficher_montant(libre - trop, euro=True)
    if not trop:
        return total
    return (
        f"{total} au total, soit {afficher_montant(libre, euro=True)} disponibles "
        f"et {afficher_montant(trop, euro=True)} de dépassement"
    )


def phrase_de_la_liste(lignes: Sequence[Candidate]) -> str:
    """« 3 actions en attente, 12 400 € retenus, 1 finançable. Glissez un rang… »"""
    if not lignes:
        return ""
    total = afficher_montant(sum((c.total for c in lignes), Decimal(0)), euro=True) or "0 €"
    financables = sum(c.financable for c in lignes)
    return (
        f"{compter(len(lignes), 'action')} en attente, {total} retenus, "
        f"{compter(financables, 'finançable')}. Glissez un rang, ou Alt et une flèche : "
        "une séance close se rouvre d'abord."
    )


def phrase_du_rattrapage(parts: list[PartProposee]) -> str:
    """« Liste complémentaire : 2 actions attendent, 12 400 € proposés dans les reliquats. »"""
    if not parts:
        return "Liste complémentaire"
    actions = len({part.decision for part in parts})
    total = sum((part.propose or Decimal(0) for part in parts), Decimal(0))
    return (
        f"Liste complémentaire : {compter(actions, 'action')} en attente, "
        f"{afficher_montant(total, euro=True) or '0 €'} proposés dans les reliquats."
    )


def phrase_des_modifications(lignes: list[ModificationPostComite]) -> str:
    if not lignes:
        return ""
    actions = len({ligne.action for ligne in lignes})
    return (
        f"{compter(len(lignes), 'montant')} de {compter(actions, 'action')} "
        "ne sont plus ceux que le comité a décidés."
    )
