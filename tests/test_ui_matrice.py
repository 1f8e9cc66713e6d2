"""The cofinancement matrix and « D'où vient ce chiffre ? », with real keys and clicks."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import fabriques
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import boot
from app.services.contexte import Contexte
from app.services.matrice import TOUS
from app.ui.document import Document
from app.ui.gestes import geste
from app.ui.main_window import FenetrePrincipale
from app.ui.page_tableau import PageTableau
from app.ui.panneau_provenance import PanneauProvenance
from app.ui.screen_matrice import EcranMatrice
from app.ui.theme import theme
from tests.fabrique_fenetre import (
    application,
    demo,
    document,
    fenetre,
    frapper,
    laisser_faire,
    montrer,
    taper,
)
from tests.fabrique_fenetre import (
    modele_reduit as modele,
)

__all__ = ["application", "demo", "document", "fenetre", "modele"]

GAUCHE = Qt.MouseButton.LeftButton
MAJ = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def petit(application: QApplication, tmp_path: Path) -> Iterator[Contexte]:
    """Three actions, three financeurs, one envelope; one action of 2025 that nothing renews."""
    chemin = tmp_path / "essai.tdt"
    with fabriques.neuf(chemin) as fichier:
        decor = fabriques.decor(fichier, actions=3)
        with fichier.operation("Garnir") as e:
            fabriques.enveloppe(e, decor.financeurs[0], montant=Decimal(10_000))
            perdue = fabriques.action(e, annee=2025, numero="2025-001", titre="Perdue")
            fabriques.cofinancement(
                e, perdue, decor.financeurs[0], annee=2025, accorde=Decimal(700)
            )
    contexte = boot.ouvrir(chemin)
    yield contexte
    contexte.fichier.fermer()


@pytest.fixture
def ecran(petit: Contexte, qtbot: QtBot) -> EcranMatrice:
    page = EcranMatrice(petit, 2026)
    petit.fichier.bus.abonner(page.sur_avis)
    qtbot.addWidget(page)
    montrer(page)
    return page


def visibles(ecran: EcranMatrice) -> list[str]:
    """Keys of the columns on screen, without the financeur's own."""
    colonnes = ecran.modele.colonnes
    return [colonnes[rang].cle.split(".")[-1] for rang in ecran.vue.volets.colonnes_visibles()]


def test_un_clic_sur_un_financeur_deplie_ses_colonnes_puis_les_replie(ecran: EcranMatrice) -> None:
    volets = ecran.vue.volets
    assert visibles(ecran)[3:8] == ["cout", "accorde", "accorde", "accorde", "n1"]
    etat = ecran._financeurs[0].cle
    entete = volets.droite.entete
    ou = QPoint(entete.sectionViewportPosition(ecran.modele.rang(f"{etat}.accorde")) + 30, 8)
    QTest.mouseClick(entete.viewport(), GAUCHE, pos=ou)
    assert visibles(ecran)[4:8] == ["n1", "demande", "propose", "accorde"]
    assert not ecran.modele.tri, "un clic sur le bloc ne trie pas"
    ou.setX(entete.sectionViewportPosition(ecran.modele.rang(f"{etat}.n1")) + 30)
    QTest.mouseClick(entete.viewport(), GAUCHE, pos=ou)
    assert visibles(ecran)[4:6] == ["accorde", "accorde"]


def test_replier_quitte_la_colonne_cachee_et_tout_se_plie_d_un_geste(ecran: EcranMatrice) -> None:
    etat = ecran._financeurs[0].cle
    ecran.plis.plier(ecran.plis.groupes(), plies=False)
    assert ecran._plier.text() == "Tout replier"
    ecran.vue.aller(1, ecran.modele.rang(f"{etat}.propose"))
    ecran.vue.faire(geste("plier_bloc"))
    index = ecran.vue.index_courant()
    assert (index.row(), ecran.modele.colonnes[index.column()].cle) == (1, f"{etat}.accorde")
    ecran.vue.faire(geste("plier_blocs"))
    assert visibles(ecran).count("accorde") == 4
    assert "demande" not in visibles(ecran)
    assert ecran._plier.text() == "Tout déplier"


def test_un_montant_tape_dans_la_matrice_bouge_le_total_et_les_lignes_du_bas(
    ecran: EcranMatrice, petit: Contexte
) -> None:
    etat = ecran._financeurs[0].cle
    colonne = ecran.modele.rang(f"{etat}.accorde")
    ecran.vue.setFocus()
    ecran.vue.aller(0, colonne)
    taper("13200")
    frapper(Qt.Key.Key_Return)
    assert ecran.modele.total(colonne) == Decimal(13_200)
    assert ecran.modele.total(ecran.modele.rang("total.accorde")) == Decimal(13_200)
    assert petit.totaux.montant(2026, etat, "accorde") == Decimal(13_200)
    phrases = [p.replace("\u202f", " ") for p in ecran.pied.phrases()]
    assert phrases[0] == "État : accordé 13 200\u00a0€, dépasse de 3 200\u00a0€"
    assert phrases[-1].endswith("dépasse de 3 200\u00a0€, 2 sans enveloppe")
    assert ecran.pied.accessibleDescription().count("\n") == 3


def test_les_mots_d_une_enveloppe_absente_ne_sont_pas_coupes(ecran: EcranMatrice) -> None:
    """« non communiquée » goes on two lines where the column is too narrow for one."""
    pied = ecran.pied
    sans = next(cle for cle, bilan in pied._bilans.items() if bilan.reste is None)
    entete = ecran.vue.volets.droite.entete
    entete.resizeSection(ecran.modele.rang(f"{sans}.accorde"), theme().px(90))
    laisser_faire()
    image = pied.grab().toImage()
    papier = theme().couleurs.papier.rgb()
    haut, hauteur = next((h, g) for ligne, h, g in pied._bandes() if ligne.poste == "reste")
    place = next(p for cle, suite, p, _ in pied._cases() if (cle, suite) == (sans, "accorde"))
    bas = haut + hauteur * 3 // 4
    seconde = {
        image.pixel(x, y)
        for x in range(place.left() + 2, place.right())
        for y in range(bas, haut + hauteur)
    }
    assert seconde - {papier}, "rien sur la seconde ligne : le mot est coupé"


def test_comparer_ajoute_les_ecarts_et_les_non_reconduites_qui_ne_se_modifient_pas(
    ecran: EcranMatrice, qtbot: QtBot
) -> None:
    etat = ecran._financeurs[0].cle
    haut = ecran.pied.sizeHint().height()
    ecran._comparer.setCurrentIndex(ecran._comparer.findData(2025))
    ecran._comparer.activated.emit(ecran._comparer.currentIndex())
    assert (ecran.modele.nombre_total, ecran.comparee) == (4, 2025)
    assert visibles(ecran)[3] == "suite"
    assert "ecart" in visibles(ecran)
    assert ecran.pied.sizeHint().height() > haut
    assert ecran._compte.text() == "3 actions et 1 non reconduite"
    perdue = next(li for li in ecran.modele.lignes if li.est_seule)
    ecran.vue.aller_a(perdue.cle, f"{etat}.accorde")
    with qtbot.waitSignal(ecran.refuse) as refus:
        ecran.modele.setData(ecran.vue.index_courant(), "50")
    assert "n'a pas été reconduite" in refus.args[0]

    # The view keeps it: another one is alone, and a screen opened later begins with it.
    laisser_faire()
    onglets = ecran.tableau.onglets
    assert ecran.comparee == 2025, "la vue ne s'est pas remontrée sans l'autre année"
    onglets._creer("Deux ans")
    onglets.choisir(onglets.vues[0].cle)
    assert (ecran.modele.nombre_total, ecran.comparee) == (3, None)
    assert "suite" not in visibles(ecran)
    onglets.choisir(onglets.vues[-1].cle)
    assert (ecran.modele.nombre_total, ecran.comparee) == (4, 2025)
    assert not onglets.est_modifiee
    onglets.finir()
    plus_tard = EcranMatrice(ecran._contexte, 2026)
    qtbot.addWidget(plus_tard)
    assert (plus_tard.modele.nombre_total, plus_tard.comparee) == (4, 2025)
    assert not plus_tard.tableau.onglets.est_modifiee
    plus_tard.changer_annee(2025)
    assert plus_tard.comparee is None, "rien avant 2025"
    ecran.comparer(None)
    assert ecran.modele.nombre_total == 3
    assert "suite" not in visibles(ecran)


def test_une_page_hors_de_vue_se_relit_a_son_retour(ecran: EcranMatrice, petit: Contexte) -> None:
    ecran.hide()
    petit.actions.creer(2026, "Arrivée pendant l'absence")
    assert ecran.modele.nombre_total == 3
    ecran.show()
    ecran.montree()
    assert ecran.modele.nombre_total == 4


def test_sans_action_ni_financeur_la_page_le_dit(
    application: QApplication, tmp_path: Path, qtbot: QtBot
) -> None:
    fabriques.neuf(tmp_path / "vide.tdt").fermer()
    contexte = boot.ouvrir(tmp_path / "vide.tdt")
    page = EcranMatrice(contexte, 2026)
    qtbot.addWidget(page)
    montrer(page)
    assert page.modele.nombre_total == 0
    assert list(page.pied._bilans) == [TOUS]
    assert not page._comparer.isEnabled()
    assert not page.grab().isNull()
    contexte.fichier.fermer()


def test_la_matrice_et_le_tableau_des_actions_disent_toujours_la_meme_chose(
    document: Document,
) -> None:
    """They share their rows: each follows what is typed in the other, an action created or undone."""
    document.aller("cofinancements")
    page, actions = document.page("cofinancements"), document.actions
    financeur = actions._financeurs[0].cle

    def pareils() -> bool:
        accordes = {li.cle: (li.titre, li.accorde) for li in actions.modele.lignes}
        return accordes == {li.cle: (li.titre, li.accorde) for li in page.modele.lignes}

    libre = next(li.cle for li in actions.modele.lignes if financeur not in li.montants)
    for tableau, montant in ((page.modele, "1234"), (actions.modele, "4321")):
        index = tableau.index(tableau.position(libre), tableau.rang(f"{financeur}.accorde"))
        assert tableau.setData(index, montant)
        assert pareils()
    document.contexte.actions.creer(document.annee, "Venue entre-temps")
    assert pareils()
    document.aller("actions")
    document.contexte.fichier.undo.annuler()
    document.contexte.actions.modifier(libre, titre="Autre titre")
    document.aller("cofinancements")
    assert pareils()
    document.changer_annee(document.annee - 1)
    assert pareils()
    assert page.modele.nombre_total > 0


# Where a figure comes from ------------------------------------------------------------------------


def panneau(document: Document) -> PanneauProvenance:
    (page,) = [page for page in document.findChildren(PageTableau) if page.isVisible()]
    ouvert = page.panneau
    assert isinstance(ouvert, PanneauProvenance)
    return ouvert


def test_d_une_case_au_journal_puis_retour_sans_souris(
    fenetre: FenetrePrincipale, document: Document, qtbot: QtBot
) -> None:
    document.aller("cofinancements")
    laisser_faire()
    page = document.page("cofinancements")
    ligne = next(li for li in page.modele.lignes if li.accorde)
    page.vue.aller_a(ligne.cle, "total.accorde")
    frapper(Qt.Key.Key_F7)
    ouvert = panneau(document)
    assert ouvert.explication.montant == ligne.accorde
    frapper(Qt.Key.Key_Return)
    assert "·" in ouvert.explication.titre
    frapper(Qt.Key.Key_Backspace)
    assert ouvert.explication.montant == ligne.accorde
    # Three times deeper: the financeur, its line, the entry of the journal, then the entry itself.
    frapper(Qt.Key.Key_Return)
    frapper(Qt.Key.Key_Return)
    numero = ouvert.part().numero
    frapper(Qt.Key.Key_Return)
    assert document.page_courante == "journal"
    assert document.page("journal").vue.cle_courante() == str(numero)
    document.aller("cofinancements")
    laisser_faire()
    ouvert.vue.setFocus()
    frapper(Qt.Key.Key_Escape)
    assert page.tableau.panneau is None
    assert page.vue.a_le_focus()


def test_le_sous_total_d_un_groupe_dit_ses_lignes(
    fenetre: FenetrePrincipale, document: Document
) -> None:
    document.aller("actions")
    laisser_faire()
    vue = document.actions.vue
    accorde = vue.modele.rang("total.accorde")
    vue.modele.grouper(["statut"])
    rang = next(
        r for r in range(vue.modele.rowCount())
        if vue.modele.est_groupe(r) and vue.modele.valeur(r, accorde)
    )  # fmt: skip
    montant = vue.modele.valeur(rang, accorde)
    vue.setFocus()
    vue.aller(rang, accorde)
    frapper(Qt.Key.Key_F7)
    assert panneau(document).explication.montant == montant
    vue.modele.grouper([])


def test_un_clic_sur_un_total_puis_sur_une_jauge_ouvre_leurs_parts(
    fenetre: FenetrePrincipale, document: Document, qtbot: QtBot
) -> None:
    ecran = document.actions
    ecran.modele.filtrer("jeunes")
    pied = ecran.vue.volets.pied
    rang = ecran.modele.rang("cout")
    entete = ecran.vue.volets.droite.entete
    x = entete.viewport().mapTo(ecran.vue.volets, QPoint(0, 0)).x() - pied.x()
    ou = QPoint(x + entete.sectionViewportPosition(rang) + 20, pied.height() // 2)
    QTest.mouseClick(pied, GAUCHE, pos=ou)
    ouvert = panneau(document)
    assert ouvert.explication.montant == ecran.modele.total(rang)
    assert len(ouvert.explication.parts) == len([x for x in ecran.modele.lignes if x.cout])
    ecran.modele.filtrer("")
    qtbot.waitUntil(lambda: ouvert.explication.montant == ecran.modele.total(rang))
    financeur = ecran._financeurs[0]
    jauge = document.bandeau.jauge(financeur.cle)
    QTest.mouseClick(jauge, GAUCHE, pos=jauge.cadre_des_mots().center())
    reste = document.contexte.totaux.etat(document.annee, financeur).reste
    assert panneau(document).explication.montant == reste
    assert document.page_courante == "actions"
    # The panel follows an amount typed while it is open.
    libre = next(li for li in ecran.modele.lignes if financeur.cle not in li.montants)
    document.contexte.cofinancements.saisir(
        libre.cle, financeur.cle, etape="accorde", montant=Decimal(1)
    )
    assert reste is not None
    qtbot.waitUntil(lambda: panneau(document).explication.montant == reste - 1)


def test_d_une_enveloppe_on_va_a_sa_ligne_et_d_un_cofinancement_a_sa_fiche(
    fenetre: FenetrePrincipale, document: Document
) -> None:
    document.aller("enveloppes")
    laisser_faire()
    page = document.page("enveloppes")
    page.vue.aller(0, page.modele.rang("reste"))
    frapper(Qt.Key.Key_F7)
    ouvert = panneau(document)
    assert ouvert.explication.montant == page.modele.lignes[0].reste
    ouvert.vue.aller_a(ouvert.explication.parts[-1].cle)
    ouvert.descendre()
    part = ouvert.part()
    assert part is not None
    assert part.lien is not None
    assert part.lien.entite == "cofinancement"
    ouvert.aller()
    laisser_faire()
    assert document.page_courante == "actions"
    assert document.actions.vue.cle_courante() == part.lien.action
    assert document.actions.fiche.isVisible()


def test_une_case_qui_ne_se_calcule_pas_le_dit(
    fenetre: FenetrePrincipale, document: Document, qtbot: QtBot
) -> None:
    ecran = document.actions
    ecran.vue.aller(0, ecran.modele.rang("quartiers"))
    with qtbot.waitSignal(ecran.vue.refuse):
        frapper(Qt.Key.Key_F7)
    assert ecran.tableau.panneau is None


def test_les_mots_d_une_jauge_sont_la_ou_on_les_peint(document: Document) -> None:
    for financeur in document.actions._financeurs:
        jauge = document.bandeau.jauge(financeur.cle)
        cadre = jauge.cadre_des_mots()
        assert jauge.rect().contains(cadre)
        encre = {theme().couleurs.encre.name(), theme().couleurs.bloquant.name()}
        encre.add(theme().couleurs.encre_douce.name())
        image = jauge.grab().toImage()
        points = [
            (x, y)
            for x in range(cadre.left(), cadre.right())
            for y in range(cadre.top(), cadre.bottom())
        ]
        assert any(image.pixelColor(*p).name() in encre for p in points)
