"""Of whom something is asked: a financeur of the contract, or anybody else by name. No Qt."""

from sqlalchemy import select

from app.models.contrat import Dispositif, Signataire
from app.models.droit_commun import AppelPartenaire, Relais, Sollicitation
from app.models.organisme import Financeur
from app.services.fichier import Lire
from app.services.identifiants import nom_normalise


def financeurs_par_nom(lire: Lire) -> dict[str, str]:
    """name, short name or variant, written alike -> key."""
    requete = select(Financeur.cle, Financeur.nom, Financeur.nom_court, Financeur.variantes)
    connus: dict[str, str] = {}
    for cle, nom, court, variantes in lire(requete.order_by(Financeur.rang)):
        for tournure in (court, nom, *(variantes or ())):
            connus.setdefault(nom_normalise(tournure), cle)
    return connus


def reconnaitre(lire: Lire, nom: str | None) -> tuple[str | None, str | None]:
    """(financeur, other name) of what was typed: a name that is no financeur is kept as it is."""
    propre = " ".join((nom or "").split())
    if not propre:
        return None, None
    cle = financeurs_par_nom(lire).get(nom_normalise(propre))
    return (cle, None) if cle else (None, propre)


def noms_connus(lire: Lire) -> list[str]:
    """Who may be asked: the financeurs, those who sign the contract, those already named."""
    noms = [
        *_colonne(lire, select(Financeur.nom_court).where(Financeur.actif)),
        *_colonne(lire, select(Signataire.nom).order_by(Signataire.rang)),
        *_colonne(lire, select(Sollicitation.aupres_de).distinct()),
        *_colonne(lire, select(Relais.aupres_de).distinct()),
        *_colonne(lire, select(AppelPartenaire.partenaire).distinct()),
    ]
    return list(dict.fromkeys(noms))


def dispositifs_connus(lire: Lire) -> list[str]:
    """The schemes that were asked, those of the contract, the calls of the partners."""
    noms = [
        *_colonne(lire, select(AppelPartenaire.nom).order_by(AppelPartenaire.rang)),
        *_colonne(lire, select(Sollicitation.dispositif).distinct()),
        *_colonne(lire, select(Relais.dispositif).distinct()),
        *_colonne(lire, select(Dispositif.libelle).order_by(Dispositif.rang)),
    ]
    return list(dict.fromkeys(noms))


def _colonne(lire: Lire, requete: object) -> list[str]:
    return [nom for (nom,) in lire(requete) if nom]
