"""Views to print, of any size: an invented programme under columns of every type."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from fabrique_programmation import programmation

from app.services.columns import Colonne, TypeColonne, lire_attribut
from app.services.rows import LigneAction
from app.services.vue_figee import GroupeFige, VueFigee

ETAPES = (("demande", "Demandé"), ("propose", "Proposé"), ("accorde", "Accordé"))


@dataclass(frozen=True)
class Papier:
    """One row with a value of each type."""

    cle: str
    texte: str = ""
    montant: Decimal | None = None
    nombre: int | None = None
    jour: date | None = None
    part: Decimal | None = None
    oui: bool | None = None


def toutes_les_natures() -> tuple[Colonne, ...]:
    return (
        Colonne(cle="texte", titre="Texte", lire=lire_attribut("texte"), figee=True),
        _colonne("montant", "Montant", TypeColonne.MONTANT, total=True),
        _colonne("nombre", "Nombre", TypeColonne.ENTIER, total=True),
        _colonne("jour", "Jour", TypeColonne.DATE),
        _colonne("part", "Part", TypeColonne.PART),
        _colonne("oui", "Oui ou non", TypeColonne.BOOLEEN),
    )


def _colonne(cle: str, titre: str, genre: TypeColonne, *, total: bool = False) -> Colonne:
    return Colonne(cle=cle, titre=titre, lire=lire_attribut(cle), type=genre, total=total)


def colonnes(combien: int = 7) -> tuple[Colonne, ...]:
    """Identity, cost, then a block per financeur."""

    def montant(financeur: str, etape: str) -> Any:
        def lire(ligne: LigneAction) -> Decimal | None:
            montants = ligne.montants.get(financeur)
            return None if montants is None else getattr(montants, etape)

        return lire

    return (
        Colonne(cle="numero", titre="N°", lire=lire_attribut("numero"), largeur=78, figee=True),
        Colonne(
            cle="titre", titre="Intitulé", lire=lire_attribut("titre"), largeur=232, figee=True
        ),
        Colonne(cle="porteur", titre="Porteur", lire=lire_attribut("porteur"), largeur=164),
        _colonne("cout", "Coût total", TypeColonne.MONTANT, total=True),
        _colonne("public_qpv", "Public en QPV", TypeColonne.ENTIER, total=True),
        *(
            Colonne(
                cle=f"{financeur.cle}.{etape}",
                titre=titre,
                groupe=financeur.nom_court,
                lire=montant(financeur.cle, etape),
                type=TypeColonne.MONTANT,
                total=True,
                largeur=84,
            )
            for financeur in programmation(1, combien_financeurs=combien).financeurs
            for etape, titre in ETAPES
        ),
    )


def vue(
    nombre: int, *, combien: int = 7, groupes: Sequence[str] = (), replies: int = 0, **reste: Any
) -> VueFigee:
    """`nombre` actions; `groupes`: fields to group by; `replies`: how many outer groups are folded."""
    lignes = programmation(nombre, combien_financeurs=combien, centimes=True).actions
    toutes = colonnes(combien)
    valeurs: dict[str, Any] = {
        "contrat": "Contrat Quartiers 2030 – Trois-Canaux Agglomération",
        "titre": "Actions 2026",
        "nom": "Comité",
        "date": "2026-11-21",
        "empreinte": "3f9a1c07b2d84e55",
        "colonnes": toutes,
        "largeurs": tuple(c.largeur_voulue for c in toutes),
        "lignes": lignes,
        "figees": 2,
        "nombre_total": nombre,
        "groupes": grouper(lignes, groupes, replies=replies),
        "mentions": ("Filtre : Statut : Accordée", "Groupé par Axe") if groupes else (),
    }
    return VueFigee(**{**valeurs, **reste})


def grouper(
    lignes: Sequence[Any], champs: Sequence[str], *, chemin: tuple[str, ...] = (), replies: int = 0
) -> tuple[GroupeFige, ...]:
    """Rows shared out by fields, the first `replies` groups folded."""
    if not champs:
        return ()
    champ, *suite = champs
    triees = sorted(lignes, key=lire_attribut(champ))
    groupes = []
    for rang, (valeur, dedans) in enumerate(groupby(triees, lire_attribut(champ))):
        ici = (*chemin, str(valeur) or "(vides)")
        contenu = tuple(dedans)
        groupes.append(
            GroupeFige(
                ici,
                lignes=() if suite else contenu,
                groupes=grouper(contenu, suite, chemin=ici),
                replie=rang < replies,
            )
        )
    return tuple(groupes)
