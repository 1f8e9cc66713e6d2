"""The letters that tell the porteurs their amounts: when, how, how much."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.models.action import Cofinancement
from app.models.seance import Notification
from app.services.attaches import detacher
from app.services.cofinancements import exiger_montant
from app.services.contrats import Contrats
from app.services.errors import SaisieRefusee
from app.services.etapes_des_actes import EtapesDesActes
from app.services.etapes_suivies import suivre
from app.services.fichier import Fichier
from app.services.gardes_seance import Horloge
from app.services.transaction import Ecriture, maintenant

CHAMPS = ("date", "mode", "reference", "montant")


class Notifications:
    """A list that is typed in row by row: one row for a cofinancement, its last letter counts."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._etapes = EtapesDesActes(fichier, horloge=horloge)
        self.operation = fichier.operation

    def cible(self) -> str:
        """When the contract wants the porteurs told, and where it says so; empty when it does not."""
        regle = Contrats(self._fichier).valeur("calendrier.notification", "cible")
        if regle.valeur is None:
            return ""
        return f"{regle.texte} ({regle.source})" if regle.source else regle.texte

    def notifier(
        self,
        cofinancements: Mapping[str, Decimal | None],
        *,
        date: str | None,
        mode: str | None = None,
        reference: str | None = None,
    ) -> None:
        """Record letters: cofinancement -> euros (None: what is voted, else granted).

        One operation. Raises SaisieRefusee where nothing can be notified.
        """
        with self._fichier.operation(_libelle("Notifier", len(cofinancements))) as e:
            for cofinancement, montant in cofinancements.items():
                champs = {"date": date, "mode": mode, "reference": reference, "montant": montant}
                ecrire_lettre(e, cofinancement, champs)
            self._etapes.suivre_montants(e, cofinancements)

    def modifier(self, cofinancement: str, **champs: Any) -> None:
        with self._fichier.operation("Modifier une notification") as e:
            self.poser(e, cofinancement, **champs)

    def poser(self, ecriture: Ecriture, cofinancement: str, **champs: Any) -> None:
        """Change the last letter of a cofinancement, or write its first one. `champs`: see CHAMPS."""
        exiger_montant(champs.get("montant"))
        derniere = _derniere(ecriture, cofinancement)
        if derniere is not None:
            ecriture.modifier(Notification, derniere, **champs)
            suivre(ecriture, [cofinancement], "notifie")
        elif any(valeur is not None for valeur in champs.values()):
            ecrire_lettre(ecriture, cofinancement, champs)
        self._etapes.suivre_montants(ecriture, [cofinancement])

    def retirer(self, cofinancements: Sequence[str]) -> int:
        """Take back the last letter of each: the one before counts again. Returns how many."""
        with self._fichier.operation(_libelle("Retirer", len(cofinancements), "notification")) as e:
            lettres = [(c, cle) for c in cofinancements if (cle := _derniere(e, c)) is not None]
            if not lettres:
                raise SaisieRefusee("Rien n'est notifié dans cette sélection.")
            detacher(e, [cle for _, cle in lettres])
            e.supprimer_lot(Notification, [cle for _, cle in lettres])
            suivre(e, [c for c, _ in lettres], "notifie")
            self._etapes.suivre_montants(e, [c for c, _ in lettres])
            return len(lettres)


def ecrire_lettre(ecriture: Ecriture, cofinancement: str, champs: Mapping[str, Any]) -> None:
    """Record one letter inside an operation. Raises SaisieRefusee where nothing can be notified."""
    exiger_montant(champs.get("montant"))
    ligne = ecriture.lire(Cofinancement, cofinancement)
    connus = (champs.get("montant"), ligne["vote"], ligne["accorde"])
    montant = next((m for m in connus if m is not None), None)
    if montant is None:
        raise SaisieRefusee("Rien n'est accordé : il n'y a pas de montant à notifier.")
    ecriture.inserer(Notification, **{**champs, "cofinancement": cofinancement, "montant": montant})
    suivre(ecriture, [cofinancement], "notifie")


def _derniere(ecriture: Ecriture, cofinancement: str) -> str | None:
    requete = (
        select(Notification.cle)
        .where(Notification.cofinancement == cofinancement)
        .order_by(Notification.cle.desc())
        .limit(1)
    )
    return next((cle for (cle,) in ecriture.lignes(requete)), None)


def _libelle(verbe: str, nombre: int, mot: str = "montant") -> str:
    return f"{verbe} {nombre} {mot}{'s' if nombre > 1 else ''}"
