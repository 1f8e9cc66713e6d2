"""The list for the comité: the actions that droit commun could take over, on paper."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from app.models.contrat import Contrat
from app.models.enums import ResultatSollicitation
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.pages_pdf import MARGE, PAYSAGE, Document, MiseEnPage
from app.services.papier_seance import bornee, papier_net
from app.services.polices import DEMI_GRASSE, REGULIERE
from app.services.relais import TITRE_DU_POINT, LigneRelais, compter
from app.services.tableau_pdf import (
    GOUTTIERE,
    SECONDE,
    Colonne,
    Rangee,
    Style,
    Tableau,
    charger_polices,
)

SOMMET = PAYSAGE.haut - 62
LIGNE = Style(corps=8.5, avant=3, apres=3.5)
UTILE = PAYSAGE.largeur - 2 * MARGE


def liste_des_relais(fichier: Fichier, annee: int, relais: Sequence[LigneRelais]) -> bytes:
    """The bytes of the PDF. Raises SaisieRefusee when it would say nothing."""
    if not relais:
        raise SaisieRefusee("Aucune action à relayer : rien à imprimer.")
    charger_polices()
    contrats = fichier.lignes(select(Contrat.nom))
    contrat = contrats[0].nom if contrats else "Contrat de ville"
    titre = f"{TITRE_DU_POINT} – {annee}"
    document = Document(
        titre=papier_net(titre),
        auteur=papier_net(contrat),
        jour=_jour(annee, relais),
        papier=PAYSAGE,
    )
    pages = MiseEnPage(SOMMET, PAYSAGE)
    pages.ajouter(_tableau(relais))

    def habiller(numero: int, nombre: int) -> None:
        droite = PAYSAGE.largeur - MARGE
        page = f"Page {numero} / {nombre}"
        document.ecrire(droite, MARGE - 4, page, corps=7, couleur=SECONDE, droite=True)
        if numero == 1:
            _ecrire(document, 8, contrat, corps=8.5, couleur=SECONDE)
            _ecrire(document, 28, titre, corps=16, police=DEMI_GRASSE)
            _ecrire(document, 44, compter(relais).phrase, corps=9, couleur=SECONDE)
        else:
            _ecrire(document, 7, titre, corps=6.5, couleur=SECONDE)

    return document.dessiner([list(page) for page in pages.pages], habiller)


def _jour(annee: int, relais: Sequence[LigneRelais]) -> date:
    """A day of its own content: the same list gives the same file."""
    return max((r.examine_le for r in relais if r.examine_le), default=date(annee, 1, 1))


def _ecrire(document: Document, sous: float, texte: str, *, corps: float, **options: str) -> None:
    police = options.get("police", REGULIERE)
    [ligne] = bornee(papier_net(texte), UTILE, 1, police, corps)
    document.ecrire(MARGE, PAYSAGE.haut - sous, ligne, corps=corps, **options)  # type: ignore[arg-type]


def _tableau(relais: Sequence[LigneRelais]) -> Tableau:
    fixes = (62, 118, 128, 66, 54, 66, 92, 66)
    colonnes = (
        Colonne("N°", fixes[0], discrete=True),
        Colonne("Action", PAYSAGE.utile + GOUTTIERE - sum(fixes), forte=True),
        Colonne("Porteur", fixes[1]),
        Colonne("Relais pressenti", fixes[2]),
        Colonne("Échéance", fixes[3]),
        Colonne("Chances", fixes[4], droite=True),
        Colonne("Examiné le", fixes[5]),
        Colonne("Résultat", fixes[6]),
        Colonne("Généralisable", fixes[7]),
    )
    return Tableau(colonnes, tuple(Rangee(_textes(r), LIGNE) for r in relais))


def _textes(r: LigneRelais) -> tuple[str, ...]:
    return (
        papier_net(r.numero),
        papier_net(r.titre),
        papier_net(r.porteur),
        papier_net(", ".join(filter(None, (r.qui, r.dispositif)))),
        f"{r.echeance:%d/%m/%Y}" if r.echeance else "",
        f"{r.chances} %" if r.chances is not None else "",
        f"{r.examine_le:%d/%m/%Y}" if r.examine_le else "",
        ResultatSollicitation.libelle_de(r.resultat),
        "Oui" if r.generalisable else "",
    )
