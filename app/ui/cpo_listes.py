"""The other tabs of the CPO: deadlines, tranches to release, indicators and reviews, share in CPO."""

from collections.abc import Mapping

from PySide6.QtCore import Signal

from app.models.enums import CibleConstat, EtatConvention
from app.services.accords import compter
from app.services.appels_courants import aujourd_hui
from app.services.columns import TypeColonne, lire_valeur
from app.services.columns_cpo_suivi import (
    colonnes_a_convertir,
    colonnes_a_liberer,
    colonnes_echeances,
    colonnes_indicateurs,
    colonnes_parts,
    colonnes_revues,
    colonnes_simulation,
)
from app.services.constats_faits import FaitsAnnee
from app.services.contexte import Contexte
from app.services.conventions import Conventions
from app.services.conventions_echeances import (
    RETARD,
    lire_echeances,
    simuler,
)
from app.services.conventions_suivi import SuiviCpo
from app.services.conventions_tranches import TranchesCpo
from app.services.errors import MotifAttendu, SaisieRefusee
from app.services.parts_cpo import a_convertir, parts_de_l_annee
from app.services.regles_couches import Regles
from app.ui.barre_champs import BarreChamps, ChampDeBarre
from app.ui.cpo_conventions import ENTITES
from app.ui.cpo_frise import FriseCpo
from app.ui.elements import etiquette
from app.ui.screen_listes import EcranListe, ListeDeLAnnee
from app.ui.suites_listes import avec_son_titre
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau


class ListeEcheances(EcranListe):
    """The timeline of the conventions, then what each asks for. `convention_demandee(key)`."""

    liste = "echeances_cpo"
    entites = ENTITES
    convention_demandee = Signal(str)

    def __init__(self, contexte: Contexte) -> None:
        super().__init__(contexte, colonnes_echeances(), "")
        self.tableau.intitule = lambda: "Échéances des CPO"
        self._service = Conventions(contexte.fichier)
        self.frise = FriseCpo()
        self._corps.insertWidget(0, self.frise)
        self._corps.setSizes([theme().px(330), theme().px(240)])
        self.frise.choisie.connect(self.convention_demandee)
        self.vue.ouverte.connect(lambda cle: self.convention_demandee.emit(cle.split("|")[0]))
        self.vue.volets.dire_si_vide("Aucune échéance\u00a0: aucune CPO n’est en cours.")

    def lire(self) -> list[object]:
        self.frise.montrer(self._service.lignes())
        with self._contexte.fichier.instant() as lire:
            lignes = lire_echeances(lire, aujourd_hui())
        retards = sum(e.etat == RETARD for e in lignes)
        self._phrase.setText(
            f"{compter(len(lignes), 'échéance')}, dont {retards} en retard." if lignes else ""
        )
        return list(lignes)


class ListeALiberer(EcranListe):
    """The tranches that wait for their bilan, their review and their vote."""

    liste = "tranches_cpo"
    entites = (*ENTITES, "cofinancement", "action")

    def __init__(self, contexte: Contexte) -> None:
        self.service = TranchesCpo(contexte.fichier)
        super().__init__(contexte, colonnes_a_liberer(), "")
        self.tableau.intitule = lambda: "Tranches à libérer"
        self.barre_motif = BarreChamps((ChampDeBarre("motif", "Motif", largeur=320),), "Libérer")
        self.poser_barre(self.barre_motif)
        self.geste("Libérer", self.liberer)
        self.vue.volets.dire_si_vide(
            "Rien à libérer\u00a0: les tranches sous réserve des CPO signées viennent ici."
        )

    def lire(self) -> list[object]:
        lignes = self.service.a_liberer()
        pretes = sum(ligne.prete for ligne in lignes)
        self._phrase.setText(
            f"{compter(len(lignes), 'tranche')} sous réserve, {compter(pretes, 'prête')}."
            if lignes
            else ""
        )
        return list(lignes)

    def liberer(self) -> None:
        """Release the selected tranches; what is missing is said, and a reason asked for."""
        cles = self.choisies()
        try:
            nombre = self.service.liberer(cles)
        except MotifAttendu as manque:
            self.barre_motif.demander(
                "Libérer quand même", lambda champs: self._forcer(cles, champs)
            )
            self.information.emit(str(manque))
            return
        self.information.emit(f"Libéré\u00a0: {compter(nombre, 'tranche')}. Ctrl+Z y revient.")

    def _forcer(self, cles: list[str], champs: Mapping[str, str]) -> None:
        nombre = self.service.liberer(cles, motif=champs["motif"])
        self.information.emit(f"Libéré\u00a0: {compter(nombre, 'tranche')}, avec votre motif.")


class ListeSuivi(EcranListe):
    """The reviews of each year, and under them the indicators with their figures."""

    liste = "revues_cpo"
    entites = (*ENTITES, "action")

    def __init__(self, contexte: Contexte) -> None:
        self.service = SuiviCpo(contexte.fichier)
        self._conventions = Conventions(contexte.fichier)
        super().__init__(contexte, colonnes_revues(self.service), "")
        self.tableau.intitule = lambda: "Revues des CPO"
        self.indicateurs = ModeleTableau(colonnes_indicateurs(self.service, range(0)), self)
        self.indicateurs.lecture_seule = contexte.fichier.lecture_seule
        self.vue_indicateurs = VueTableau(self.indicateurs)
        self.vue_indicateurs.refuse.connect(self.refuse)
        self.vue_indicateurs.volets.dire_si_vide(
            "Aucun indicateur\u00a0: «\u00a0Nouvel indicateur\u00a0» en ajoute un à une CPO."
        )
        self.barre_indicateur = BarreChamps(
            (
                ChampDeBarre("convention", "CPO", largeur=280),
                ChampDeBarre("libelle", "Indicateur", largeur=220),
                ChampDeBarre("depart", "Départ", largeur=60),
                ChampDeBarre("cible", "Cible", largeur=60),
            ),
            "Ajouter",
        )
        self.poser_barre(self.barre_indicateur)
        self.geste("Nouvel indicateur…", self.demander)
        self.geste("Supprimer l’indicateur", self._supprimer)
        self._corps.addWidget(
            avec_son_titre(etiquette("Indicateurs", "fort"), self.vue_indicateurs)
        )
        self._corps.setSizes([theme().px(280), theme().px(290)])
        self.vue.volets.dire_si_vide("Aucune revue à tenir\u00a0: aucune CPO n’est signée.")

    def lire(self) -> list[object]:
        lignes = self.service.indicateurs()
        annees = [a for c in self._conventions.lignes() for a in (c.annee_debut, c.annee_fin)]
        siennes = range(min(annees), max(annees) + 1) if annees else range(0)
        self.indicateurs.definir_colonnes(colonnes_indicateurs(self.service, siennes), lignes)
        revues = self.service.revues()
        tenues = sum(r.tenue_le is not None for r in revues)
        self._phrase.setText(f"{compter(tenues, 'revue')} sur {len(revues)}." if revues else "")
        return list(revues)

    def demander(self) -> None:
        noms = {
            c.nom: c.cle
            for c in self._conventions.lignes()
            if c.etat in (EtatConvention.DEMANDEE, EtatConvention.ACCORDEE, EtatConvention.SIGNEE)
        }
        self.barre_indicateur.champs["convention"].completer(list(noms))

        def garder(champs: Mapping[str, str]) -> None:
            if champs["convention"] not in noms:
                raise SaisieRefusee("Choisissez une CPO parmi celles proposées.")
            chiffres = {
                nom: lire_valeur(TypeColonne.NOMBRE, champs[nom]) for nom in ("depart", "cible")
            }
            self.service.ajouter(noms[champs["convention"]], champs["libelle"], **chiffres)

        self.barre_indicateur.demander("Nouvel indicateur", garder)

    def _supprimer(self) -> None:
        cles = self.vue_indicateurs.cles_choisies()
        if not cles:
            raise SaisieRefusee("Sélectionnez d’abord un indicateur.")
        self.service.supprimer(*cles)


class ListePart(ListeDeLAnnee):
    """The share in CPO of a year; below, what could become one, and what signing more would take."""

    liste = "part_cpo"
    entites = (
        *ENTITES,
        "cofinancement",
        "action",
        "financeur",
        "regle",
        "surcharge_regle",
        "enveloppe",
    )

    def __init__(self, contexte: Contexte, annee: int) -> None:
        super().__init__(contexte, colonnes_parts(), annee)
        self.tableau.intitule = lambda: f"Part en CPO {self.annee}"
        self._service = Conventions(contexte.fichier)
        self.a_convertir = ModeleTableau(colonnes_a_convertir(), self)
        self.simulation = ModeleTableau(colonnes_simulation(), self)
        self.titre = etiquette("", "fort")
        for titre, modele, vide in (
            (
                etiquette("Actions annuelles qui pourraient passer en CPO", "fort"),
                self.a_convertir,
                "Aucune action reconduite trois ans de suite dont les bilans sont reçus.",
            ),
            (self.titre, self.simulation, "Aucune CPO n’engage d’enveloppe."),
        ):
            vue = VueTableau(modele)
            vue.volets.dire_si_vide(vide)
            self._corps.addWidget(avec_son_titre(titre, vue))
        self._corps.setSizes([theme().px(290), theme().px(110), theme().px(170)])

    def lire(self) -> list[object]:
        [(_, faits)] = self._contexte.constats.faits(self.annee, CibleConstat.ANNEE)
        assert isinstance(faits, FaitsAnnee)
        demandees = [c for c in self._service.lignes() if c.etat == EtatConvention.DEMANDEE]
        with self._contexte.fichier.instant() as lire:
            parts = parts_de_l_annee(faits, Regles(lire))
            self.a_convertir.remplacer_lignes(a_convertir(lire, self.annee))
            self.simulation.remplacer_lignes(simuler(lire, [c.cle for c in demandees]))
        self.titre.setText(
            f"Ce que les CPO engagent, et si les {len(demandees)} demandées étaient signées"
            if len(demandees) > 1
            else "Ce que les CPO engagent, et si celle qui est demandée était signée"
        )
        manquent = [p for p in parts if p.tenu is False]
        self._phrase.setText(
            " ".join(f"{p.qui}\u00a0: {p.en_mots}." for p in manquent[:2])
            or "Aucun seuil du contrat n’est manqué."
        )
        return list(parts)
