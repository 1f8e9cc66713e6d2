"""A table and LibreOffice Calc side by side on one screen, with real keys and the real clipboard.

Run by `test_presse_papiers.py` under Xvfb, in a process of its own: the tests have no screen.
`python echange_calc.py FOLDER` copies a table by Ctrl+C, lets Calc paste it and copy it again, pastes
that in an empty table by Ctrl+V, and leaves in the folder what each of them holds.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

RACINE = Path(__file__).resolve().parent.parent
if str(RACINE) not in sys.path:
    sys.path.insert(0, str(RACINE))

from app.services.columns import Colonne, Pose, TypeColonne, est_oui  # noqa: E402

PATIENCE = 30.0
STATUTS = (("deposee", "Déposée"), ("accordee", "Accordée"))
BIBLIOTHEQUES = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:libraries PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "libraries.dtd">
<library:libraries xmlns:library="http://openoffice.org/2000/library"
 xmlns:xlink="http://www.w3.org/1999/xlink">
<library:library library:name="Standard" library:link="false"/></library:libraries>"""
BIBLIOTHEQUE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard"
 library:readonly="false" library:passwordprotected="false">
<library:element library:name="Module1"/></library:library>"""
# Said to be installed already, else Calc would put its own macros in place of ours.
REGLAGES = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"
 xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Setup/Office"><prop oor:name="ooSetupInstCompleted" oor:op="fuse">
<value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="FirstRun" oor:op="fuse">
<value>false</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse">
<value>fr-FR</value></prop></item></oor:items>"""
MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1"
 script:language="StarBasic">
Sub Echanger
  On Error Goto Fin
  Dim vide()
  Dim doc, cadre, passeur, feuille, n, i, j, c
  n = FreeFile
  doc = StarDesktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, vide())
  cadre = doc.CurrentController.Frame
  passeur = createUnoService("com.sun.star.frame.DispatchHelper")
  Attendre("copie")
  passeur.executeDispatch(cadre, ".uno:Paste", "", 0, vide())
  feuille = doc.Sheets.getByIndex(0)
  Open "%(dossier)s/calc.partiel" For Output As #n
  For i = 0 To %(lignes)d - 1
    For j = 0 To %(colonnes)d - 1
      c = feuille.getCellByPosition(j, i)
      Print #n, i &amp; Chr(9) &amp; j &amp; Chr(9) &amp; c.Type &amp; Chr(9) &amp; c.Value;
      Print #n, Chr(9) &amp; Join(Split(c.String, Chr(10)), "|")
    Next
  Next
  Close #n
  zone = feuille.getCellRangeByPosition(0, 0, %(colonnes)d - 1, %(lignes)d - 1)
  doc.CurrentController.select(zone)
  passeur.executeDispatch(cadre, ".uno:Copy", "", 0, vide())
  Name "%(dossier)s/calc.partiel" As "%(dossier)s/calc"
  Attendre("fini")
  doc.close(True)
  StarDesktop.terminate()
  Exit Sub
Fin:
  Open "%(dossier)s/echec" For Output As #n
  Print #n, Erl &amp; " " &amp; Error
  Close #n
  StarDesktop.terminate()
End Sub

Sub Attendre(signal)
  Dim tours
  For tours = 1 To 600
    If FileExists("%(dossier)s/" &amp; signal) Then Exit Sub
    Wait 50
  Next
End Sub
</script:module>"""


@dataclass(frozen=True)
class Ligne:
    cle: str
    titre: str = ""
    siret: str = ""
    cout: Decimal | None = None
    public: int | None = None
    part: Decimal | None = None
    depot: date | None = None
    statut: str | None = None
    notifie: bool = False


LIGNES = (
    Ligne(
        "a",
        "Théâtre à l’école",
        "00012345678901",
        Decimal("1234567.05"),
        1200,
        Decimal("0.605"),
        date(2026, 3, 5),
        "accordee",
        True,
    ),
    Ligne("b", 'Dit "ici" et là', "=1+1", Decimal("0.10"), 0, Decimal(1), date(1999, 12, 31)),
    Ligne("c", "Deux\nlignes", "+33 1 02", Decimal("0.00"), None, None, None, "deposee"),
    Ligne("d", "Œuvre <b> & « cœur »", "1/2", None, 7, Decimal("0.1"), date(2026, 12, 1)),
    Ligne("e", "'apostrophe", "12,50", Decimal("99.99"), 5, None, None, "deposee", True),
)
GENRES = {
    "titre": TypeColonne.TEXTE,
    "siret": TypeColonne.TEXTE,
    "cout": TypeColonne.MONTANT,
    "public": TypeColonne.ENTIER,
    "part": TypeColonne.PART,
    "depot": TypeColonne.DATE,
    "statut": TypeColonne.CHOIX,
    "notifie": TypeColonne.BOOLEEN,
}


class Table:
    """Rows in memory, in a window that has the keyboard."""

    def __init__(self, lignes: tuple[Ligne, ...]) -> None:
        from app.ui.tableau import ModeleTableau
        from app.ui.vue_tableau import VueTableau

        self.lignes = {ligne.cle: ligne for ligne in lignes}
        self.modele = ModeleTableau([self._colonne(nom) for nom in GENRES])
        self.modele.remplacer_lignes(list(lignes))
        self.refus: list[str] = []
        self.vue = VueTableau(self.modele)
        self.vue.refuse.connect(self.refus.append)
        self.vue.resize(900, 300)
        self.vue.show()
        self.vue.aller(0, 0)

    def _colonne(self, nom: str) -> Colonne:
        @contextmanager
        def ouvrir(_libelle: str) -> Any:
            yield None

        def poser(_operation: object, cle: str, valeur: Any) -> None:
            voulue = est_oui(valeur) if nom == "notifie" else valeur
            vide = "" if nom in ("titre", "siret") else None
            self.lignes[cle] = replace(
                self.lignes[cle], **{nom: vide if voulue is None else voulue}
            )

        return Colonne(
            cle=nom,
            titre=nom,
            lire=lambda ligne: getattr(ligne, nom),
            type=GENRES[nom],
            choix=(("", "–"), *STATUTS) if nom == "statut" else (),
            ecrire=lambda cle, valeur: poser(None, cle, valeur),
            pose=Pose(ouvrir, poser),
        )

    def presser(self, touches: str) -> None:
        """A key of the keyboard, as a person presses it: the window that has the focus gets it."""
        fenetre = str(int(self.vue.winId()))
        self.vue.activateWindow()
        self.vue.setFocus()
        subprocess.run(["xdotool", "windowfocus", "--sync", fenetre], check=True, timeout=10)
        attendre(self.vue.a_le_focus)
        subprocess.run(["xdotool", "key", touches], check=True, timeout=10)


def attendre(condition: Callable[[], object]) -> None:
    from PySide6.QtWidgets import QApplication

    fin = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > fin:
            sys.exit("attendu en vain")
        QApplication.processEvents()
        time.sleep(0.01)


def valider_la_question() -> bool:
    """Calc asks in which language numbers are: as a person does, Enter keeps what it proposes."""
    trouvee = subprocess.run(
        ["xdotool", "search", "--onlyvisible", "--name", "^Import Options$"],
        capture_output=True,
        text=True,
        timeout=10,
        check=False,
    ).stdout.split()
    if not trouvee:
        return False
    subprocess.run(["xdotool", "windowfocus", "--sync", trouvee[0]], check=True, timeout=10)
    subprocess.run(["xdotool", "key", "Return"], check=True, timeout=10)
    return True


def lancer_calc(dossier: Path) -> "subprocess.Popen[bytes]":
    profil = dossier / "profil"
    macros = profil / "user" / "basic" / "Standard"
    macros.mkdir(parents=True)
    (profil / "user" / "registrymodifications.xcu").write_text(REGLAGES)
    (macros.parent / "script.xlc").write_text(BIBLIOTHEQUES)
    (macros / "script.xlb").write_text(BIBLIOTHEQUE)
    valeurs = {
        "dossier": str(dossier),
        "lignes": len(LIGNES),
        "colonnes": len(GENRES),
    }
    (macros / "Module1.xba").write_text(MACRO % valeurs)
    commande = ["soffice", f"-env:UserInstallation={profil.as_uri()}", "--norestore", "--nologo"]
    environnement = {**os.environ, "SAL_USE_VCLPLUGIN": "gen", "LC_ALL": "C.UTF-8"}
    return subprocess.Popen(
        [*commande, "macro:///Standard.Module1.Echanger"],
        env=environnement,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def main(dossier: Path) -> None:
    from PySide6.QtWidgets import QApplication

    from app.ui.application import preparer

    calc = lancer_calc(dossier)
    preparer()
    pleine = Table(LIGNES)
    pleine.presser("ctrl+a")
    attendre(lambda: pleine.vue.choix.nombre() == len(LIGNES) * len(GENRES))
    pleine.presser("ctrl+c")
    attendre(QApplication.clipboard().ownsClipboard)
    (dossier / "copie").touch()
    attendre(lambda: valider_la_question() or (dossier / "calc").exists())
    attendre((dossier / "calc").exists)
    vide = Table(tuple(Ligne(ligne.cle) for ligne in LIGNES))
    vide.presser("ctrl+v")
    attendre(lambda: vide.lignes[LIGNES[-1].cle].notifie or vide.refus)
    (dossier / "fini").touch()
    calc.wait(timeout=PATIENCE)
    (dossier / "revenues").write_text(json.dumps([repr(x) for x in vide.lignes.values()]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
