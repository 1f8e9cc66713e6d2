"""Every command of the window, declared once: label, icon, shortcut. Menus, help and tests read it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.ui.icons import icone


@dataclass(frozen=True, slots=True)
class Commande:
    """A command: its key in code, its menu, its label, its icon, its shortcut and what it is for."""

    cle: str
    menu: str
    libelle: str
    icone: str = ""
    raccourci: str = ""
    aide: str = ""
    exige_fichier: bool = True
    exige_ecriture: bool = False


FICHIER, EDITION, PROGRAMME, AFFICHAGE, AIDE = (
    "&Fichier",
    "É&dition",
    "&Programmation",
    "&Affichage",
    "&Aide",
)

# What the keys of figures and of « + » give without Shift on a French keyboard.
SANS_MAJ = {
    "1": "&",
    "2": "É",
    "3": '"',
    "4": "'",
    "5": "(",
    "7": "È",
    "8": "_",
    "9": "Ç",
    "0": "À",
    "+": "=",
}

COMMANDES: tuple[Commande, ...] = (
    Commande("nouveau", FICHIER, "Nouveau fichier…", "nouveau", "Ctrl+N", exige_fichier=False),
    Commande("ouvrir", FICHIER, "Ouvrir…", "ouvrir", "Ctrl+O", exige_fichier=False),
    Commande("enregistrer", FICHIER, "Enregistrer", "", "Ctrl+S"),
    Commande("copie", FICHIER, "Enregistrer une copie…", "enregistrer", "Ctrl+Shift+S"),
    Commande(
        "sauvegardes", FICHIER, "Sauvegardes…", "restaurer", "Ctrl+Shift+R", exige_fichier=False
    ),
    Commande("imprimer", FICHIER, "Imprimer ou exporter cette vue…", "imprimer", "Ctrl+P"),
    Commande("verifier", FICHIER, "Vérifier le fichier", "valider", "F9"),
    Commande("fermer", FICHIER, "Fermer le fichier", "fermer", "Ctrl+W"),
    Commande("quitter", FICHIER, "Quitter", "", "Ctrl+Q", exige_fichier=False),
    Commande("annuler", EDITION, "Annuler", "annuler", "Ctrl+Z", exige_ecriture=True),
    Commande("retablir", EDITION, "Rétablir", "retablir", "Ctrl+Y", exige_ecriture=True),
    Commande("chercher", EDITION, "Chercher partout", "recherche", "Ctrl+K"),
    Commande("filtrer", EDITION, "Filtrer le tableau", "filtrer", "Ctrl+Shift+F"),
    Commande("reglages", EDITION, "Réglages…", "reglages", "Ctrl+,", exige_fichier=False),
    Commande(
        "action", PROGRAMME, "Nouvelle action", "ajouter", "Ctrl+Shift+N", exige_ecriture=True
    ),
    Commande(
        "supprimer", PROGRAMME, "Supprimer l'action", "supprimer", "Ctrl+Del", exige_ecriture=True
    ),
    Commande(
        "importer", PROGRAMME, "Importer un tableau…", "importer", "Ctrl+I", exige_ecriture=True
    ),
    Commande(
        "reunir",
        PROGRAMME,
        "Réunir avec la copie d'un partenaire…",
        "lien",
        "Ctrl+Shift+I",
        exige_ecriture=True,
    ),
    Commande("classeur", PROGRAMME, "Exporter la programmation (Excel)…", "classeur", "Ctrl+E"),
    Commande("envoi", PROGRAMME, "Envoyer un classeur à compléter…", "classeur", "Ctrl+Alt+E"),
    Commande(
        "retour",
        PROGRAMME,
        "Reprendre un classeur revenu…",
        "importer",
        "Ctrl+Alt+A",
        exige_ecriture=True,
    ),
    Commande("decisions", PROGRAMME, "Exporter les décisions (PDF)…", "decision", "Ctrl+Shift+D"),
    Commande("calendrier", PROGRAMME, "Exporter le calendrier…", "calendrier", "Ctrl+Alt+K"),
    Commande("page_a_faire", AFFICHAGE, "À faire", "a_faire", "Ctrl+Shift+H"),
    Commande("page_actions", AFFICHAGE, "Actions", "actions", "Ctrl+1"),
    # Not Ctrl+6: that key is « - » on a French keyboard, and Ctrl+- makes things smaller.
    Commande("page_cofinancements", AFFICHAGE, "Cofinancements", "cofinancements", "Ctrl+7"),
    Commande("page_porteurs", AFFICHAGE, "Porteurs", "porteurs", "Ctrl+2"),
    Commande("page_calendrier", AFFICHAGE, "Calendrier", "calendrier", "Ctrl+Shift+K"),
    Commande("page_reunions", AFFICHAGE, "Réunions", "reunions", "Ctrl+Shift+G"),
    Commande("page_enveloppes", AFFICHAGE, "Enveloppes", "enveloppes", "Ctrl+3"),
    Commande("page_constats", AFFICHAGE, "Constats", "constats", "Ctrl+Alt+U"),
    Commande("page_seances", AFFICHAGE, "Séances", "seances", "Ctrl+8"),
    Commande("page_suites", AFFICHAGE, "Après le comité", "suites", "Ctrl+9"),
    Commande("page_cpo", AFFICHAGE, "CPO", "cpo", "Ctrl+Alt+P"),
    Commande("page_courriers", AFFICHAGE, "Courriers", "courriers", "Ctrl+Alt+C"),
    Commande("page_suivi", AFFICHAGE, "Suivi", "suivi", "Ctrl+Alt+S"),
    Commande("page_instruction", AFFICHAGE, "Instruction", "instruction", "Ctrl+Shift+A"),
    Commande("page_cotation", AFFICHAGE, "Cotation", "cotation", "Ctrl+Alt+O"),
    Commande("page_droit_commun", AFFICHAGE, "Droit commun", "droit_commun", "Ctrl+Alt+D"),
    Commande("page_egalite", AFFICHAGE, "Égalité", "egalite", "Ctrl+Alt+H"),
    Commande("page_notes", AFFICHAGE, "Notes d'intention", "notes", "Ctrl+Alt+N"),
    Commande("page_grilles", AFFICHAGE, "Grilles", "grilles", "Ctrl+Alt+G"),
    Commande("page_contrat", AFFICHAGE, "Contrat", "contrat", "Ctrl+4"),
    Commande("page_journal", AFFICHAGE, "Journal", "journal", "Ctrl+5"),
    Commande("fiche", AFFICHAGE, "Fiche de l'action", "fiche", "F4"),
    Commande(
        "autre_fenetre", AFFICHAGE, "Ouvrir dans une autre fenêtre", "fenetre", "Ctrl+Shift+O"
    ),
    Commande("plein_ecran", AFFICHAGE, "Plein écran", "", "F11", exige_fichier=False),
    Commande("agrandir", AFFICHAGE, "Agrandir", "", "Ctrl++", exige_fichier=False),
    Commande("reduire", AFFICHAGE, "Réduire", "", "Ctrl+-", exige_fichier=False),
    Commande("taille_normale", AFFICHAGE, "Taille normale", "", "Ctrl+0", exige_fichier=False),
    Commande(
        "apparence", AFFICHAGE, "Clair ou sombre", "apparence", "Ctrl+Shift+M", exige_fichier=False
    ),
    Commande("aide", AIDE, "Aide", "aide", "F1", exige_fichier=False),
    Commande("nouveautes", AIDE, "Nouveautés", "", "Shift+F1", exige_fichier=False),
    Commande("a_propos", AIDE, "À propos", "", "Ctrl+F1", exige_fichier=False),
)


def fabriquer(fenetre: QWidget, executer: Callable[[str], None]) -> dict[str, QAction]:
    """One QAction for each command; triggering it calls `executer(key)`."""
    actions: dict[str, QAction] = {}
    for commande in COMMANDES:
        action = QAction(commande.libelle, fenetre)
        if commande.icone:
            action.setIcon(icone(commande.icone))
        action.setShortcuts([QKeySequence(touches) for touches in _toutes_les_touches(commande)])
        action.triggered.connect(_appel(executer, commande.cle))
        fenetre.addAction(action)
        actions[commande.cle] = action
    return actions


def _toutes_les_touches(commande: Commande) -> list[str]:
    """The keys of a command, and the same places on a French keyboard, whose figures need Shift."""
    touches = commande.raccourci
    if not touches:
        return []
    ailleurs = SANS_MAJ.get(touches.removeprefix("Ctrl+"))
    return [touches, f"Ctrl+{ailleurs}"] if ailleurs else [touches]


def _appel(executer: Callable[[str], None], cle: str) -> Callable[[], None]:
    def appeler() -> None:
        executer(cle)

    return appeler


def raccourcis() -> list[tuple[str, str]]:
    """(label, keys) of the commands that have keys, for the help page."""
    return [
        (commande.libelle.rstrip("…"), en_francais(commande.raccourci))
        for commande in COMMANDES
        if commande.raccourci
    ]


_EN_FRANCAIS = {
    "Shift": "Maj",
    "Del": "Suppr",
    "Ins": "Inser",
    "Return": "Entrée",
    "Enter": "Entrée",
    "Backspace": "Retour arrière",
    "Home": "Origine",
    "End": "Fin",
    "Space": "Espace",
    "Left": "←",
    "Right": "→",
    "Up": "↑",
    "Down": "↓",
    "PgUp": "Page préc.",
    "PgDown": "Page suiv.",
}
_MOTS = re.compile(rf"\b({'|'.join(_EN_FRANCAIS)})\b")


def en_francais(touches: str) -> str:
    """Keys as they are printed on a French keyboard."""
    return _MOTS.sub(lambda mot: _EN_FRANCAIS[mot[0]], touches)
