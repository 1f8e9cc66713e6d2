"""A séance of 200 actions held with real keys, on two screens: what each window shows, and what is kept.

Run: `python tests/bench/seance_projetee.py [FOLDER] [actions]`, where `Xvfb` and `xdotool` are
installed. A virtual display holds a laptop (1366 × 768) and a projector (1920 × 1080); every key goes
through the X server. At each stage a picture of both screens is written in FOLDER; the projector is
unplugged and plugged again; people come late, leave, and go out of the room for the porteurs that they
are tied to. At the end every amount and every decision of the file is compared with the script, then the
séance is closed and its PV, its relevé and its annex too, line by line; the journal is verified.
"""

import ctypes
import os
import random
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench_saisie import ANNEE, fabriquer
from bench_seance import preparer_seance
from clavier_reel import Mains, affichage
from seance_ecrite import Ecrit, controler_les_papiers, preparer_la_salle

PORTABLE, MUR = (0, 0, 1366, 768), (1366, 0, 1920, 1080)
ACTIONS = 200
PHOTOS_TOUS_LES = 50  # items
GRAINE = 147
CORRIGES_TOUS_LES = 7  # items whose first amount is corrected once published
NATURES = ("v", "v", "v", "v", "c", "n", "a", "l", "o", "t")
STATUTS = {
    "v": "valide",
    "c": "sous_reserve",
    "n": "refuse",
    "a": "ajourne",
    "l": "complementaire",
    "o": "reoriente",
    "t": "retire",
}
SANS_MONTANT = "nalot"  # what was said is then granted to nobody


def main() -> None:
    dossier = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp())
    actions = int(sys.argv[2]) if len(sys.argv) > 2 else ACTIONS
    if not (shutil.which("Xvfb") and shutil.which("xdotool")):
        sys.exit("Xvfb et xdotool sont nécessaires.")
    dossier.mkdir(parents=True, exist_ok=True)
    with (
        affichage(MUR[0] + MUR[2], max(PORTABLE[3], MUR[3])) as ecran,
        tempfile.TemporaryDirectory() as temporaire,
    ):
        os.environ |= {
            "DISPLAY": ecran,
            "QT_QPA_PLATFORM": "xcb",
            "TOUR_DE_TABLE_DOSSIER": temporaire,
        }
        chemin = Path(temporaire) / "seance.tdt"
        fabriquer(Path(temporaire) / "modele.tdt", chemin, actions)
        seance = preparer_seance(chemin)
        moniteurs = Moniteurs(ecran)
        moniteurs.brancher("portable", PORTABLE, premier=True)
        moniteurs.brancher("mur", MUR)
        Tenue(dossier, chemin, preparer_la_salle(chemin, seance), moniteurs).tenir()


class _Moniteur(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_ulong),
        ("primary", ctypes.c_int),
        ("automatic", ctypes.c_int),
        ("noutput", ctypes.c_int),
        ("x", ctypes.c_int),
        ("y", ctypes.c_int),
        ("width", ctypes.c_int),
        ("height", ctypes.c_int),
        ("mwidth", ctypes.c_int),
        ("mheight", ctypes.c_int),
        ("outputs", ctypes.POINTER(ctypes.c_ulong)),
    ]


class Moniteurs:
    """Plugs and unplugs the screens of the virtual display (RandR 1.5)."""

    def __init__(self, ecran: str) -> None:
        self._x = ctypes.CDLL("libX11.so.6")
        self._randr = ctypes.CDLL("libXrandr.so.2")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XDefaultRootWindow.argtypes = [ctypes.c_void_p]
        self._x.XDefaultRootWindow.restype = ctypes.c_ulong
        self._x.XInternAtom.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
        self._x.XInternAtom.restype = ctypes.c_ulong
        self._x.XSync.argtypes = [ctypes.c_void_p, ctypes.c_int]
        self._randr.XRRSetMonitor.argtypes = [
            ctypes.c_void_p,
            ctypes.c_ulong,
            ctypes.POINTER(_Moniteur),
        ]
        self._randr.XRRDeleteMonitor.argtypes = [ctypes.c_void_p, ctypes.c_ulong, ctypes.c_ulong]
        self._randr.XRRGetScreenResources.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
        self._randr.XRRGetScreenResources.restype = ctypes.POINTER(_Ressources)
        self._ecran = self._x.XOpenDisplay(ecran.encode())
        self._racine = self._x.XDefaultRootWindow(self._ecran)

    def brancher(
        self, nom: str, place: tuple[int, int, int, int], *, premier: bool = False
    ) -> None:
        x, y, largeur, hauteur = place
        sorties = (ctypes.c_ulong * 1)()
        if premier:  # the output of the display itself, which would else be a third screen
            sorties[0] = self._randr.XRRGetScreenResources(self._ecran, self._racine)[0].outputs[0]
        moniteur = _Moniteur(
            name=self._atome(nom),
            primary=int(premier),
            noutput=int(premier),
            x=x,
            y=y,
            width=largeur,
            height=hauteur,
            mwidth=largeur // 4,
            mheight=hauteur // 4,
            outputs=sorties,
        )
        self._randr.XRRSetMonitor(self._ecran, self._racine, ctypes.byref(moniteur))
        self._x.XSync(self._ecran, 0)

    def debrancher(self, nom: str) -> None:
        self._randr.XRRDeleteMonitor(self._ecran, self._racine, self._atome(nom))
        self._x.XSync(self._ecran, 0)

    def _atome(self, nom: str) -> int:
        return int(self._x.XInternAtom(self._ecran, nom.encode(), 0))


class _Ressources(ctypes.Structure):
    _fields_ = [
        ("timestamp", ctypes.c_ulong),
        ("configTimestamp", ctypes.c_ulong),
        ("ncrtc", ctypes.c_int),
        ("crtcs", ctypes.POINTER(ctypes.c_ulong)),
        ("noutput", ctypes.c_int),
        ("outputs", ctypes.POINTER(ctypes.c_ulong)),
    ]


@dataclass
class Tenue(Mains):
    """Holds the séance, as a person at the keyboard does."""

    dossier: Path
    chemin: Path
    ecrit: Ecrit
    moniteurs: Moniteurs
    attendus: dict[str, dict[Any, Decimal | None]] = field(default_factory=dict)
    decisions: dict[str, str] = field(default_factory=dict)
    rang_photo: int = 0

    def tenir(self) -> None:
        from app.ui.application import preparer
        from app.ui.main_window import FenetrePrincipale

        self.application: Any = preparer()
        self.prendre()
        self.fenetre = FenetrePrincipale()
        self.fenetre.setGeometry(*PORTABLE)
        self.fenetre.show()
        self.fenetre.ouvrir(self.chemin)
        assert self.fenetre.document is not None
        self.fenetre.document.tenir(self.ecrit.seance)
        self.cockpit: Any = self.fenetre.document.page("cockpit")
        self.fenetre.activateWindow()
        self.attendre(lambda: self.cockpit.isActiveWindow())
        self.publique = self.cockpit.projection.fenetre
        self.attendre(lambda: self.publique.geometry().getRect() == MUR)
        print(f"Écran de la salle : {self.publique.geometry().getRect()}")
        alea, depart, touches = random.Random(GRAINE), time.perf_counter(), 0
        rang, cours = 0, self.cockpit.cours
        while cours.contexte.point is not None:
            touches += self.un_point(rang, alea, detaille=rang % PHOTOS_TOUS_LES == 0)
            rang += 1
        touches += self.voter_en_bloc()
        total = cours.contexte.total
        duree = time.perf_counter() - depart
        self.photo("fin")
        print(f"{total} actions, {touches} touches, {duree:.0f} s")
        self.lacher()
        self.fenetre.close()
        self.comparer()

    # One item -------------------------------------------------------------------------------------

    def un_point(self, rang: int, alea: random.Random, *, detaille: bool) -> int:
        cours = self.cockpit.cours
        self.ecrit.bouger(rang, self.cockpit.cours.comite.presences)
        touches = self.faire_sortir(detaille=detaille)
        point, cases = cours.contexte.point, cours.table.cases
        self.attendus[point.action] = {}
        dits: dict[Any, list[int]] = {}
        for place, case in enumerate(cases):
            montant = alea.randint(1, 900) * 50
            touches += self.dire(place, case, montant, photo=detaille and place == 0)
            dits[case.payeur] = [montant]
        if cases and rang % CORRIGES_TOUS_LES == 3:
            montant = dits[cases[0].payeur][0] + 100
            touches += self.revenir_a_la_premiere()
            touches += self.dire(0, cases[0], montant)
            dits[cases[0].payeur].append(montant)
            if rang == 3:
                self.photo("corrige")
        if detaille:
            self.photo("publie")
            self.les_ecrans()
        touches += self.decider(rang, point, alea.choice(NATURES), dits, detaille=detaille)
        touches += self.frapper("ctrl+Return")
        suivant = lambda: cours.contexte.point is None or cours.contexte.point.cle != point.cle  # noqa: E731
        self.attendre(suivant)
        return touches

    def faire_sortir(self, *, detaille: bool) -> int:
        """P, while somebody must go out or come back; the room sees no figure before."""
        cours, touches = self.cockpit.cours, 0
        while cours.contexte.mouvements:
            if cours.contexte.retenu and detaille:
                self.photo("sortie")
            bande = cours.contexte.bande
            touches += self.frapper("p")
            self.attendre(lambda bande=bande: cours.contexte.bande != bande)
        return touches

    def dire(self, place: int, case: Any, montant: int, *, photo: bool = False) -> int:
        """Type an amount in a seat, then publish it."""
        cours = self.cockpit.cours
        self.attendre(lambda: self.cockpit.cases.cases[place].champ.hasFocus())
        touches = self.frapper(*str(montant))
        self.attendre(lambda: cours.table.case(case.payeur).effectif == montant)
        if photo:
            self.photo("dit")
            assert self.page().boites[0].attente, "la salle voit les points de suspension"
        touches += self.frapper("Return")
        self.attendre(lambda: cours.table.case(case.payeur).public == montant)
        return touches

    def revenir_a_la_premiere(self) -> int:
        """Left, as many times as it takes."""
        cases, touches = self.cockpit.cases.cases, 0
        rang = next(i for i, case in enumerate(cases) if case.champ.hasFocus())
        for place in reversed(range(rang)):
            touches += self.frapper("Left")
            self.attendre(lambda place=place: cases[place].champ.hasFocus())
        return touches

    def decider(
        self, rang: int, point: Any, touche: str, dits: dict[Any, list[int]], *, detaille: bool
    ) -> int:
        touches = self.frapper(touche)
        self.attendre(lambda: self.cockpit.decision.est_ouverte)
        texte = f"zz{rang}" if touche != "v" else ""
        if texte:
            touches += self.frapper(*texte)
            self.attendre(lambda: self.cockpit.decision.champ.text() == texte)
        cours = self.cockpit.cours
        if cours.contexte.cpo is not None and touche in "vc":
            touches += self.frapper("F7")  # no unanimity was asked for: the year only
        if detaille:
            self.photo("phrase")
        touches += self.frapper("Return")
        self.attendre(lambda: cours.contexte.decision is not None)
        if detaille:
            self.photo("decide")
        self.decisions[point.action] = STATUTS[touche]
        accorde = {p: Decimal(montants[-1]) for p, montants in dits.items()}
        if touche in SANS_MONTANT:
            rien = Decimal(0) if touche in "n" else None
            accorde = dict.fromkeys(accorde, rien)
        self.attendus[point.action] = accorde
        ecrits = {"conditions" if touche == "c" else "motif": texte}
        self.ecrit.attendre(point.action, STATUTS[touche], cours.table.cases, dits, **ecrits)
        return touches

    def voter_en_bloc(self) -> int:
        """Shift+V, then Enter: what the instruction proposes, for all that was left without debate."""
        comite = self.cockpit.cours.comite
        blocs = [p for p in self.ecrit.points if p["action"] not in self.decisions]
        touches = self.frapper("shift+v")
        self.photo("bloc")
        touches += self.frapper("Return")
        self.attendre(lambda: len(comite.decisions.de_la_seance(self.ecrit.seance)) == self.total)
        for bloc in blocs:
            cases = comite.tables.du_point(bloc["cle"]).cases
            self.ecrit.attendre(bloc["action"], "valide", cases, {}, en_bloc=True)
            self.decisions[bloc["action"]] = "valide"
            self.attendus[bloc["action"]] = {c.payeur: c.siege.propose for c in cases}
        return touches

    @property
    def total(self) -> int:
        return len(self.ecrit.points)

    def les_ecrans(self) -> None:
        """The whole table, black, message, frozen, larger; then the projector goes and comes back."""
        self.frapper("g")
        self.attendre(lambda: self.page().tableau is not None)
        self.photo("tableau")
        self.frapper("g")
        self.frapper("b")
        self.attendre(lambda: self.cockpit.projection.vue.noir)
        self.photo("noir")
        self.frapper("b", "z")
        self.attendre(lambda: self.cockpit.projection.vue.zoom > 1)
        self.photo("agrandi")
        self.frapper("shift+z")
        self.moniteurs.debrancher("mur")
        self.attendre(lambda: not self.publique.isVisible())
        assert self.cockpit.isActiveWindow()
        self.photo("debranche")
        self.moniteurs.brancher("mur", MUR)
        self.attendre(
            lambda: self.publique.isVisible() and self.publique.geometry().getRect() == MUR
        )
        assert self.cockpit.isActiveWindow(), "le clavier reste au pupitre"
        self.photo("rebranche")

    # Pictures --------------------------------------------------------------------------------------

    def page(self) -> Any:
        return self.publique.page

    def photo(self, nom: str) -> None:
        """Both screens, as the display shows them."""
        limite = time.monotonic() + 0.4
        while time.monotonic() < limite:
            self.application.processEvents()
            time.sleep(0.005)
        self.rang_photo += 1
        image = self.application.primaryScreen().grabWindow(0, 0, 0, MUR[0] + MUR[2], MUR[3])
        for ecran, place in (("pupitre", PORTABLE), ("salle", MUR)):
            image.copy(*place).save(str(self.dossier / f"{self.rang_photo:03d}-{nom}-{ecran}.png"))

    # What is kept ---------------------------------------------------------------------------------

    def comparer(self) -> None:
        """Every line of the script against the file."""
        from app.services.chaine import verifier_chaine
        from app.services.comite import comite
        from app.services.fichier import Fichier

        with Fichier.ouvrir(self.chemin) as fichier:
            services = comite(fichier)
            points = services.ordres.points(self.ecrit.seance)
            ecarts = [p.numero for p in points if p.decision != self.decisions[str(p.action)]]
            for point in points:
                ecarts += [
                    f"{point.numero} {case.nom}"
                    for case in services.tables.du_point(point.cle).cases
                    if case.siege.accorde != self.attendus[str(point.action)][case.payeur]
                ]
            services.scellements.clore(self.ecrit.seance, confirmer=True)
            ecarts += controler_les_papiers(fichier, self.ecrit, self.dossier)
            with fichier.lecture() as connexion:
                ecarts += verifier_chaine(connexion)
        if ecarts:
            sys.exit(f"{len(ecarts)} écarts avec le script :\n" + "\n".join(ecarts))
        print(f"{len(points)} décisions et tous les montants sont ceux du script ({ANNEE}).")


if __name__ == "__main__":
    main()
