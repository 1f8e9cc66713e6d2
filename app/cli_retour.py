"""What `importer` does of a workbook that we had sent and that came back: say it, then take it."""

from typing import TYPE_CHECKING, Any

from app.console import accorder, aligner, dire, ecrire_json
from app.services.retours import Difference, Retour, Sort, en_mots, reprendre

if TYPE_CHECKING:
    from app.services.fichier import Fichier

CITEES = 200  # differences shown; --json gives them all


def importer_retour(fichier: "Fichier", retour: Retour, *, simuler: bool, en_json: bool) -> None:
    """Take what only they changed; what both sides changed stays as it is here, and is said."""
    prises = [d for d in retour.differences if d.sort is Sort.PRISE]
    nombre = len(prises) if simuler else reprendre(fichier, retour, prises)
    if en_json:
        ecrire_json(
            {
                "retour": retour.nom,
                "annee": retour.annee,
                "reprises": nombre,
                "simulation": simuler,
                "differences": [_en_json(d) for d in retour.differences],
            }
        )
        return
    if simuler:
        dire("Simulation : rien n'a été écrit.")
    dire(retour.phrase)
    _montrer(retour.differences)
    verbe = "à reprendre" if simuler else "reprises" if nombre > 1 else "reprise"
    dire(f"{accorder(nombre, 'case')} {verbe}.")


def _montrer(differences: tuple[Difference, ...]) -> None:
    entete = ("N°", "Case", "Leur valeur", "La nôtre", "Envoyé", "Remarque")
    lignes = [
        (d.numero, d.quoi, *(_court(v) for v in (d.leur, d.ici, d.envoye)), d.remarque)
        for d in differences[:CITEES]
    ]
    if lignes:
        for ligne in aligner(lignes, entete=entete, droite=(2, 3, 4)):
            dire(ligne)
    if len(differences) > CITEES:
        dire(f"… et {len(differences) - CITEES} autres.")


def _court(valeur: Any) -> str:
    texte = " ".join(en_mots(valeur).split())
    return texte if len(texte) <= 40 else f"{texte[:39]}…"


def _en_json(d: Difference) -> dict[str, Any]:
    valeurs = {"leur": d.leur, "ici": d.ici, "envoye": d.envoye}
    return {
        "sort": str(d.sort),
        "numero": d.numero,
        "case": d.quoi,
        **{nom: None if v is None else str(v) for nom, v in valeurs.items()},
        "remarque": d.remarque,
    }
