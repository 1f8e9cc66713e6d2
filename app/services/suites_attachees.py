"""What hangs on a cofinancement after the comité, and what it forbids: votes, letters, payments."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, select

from app.models.action import Action, Cofinancement
from app.models.seance import Notification, Versement, VoteDeliberation
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.transaction import LOT, Ecriture

MODELES: dict[str, Any] = {"vote": VoteDeliberation, "notifie": Notification, "verse": Versement}
SAISIS_AILLEURS = {
    "vote": "Le montant voté vient d'une délibération",
    "notifie": "Le montant notifié vient d'une notification",
    "verse": "Le montant versé vient de ses versements",
}


def exiger_saisie_libre(ecriture: Ecriture, cofinancement: str, etapes: Iterable[str]) -> None:
    """Raises SaisieRefusee when rows already say one of these steps: it is changed where they are."""
    for etape in etapes:
        modele = MODELES.get(etape)
        if modele is None:
            continue
        requete = select(modele.cle).where(modele.cofinancement == cofinancement).limit(1)
        if ecriture.lignes(requete):
            raise SaisieRefusee(
                f"{SAISIS_AILLEURS[etape]} : modifiez-le dans la page « Après le comité »."
            )


def dit_par_ses_suites(fichier: Fichier, cofinancement: str, etape: str) -> bool:
    """True when votes, letters or payments say this step: it only changes with them."""
    modele = MODELES.get(etape)
    if modele is None:
        return False
    return bool(fichier.lignes(select(modele.cle).where(modele.cofinancement == cofinancement)))


def exiger_sans_suite(ecriture: Ecriture, cofinancements: Sequence[str]) -> None:
    """Raises SaisieRefusee when something was voted, notified or paid: its trace is not deleted."""
    for modele in (VoteDeliberation, Notification, Versement):
        requete = (
            select(Action.numero)
            .join(Cofinancement, Cofinancement.action == Action.cle)
            .join(modele, modele.cofinancement == Cofinancement.cle)
            .where(Cofinancement.cle.in_(bindparam("cles", expanding=True)))
            .limit(1)
        )
        for debut in range(0, len(cofinancements), LOT):
            for (numero,) in ecriture.lignes(
                requete, {"cles": cofinancements[debut : debut + LOT]}
            ):
                raise SaisieRefusee(
                    f"Un financement de {numero} est déjà voté, notifié ou versé : "
                    "retirez-le d'abord dans la page « Après le comité »."
                )
