"""A séance that never ends, run apart to be killed: `python tests/script_seance.py FICHIER GRAINE`.

After each gesture that is durable it prints, on one line of JSON, what the file then holds.
"""

import json
import sys
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

TESTS = Path(__file__).resolve().parent


def etat(fichier: Any, seance: str) -> dict[str, Any]:
    """What a reopened séance must find again: where it was, and all that was said and decided."""
    from sqlalchemy import func, select

    from app.models.journal import Operation
    from app.models.seance import Decision, Seance, Tour

    [(courant,)] = fichier.lignes(select(Seance.point_courant).where(Seance.cle == seance))
    tours = fichier.lignes(
        select(Tour.cle, Tour.montant, Tour.publie_le).order_by(Tour.dit_le, Tour.cle)
    )
    decisions = fichier.lignes(select(Decision.cle, Decision.nature, Decision.annulee))
    return {
        "operations": fichier.lignes(select(func.max(Operation.numero)))[0][0],
        "courant": courant,
        "tours": [
            [t.cle, None if t.montant is None else str(t.montant), t.publie_le] for t in tours
        ],
        "decisions": sorted([d.cle, d.nature, d.annulee] for d in decisions),
    }


def tenir(chemin: Path, graine: int) -> None:
    from app.services.comite import comite
    from app.services.errors import SaisieRefusee
    from app.services.fichier import Fichier

    alea = Random(graine)
    with Fichier.ouvrir(chemin) as fichier:
        services = comite(fichier)
        [ligne] = services.seances.lignes()
        seance = ligne.cle
        print(json.dumps(etat(fichier, seance)), flush=True)
        while True:
            try:
                un_geste(fichier, services, seance, alea)
            except SaisieRefusee:
                continue
            print(json.dumps(etat(fichier, seance)), flush=True)


def un_geste(fichier: Any, services: Any, seance: str, alea: Random) -> None:
    from app.services.decisions import Choix

    point = alea.choice([p.cle for p in services.ordres.points(seance)])
    payeur = alea.choice(services.tables.du_point(point).cases).payeur
    montant = Decimal(alea.randint(0, 500_000)).scaleb(-2)
    nature = alea.choice(("valide", "refuse"))
    gestes = (
        lambda: services.passages.suivant(seance),
        lambda: services.passages.ouvrir_point(point),
        lambda: services.tours.dire(point, payeur, montant),
        lambda: services.tours.publier(point),
        lambda: services.tours.dire_et_publier(point, payeur, montant),
        lambda: services.tours.reculer(point, payeur),
        lambda: services.decisions.decider(point, Choix(nature)),
        fichier.undo.annuler,
    )
    alea.choice(gestes)()


if __name__ == "__main__":
    sys.path[:0] = [str(TESTS.parent), str(TESTS)]
    tenir(Path(sys.argv[1]), int(sys.argv[2]))
