"""The papers of a séance, read back by poppler as a person would, against what was said and decided."""

import errno
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from fabrique_papiers import FORMULE, LONG, MOTIF, NOTE, RESERVE, SECRET, seance_tenue
from fabrique_seance import Salle, salle_ouverte

from app.models.action import Cofinancement
from app.models.calculs import somme
from app.models.montants import afficher_montant
from app.models.tableau import ColonneLibre, ValeurLibre
from app.services.cofinancements import Cofinancements
from app.services.columns_membres import heure
from app.services.compte_rendu import CompteRendu, MontantDit, PointRendu, totaux_par_financeur
from app.services.compte_rendu_lu import lire_compte_rendu
from app.services.decisions import Choix
from app.services.documents import ecrire_entier
from app.services.errors import DisquePlein, LectureSeule, SaisieRefusee
from app.services.fichier import Fichier
from app.services.papiers_seance import PAPIERS, ecrire_papier, en_pages, nom_propose, octets
from app.services.payeurs import Payeur
from app.services.sceaux import prouver
from app.services.traces_pages import Aplat, Mot
from app.services.verification import verifier
from tests import fabriques

D = Decimal
PDF = ("pv", "releve", "fiches")


def net(texte: str) -> str:
    """One line, ordinary spaces."""
    return re.sub(r"\s+", " ", texte)


def poppler(outil: str, pdf: Path, *options: str) -> str:
    sortie = ["-"] if outil == "pdftotext" else []
    commande = [outil, *options, str(pdf), *sortie]
    return subprocess.run(commande, check=True, capture_output=True, text=True, timeout=60).stdout


def lire_pages(contenu: bytes, chemin: Path, *options: str) -> list[str]:
    chemin.write_bytes(contenu)
    return poppler("pdftotext", chemin, *(options or ("-raw",))).split("\f")[:-1]


@dataclass(frozen=True)
class Tenue:
    """A séance closed, and its papers as they were written."""

    salle: Salle
    cr: CompteRendu
    textes: dict[str, list[str]]
    dossier: Path

    def texte(self, cle: str) -> str:
        return net(" ".join(self.textes[cle]))


@pytest.fixture(scope="module")
def tenue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenue]:
    dossier = tmp_path_factory.mktemp("papiers")
    with fabriques.neuf(dossier / "seance.tdt") as fichier:
        salle = seance_tenue(fichier)
        salle.comite.scellements.clore(salle.seance, confirmer=True)
        cr = lire_compte_rendu(fichier, salle.seance)
        textes = {}
        for cle in PDF:
            chemin = dossier / f"{cle}.pdf"
            ecrire_papier(fichier, cr, cle, chemin)
            textes[cle] = poppler("pdftotext", chemin, "-raw").split("\f")[:-1]
        ecrire_papier(fichier, cr, "annexe", dossier / "annexe.xlsx")
        yield Tenue(salle, cr, textes, dossier)


@pytest.fixture
def s(tmp_path: Path) -> Iterator[Salle]:
    with salle_ouverte(tmp_path) as ouverte:
        yield ouverte


# The procès-verbal ----------------------------------------------------------------------------------


def test_le_pv_dit_chaque_decision_dans_l_ordre_avec_la_phrase_lue_en_seance(tenue: Tenue) -> None:
    texte, depuis = tenue.texte("pv"), 0
    decisions = tenue.salle.comite.decisions.de_la_seance(tenue.salle.seance)
    assert len(decisions) == len(tenue.cr.points) == 9
    for ordre, decision in enumerate(decisions, start=1):
        debut = texte.index(f"{ordre}. {decision.numero} – ", depuis)
        # A page may turn inside the longest sentence: its words are all there, in order. A paper has
        # no picture.
        for mot in net(decision.phrase).replace("🎉", "").split():
            debut = texte.index(mot, debut)
        depuis = debut
    assert "Erreur de touche" not in texte  # a decision lifted in the séance is no decision


def test_le_pv_a_les_montants_de_chaque_financeur(tenue: Tenue) -> None:
    texte = tenue.texte("pv")
    for ligne in (
        "État 10 000 8 000 7 500,25",
        "Agglomération 5 000 4 000 3 500",
        "Région 3 000 2 400 –",
        "Total 18 000 14 400 11 000,25",
    ):
        assert ligne in texte
    bloc = texte[texte.index("8. 2026-008") : texte.index("9. 2026-009")]
    assert "Total 18 000 14 400 14 400" in bloc
    assert "Sans débat, avec les autres points du vote groupé" in bloc
    refusee = texte[texte.index("3. 2026-003") : texte.index("4. 2026-004")]
    assert "Total 18 000 14 400 –" in refusee


def test_le_pv_dit_qui_etait_la_pour_qui_et_de_quand_a_quand(tenue: Tenue) -> None:
    texte = tenue.texte("pv")
    arrivee = heure(tenue.cr.membres[0].sejours[0].arrivee)
    for ligne in (
        f"Etat Exemple État Présidence, votant de {arrivee} à la fin",
        "Noa Rochegrise Conseil citoyen Voix consultative",
        "Region Exemple Région Membre, votant excusé, pouvoir à Etat Exemple",
        "Présents (3)",
        "Excusés et absents (1)",
        "Présidence Etat Exemple (État)",
        "Secrétariat Dominique Greffe",
        "Convocation 20 février 2026",
        "12 mars 2026, 9 h 30 · Maison du projet",
        "Quorum 2 membres votants présents (Règlement intérieur, article 4) ; 2 membres votants venus",
        "Règle de vote non précisée par le contrat",
    ):
        assert net(ligne) in texte


def test_le_pv_dit_deports_voix_tours_positions_et_durees(tenue: Tenue) -> None:
    premier = tenue.texte("pv").split("2. 2026-002")[0]
    deport = tenue.cr.points[0].deports[0]
    assert (
        f"Agglo Exemple (Agglomération) : {net(deport.motif)}, sortie à {heure(deport.sortie)}, "
        f"retour à {heure(deport.retour)}."
    ) in premier
    assert "Noa Rochegrise : réservé, Peu d'horaires du soir. Avis non comptés." in premier
    assert "Tour 1 : État 8 000 € puis 7 500,25 €, Agglomération 3 500 €." in premier
    assert f"État : {NOTE}." in premier
    assert re.search(
        r"De \d+ h \d\d à \d+ h \d\d \(7 min\) ; 1 votant présent, quorum non", premier
    )
    dernier = tenue.texte("pv").split("9. 2026-009 – Action 9 Les Ateliers")[1]
    assert "État favorable, Région opposé (Pas de crédit après 2026)." in dernier
    assert "Une convention pluriannuelle de 3 ans est accordée." in dernier


def test_ni_note_privee_ni_montant_tu_n_est_imprime(tenue: Tenue) -> None:
    page = openpyxl.load_workbook(tenue.dossier / "annexe.xlsx")
    cases = [str(c.value) for feuille in page for rang in feuille.iter_rows() for c in rang]
    for texte in (*(tenue.texte(cle) for cle in PDF), " ".join(cases)):
        assert SECRET not in texte
        assert "7 654" not in texte
        assert "7654" not in texte


def test_chaque_president_est_nomme_et_a_la_place_de_sa_signature(s: Salle) -> None:
    for membre in s.comite.presences.membres(s.seance)[:2]:
        s.comite.presences.modifier(membre.cle, role="president")
    cr = lire_compte_rendu(s.fichier, s.seance)
    pages = en_pages(s.fichier, cr, "pv")
    mots = [t.texte for n in range(1, pages.nombre + 1) for t in pages.traces(n) if _mot(t)]
    texte = net(" ".join(mots))
    presidents = [f"{m.siege.nom} ({m.siege.represente})" for m in cr.membres[:2]]
    assert f"Présidence {' ; '.join(presidents)}" in texte
    signatures = texte.split("Signatures")[1]
    assert all(f"{nom} Présidence" in signatures for nom in presidents)


def test_le_quorum_et_la_regle_que_personne_ne_dit_restent_non_precises(s: Salle) -> None:
    cr = lire_compte_rendu(s.fichier, s.seance)
    texte = net(" ".join(t.texte for t in en_pages(s.fichier, cr, "pv").traces(1) if _mot(t)))
    assert "Quorum non précisé par le contrat" in texte
    assert "Règle de vote non précisée par le contrat" in texte


def _mot(trace: Mot | Aplat) -> bool:
    return isinstance(trace, Mot)


# The relevé -----------------------------------------------------------------------------------------


def test_le_releve_a_une_ligne_par_action_et_les_totaux_de_la_base(tenue: Tenue) -> None:
    texte = tenue.texte("releve")
    natures = ("Validé", "Validé sous réserve", "Refusé", "Ajourné", "Réorienté")
    suite = (*natures, "Liste complémentaire", "Retiré", "Validé", "Validé")
    depuis = 0
    for rang, nature in enumerate(suite, start=1):
        depuis = texte.index(f"2026-00{rang} ", depuis)
        assert nature.split()[0] in texte[depuis:]
    for mention in (
        f"Réserve : {RESERVE}.",
        f"Motif : {MOTIF}.",
        "Rang 1, 14 400 € inscrits, sans engagement.",
        "CPO de 3 ans.",
        "Déport : Agglo Exemple.",
    ):
        assert net(mention) in texte
    accordes = _accordes(tenue.salle)
    total = " ".join(
        net(afficher_montant(m)) for m in (*accordes.values(), somme(accordes.values()))
    )
    assert f"Total général {net(afficher_montant(D(18_000 * 9)))} {total}" in texte


def _accordes(salle: Salle) -> dict[str, Decimal]:
    """financeur -> what the table of the file grants, in speaking order (euros)."""
    lignes = salle.fichier.lignes(
        Cofinancement.__table__.select().where(Cofinancement.accorde.is_not(None))
    )
    return {
        payeur.financeur: somme(c.accorde for c in lignes if c.financeur == payeur.financeur)
        for payeur in (salle.etat, salle.agglo, salle.region)
    }


def _feuille(annexe: Path | BytesIO, nom: str) -> list[dict[str, object]]:
    """The rows of a sheet of the annex by their headings, totals left out."""
    rangs = list(openpyxl.load_workbook(annexe, data_only=True)[nom].rows)
    tetes = ("N°", "Financeur", "Famille")
    tete = next(i for i, rang in enumerate(rangs) if rang[0].value in tetes)
    entetes = [str(c.value or "") for c in rangs[tete]]
    lignes = [
        dict(zip(entetes, (c.value for c in rang), strict=True)) for rang in rangs[tete + 1 :]
    ]
    return [li for li in lignes if not str(li[entetes[0]] or "Total").startswith("Total")]


def test_l_annexe_donne_a_chaque_financeur_la_liste_de_sa_deliberation(tenue: Tenue) -> None:
    lignes = _feuille(tenue.dossier / "annexe.xlsx", "État")
    assert {"Porteur", "Intitulé", "Quartiers"} <= set(lignes[0])
    assert [(li["N°"], li["Axe"], li["Montant accordé"]) for li in lignes] == [
        ("2026-001", "Santé", 7500.25),
        ("2026-002", "Réussite éducative", 2000),
        ("2026-008", "Réussite éducative", 8000),
        ("2026-009", "Santé", 1000),
    ]
    assert {li["Ligne de crédit"] for li in lignes} == {"BOP 147"}
    assert [li["N°"] for li in _feuille(tenue.dossier / "annexe.xlsx", "Région")] == ["2026-008"]


def test_l_annexe_rapproche_ce_que_donne_la_seance_des_enveloppes(tenue: Tenue) -> None:
    lignes = _feuille(tenue.dossier / "annexe.xlsx", "Par financeur")
    lues = [
        tuple(li[t] for t in ("Actions soutenues", "Accordé par la séance", "Enveloppe", "Reste"))
        for li in lignes
    ]
    assert lues == [
        (4, 18_500.25, 20_000, 1499.75),
        (2, 7500, 8000, 0),  # 500 are kept back
        (1, 2400, None, None),
    ]


def test_l_annexe_separe_le_droit_commun_des_credits_specifiques(s: Salle) -> None:
    with s.fichier.operation("Ajouter le droit commun") as e:
        droit = fabriques.ligne_credit(
            e, s.etat.financeur, identifiant="dc", nom="Droit commun", nature_credit="droit_commun"
        )
        fabriques.cofinancement(e, s.action, s.etat.financeur, ligne_credit=droit, demande=D(700))
    s.comite.tours.dire_et_publier(s.point, s.etat, D(8000))
    s.comite.tours.dire_et_publier(s.point, Payeur(s.etat.financeur, droit), D(650))
    s.comite.tours.dire_et_publier(s.point, s.agglo, D(4000))
    s.comite.decisions.decider(s.point, Choix("valide"))
    cr = lire_compte_rendu(s.fichier, s.seance)
    lignes = _feuille(BytesIO(octets(s.fichier, cr, "annexe")), "Par crédit")
    assert [(*tuple(li.values())[:4], li["Accordé"]) for li in lignes] == [
        ("EPCI", "Agglomération", "", "non précisée", 4000),
        ("État", "État", "BOP 147", "Crédit spécifique", 8000),
        ("État", "État", "Droit commun", "Droit commun", 650),
    ]


# The seal -------------------------------------------------------------------------------------------


def test_la_meme_empreinte_est_a_chaque_page_des_trois_papiers_et_verifier_la_prouve(
    tenue: Tenue,
) -> None:
    [sceau] = tenue.salle.comite.scellements.lignes(tenue.salle.seance)
    for cle in ("pv", "releve"):
        assert all(f"Empreinte : {sceau.empreinte}" in net(p) for p in tenue.textes[cle])
        assert sceau.empreinte_decisions in tenue.textes[cle][0]
        infos = poppler("pdfinfo", tenue.dossier / f"{cle}.pdf")
        assert f"Empreinte {sceau.empreinte}" in infos
    livre = openpyxl.load_workbook(tenue.dossier / "annexe.xlsx")
    assert livre.properties.keywords == f"Empreinte {sceau.empreinte}"
    for feuille in livre:
        assert sceau.empreinte in str(feuille["A3"].value)
        assert sceau.empreinte in str(feuille.oddFooter.left.text)
    rapport = verifier(tenue.salle.fichier)
    assert (rapport.est_sain, rapport.scelles) == (True, 1)


def test_les_memes_decisions_donnent_les_memes_octets(tenue: Tenue) -> None:
    relu = lire_compte_rendu(tenue.salle.fichier, tenue.salle.seance)
    assert relu == tenue.cr
    for cle in PAPIERS:
        chemin = tenue.dossier / f"{cle}{PAPIERS[cle].extension}"
        assert octets(tenue.salle.fichier, relu, cle) == chemin.read_bytes()


def test_une_seance_qui_n_est_pas_close_donne_des_projets_sans_empreinte(
    s: Salle, tmp_path: Path
) -> None:
    cr = lire_compte_rendu(s.fichier, s.seance)
    assert nom_propose(cr, PAPIERS["pv"]).startswith("Projet – Procès-verbal – ")
    for cle in ("pv", "releve"):
        pages = lire_pages(octets(s.fichier, cr, cle), tmp_path / "projet.pdf")
        assert all("Projet, sans empreinte" in net(page) for page in pages)
        assert "la séance n'est pas close" in net(pages[0])
        assert not re.search(r"[0-9a-f]{64}", "".join(pages))
    livre = openpyxl.load_workbook(BytesIO(octets(s.fichier, cr, "annexe")))
    assert "Projet" in str(livre.worksheets[0]["A3"].value)
    assert livre.properties.keywords == "Projet, sans empreinte"


def test_rouverte_elle_redevient_un_projet_puis_une_version_rectifiee(
    s: Salle, tmp_path: Path
) -> None:
    for point in s.points:
        s.comite.tours.dire_et_publier(point, s.etat, D(1000))
        s.comite.decisions.decider(point, Choix("valide"))
    s.comite.scellements.clore(s.seance, confirmer=True)
    ancienne = s.comite.decisions.du_point(s.point)
    s.comite.scellements.rouvrir(s.seance, "Erreur de report")
    assert lire_compte_rendu(s.fichier, s.seance).sceau is None
    s.comite.decisions.lever(s.point)
    s.comite.decisions.decider(s.point, Choix("refuse", motif=MOTIF))
    s.comite.scellements.clore(s.seance, confirmer=True)
    cr = lire_compte_rendu(s.fichier, s.seance)
    assert nom_propose(cr, PAPIERS["pv"]).endswith("2026-03-12 – version 2.pdf")
    premiere, seconde = s.comite.scellements.lignes(s.seance)
    with s.fichier.instant() as lire:
        assert prouver(lire, premiere.empreinte).phrase.endswith("que la version 2 remplace.")
        assert prouver(lire, seconde.empreinte_decisions).prouvee
    texte = net(" ".join(lire_pages(octets(s.fichier, cr, "pv"), tmp_path / "v2.pdf")))
    assert "Procès-verbal – version rectifiée n° 2" in texte
    assert "Motif de la rectification : Erreur de report." in texte
    assert ancienne is not None
    assert net(f"La version précédente disait : {ancienne.phrase}") in texte
    assert texte.count("La version précédente") == 1


def test_un_montant_change_apres_la_cloture_se_lit_et_ce_qui_etait_propose_ne_bouge_pas(
    s: Salle, tmp_path: Path
) -> None:
    s.comite.tours.dire_et_publier(s.point, s.etat, D(5000))
    s.comite.decisions.decider(s.point, Choix("valide"))
    s.comite.scellements.clore(s.seance, confirmer=True)
    avant = lire_compte_rendu(s.fichier, s.seance)
    service = Cofinancements(s.fichier)
    for etape, montant in (("accorde", 4000), ("propose", 1), ("demande", 2)):
        service.saisir(s.action, s.etat.financeur, etape=etape, montant=D(montant))
    apres = lire_compte_rendu(s.fichier, s.seance)
    assert apres.points[0].montants == avant.points[0].montants
    texte = net(" ".join(lire_pages(octets(s.fichier, apres, "pv"), tmp_path / "pv.pdf")))
    assert (
        "Modification post-comité : État – BOP 147, 5 000 € décidés, 4 000 € aujourd'hui." in texte
    )
    assert apres.empreinte == avant.empreinte
    livre = openpyxl.load_workbook(BytesIO(octets(s.fichier, apres, "annexe")))
    cases = {str(c.value) for rang in livre["Décisions"].iter_rows() for c in rang}
    assert apres.points[0].modifications[0].phrase in cases


# The fiches de passage ------------------------------------------------------------------------------


def test_les_fiches_une_page_par_action_dans_l_ordre_avec_des_cases_vides(
    s: Salle, tmp_path: Path
) -> None:
    s.comite.ordres.deplacer(s.points[2], 1)
    s.comite.personnes.lier(s.personnes["agglo"], s.decor.organismes[0])
    with s.fichier.operation("Coter") as e:
        colonne = e.inserer(ColonneLibre, liste="actions", titre="Cotation", nature="texte")
        e.inserer(ValeurLibre, colonne=colonne, ligne=s.action, valeur="B")
    cr = lire_compte_rendu(s.fichier, s.seance)
    pages = lire_pages(octets(s.fichier, cr, "fiches"), tmp_path / "fiches.pdf")
    assert [re.findall(r"2026-00\d", page)[0][-1] for page in pages] == ["3", "1", "2"]
    premiere = net(pages[1])
    for texte in (
        "2 / 3 · 2026-001",
        "demandé 10 000 · proposé 8 000",
        "Total accordé · coût de l'action 20 000 €",
        "18 000 €",
        "Ensuite : 2026-002 Action 2",
        "votants présents : ……… sur 3",
        "État : reste 20 000 €",
        "Agglo Exemple",  # who should leave
        "Publics : non précisés",
        "Action annuelle",
        "Cotation : B",
    ):
        assert net(texte) in premiere
    assert premiere.count(" €") == 2 + 1 + 1 + 3 + 2  # figures, cost, empty boxes, envelopes
    assert all(libelle in premiere for libelle in ("Validé", "Refusé", "Liste complémentaire"))


def test_les_fiches_ont_les_memes_places_quoi_qu_on_y_ecrive(tenue: Tenue) -> None:
    fiches = en_pages(tenue.salle.fichier, tenue.cr, "fiches")
    cadres = [[t for t in fiches.traces(n) if isinstance(t, Aplat)] for n in (1, 2)]
    assert cadres[0] == cadres[1]  # a short title and one of 5,000 signs
    papier = fiches.papier
    for numero in (1, 2):
        for trace in fiches.traces(numero):
            assert 0 < trace.x < papier.largeur
            assert 0 < trace.y < papier.hauteur


# Bad cases ------------------------------------------------------------------------------------------


def test_des_textes_pieges_s_impriment_tels_quels(tenue: Tenue) -> None:
    assert FORMULE.replace(" 🎉", "") in tenue.texte("pv")
    assert tenue.texte("pv").count("mot219 & <i>suite</i>") == LONG.count("mot219 & <i>suite</i>")
    livre = openpyxl.load_workbook(tenue.dossier / "annexe.xlsx")
    piegees = [
        c for feuille in livre for rang in feuille.iter_rows() for c in rang if c.value == FORMULE
    ]
    assert len(piegees) >= 3
    assert {c.data_type for c in piegees} == {"s"}
    polices = poppler("pdffonts", tenue.dossier / "pv.pdf").splitlines()[2:]
    assert polices
    assert all("SourceSansPro" in ligne and " yes yes " in ligne for ligne in polices)


def test_une_seance_sans_point_donne_quatre_papiers(fichier: Fichier, tmp_path: Path) -> None:
    from app.services.comite import comite

    fabriques.decor(fichier, actions=0)
    seance = comite(fichier).seances.creer(2026, titre="Réunion")
    cr = lire_compte_rendu(fichier, seance)
    for cle, phrase in (
        ("pv", "Aucun point n'est inscrit à l'ordre du jour."),
        ("releve", "Aucune action n'est inscrite à l'ordre du jour."),
        ("fiches", "Aucune action n'est inscrite à l'ordre du jour."),
    ):
        texte = " ".join(lire_pages(octets(fichier, cr, cle), tmp_path / "vide.pdf"))
        assert phrase in net(texte)
    livre = openpyxl.load_workbook(BytesIO(octets(fichier, cr, "annexe")))
    assert livre.sheetnames == ["Décisions", "Par financeur", "Montants", "Par crédit"]


def _quarante(cr: CompteRendu) -> CompteRendu:
    """The same séance with forty financeurs who each give on the first item."""
    modele = cr.financeurs[0]
    financeurs = tuple(
        replace(modele, cle=f"f{i}", nom=f"Financeur numéro {i}", nom_court=f"Financeur {i}")
        for i in range(40)
    )
    montants = tuple(
        MontantDit(Payeur(f.cle), f.nom_court, f.nom_court, D(100), D(90), D(80) + D(i) / 100)
        for i, f in enumerate(financeurs)
    )
    premier: PointRendu = cr.points[0]
    return replace(
        cr,
        financeurs=(*cr.financeurs, *financeurs),
        points=(replace(premier, montants=montants), *cr.points[1:]),
    )


def test_quarante_financeurs_tiennent_sur_les_papiers(tenue: Tenue, tmp_path: Path) -> None:
    cr = _quarante(tenue.cr)
    attendus = [net(afficher_montant(D(80) + D(i) / 100)) for i in range(40)]
    for cle in ("pv", "releve"):
        texte = net(" ".join(lire_pages(octets(tenue.salle.fichier, cr, cle), tmp_path / "q.pdf")))
        assert all(montant in texte for montant in attendus), cle
    fiche = net(lire_pages(octets(tenue.salle.fichier, cr, "fiches"), tmp_path / "q.pdf")[0])
    assert all(f"Financeur {i} " in f"{fiche} " for i in range(40))
    livre = openpyxl.load_workbook(BytesIO(octets(tenue.salle.fichier, cr, "annexe")))
    assert len(livre.sheetnames) == len(set(livre.sheetnames)) == 4 + 3 + 40
    assert totaux_par_financeur(cr.points)["f39"] == D("80.39")


@pytest.mark.parametrize("cle", PDF)
def test_rien_ne_sort_du_papier(tenue: Tenue, cle: str) -> None:
    pages = en_pages(tenue.salle.fichier, _quarante(tenue.cr), cle)
    droite = pages.papier.largeur - 42
    for numero in range(1, pages.nombre + 1):
        for trace in pages.traces(numero):
            assert 30 < trace.y < pages.papier.hauteur - 40
            if isinstance(trace, Aplat):
                assert trace.x + trace.largeur <= droite + 1


def test_un_papier_qui_ne_peut_pas_etre_ecrit_se_dit_en_une_phrase(
    tenue: Tenue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fichier = tenue.salle.fichier
    with pytest.raises(SaisieRefusee, match="n'existe pas"):
        ecrire_papier(fichier, tenue.cr, "pv", tmp_path / "absent" / "pv.pdf")
    cible = tmp_path / "pv.pdf"
    cible.write_bytes(b"ancien")

    def refuser(numero: int) -> None:
        def remplacer(self: Path, _cible: Path) -> None:
            raise OSError(numero, os.strerror(numero))

        monkeypatch.setattr(Path, "replace", remplacer)

    for numero, classe in ((errno.ENOSPC, DisquePlein), (errno.EACCES, LectureSeule)):
        refuser(numero)
        with pytest.raises(classe, match="pv"):
            ecrire_entier(cible, b"neuf")
    assert cible.read_bytes() == b"ancien"
    assert [p.name for p in tmp_path.glob("*pv*")] == ["pv.pdf"]


def test_une_seance_inconnue_se_dit(fichier: Fichier) -> None:
    with pytest.raises(SaisieRefusee, match="n'existe plus"):
        lire_compte_rendu(fichier, "absente")


def test_le_nom_propose_convient_a_tous_les_systemes(tenue: Tenue) -> None:
    cr = replace(tenue.cr, instance='Comité : « A/B » * "C" ? <D> | E.' + "x" * 200)
    for papier in PAPIERS.values():
        nom = nom_propose(cr, papier)
        assert not set(nom) & set('<>:"/\\|?*')
        assert len(nom.encode()) < 200
        assert nom.endswith(papier.extension)
