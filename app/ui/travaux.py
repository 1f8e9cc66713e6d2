"""What the window does with the whole of its file: copies, checks, exports."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFileDialog, QWidget

from app.services.columns import Signal
from app.services.contexte import Contexte
from app.services.errors import ErreurConnue
from app.ui import dialogs
from app.ui.tasks import ANNULE, Suivi, Tache

if TYPE_CHECKING:
    from app.ui.document import Document
    from app.ui.main_window import FenetrePrincipale


def enregistrer_copie(fenetre: FenetrePrincipale, contexte: Contexte) -> None:
    chemin, _ = QFileDialog.getSaveFileName(
        fenetre, "Enregistrer une copie", str(contexte.fichier.chemin), dialogs.FILTRE
    )
    if chemin:
        contexte.fichier.enregistrer_copie(Path(chemin))
        fenetre.informer(f"Copie vérifiée enregistrée : {chemin}")


def verifier_le_fichier(fenetre: FenetrePrincipale, contexte: Contexte) -> None:
    from app.services.verification import verifier

    rapport = verifier(contexte.fichier, totaux=contexte.totaux)
    if not rapport.est_sain:
        fenetre.message.montrer(" ".join((rapport.verdict, *rapport.defauts[:2])))
        return
    nombre = len(rapport.constats)
    phrases = [constat.message for constat in rapport.constats]
    fenetre.message.montrer(
        f"Fichier sain : rien n'est abîmé et rien n'a été changé hors du programme. "
        f"{nombre or 'Aucun'} point{'s' if nombre > 1 else ''} à regarder dans les données.",
        Signal.INFORMATION,
        action="Voir la liste" if nombre else "",
        geste=lambda: dialogs.montrer_constats(fenetre, phrases),
    )


def supprimer_action(fenetre: FenetrePrincipale, document: Document) -> None:
    """Delete the selected action at once: Ctrl+Z gives it back, so nothing is asked."""
    cle = document.action_en_vue()
    if cle is None:
        fenetre.message.montrer("Sélectionnez d'abord une action dans le tableau.")
        return
    document.contexte.actions.supprimer(cle)
    fenetre.informer("Action supprimée. Ctrl+Z la rétablit.")


def exporter(fenetre: FenetrePrincipale, document: Document, sorte: str) -> None:
    """Ask where, then write the workbook or the PDF of the year in view."""
    from app.services.programmation import ecrire_export

    contexte, annee = document.contexte, document.annee
    chemin = dialogs.demander_export(fenetre, contexte.fichier.chemin, sorte, annee)
    if chemin is None:
        return

    def ecrire(suivi: Suivi) -> Path:
        ecrire_export(contexte.fichier, sorte, annee, chemin=chemin, progression=suivi.progression)
        return chemin

    def dire(ecrit: Path) -> None:
        fenetre.informer(f"Export écrit : {ecrit}")

    en_fond(fenetre, f"Export : {chemin.name}", ecrire, dire)


def exporter_calendrier(document: Document) -> None:
    """Ask for a poster or an agenda, and where it goes."""
    from app.services.calendrier import ecrire_calendrier, lire_calendrier
    from app.services.cycle import Cycle
    from app.ui.calendrier_retro import FILTRES, demander

    fichier = document.contexte.fichier
    calendrier = lire_calendrier(fichier, document.annee, Cycle(fichier).jour())
    choix = demander(document, calendrier, fichier.chemin.parent, *FILTRES)
    if choix is not None:
        chemin, filtre = choix
        ecrire_calendrier(calendrier, chemin, a3=FILTRES[filtre][1])
        document.information.emit(f"Calendrier écrit : {chemin}")


def en_fond(
    fenetre: FenetrePrincipale,
    texte: str,
    travail: Callable[[Suivi], object],
    reussite: Callable[[Any], object],
    echec: Callable[[BaseException], None] | None = None,
) -> Tache:
    """Run a long job beside the window, which shows what is being done and, by itself, what fails."""
    fenetre.travail.demarrer(texte)
    tache = fenetre.ouvrier.lancer(
        travail,
        reussite=reussite,
        echec=echec,
        avance=fenetre.travail.avancer,
        fin=fenetre.travail.terminer,
    )
    fenetre.travail.annulation.connect(tache.annuler)
    return tache


def a_cote(
    page: QWidget,
    texte: str,
    travail: Callable[[Callable[[], object]], object],
    reussite: Callable[[Any], object],
    refuser: Callable[[str], object],
    fin: Callable[[], object] = lambda: None,
) -> None:
    """A long job of a page, told in words by its window; alone, the page does it at once.

    `travail(respirer)` calls it now and then: it raises once the job is cancelled. `refuser(sentence)`:
    why it was not done, cancelled included. `fin()` comes last, whatever happened.
    """
    from app.ui.main_window import FenetrePrincipale

    def echouer(erreur: BaseException) -> None:
        if not isinstance(erreur, ErreurConnue):
            raise erreur
        refuser(str(erreur))

    fenetre = page.window()
    if isinstance(fenetre, FenetrePrincipale):
        tache = en_fond(fenetre, texte, lambda suivi: travail(suivi.respirer), reussite, echouer)
        tache.annulee.connect(lambda: refuser(ANNULE))
        tache.terminee.connect(fin)
        return
    try:
        reussite(travail(lambda: None))
    except ErreurConnue as erreur:
        refuser(str(erreur))
    finally:
        fin()
