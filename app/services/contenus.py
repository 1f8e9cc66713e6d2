"""The bytes of the pièces joined to the dossiers, kept in the file and named by their SHA-256. No Qt.

They stay outside the journal, which would hold them a second time. The pièce that names them is in
the journal, so that they cannot change unseen; bytes that no pièce names any longer are kept, since
an undo may want them back, until `elaguer` is asked for.
"""

import hashlib
from collections.abc import Iterator

from sqlalchemy import Connection, delete, insert, select

from app.models.depot import Contenu, Piece
from app.services.errors import ErreurConnue
from app.services.fichier import Fichier
from app.services.transaction import Ecriture

TAILLE_MAXIMUM = 50 * 1024 * 1024  # bytes: the file is mailed and copied


class PieceTropLourde(ErreurConnue):
    """The pièce would make the file too heavy to be mailed."""


class ContenuPerdu(ErreurConnue):
    """The bytes that a pièce names are not in the file, or are no longer those it named."""


def deposer(ecriture: Ecriture, octets: bytes) -> str:
    """Keep the bytes in the file; their name, the same for the same bytes.

    Raises PieceTropLourde above 50 MiB.
    """
    if len(octets) > TAILLE_MAXIMUM:
        raise PieceTropLourde(
            "Cette pièce dépasse 50 Mo : réduisez-la, ou gardez-la dans un dossier à côté du fichier."
        )
    empreinte = hashlib.sha256(octets).hexdigest()
    if not ecriture.lignes(select(Contenu.empreinte).where(Contenu.empreinte == empreinte)):
        ecriture.hors_journal(insert(Contenu), {"empreinte": empreinte, "octets": octets})
    return empreinte


def lire(fichier: Fichier, empreinte: str) -> bytes:
    """The bytes of that name. Raises ContenuPerdu when the file no longer holds them whole."""
    trouves = fichier.lignes(select(Contenu.octets).where(Contenu.empreinte == empreinte))
    if not trouves or hashlib.sha256(trouves[0][0]).hexdigest() != empreinte:
        raise ContenuPerdu(
            "Le contenu de cette pièce n'est plus dans le fichier : joignez-la de nouveau, "
            "ou reprenez-la dans une sauvegarde."
        )
    return bytes(trouves[0][0])


def elaguer(fichier: Fichier) -> int:
    """Forget the bytes that no pièce names; how many were. What was deleted can no longer come back."""
    nommes = select(Piece.empreinte).where(Piece.empreinte.is_not(None))
    perdus = fichier.lignes(select(Contenu.empreinte).where(Contenu.empreinte.not_in(nommes)))
    if perdus:
        with fichier.operation("Alléger le fichier des pièces supprimées") as ecriture:
            ecriture.hors_journal(delete(Contenu).where(Contenu.empreinte.not_in(nommes)))
        fichier.undo.oublier()
    return len(perdus)


def defauts(connexion: Connection) -> Iterator[str]:
    """The pièces whose bytes are lost or changed, a sentence each; reads all the bytes."""
    intacts = {
        empreinte
        for empreinte, octets in connexion.execute(
            select(Contenu.empreinte, Contenu.octets).execution_options(yield_per=20)
        )
        if hashlib.sha256(octets).hexdigest() == empreinte
    }
    requete = select(Piece.intitule, Piece.empreinte).where(Piece.empreinte.is_not(None))
    for intitule, empreinte in connexion.execute(requete.order_by(Piece.intitule)):
        if empreinte not in intacts:
            yield f"Le contenu de la pièce « {intitule} » manque ou a été modifié."
