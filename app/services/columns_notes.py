"""The columns of the notes d'intention: those of their action, then what only a note says."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from app.models.enums import TriNote
from app.services.actions import Actions
from app.services.annees_dites import annees_dites
from app.services.cofinancements import Cofinancements
from app.services.columns import Colonne, Pose, Signal, TypeColonne, lire_attribut
from app.services.columns_actions import choix_de, colonnes_actions
from app.services.documents import jour_de
from app.services.errors import SaisieRefusee
from app.services.notes import Notes
from app.services.notes_lues import A_TRIER, LigneNote
from app.services.poses import ou_rien, pose_preparee
from app.services.rattachements import SEPARATEUR
from app.services.textes_saisis import citer

OUI_NON = (("", "–"), ("oui", "Oui"), ("non", "Non"))
ETATS = ((A_TRIER, "À examiner"), *choix_de(TriNote))
_SIGNAUX = {
    A_TRIER: Signal.INFORMATION,
    str(TriNote.RECEVABLE): Signal.FAVORABLE,
    str(TriNote.A_PRECISER): Signal.ALERTE,
    str(TriNote.REORIENTEE): Signal.NEUTRE,
    str(TriNote.IRRECEVABLE): Signal.BLOQUANT,
}


def colonnes_notes(
    actions: Actions,
    cofinancements: Cofinancements,
    notes: Notes,
    *,
    ordres: Mapping[str, tuple[str, ...]] | None = None,
) -> list[Colonne]:
    """Every column of the page of notes. The rows are LigneNote, keyed by their action."""
    de_l_action = {
        c.cle: c
        for c in colonnes_actions((), actions, cofinancements, ordres=ordres, instruction=True)
    }

    def action(cle: str, **options: Any) -> Colonne:
        colonne = de_l_action[cle]
        lire = colonne.lire
        return replace(colonne, lire=lambda ligne: lire(ligne.action), **options)

    return [
        action("numero"),
        action("titre"),
        *_triage(notes),
        action("porteur"),
        _champ(notes, "porteur_pressenti", "Porteur pressenti", 140, ou_rien, visible=False),
        _champ(notes, "ambition", "Ambition", 240, ou_rien),
        action("axe", titre="Thème"),
        action("objectif", visible=True, largeur=190),
        action("quartiers"),
        action("communes"),
        action("echelle", visible=True, largeur=112),
        _public_total(actions),
        action("public_qpv", visible=False),
        _champ(
            notes,
            "budget_envisage",
            "Budget envisagé",
            104,
            type=TypeColonne.MONTANT,
            total=True,
        ),
        _sollicites(notes),
        *_cpo(notes),
        _completude(),
        _doublons(),
        *_suivi(actions, notes),
        _delai(),
        action("statut", visible=False, ecrire=None, pose=None, pourquoi=_STATUT_SUIT),
    ]


_STATUT_SUIT = "Le statut suit la suite donnée à la note : changez-la."


def _champ(
    notes: Notes,
    nom: str,
    titre: str,
    largeur: int,
    lire: Callable[[Any], Any] | None = None,
    **options: Any,
) -> Colonne:
    preparer = None if lire is None else lambda _, valeur: lire(valeur)
    return _colonne(notes, nom, titre, largeur, preparer, lire_attribut(nom), **options)


def _colonne(
    service: Any,
    nom: str,
    titre: str,
    largeur: int,
    preparer: Callable[[Any, Any], Any] | None,
    lue: Callable[[Any], Any],
    **options: Any,
) -> Colonne:
    pose = pose_preparee(service.operation, service.poser, nom, preparer)
    return Colonne(
        cle=nom,
        titre=titre,
        lire=lue,
        largeur=largeur,
        ecrire=_ecrire(service, titre, pose),
        pose=pose,
        **options,
    )


def _ecrire(service: Any, titre: str, pose: Pose) -> Callable[[str, Any], None]:
    def ecrire(cle: str, valeur: Any) -> None:
        with service.operation(f"Modifier « {titre} »") as ecriture:
            pose.poser(ecriture, cle, valeur)

    return ecrire


# Triage -------------------------------------------------------------------------------------------


def _triage(notes: Notes) -> list[Colonne]:
    return [
        _colonne(
            notes,
            "tri",
            "Suite donnée",
            124,
            lambda _, valeur: None if valeur in (None, A_TRIER) else valeur,
            lire_attribut("etat"),
            type=TypeColonne.CHOIX,
            choix=ETATS,
            signal=lambda etat: _SIGNAUX.get(etat or "", Signal.INFORMATION),
            aide="R recevable, P à préciser, O réorientée, I irrecevable : "
            "une touche suffit dans cette colonne",
        ),
        _champ(notes, "tri_motif", "Motif de la suite", 180, ou_rien),
        _champ(notes, "tri_vers", "Réorientée vers", 140, ou_rien, visible=False),
    ]


def _public_total(actions: Actions) -> Colonne:
    return _colonne(
        actions,
        "public_total",
        "Public",
        64,
        None,
        lambda ligne: ligne.action.public_total,
        type=TypeColonne.ENTIER,
        total=True,
    )


def _sollicites(notes: Notes) -> Colonne:
    """Names of the list or any other, « A ; B »."""

    def poser(ecriture: Any, cle: str, valeur: str | None) -> None:
        noms = [nom.strip() for nom in re.split(r"[;\n]", valeur or "")]
        notes.poser_financeurs(ecriture, cle, list(dict.fromkeys(filter(None, noms))))

    pose = Pose(notes.operation, poser)
    return Colonne(
        cle="financeurs",
        titre="Financeurs sollicités",
        lire=lire_attribut("financeurs"),
        largeur=170,
        plusieurs=True,
        ecrire=_ecrire(notes, "Financeurs sollicités", pose),
        pose=pose,
        proposer=notes.noms_des_financeurs,
        separateur=SEPARATEUR,
    )


# CPO ----------------------------------------------------------------------------------------------


def _cpo(notes: Notes) -> list[Colonne]:
    return [
        _colonne(
            notes,
            "cpo_demandee",
            "CPO demandée",
            84,
            lambda _, valeur: {"oui": True, "non": False}.get(valeur or ""),
            lambda ligne: {True: "oui", False: "non"}.get(ligne.cpo_demandee),
            type=TypeColonne.CHOIX,
            choix=OUI_NON,
            aide="La convention pluriannuelle que le porteur demande, ou non",
        ),
        _colonne(
            notes,
            "cpo_annees",
            "Années de CPO",
            120,
            lambda _, valeur: lire_annees(valeur),
            lambda ligne: ", ".join(ligne.cpo_annees) or None,
            aide="Les années demandées, comme 2026-2028 ou 2026, 2027",
        ),
    ]


def lire_annees(texte: str | None) -> list[str]:
    """« 2026-2028 » or « 2026, 2027 »: the years, in order. Raises SaisieRefusee."""
    try:
        return annees_dites(texte)
    except ValueError as cause:
        raise SaisieRefusee(
            f"« {citer(str(texte))} » ne donne pas des années : tapez 2026-2028, ou 2026, 2027."
        ) from cause


# What follows -------------------------------------------------------------------------------------


def _completude() -> Colonne:
    return Colonne(
        cle="completude",
        titre="Ce qui manque",
        lire=lire_attribut("completude"),
        largeur=260,
        pourquoi="Ce texte dit ce que le formulaire ne dit pas encore : complétez la note.",
    )


def _doublons() -> Colonne:
    return Colonne(
        cle="doublons",
        titre="Doublon possible",
        lire=_phrase_des_doublons,
        largeur=150,
        visible=False,
        aide="Même porteur, même thème et même quartier à deux échelles",
        pourquoi="Les doublons se lisent seulement : ouvrez-les côte à côte.",
    )


def _phrase_des_doublons(ligne: LigneNote) -> str | None:
    nombre = len(ligne.doublons)
    if not nombre:
        return None
    return "à une autre échelle" if nombre == 1 else f"{nombre} à une autre échelle"


def _delai() -> Colonne:
    return Colonne(
        cle="delai",
        titre="Délai",
        lire=lambda ligne: "après la clôture" if ligne.hors_delai else None,
        largeur=120,
        visible=False,
        pourquoi="Le délai compare la date de réception à la clôture de l'appel.",
    )


def _suivi(actions: Actions, notes: Notes) -> list[Colonne]:
    return [
        _colonne(
            actions,
            "date_depot",
            "Reçue le",
            92,
            lambda _, valeur: None if valeur is None else valeur.isoformat(),
            lambda ligne: jour_de(ligne.date_depot),
            type=TypeColonne.DATE,
        ),
        _colonne(
            notes,
            "accusee_le",
            "Accusée le",
            92,
            lambda _, valeur: None if valeur is None else valeur.isoformat(),
            lambda ligne: jour_de(ligne.accusee_le),
            type=TypeColonne.DATE,
            aide="La date de l'accusé de réception",
        ),
        Colonne(
            cle="triee_le",
            titre="Examinée le",
            type=TypeColonne.DATE,
            lire=lire_attribut("triee_le"),
            largeur=92,
            nuance=True,
            pourquoi="La date de l'examen s'écrit d'elle-même.",
        ),
        Colonne(
            cle="tri_par",
            titre="Examinée par",
            lire=lire_attribut("tri_par"),
            largeur=130,
            nuance=True,
            pourquoi="La personne qui examine s'écrit d'elle-même : c'est le nom des réglages.",
        ),
        _champ(notes, "note", "Remarque", 180, ou_rien, visible=False),
    ]
