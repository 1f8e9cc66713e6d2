"""The attendance sheet of a training, to be signed. The same register gives the same file."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from app.models.contrat import Contrat
from app.services.documents import date_longue, jour_de
from app.services.fichier import Fichier
from app.services.formations import LigneFormation, LigneInscription
from app.services.pages_pdf import MARGE, Document, MiseEnPage
from app.services.papier_reunion import LARGE, PORTRAIT, SIGNATURE, SOMMET
from app.services.papier_seance import bornee, papier_net
from app.services.polices import DEMI_GRASSE, REGULIERE
from app.services.tableau_pdf import SECONDE, Colonne, Rangee, Tableau, charger_polices

LIGNES_LIBRES = 6  # for those who come without being on the list
SANS_JOUR = date(2000, 1, 1)


def feuille_d_emargement(
    fichier: Fichier, formation: LigneFormation, registre: Sequence[LigneInscription]
) -> bytes:
    """The bytes of the PDF."""
    charger_polices()
    contrats = fichier.lignes(select(Contrat.nom))
    contrat = contrats[0].nom if contrats else "Contrat de ville"
    document = Document(
        titre=papier_net(f"Feuille d'émargement – {formation.titre}"),
        auteur=papier_net(contrat),
        jour=jour_de(formation.date) or SANS_JOUR,
        papier=PORTRAIT,
    )
    pages = MiseEnPage(SOMMET, PORTRAIT)
    pages.ajouter(_tableau(registre))

    def habiller(numero: int, nombre: int) -> None:
        droite = PORTRAIT.largeur - MARGE
        page = f"Page {numero} / {nombre}"
        document.ecrire(droite, MARGE - 4, page, corps=7, couleur=SECONDE, droite=True)
        _ecrire(document, 8, contrat, corps=8.5, couleur=SECONDE)
        if numero == 1:
            _ecrire(document, 30, "Feuille d'émargement", corps=17, police=DEMI_GRASSE)
            _ecrire(document, 46, formation.titre, corps=12)
            _ecrire(document, 60, quand_et_ou(formation), corps=9, couleur=SECONDE)
        else:
            _ecrire(document, 20, formation.titre, corps=8.5, couleur=SECONDE)

    return document.dessiner([list(page) for page in pages.pages], habiller)


def quand_et_ou(formation: LigneFormation) -> str:
    """« 12 mars 2026, Maison des associations, avec Camille Martin »."""
    parts = (
        date_longue(formation.date) if formation.date else "Date à fixer",
        formation.lieu or "",
        f"avec {formation.intervenant}" if formation.intervenant else "",
    )
    return ", ".join(filter(None, parts))


def _ecrire(document: Document, sous: float, texte: str, *, corps: float, **options: str) -> None:
    police = options.get("police", REGULIERE)
    [ligne] = bornee(papier_net(texte), PORTRAIT.largeur - 2 * MARGE, 1, police, corps)
    document.ecrire(MARGE, PORTRAIT.haut - sous, ligne, corps=corps, **options)  # type: ignore[arg-type]


def _tableau(registre: Sequence[LigneInscription]) -> Tableau:
    colonnes = (
        Colonne("Porteur", 190),
        Colonne("Participant", 150),
        Colonne("Signature", LARGE - 340),
    )
    rangees = [
        Rangee((papier_net(i.organisme_nom), papier_net(i.participant or ""), ""), SIGNATURE)
        for i in registre
    ]
    rangees += [Rangee(("", "", ""), SIGNATURE) for _ in range(LIGNES_LIBRES)]
    return Tableau(colonnes, tuple(rangees), titre="Présents")
