"""The columns of the page « Suivi »: bilans, abattement de TFPB, adultes-relais. No Qt."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from app.models.enums import Appreciation
from app.services import bilans as etats_bilan
from app.services import postes_adultes_relais as etats_poste
from app.services.bilans import Bilans
from app.services.columns import Colonne, Signal, TypeColonne, colonne_lue
from app.services.columns_actions import choix_de
from app.services.columns_cpo import etat_en_mots, identite, montant
from app.services.documents import jour_de
from app.services.poses import Posant, colonne_de_champ, iso_de, ou_rien
from app.services.postes_adultes_relais import PostesAdultesRelais
from app.services.programmes_tfpb import MANQUE, SAISI, SIGNE, LigneBailleur, ProgrammesTfpb

OUI, NON, INCONNU = "oui", "non", ""
_CONNUS = ((INCONNU, "Pas encore su"), (OUI, "Oui"), (NON, "Non"))
_CONCLUSIONS = {
    str(Appreciation.OUI): Signal.FAVORABLE,
    str(Appreciation.EN_PARTIE): Signal.ALERTE,
    str(Appreciation.NON): Signal.BLOQUANT,
}
_ETATS_BILAN = {
    etats_bilan.RETARD: Signal.BLOQUANT,
    etats_bilan.RECU: Signal.INFORMATION,
    etats_bilan.EXAMINE: Signal.FAVORABLE,
}
_ETATS_POSTE = {etats_poste.EN_COURS: Signal.FAVORABLE, etats_poste.A_VENIR: Signal.INFORMATION}
_PROGRAMMES = tuple((mot, mot) for mot in (SIGNE, SAISI, MANQUE))
_SIGNAUX_PROGRAMME = {
    SIGNE: Signal.FAVORABLE,
    SAISI: Signal.INFORMATION,
    MANQUE: Signal.ALERTE,
}


def _jour(service: Posant, cle: str, titre: str, **options: Any) -> Colonne:
    """A day, kept as an ISO text."""
    colonne = colonne_de_champ(
        service, cle, titre, iso_de, type=TypeColonne.DATE, largeur=96, **options
    )
    return replace(colonne, lire=lambda ligne: jour_de(getattr(ligne, cle)))


def _entier(service: Posant, cle: str, titre: str, largeur: int, **options: Any) -> Colonne:
    tout: dict[str, Any] = {"type": TypeColonne.ENTIER, "largeur": largeur, "total": True} | options
    return colonne_de_champ(service, cle, titre, **tout)


def _euros(service: Posant, cle: str, titre: str, **options: Any) -> Colonne:
    tout: dict[str, Any] = {"type": TypeColonne.MONTANT, "largeur": 104, "total": True} | options
    return colonne_de_champ(service, cle, titre, **tout)


def _su(service: Posant, cle: str, titre: str) -> Colonne:
    """True, False, or not known yet."""
    colonne = colonne_de_champ(
        service,
        cle,
        titre,
        lambda valeur: {OUI: True, NON: False}.get(valeur or ""),
        type=TypeColonne.CHOIX,
        choix=_CONNUS,
        largeur=110,
        signal=lambda valeur: Signal.ALERTE if valeur == NON else Signal.NEUTRE,
    )
    mots = {True: OUI, False: NON}
    return replace(colonne, lire=lambda ligne: mots.get(getattr(ligne, cle), INCONNU))


def colonnes_bilans(service: Bilans) -> list[Colonne]:
    return [
        *identite(220),
        colonne_lue("porteur", "Porteur", 160),
        etat_en_mots("etat", "État", etats_bilan.ETATS, _ETATS_BILAN, lambda b: b.etat, 100),
        colonne_lue("retard", "Jours de retard", 80, type=TypeColonne.ENTIER),
        _jour(
            service,
            "attendu_le",
            "Attendu le",
            aide="Vide\u00a0: la date que donne la règle du compte rendu financier, s'il y en a une",
        ),
        _jour(service, "recu_le", "Reçu le"),
        _jour(service, "examine_le", "Examiné le"),
        colonne_de_champ(service, "examine_par", "Examiné par", ou_rien, largeur=130),
        colonne_de_champ(
            service,
            "conclusion",
            "Objectifs atteints",
            ou_rien,
            type=TypeColonne.CHOIX,
            choix=tuple(choix_de(Appreciation)),
            largeur=120,
            signal=lambda valeur: _CONCLUSIONS.get(valeur or "", Signal.NEUTRE),
        ),
        montant("accorde", "Accordé"),
        montant("cout_total", "Coût prévu"),
        _euros(service, "cout_realise", "Coût réalisé"),
        montant("ecart", "Écart", negatif=True),
        _entier(service, "public_realise", "Public", 72),
        _entier(service, "public_qpv_realise", "dont QPV", 78),
        _entier(service, "femmes_realise", "Femmes", 76),
        colonne_lue("manque", "Ce que le bilan ne dit pas", 230),
        colonne_lue("relances", "Relances", 78, type=TypeColonne.ENTIER),
        Colonne(
            cle="relance_le",
            titre="Relancé le",
            lire=lambda b: jour_de(b.relance_le),
            type=TypeColonne.DATE,
            largeur=92,
        ),
        colonne_de_champ(service, "note", "Remarque", ou_rien, largeur=220),
    ]


def colonnes_programmes(service: ProgrammesTfpb) -> list[Colonne]:
    def nomme(cle: str, titre: str, proposer: Callable[[], list[str]], **options: Any) -> Colonne:
        return colonne_de_champ(service, cle, titre, proposer=proposer, **options)

    return [
        nomme(
            "bailleur_nom",
            "Bailleur",
            service.noms_des_bailleurs,
            largeur=190,
            figee=True,
            obligatoire=True,
        ),
        nomme("quartier_nom", "Quartier", lambda: list(service.quartiers()), largeur=180),
        _entier(service, "logements", "Logements", 84),
        _euros(service, "abattement", "Abattement"),
        _euros(service, "depense", "Dépense"),
        montant("ecart", "Écart", negatif=True),
        colonne_lue("part", "Dépense / abattement", 90, type=TypeColonne.PART),
        montant("par_logement", "Par logement", total=False),
        nomme(
            "axes_en_mots",
            "Axes",
            service.axes,
            largeur=230,
            aide="Séparés par des virgules\u00a0; le début d'un axe suffit",
        ),
        _jour(service, "signe_le", "Signé le"),
        _jour(service, "presente_le", "Présenté le"),
        colonne_de_champ(service, "note", "Remarque", ou_rien, largeur=220),
    ]


def colonnes_bailleurs(quartiers: Mapping[str, str]) -> list[Colonne]:
    """Totals of each bailleur, then one column a quartier (name -> key)."""

    def dans(quartier: str) -> Callable[[LigneBailleur], str | None]:
        return lambda ligne: ligne.quartiers.get(quartier)

    def etat(cle: str, titre: str, lire: Callable[[LigneBailleur], Any], largeur: int) -> Colonne:
        return etat_en_mots(cle, titre, _PROGRAMMES, _SIGNAUX_PROGRAMME, lire, largeur)

    return [
        colonne_lue("nom", "Bailleur", 190, figee=True),
        etat("etat", "État", lambda b: b.etat, 90),
        colonne_lue("programmes", "Programmes", 92, type=TypeColonne.ENTIER, total=True),
        colonne_lue("logements", "Logements", 84, type=TypeColonne.ENTIER, total=True),
        montant("abattement", "Abattement", 104),
        montant("depense", "Dépense", 104),
        montant("ecart", "Écart", 104, negatif=True),
        colonne_lue("part", "Dépense / abattement", 90, type=TypeColonne.PART),
        montant("par_logement", "Par logement", total=False),
        *[etat(f"quartier_{cle}", nom, dans(cle), 110) for nom, cle in quartiers.items()],
    ]


def colonnes_postes(service: PostesAdultesRelais) -> list[Colonne]:
    def texte(cle: str, titre: str, largeur: int, **options: Any) -> Colonne:
        return colonne_de_champ(service, cle, titre, ou_rien, largeur=largeur, **options)

    return [
        texte(
            "organisme_nom",
            "Structure",
            180,
            figee=True,
            obligatoire=True,
            proposer=service.noms_des_structures,
        ),
        texte("intitule", "Mission", 190, obligatoire=True),
        texte("quartier_nom", "Quartier d'exercice", 160, proposer=service.noms_des_quartiers),
        etat_en_mots("etat", "État", etats_poste.ETATS, _ETATS_POSTE, lambda p: p.etat, 96),
        _jour(service, "debut", "Début"),
        _jour(service, "fin", "Fin"),
        colonne_lue("reste", "Échéance", 130),
        texte("contrat", "Contrat", 84, proposer=lambda: ["CDD", "CDI"]),
        _entier(
            service, "age", "Âge", 60, total=False, aide="À l'embauche\u00a0; personne n'est nommé"
        ),
        _su(service, "reside_en_qpv", "Réside en QPV"),
        _su(service, "sans_emploi", "Sans emploi"),
        colonne_lue("manque", "Ce qui manque", 260),
        _euros(service, "montant", "Montant"),
        texte("note", "Remarque", 200),
    ]


def somme(lignes: list[Any], champ: str) -> Decimal | None:
    """The sum of what is known."""
    connus = [v for ligne in lignes if (v := getattr(ligne, champ)) is not None]
    return sum(connus, Decimal(0)) if connus else None
