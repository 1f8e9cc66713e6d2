"""The named views of a list: shared, or private to a person. Those of the program until modified."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.models.organisme import Financeur
from app.models.tableau import Vue
from app.services.columns import Colonne, replier
from app.services.errors import SaisieRefusee
from app.services.etats_vue import EtatVue
from app.services.fichier import Fichier
from app.services.transaction import Ecriture
from app.services.vues_livrees import ECART_DES_RANGS, VueLivree, cle_livree, livrees

NOM_MAXIMUM = 60
_LIVREE, _RETIREE = "livree", "retiree"  # what is kept of a view of the program, instead of a state


@dataclass(frozen=True, slots=True)
class LigneVue:
    """One view. `etat` None: that of `livree`, found from the columns at each use.

    `dans_le_fichier`: it has a row; a view of the program has none until it is modified.
    """

    cle: str
    nom: str
    rang: int
    privee: bool = False
    etat: EtatVue | None = None
    livree: VueLivree | None = None
    dans_le_fichier: bool = True

    @property
    def est_livree(self) -> bool:
        """True of a view of the program, modified or not."""
        return self.livree is not None


class Vues:
    """Reads and writes the views of the open file, as the person who signs it sees them."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier

    # Reading ------------------------------------------------------------------------------------

    def lignes(self, liste: str) -> tuple[LigneVue, ...]:
        """The views of a list that this person may see, in their order."""
        lues = self._lues(liste)
        retirees = {cle for cle, ligne in lues.items() if ligne.etat.get(_RETIREE)}
        du_programme = {
            cle: LigneVue(cle, livree.nom, rang, livree=livree, dans_le_fichier=False)
            for cle, livree, rang in _du_programme(liste)
        }
        du_fichier = {
            cle: _ligne(ligne, du_programme.get(cle))
            for cle, ligne in lues.items()
            if cle not in retirees
        }
        vues = [v for c, v in (du_programme | du_fichier).items() if c not in retirees]
        return tuple(sorted(vues, key=lambda vue: (vue.rang, vue.cle)))

    def etat(self, vue: LigneVue, colonnes: Sequence[Colonne]) -> EtatVue:
        """How a view shows these columns."""
        if vue.etat is not None:
            return vue.etat
        if vue.livree is None or not vue.livree.colonnes:
            return EtatVue() if vue.livree is None else vue.livree.resoudre(colonnes, {})
        return vue.livree.resoudre(colonnes, self._natures())

    def _natures(self) -> Mapping[str, str]:
        lignes = self._fichier.lignes(select(Financeur.cle, Financeur.nature))
        return {cle: str(nature) for cle, nature in lignes}

    def _lues(self, liste: str) -> dict[str, Any]:
        requete = select(Vue.cle, Vue.nom, Vue.proprietaire, Vue.etat, Vue.rang).where(
            Vue.liste == liste,
            Vue.proprietaire.is_(None) | (Vue.proprietaire == self._fichier.signature.auteur),
        )
        return {ligne.cle: ligne for ligne in self._fichier.lignes(requete)}

    def _vue(self, liste: str, cle: str) -> LigneVue:
        for vue in self.lignes(liste):
            if vue.cle == cle:
                return vue
        raise SaisieRefusee("Cette vue n’existe plus : choisissez-en une autre.")

    # Writing ------------------------------------------------------------------------------------

    def creer(self, liste: str, nom: str, etat: EtatVue, *, privee: bool = False) -> str:
        """Keep a state as a new view, the last one. Returns its key."""
        vues = self.lignes(liste)
        propre = _nom_accepte(nom, vues)
        rang = max((vue.rang for vue in vues), default=0) + ECART_DES_RANGS
        with self._fichier.operation(f"Créer la vue « {propre} »") as ecriture:
            return ecriture.inserer(
                Vue,
                liste=liste,
                nom=propre,
                proprietaire=self._fichier.signature.auteur if privee else None,
                etat=etat.en_dict(),
                rang=rang,
            )

    def dupliquer(
        self, liste: str, cle: str, colonnes: Sequence[Colonne], *, privee: bool | None = None
    ) -> str:
        """A copy of a view, beside it. Returns its key."""
        vues = self.lignes(liste)
        vue = self._vue(liste, cle)
        a_soi = vue.privee if privee is None else privee
        nom = _nom_libre(vue.nom, vues)
        etat = self.etat(vue, colonnes).en_dict()
        with self._fichier.operation(f"Dupliquer la vue « {vue.nom} »") as ecriture:
            nouvelle = ecriture.inserer(
                Vue,
                liste=liste,
                nom=nom,
                proprietaire=self._fichier.signature.auteur if a_soi else None,
                etat=etat,
            )
            place = [*vues]
            copie = LigneVue(nouvelle, nom, vue.rang, privee=a_soi)
            place.insert(vues.index(vue) + 1, copie)
            _ranger(ecriture, liste, place, copie)
        return nouvelle

    def renommer(self, liste: str, cle: str, nom: str) -> None:
        vue = self._vue(liste, cle)
        autres = [autre for autre in self.lignes(liste) if autre.cle != cle]
        propre = _nom_accepte(nom, autres)
        with self._fichier.operation(f"Renommer la vue « {vue.nom} »") as ecriture:
            _poser(ecriture, liste, vue, nom=propre)

    def enregistrer(self, liste: str, cle: str, etat: EtatVue) -> None:
        """Make a view be what is on screen."""
        vue = self._vue(liste, cle)
        with self._fichier.operation(f"Modifier la vue « {vue.nom} »") as ecriture:
            _poser(ecriture, liste, vue, etat=etat.en_dict())

    def rendre_privee(self, liste: str, cle: str, *, privee: bool) -> None:
        """Keep a view for oneself, or give it to everyone."""
        vue = self._vue(liste, cle)
        if privee and vue.est_livree:
            raise SaisieRefusee(
                f"« {vue.nom} » est fournie à tous avec le programme : dupliquez-la, puis rendez la "
                "copie privée."
            )
        libelle = "Rendre privée" if privee else "Partager"
        proprietaire = self._fichier.signature.auteur if privee else None
        with self._fichier.operation(f"{libelle} la vue « {vue.nom} »") as ecriture:
            _poser(ecriture, liste, vue, proprietaire=proprietaire)

    def deplacer(self, liste: str, cle: str, position: int) -> None:
        """Put a view at a place among those that this person sees, from 0."""
        vue = self._vue(liste, cle)
        place = [autre for autre in self.lignes(liste) if autre.cle != cle]
        place.insert(position, vue)
        if [v.cle for v in place] == [v.cle for v in self.lignes(liste)]:
            return
        with self._fichier.operation(f"Déplacer la vue « {vue.nom} »") as ecriture:
            _ranger(ecriture, liste, place, vue)

    def supprimer(self, liste: str, cle: str) -> None:
        vue = self._vue(liste, cle)
        if len(self.lignes(liste)) == 1:
            raise SaisieRefusee("C’est la dernière vue de cette liste : créez-en une autre avant.")
        with self._fichier.operation(f"Supprimer la vue « {vue.nom} »") as ecriture:
            if vue.est_livree:
                _poser(ecriture, liste, vue, etat={_RETIREE: True})
            else:
                ecriture.supprimer(Vue, cle)

    def peut_retablir(self, liste: str) -> bool:
        """True when a view of the program was modified, moved or deleted."""
        return bool(self._modifiees(liste))

    def retablir(self, liste: str) -> None:
        """Give back the views of the program as they came."""
        modifiees = self._modifiees(liste)
        with self._fichier.operation("Rétablir les vues d’origine") as ecriture:
            ecriture.supprimer_lot(Vue, modifiees)

    def _modifiees(self, liste: str) -> list[str]:
        cles = {cle for cle, _, _ in _du_programme(liste)}
        return sorted(cle for cle in self._lues(liste) if cle in cles)


def _du_programme(liste: str) -> list[tuple[str, VueLivree, int]]:
    return [
        (cle_livree(liste, livree.identifiant), livree, rang * ECART_DES_RANGS)
        for rang, livree in enumerate(livrees(liste), start=1)
    ]


def _ligne(lue: Any, du_programme: LigneVue | None) -> LigneVue:
    return LigneVue(
        lue.cle,
        lue.nom,
        lue.rang,
        privee=lue.proprietaire is not None,
        etat=_etat_lu(lue.etat),
        livree=du_programme.livree if du_programme else None,
    )


def _etat_lu(brut: Mapping[str, Any]) -> EtatVue | None:
    """None when the row keeps the state of the program. What a newer version wrote is passed over."""
    if _LIVREE in brut:
        return None
    try:
        return EtatVue.depuis_dict(brut)
    except (KeyError, TypeError, ValueError, AttributeError):
        return EtatVue()


def _poser(ecriture: Ecriture, liste: str, vue: LigneVue, **valeurs: Any) -> None:
    """Change the row of a view; a view of the program gets its own the first time."""
    if vue.dans_le_fichier:
        ecriture.modifier(Vue, vue.cle, **valeurs)
        return
    defaut = {"cle": vue.cle, "liste": liste, "nom": vue.nom, "rang": vue.rang}
    ecriture.inserer(Vue, **{**defaut, "etat": {_LIVREE: True}, **valeurs})


def _ranger(ecriture: Ecriture, liste: str, place: Sequence[LigneVue], bougee: LigneVue) -> None:
    """Give the moved view a rank between its neighbours; every view a new one when there is none."""
    i = place.index(bougee)
    bas = place[i - 1].rang if i else place[1].rang - 2 * ECART_DES_RANGS
    haut = place[i + 1].rang if i + 1 < len(place) else bas + 2 * ECART_DES_RANGS
    milieu = (bas + haut) // 2
    if bas < milieu < haut:
        _poser(ecriture, liste, bougee, rang=milieu)
        return
    for rang, vue in enumerate(place, start=1):
        if vue.rang != rang * ECART_DES_RANGS or vue is bougee:
            _poser(ecriture, liste, vue, rang=rang * ECART_DES_RANGS)


def _nom_accepte(nom: str, autres: Sequence[LigneVue]) -> str:
    """The name on one line. Raises SaisieRefusee."""
    propre = " ".join("".join(c if c.isprintable() else " " for c in nom).split())
    if not propre:
        raise SaisieRefusee("Une vue doit avoir un nom : tapez-en un, comme « Comité de mars ».")
    if len(propre) > NOM_MAXIMUM:
        raise SaisieRefusee(
            f"Ce nom de vue est trop long : {NOM_MAXIMUM} caractères au plus, il en a {len(propre)}."
        )
    if any(replier(autre.nom) == replier(propre) for autre in autres):
        raise SaisieRefusee(f"Une vue s’appelle déjà « {propre} » : donnez un autre nom.")
    return propre


def _nom_libre(nom: str, vues: Sequence[LigneVue]) -> str:
    """« Comité (2) », then « Comité (3) »."""
    pris = {replier(vue.nom) for vue in vues}
    debut = nom[: NOM_MAXIMUM - 6].rstrip()
    return next(
        propose
        for propose in (f"{debut} ({n})" for n in range(2, len(vues) + 3))
        if replier(propose) not in pris
    )
