"""The columns of the page « Égalité »: volumes, progress, trainings, help, budget, bonus."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from app.models.enums import ClasseGenre, StatutAction
from app.services.columns import Colonne, Signal, TypeColonne, colonne_lue
from app.services.columns_actions import choix_de, signal_statut
from app.services.documents import jour_de
from app.services.egalite import Accompagnements, BonusDesPorteurs
from app.services.egalite_budget import BudgetsGenre
from app.services.egalite_niveaux import MOMENTS
from app.services.egalite_progres import Progres
from app.services.egalite_volumes import PLUSIEURS, ChoixVolumes
from app.services.fichier import Lire
from app.services.formations import ETATS, EXPIREE, JAMAIS, Formations
from app.services.noms_a_choisir import (
    noms_des_actions,
    noms_des_financeurs,
    noms_des_porteurs,
    trouver,
)
from app.services.poses import (
    Posant,
    colonne_de_champ,
    iso_de,
    ou_rien,
    oui_ou_non,
    pose_preparee,
)

Choix = tuple[tuple[str, str], ...]
Noms = Callable[[Lire], Mapping[str, str]]
PRESENT, ABSENT, A_NOTER = "oui", "non", ""
PRESENCES: Choix = ((A_NOTER, "À noter"), (PRESENT, "Présent"), (ABSENT, "Absent"))
_PRESENCES = {PRESENT: Signal.FAVORABLE, ABSENT: Signal.BLOQUANT, A_NOTER: Signal.NEUTRE}
_ETATS = {JAMAIS: Signal.ALERTE, EXPIREE: Signal.ALERTE}
# Each begins with a letter of its own: one key is enough in the cell.
CLASSES: Choix = (
    ("", "–"),
    (str(ClasseGenre.DEDIEE), "Dédiée"),
    (str(ClasseGenre.INTEGRANT), "Intégrant l'égalité"),
    (str(ClasseGenre.NEUTRE), "Neutre"),
    (str(ClasseGenre.A_RISQUE), "À risque"),
)
_CLASSES = {
    str(ClasseGenre.DEDIEE): Signal.FAVORABLE,
    str(ClasseGenre.INTEGRANT): Signal.INFORMATION,
    str(ClasseGenre.A_RISQUE): Signal.BLOQUANT,
}


def _montant(cle: str, titre: str, largeur: int = 100, **options: Any) -> Colonne:
    return colonne_lue(cle, titre, largeur, type=TypeColonne.MONTANT, **options)


def _entier(cle: str, titre: str, largeur: int = 76, **options: Any) -> Colonne:
    return colonne_lue(cle, titre, largeur, type=TypeColonne.ENTIER, **options)


def _part(cle: str, titre: str, largeur: int = 84, **options: Any) -> Colonne:
    return colonne_lue(cle, titre, largeur, type=TypeColonne.PART, **options)


def _jour(service: Posant, titre: str) -> Colonne:
    """A day, kept as an ISO text."""
    colonne = colonne_de_champ(service, "date", titre, iso_de, type=TypeColonne.DATE, largeur=96)
    return replace(colonne, lire=lambda ligne: jour_de(ligne.date))


def _nommee(
    service: Posant,
    champ: str,
    titre: str,
    noms: Noms,
    quoi: str,
    lire_les: Callable[[Noms], Mapping[str, str]],
    **options: Any,
) -> Colonne:
    """A row of another list, typed by its name; `options` say how it is read."""

    def preparer(ecriture: Any, valeur: str | None) -> str | None:
        if not valeur:
            return None
        return trouver(noms(ecriture.lignes), valeur, quoi)

    pose = pose_preparee(service.operation, service.poser, champ, preparer)

    def ecrire(cle: str, valeur: Any) -> None:
        with service.operation(f"Modifier «\u00a0{titre}\u00a0»") as ecriture:
            pose.poser(ecriture, cle, valeur)

    return Colonne(
        cle=champ,
        titre=titre,
        ecrire=ecrire,
        pose=pose,
        proposer=lambda: list(lire_les(noms)),
        **options,
    )


# Volumes ----------------------------------------------------------------------------------------------


def colonnes_volumes(choix: ChoixVolumes | None, objet: str = "") -> list[Colonne]:
    """`objet`: what the volumes are spread by, in one word; empty: the whole year."""
    moments = dict(MOMENTS)
    gauche, droite = ("", "") if choix is None else (moments[m] for m in choix.moments)
    seuls = choix is None or choix.dimension not in PLUSIEURS
    ponderes = choix is not None and bool(choix.grille.poids)
    colonnes = [colonne_lue("objet", objet, 230, figee=True)] if objet else []
    colonnes.append(colonne_lue("niveau", "Niveau", 280, figee=not objet))
    for cote, moment in (("a", gauche), ("b", droite)):
        colonnes += [
            _entier(f"actions_{cote}", "Actions", groupe=moment, total=seuls),
            _part(f"part_actions_{cote}", "Part", groupe=moment),
            _montant(f"euros_{cote}", "Euros", 116, groupe=moment, total=seuls),
            _part(f"part_euros_{cote}", "Part des euros", 100, groupe=moment),
        ]
        if ponderes:
            colonnes.append(
                _montant(
                    f"ponderes_{cote}",
                    "Euros pondérés",
                    116,
                    groupe=moment,
                    total=seuls,
                    aide="Euros comptés selon la part que la grille donne à chaque niveau",
                )
            )
    colonnes.append(_entier("ecart", "Écart d'actions", 100, negatif=True))
    return colonnes


# Progress ---------------------------------------------------------------------------------------------


def colonnes_progres() -> list[Colonne]:
    """One porteur a row; nothing is typed."""
    return [
        colonne_lue("nom", "Porteur", 230, figee=True),
        _entier("actions", "Actions", 68, total=True),
        colonne_lue("auto", "Se note", 120),
        colonne_lue("entree", "Entrée", 120),
        colonne_lue("sortie", "Sortie", 120),
        colonne_lue("bilan", "Bilan", 110),
        _entier("plus_haut", "Plus haut", 80, groupe="Se note, face à l'instructeur", total=True),
        _entier("pareil", "Pareil", 64, groupe="Se note, face à l'instructeur", total=True),
        _entier("plus_bas", "Plus bas", 76, groupe="Se note, face à l'instructeur", total=True),
        _entier("monte", "Monte", 64, groupe="De l'entrée à la sortie", total=True),
        _entier("stable", "Stable", 64, groupe="De l'entrée à la sortie", total=True),
        _entier("descend", "Descend", 72, groupe="De l'entrée à la sortie", total=True),
        colonne_lue("avant", "Année d'avant", 120),
        colonne_lue(
            "evolution",
            "Actions reconduites",
            190,
            aide="Le niveau de cette année face à celui de la même action un an plus tôt",
        ),
    ]


def colonnes_actions_du_porteur(progres: Progres) -> list[Colonne]:
    """The actions of the porteur in view; the recommendation is typed."""
    return [
        colonne_lue("numero", "N°", 84, figee=True, nuance=True),
        colonne_lue("titre", "Intitulé", 170, figee=True),
        colonne_lue("auto", "Se note", 66),
        colonne_lue("entree", "Entrée", 66),
        colonne_lue("sortie", "Sortie", 66),
        colonne_lue("bilan", "Bilan", 66),
        colonne_de_champ(
            progres,
            "recommandation",
            "Recommandation au porteur",
            ou_rien,
            largeur=280,
            aide="Elle accompagne les niveaux retenus, et se met dans les courriers",
        ),
    ]


# Trainings --------------------------------------------------------------------------------------------


def colonnes_formations(formations: Formations) -> list[Colonne]:
    return [
        colonne_de_champ(
            formations, "titre", "Formation", largeur=230, figee=True, obligatoire=True
        ),
        _jour(formations, "Date"),
        colonne_de_champ(formations, "lieu", "Lieu", ou_rien, largeur=150),
        colonne_de_champ(formations, "theme", "Thème", ou_rien, largeur=130),
        colonne_de_champ(formations, "intervenant", "Intervenant", ou_rien, largeur=150),
        colonne_de_champ(formations, "heures", "Heures", type=TypeColonne.NOMBRE, largeur=70),
        colonne_de_champ(
            formations,
            "obligatoire",
            "Obligatoire",
            oui_ou_non,
            type=TypeColonne.BOOLEEN,
            largeur=90,
            aide="Seules les formations obligatoires disent qui est formé",
        ),
        colonne_de_champ(
            formations,
            "validite_mois",
            "Vaut (mois)",
            type=TypeColonne.ENTIER,
            largeur=86,
            aide="Vide\u00a0: elle vaut toujours",
        ),
        colonne_lue("fin", "Vaut jusqu'au", 100, type=TypeColonne.DATE),
        _entier("inscrits", "Inscrits", 68),
        _entier("presents", "Présents", 72),
        colonne_de_champ(formations, "note", "Remarque", ou_rien, largeur=200),
    ]


def colonnes_registre(formations: Formations) -> list[Colonne]:
    """The register of a training: who came is typed, P or A and Enter."""
    poser = formations.poser_inscription
    presence = colonne_de_champ(
        formations,
        "present",
        "Présence",
        _presence,
        poser=poser,
        type=TypeColonne.CHOIX,
        choix=PRESENCES,
        largeur=110,
        signal=lambda valeur: _PRESENCES.get(valeur or "", Signal.NEUTRE),
        aide="P puis Entrée\u00a0: présent\u00a0; A puis Entrée\u00a0: absent",
    )
    return [
        colonne_lue("organisme_nom", "Porteur", 260, figee=True),
        replace(presence, lire=_presence_lue),
        colonne_de_champ(
            formations, "participant", "Participant", ou_rien, poser=poser, largeur=200
        ),
        colonne_de_champ(formations, "note", "Remarque", ou_rien, poser=poser, largeur=260),
    ]


def _presence(valeur: str | None) -> bool | None:
    return {PRESENT: True, ABSENT: False}.get(valeur or "")


def _presence_lue(inscription: Any) -> str:
    if inscription.present is None:
        return A_NOTER
    return PRESENT if inscription.present else ABSENT


def colonnes_qui_manque() -> list[Colonne]:
    """Where each porteur of the year stands; nothing is typed."""
    return [
        colonne_lue("nom", "Porteur", 300, figee=True),
        _entier("actions", "Actions", 80, total=True),
        colonne_lue(
            "etat",
            "Formation à l'égalité",
            160,
            type=TypeColonne.CHOIX,
            choix=ETATS,
            signal=lambda etat: _ETATS.get(etat, Signal.FAVORABLE),
        ),
        colonne_lue("formation", "Dernière formation", 260),
        Colonne(
            cle="suivie_le",
            titre="Suivie le",
            lire=lambda p: jour_de(p.suivie_le),
            type=TypeColonne.DATE,
            largeur=100,
        ),
        colonne_lue("fin", "Vaut jusqu'au", 110, type=TypeColonne.DATE),
    ]


# Help, bonus ------------------------------------------------------------------------------------------


def colonnes_accompagnements(
    service: Accompagnements,
    lire_les: Callable[[Noms], Mapping[str, str]],
    annee: Callable[[], int],
) -> list[Colonne]:
    return [
        _jour(service, "Date"),
        _nommee(
            service, "organisme", "Porteur", noms_des_porteurs, "un porteur", lire_les,
            lire=lambda a: a.organisme_nom, largeur=220, obligatoire=True,
        ),
        colonne_de_champ(service, "objet", "Objet", largeur=240, obligatoire=True),
        _nommee(
            service, "action", "Action", _actions_de(annee), "une action", lire_les,
            lire=lambda a: a.action_nom, largeur=190,
        ),
        colonne_de_champ(service, "par", "Par", ou_rien, largeur=140),
        colonne_de_champ(service, "texte", "Ce qui a été dit", ou_rien, largeur=280),
        colonne_de_champ(service, "suite", "Suite", ou_rien, largeur=220),
    ]  # fmt: skip


def _actions_de(annee: Callable[[], int]) -> Noms:
    return lambda lire: noms_des_actions(lire, annee())


def colonnes_bonus(
    service: BonusDesPorteurs,
    lire_les: Callable[[Noms], Mapping[str, str]],
    annee: Callable[[], int],
) -> list[Colonne]:
    return [
        _nommee(
            service, "organisme", "Porteur", noms_des_porteurs, "un porteur", lire_les,
            lire=lambda b: b.organisme_nom, largeur=240, obligatoire=True, figee=True,
        ),
        colonne_de_champ(
            service, "montant", "Bonus", type=TypeColonne.MONTANT, largeur=110, total=True
        ),
        _nommee(
            service, "financeur", "Financeur", noms_des_financeurs, "un financeur", lire_les,
            lire=lambda b: b.financeur_nom, largeur=150,
        ),
        _nommee(
            service, "action", "Action", _actions_de(annee), "une action", lire_les,
            lire=lambda b: b.action_nom, largeur=260,
        ),
        colonne_de_champ(service, "motif", "Motif", ou_rien, largeur=300),
    ]  # fmt: skip


# Budget -----------------------------------------------------------------------------------------------


def colonnes_budget(budgets: BudgetsGenre) -> list[Colonne]:
    return [
        colonne_lue("numero", "N°", 84, figee=True, nuance=True),
        colonne_lue("titre", "Intitulé", 230, figee=True),
        colonne_lue("porteur", "Porteur", 180),
        colonne_de_champ(
            budgets,
            "classe",
            "Dépense",
            ou_rien,
            type=TypeColonne.CHOIX,
            choix=CLASSES,
            largeur=170,
            aide="D, I, N ou À puis Entrée\u00a0; «\u00a0À risque\u00a0» demande pourquoi",
            signal=lambda classe: _CLASSES.get(classe or "", Signal.NEUTRE),
        ),
        colonne_de_champ(budgets, "motif", "Pourquoi", ou_rien, largeur=240),
        colonne_lue("auteur", "Par", 110),
        _montant("demande", "Demandé", total=True),
        _montant("accorde", "Accordé", total=True),
        _entier("femmes", "Femmes", 72, total=True),
        _entier("hommes", "Hommes", 72, total=True),
        colonne_lue(
            "statut",
            "Statut",
            120,
            type=TypeColonne.CHOIX,
            choix=choix_de(StatutAction),
            signal=signal_statut,
        ),
    ]


def colonnes_totaux_classes() -> list[Colonne]:
    return [
        colonne_lue("cle", "Classe", 240, figee=True),
        _entier("actions", "Actions", 80, total=True),
        _montant("demande", "Demandé", 120, total=True),
        _montant("accorde", "Accordé", 120, total=True),
        _part("part", "Part des euros", 110),
        _entier("femmes", "Femmes", 90, total=True),
        _entier("hommes", "Hommes", 90, total=True),
        _part("part_femmes", "Part des femmes", 120),
    ]
