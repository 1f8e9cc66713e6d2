"""One column changed on many rows: the preview, the refusals, the totals, one undo."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import fabriques
import pytest
from fabriques import Decor

from app.services.actions import Actions
from app.services.cases_ecrites import CasesRefusees, CaseVoulue, ecrire_en_lot
from app.services.cofinancements import Cofinancements
from app.services.columns import Colonne, Pose, TypeColonne, lire_attribut
from app.services.columns_actions import colonnes_actions
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.lots import (
    Calcul,
    Lot,
    appliquer,
    calculs_de,
    effet_sur_enveloppe,
    preparer,
    sources_de,
)
from app.services.rows import LigneAction
from app.services.totaux import Totaux


class Programme:
    """Three actions of one file, and the columns of their table."""

    def __init__(self, fichier: Fichier) -> None:
        self.fichier = fichier
        self.decor: Decor = fabriques.decor(fichier, actions=3)
        self.actions, self.cofinancements = Actions(fichier), Cofinancements(fichier)
        self.etat = self.decor.financeurs[0]
        for cle, (demande, accorde) in zip(
            self.decor.actions, ((3000, 1000), (5000, 2501), (800, None)), strict=True
        ):
            saisir = self.cofinancements.saisir
            saisir(cle, self.etat, etape="demande", montant=Decimal(demande))
            if accorde is not None:
                saisir(cle, self.etat, etape="accorde", montant=Decimal(accorde))
        fichier.undo.oublier()
        self.colonnes = {
            c.cle: c
            for c in colonnes_actions(
                self.cofinancements.financeurs(2026), self.actions, self.cofinancements
            )
        }

    def lignes(self) -> list[tuple[str, LigneAction]]:
        return [(ligne.cle, ligne) for ligne in self.actions.lignes(2026)]

    def lot(self, colonne: str, calcul: Calcul, operande: str = "", source: str = "") -> Lot:
        return preparer(
            self.lignes(),
            self.colonnes[colonne.replace("etat", self.etat)],
            calcul,
            operande=operande,
            source=self.colonnes[source.replace("etat", self.etat)] if source else None,
        )

    def accordes(self) -> list[Decimal | None]:
        lire = self.colonnes[f"{self.etat}.accorde"].lire
        return [lire(ligne) for _, ligne in self.lignes()]


@pytest.fixture
def programme(tmp_path: Path) -> Iterator[Programme]:
    with fabriques.neuf(tmp_path / "essai.tdt") as fichier:
        yield Programme(fichier)


@pytest.mark.parametrize(
    ("calcul", "operande", "accordes"),
    [
        (Calcul.METTRE, "1 500", [1500, 1500, 1500]),
        (Calcul.AJOUTER, "500,10", ["1500.10", "3001.10", "500.10"]),
        (Calcul.RETIRER, "1", [999, 2500, None]),
        (Calcul.MULTIPLIER, "33,3 %", ["333.00", "832.83", None]),
        (Calcul.PLAFONNER, "2000", [1000, 2000, None]),
        (Calcul.VIDER, "", [None, None, None]),
    ],
)
def test_chaque_calcul_et_son_annulation(
    programme: Programme, calcul: Calcul, operande: str, accordes: list[Any]
) -> None:
    avant = programme.accordes()
    lot = programme.lot("etat.accorde", calcul, operande)
    assert programme.accordes() == avant  # a preview writes nothing
    appliquer(lot)
    assert programme.accordes() == [None if a is None else Decimal(a) for a in accordes]
    assert len(programme.fichier.undo.a_annuler()) == 1
    programme.fichier.undo.annuler()
    assert programme.accordes() == avant


def test_reprendre_le_demande(programme: Programme) -> None:
    lot = programme.lot("etat.accorde", Calcul.REPRENDRE, source="etat.demande")
    assert (lot.total_avant, lot.total_apres, lot.ecart) == (3501, 8800, 5299)
    assert appliquer(lot) == 3
    assert programme.accordes() == [3000, 5000, 800]
    assert programme.fichier.undo.a_annuler()[0] == (
        "Modifier en lot « État · Accordé » : reprendre la colonne « État · Demandé » sur 3 lignes"
    )


def test_les_lignes_sans_changement_ne_sont_pas_listees(programme: Programme) -> None:
    lot = programme.lot("etat.accorde", Calcul.PLAFONNER, "2 000")
    assert [(m.avant, m.apres) for m in lot.modifications] == [(2501, 2000)]
    assert lot.inchangees == 2
    with pytest.raises(SaisieRefusee, match="Aucune ligne"):
        appliquer(programme.lot("etat.accorde", Calcul.PLAFONNER, "9999"))


def test_un_montant_negatif_est_refuse_ligne_par_ligne(programme: Programme) -> None:
    lot = programme.lot("etat.accorde", Calcul.RETIRER, "2000")
    assert [bool(m.refus) for m in lot.modifications] == [True, False]
    assert "négatif" in lot.modifications[0].refus
    assert (lot.total_avant, lot.total_apres) == (3501, 1501)  # what is refused stays
    appliquer(lot)
    assert programme.accordes() == [1000, 501, None]


def test_plusieurs_lignes_du_financeur_se_saisissent_dans_la_fiche(programme: Programme) -> None:
    programme.cofinancements.ajouter(programme.decor.action, programme.etat, demande=Decimal(1))
    lot = programme.lot("etat.accorde", Calcul.METTRE, "10")
    assert [m.refus[:31] for m in lot.modifications if m.refus] == [
        "Ce financeur a plusieurs lignes"
    ]


def test_un_budget_par_compte_commande_le_cout(programme: Programme) -> None:
    programme.actions.ajouter_ligne_budget(
        programme.decor.action, sens="charge", compte="60", libelle=None, montant=Decimal(10)
    )
    lot = programme.lot("cout", Calcul.METTRE, "5 000")
    assert [bool(m.refus) for m in lot.modifications] == [True, False, False]


@pytest.mark.parametrize("operande", ["beaucoup", "", "12 %%", "1e999999"])
def test_une_valeur_qui_ne_se_lit_pas_est_refusee(programme: Programme, operande: str) -> None:
    with pytest.raises(SaisieRefusee):
        programme.lot("etat.accorde", Calcul.AJOUTER, operande)


def test_une_colonne_qui_se_lit_seulement_le_dit(programme: Programme) -> None:
    lot = programme.lot("total.accorde", Calcul.METTRE, "10")
    assert lot.faisables == []
    assert {m.refus for m in lot.modifications} == {
        "« Tous financeurs · Accordé » se lit seulement."
    }


def test_sans_ligne_il_n_y_a_rien_a_faire(programme: Programme) -> None:
    lot = preparer([], programme.colonnes["cout"], Calcul.METTRE, operande="1")
    assert (lot.modifications, lot.inchangees, lot.total_avant) == ((), 0, 0)


def test_ce_qu_un_lot_laisse_de_l_enveloppe(programme: Programme) -> None:
    financeur = programme.cofinancements.financeurs(2026)[0]
    lot = programme.lot("etat.accorde", Calcul.METTRE, "4 000")
    sans = effet_sur_enveloppe(lot, Totaux(programme.fichier).etat(2026, financeur))
    assert sans == "Aucun montant n’est connu pour l’enveloppe État 2026."
    with programme.fichier.operation("Notifier") as e:
        fabriques.enveloppe(e, programme.etat, montant=Decimal(10_000))
    phrase = effet_sur_enveloppe(lot, Totaux(programme.fichier).etat(2026, financeur))
    assert "6\u202f499\u00a0€" in phrase
    assert "dépasse de 2\u202f000\u00a0€" in phrase


def test_ce_qui_change_entre_l_apercu_et_l_ecriture_arrete_tout(programme: Programme) -> None:
    colonne = programme.colonnes[f"{programme.etat}.accorde"]
    cases = [
        CaseVoulue(cle, colonne, valeur)
        for cle, valeur in zip(programme.decor.actions, (Decimal(1), Decimal(-1)), strict=False)
    ]
    avant = programme.accordes()
    with pytest.raises(CasesRefusees) as refus:
        ecrire_en_lot("Essai", cases)
    assert list(refus.value.refus) == [1]
    assert programme.accordes() == avant


def test_ce_que_l_on_peut_faire_de_chaque_colonne(programme: Programme) -> None:
    assert calculs_de(programme.colonnes["cout"]) == tuple(Calcul)
    assert Calcul.AJOUTER not in calculs_de(programme.colonnes["statut"])
    sources = sources_de(
        programme.colonnes[f"{programme.etat}.accorde"], programme.colonnes.values()
    )
    assert [c.titre for c in sources[:2]] == ["Demandé", "Proposé"]


def test_un_oui_ou_non_se_compare_a_ce_que_la_ligne_tient() -> None:
    @dataclass
    class Ligne:
        notifie: bool

    ecrits: list[object] = []
    colonne = Colonne(
        cle="notifie",
        titre="Notifiée",
        lire=lire_attribut("notifie"),
        type=TypeColonne.BOOLEEN,
        pose=Pose(lambda _: nullcontext(), lambda _e, cle, valeur: ecrits.append((cle, valeur))),
    )
    lignes = [("a", Ligne(notifie=True)), ("b", Ligne(notifie=False))]
    lot = preparer(lignes, colonne, Calcul.METTRE, operande="oui")
    assert [(m.cle, m.avant, m.apres) for m in lot.modifications] == [("b", False, True)]
    ecrits.clear()  # what the preview tried
    appliquer(lot)
    assert ecrits == [("b", "oui")]
    for illisible in ("", "peut-être"):
        with pytest.raises(SaisieRefusee):
            preparer(lignes, colonne, Calcul.METTRE, operande=illisible)


def test_une_part_ne_se_met_pas_sur_toute_une_colonne(programme: Programme) -> None:
    with pytest.raises(SaisieRefusee, match="n’est pas un montant"):
        programme.lot("etat.accorde", Calcul.METTRE, "80 %")
