"""« Règles »: each rule with its value in force and its layers; what the team changes, with a reason."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt

from app.models.enums import NiveauConstat
from app.services.accords import compter
from app.services.columns_constats import (
    EN_SERVICE,
    HORS_SERVICE,
    NIVEAUX,
    SANS_CONTROLE,
    SILENCIEUSE,
    colonnes_regles,
    etat_regle,
)
from app.services.constats_liste import theme_dit
from app.services.contexte import Contexte
from app.services.errors import SaisieRefusee
from app.services.regles_dites import couches_dites
from app.services.surcharges import LigneRegle, LigneValeur, Surcharges
from app.ui.barre_champs import BarreChamps, ChampDeBarre
from app.ui.constats_listes import TOUS, ChoixDeFiltre, ListePatiente, PanneauRegle
from app.ui.elements import TexteElide
from app.ui.theme import theme
from app.ui.touches_liste import TouchesDeListe

TOUS_APPELS = "Tous les appels"
COMME_IMPRIME = ("", "Comme imprimé")
REGLES = ("regle", "surcharge_regle", "appel", "exercice", "financeur")
IMPRIMEE = "imprimee"


class ListeRegles(ListePatiente):
    """Every rule that a text of the file or of the program holds, for all the appels or for one."""

    liste = "regles"

    def __init__(self, contexte: Contexte, annee: int) -> None:
        super().__init__(contexte, colonnes_regles(), annee)
        self._surcharges = Surcharges(contexte.fichier)
        self._lues: list[LigneRegle] = []
        self.tableau.intitule = lambda: f"Règles · {self.appel.currentText()}"
        self._poser_filtres()
        self._poser_barres()
        self.geste("Changer la valeur…", self.changer_valeur)
        self.geste("Changer le niveau…", self.changer_niveau)
        self.geste("En service ou non…", self.changer_service)
        self.geste("Revenir au texte", self.retirer)
        self.panneau = PanneauRegle()
        self._corps.addWidget(self.panneau)
        self._corps.setSizes([theme().px(290), theme().px(250)])
        self.vue.courante.connect(lambda *_: self._montrer())
        self.vue.ouverte.connect(lambda _: self.tenter(self.changer_valeur))
        entrer = {
            t: lambda: self.tenter(self.changer_valeur)
            for t in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        }
        TouchesDeListe(self.vue, entrer)

    def _poser_filtres(self) -> None:
        self.appel = ChoixDeFiltre("Appel", TOUS_APPELS, self.perimer)
        self.etat = ChoixDeFiltre("État", "Toutes les règles", self._filtrer)
        self.etat.proposer([(e, e) for e in (EN_SERVICE, SILENCIEUSE, HORS_SERVICE, SANS_CONTROLE)])
        self.theme = ChoixDeFiltre("Thème", "Tous les thèmes", self._filtrer)
        self.montres = TexteElide(role="doux")
        for choix in (self.appel, self.etat, self.theme):
            self.tete.addWidget(choix)
        self.tete.addWidget(self.montres, 1)

    def _poser_barres(self) -> None:
        self._noms: dict[str, str] = {}
        self.quoi = ChampDeBarre("parametre", "Valeur", choix=(("", "–"),), largeur=200)
        self.barre_valeur = BarreChamps(
            (
                self.quoi,
                ChampDeBarre("texte", "Nouvelle valeur", largeur=130),
                ChampDeBarre("motif", "Motif", largeur=250),
            ),
            "Changer",
        )
        self.quoi.editeur.activated.connect(lambda _: self._proposer_la_valeur())  # type: ignore[union-attr]
        self.barre_niveau = BarreChamps(
            (
                ChampDeBarre("niveau", "Niveau", choix=(COMME_IMPRIME, *NIVEAUX), largeur=150),
                ChampDeBarre("motif", "Motif", largeur=320),
            ),
            "Changer",
        )
        self.barre_service = BarreChamps(
            (
                ChampDeBarre(
                    "active",
                    "La règle est",
                    choix=(COMME_IMPRIME, ("oui", "En service"), ("non", "Hors service")),
                    largeur=150,
                ),
                ChampDeBarre("motif", "Motif", largeur=320),
            ),
            "Changer",
        )
        for barre in self._barres:
            self.poser_barre(barre)

    @property
    def _barres(self) -> tuple[BarreChamps, ...]:
        return self.barre_valeur, self.barre_niveau, self.barre_service

    # Reading ------------------------------------------------------------------------------------

    def lire(self) -> list[object]:
        appels = [(a.cle, a.nom) for a in self._contexte.fiches.appels(self.annee)]
        self.appel.proposer(appels)
        self._lues = self._surcharges.regles(self.appel.valeur or None)
        self.theme.proposer(sorted({(r.theme, theme_dit(r.theme)) for r in self._lues}))
        self._phrase.setText(_resume(self._lues))
        return list(self._retenues())

    def _retenues(self) -> list[LigneRegle]:
        retenues = [
            r for r in self._lues if self.etat.laisse(etat_regle(r)) and self.theme.laisse(r.theme)
        ]
        filtre = len(retenues) != len(self._lues)
        self.montres.setText(
            f"{len(retenues)} sur {compter(len(self._lues), 'règle')}" if filtre else ""
        )
        return retenues

    def _filtrer(self) -> None:
        self.modele.remplacer_lignes(self._retenues())
        self._montrer()

    def rafraichir(self) -> None:
        super().rafraichir()
        self._montrer()

    def montrer_regle(self, code: str) -> None:
        """Go to a rule, whatever was filtered before."""
        self.montree()
        for choix in (self.etat, self.theme):
            choix.poser(TOUS)
        self._filtrer()
        self.aller_a(code, "enonce")

    def _montrer(self) -> None:
        regle: LigneRegle | None = self.courante()
        if regle is None:
            self.panneau.montrer("", [])
            return
        self.panneau.montrer(_en_entier(regle), couches_dites(regle))

    # Gestures -----------------------------------------------------------------------------------

    def _la_regle(self) -> LigneRegle:
        regle: LigneRegle | None = self.courante()
        if regle is None:
            raise SaisieRefusee("Sélectionnez d'abord une règle de la liste.")
        for barre in self._barres:
            barre.fermer()
        return regle

    @property
    def _pour(self) -> str | None:
        return self.appel.valeur or None

    def _question(self, regle: LigneRegle) -> str:
        return f"{regle.code}, {self.appel.currentText()[0].lower()}{self.appel.currentText()[1:]}"

    def _valeur_en_vue(self, regle: LigneRegle) -> LigneValeur:
        """The value whose layers are in view under the list, else the first."""
        choisie = self.panneau.vue.cle_courante().rpartition(".")[0]
        return next((v for v in regle.valeurs if v.parametre == choisie), regle.valeurs[0])

    def changer_valeur(self) -> None:
        """Ask which value, what it becomes and why."""
        regle = self._la_regle()
        if not regle.valeurs:
            raise SaisieRefusee(
                "Cette règle n'a pas de valeur : changez son niveau, ou mettez-la hors service."
            )
        self._noms = {v.parametre: v.texte if v.dite else "" for v in regle.valeurs}
        editeur: Any = self.quoi.editeur
        editeur.clear()
        for v in regle.valeurs:
            editeur.addItem(v.libelle, v.parametre)
        en_vue = self._valeur_en_vue(regle)

        def garder(champs: Mapping[str, str]) -> None:
            self._surcharges.changer_valeur(
                regle.code,
                champs["parametre"],
                champs["texte"],
                motif=champs["motif"],
                appel=self._pour,
            )
            self._fait(regle)

        self.barre_valeur.demander(
            self._question(regle),
            garder,
            parametre=en_vue.parametre,
            texte=self._noms[en_vue.parametre],
            motif=regle.motif,
        )

    def _proposer_la_valeur(self) -> None:
        champs = self.barre_valeur.champs
        champs["texte"].poser(self._noms.get(champs["parametre"].texte(), ""))

    def changer_niveau(self) -> None:
        """Ask how serious the rule is, and why."""
        regle = self._la_regle()

        def garder(champs: Mapping[str, str]) -> None:
            dit = champs["niveau"]
            niveau = NiveauConstat.de(dit) if dit else None
            self._surcharges.changer_niveau(
                regle.code, niveau, motif=champs["motif"], appel=self._pour
            )
            self._fait(regle)

        self.barre_niveau.demander(
            self._question(regle), garder, niveau=str(regle.niveau or ""), motif=regle.motif
        )

    def changer_service(self) -> None:
        """Ask whether the rule is judged at all, and why."""
        regle = self._la_regle()

        def garder(champs: Mapping[str, str]) -> None:
            dit = {"oui": True, "non": False}.get(champs["active"])
            self._surcharges.activer(regle.code, dit, motif=champs["motif"], appel=self._pour)
            self._fait(regle)

        depart = "oui" if not regle.active else "non"
        self.barre_service.demander(self._question(regle), garder, active=depart, motif=regle.motif)

    def retirer(self) -> None:
        """Come back to what the texts print."""
        regle = self._la_regle()
        if not regle.changee:
            raise SaisieRefusee("Cette règle est déjà telle qu'elle est imprimée.")
        self._surcharges.retirer(regle.code, self._pour)
        self._fait(regle)

    def _fait(self, regle: LigneRegle) -> None:
        self._tout_de_suite()
        self.information.emit(f"Règle {regle.code} : c'est changé. Ctrl+Z y revient.")


def _resume(regles: list[LigneRegle]) -> str:
    """« 151 règles : 62 en service, 21 silencieuses, … »"""
    nombres = {e: sum(etat_regle(r) == e for r in regles) for e in (EN_SERVICE, SILENCIEUSE)}
    changees = sum(r.changee for r in regles)
    phrase = (
        f"{compter(len(regles), 'règle')} : {nombres[EN_SERVICE]} en service, "
        f"{nombres[SILENCIEUSE]} silencieuses faute d'un texte."
    )
    return f"{phrase} Changées par l'équipe : {changees}." if changees else phrase


_ETATS = {
    EN_SERVICE: "En service.",
    SILENCIEUSE: "Silencieuse : le niveau ou la valeur n'est pas précisé par le contrat.",
    HORS_SERVICE: "Hors service.",
    SANS_CONTROLE: "Sans contrôle : ce texte se lit, le programme ne le calcule pas.",
}


def _en_entier(regle: LigneRegle) -> str:
    lignes = [f"{regle.code} · {regle.enonce}", f"{_ETATS[etat_regle(regle)]} {regle.source}"]
    if regle.changee:
        imprime = regle.niveau_imprime.libelle if regle.niveau_imprime else "non précisé"
        lignes.append(
            f"Changée par {regle.auteur} : {regle.motif}. Niveau imprimé : {imprime.lower()}."
        )
    return "\n".join(lignes)
