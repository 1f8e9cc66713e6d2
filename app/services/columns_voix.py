"""The columns of the consultative voices of a séance: who, on which item, what, projected or not."""

from typing import Any

from app.models.enums import SensAvis
from app.services.columns import Colonne, Pose, Signal, TypeColonne, est_oui, lire_attribut
from app.services.columns_actions import choix_de
from app.services.voix_consultatives import VoixConsultatives

SIGNAUX = {
    str(SensAvis.FAVORABLE): Signal.FAVORABLE,
    str(SensAvis.RESERVE): Signal.ALERTE,
    str(SensAvis.DEFAVORABLE): Signal.BLOQUANT,
}


def colonnes_voix(service: VoixConsultatives) -> list[Colonne]:
    """What was said can be corrected while the séance is open."""

    def champ(nom: str, titre: str, **options: Any) -> Colonne:
        def valeur_de(valeur: Any) -> Any:
            if options.get("type") == TypeColonne.BOOLEEN:
                return valeur if isinstance(valeur, bool) else est_oui(valeur)
            return valeur or None

        def poser(ecriture: Any, cle: str, valeur: Any) -> None:
            service.poser(ecriture, cle, **{nom: valeur_de(valeur)})

        return Colonne(
            cle=nom,
            titre=titre,
            lire=lire_attribut(nom),
            ecrire=lambda cle, valeur: service.modifier(cle, **{nom: valeur_de(valeur)}),
            pose=Pose(service.operation, poser),
            **options,
        )

    return [
        Colonne(
            cle="ordre", titre="Point", type=TypeColonne.ENTIER, lire=lire_attribut("ordre"),
            largeur=64, figee=True,
        ),
        Colonne(cle="numero", titre="N°", lire=lire_attribut("numero"), largeur=90),
        Colonne(cle="titre", titre="Intitulé", lire=lire_attribut("titre"), largeur=280),
        champ("qui", "Qui s'exprime", largeur=200, obligatoire=True),
        champ(
            "sens", "Avis", type=TypeColonne.CHOIX, choix=choix_de(SensAvis), obligatoire=True,
            signal=lambda sens: SIGNAUX.get(sens or "", Signal.NEUTRE), largeur=130,
        ),
        champ(
            "projetee", "Projetée", type=TypeColonne.BOOLEEN, largeur=84,
            aide="Oui : la salle peut la voir ; elle n'est jamais comptée",
        ),
        champ("texte", "Ce qui est dit", largeur=360),
    ]  # fmt: skip
