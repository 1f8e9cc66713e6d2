"""The columns of every other list: budget, cofinancements, porteurs, envelopes, journal."""

from typing import Any

from app.models.enums import (
    NatureCredit,
    NatureOrganisme,
    SensBudget,
    StatutCofinancement,
)
from app.models.montants import afficher_montant
from app.services.actions import Actions
from app.services.cofinancements import Cofinancements
from app.services.columns import (
    Alignement,
    Colonne,
    Pose,
    Signal,
    TypeColonne,
    est_oui,
    lire_attribut,
)
from app.services.columns_actions import choix_de
from app.services.enveloppes import Enveloppes
from app.services.organismes import Organismes
from app.services.poses import champ_de, ecrire_champ, pose_de_champ
from app.services.rows import ETAPES_MONTANT

SIGNAUX_COFINANCEMENT = {
    str(StatutCofinancement.ACCORDE): Signal.FAVORABLE,
    str(StatutCofinancement.VOTE): Signal.FAVORABLE,
    str(StatutCofinancement.NOTIFIE): Signal.FAVORABLE,
    str(StatutCofinancement.VERSE): Signal.FAVORABLE,
    str(StatutCofinancement.REFUSE): Signal.BLOQUANT,
    str(StatutCofinancement.NON_RECEVABLE): Signal.BLOQUANT,
    str(StatutCofinancement.INCONNU): Signal.ALERTE,
}
TITRES_ETAPES = {
    "demande": "Demandé",
    "propose": "Proposé",
    "accorde": "Accordé",
    "vote": "Voté",
    "notifie": "Notifié",
    "verse": "Versé",
}


def colonnes_cofinancements(service: Cofinancements) -> list[Colonne]:
    """Cofinancements of one action, in its sheet."""

    def signal(statut: str | None) -> Signal:
        return SIGNAUX_COFINANCEMENT.get(statut or "", Signal.INFORMATION)

    return [
        Colonne(
            cle="financeur",
            titre="Financeur",
            lire=lire_attribut("financeur_nom"),
            figee=True,
            largeur=110,
        ),
        *[
            Colonne(
                cle=etape,
                titre=TITRES_ETAPES[etape],
                type=TypeColonne.MONTANT,
                lire=lire_attribut(etape),
                **champ_de(service, etape),
                base=None if etape == "demande" else lire_attribut("demande"),
                total=True,
                largeur=82,
            )
            for etape in ETAPES_MONTANT
        ],
        Colonne(
            cle="statut",
            titre="Statut",
            type=TypeColonne.CHOIX,
            lire=lire_attribut("statut"),
            choix=choix_de(StatutCofinancement),
            signal=signal,
            **champ_de(service, "statut"),
            largeur=140,
        ),
        Colonne(
            cle="ligne",
            titre="Ligne de crédit",
            type=TypeColonne.CHOIX,
            lire=lire_attribut("ligne_credit"),
            choix=(
                ("", "–"),
                *((c.ligne_credit, c.libelle) for c in service.credits() if c.ligne_credit),
            ),
            ecrire=service.changer_de_ligne,
            pose=Pose(service.operation, service.poser_ligne),
            largeur=200,
        ),
        Colonne(
            cle="nature",
            titre="Nature du crédit",
            type=TypeColonne.CHOIX,
            lire=lire_attribut("nature_credit"),
            choix=choix_de(NatureCredit, vide=True),
            **champ_de(service, "nature_credit"),
            largeur=130,
        ),
        Colonne(
            cle="securise",
            titre="Sécurisé",
            type=TypeColonne.BOOLEEN,
            lire=lire_attribut("securise"),
            **champ_de(service, "securise", est_oui),
            largeur=72,
        ),
        Colonne(
            cle="commentaire",
            titre="Commentaire",
            lire=lire_attribut("commentaire"),
            **champ_de(service, "commentaire"),
            largeur=220,
        ),
    ]


def colonnes_budget(service: Actions) -> list[Colonne]:
    """Budget of one action by account (Cerfa 12156)."""

    def champ(nom: str) -> dict[str, Any]:
        return {
            "ecrire": ecrire_champ(service.modifier_ligne_budget, nom),
            "pose": pose_de_champ(service.operation, service.poser_ligne_budget, nom),
        }

    return [
        Colonne(
            cle="sens",
            titre="Sens",
            type=TypeColonne.CHOIX,
            lire=lire_attribut("sens"),
            choix=choix_de(SensBudget),
            largeur=80,
            nuance=True,
        ),
        Colonne(
            cle="compte",
            titre="Compte",
            lire=lire_attribut("compte"),
            **champ("compte"),
            obligatoire=True,
            largeur=76,
        ),
        Colonne(
            cle="libelle",
            titre="Libellé",
            lire=lire_attribut("libelle"),
            **champ("libelle"),
            largeur=210,
        ),
        Colonne(
            cle="montant",
            titre="Montant",
            type=TypeColonne.MONTANT,
            lire=lire_attribut("montant"),
            **champ("montant"),
            largeur=96,
        ),
    ]


def colonnes_porteurs(service: Organismes) -> list[Colonne]:
    """The porteurs, with what they asked and got over the years."""

    def texte(cle: str, titre: str, largeur: int, *, figee: bool = False) -> Colonne:
        return Colonne(
            cle=cle,
            titre=titre,
            lire=lire_attribut(cle),
            **champ_de(service, cle),
            largeur=largeur,
            figee=figee,
            obligatoire=cle == "nom",
        )

    return [
        texte("nom", "Porteur", 300, figee=True),
        texte("sigle", "Sigle", 90),
        Colonne(
            cle="nature",
            titre="Nature",
            type=TypeColonne.CHOIX,
            lire=lire_attribut("nature"),
            choix=choix_de(NatureOrganisme),
            **champ_de(service, "nature"),
            largeur=150,
        ),
        texte("siret", "SIRET", 130),
        texte("rna", "RNA", 104),
        texte("ville", "Ville", 140),
        Colonne(
            cle="actions",
            titre="Actions",
            type=TypeColonne.ENTIER,
            lire=lire_attribut("actions"),
            total=True,
            largeur=72,
        ),
        Colonne(
            cle="premiere",
            titre="Première année",
            lire=lire_attribut("premiere_annee"),
            largeur=80,
            alignement=Alignement.CENTRE,
        ),
        Colonne(
            cle="derniere",
            titre="Dernière année",
            lire=lire_attribut("derniere_annee"),
            largeur=80,
            alignement=Alignement.CENTRE,
        ),
        Colonne(
            cle="demande",
            titre="Demandé, toutes années",
            type=TypeColonne.MONTANT,
            lire=lire_attribut("demande"),
            total=True,
            largeur=120,
            nuance=True,
        ),
        Colonne(
            cle="accorde",
            titre="Accordé, toutes années",
            type=TypeColonne.MONTANT,
            lire=lire_attribut("accorde"),
            total=True,
            largeur=120,
        ),
    ]


def colonnes_annees() -> list[Colonne]:
    """One porteur, year by year."""
    return [
        Colonne(
            cle="annee",
            titre="Année",
            lire=lire_attribut("annee"),
            largeur=80,
            alignement=Alignement.CENTRE,
        ),
        Colonne(
            cle="actions",
            titre="Actions",
            type=TypeColonne.ENTIER,
            lire=lire_attribut("actions"),
            total=True,
            largeur=80,
        ),
        *[
            Colonne(
                cle=cle,
                titre=titre,
                type=TypeColonne.MONTANT,
                lire=lire_attribut(cle),
                total=True,
                largeur=120,
                nuance=cle == "demande",
            )
            for cle, titre in (("demande", "Demandé"), ("accorde", "Accordé"))
        ],
    ]


def colonnes_enveloppes(service: Enveloppes) -> list[Colonne]:
    """The envelopes of a year."""

    def montant(cle: str, titre: str) -> Colonne:
        return Colonne(
            cle=cle,
            titre=titre,
            type=TypeColonne.MONTANT,
            lire=lire_attribut(cle),
            **champ_de(service, cle),
            total=True,
            largeur=104,
        )

    return [
        Colonne(
            cle="financeur",
            titre="Financeur",
            lire=lire_attribut("financeur_nom"),
            figee=True,
            largeur=110,
        ),
        Colonne(
            cle="ligne",
            titre="Ligne de crédit",
            lire=lire_attribut("ligne_credit_nom"),
            largeur=220,
        ),
        Colonne(cle="commune", titre="Commune", lire=lire_attribut("commune_nom"), largeur=140),
        montant("montant", "Montant"),
        Colonne(
            cle="notifie",
            titre="Notifiée",
            type=TypeColonne.BOOLEEN,
            lire=lire_attribut("notifie"),
            **champ_de(service, "notifie", est_oui),
            largeur=80,
        ),
        montant("reserve", "Réserve"),
        montant("engage", "Engagé par conventions"),
        Colonne(
            cle="promis",
            titre="Promis par les CPO",
            type=TypeColonne.MONTANT,
            lire=lire_attribut("promis"),
            total=True,
            largeur=112,
            aide="Ce que les CPO promettent et qui n’est pas encore accordé dans le tableau",
        ),
        *[
            Colonne(
                cle=cle,
                titre=titre,
                type=TypeColonne.MONTANT,
                lire=lire_attribut(cle),
                total=True,
                largeur=104,
                nuance=cle == "demande",
            )
            for cle, titre in (
                ("demande", "Demandé"),
                ("propose", "Proposé"),
                ("accorde", "Accordé"),
                ("reste", "Reste"),
            )
        ],
        Colonne(
            cle="note",
            titre="Remarque",
            lire=lire_attribut("note"),
            **champ_de(service, "note"),
            largeur=260,
        ),
    ]


def colonnes_historique() -> list[Colonne]:
    """Changes, value by value: the history of an action, the detail of an operation."""
    return [
        Colonne(
            cle="quand",
            titre="Date",
            lire=lire_attribut("quand"),
            afficher=lambda quand: f"{quand:%d/%m/%Y %H:%M}",
            largeur=124,
        ),
        Colonne(cle="auteur", titre="Qui", lire=lire_attribut("auteur"), largeur=110),
        Colonne(cle="libelle", titre="Opération", lire=lire_attribut("libelle"), largeur=220),
        Colonne(
            cle="entite", titre="Objet", lire=lire_attribut("entite"), largeur=120, nuance=True
        ),
        Colonne(cle="objet", titre="Lequel", lire=lire_attribut("objet"), largeur=220),
        Colonne(cle="champ", titre="Champ", lire=lire_attribut("champ"), largeur=110),
        Colonne(cle="avant", titre="Avant", lire=lire_attribut("avant"), largeur=130, nuance=True),
        Colonne(cle="apres", titre="Après", lire=lire_attribut("apres"), largeur=130),
    ]


def colonnes_operations() -> list[Colonne]:
    """The journal, operation by operation."""
    return [
        Colonne(
            cle="numero",
            titre="N°",
            type=TypeColonne.ENTIER,
            lire=lire_attribut("numero"),
            largeur=64,
            nuance=True,
        ),
        *colonnes_historique()[:2],
        Colonne(cle="machine", titre="Poste", lire=lire_attribut("machine"), largeur=110),
        Colonne(cle="libelle", titre="Opération", lire=lire_attribut("libelle"), largeur=300),
        Colonne(cle="action", titre="Action", lire=lire_attribut("action"), largeur=280),
        Colonne(
            cle="lignes",
            titre="Lignes touchées",
            type=TypeColonne.ENTIER,
            lire=lire_attribut("lignes"),
            largeur=88,
        ),
    ]


def phrase_budget(ecart: Any, ecart_valorise: Any) -> str:
    """The balance of a budget, in words."""
    if ecart == 0 and ecart_valorise == 0:
        return "Budget équilibré : charges et produits sont égaux."
    phrases = []
    if ecart != 0:
        sens = "produits dépassent les charges" if ecart > 0 else "charges dépassent les produits"
        combien = afficher_montant(abs(ecart), euro=True)
        phrases.append(f"Budget à équilibrer : les {sens} de {combien}.")
    if ecart_valorise != 0:
        combien = afficher_montant(abs(ecart_valorise), euro=True)
        phrases.append(
            f"Contributions volontaires à équilibrer : l'écart entre 86 et 87 est de {combien}."
        )
    return " ".join(phrases)
