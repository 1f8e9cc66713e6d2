"""Who signs the letters, from a day to another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.models.courrier import SignataireCourrier
from app.models.enums import NatureCourrier
from app.services.attaches import detacher
from app.services.documents import jour_de
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.transaction import Ecriture


@dataclass(frozen=True, slots=True)
class LigneSignataire:
    """A signatory. `natures`: the letters it signs, empty for all; no day: no bound."""

    cle: str
    nom: str
    qualite: str = ""
    mention: str = ""
    natures: tuple[str, ...] = ()
    debut: date | None = None
    fin: date | None = None
    note: str = ""

    def signe(self, nature: str, jour: date) -> bool:
        """In charge of this letter on that day."""
        commence = self.debut is None or self.debut <= jour
        dure = self.fin is None or jour <= self.fin
        return commence and dure and (not self.natures or nature in self.natures)

    @property
    def lettres(self) -> str:
        """« toutes », « Accord, Refus »."""
        return ", ".join(NatureCourrier.libelle_de(n) for n in self.natures) or "toutes"


class Signataires:
    """A short list, typed row by row."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier
        self.operation = fichier.operation

    def lignes(self) -> list[LigneSignataire]:
        requete = select(*SignataireCourrier.__table__.columns).order_by(
            SignataireCourrier.rang, SignataireCourrier.cle
        )
        return [
            LigneSignataire(
                s.cle,
                s.nom,
                s.qualite or "",
                s.mention or "",
                tuple(s.natures or ()),
                jour_de(s.debut),
                jour_de(s.fin),
                s.note or "",
            )
            for s in self._fichier.lignes(requete)
        ]

    def ajouter(self, nom: str, **champs: Any) -> str:
        with self._fichier.operation("Ajouter un signataire") as ecriture:
            rang = ecriture.lignes(select(func.count(SignataireCourrier.cle)))[0][0]
            propres = {"nom": nom, "rang": rang, **champs}
            _exiger(propres)
            return ecriture.inserer(SignataireCourrier, **propres)

    def modifier(self, cle: str, **champs: Any) -> None:
        with self._fichier.operation("Modifier un signataire") as ecriture:
            self.poser(ecriture, cle, **champs)

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """The same inside an operation that does more."""
        avant = ecriture.lire(SignataireCourrier, cle)
        _exiger(avant | champs)
        ecriture.modifier_lue(SignataireCourrier, avant, **champs)

    def supprimer(self, *cles: str) -> None:
        with self._fichier.operation("Supprimer un signataire") as ecriture:
            detacher(ecriture, list(cles))
            ecriture.supprimer_lot(SignataireCourrier, list(cles))


def en_fonction(
    signataires: Sequence[LigneSignataire], nature: str, jour: date
) -> LigneSignataire | None:
    """Who signs this letter on that day: whom it is given to by name, else the first of the list."""
    valables = [s for s in signataires if s.signe(nature, jour)]
    designes = [s for s in valables if s.natures]
    return next(iter(designes or valables), None)


def _exiger(champs: dict[str, Any]) -> None:
    if not str(champs.get("nom") or "").strip():
        raise SaisieRefusee("Un signataire a un nom : tapez-le.")
    debut, fin = champs.get("debut"), champs.get("fin")
    if debut and fin and fin < debut:
        raise SaisieRefusee(
            "Le dernier jour vient avant le premier : corrigez l'une des deux dates."
        )
    inconnues = [
        n for n in champs.get("natures") or () if n not in {str(n) for n in NatureCourrier}
    ]
    if inconnues:
        raise SaisieRefusee("Choisissez les courriers dans la liste.")
