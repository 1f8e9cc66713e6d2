"""The bundle of an action: one zip with its concordance and the pièces received."""

import io
import zipfile
from pathlib import Path

from app.services.concordance import Concordance, lire_concordance
from app.services.concordance_pdf import NOM, concordance_pdf
from app.services.documents import ecrire_entier, nom_de_fichier
from app.services.fichier import Fichier
from app.services.fichiers_joints import nom_libre
from app.services.pieces import Pieces, nom_sur

_JOUR = (1980, 1, 1, 0, 0, 0)  # the same pièces give the same bytes


def nom_de_liasse(concordance: Concordance) -> str:
    titre = nom_de_fichier(concordance.titre, "action", longueur=50)
    numero = nom_de_fichier(concordance.numero, "", longueur=20)
    return " – ".join(filter(None, ("Liasse", numero, titre))) + ".zip"


def ecrire_liasse(fichier: Fichier, action: str, chemin: Path) -> int:
    """Write the zip, whole or not at all. How many pièces are in it.

    Raises ContenuPerdu when the bytes of a pièce are no longer whole.
    """
    octets, nombre = liasse(fichier, action)
    ecrire_entier(chemin, octets)
    return nombre


def liasse(fichier: Fichier, action: str) -> tuple[bytes, int]:
    concordance = lire_concordance(fichier, action)
    service = Pieces(fichier)
    jointes = [p for p in concordance.pieces if p.est_jointe]
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as archive:
        pris = [f"{NOM}.pdf".casefold()]
        _ajouter(archive, f"{NOM}.pdf", concordance_pdf(concordance))
        for piece in jointes:
            nom = nom_libre(nom_sur(piece), pris)
            pris.append(nom.casefold())
            _ajouter(archive, nom, service.octets(piece))
    return tampon.getvalue(), len(jointes)


def _ajouter(archive: zipfile.ZipFile, nom: str, octets: bytes) -> None:
    partie = zipfile.ZipInfo(nom, _JOUR)
    partie.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(partie, octets)
