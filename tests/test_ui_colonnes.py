"""Columns of the user in the window: two clicks, a formula seen as it is typed, a change explained."""

from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu

from app.models.enums import NatureColonne
from app.services.colonnes_composees import Definition, Valeurs, composer
from app.services.contexte import Contexte
from app.ui.colonne_libre import PanneauColonne
from app.ui.gestes import geste
from app.ui.menus_tableau import menu_d_entete
from app.ui.screen_actions import EcranActions
from app.ui.screen_listes import EcranPorteurs
from app.ui.tableau import ModeleTableau
from app.ui.vue_tableau import VueTableau
from tests.fabrique_fenetre import (
    ANNEE,
    application,
    contexte,
    demo,
    frapper,
    laisser_faire,
    lire,
    modele,
    montrer,
    taper,
)

__all__ = ["application", "contexte", "demo", "modele"]


def ecran_des_actions(contexte: Contexte) -> EcranActions:
    ecran = EcranActions(contexte, ANNEE)
    contexte.fichier.bus.abonner(ecran.sur_avis)
    montrer(ecran)
    ecran.vue.aller(0, 2)
    ecran.vue.setFocus()
    laisser_faire()
    return ecran


def panneau_de(vue: VueTableau, cle: str = "colonne_ajouter") -> PanneauColonne:
    vue.faire(geste(cle))
    laisser_faire()
    assert vue.page is not None
    panneau = vue.page.panneau
    assert isinstance(panneau, PanneauColonne)
    return panneau


def libelles(menu: QMenu) -> list[str]:
    textes = [action.text() for action in menu.actions()]
    menu.deleteLater()
    return textes


def titre_courant(vue: VueTableau) -> str:
    return vue.modele.colonnes[vue.index_courant().column()].titre


def test_une_colonne_de_texte_s_ajoute_en_deux_gestes_et_se_remplit(
    application: QApplication, contexte: Contexte
) -> None:
    """The header menu, then Enter; the cursor is in the new column, ready to type."""
    ecran = ecran_des_actions(contexte)
    vue = ecran.vue
    assert "Ajouter une colonne…" in libelles(menu_d_entete(vue))
    assert "Supprimer la colonne" not in libelles(menu_d_entete(vue))
    panneau_de(vue)
    frapper(Qt.Key.Key_Return)
    assert vue.page.panneau is None
    assert titre_courant(vue) == "Nouvelle colonne"
    rang = vue.index_courant().column()
    taper("vu")
    frapper(Qt.Key.Key_Return)
    assert vue.modele.texte(0, rang) == "vu"
    assert lire(contexte.fichier.chemin, "SELECT valeur FROM valeur_libre") == [("vu",)]
    vue.modele.trier([(vue.modele.colonnes[rang].cle, False)])
    vue.modele.filtrer("vu")
    assert [vue.modele.texte(r, rang) for r in range(vue.modele.rowCount())][:1] == ["vu"]
    vue.modele.filtrer("")
    vue.aller(0, rang)
    assert "Supprimer la colonne" in libelles(menu_d_entete(vue))
    vue.faire(geste("colonne_supprimer"))
    assert "Nouvelle colonne" not in [c.titre for c in vue.modele.colonnes]
    contexte.fichier.undo.annuler()
    assert "vu" in [vue.modele.texte(r, rang) for r in range(vue.modele.rowCount())]
    ecran.deleteLater()


def test_un_calcul_se_voit_pendant_qu_on_l_ecrit_puis_suit_les_montants(
    application: QApplication, contexte: Contexte
) -> None:
    ecran = ecran_des_actions(contexte)
    vue, modele = ecran.vue, ecran.modele
    panneau = panneau_de(vue)
    panneau.titre.setText("Aide")
    panneau.choisir(NatureColonne.FORMULE)
    editeur = panneau.formule
    editeur.poser("=[Coût totl]*0,5")
    assert "Aucune colonne ne s'appelle « Coût totl »" in editeur.message.text()
    assert editeur.champ.extraSelections()[0].cursor.selectedText() == "[Coût totl]"
    frapper(Qt.Key.Key_Return)
    assert vue.page.panneau is panneau, "une formule fausse laisse le panneau ouvert"
    editeur.champ.setFocus()
    editeur.poser("=")
    editeur.colonnes.setCurrentRow(
        [editeur.colonnes.item(r).text() for r in range(editeur.colonnes.count())].index(
            "Coût total"
        )
    )
    editeur.colonnes.itemActivated.emit(editeur.colonnes.currentItem())
    taper("*0,5")
    editeur.calculer()
    cout = modele.valeur(0, modele.rang("cout"))
    montre = editeur._cases[0][1].text().replace("\u202f", "").replace(",", ".")
    assert Decimal(montre.removesuffix("\u00a0€")) == cout / 2
    assert editeur.message.text() == "Donne un montant en euros."
    frapper(Qt.Key.Key_Return)
    rang = vue.index_courant().column()
    assert titre_courant(vue) == "Aide"
    total = modele.total(rang)
    sans_budget = next(r for r in range(modele.rowCount()) if _se_tape(modele, r))
    avant = modele.valeur(sans_budget, rang) or 0
    assert modele.ecrire([(modele.cle_de(sans_budget), modele.rang("cout"), "1000")])
    assert modele.valeur(sans_budget, rang) == 500
    assert modele.total(rang) == total + 500 - avant
    assert not modele.est_modifiable(rang)
    ecran.deleteLater()


def _se_tape(modele: object, rang: int) -> bool:
    """Whether the cost of a row is typed rather than summed from a budget."""
    cle = modele.cle_de(rang)
    return modele.ecrire([(cle, modele.rang("cout"), "0")])


def test_changer_de_contenu_montre_ce_qui_serait_perdu(
    application: QApplication, contexte: Contexte
) -> None:
    """On the list of porteurs: the same table, the same panel."""
    ecran = EcranPorteurs(contexte)
    contexte.fichier.bus.abonner(ecran.sur_avis)
    montrer(ecran)
    ecran.montree()
    vue, modele = ecran.vue, ecran.modele
    vue.aller(0, 0)
    panneau = panneau_de(vue)
    panneau.titre.setText("Relance")
    panneau.enregistrer()
    rang = vue.index_courant().column()
    cases = [(modele.cle_de(r), rang, t) for r, t in enumerate(("15/03/2026", "bientôt"))]
    assert modele.ecrire(cases)
    assert modele.texte(1, rang) == "bientôt"
    panneau = panneau_de(vue, "colonne_modifier")
    panneau.choisir(NatureColonne.DATE)
    panneau.enregistrer()
    assert f"{modele.texte(1, 0)} : bientôt" in panneau.message.text()
    assert panneau.action.text() == "Enregistrer et vider ces cases"
    assert modele.texte(1, rang) == "bientôt", "rien n'est fait avant l'accord"
    panneau.action.click()
    assert [modele.texte(r, rang) for r in (0, 1)] == ["15/03/2026", ""]
    frapper(Qt.Key.Key_Escape)
    ecran.deleteLater()


def test_echap_ferme_le_panneau_sans_rien_garder(
    application: QApplication, contexte: Contexte
) -> None:
    ecran = ecran_des_actions(contexte)
    panneau = panneau_de(ecran.vue)
    panneau.choisir(NatureColonne.FORMULE)
    panneau.formule.champ.setFocus()
    taper("=1")
    frapper(Qt.Key.Key_Escape)
    assert ecran.vue.page.panneau is None
    assert contexte.colonnes_libres.definitions("actions") == ()
    assert ecran.vue.a_le_focus()
    ecran.deleteLater()


@dataclass(frozen=True)
class Rangee:
    cle: str


def test_le_total_suit_des_saisies_repetees_sur_la_meme_ligne(application: QApplication) -> None:
    """The value is not in the row: nothing else tells the total what it was."""
    heures = Definition("h", "actions", "Heures", NatureColonne.NOMBRE, (), None, True, None, 0)
    double = Definition("d", "actions", "Double", "formule", (), "=[libre.h]*2", True, None, 1)
    valeurs: Valeurs = {"h": {"a": Decimal(1), "b": Decimal(10)}}
    colonnes, calculs = composer([heures, double], valeurs, [])
    modele = ModeleTableau(colonnes)
    modele.remplacer_lignes([Rangee("a"), Rangee("b")])
    modele.grouper(["libre.h"])
    assert (modele.total(0), modele.total(1)) == (11, 22)
    for tapee in (Decimal(2), Decimal(5), None, Decimal(7)):
        valeurs["h"]["a"] = tapee
        calculs.oublier(["a"])
        modele.relire(["a"], [c.cle for c in colonnes])
        assert (modele.total(0), modele.total(1)) == (10 + (tapee or 0), 20 + 2 * (tapee or 0))


def test_tab_mene_du_contenu_aux_choix_qu_il_demande(
    application: QApplication, contexte: Contexte
) -> None:
    ecran = ecran_des_actions(contexte)
    panneau = panneau_de(ecran.vue)
    panneau.choisir(NatureColonne.CHOIX)
    panneau.nature.setFocus()
    frapper(Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is panneau.choix
    frapper(Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is panneau.aide
    panneau.choisir(NatureColonne.FORMULE)
    panneau.nature.setFocus()
    frapper(Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is panneau.formule.champ
    ecran.deleteLater()
