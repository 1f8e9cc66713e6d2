"""The columns of the avis communs of the comité partenarial."""

from typing import Any

from app.services.avis_communs import ATTEND, ETATS, HORS, PRET, RENDU, AvisCommuns
from app.services.columns import Colonne, Signal, TypeColonne, lire_attribut
from app.services.columns_instruction import ORDRE, PROPOSES, ecrite, identite, signal_d_avis
from app.services.errors import SaisieRefusee
from app.services.poses import ou_rien
from app.services.reponses import Reponse, lire_reponse

_ETATS_COMMUNS = {
    PRET: Signal.INFORMATION,
    ATTEND: Signal.ALERTE,
    RENDU: Signal.FAVORABLE,
    HORS: Signal.NEUTRE,
}


def colonnes_communs(communs: AvisCommuns) -> list[Colonne]:
    """What the services say, what is missing, what is given: typed as any avis is."""

    def poser(ecriture: Any, action: str, **champs: Any) -> None:
        reponse = champs.pop("reponse", None)
        if reponse is not None:
            champs = {**_du_commun(reponse), **{n: v for n, v in champs.items() if v is not None}}
        communs.poser(ecriture, action, **champs)

    return [
        *identite("dossier.", porteur=False),
        Colonne(
            cle="etat",
            titre="État",
            type=TypeColonne.CHOIX,
            lire=lire_attribut("etat"),
            choix=ETATS,
            signal=lambda etat: _ETATS_COMMUNS.get(etat or "", Signal.NEUTRE),
            largeur=146,
        ),
        Colonne(cle="compte", titre="Avis", lire=lire_attribut("dossier.compte"), largeur=140),
        Colonne(cle="manque", titre="Manquent", lire=lire_attribut("manque"), largeur=140),
        Colonne(
            cle="proposition",
            titre="Les services proposent",
            lire=lire_attribut("proposition.phrase"),
            largeur=200,
            nuance=True,
        ),
        Colonne(
            cle="avis",
            titre="Avis commun",
            lire=lire_attribut("rendu"),
            ordre=ORDRE,
            signal=signal_d_avis,
            largeur=150,
            aide="Tapez f, r, d, a, s ou « vers », puis le motif",
            proposer=lambda: PROPOSES[:6],
            **ecrite(communs, poser, "reponse", "Rendre l'avis commun", lire_reponse),
        ),
        Colonne(
            cle="motif",
            titre="Motif",
            lire=lambda ligne: None if ligne.commun is None else ligne.commun.motif,
            largeur=220,
            **ecrite(communs, poser, "motif", "Motif de l'avis commun", ou_rien),
        ),
        Colonne(
            cle="montant",
            titre="Proposé",
            type=TypeColonne.MONTANT,
            lire=lambda ligne: ligne.dossier.propose,
            total=True,
            aide="Ce que les financeurs proposent ensemble",
        ),
        Colonne(
            cle="rendu_le",
            titre="Rendu le",
            type=TypeColonne.DATE,
            lire=lambda ligne: None if ligne.commun is None else ligne.commun.rendu_le,
        ),
        Colonne(cle="ecart", titre="Depuis", lire=lire_attribut("ecart"), largeur=200),
    ]


def _du_commun(reponse: Reponse) -> dict[str, Any]:
    """The fields of an avis commun typed in one cell. Raises SaisieRefusee on what it cannot be."""
    if reponse.sens is None:
        raise SaisieRefusee(
            "Un avis commun se retire par « Retirer l'avis commun » : tapez un avis, ou Échap."
        )
    champs: dict[str, Any] = {"sens": str(reponse.sens), "vers": reponse.vers}
    return {**champs, "motif": reponse.motif} if reponse.motif else champs
