"""The columns of the consultative voices of a séance: who, on which item, what, projected or not."""

from collections.abc import Callable
from typing import Any

from app.models.enums import SensAvis
from app.services.columns import Colonne, Signal, TypeColonne, lire_attribut
from app.services.columns_actions import choix_de
from app.services.poses import champ_de, ou_rien, oui_ou_non
from app.services.voix_consultatives import VoixConsultatives

SIGNAUX = {
    str(SensAvis.FAVORABLE): Signal.FAVORABLE,
    str(SensAvis.RESERVE): Signal.ALERTE,
    str(SensAvis.DEFAVORABLE): Signal.BLOQUANT,
}


def colonnes_voix(service: VoixConsultatives) -> list[Colonne]:
    """What was said can be corrected while the séance is open."""

    def champ(nom: str, titre: str, lire: Callable[[Any], Any], **options: Any) -> Colonne:
        ecrit = champ_de(service, nom, lire)
        return Colonne(cle=nom, titre=titre, lire=lire_attribut(nom), **ecrit, **options)

    return [
        Colonne(
            cle="ordre", titre="Point", type=TypeColonne.ENTIER, lire=lire_attribut("ordre"),
            largeur=64, figee=True,
        ),
        Colonne(cle="numero", titre="N°", lire=lire_attribut("numero"), largeur=90),
        Colonne(cle="titre", titre="Intitulé", lire=lire_attribut("titre"), largeur=280),
        champ("qui", "Qui s'exprime", ou_rien, largeur=200, obligatoire=True),
        champ(
            "sens", "Avis", ou_rien, type=TypeColonne.CHOIX, choix=choix_de(SensAvis), obligatoire=True,
            signal=lambda sens: SIGNAUX.get(sens or "", Signal.NEUTRE), largeur=130,
        ),
        champ(
            "projetee", "Projetée", oui_ou_non, type=TypeColonne.BOOLEEN, largeur=84,
            aide="Oui : la salle peut la voir ; elle n'est jamais comptée",
        ),
        champ("texte", "Ce qui est dit", ou_rien, largeur=360),
    ]  # fmt: skip
