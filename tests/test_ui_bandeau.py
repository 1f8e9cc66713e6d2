"""The band of envelopes: what it says in words, how it folds, and what a typed amount shows."""

from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.services.enveloppes import reste_en_mots
from app.services.rows import EtatEnveloppe, LigneFinanceur
from app.ui.bandeau import Bandeau
from app.ui.jauge import detail
from app.ui.theme import theme


def enveloppe(rang: int = 0, montant: Any = 100_000, **reste: Any) -> EtatEnveloppe:
    """An envelope whose remainder is computed as the file does."""
    chiffres = {"reserve": 0, "engage": 0, "accorde": 0, "propose": 0, "demande": 0} | {
        cle: valeur for cle, valeur in reste.items() if cle not in ("notifie", "nom")
    }
    en_euros = {cle: Decimal(valeur) for cle, valeur in chiffres.items()}
    total = None if montant is None else Decimal(montant)
    disponible = None if total is None else total - en_euros["reserve"] - en_euros["engage"]
    court = f"{reste.get('nom', 'F')}{rang}"
    financeur = LigneFinanceur(f"f{rang}", court, f"Financeur {rang}", court, "", rang)
    return EtatEnveloppe(
        financeur=financeur,
        annee=2026,
        montant=total,
        notifie=reste.get("notifie", montant is not None),
        disponible=disponible,
        reste=None if disponible is None else disponible - en_euros["accorde"],
        **en_euros,
    )


@pytest.fixture
def bandeau(qtbot: QtBot) -> Bandeau:
    resultat = Bandeau()
    qtbot.addWidget(resultat)
    resultat.resize(1150, 60)
    resultat.show()
    return resultat


@pytest.mark.parametrize(
    ("etat", "phrase"),
    [
        (enveloppe(accorde=87_600), "reste 12\u202f400\u00a0€"),
        (enveloppe(accorde=103_200), "dépasse de 3\u202f200\u00a0€"),
        (enveloppe(accorde="99999.50"), "reste 0,50\u00a0€"),
        (enveloppe(accorde=100_000), "reste 0\u00a0€"),
        (enveloppe(reserve=5000, engage=20_000, accorde=75_000), "reste 0\u00a0€"),
        (enveloppe(montant=None), "non communiquée"),
        (enveloppe(montant=None, notifie=True), "non communiquée"),
    ],
)
def test_le_reste_est_dit_en_mots(etat: EtatEnveloppe, phrase: str) -> None:
    assert reste_en_mots(etat) == phrase


@pytest.mark.parametrize("large", [180, 600])  # name above the words, or beside them
def test_une_jauge_suivie_est_celle_qu_on_dessinerait(bandeau: Bandeau, large: int) -> None:
    """What it keeps from one figure to the next is what would be drawn now."""
    etats = [
        enveloppe(reserve=5000, engage=20_000, accorde=10_000),
        enveloppe(reserve=5000, engage=20_000, accorde=60_000),
        enveloppe(reserve=9000, engage=0, accorde=120_000),
        enveloppe(reserve=9000, accorde=500, notifie=False),
        enveloppe(montant=None),
    ]
    bandeau.resize(large, 90)
    bandeau.montrer(etats[:1])
    for etat in etats:
        bandeau.actualiser({"f0": etat})
        suivie = bandeau.grab().toImage()
        bandeau.montrer([etat])
        assert suivie == bandeau.grab().toImage()


def test_ce_qui_est_tape_compte_deja_dans_les_mots() -> None:
    assert (
        reste_en_mots(enveloppe(accorde=90_000), Decimal(13_200)) == "dépasse de 3\u202f200\u00a0€"
    )
    assert reste_en_mots(enveloppe(accorde=103_200), Decimal(-3200)) == "reste 0\u00a0€"


def test_la_bulle_dit_tout_le_compte() -> None:
    lignes = detail(enveloppe(reserve=5000, engage=20_000, accorde=70_000, notifie=False))
    assert lignes.split("\n")[:4] == [
        "Financeur 0",
        "Enveloppe prévisionnelle\u00a0: 100\u202f000\u00a0€",
        "Réserve\u00a0: 5\u202f000\u00a0€",
        "Engagé par les conventions\u00a0: 20\u202f000\u00a0€",
    ]
    assert lignes.endswith("Reste 5\u202f000\u00a0€")


def test_un_clic_dit_quel_financeur(bandeau: Bandeau, qtbot: QtBot) -> None:
    bandeau.montrer([enveloppe(rang) for rang in range(3)])
    with qtbot.waitSignal(bandeau.financeur_choisi) as choisi:
        qtbot.mouseClick(bandeau.jauge("f1"), Qt.MouseButton.LeftButton)
    assert choisi.args == ["f1"]
    with qtbot.waitSignal(bandeau.financeur_choisi) as choisi:
        qtbot.keyClick(bandeau.jauge("f2"), Qt.Key.Key_Space)
    assert choisi.args == ["f2"]


def test_chaque_jauge_se_lit_sans_la_voir(bandeau: Bandeau) -> None:
    bandeau.montrer([enveloppe(accorde=103_200)])
    jauge = bandeau.jauge("f0")
    assert jauge.accessibleName() == "Financeur 0\u00a0: dépasse de 3\u202f200\u00a0€"
    bandeau.saisir("f0", Decimal(-3200))
    assert jauge.accessibleName() == "Financeur 0\u00a0: reste 0\u00a0€"


@pytest.mark.parametrize(("nombre", "lignes"), [(1, 1), (7, 1), (12, 2)])
@pytest.mark.parametrize("nom", ["F", "Département "])
def test_les_jauges_tiennent_en_peu_de_lignes_sans_couper_un_mot(
    bandeau: Bandeau, nombre: int, lignes: int, nom: str
) -> None:
    bandeau.montrer([enveloppe(rang, nom=nom, accorde=100_500) for rang in range(nombre)])
    jauges = [bandeau.jauge(f"f{rang}") for rang in range(nombre)]
    assert len({jauge.y() for jauge in jauges}) <= lignes
    assert max(jauge.geometry().bottom() for jauge in jauges) <= bandeau.height()
    for jauge in jauges:
        assert jauge.width() >= jauge.sizeHint().width()


def test_quarante_financeurs_defilent_sans_manger_l_ecran(bandeau: Bandeau) -> None:
    bandeau.montrer([enveloppe(rang) for rang in range(40)])
    assert bandeau.height() < 160
    assert len({bandeau.jauge(f"f{rang}").pos().toTuple() for rang in range(40)}) == 40


def test_replie_il_tient_sur_une_ligne_et_nomme_les_depassements(
    bandeau: Bandeau, qtbot: QtBot
) -> None:
    bandeau.montrer(
        [
            enveloppe(0, accorde=80_000),
            enveloppe(1, accorde=103_200),
            enveloppe(2, montant=None),
        ]
    )
    with qtbot.waitSignal(bandeau.replie_change) as change:
        bandeau.replier(replie=True)
    assert change.args == [True]
    assert bandeau.height() < 42
    textes = [label.text() for label in visibles(bandeau, QLabel)]
    assert textes[0].startswith("Reste 20")
    assert textes[-1] == "1 non communiquée"
    (alerte,) = visibles(bandeau, QPushButton)
    assert alerte.text().startswith("F1 dépasse de 3")
    with qtbot.waitSignal(bandeau.financeur_choisi) as choisi:
        qtbot.mouseClick(alerte, Qt.MouseButton.LeftButton)
    assert choisi.args == ["f1"]


def visibles(bandeau: Bandeau, genre: type[Any]) -> list[Any]:
    return [element for element in bandeau.findChildren(genre) if element.isVisible()]


def test_actualiser_ne_touche_que_les_financeurs_nommes(bandeau: Bandeau) -> None:
    bandeau.montrer([enveloppe(0), enveloppe(1)])
    jauges = [bandeau.jauge("f0"), bandeau.jauge("f1")]
    bandeau.actualiser({"f1": enveloppe(1, accorde=60_000), "inconnu": enveloppe(5)})
    assert [bandeau.jauge("f0"), bandeau.jauge("f1")] == jauges
    assert [reste_en_mots(j.enveloppe) for j in jauges] == [
        "reste 100\u202f000\u00a0€",
        "reste 40\u202f000\u00a0€",
    ]


def test_marquer_montre_un_seul_financeur(bandeau: Bandeau) -> None:
    bandeau.montrer([enveloppe(rang) for rang in range(3)])
    bandeau.marquer("f1")
    bandeau.marquer("f2")
    assert [bandeau.jauge(f"f{rang}").isChecked() for rang in range(3)] == [False, False, True]


def test_le_depassement_est_peint_apres_la_marque_de_fin(bandeau: Bandeau) -> None:
    """Even a small one; and nothing of that colour when there is none."""
    bandeau.montrer([enveloppe(0, accorde=100_001), enveloppe(1, accorde=99_999)])
    alerte = theme().couleurs.bloquant
    assert contient(bandeau.jauge("f0"), alerte)
    assert not contient(bandeau.jauge("f1"), alerte)


def test_la_saisie_s_anime_puis_se_range(bandeau: Bandeau, qtbot: QtBot) -> None:
    bandeau.montrer([enveloppe(accorde=10_000)])
    jauge = bandeau.jauge("f0")
    bandeau.saisir("f0", Decimal(40_000))
    qtbot.waitUntil(lambda: jauge._ecart_dessine == 40_000, timeout=1000)
    bandeau.actualiser({"f0": enveloppe(accorde=50_000)})
    assert jauge._ecart_dessine == 0


def contient(bouton: QAbstractButton, couleur: QColor) -> bool:
    """True when the gauge itself (not its words) has a pixel of this colour at its right end."""
    image: QImage = bouton.grab().toImage()
    zone = range(bouton.width() - 22, bouton.width() - 6)
    bas = range(bouton.height() - 16, bouton.height() - 4)
    return any(image.pixelColor(x, y) == couleur for x in zone for y in bas)
