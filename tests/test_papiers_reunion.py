"""What a meeting prints and writes: convocation, hours, minutes, and the message for a mail program."""

from email import message_from_bytes, policy
from io import BytesIO

import docx
import fabriques
import pytest

from app.services.convocations import liste_de_diffusion, message, nom_du_message
from app.services.courriels import adresses_dans, brouillon
from app.services.dossiers_reunion import DossierReunion, lire_dossier
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.papiers_reunion import en_pages, en_word, nom_propose
from app.services.rencontres import Rencontres, rencontres
from app.services.traces_pages import Mot


@pytest.fixture
def services(fichier: Fichier) -> Rencontres:
    return rencontres(fichier)


@pytest.fixture
def reunion(services: Rencontres) -> str:
    """Two projects of one porteur and one of another, an élue, an inhabitant, a body that is empty."""
    decor = fabriques.decor(services.fichier, actions=3)
    cle = services.reunions.creer(
        2026, titre="Réunion d'Ostreval", date="2026-02-03", heure_debut="14:00", lieu="Mairie"
    )
    services.ordres.ajouter_sujet(cle, "Accueil", minutes=5)
    services.ordres.inscrire(cle, decor.actions)
    for nom, college, courriel in (
        ("Élise Préau", "elu", "elise@essai.example"),
        ("Noa Rivage", "habitant", None),
    ):
        participant = services.participants.ajouter(cle, nom, college=college, courriel=courriel)
        services.participants.pointer(True, participant)
    return cle


def _texte(dossier: DossierReunion, cle: str) -> str:
    pages = en_pages(dossier, cle)
    mots = [
        trace.texte
        for numero in range(1, pages.nombre + 1)
        for trace in pages.traces(numero)
        if isinstance(trace, Mot)
    ]
    return " ".join(mots).replace("\u00a0", " ")


def test_la_convocation_dit_quand_ou_quoi_et_qui(services: Rencontres, reunion: str) -> None:
    dit = _texte(lire_dossier(services.fichier, reunion), "convocation")
    assert "le 3 février 2026 à 14 h 00, Mairie" in dit
    assert "14 h 05 : 2026-001 – Action 1" in dit
    assert "Élise Préau" in dit


def test_chaque_porteur_a_sa_lettre_et_ses_heures(services: Rencontres, reunion: str) -> None:
    dossier = lire_dossier(services.fichier, reunion)
    pages = en_pages(dossier, "creneaux")
    assert pages.nombre == 2, "deux porteurs pour trois projets"
    dit = _texte(dossier, "creneaux")
    assert "14 h 05 à 14 h 20 : 2026-001" in dit
    assert "14 h 35 à 14 h 50 : 2026-003" in dit
    services.reunions.modifier(reunion, heure_debut=None)
    with pytest.raises(SaisieRefusee, match="heure"):
        en_pages(lire_dossier(services.fichier, reunion), "creneaux")


def test_le_compte_rendu_dit_tout_ce_qui_s_est_dit(services: Rencontres, reunion: str) -> None:
    _, premier, deuxieme, _ = services.reunions.points(reunion)
    services.notes.apprecier(premier.cle, "diagnostic", "en_partie")
    services.notes.remarquer(premier.cle, "Voir le centre social")
    services.notes.donner_avis(premier.cle, "Région", sens="reserve", texte="Doublon possible")
    services.notes.recommander(
        reunion, "Préciser le public", action=premier.action, responsable="Le porteur"
    )
    services.notes.recommander(reunion, "Revenir en mai", nature="suite", echeance="2026-05-04")
    projet = lire_dossier(services.fichier, reunion)
    assert "Projet de compte rendu" in _texte(projet, "compte_rendu")
    services.reunions.clore(reunion)
    dossier = lire_dossier(services.fichier, reunion)
    dit = _texte(dossier, "compte_rendu")
    for attendu in (
        "Diagnostic partagé En partie",
        "Voir le centre social",
        "Région : réservé – Doublon possible",
        "Préciser le public (à : Le porteur)",
        "Revenir en mai (pour le 4 mai 2026)",
        "Habitants 1 1 0",
        "Noa Rivage",
    ):
        assert attendu in dit
    assert dit.count("Ce point n'a pas été vu en réunion.") == 3
    assert "Projet de" not in dit
    assert en_pages(dossier, "compte_rendu").pdf()[:5] == b"%PDF-"
    assert nom_propose(dossier, "compte_rendu") == (
        "Compte rendu – Réunion d'Ostreval – 2026-02-03.pdf"
    )
    assert deuxieme.titre in dit


def test_l_emargement_a_une_ligne_par_invite(services: Rencontres, reunion: str) -> None:
    dit = _texte(lire_dossier(services.fichier, reunion), "emargement")
    assert "Élus Élise Préau" in dit
    assert "Habitants Noa Rivage" in dit


def test_le_message_s_ouvre_comme_un_brouillon(services: Rencontres, reunion: str) -> None:
    noms = [f"Collectif santé du Coron Vert et des Écluses n° {rang}" for rang in range(12)]
    for rang, nom in enumerate(noms):
        services.participants.ajouter(reunion, nom, courriel=f"collectif-{rang}@essai.example")
    dossier = lire_dossier(services.fichier, reunion)
    lu = message_from_bytes(message(dossier), policy=policy.default)
    lus = {a.addr_spec: a.display_name for a in lu["To"].addresses}
    assert lus.items() >= {f"collectif-{r}@essai.example": n for r, n in enumerate(noms)}.items()
    assert lu["X-Unsent"] == "1"
    assert lu["Subject"].startswith("Convocation : Réunion d'Ostreval, le 3 février 2026")
    [elise] = [a for a in lu["To"].addresses if a.addr_spec == "elise@essai.example"]
    assert elise.display_name == "Élise Préau"
    corps = lu.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "2026-001 – Action 1" in corps
    assert lu.get_content_charset() == "utf-8"
    assert nom_du_message(dossier).endswith("2026-02-03.eml")


def test_les_adresses_se_copient_une_fois_chacune(services: Rencontres, reunion: str) -> None:
    services.participants.ajouter(reunion, "Élise P.", courriel="Elise@essai.example")
    services.participants.ajouter(reunion, "Sans rien", courriel="pas une adresse")
    copiees = liste_de_diffusion(lire_dossier(services.fichier, reunion))
    assert copiees.casefold().count("elise@essai.example") == 1
    assert "pas une" not in copiees
    vide = services.reunions.creer(2026)
    with pytest.raises(SaisieRefusee, match="adresse"):
        liste_de_diffusion(lire_dossier(services.fichier, vide))


@pytest.mark.parametrize(
    ("titre", "nom", "adresse"),
    [
        ("Point\r\nBcc: autre@essai.example", "Noa\nBcc: autre@essai.example", "n@essai.example"),
        ("Point\u2028\x85suite", "=?utf-8?q?=0d=0aBcc:autre@essai.example?=", "n@essai.example"),
        ("=?utf-8?q?=0d=0aBcc:x?=", "Noa\u202e", "n@essai.example"),
        ("Point", "Noa", "<n@essai.example\r\nBcc: pas une adresse"),
    ],
)
def test_un_titre_ou_un_nom_n_ajoute_pas_de_destinataire(
    titre: str, nom: str, adresse: str
) -> None:
    octets = brouillon(titre, "Bonjour", [(nom, a) for a in adresses_dans(adresse)])
    lu = message_from_bytes(octets, policy=policy.default)
    assert "Bcc" not in lu
    assert len(lu["To"].addresses) == 1
    assert lu["To"].addresses[0].addr_spec.endswith("@essai.example")
    assert lu.get_content().strip() == "Bonjour"
    assert all(len(ligne) < 998 for ligne in octets.split(b"\r\n"))


def test_une_adresse_mal_tapee_donne_un_message_a_completer() -> None:
    for adresse in ("<", "a@", "=?utf-8?q?x?=@essai.example", '"x', "pas une adresse", ",;,"):
        assert message_from_bytes(brouillon("Objet", "", [("", adresse)]))["To"] is None


def test_le_compte_rendu_en_word_dit_ce_que_dit_le_pdf(services: Rencontres, reunion: str) -> None:
    """Headings and tables of Word, every cell of the PDF, and French told to who reads aloud."""
    dossier = lire_dossier(services.fichier, reunion)
    document = docx.Document(BytesIO(en_word(dossier, "compte_rendu")))
    titres = [p.text for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert titres[:3] == ["Projet de compte rendu", "Réunion", "Présence"]
    assert any("2026-001 – Action 1" in titre for titre in titres)
    cellules = [c.text for t in document.tables for r in t.rows for c in r.cells]
    assert {"Invités", "Élus", "Élise Préau", "Ce point n'a pas été vu en réunion."} <= set(
        cellules
    )
    assert document.core_properties.language == "fr-FR"
    entete = document.tables[1].rows[0]._tr.trPr
    assert any(e.tag.endswith("tblHeader") for e in entete)
