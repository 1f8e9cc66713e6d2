"""The message that convokes to a meeting, and the addresses it goes to. Nothing is sent from here."""

import re
from collections.abc import Iterable

from app.services.courriels import brouillon
from app.services.documents import nom_de_fichier
from app.services.dossiers_reunion import (
    DossierReunion,
    heure_en_mots,
    intitule_du_point,
    quand_et_ou,
)
from app.services.errors import SaisieRefusee
from app.services.reunions_lues import LigneParticipant

_ADRESSE = re.compile(r"[^@\s,;<>\"()]+@[^@\s,;<>\"()]+\.[^@\s,;<>\"().]+")


def adresses(participants: Iterable[LigneParticipant]) -> list[tuple[str, str]]:
    """(name, address) of those who have one, each address once."""
    trouvees: dict[str, tuple[str, str]] = {}
    for p in participants:
        for adresse in _ADRESSE.findall(p.courriel or ""):
            trouvees.setdefault(adresse.casefold(), (p.nom or p.represente or "", adresse))
    return list(trouvees.values())


def liste_de_diffusion(dossier: DossierReunion) -> str:
    """« Alix Préau <alix@exemple.fr>; … », as any mail program takes it.

    Raises SaisieRefusee when nobody has an address.
    """
    trouvees = adresses(dossier.participants)
    if not trouvees:
        raise SaisieRefusee(
            "Aucun invité n'a d'adresse : tapez-les dans la colonne « Courriel » de l'onglet "
            "« Participants »."
        )
    return "; ".join(f"{_nom(nom)} <{adresse}>".strip() for nom, adresse in trouvees)


def sans_adresse(dossier: DossierReunion) -> int:
    """How many lines have no address."""
    return sum(not _ADRESSE.search(p.courriel or "") for p in dossier.participants)


def _nom(nom: str) -> str:
    return nom.replace("<", "").replace(">", "").replace(";", " ").replace(",", " ").strip()


def texte_de_convocation(dossier: DossierReunion) -> str:
    """What the message and the printed convocation say."""
    reunion = dossier.reunion
    lignes = [
        "Madame, Monsieur,",
        "",
        f"Vous êtes invité(e) à la réunion « {reunion.titre} », {quand_et_ou(reunion)}.",
        "",
    ]
    if dossier.points:
        lignes += [
            "Ordre du jour :",
            *(_ligne(p.debut, intitule_du_point(p)) for p in dossier.points),
        ]
        lignes.append("")
    lignes += ["Cordialement,", reunion.animateur or dossier.contrat]
    return "\n".join(lignes)


def _ligne(heure: str, texte: str) -> str:
    return f"- {heure_en_mots(heure)} : {texte}" if heure else f"- {texte}"


def message(dossier: DossierReunion) -> bytes:
    """An `.eml` in UTF-8, that a mail program opens as a draft, with the addresses known."""
    reunion = dossier.reunion
    objet = f"Convocation : {reunion.titre}, {quand_et_ou(reunion)}"
    return brouillon(objet, texte_de_convocation(dossier), adresses(dossier.participants))


def nom_du_message(dossier: DossierReunion) -> str:
    titre = nom_de_fichier(dossier.reunion.titre, "Réunion", longueur=60)
    return " – ".join(filter(None, ("Convocation", titre, dossier.reunion.date))) + ".eml"
