"""The columns of « Le droit commun d'abord »: answers, what was asked, alerts, relais, calls."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app.models.enums import NatureCredit, ResultatSollicitation, StatutAction
from app.services.appels_partenaires import (
    BIENTOT,
    FERME_BIENTOT,
    OUVERT,
    AppelsPartenaires,
)
from app.services.columns import Colonne, Signal, TypeColonne, colonne_lue
from app.services.columns_actions import choix_de, signal_statut
from app.services.poses import colonne_de_champ, ou_rien, oui_ou_non
from app.services.relais import EN_PARTIE, EN_RETARD, EXAMINEE, RELAYEE, TableDesRelais
from app.services.sollicitations import OUI, REPONSES, SANS_REPONSE, Sollicitations
from app.services.substitutions import JAMAIS_RELAYEE, NATURES

Choix = Sequence[tuple[str, str]]
_RESULTATS = {
    str(ResultatSollicitation.ACCORD): Signal.FAVORABLE,
    str(ResultatSollicitation.ACCORD_PARTIEL): Signal.FAVORABLE,
    str(ResultatSollicitation.REFUS): Signal.BLOQUANT,
    str(ResultatSollicitation.REORIENTE): Signal.INFORMATION,
}
_ETATS_RELAIS = {
    RELAYEE: Signal.FAVORABLE,
    EN_PARTIE: Signal.FAVORABLE,
    EN_RETARD: Signal.ALERTE,
    EXAMINEE: Signal.INFORMATION,
    "Refusée": Signal.BLOQUANT,
}
_ETATS_APPEL = {
    OUVERT: Signal.FAVORABLE,
    FERME_BIENTOT: Signal.ALERTE,
    BIENTOT: Signal.INFORMATION,
}
_REPONSES = {OUI: Signal.FAVORABLE, SANS_REPONSE: Signal.ALERTE}


def _montant(cle: str, titre: str, largeur: int = 96, **options: Any) -> Colonne:
    return colonne_lue(cle, titre, largeur, type=TypeColonne.MONTANT, **options)


def _jour(cle: str, titre: str, service: Any) -> Colonne:
    """A day, kept as an ISO text by the service."""
    return colonne_de_champ(service, cle, titre, type=TypeColonne.DATE, largeur=92)


def _choix(
    service: Any, cle: str, titre: str, choix: Choix, largeur: int, **options: Any
) -> Colonne:
    return colonne_de_champ(
        service,
        cle,
        titre,
        ou_rien,
        type=TypeColonne.CHOIX,
        choix=tuple(choix),
        largeur=largeur,
        **options,
    )


def _identite(*, statut: bool = True) -> list[Colonne]:
    """Which action: what stays in sight whatever is scrolled."""
    colonnes = [
        colonne_lue("numero", "N°", 78, figee=True, nuance=True),
        colonne_lue("titre", "Intitulé", 230, figee=True),
        colonne_lue("porteur", "Porteur", 170),
    ]
    if statut:
        colonnes.append(
            colonne_lue(
                "statut",
                "Statut",
                130,
                type=TypeColonne.CHOIX,
                choix=choix_de(StatutAction),
                signal=signal_statut,
            )
        )
    return colonnes


# Sollicitations -------------------------------------------------------------------------------------


def colonnes_reponses() -> list[Colonne]:
    """One action a row, and its answer; what it asked is typed under the list."""
    return [
        *_identite(),
        colonne_lue(
            "reponse",
            "Droit commun sollicité ?",
            150,
            type=TypeColonne.CHOIX,
            choix=REPONSES,
            signal=lambda reponse: _REPONSES.get(reponse or "", Signal.NEUTRE),
            pourquoi="La réponse vient de ce qui est noté sous la liste, ou de « Rien demandé ».",
        ),
        colonne_lue("aupres_de", "Auprès de", 170, plusieurs=True),
        colonne_lue("resultat", "Résultat", 170, plusieurs=True),
        colonne_lue("dispositifs", "Dispositif", 170, plusieurs=True),
        colonne_lue("motif", "Pourquoi rien", 200),
        _montant("specifique", "Spécifique demandé", 110, total=True),
        _montant("droit_commun", "Droit commun demandé", 110, total=True),
    ]


def colonnes_sollicitations(service: Sollicitations) -> list[Colonne]:
    """What one action asked; everything is typed."""
    return [
        colonne_de_champ(
            service,
            "qui",
            "Auprès de",
            ou_rien,
            largeur=180,
            proposer=service.proposer_qui,
            aide="Un financeur du contrat, ou tout autre service",
        ),
        colonne_de_champ(
            service,
            "dispositif",
            "Dispositif",
            ou_rien,
            largeur=190,
            proposer=service.proposer_dispositifs,
        ),
        replace(
            _choix(service, "resultat", "Résultat", choix_de(ResultatSollicitation), 160),
            signal=lambda resultat: _RESULTATS.get(resultat or "", Signal.NEUTRE),
        ),
        colonne_de_champ(service, "montant", "Montant", type=TypeColonne.MONTANT, largeur=96),
        _jour("date", "Demandé le", service),
        colonne_de_champ(service, "note", "Remarque", ou_rien, largeur=260),
        _choix(
            service,
            "nature_credit",
            "Crédits",
            choix_de(NatureCredit, vide=True),
            120,
            aide="Seul le droit commun répond à la question",
        ),
    ]


# Alerts -----------------------------------------------------------------------------------------------


def colonnes_alertes() -> list[Colonne]:
    """What the amounts show; nothing is typed."""
    return [
        *_identite(statut=False),
        colonne_lue(
            "nature",
            "Alerte",
            170,
            type=TypeColonne.CHOIX,
            choix=NATURES,
            signal=lambda nature: Signal.INFORMATION if nature == JAMAIS_RELAYEE else Signal.ALERTE,
        ),
        colonne_lue("phrase", "Ce que montrent les montants", 420),
        _montant("droit_commun_avant", "Droit commun, année d'avant", 110),
        _montant("droit_commun", "Droit commun"),
        _montant("baisse", "Écart", 84, negatif=True),
        colonne_lue("credit", "Crédit spécifique", 130),
        _montant("specifique_avant", "Spécifique, année d'avant", 110),
        _montant("specifique", "Spécifique"),
        _montant("hausse", "Écart spécifique", 96, negatif=True),
        colonne_lue("etape", "Montants", 90),
    ]


# Relais -----------------------------------------------------------------------------------------------


def colonnes_relais(relais: TableDesRelais, sollicitations: Sollicitations) -> list[Colonne]:
    """Who takes over, when, with what chances and what result."""
    return [
        *_identite(statut=False),
        colonne_lue(
            "etat",
            "État",
            140,
            signal=lambda etat: _ETATS_RELAIS.get(etat or "", Signal.NEUTRE),
        ),
        colonne_de_champ(
            relais,
            "qui",
            "Relais pressenti",
            ou_rien,
            largeur=170,
            proposer=sollicitations.proposer_qui,
        ),
        colonne_de_champ(
            relais,
            "dispositif",
            "Dispositif",
            ou_rien,
            largeur=170,
            proposer=sollicitations.proposer_dispositifs,
        ),
        _jour("echeance", "Échéance", relais),
        colonne_de_champ(relais, "chances", "Chances (%)", type=TypeColonne.ENTIER, largeur=84),
        _jour("examine_le", "Examiné le", relais),
        _choix(relais, "resultat", "Résultat", choix_de(ResultatSollicitation, vide=True), 150),
        colonne_de_champ(
            relais,
            "generalisable",
            "Généralisable",
            oui_ou_non,
            type=TypeColonne.BOOLEEN,
            largeur=100,
        ),
        colonne_de_champ(relais, "note", "Remarque", ou_rien, largeur=240),
    ]


# Calls ------------------------------------------------------------------------------------------------


def colonnes_appels(
    appels: AppelsPartenaires, sollicitations: Sollicitations, noeuds: Choix
) -> list[Colonne]:
    """The register: everything but the state is typed."""
    return [
        colonne_de_champ(appels, "nom", "Appel", largeur=230, figee=True, obligatoire=True),
        colonne_lue(
            "etat",
            "État",
            136,
            signal=lambda etat: _ETATS_APPEL.get(etat or "", Signal.NEUTRE),
        ),
        colonne_lue("delai", "Délai", 130),
        colonne_de_champ(
            appels,
            "qui",
            "Partenaire",
            ou_rien,
            largeur=160,
            proposer=sollicitations.proposer_qui,
        ),
        _jour("date_ouverture", "Ouverture", appels),
        _jour("date_cloture", "Clôture", appels),
        _choix(appels, "noeud", "Thème", (("", "–"), *noeuds), 190),
        replace(
            colonne_de_champ(
                appels,
                "mots",
                "Mots cherchés",
                lambda texte: texte or "",
                largeur=190,
                separateur=", ",
                plusieurs=True,
                aide="Cherchés dans l'intitulé et la description, accents ignorés ; "
                "séparés par des virgules",
            ),
            lire=lambda appel: ", ".join(appel.mots),
        ),
        colonne_de_champ(
            appels,
            "beneficiaires",
            "Bénéficiaires",
            ou_rien,
            largeur=170,
            aide="Associations, communes… : vide, tous les porteurs",
        ),
        colonne_de_champ(appels, "nature_depense", "Dépenses", ou_rien, largeur=130),
        colonne_de_champ(appels, "note", "Remarque", ou_rien, largeur=220),
    ]


def colonnes_rapprochements() -> list[Colonne]:
    """The projects that fit the call in view."""
    return [
        *_identite(),
        colonne_lue("raison", "Parce que", 300),
        colonne_lue("deja", "Déjà orientée", 100, type=TypeColonne.BOOLEEN),
    ]
