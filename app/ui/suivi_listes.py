"""The lists of « Suivi »: bilans, programmes TFPB with their bailleurs, posts of adulte-relais."""

from collections.abc import Mapping

from PySide6.QtCore import Signal

from app.models.montants import afficher_montant
from app.services.accords import compter
from app.services.bilans import Bilans, phrase_des_bilans
from app.services.columns_suivi import (
    colonnes_bailleurs,
    colonnes_bilans,
    colonnes_postes,
    colonnes_programmes,
    somme,
)
from app.services.contexte import Contexte
from app.services.postes_adultes_relais import PostesAdultesRelais
from app.services.programmes_tfpb import ProgrammesTfpb
from app.ui.barre_champs import BarreChamps, ChampDeBarre
from app.ui.elements import etiquette
from app.ui.screen_listes import EcranListe, ListeDeLAnnee
from app.ui.suites_listes import avec_son_titre
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau

REGLES = ("regle", "surcharge_regle")


class ListeBilans(ListeDeLAnnee):
    """One line for each action granted of the year. `action_demandee(key)`: see its sheet."""

    liste = "bilans"
    entites = ("bilan", "action", "cofinancement", "organisme", *REGLES)
    action_demandee = Signal(str)

    def __init__(self, contexte: Contexte, annee: int) -> None:
        self.service = Bilans(contexte.fichier)
        super().__init__(contexte, colonnes_bilans(self.service), annee)
        self.tableau.intitule = lambda: f"Bilans {self.annee}"
        self.vue.a_une_fiche = True
        self.vue.ouverte.connect(self.action_demandee)
        self.geste("Reçu aujourd’hui", self.recevoir)
        self.vue.volets.dire_si_vide(
            "Aucun bilan à recevoir\u00a0: aucune action de l'année n'est accordée."
        )

    def lire(self) -> list[object]:
        lignes = self.service.lignes(self.annee)
        self._phrase.setText(phrase_des_bilans(lignes))
        return list(lignes)

    def recevoir(self) -> None:
        """Note the bilans of the selection as received today, in one operation."""
        nombre = self.service.recevoir(self.choisies())
        self.information.emit(
            f"Noté\u00a0: {compter(nombre, 'bilan')} reçu{'s' if nombre > 1 else ''} aujourd’hui. "
            "Ctrl+Z y revient."
            if nombre
            else "Rien à noter\u00a0: ces bilans étaient déjà reçus."
        )


class ListeProgrammes(ListeDeLAnnee):
    """The programmes of the year; under them, each bailleur with its totals and its quartiers."""

    liste = "programmes_tfpb"
    entites = ("programme_tfpb", "organisme", "quartier", *REGLES)

    def __init__(self, contexte: Contexte, annee: int) -> None:
        self.service = ProgrammesTfpb(contexte.fichier)
        super().__init__(contexte, colonnes_programmes(self.service), annee)
        self.tableau.intitule = lambda: f"Abattement de TFPB {self.annee}"
        self.barre_neuf = BarreChamps(
            (
                ChampDeBarre("bailleur", "Bailleur", largeur=240),
                ChampDeBarre("quartier", "Quartier", largeur=200),
            ),
            "Ajouter",
        )
        self.poser_barre(self.barre_neuf)
        self.geste("Nouveau programme", self.ajouter)
        self.geste("Supprimer", lambda: self.service.supprimer(*self.choisies()))
        self.bailleurs = ModeleTableau(colonnes_bailleurs({}), self)
        vue = VueTableau(self.bailleurs)
        vue.volets.dire_si_vide("Aucun bailleur\u00a0: donnez cette nature à un porteur.")
        self._corps.addWidget(
            avec_son_titre(etiquette("Par bailleur, et quartier par quartier", "fort"), vue)
        )
        self._corps.setSizes([theme().px(320), theme().px(250)])
        self.vue.volets.dire_si_vide(
            "Aucun programme cette année\u00a0: «\u00a0Nouveau programme\u00a0» en ajoute un, "
            "bailleur par bailleur."
        )

    def lire(self) -> list[object]:
        lignes = self.service.lignes(self.annee)
        bailleurs = self.service.bailleurs(self.annee)
        presents = {quartier for b in bailleurs for quartier in b.quartiers}
        quartiers = {nom: cle for nom, cle in self.service.quartiers().items() if cle in presents}
        self.bailleurs.definir_colonnes(colonnes_bailleurs(quartiers), bailleurs)
        sans = sum(not b.programmes for b in bailleurs)
        morceaux = [compter(len(lignes), "programme")]
        if (depense := somme(lignes, "depense")) is not None:
            morceaux.append(f"{afficher_montant(depense, euro=True)} de dépenses")
        if (abattement := somme(lignes, "abattement")) is not None:
            morceaux.append(f"{afficher_montant(abattement, euro=True)} d'abattement")
        if sans:
            morceaux.append(f"{compter(sans, 'bailleur')} sans programme")
        self._phrase.setText(f"{', '.join(morceaux)}." if lignes or sans else "")
        return list(lignes)

    def ajouter(self) -> None:
        """Ask of which bailleur and where; the figures are typed in the new line."""
        self.barre_neuf.champs["bailleur"].completer(self.service.noms_des_bailleurs())
        self.barre_neuf.champs["quartier"].completer(list(self.service.quartiers()))

        def garder(champs: Mapping[str, str]) -> None:
            cle = self.service.ajouter(self.annee, champs["bailleur"], champs["quartier"])
            self.aller_a(cle, "logements")

        self.barre_neuf.demander(f"Programme TFPB {self.annee}", garder)


class ListePostes(EcranListe):
    """The posts of adulte-relais, all years together."""

    liste = "postes_adultes_relais"
    entites = ("poste_adulte_relais", "organisme", "quartier", *REGLES)

    def __init__(self, contexte: Contexte) -> None:
        self.service = PostesAdultesRelais(contexte.fichier)
        super().__init__(contexte, colonnes_postes(self.service), "")
        self.tableau.intitule = lambda: "Postes d'adultes-relais"
        self.barre_neuf = BarreChamps(
            (
                ChampDeBarre("structure", "Structure", largeur=240),
                ChampDeBarre("mission", "Mission", largeur=240),
            ),
            "Ajouter",
        )
        self.poser_barre(self.barre_neuf)
        self.geste("Nouveau poste", self.ajouter)
        self.geste("Supprimer", lambda: self.service.supprimer(*self.choisies()))
        self.vue.volets.dire_si_vide("Aucun poste\u00a0: «\u00a0Nouveau poste\u00a0» en ajoute un.")

    def lire(self) -> list[object]:
        lignes = self.service.lignes()
        manques = sum(bool(p.manque) for p in lignes)
        mot = f", {manques} dont une condition manque" if manques else ""
        self._phrase.setText(f"{compter(len(lignes), 'poste')}{mot}." if lignes else "")
        return list(lignes)

    def ajouter(self) -> None:
        """Ask which structure employs, and for what; nobody is named."""
        self.barre_neuf.champs["structure"].completer(self.service.noms_des_structures())

        def garder(champs: Mapping[str, str]) -> None:
            cle = self.service.ajouter(champs["structure"], champs["mission"])
            self.aller_a(cle, "quartier_nom")

        self.barre_neuf.demander("Poste d’adulte-relais", garder)
