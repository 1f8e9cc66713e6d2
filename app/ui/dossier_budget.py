"""The whole budget of a dossier: those who carry it, its share by quartier, its later years."""

from PySide6.QtWidgets import QMenu

from app.models.enums import SensBudget
from app.services.budgets_dossier import BudgetsDossier, phrase_des_associes, quote_parts
from app.services.columns_dossiers import (
    colonnes_annees_dossier,
    colonnes_associes,
    colonnes_budget_annee,
    colonnes_quote_parts,
)
from app.services.contexte import Contexte
from app.services.errors import SaisieRefusee
from app.services.fiches import Fiche
from app.ui.dossier_partie import PartieDossier


class PartiePorteurs(PartieDossier):
    """Co-carriers with their shares, and the quote-part of each quartier."""

    def __init__(self, contexte: Contexte) -> None:
        super().__init__(contexte)
        self.service = BudgetsDossier(contexte.fichier)
        self.vue = self.poser_table(
            colonnes_associes(self.service),
            150,
            "Aucun porteur associé pour l'instant.",
            etiree=False,
        )
        self.poser_boutons(
            self.geste("Ajouter un porteur associé", self._demander),
            self.geste("Retirer", self._retirer),
        )
        self.titrer("Quote-part par quartier")
        self.quartiers = self.poser_table(
            colonnes_quote_parts(),
            150,
            "Aucun quartier : l'onglet « Publics » les choisit, avec leurs parts.",
        )

    def relire(self, fiche: Fiche) -> None:
        associes = self.service.associes(fiche.cle, fiche.cout)
        self.remplir(self.vue, associes)
        self._phrase.setText(phrase_des_associes(associes, fiche.cout))
        self.remplir(self.quartiers, quote_parts(fiche.quartiers, fiche.cout))

    def _demander(self) -> None:
        noms = {c.nom: c.cle for c in self._contexte.fiches.porteurs()}

        def garder(texte: str) -> None:
            cle = noms.get(texte.strip())
            if cle is None:
                raise SaisieRefusee(
                    "Aucun porteur ne porte ce nom : choisissez-le dans la liste proposée, ou créez-le "
                    "dans la page « Porteurs »."
                )
            self.vue.aller_a(self.service.associer(self.cle, cle), "part")
            self.vue.setFocus()

        self.demande.demander("Structure", garder, propositions=list(noms), verbe="Ajouter")

    def _retirer(self) -> None:
        cles = self.vue.cles_choisies()
        if not cles:
            raise SaisieRefusee("Choisissez d'abord un porteur associé.")
        self.service.dissocier(cles)


class PartieAnnees(PartieDossier):
    """The later years of a CPO: what is said of each, and its budget by account."""

    def __init__(self, contexte: Contexte) -> None:
        super().__init__(contexte)
        self.service = BudgetsDossier(contexte.fichier)
        self.vue = self.poser_table(
            colonnes_annees_dossier(self.service),
            150,
            "Aucune année suivante dans ce dossier.",
            etiree=False,
        )
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._proposer)
        ajouter = self.geste("Ajouter une année", None)
        ajouter.setMenu(self._menu)
        self.poser_boutons(ajouter, self.geste("Retirer l'année", self._retirer))
        self.titrer("Budget de l'année choisie")
        self.budget = self.poser_table(
            colonnes_budget_annee(self.service), 190, "Aucune ligne de budget pour cette année."
        )
        self.poser_boutons(
            self.geste("Ajouter une charge", lambda: self._ajouter(SensBudget.CHARGE, "60")),
            self.geste("Ajouter un produit", lambda: self._ajouter(SensBudget.PRODUIT, "74")),
            self.geste("Reprendre l'année d'avant", self._reprendre),
            self.geste("Supprimer la ligne", self._supprimer),
        )
        self.vue.courante.connect(self._montrer_budget)

    def relire(self, fiche: Fiche) -> None:
        self.remplir(self.vue, self.service.annees(fiche.cle))
        self._phrase.setText(self._dire(fiche))
        self._montrer_budget()

    def _dire(self, fiche: Fiche) -> str:
        attendues = self.service.annees_attendues(fiche.cle)
        annee = fiche.champs["annee"]
        phrase = f"{annee} est le budget de l'action elle-même."
        if attendues:
            phrase += f" La CPO demandée attend encore : {', '.join(map(str, attendues))}."
        return phrase

    def _montrer_budget(self, *_index: str) -> None:
        annee = self._annee(exigee=False)
        lignes = [] if annee is None or self.fiche is None else self.service.budget(self.cle, annee)
        self.remplir(self.budget, lignes)

    def _annee(self, *, exigee: bool = True) -> int | None:
        """The year where the cursor is, or the only one."""
        courante = self.vue.cle_courante()
        lignes = self.vue.modele.lignes
        for ligne in lignes:
            if ligne.cle == courante or len(lignes) == 1:
                return int(ligne.annee)
        if exigee:
            raise SaisieRefusee("Choisissez d'abord une année dans la liste du haut.")
        return None

    def _proposer(self) -> None:
        """The years of the CPO asked for, else the next ones."""
        self._menu.clear()
        if self.fiche is None:
            return
        annee = self.fiche.champs["annee"]
        dites = {ligne.annee for ligne in self.vue.modele.lignes}
        attendues = self.service.annees_attendues(self.cle)
        for proposee in attendues or [a for a in range(annee + 1, annee + 4) if a not in dites]:
            self._menu.addAction(
                str(proposee),
                lambda a=proposee: self.tenter(lambda: self.service.ajouter_annee(self.cle, a)),
            )

    def _retirer(self) -> None:
        cles = self.vue.cles_choisies()
        if not cles:
            raise SaisieRefusee("Choisissez d'abord une année.")
        self.service.supprimer_annees(cles)

    def _ajouter(self, sens: SensBudget, compte: str) -> None:
        annee = self._annee()
        assert annee is not None
        cle = self.service.ajouter_ligne(self.cle, annee, str(sens), compte)
        self.budget.setFocus()
        self.budget.aller_a(cle, "montant")

    def _reprendre(self) -> None:
        annee = self._annee()
        assert annee is not None
        nombre = self.service.reprendre_budget(self.cle, annee)
        self.information.emit(f"Lignes reprises : {nombre}. Ctrl+Z y revient.")

    def _supprimer(self) -> None:
        cles = self.budget.cles_choisies()
        if not cles:
            raise SaisieRefusee("Choisissez d'abord une ligne du budget.")
        self.service.supprimer_lignes(cles)
