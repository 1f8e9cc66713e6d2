"""The rows of a year follow the notices exactly: never a value that the file does not hold."""

import random
from decimal import Decimal

from app.services.actions import Actions
from app.services.cofinancements import Cofinancements
from app.services.fichier import Fichier
from app.services.organismes import Organismes
from app.services.programme_suivi import ProgrammeSuivi
from tests import fabriques


def _suivre(fichier: Fichier, annee: int) -> ProgrammeSuivi:
    suivi = ProgrammeSuivi(fichier, annee)
    fichier.bus.abonner(lambda avis: suivi.suivre(avis) and None)
    return suivi


def _relues(fichier: Fichier, annee: int) -> dict[str, object]:
    return {ligne.cle: ligne for ligne in Actions(fichier).lignes(annee)}


def test_un_montant_change_une_seule_ligne_sans_relire(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier, actions=3)
    suivi = ProgrammeSuivi(fichier, 2026)
    recus = []
    fichier.bus.abonner(lambda avis: recus.append(suivi.suivre(avis)))
    Cofinancements(fichier).saisir(
        decor.actions[1], decor.financeurs[0], etape="accorde", montant=Decimal(700)
    )
    (changements,) = recus
    assert set(changements.modifiees) == {decor.actions[1]}
    assert not changements.tout
    assert suivi.lignes == _relues(fichier, 2026)


def test_une_action_creee_puis_annulee_entre_et_sort(fichier: Fichier) -> None:
    fabriques.decor(fichier)
    suivi = _suivre(fichier, 2026)
    cle = Actions(fichier).creer(2026, "Chantier d'été")
    assert suivi.lignes[cle].titre == "Chantier d'été"
    fichier.undo.annuler()
    assert cle not in suivi.lignes
    Actions(fichier).creer(2025, "Une autre année")
    assert suivi.lignes == _relues(fichier, 2026)


def test_n_moins_un_suit_ce_qui_a_ete_accorde_l_annee_d_avant(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    actions = Actions(fichier)
    ancienne = actions.creer(2025, "Action 1")
    actions.lier_a(decor.action, ancienne)
    suivi = _suivre(fichier, 2026)
    Cofinancements(fichier).saisir(
        ancienne, decor.financeurs[0], etape="accorde", montant=Decimal(4200)
    )
    assert suivi.lignes[decor.action].accorde_n1 == Decimal(4200)


def test_un_porteur_renomme_se_voit_partout(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    suivi = _suivre(fichier, 2026)
    Organismes(fichier).modifier(decor.organismes[0], nom="La Passerelle")
    assert suivi.lignes[decor.action].porteur == "La Passerelle"


def test_le_cout_suit_une_ligne_du_budget(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier, actions=2)
    suivi = _suivre(fichier, 2026)
    actions = Actions(fichier)
    ligne = actions.ajouter_ligne_budget(
        decor.action, sens="charge", compte="60", libelle=None, montant=Decimal(800)
    )
    assert suivi.lignes[decor.action].cout == Decimal(800)
    actions.modifier_ligne_budget(ligne, montant=Decimal("950.50"))
    assert suivi.lignes[decor.action].cout == Decimal("950.50")
    actions.supprimer_ligne_budget(ligne)
    assert suivi.lignes == _relues(fichier, 2026)
    assert suivi.lignes[decor.action].cout is None


def test_au_hasard_les_lignes_suivies_sont_celles_du_fichier(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier, actions=4)
    suivi = _suivre(fichier, 2026)
    hasard = random.Random(147)
    montants, actions = Cofinancements(fichier), Actions(fichier)
    gestes = [
        lambda a: montants.saisir(
            a,
            hasard.choice(decor.financeurs),
            etape=hasard.choice(["demande", "propose", "accorde"]),
            montant=hasard.choice([None, Decimal(hasard.randrange(0, 9000, 100))]),
        ),
        lambda a: montants.ajouter(a, hasard.choice(decor.financeurs), demande=Decimal(5)),
        lambda a: actions.modifier(a, titre=f"Titre {hasard.randrange(9)}"),
        lambda a: actions.definir_communes(a, hasard.sample(decor.communes, hasard.randrange(3))),
        lambda a: actions.classer(a, hasard.choice(decor.noeuds)),
        lambda _: fichier.undo.annuler(),
        lambda _: fichier.undo.retablir(),
    ]
    for _ in range(120):
        cle = hasard.choice(decor.actions)
        lignes = montants.de_l_action(cle)
        geste = hasard.choice(gestes)
        if geste is gestes[0] and len({c.financeur for c in lignes}) < len(lignes):
            geste = gestes[2]  # several lines of one financeur are typed in the sheet
        geste(cle)
        assert suivi.lignes == _relues(fichier, 2026)
