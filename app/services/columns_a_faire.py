"""The columns of what is to be done: the lines of all sources, those of the tasks being typed."""

from collections.abc import Callable, Sequence
from typing import Any

from app.services.a_faire import Genre, LigneAFaire, Quand
from app.services.columns import Colonne, Pose, Signal, TypeColonne, colonne_lue, lire_attribut
from app.services.errors import SaisieRefusee
from app.services.poses import iso_de, ou_rien, oui_ou_non
from app.services.taches import Taches
from app.services.transaction import Ecriture

GENRES = (
    (str(Genre.ETAPE), "Étape du calendrier"),
    (str(Genre.REUNION), "Réunion"),
    (str(Genre.SEANCE), "Séance"),
    (str(Genre.RECOMMANDATION), "Recommandation"),
    (str(Genre.AVIS), "Avis à rendre"),
    (str(Genre.NOTE), "Note à examiner"),
    (str(Genre.PIECE), "Pièce à recevoir"),
    (str(Genre.TACHE), "Tâche"),
    (str(Genre.BILAN), "Bilan à recevoir"),
)
QUANDS = (
    (str(Quand.RETARD), "En retard"),
    (str(Quand.SEMAINE), "Cette semaine"),
    (str(Quand.PLUS_TARD), "Plus tard"),
    (str(Quand.SANS_DATE), "Sans date"),
)
_SIGNAUX = {
    str(Quand.RETARD): Signal.BLOQUANT,
    str(Quand.SEMAINE): Signal.ALERTE,
    str(Quand.PLUS_TARD): Signal.INFORMATION,
    str(Quand.SANS_DATE): Signal.NEUTRE,
}
Trouver = Callable[[str], LigneAFaire | None]
AILLEURS = (
    "Seules les tâches tapées ici se modifient sur cette page : ouvrez la ligne (Alt+Entrée) pour "
    "faire le reste."
)


def colonnes_a_faire(
    service: Taches, trouver: Trouver, personnes: Callable[[], Sequence[str]]
) -> list[Colonne]:
    """`trouver(key)`: the line of that key, to know whether it is a task that can be typed in."""
    ecrite = _Ecrites(service, trouver).colonne
    return [
        _quand(),
        ecrite(
            "faite",
            "Fait",
            "faite_le",
            lambda valeur: service.jour().isoformat() if oui_ou_non(valeur) else None,
            type=TypeColonne.BOOLEEN,
            lire=lambda ligne: False if ligne.genre == Genre.TACHE else None,
            figee=True,
            largeur=56,
            aide="Oui : la tâche est faite et quitte la liste (Ctrl+Z la ramène)",
        ),
        ecrite("quoi", "À faire", "titre", _tel_quel, figee=True, largeur=330),
        ecrite("echeance", "Échéance", "echeance", iso_de, type=TypeColonne.DATE, largeur=100),
        colonne_lue("en_mots", "Délai", 160),
        Colonne(
            cle="genre",
            titre="Quoi",
            type=TypeColonne.CHOIX,
            lire=lambda ligne: str(ligne.genre),
            choix=GENRES,
            largeur=150,
        ),
        colonne_lue("numero", "N°", 80, nuance=True),
        colonne_lue("titre", "Action", 230),
        colonne_lue("porteur", "Porteur", 180),
        ecrite("pour", "Pour", "personne", ou_rien, proposer=personnes, largeur=160),
        ecrite("note", "Remarque", "note", ou_rien, largeur=220),
    ]


class _Ecrites:
    """Columns that write in the tasks, and refuse to write elsewhere."""

    def __init__(self, service: Taches, trouver: Trouver) -> None:
        self._service, self._trouver = service, trouver

    def colonne(
        self, cle: str, titre: str, champ: str, garder: Callable[[Any], Any], **options: Any
    ) -> Colonne:
        def poser(ecriture: Ecriture, ligne: str, valeur: Any) -> None:
            _exiger_tache(self._trouver(ligne))
            self._service.poser(ecriture, ligne, **{champ: garder(valeur)})

        def ecrire(ligne: str, valeur: Any) -> None:
            with self._service.operation(f"Modifier « {titre} »") as ecriture:
                poser(ecriture, ligne, valeur)

        pose = Pose(self._service.operation, poser)
        options.setdefault("lire", lire_attribut(cle))
        return Colonne(cle=cle, titre=titre, ecrire=ecrire, pose=pose, **options)


def _quand() -> Colonne:
    return Colonne(
        cle="quand",
        titre="Quand",
        type=TypeColonne.CHOIX,
        lire=lambda ligne: str(ligne.quand),
        choix=QUANDS,
        signal=lambda quand: _SIGNAUX.get(quand or "", Signal.NEUTRE),
        figee=True,
        largeur=130,
    )


def _tel_quel(valeur: Any) -> Any:
    return valeur


def _exiger_tache(ligne: LigneAFaire | None) -> None:
    if ligne is None or ligne.genre != Genre.TACHE:
        raise SaisieRefusee(AILLEURS)
