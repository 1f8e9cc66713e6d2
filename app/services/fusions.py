"""Bringing a partner's copy together with the file: what differs, what both changed, what is taken.

Nothing is written before the person has read it. A value changed on one side only is offered; one
that both sides changed is a choice; everything is written in one operation.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Table, select

from app.models.action import Action
from app.models.base import table_liee
from app.models.enums import NatureOperation
from app.services.actions import numero_suivant, par_lots
from app.services.copies_lues import REUNIES, CopieLue, Etat, LigneChangee, lire_copie
from app.services.errors import ErreurConnue
from app.services.fichier import Fichier, Lire
from app.services.journal_libre import places
from app.services.journal_mots import (
    champ_en_mots,
    cles_nommees,
    en_mots,
    liens_de,
    nommer,
    objet_de,
)
from app.services.journal_vocabulaire import ENTITES
from app.services.suites_attachees import (
    dit_par_ses_suites,
    exiger_saisie_libre,
    exiger_sans_suite,
)
from app.services.transaction import Ecriture, depuis_json, en_json, entites

SANS_COLONNE = {"cle", "rang"}
SUIVENT = {"cofinancement": {"statut"}}  # taken with the amounts that make it
# Rows that say the same thing under another key, when both copies created them.
JUMELLES = {
    "cofinancement": ("action", "financeur", "ligne_credit", "commune", "annee"),
    "valeur_libre": ("ligne", "colonne"),
    "couleur_ligne": ("liste", "ligne"),
    "action_quartier": ("action", "quartier"),
    "action_commune": ("action", "commune"),
}


SUIVI_ICI = "Suivi ici, page « Après le comité »."


class Sort(StrEnum):
    """What becomes of a difference when nobody says otherwise."""

    PRISE = "prise"
    AU_CHOIX = "au choix"  # both sides changed it, or it deletes something
    PERDUE = "perdue"  # it cannot be taken


@dataclass(frozen=True, slots=True)
class Difference:
    """One value, or one row that came or went, in words; and what taking it writes."""

    sort: Sort
    objet: str
    quoi: str
    ici: str
    copie: str
    qui: str
    quand: str
    remarque: str
    changees: tuple[LigneChangee, ...]
    champ: str = ""
    la: str = ""  # key of the row here, where it is another than in the copy
    presente: Any = None  # what the person read of `champ` here, as the journal keeps it


@dataclass(frozen=True, slots=True)
class Fusion:
    """All that a copy brings. `ailleurs`: rows of séances, views… which stay in their copy."""

    nom: str
    differences: tuple[Difference, ...]
    ailleurs: int

    @property
    def phrase(self) -> str:
        total = len(self.differences)
        au_choix = sum(d.sort == Sort.AU_CHOIX for d in self.differences)
        if not total:
            phrase = f"« {self.nom} » n'apporte rien de nouveau."
        else:
            s = "s" if total > 1 else ""
            phrase = f"« {self.nom} » apporte {total} différence{s}"
            phrase += f", dont {au_choix} à choisir." if au_choix else "."
        if self.ailleurs:
            phrase += " Ses séances et ses vues restent dans la copie."
        return phrase


def comparer_copie(ici: Fichier, copie: Fichier) -> Fusion:
    """What the copy holds and this file does not. Raises ErreurConnue when it is no copy of it."""
    lue = lire_copie(ici, copie)
    return Fusion(lue.nom, tuple(_Comparaison(ici, copie, lue).differences()), lue.ailleurs)


class _Comparaison:
    """Rows of the copy beside those of the file."""

    def __init__(self, ici: Fichier, copie: Fichier, lue: CopieLue) -> None:
        self._ici = ici
        self._lignes = sorted(lue.lignes, key=lambda li: REUNIES.index(li.entite))
        self._presentes = _presentes(ici, self._lignes)
        self._jumelles = _jumelles(ici, self._lignes)
        cles = cles_nommees(
            (li.entite, li.cle, etat)
            for li in self._lignes
            for etat in (li.avant or {}, li.apres or {}, self._presentes.get(_place(li)) or {})
        )
        rattachees = {
            str(etat["ligne"])
            for li in self._lignes
            for etat in (li.avant or {}, li.apres or {}, self._presentes.get(_place(li)) or {})
            if etat.get("ligne")
        }
        for table in ("action", "organisme"):
            cles.setdefault(table, set()).update(rattachees)
        self._noms = nommer(copie.lignes, cles) | nommer(ici.lignes, cles)
        libres = [
            (li.cle, {**(li.avant or {}), **(li.apres or {})})
            for li in self._lignes
            if li.entite == "valeur_libre"
        ]
        self._places = places(copie.lignes, libres)

    def differences(self) -> Iterable[Difference]:
        nouvelles = {li.cle for li in self._lignes if li.avant is None and li.entite == "action"}
        parties = {li.cle for li in self._lignes if li.apres is None and li.entite == "action"}
        suites: dict[str, list[LigneChangee]] = {cle: [] for cle in nouvelles | parties}
        seules: list[LigneChangee] = []
        for li in self._lignes:
            etat = li.apres or li.avant or {}
            action = str(etat.get("action") or etat.get("ligne") or "")
            suites.get(action, seules).append(li)
        for li in seules:
            yield from self._de(li, suites.get(li.cle, []) if li.entite == "action" else [])

    def _de(self, li: LigneChangee, suite: Sequence[LigneChangee]) -> Iterable[Difference]:
        ici = self._presentes.get(_place(li))
        if li.apres is None:
            if ici is not None:
                yield self._suppression(li, ici, suite)
        elif li.avant is None:
            jumelle = self._jumelles.get(_place(li))
            if jumelle is not None:
                yield from self._valeurs(li, jumelle, dict.fromkeys(jumelle), jumelle["cle"])
            elif ici is None:
                yield self._creation(li, suite)
        elif ici is None:
            yield self._ecrire(li, Sort.PERDUE, "ligne", "supprimée", "modifiée", "Supprimée ici.")
        else:
            yield from self._valeurs(li, ici, li.avant)

    def _valeurs(
        self, li: LigneChangee, ici: Etat, base: Mapping[str, Any], la: str = ""
    ) -> Iterable[Difference]:
        """Column by column: what only the copy changed, and what both changed."""
        for champ, apres in (li.apres or {}).items():
            if (
                champ in SANS_COLONNE | SUIVENT.get(li.entite, set())
                or champ not in ici
                or ici[champ] == apres
            ):
                continue
            if (la and apres is None) or base.get(champ, la) == apres:
                continue  # nothing new in the copy
            seul = champ in base and ici[champ] == base[champ]
            remarque = "" if seul else "Modifié aussi ici."
            sort = Sort.PRISE if seul else Sort.AU_CHOIX
            if li.entite == "cofinancement" and dit_par_ses_suites(self._ici, ici["cle"], champ):
                sort, remarque = Sort.PERDUE, SUIVI_ICI
            mots = [self._en_mots(li, champ, valeur) for valeur in (ici[champ], apres)]
            ecrite = self._ecrire(li, sort, self._titre(li, champ), *mots, remarque)
            yield replace(ecrite, champ=champ, la=la, presente=ici[champ])

    def _creation(self, li: LigneChangee, suite: Sequence[LigneChangee]) -> Difference:
        quoi = (
            self._titre(li, "valeur") if li.entite == "valeur_libre" else ENTITES.get(li.entite, "")
        )
        texte = next(
            (self._en_mots(li, c, (li.apres or {})[c]) for c in ("valeur", "texte", "couleur")
             if (li.apres or {}).get(c)),
            "nouveau",
        )  # fmt: skip
        remarque = ""
        if li.entite == "action" and _numero_pris(self._ici.lignes, li.apres or {}):
            remarque = "Son numéro est pris ici : elle aura le suivant."
        return self._ecrire(li, Sort.PRISE, quoi, "", texte, remarque, suite=suite)

    def _suppression(
        self, li: LigneChangee, ici: Etat, suite: Sequence[LigneChangee]
    ) -> Difference:
        change = any(ici.get(nom) != valeur for nom, valeur in (li.avant or {}).items())
        remarque = "Modifié aussi ici." if change else "Supprimé dans la copie."
        quoi = ENTITES.get(li.entite, "")
        return self._ecrire(li, Sort.AU_CHOIX, quoi, "présent", "supprimé", remarque, suite=suite)

    def _ecrire(
        self,
        li: LigneChangee,
        sort: Sort,
        quoi: str,
        *mots: str,
        suite: Sequence[LigneChangee] = (),
    ) -> Difference:
        ici, copie, remarque = mots
        quand = datetime.fromisoformat(li.horodatage).astimezone()
        return Difference(
            *(sort, self._objet(li), quoi, ici, copie, li.auteur, f"{quand:%d/%m/%Y %H:%M}"),
            *(remarque, (li, *suite)),
        )

    # In words -----------------------------------------------------------------------------------

    def _objet(self, li: LigneChangee) -> str:
        etat = {**(self._presentes.get(_place(li)) or {}), **(li.avant or {}), **(li.apres or {})}
        action = self._noms.get(str(etat.get("action") or ""), "")
        ligne = self._noms.get(str(etat.get("ligne") or ""), "")
        propre = objet_de(
            {k: v for k, v in etat.items() if k not in ("action", "texte")}, self._noms
        )
        if li.entite in ("commentaire", "valeur_libre", "couleur_ligne"):
            return ligne
        return " – ".join(dict.fromkeys(p for p in (action, propre) if p)) or self._noms.get(
            li.cle, ""
        )

    def _titre(self, li: LigneChangee, champ: str) -> str:
        place = self._places.get(li.cle)
        return place.titre if place is not None and champ == "valeur" else champ_en_mots(champ)

    def _en_mots(self, li: LigneChangee, champ: str, valeur: Any) -> str:
        place = self._places.get(li.cle)
        if place is not None and champ == "valeur":
            return place.en_clair({"valeur": valeur})
        return en_mots(li.entite, champ, valeur, self._noms)


# What is here -------------------------------------------------------------------------------------


def _place(li: LigneChangee) -> tuple[str, str]:
    return li.entite, li.cle


def _presentes(ici: Fichier, lignes: Iterable[LigneChangee]) -> dict[tuple[str, str], Etat]:
    """The rows of these keys as they are here, in the form of the journal."""
    par_entite: dict[str, set[str]] = {}
    for li in lignes:
        par_entite.setdefault(li.entite, set()).add(li.cle)
    return {
        (entite, etat["cle"]): etat
        for entite, cles in par_entite.items()
        for lot in par_lots(sorted(cles))
        for etat in _lues(ici, entite, lot)
    }


def _lues(ici: Fichier, entite: str, cles: Sequence[str]) -> list[Etat]:
    table = entites()[entite]
    lues = ici.lignes(select(table).where(table.c.cle.in_(cles)))
    return [json.loads(en_json(table, _etat(table, lue))) for lue in lues]


def _etat(table: Table, lue: Sequence[Any]) -> Etat:
    return dict(zip(table.c.keys(), lue, strict=True))


def _jumelles(ici: Fichier, lignes: Iterable[LigneChangee]) -> dict[tuple[str, str], Etat]:
    """Rows created here that say the same thing as one created in the copy."""
    trouvees: dict[tuple[str, str], Etat] = {}
    for li in lignes:
        noms = JUMELLES.get(li.entite)
        if noms is None or li.avant is not None or li.apres is None:
            continue
        table = entites()[li.entite]
        memes = [table.c[nom].is_not_distinct_from(li.apres.get(nom)) for nom in noms]
        lues = ici.lignes(select(table).where(*memes))
        if lues:
            trouvees[_place(li)] = json.loads(en_json(table, _etat(table, lues[0])))
    return trouvees


# Taking -------------------------------------------------------------------------------------------


def reprendre(ici: Fichier, fusion: Fusion, choisies: Sequence[Difference]) -> int:
    """Write the differences chosen, in one operation. Returns how many. Raises ErreurConnue."""
    prises = [d for d in choisies if d.sort != Sort.PERDUE]
    if not prises:
        return 0
    combien = f"{len(prises)} différence{'s' if len(prises) > 1 else ''}"
    libelle = f"Réunir avec « {fusion.nom} » : {combien}"
    with ici.operation(libelle, nature=NatureOperation.IMPORT) as ecriture:
        _inserer(
            ecriture, [li for d in prises if not d.champ for li in d.changees if li.avant is None]
        )
        for difference in prises:
            if difference.champ:
                _modifier(ecriture, difference)
        _supprimer(
            ecriture, [li for d in prises if not d.champ for li in d.changees if li.apres is None]
        )
    return len(prises)


def _inserer(ecriture: Ecriture, lignes: Sequence[LigneChangee]) -> None:
    for entite in REUNIES:
        table = entites()[entite]
        etats = [li.apres for li in lignes if li.entite == entite and li.apres is not None]
        for etat in etats:
            _exiger_les_liens(ecriture, entite, etat)
        if entite == "action":
            _inserer_les_actions(ecriture, table, etats)
            continue
        ecriture.inserer_dans(table, [depuis_json(table, json.dumps(etat)) for etat in etats])


def _inserer_les_actions(ecriture: Ecriture, table: Table, etats: Sequence[Etat]) -> None:
    """One at a time: two actions made apart may have been given the same number."""
    for etat in etats:
        if _numero_pris(ecriture.lignes, etat):
            etat = {**etat, "numero": numero_suivant(ecriture, etat["annee"])}
        ecriture.inserer_dans(table, [depuis_json(table, json.dumps(etat))])


def _numero_pris(lire: Lire, etat: Etat) -> bool:
    requete = select(Action.cle).where(
        Action.annee == etat.get("annee"), Action.numero == etat.get("numero")
    )
    return bool(lire(requete.limit(1)))


def _exiger_les_liens(ecriture: Ecriture, entite: str, etat: Etat) -> None:
    """What a row taken hangs on must be here. Raises ErreurConnue."""
    for champ, cible in liens_de(entite).items():
        cle, table = etat.get(champ), entites().get(cible)
        if isinstance(cle, str) and table is not None and champ in entites()[entite].c:
            liee = next(iter(entites()[entite].c[champ].foreign_keys), None)
            if liee is not None and not ecriture.lignes(
                select(table.c.cle).where(table.c.cle == cle)
            ):
                raise ErreurConnue(
                    f"« {champ_en_mots(champ)} » manque ici : cochez aussi la ligne nouvelle dont "
                    "dépend ce que vous reprenez, ou laissez-le."
                )


def _modifier(ecriture: Ecriture, difference: Difference) -> None:
    li = difference.changees[0]
    table, cle = entites()[li.entite], difference.la or li.cle
    [lue] = ecriture.lire_lot(table, [cle])
    # Other windows, and Ctrl+Z, write while the differences are being read.
    if json.loads(en_json(table, lue))[difference.champ] != difference.presente:
        raise ErreurConnue(
            f"« {difference.objet} » a changé ici depuis que vous lisez les différences : "
            "rouvrez la copie pour les revoir."
        )
    if li.entite == "cofinancement":
        exiger_saisie_libre(ecriture, cle, [difference.champ])
    suivent = SUIVENT.get(li.entite, set())
    valeur = {c: v for c, v in (li.apres or {}).items() if c == difference.champ or c in suivent}
    _exiger_les_liens(ecriture, li.entite, valeur)
    ecriture.modifier_dans(table, cle, depuis_json(table, json.dumps(valeur)))


def _supprimer(ecriture: Ecriture, lignes: Sequence[LigneChangee]) -> None:
    """Children first; what is gone here already is no matter."""
    for entite in reversed(REUNIES):
        table = entites()[entite]
        cles = [li.cle for li in lignes if li.entite == entite]
        if cles:
            presentes = {
                cle for (cle,) in ecriture.lignes(select(table.c.cle).where(table.c.cle.in_(cles)))
            }
            restees = [cle for cle in cles if cle in presentes]
            if entite == "cofinancement":
                exiger_sans_suite(ecriture, restees)
            _exiger_inutiles(ecriture, table, presentes)
            ecriture.supprimer_dans(table, restees)


def _exiger_inutiles(ecriture: Ecriture, table: Table, cles: set[str]) -> None:
    """A row that something here still hangs on is not deleted. Raises ErreurConnue naming it."""
    for autre in entites().values():
        for lien in autre.foreign_keys:
            if table_liee(lien) != table.name:
                continue
            requete = select(lien.parent).where(lien.parent.in_(cles))
            if autre is table:
                requete = requete.where(autre.c.cle.not_in(cles))
            for (cle,) in ecriture.lignes(requete.limit(1)):
                nom = nommer(ecriture.lignes, {table.name: [cle]}).get(cle, "")
                quoi = f"« {nom} »" if nom else "Une ligne que la copie supprime"
                raise ErreurConnue(
                    f"{quoi} sert encore ici ({ENTITES.get(autre.name, autre.name).lower()}) : "
                    "décochez sa suppression, ou retirez d'abord ce qui en dépend."
                )
