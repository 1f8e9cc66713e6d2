"""The people who sit in the comités: whom they represent, and what ties them to a porteur."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.models.enums import NatureLien
from app.models.organisme import Financeur, Organisme
from app.models.reunion import Participant
from app.models.seance import LienInteret, Membre, Personne
from app.services.attaches import detacher
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier, Lire
from app.services.homonymes import Nomme, designations
from app.services.identifiants import nom_normalise
from app.services.transaction import Ecriture


@dataclass(frozen=True, slots=True)
class LignePersonne:
    """A person in the list. `liens`: how many porteurs the person is tied to."""

    cle: str
    nom: str
    fonction: str
    represente: str
    financeur: str | None
    financeur_nom: str
    financeur_nature: str
    actif: bool
    note: str | None
    liens: int
    designation: str = ""  # the name, with whom they represent where somebody else bears it too

    @property
    def au_nom_de(self) -> str:
        """Whom the person speaks for: what was typed, else the financeur."""
        return self.represente or self.financeur_nom


@dataclass(frozen=True, slots=True)
class LigneLien:
    """What ties a person to a porteur."""

    cle: str
    personne: str
    personne_nom: str
    organisme: str
    organisme_nom: str
    nature: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Structure:
    """A porteur or a financeur that somebody may be tied to. `organisme` None: it has no row yet."""

    nom: str
    organisme: str | None
    financeur: str | None


class Personnes:
    """Reads and writes the people of the open file."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier
        self.operation = fichier.operation

    def lignes(self, *, actives: bool = False) -> list[LignePersonne]:
        """Everybody, by name; with `actives`, only those who still sit."""
        with self._fichier.instant() as lire:
            return lire_personnes(lire, actives=actives)

    def ajouter(self, nom: str, **champs: Any) -> str:
        """Add a person. `champs`: fonction, represente, financeur, actif, note.

        Raises SaisieRefusee on an empty name.
        """
        nom = _exiger_nom(nom)
        with self._fichier.operation(f"Ajouter « {nom} » aux personnes") as ecriture:
            return ecriture.inserer(Personne, nom=nom, **champs)

    def modifier(self, cle: str, **champs: Any) -> None:
        with self._fichier.operation("Modifier une personne") as ecriture:
            self.poser(ecriture, cle, **champs)

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """The same inside an operation that does more."""
        if "nom" in champs:
            champs["nom"] = _exiger_nom(champs["nom"])
        ecriture.modifier(Personne, cle, **champs)

    def supprimer(self, *cles: str) -> None:
        """Delete people and their links, in one operation. Refused for those who sat in a séance."""
        combien = "une personne" if len(cles) == 1 else f"{len(cles)} personnes"
        with self._fichier.operation(f"Supprimer {combien}") as ecriture:
            siege = select(Personne.nom).join(Membre, Membre.personne == Personne.cle)
            for (nom,) in ecriture.lignes(siege.where(Personne.cle.in_(cles)).limit(1)):
                raise SaisieRefusee(
                    f"« {nom} » est membre d'une séance : décochez « actif » plutôt que de supprimer."
                )
            convie = select(Personne.nom).join(Participant, Participant.personne == Personne.cle)
            for (nom,) in ecriture.lignes(convie.where(Personne.cle.in_(cles)).limit(1)):
                raise SaisieRefusee(
                    f"« {nom} » est sur la liste d'une réunion : décochez « actif » plutôt que de "
                    "supprimer."
                )
            liens = ecriture.lignes(select(LienInteret.cle).where(LienInteret.personne.in_(cles)))
            ecriture.supprimer_lot(LienInteret, [lien for (lien,) in liens])
            detacher(ecriture, cles)
            ecriture.supprimer_lot(Personne, cles)

    # Links with porteurs --------------------------------------------------------------------------

    def liens(self, personne: str | None = None) -> list[LigneLien]:
        """Links with porteurs, by person then porteur; of one person when it is named."""
        requete = (
            select(
                LienInteret.cle,
                LienInteret.personne,
                Personne.nom,
                LienInteret.organisme,
                Organisme.nom,
                LienInteret.nature,
                LienInteret.note,
            )
            .join(Personne, Personne.cle == LienInteret.personne)
            .join(Organisme, Organisme.cle == LienInteret.organisme)
            .order_by(Personne.nom, Organisme.nom)
        )
        if personne is not None:
            requete = requete.where(LienInteret.personne == personne)
        return [LigneLien(*ligne) for ligne in self._fichier.lignes(requete)]

    def structures(self) -> list[Structure]:
        """Every porteur and every financeur by name, each body once."""
        with self._fichier.instant() as lire:
            porteurs = lire(select(Organisme.nom, Organisme.cle))
            financeurs = lire(select(Financeur.nom, Financeur.organisme, Financeur.cle))
        connus = {nom_normalise(nom): Structure(nom, cle, None) for nom, cle in porteurs}
        par_cle = {s.organisme: nom for nom, s in connus.items()}
        for nom, organisme, cle in financeurs:
            place = par_cle.get(organisme) or nom_normalise(nom)
            meme = connus.get(place)
            connus[place] = Structure(
                meme.nom if meme else nom, meme.organisme if meme else organisme, cle
            )
        return sorted(connus.values(), key=lambda s: nom_normalise(s.nom))

    def structure(self, nom: str) -> Structure:
        """The body of that name, however it is written. Raises SaisieRefusee when there is none."""
        cherche = nom_normalise(nom)
        for structure in self.structures():
            if nom_normalise(structure.nom) == cherche:
                return structure
        raise SaisieRefusee(
            "Aucun porteur ni financeur ne porte ce nom : choisissez-le dans la liste proposée."
        )

    def lier_a(self, personne: str, nom: str, *, nature: str, note: str | None = None) -> str:
        """Tie a person to a porteur or a financeur by its name, in one operation.

        A financeur that carried no action yet gets its row among the organismes.
        """
        structure = self.structure(nom)
        with self._fichier.operation(f"Lier une personne à « {structure.nom} »") as e:
            organisme = structure.organisme
            if organisme is None and structure.financeur is not None:
                financeur = e.lire(Financeur, structure.financeur)
                organisme = e.inserer(Organisme, nom=financeur["nom"], nature=financeur["nature"])
                e.modifier(Financeur, structure.financeur, organisme=organisme)
            return self._lier(e, personne, str(organisme), nature, note)

    def lier(
        self,
        personne: str,
        organisme: str,
        *,
        nature: str = str(NatureLien.AUTRE),
        note: str | None = None,
    ) -> str:
        """Say that a person is tied to a porteur. Saying it again changes the nature and the note."""
        with self._fichier.operation("Déclarer un lien avec un porteur") as ecriture:
            return self._lier(ecriture, personne, organisme, nature, note)

    def _lier(
        self, ecriture: Ecriture, personne: str, organisme: str, nature: str, note: str | None
    ) -> str:
        NatureLien.de(nature)
        requete = select(LienInteret.cle).where(
            LienInteret.personne == personne, LienInteret.organisme == organisme
        )
        for (cle,) in ecriture.lignes(requete):
            ecriture.modifier(LienInteret, cle, nature=nature, note=note)
            return str(cle)
        return ecriture.inserer(
            LienInteret, personne=personne, organisme=organisme, nature=nature, note=note
        )

    def poser_lien(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """Change the nature or the note of a link, inside an operation."""
        ecriture.modifier(LienInteret, cle, **champs)

    def delier(self, *cles: str) -> None:
        """Remove links, in one operation."""
        combien = "un lien" if len(cles) == 1 else f"{len(cles)} liens"
        with self._fichier.operation(f"Retirer {combien} avec un porteur") as ecriture:
            detacher(ecriture, cles)
            ecriture.supprimer_lot(LienInteret, cles)


def lire_personnes(lire: Lire, *, actives: bool = False) -> list[LignePersonne]:
    """People among other reads of one moment."""
    requete = (
        select(
            Personne.cle,
            Personne.nom,
            Personne.fonction,
            Personne.represente,
            Personne.financeur,
            Financeur.nom_court,
            Financeur.nature,
            Personne.actif,
            Personne.note,
        )
        .join(Financeur, Financeur.cle == Personne.financeur, isouter=True)
        .order_by(Personne.nom, Personne.cle)
    )
    if actives:
        requete = requete.where(Personne.actif)
    liens = Counter(personne for (personne,) in lire(select(LienInteret.personne)))
    lues = lire(requete)
    noms = designations(
        Nomme(p.cle, p.nom, p.represente or p.nom_court or "", p.fonction or "") for p in lues
    )
    return [
        LignePersonne(
            p.cle,
            p.nom,
            p.fonction or "",
            p.represente or "",
            p.financeur,
            p.nom_court or "",
            p.nature or "",
            p.actif,
            p.note,
            liens[p.cle],
            noms[p.cle],
        )
        for p in lues
    ]


def _exiger_nom(nom: str | None) -> str:
    propre = " ".join((nom or "").split())
    if not propre:
        raise SaisieRefusee("Une personne doit avoir un nom : tapez-le.")
    return propre


def suivre_une_fusion(ecriture: Ecriture, ancien: str, garde: str) -> None:
    """Give the links of a porteur to the one that it is merged into; a double is dropped."""
    requete = select(LienInteret.cle, LienInteret.personne)
    deja = {p for _, p in ecriture.lignes(requete.where(LienInteret.organisme == garde))}
    for cle, personne in ecriture.lignes(requete.where(LienInteret.organisme == ancien)):
        if personne in deja:
            ecriture.supprimer(LienInteret, cle)
        else:
            ecriture.modifier(LienInteret, cle, organisme=garde)


def exiger_sans_lien(ecriture: Ecriture, organismes: Sequence[str]) -> None:
    """Raises SaisieRefusee when a person is tied to one of these porteurs."""
    requete = (
        select(Personne.nom, Organisme.nom)
        .join(LienInteret, LienInteret.personne == Personne.cle)
        .join(Organisme, Organisme.cle == LienInteret.organisme)
        .where(LienInteret.organisme.in_(organismes))
        .limit(1)
    )
    for personne, organisme in ecriture.lignes(requete):
        raise SaisieRefusee(
            f"« {personne} » est liée à « {organisme} » : retirez d'abord ce lien, "
            "dans la liste des personnes."
        )
