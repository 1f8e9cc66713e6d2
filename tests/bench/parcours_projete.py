"""The notes of a Valenciennes file from entry to avis commun, with real keys and real clicks.

Run: `python tests/bench/parcours_projete.py [FOLDER] [notes]`, where `Xvfb` and `xdotool` are installed.
A window of 1366 × 768 on a virtual display: notes entered in the short form, sorted by keys, seen in
meetings, deposited, instructed (typed and pasted avis, « même avis », reminders), then the avis commun,
refused while somebody is missing. A picture of each step is written in FOLDER. At the end every fact of
the script is compared with what plain SQL reads in the file, and the file is verified.
"""

import os
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Any

from clavier_reel import Mains, affichage
from comparaison import RACINE  # noqa: F401  (puts the program on the path)
from parcours_ecrit import (
    ANNEES_CPO,
    EN_LIGNE,
    FINANCEURS,
    REPONSES,
    Fait,
    Listes,
    ecarts_avec_le_fichier,
    ecrire_le_script,
)

NOTES = 200
ECRAN = (1366, 768)
PORTEURS = 25
COLLES = "Région"  # the service whose avis are pasted
ETAT = "État"
SUIVEUR = "CAVM"  # the service that says what the State says


def main() -> None:
    dossier = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp())
    nombre = int(sys.argv[2]) if len(sys.argv) > 2 else NOTES
    if not (shutil.which("Xvfb") and shutil.which("xdotool")):
        sys.exit("Xvfb et xdotool sont nécessaires.")
    dossier.mkdir(parents=True, exist_ok=True)
    with affichage(*ECRAN) as ecran, tempfile.TemporaryDirectory() as temporaire:
        os.environ |= {
            "DISPLAY": ecran,
            "QT_QPA_PLATFORM": "xcb",
            "TOUR_DE_TABLE_DOSSIER": temporaire,
        }
        chemin = Path(temporaire) / "parcours.tdt"
        porteurs = preparer_le_fichier(chemin)
        Parcours(dossier, chemin, nombre, porteurs).suivre()


def preparer_le_fichier(chemin: Path) -> list[str]:
    """A new file where the contract is loaded, with porteurs; the names of those."""
    from app.services import referentiels
    from app.services.contrats import Contrats
    from app.services.creation import nouveau_fichier
    from app.services.organismes import Organismes

    noms = [f"Association {rang:02d} du Hainaut" for rang in range(1, PORTEURS + 1)]
    with nouveau_fichier(chemin) as fichier:
        Contrats(fichier).charger(referentiels.charger("valenciennes"))
        for nom in noms:
            Organismes(fichier).creer(nom)
    return noms


def lire_les_listes(page: Any) -> Listes:
    """What the form proposes, and the quartiers of each commune (those of one commune only)."""
    from app.services.contrats import Contrats
    from app.services.rencontres import rencontres

    fichier, colonnes = page.saisie._fichier, page.saisie.colonnes
    communes: dict[str, list[str]] = {}
    quartiers = Contrats(fichier).quartiers()
    noms = [quartier.nom for quartier in quartiers]
    for quartier in quartiers:
        if len(quartier.communes) == 1 and noms.count(quartier.nom) == 1:
            communes.setdefault(quartier.communes[0], []).append(quartier.nom)
    echelle = next(nom for nom in colonnes["echelle"].proposer() if "intercommunale" in nom)
    axes = tuple(nom for _, nom in rencontres(fichier).reunions.themes())
    return Listes({c: tuple(q) for c, q in communes.items()}, axes, echelle)


@dataclass
class Parcours(Mains):
    """Follows the script as a person does."""

    dossier: Path
    chemin: Path
    nombre: int
    porteurs: list[str]
    ecran: tuple[int, int] = ECRAN
    refus: list[str] = field(default_factory=list)

    def suivre(self) -> None:
        from app.ui.application import preparer
        from app.ui.main_window import FenetrePrincipale

        self.application = preparer()
        self.prendre()
        self.fenetre = FenetrePrincipale()
        self.fenetre.setGeometry(0, 0, *ECRAN)
        self.fenetre.show()
        self.fenetre.ouvrir(self.chemin)
        assert self.fenetre.document is not None
        self.fenetre.document.page("notes")
        self.document: Any = self.fenetre.document
        self.fenetre.activateWindow()
        self.attendre(lambda: self.fenetre.isActiveWindow())
        self.lectures = compter_les_lectures(self.document.contexte.fichier)
        for nom, etape in (
            ("saisie", self.saisir),
            ("tri", self.trier),
            ("réunions", self.reunir),
            ("dépôt", self.deposer),
            ("demandes", self.demander),
            ("instruction", self.instruire),
            ("avis commun", self.conclure),
        ):
            self.chronometrer(nom, etape)
        self.lacher()
        self.fenetre.close()
        self.comparer()

    def chronometrer(self, nom: str, etape: Any) -> None:
        touches, clics, lectures = self.touches, self.clics, self.lectures[0]
        depart, calcul = time.perf_counter(), time.process_time()
        etape()
        self.photo(nom.replace(" ", "-"))
        print(
            f"{nom:<12} {self.touches - touches:6} touches {self.clics - clics:4} clics "
            f"{self.lectures[0] - lectures:6} lectures {time.perf_counter() - depart:6.0f} s "
            f"(processeur {time.process_time() - calcul:.0f} s)",
            flush=True,
        )

    def aller(self, cle: str, touches: str) -> Any:
        self.frapper(touches)
        self.attendre(lambda: self.document.page_courante == cle)
        self.laisser(0.3)
        return self.document.page(cle)

    # 1. Entry -------------------------------------------------------------------------------------

    def saisir(self) -> None:
        page = self.aller("notes", "ctrl+alt+n")
        self.listes = lire_les_listes(page)
        self.faits = ecrire_le_script(self.nombre, self.listes, self.porteurs)
        formulaire = page.formulaire
        self.frapper("ctrl+shift+n")
        for rang, fait in enumerate(self.faits):
            self.attendre(lambda: formulaire.champs["titre"].hasFocus())
            self.remplir(formulaire, fait)
            if rang in (0, len(self.faits) - 1):
                self.photo("note-remplie")
            self.frapper("Return")
            self.attendre(lambda rang=rang: len(page._toutes) == rang + 1, fait.titre)
        self.frapper("Escape")
        self.attendre(page.vue.a_le_focus)

    def remplir(self, formulaire: Any, fait: Fait) -> None:
        """The fields in the order of Tab; those that propose names are chosen in their list."""
        champs = formulaire.champs
        textes: dict[str, Any] = {
            "titre": fait.titre,
            "porteur": [fait.porteur] if fait.porteur else "",
            "porteur_pressenti": fait.pressenti,
            "ambition": fait.ambition,
            "axe": [fait.axe],
            "objectif": "",
            "quartiers": list(fait.quartiers),
            "communes": "",
            "echelle": "" if fait.echelle == "communale" else [self.listes.echelle],
            "public_total": str(fait.public),
            "public_qpv": str(fait.qpv),
            "budget_envisage": str(fait.budget),
            "financeurs": list(fait.financeurs),
            "cpo_demandee": "o" if fait.cpo else "",
            "cpo_annees": ANNEES_CPO if fait.cpo else "",
        }
        for rang, (cle, texte) in enumerate(textes.items()):
            if rang:
                self.frapper("Tab")
            self.attendre(lambda cle=cle: champs[cle].hasFocus(), cle)
            if isinstance(texte, list):
                self.choisir(champs[cle], texte)
            else:
                self.taper(texte)

    def choisir(self, champ: Any, noms: list[str]) -> None:
        """A few letters, Down, Enter, for each name."""
        from app.services.identifiants import sans_accents

        modele = champ.completer().model()
        tous = [str(modele.index(r, 0).data()) for r in range(modele.rowCount())]
        for rang, nom in enumerate(noms):
            if rang:
                self.taper("; ")
            self.taper(amorce(sans_accents(nom), [sans_accents(n) for n in tous]))
            popup = champ.completer().popup()
            self.attendre(popup.isVisible, nom)
            for _ in tous:
                self.frapper("Down")
                if self.guetter(lambda p=popup, n=nom: p.currentIndex().data() == n):
                    break
            self.frapper("Return")
            self.attendre(lambda nom=nom: champ.text().endswith(nom), nom)

    # 2. Triage ------------------------------------------------------------------------------------

    def trier(self) -> None:
        page = self.document.page("notes")
        self.frapper("ctrl+Home")
        for rang, fait in enumerate(self.faits):
            note = next(n for n in page._toutes if n.action.titre == fait.titre)
            self.attendre(lambda note=note: page.vue.cle_courante() == note.cle, fait.titre)
            self.frapper(fait.tri)
            if fait.motif:
                self.attendre(lambda: page.motif.isVisible())
                self.taper(fait.motif)
                if fait.vers:
                    self.frapper("Tab")
                    self.taper(fait.vers)
                if rang < 12:
                    self.photo("motif")
                self.laisser(0.2)  # without a window manager, the list of motives is slow to give
                self.frapper("Return")  # the keyboard back to the window
            self.attendre(lambda cle=note.cle: page.ligne(cle).tri is not None, fait.titre)
            self.attendre(page.vue.a_le_focus)

    # 3. Meetings ----------------------------------------------------------------------------------

    def reunir(self) -> None:
        page = self.aller("reunions", "ctrl+shift+g")
        self.cliquer(page, "Proposer les réunions")
        self.attendre(lambda: page.reunions.plan.accepter.hasFocus())
        self.photo("plan")
        self.frapper("space")
        self.attendre(lambda: not page.reunions.plan.isVisible())
        natures = ("communale", "intercommunale")
        for jour, nature in enumerate(natures, start=12):
            lues = page.services.reunions.lignes(page._annee)
            reunion = next(r for r in lues if r.nature == nature and r.points)
            if page.onglets.currentIndex():
                self.onglet(page.onglets, "Réunions")
            self.attendre(page.reunions.vue.a_le_focus)
            self.ecrire(page.reunions.vue, reunion.cle, "date", f"{jour}/01/2026")
            self.viser(page.reunions.vue, reunion.cle, "date")  # Enter went to the next meeting
            self.attendre(lambda r=reunion: page.choix.currentData() == r.cle)
            self.tenir_la_reunion(page, nature)

    def tenir_la_reunion(self, page: Any, nature: str) -> None:
        self.onglet(page.onglets, "Prise de notes")
        self.attendre(page.notes.hasFocus)
        notes, restent = page.notes, len(page.notes._points)
        par_titre = {fait.titre: fait for fait in self.faits}
        for rang in range(restent):
            point = notes.point
            fait = par_titre[point.titre]
            fait.criteres = tuple("opn"[(rang + c) % 3] for c in range(3))
            self.frapper(*fait.criteres, "r")
            self.attendre(notes.remarques.hasFocus)
            fait.remarques = f"Remarque {nature} {rang + 1}"
            self.taper(fait.remarques)
            self.frapper("Escape")
            self.attendre(notes.hasFocus)
            if rang == 0:
                self.recommander(notes, fait)
            self.attendre(lambda: notes.point.passe)  # what is said of a project says it was seen
            if rang == 0:
                self.photo(f"notes-{nature}")
            if rang + 1 < restent:
                self.frapper("Next")
                self.attendre(lambda cle=point.cle: notes.point.cle != cle)
        self.cliquer(page, "Clore la réunion")
        self.attendre(lambda: page.reunion.est_tenue)
        self.photo(f"close-{nature}")

    def recommander(self, notes: Any, fait: Fait) -> None:
        self.frapper("d")
        self.attendre(lambda: notes.demandes.saisie.champs["texte"].editeur.hasFocus())
        fait.recommandation = ("Associer le centre social", "Porteur", "2026-02-10")
        self.taper(fait.recommandation[0])
        self.frapper("Tab", "Tab")
        self.taper(fait.recommandation[1])
        self.frapper("Tab")
        self.taper("10/02/2026")
        self.photo("recommandation")
        self.frapper("Return")
        self.attendre(lambda: notes.demandes.modele.rowCount() == 1)
        self.frapper("Escape")
        self.attendre(notes.hasFocus)

    # 4. Deposit -----------------------------------------------------------------------------------

    def deposer(self) -> None:
        page = self.aller("notes", "ctrl+alt+n")
        self.filtrer(page, EN_LIGNE)
        deposes = [f for f in self.faits if f.depose]
        self.attendre(lambda: page.modele.rowCount() == len(deposes))
        self.prendre_la_liste(page.vue)
        self.frapper("ctrl+a")
        self.attendre(lambda: len(page.vue.cles_choisies()) == len(deposes))
        self.menu(page, "Autres gestes", "Déposer les dossiers", photo="menu-gestes")
        self.attendre(lambda: page.depot.isVisible())
        self.taper("essai du parcours")
        self.photo("deposer")
        self.frapper("Return")
        self.attendre(lambda: not page.depot.isVisible())

    def filtrer(self, page: Any, mot: str) -> None:
        self.frapper("ctrl+shift+f")
        self.attendre(lambda: page._filtre.hasFocus())
        self.taper(mot)
        self.frapper("Return")
        self.laisser(0.5)

    def demander(self) -> None:
        """What is asked of each financeur, pasted in the table of the actions."""
        self.aller("actions", "ctrl+1")
        vue = self.document.tableau_en_vue()
        self.filtrer(self.document.actions, EN_LIGNE)
        self.prendre_la_liste(vue)
        self.deposes = {f.titre: f for f in self.faits if f.depose}
        self.attendre(lambda: vue.modele.rowCount() == len(self.deposes))
        par_nom = {f.nom_court: f.cle for f in self.document.contexte.cofinancements.financeurs()}
        ordre = [self.deposes[ligne.titre] for ligne in vue.modele.lignes]
        for nom in FINANCEURS:
            montants = [[str(f.demandes.get(nom, ""))] for f in ordre]
            self.coller(vue, vue.modele.cle_de(0), f"{par_nom[nom]}.demande", montants)

    # 5. Instruction -------------------------------------------------------------------------------

    def instruire(self) -> None:
        page = self.aller("instruction", "ctrl+shift+a")
        self.onglet(page.onglets, "Services")
        self.cliquer(page.services, "Reprendre du contrat")
        self.attendre(lambda: page.services.modele.rowCount() > 0)
        self.cliquer(page.services, "Affecter")
        barre = page.services.barre_echeance
        self.attendre(barre.isVisible)
        self.frapper("ctrl+a")
        self.taper("31/12/2026")
        self.photo("affecter")
        self.frapper("Return")
        self.attendre(lambda: not barre.isVisible())
        self.onglet(page.onglets, "Tous les avis")
        liste = page.tous
        self.attendre(lambda: liste.modele.rowCount() == len(self.deposes))
        self.services = {s.nom_court: s.cle for s in page.i.services.lignes()}
        self.lignes = [(d.cle, self.deposes[d.titre]) for d in liste.modele.lignes]
        self.menu(liste, "Relancer", "État", "Copier le texte", photo="relancer")
        for _, fait in self.lignes:
            fait.relances = 1
        assert "est attendu sur" in self.application.clipboard().text()
        self.repondre_pour_l_etat(liste)
        self.coller_les_avis(liste)
        self.suivre_l_etat(liste)

    def repondre_pour_l_etat(self, liste: Any) -> None:
        """One letter and the motive, in each row; the last one is left without an answer."""
        self.prendre_la_liste(liste.vue)
        for rang, (cle, fait) in enumerate(self.lignes):
            fait.avis[ETAT] = (None, None, None, False, False)
            if rang + 1 == len(self.lignes):
                continue
            lettre = "frdas"[rang % 5]
            motif = f"parce que {rang + 1}" if lettre in "rda" else None
            texte = f"{lettre} {motif}" if motif else lettre
            self.ecrire(liste.vue, cle, f"{self.services[ETAT]}.avis", texte)
            self.attendre(lambda c=cle: liste.modele.ligne(c).avis[self.services[ETAT]].sens)
            fait.avis[ETAT] = (REPONSES[lettre], motif, None, False, False)
        self.photo("avis-etat")

    def coller_les_avis(self, liste: Any) -> None:
        """A block of avis, amounts and motives; the rows that ask nothing of it are empty."""
        bloc = []
        for rang, (_, fait) in enumerate(self.lignes):
            if COLLES not in fait.demandes:
                bloc.append(["", "", ""])
                continue
            montant, motif = 50 * (rang + 2), f"avis envoye {rang + 1}"
            bloc.append(["r", str(montant), motif])
            fait.avis[COLLES] = ("reserve", motif, montant, False, False)
        self.cliquer(liste, "Tout déplier")
        self.prendre_la_liste(liste.vue)
        self.coller(liste.vue, self.lignes[0][0], f"{self.services[COLLES]}.avis", bloc)
        self.photo("avis-colles")

    def suivre_l_etat(self, liste: Any) -> None:
        """F8, where the State has answered."""
        for cle, fait in self.lignes:
            if SUIVEUR not in fait.demandes:
                continue
            self.viser(liste.vue, cle, f"{self.services[SUIVEUR]}.avis")
            self.frapper("F8")
            sens, motif = fait.avis[ETAT][:2]
            fait.avis[SUIVEUR] = (sens, motif, None, False, sens is not None)
            self.laisser(0.1)

    # 6. Avis commun -------------------------------------------------------------------------------

    def conclure(self) -> None:
        page = self.document.page("instruction")
        self.onglet(page.onglets, "Avis commun")
        liste, (cle, fait) = page.communs, self.lignes[-1]
        self.prendre_la_liste(liste.vue)
        self.ecrire(liste.vue, cle, "avis", "f")
        self.attendre(lambda: ETAT in self.fenetre.message.texte)
        self.refus.append(self.fenetre.message.texte)
        self.photo("refuse")
        self.frapper("Escape")
        self.cliquer(liste, "Marquer absents")
        self.attendre(lambda: not liste.modele.ligne(cle).manque)
        for nom, avis in fait.avis.items():
            if avis[0] is None:
                fait.avis[nom] = (None, None, None, True, False)
        self.prendre_la_liste(liste.vue)
        self.ecrire(liste.vue, cle, "avis", "r suivi par la commune")
        self.attendre(lambda: liste.modele.ligne(cle).commun is not None)
        fait.commun = ("reserve", "suivi par la commune")
        for autre, dit in self.lignes[:-1]:  # what the screen proposes is what is to be kept
            proposition = liste.modele.ligne(autre).proposition
            dit.commun = (proposition.sens, proposition.motif)
        self.photo("pret")
        self.menu(liste, "Rendre les avis prêts", "De toutes", photo="rendre")
        self.attendre(lambda: all(li.commun is not None for li in liste.modele.lignes))

    def prendre_la_liste(self, vue: Any) -> None:
        """A click in the list, as one does to go on with the keyboard."""
        from PySide6.QtCore import QRect

        if not vue.a_le_focus():
            self.pointer(vue.volets.grilles[-1].viewport(), QRect(20, 8, 4, 4))
            self.attendre(vue.a_le_focus)

    # What is kept ---------------------------------------------------------------------------------

    def comparer(self) -> None:
        from app.services.verification import verifier_fichier

        compares, ecarts = ecarts_avec_le_fichier(self.chemin, self.faits)
        rapport = verifier_fichier(self.chemin)
        print(f"{self.touches} touches, {self.clics} clics, {self.lectures[0]} lectures")
        shutil.copy(self.chemin, self.dossier / "parcours.tdt")
        defauts = rapport.integrite + rapport.journal + rapport.protections + rapport.donnees
        if ecarts or defauts:
            lignes = [*ecarts, *map(str, defauts)]
            sys.exit(f"{len(lignes)} écarts sur {compares} :\n" + "\n".join(lignes))
        print(f"Refusés comme il faut : {' / '.join(self.refus)}")
        print(f"{compares} faits du script sont ceux du fichier ; {rapport.operations} opérations.")


def amorce(nom: str, tous: list[str]) -> str:
    """The first letters, three at least, that only this name holds; else all that keys can type."""
    tapable = "".join(takewhile(str.isascii, nom)).strip()
    for fin in range(3, len(tapable)):
        debut = tapable[:fin]
        if not debut.endswith(" ") and [debut in autre for autre in tous].count(True) == 1:
            return debut
    return tapable


def compter_les_lectures(fichier: Any) -> list[int]:
    """How many SELECT the program makes from now on."""
    from sqlalchemy import Engine, event

    compte = [0]

    def compter(_c: Any, _cur: Any, requete: str, *_: Any) -> None:
        compte[0] += requete.lstrip()[:6].upper() in ("SELECT", "WITH A")

    event.listen(Engine, "before_cursor_execute", compter)
    return compte


if __name__ == "__main__":
    main()
