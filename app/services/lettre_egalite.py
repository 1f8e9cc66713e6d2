"""What is recommended to a porteur for equality, as a letter in Word, to be completed and signed."""

from collections.abc import Sequence

from sqlalchemy import select

from app.models.contrat import Contrat
from app.models.organisme import Organisme
from app.services.documents_word import en_octets, franciser, titrer
from app.services.egalite_niveaux import GrilleSuivie
from app.services.egalite_progres import LigneCoteeDuPorteur
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.papier_seance import papier_net

MARGE_CM = 2.2


def lettre_de_recommandations(
    fichier: Fichier,
    annee: int,
    porteur: str,
    grille: GrilleSuivie,
    actions: Sequence[LigneCoteeDuPorteur],
) -> bytes:
    """The bytes of the docx. Raises SaisieRefusee when nothing is recommended."""
    from docx import Document
    from docx.shared import Cm

    dites = [a for a in actions if a.recommandation]
    if not dites:
        raise SaisieRefusee(
            "Rien n'est recommandé à ce porteur\u00a0: écrivez d'abord une recommandation à côté de "
            "l'une de ses actions."
        )
    document = Document()
    section = document.sections[0]
    section.left_margin = section.right_margin = Cm(MARGE_CM)
    franciser(document.styles["Normal"])
    objet = f"Égalité femmes-hommes\u00a0: vos projets {annee}"
    for ligne in (*_en_tete(fichier, porteur), ""):
        document.add_paragraph(papier_net(ligne))
    document.add_heading(objet, 1)
    document.add_paragraph("Madame, Monsieur,")
    document.add_paragraph(
        f"Vos projets ont été lus avec la grille «\u00a0{papier_net(grille.nom)}\u00a0». "
        "Voici le niveau retenu pour chacun, et ce que nous vous recommandons."
    )
    niveaux = dict(grille.niveaux)
    for action in dites:
        document.add_heading(papier_net(f"{action.numero} – {action.titre}"), 2)
        document.add_paragraph(papier_net(_niveau(action, niveaux)))
        document.add_paragraph(papier_net(action.recommandation or ""))
    document.add_paragraph("Nous restons à votre disposition pour en parler.")
    document.add_paragraph("Cordialement,")
    titrer(document, objet)
    return en_octets(document)


def _en_tete(fichier: Fichier, porteur: str) -> list[str]:
    contrats = fichier.lignes(select(Contrat.nom))
    [qui] = fichier.lignes(
        select(Organisme.nom, Organisme.adresse, Organisme.code_postal, Organisme.ville).where(
            Organisme.cle == porteur
        )
    )
    ville = " ".join(filter(None, (qui.code_postal, qui.ville)))
    lignes = [contrats[0].nom if contrats else "", "", qui.nom, qui.adresse or "", ville]
    return [ligne for rang, ligne in enumerate(lignes) if ligne or rang == 1]


def _niveau(action: LigneCoteeDuPorteur, niveaux: dict[str, str]) -> str:
    """« Niveau retenu : G1, objectif secondaire (vous vous étiez noté G2) »."""
    code = action.sortie if action.sortie in niveaux else action.entree
    nom = f", {niveaux[code]}" if code in niveaux else ""
    soi = f" (votre auto-évaluation\u00a0: {action.auto})" if action.auto in niveaux else ""
    return f"Niveau retenu\u00a0: {code}{nom}{soi}."
