"""Make the stored file of the present schema: `python tests/fabrique_fichiers.py`.

`donnees/fichiers/NNNN.tdt.gz` is what a released version wrote, kept to prove that later versions still
open it. Run this once when a revision is added, commit the new file, never touch the others.
"""

import gzip
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

TESTS = Path(__file__).resolve().parent
FICHIERS = TESTS / "donnees" / "fichiers"


def publies() -> list[str]:
    """The revisions that have a stored file."""
    return sorted(chemin.name.split(".")[0] for chemin in FICHIERS.glob("*.tdt.gz"))


def deplier(revision: str, chemin: Path) -> Path:
    """Write the stored file of a revision at `chemin`."""
    chemin.write_bytes(gzip.decompress((FICHIERS / f"{revision}.tdt.gz").read_bytes()))
    return chemin


def fabriquer(chemin: Path) -> None:
    """A little programme of two years with a trace of every kind of gesture."""
    import fabriques
    import fabriques_regles
    from sqlalchemy import select

    from app.models.action import Action, Cofinancement
    from app.services.actions import Actions
    from app.services.cofinancements import Cofinancements
    from app.services.fichier import Fichier

    with Fichier.creer(chemin, auteur="Camille Essai") as fichier:
        decor = fabriques.decor(fichier, actions=3)
        actions, cofinancements = Actions(fichier), Cofinancements(fichier)
        with fichier.operation("Notifier les enveloppes") as e:
            for rang, financeur in enumerate(decor.financeurs):
                fabriques.enveloppe(
                    e, financeur, montant=Decimal("20000.50") * (rang + 1), reserve=Decimal(500)
                )
            fabriques.quartier_commune(e, decor.quartiers[0], decor.communes[0], part=Decimal(100))
            fabriques.regle(e, parametres={"jours": 15, "note": "à l'écrit"}, contredit=["r-2"])
        ancienne = actions.creer(2025, "Ateliers d'écriture", porteur=decor.organismes[0])
        actions.lier_a(decor.action, ancienne)
        for rang, action in enumerate(decor.actions):
            actions.definir_quartiers(action, dict.fromkeys(decor.quartiers, Decimal(50)))
            actions.definir_communes(action, decor.communes)
            actions.classer(action, decor.noeuds[rang])
            actions.ajouter_ligne_budget(
                action, sens="charge", compte="60", libelle="Achats", montant=Decimal("1234.56")
            )
            for financeur in decor.financeurs:
                for etape in ("demande", "accorde"):
                    cofinancements.saisir(
                        action, financeur, etape=etape, montant=Decimal("2500.25") + rang
                    )
        actions.modifier(decor.actions[1], public_ages={"6-11": 12}, titre="Jardin partagé – été")
        actions.supprimer(decor.actions[2])
        fichier.undo.annuler()
        actions.modifier(decor.actions[2], observation="À revoir au comité")
        [(cofinancement,)] = fichier.lignes(select(Cofinancement.cle).limit(1))
        with fichier.operation("Annoter le tableau et tenir une séance") as e:
            fabriques.annotations(e, decor.action)
            tenue = fabriques.seance(
                e, decor.action, decor.financeurs[0], decor.organismes[0], cofinancement
            )
        with fichier.operation("Instruire une action") as e:
            appel = fabriques.instruction(
                e, decor.actions[1], decor.financeurs[0], decor.organismes[0]
            )
        with fichier.operation("Coter, contrôler, conventionner, écrire") as e:
            lignee = e.lire(Action, decor.actions[1])["lignee"]
            fabriques_regles.cotation(e, decor.actions[1], appel, decor.organismes[0])
            fabriques_regles.regles(e, decor.actions[1], appel, tenue)
            fabriques_regles.suivi(e, decor.actions[1], decor.organismes[0], decor.quartiers[0])
            fabriques_regles.convention(e, lignee, decor.organismes[0], decor.financeurs[0])


def principal() -> None:
    sys.path[:0] = [str(TESTS.parent), str(TESTS)]
    from app.models.schema import REVISION

    chemin = FICHIERS / f"{REVISION}.tdt.gz"
    chemin.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as dossier:
        fait = Path(dossier) / "fait.tdt"
        fabriquer(fait)
        chemin.write_bytes(gzip.compress(fait.read_bytes(), mtime=0))
    print(f"{chemin.relative_to(TESTS.parent)} : {chemin.stat().st_size // 1024} Kio")


if __name__ == "__main__":
    principal()
