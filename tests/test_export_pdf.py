"""The document « décisions », read back by poppler as a person would: its text, its places, its fonts."""

import re
import subprocess
import sys
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from fabrique_programmation import AXES, action, financeurs, programmation

from app.models.enums import StatutAction
from app.models.montants import afficher_montant
from app.services.errors import SaisieRefusee
from app.services.export_pdf import decisions, ecrire_decisions
from app.services.pages_pdf import BAS, HAUT, HAUTEUR, LARGEUR, MARGE
from app.services.polices import DEMI_GRASSE, REGULIERE, fichier_police
from app.services.rows import LigneAction, Montants, Programmation
from app.services.tableau_pdf import charger_polices, couper, largeur

MOT = re.compile(
    r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>'
)


GOLDEN = """
Contrat Quartiers 2030 – Trois-Canaux Agglomération
Décisions – programmation 2026
Appel à projets 2026 · état au 21 novembre 2026
2 actions · Accordée : 1 · Non retenue : 1
Coût total 1 300 000 € · demandé 1 247 067 € · accordé 8 000,50 €
Accordé
Total
N° Porteur Intitulé Quartiers Coût total Demandé État Agglomération accordé Décision
1. Emploi
2 Association Les Mains Vertes Ateliers Fosse-Neuve 1 300 000 1 247 067 8 000,50 – 8 000,50 Accordée
10 Association Les Mains Vertes Sorties Fosse-Neuve Non retenue
Sous-total – 1. Emploi 1 300 000 1 247 067 8 000,50 – 8 000,50
Total général 1 300 000 1 247 067 8 000,50 – 8 000,50
Enveloppes
Engagé par Accordé dans ce
Financeur Enveloppe État Réserve convention Disponible Demandé Proposé Accordé document Reste
État – programme 147 non communiquée 8 000,50
Communauté d'agglomération des non communiquée –
Trois-Canaux
Total général 8 000,50
"""


@dataclass(frozen=True)
class Mot:
    page: int
    gauche: float
    haut: float
    droite: float
    bas: float
    texte: str


def poppler(outil: str, pdf: Path, *options: str) -> str:
    sortie = ["-"] if outil == "pdftotext" else []
    commande = [outil, *options, str(pdf), *sortie]
    return subprocess.run(commande, check=True, capture_output=True, text=True, timeout=60).stdout


@pytest.fixture
def imprimer(tmp_path: Path) -> "Imprimeur":
    return Imprimeur(tmp_path / "décisions.pdf")


@dataclass(frozen=True)
class Imprimeur:
    """Writes a programme and reads the PDF back."""

    chemin: Path

    def pages(self, programme: Programmation) -> list[str]:
        """The text of each page, its spaces made ordinary."""
        ecrire_decisions(programme, self.chemin)
        texte = poppler("pdftotext", self.chemin, "-layout")
        return [re.sub(r"[^\S\n]+", " ", page) for page in texte.split("\f")[:-1]]

    def texte(self, programme: Programmation) -> str:
        return "\n".join(self.pages(programme))

    def suite(self, programme: Programmation) -> str:
        """The text cell by cell, on one line."""
        ecrire_decisions(programme, self.chemin)
        return re.sub(r"\s+", " ", poppler("pdftotext", self.chemin, "-raw"))

    def mots(self, programme: Programmation) -> list[Mot]:
        ecrire_decisions(programme, self.chemin)
        feuilles = poppler("pdftotext", self.chemin, "-bbox").split("<page ")[1:]
        return [
            Mot(n, *map(float, trouve[:4]), trouve[4])
            for n, feuille in enumerate(feuilles, start=1)
            for trouve in MOT.findall(feuille)
        ]


@cache
def grande() -> Programmation:
    return programmation(120)


def chiffres(montant: Decimal) -> str:
    return afficher_montant(montant).replace("\u202f", " ")


def accorde(actions: tuple[LigneAction, ...] | list[LigneAction], cle: str) -> Decimal:
    montants = (a.montants.get(cle, Montants()).accorde for a in actions)
    return sum((m for m in montants if m is not None), Decimal(0))


def ligne(texte: str, debut: str) -> str:
    return next(rang.strip() for rang in texte.splitlines() if rang.strip().startswith(debut))


# What is printed ----------------------------------------------------------------------------------


def test_chaque_action_est_imprimee_une_fois_avec_sa_decision(imprimer: Imprimeur) -> None:
    texte = imprimer.texte(grande())
    for a in grande().actions:
        rangs = [rang for rang in texte.splitlines() if rang.strip().startswith(a.numero)]
        assert len(rangs) == 1
        assert StatutAction.libelle_de(a.statut).split()[0] in rangs[0]
        if a.accorde:
            assert f" {chiffres(a.accorde)} " in f"{rangs[0]} "


def test_les_totaux_sont_ceux_des_actions(imprimer: Imprimeur) -> None:
    texte = imprimer.texte(grande())
    actions = grande().actions
    for axe in AXES:
        siennes = [a for a in actions if a.axe == axe]
        attendus = [chiffres(accorde(siennes, f.cle)) for f in grande().financeurs]
        assert " ".join(attendus) in ligne(texte, f"Sous-total – {axe[:30]}")
    total = ligne(texte, "Total général")
    attendus = [chiffres(accorde(actions, f.cle)) for f in grande().financeurs]
    general = sum((accorde(actions, f.cle) for f in grande().financeurs), Decimal(0))
    assert total.endswith(" ".join([*attendus, chiffres(general)]))
    assert f"accordé {chiffres(general)} €" in texte


def test_l_entete_se_repete_et_les_pages_se_comptent(imprimer: Imprimeur) -> None:
    pages = imprimer.pages(grande())
    assert len(pages) > 3
    for n, page in enumerate(pages, start=1):
        assert f"Page {n} / {len(pages)}" in page
        assert grande().empreinte in page
    assert all("Décision" in page.split("26-")[0] for page in pages[:-1])


def test_un_axe_qui_continue_se_rappelle_en_haut_de_page(imprimer: Imprimeur) -> None:
    """Never a heading alone at the foot, never a subtotal alone at the top."""
    for page in imprimer.pages(grande())[1:]:
        corps = [rang.strip() for rang in page.split("Décision\n")[1].splitlines() if rang.strip()]
        assert corps[0].endswith("(suite)") or corps[0] in AXES
        assert not corps[1].startswith("Sous-total")
    for page in imprimer.pages(grande()):
        pied = page.index("Montants en euros")
        dernier = [rang.strip() for rang in page[:pied].splitlines() if rang.strip()][-1]
        assert dernier not in AXES


def test_le_cartouche_dit_le_contrat_l_annee_l_appel_et_la_date(imprimer: Imprimeur) -> None:
    premiere = imprimer.pages(programmation(4))[0].splitlines()
    assert [rang.strip() for rang in premiere if rang.strip()][:3] == [
        "Contrat Quartiers 2030 – Trois-Canaux Agglomération",
        "Décisions – programmation 2026",
        "Appel à projets 2026 · état au 21 novembre 2026",
    ]


def test_les_enveloppes_closent_le_document(imprimer: Imprimeur) -> None:
    texte = imprimer.texte(programmation(60)).split("Enveloppes\n")[1]
    etats = {e.financeur.cle: e for e in programmation(60).enveloppes}
    for financeur in programmation(60).financeurs:
        rang = ligne(texte, financeur.nom[:20])
        etat = etats.get(financeur.cle)
        if etat is None or etat.montant is None:
            assert "non communiquée" in rang
        elif etat.reste is not None and etat.reste < 0:
            assert rang.endswith(f"dépasse de {chiffres(-etat.reste)}")
        else:
            assert etat.reste is not None
            assert rang.endswith(f" {chiffres(etat.reste)}")


def test_quarante_financeurs_tiennent_sur_le_papier(imprimer: Imprimeur) -> None:
    """The greatest have a column; the others are added up there, and told one by one further on."""
    programme = programmation(30, combien_financeurs=40, centimes=True)
    entete, detail = imprimer.suite(programme).split("Autres financeurs : le détail", 1)
    entete = entete.split("Décision ")[0].split("Demandé")[1]
    accordes = [f for f in programme.financeurs if accorde(programme.actions, f.cle)]
    en_colonne = [f for f in accordes if f.nom_court in entete]
    assert 4 <= len(en_colonne) < len(accordes)
    for financeur in accordes:
        concernees = [a for a in programme.actions if financeur.cle in a.montants]
        montants = [a.montants[financeur.cle].accorde for a in concernees]
        for montant in [m for m in montants if m]:
            dit = f"{financeur.nom_court} : {chiffres(montant)} €"
            assert (dit in detail) is (financeur not in en_colonne)
    poids = {f.cle: accorde(programme.actions, f.cle) for f in accordes}
    autres = [f for f in accordes if f not in en_colonne]
    assert min(poids[f.cle] for f in en_colonne) >= max(poids[f.cle] for f in autres)


def test_sans_action_la_page_le_dit(imprimer: Imprimeur) -> None:
    [page] = imprimer.pages(programmation(0))
    assert "Aucune action n'est inscrite à cette programmation." in page
    assert "Enveloppes" in page


def test_une_programmation_sans_rien_tient_encore(imprimer: Imprimeur) -> None:
    rien = replace(programmation(0), financeurs=(), enveloppes=(), appel="", contrat="")
    [page] = imprimer.pages(rien)
    assert "Aucune action" in page


def test_une_seule_action_donne_une_seule_page(imprimer: Imprimeur) -> None:
    [page] = imprimer.pages(programmation(1))
    assert page.count("26-001") == 1
    assert "1 action ·" in page


def test_le_texte_est_stable(imprimer: Imprimeur) -> None:
    """Golden text of a small programme: what a change of layout would show in the review."""
    etat, agglo = financeurs(2)
    montants = {
        etat.cle: Montants(Decimal(12500), Decimal(8000), Decimal("8000.50"), lignes=1),
        agglo.cle: Montants(Decimal(1234567), None, Decimal(0), lignes=1),
    }
    actions = (
        action("2", montants, titre="Ateliers", axe="1. Emploi", cout=Decimal(1300000)),
        action("10", {}, titre="Sorties", axe="1. Emploi", statut="refusee", cout=None),
    )
    depart = replace(programmation(0), financeurs=(etat, agglo), actions=actions, enveloppes=())
    rangs = [rang.strip() for rang in imprimer.texte(depart).splitlines() if rang.strip()]
    assert rangs[:-1] == GOLDEN.strip().splitlines()
    assert rangs[-1].endswith(f"{depart.empreinte} Page 1 / 1")


# How it is printed --------------------------------------------------------------------------------


def epaisse() -> Programmation:
    """Texts longer than a page, words longer than a column, great and negative amounts."""
    depart = programmation(4, combien_financeurs=8)
    montants = {
        f.cle: Montants(Decimal("-12345678.05"), None, Decimal("-98765432.10"), lignes=1)
        for f in depart.financeurs
    }
    mots = " ".join(f"mot{n:04d}" for n in range(1200))
    longue = action(
        "2026-NUMERO-TRES-LONG-000123456789",
        montants,
        titre=mots,
        porteur="Établissementpublicdecoopérationintercommunale" * 2,
        quartiers="Longuepierre-Béchet-Cité-du-Rivage-et-de-la-Verrerie, Fosse-Neuve",
        axe="Axe au nom interminable, " * 20,
        cout=Decimal("123456789.99"),
    )
    appel = "Appel à projets 2026, AMI culture, fonds thématique « santé », " * 6
    actions = (*depart.actions, longue)
    return replace(depart, actions=actions, appel=appel, contrat="Contrat de ville " * 9)


@pytest.mark.parametrize(
    "programme",
    [grande(), programmation(20, combien_financeurs=40, centimes=True), epaisse()],
    ids=["grande", "quarante", "epaisse"],
)
def test_rien_ne_deborde_et_rien_ne_se_chevauche(
    imprimer: Imprimeur, programme: Programmation
) -> None:
    mots = imprimer.mots(programme)
    assert [m for m in mots if m.gauche < MARGE - 1 or m.droite > LARGEUR - MARGE + 1] == []
    assert [m for m in mots if m.haut < HAUTEUR - HAUT - 1 or m.bas > HAUTEUR - MARGE + 8] == []
    corps = [m for m in mots if m.haut < HAUTEUR - MARGE - 8]
    assert max(m.bas for m in corps) <= HAUTEUR - BAS + 1
    rangs: dict[tuple[int, float], list[Mot]] = {}
    for mot in mots:
        rangs.setdefault((mot.page, round(mot.bas, 1)), []).append(mot)
    for rang in rangs.values():
        rang.sort(key=lambda m: m.gauche)
        assert [(a, b) for a, b in pairwise(rang) if a.droite > b.gauche + 0.2] == []


def test_un_intitule_plus_long_qu_une_page_est_imprime_en_entier(imprimer: Imprimeur) -> None:
    lus = [m.texte for m in imprimer.mots(epaisse()) if m.texte.startswith("mot")]
    # Twice: among the decisions, then in the detail of the financeurs that have no column.
    assert lus == [f"mot{n:04d}" for n in range(1200)] * 2


def test_les_montants_s_alignent_a_droite(imprimer: Imprimeur) -> None:
    mots = [m for m in imprimer.mots(grande()) if m.page == 2]
    [titre] = [m for m in mots if m.texte == "Demandé"]
    bornes = {round(m.droite, 1) for m in mots if abs(m.droite - titre.droite) < 3}
    assert bornes == {round(titre.droite, 1)}


def test_les_polices_sont_toutes_incorporees(imprimer: Imprimeur) -> None:
    ecrire_decisions(grande(), imprimer.chemin)
    lignes = poppler("pdffonts", imprimer.chemin).splitlines()[2:]
    assert {re.sub(r"^\w{6}\+", "", rang.split()[0]) for rang in lignes} == {
        "SourceSansPro-Regular",
        "SourceSansPro-Semibold",
    }
    assert {tuple(rang.split()[-5:-2]) for rang in lignes} == {("yes", "yes", "yes")}


def test_le_titre_la_langue_et_la_date_sont_dits(imprimer: Imprimeur) -> None:
    ecrire_decisions(grande(), imprimer.chemin)
    infos = dict(
        rang.split(":", 1) for rang in poppler("pdfinfo", imprimer.chemin, "-isodates").splitlines()
    )
    propres = {cle: valeur.strip() for cle, valeur in infos.items()}
    assert propres["Title"] == f"Décisions 2026 – {grande().contrat}"
    assert propres["CreationDate"] == "2026-11-21T00:00:00Z"
    assert propres["Page size"].endswith("(A4)")
    assert propres["JavaScript"] == "no"
    brut = imprimer.chemin.read_bytes()
    assert b"/Lang (fr-FR)" in brut
    assert b"/DisplayDocTitle true" in brut


def test_chaque_axe_a_son_signet(imprimer: Imprimeur) -> None:
    ecrire_decisions(grande(), imprimer.chemin)
    titres = re.findall(rb"/Title \(", imprimer.chemin.read_bytes())
    assert len(titres) == len(AXES) + 1  # and the title of the document


def test_le_meme_programme_donne_les_memes_octets() -> None:
    assert decisions(programmation(12)) == decisions(programmation(12))


def test_un_dossier_absent_est_dit(tmp_path: Path) -> None:
    with pytest.raises(SaisieRefusee, match=r"n'existe pas : créez-le"):
        ecrire_decisions(programmation(1), tmp_path / "absent" / "d.pdf")


# Type ---------------------------------------------------------------------------------------------


def test_les_polices_se_trouvent_sans_importer_leur_paquet() -> None:
    code = (
        "import sys; from app.services.polices import REGULIERE, fichier_police;"
        "assert fichier_police(REGULIERE).stat().st_size > 100_000;"
        "assert 'font_source_sans_pro' not in sys.modules"
    )
    racine = Path(__file__).parent.parent
    commande = [sys.executable, "-c", code]
    subprocess.run(commande, check=True, cwd=racine)


def test_une_police_absente_est_un_defaut_d_installation() -> None:
    with pytest.raises(FileNotFoundError, match="Inconnue"):
        fichier_police("Inconnue")


def test_un_texte_se_coupe_aux_espaces_puis_aux_traits_d_union_jamais_dans_un_montant() -> None:
    charger_polices()
    place = largeur("Longuepierre-")
    assert couper("Longuepierre-Béchet et Fosse", place) == ("Longuepierre-", "Béchet et", "Fosse")
    assert couper("pour 1\u202f234\u202f567\u00a0€", place) == (
        "pour",
        "1\u202f234\u202f567\u00a0€",
    )
    assert couper("", place) == ("",)
    lignes = couper("x" * 100, place)
    assert "".join(lignes) == "x" * 100
    assert max(largeur(texte) for texte in lignes) <= place
    assert couper("a\u2011b", place) == ("a-b",)
    assert largeur("Total", DEMI_GRASSE) > largeur("Total", REGULIERE)
