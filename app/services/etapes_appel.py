"""The steps of one appel, as the team keeps them: added, ordered, dated, turned off, finished."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select

from app.models.enums import NatureEtape
from app.models.programme import EtapeAppel, Franchissement
from app.services.accords import denombrer
from app.services.attaches import detacher
from app.services.cycle_dates import DEPOTS, EtapeDatee, boucle
from app.services.cycle_lu import lire_etapes
from app.services.documents import jour_de
from app.services.errors import SaisieRefusee
from app.services.etapes_contrat import etapes_du_contrat, requises
from app.services.fichier import Fichier
from app.services.gardes_seance import Horloge, jour_courant
from app.services.pliage import replier
from app.services.transaction import Ecriture, maintenant

PAS = 10  # gap between the ranks
JOURS_MAXIMUM = 1100  # three years: beyond, a number of days is a mistake


class EtapesAppel:
    """Writes the steps of the appels."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge
        self.operation = fichier.operation

    def _jour(self) -> date:
        return jour_courant(self._horloge)

    def _etapes(self, ecriture: Ecriture, appel: str) -> list[EtapeDatee]:
        return lire_etapes(ecriture.lignes, self._jour(), appel)

    # Where they come from -------------------------------------------------------------------------

    def copier_le_contrat(self, ecriture: Ecriture, appel: str, nature: str) -> int:
        """Give an appel the steps that the contract prints for its nature. Returns how many."""
        modeles = etapes_du_contrat(ecriture.lignes, nature)
        cles = ecriture.inserer_lot(
            EtapeAppel,
            [
                {
                    "appel": appel,
                    "etape": modele.cle,
                    "nature": modele.nature,
                    "nom": modele.nom,
                    "acteur": modele.acteur,
                    "active": modele.active,
                    "rang": rang * PAS,
                }
                for rang, modele in enumerate(modeles)
            ],
        )
        for cle, demandees in requises(modeles, cles).items():
            ecriture.modifier(EtapeAppel, cle, requiert=demandees)
        return len(cles)

    def copier_un_appel(self, ecriture: Ecriture, appel: str, source: str, annees: int) -> int:
        """Give an appel the steps of another one, their dates shifted by so many years."""
        anciennes = self._etapes(ecriture, source)
        neuves = {
            ancienne.cle: ecriture.inserer(
                EtapeAppel,
                appel=appel,
                etape=ancienne.etape,
                nature=ancienne.nature,
                nom=ancienne.nom,
                acteur=ancienne.acteur,
                active=ancienne.active,
                date_debut=decaler(ancienne.date_debut, annees),
                date_fin=decaler(ancienne.date_fin, annees),
                jours_debut=ancienne.jours_debut,
                jours_fin=ancienne.jours_fin,
                rang=ancienne.rang,
            )
            for ancienne in anciennes
        }
        for ancienne in anciennes:
            ecriture.modifier(
                EtapeAppel,
                neuves[ancienne.cle],
                ancre=neuves.get(ancienne.ancre or ""),
                requiert=[neuves[cle] for cle in ancienne.requiert if cle in neuves],
            )
        return len(neuves)

    def reprendre(self, appel: str, nature: str) -> int:
        """The steps of the contract, for an appel that has none yet, in one operation."""
        with self.operation("Reprendre les étapes du contrat") as e:
            if self._etapes(e, appel):
                raise SaisieRefusee(
                    "Cet appel a déjà des étapes : supprimez-les d'abord, ou ajoutez les vôtres."
                )
            nombre = self.copier_le_contrat(e, appel, nature)
            if not nombre:
                raise SaisieRefusee(
                    "Le contrat ne décrit aucune étape : ajoutez les vôtres une à une."
                )
            return nombre

    # One step -------------------------------------------------------------------------------------

    def ajouter(self, appel: str, nom: str, *, apres: str | None = None, **champs: Any) -> str:
        """Add a step after another one, or at the end."""
        with self.operation(f"Ajouter l'étape « {exiger_nom(nom)} »") as e:
            etapes = self._etapes(e, appel)
            neuve = e.inserer(
                EtapeAppel,
                appel=appel,
                nom=exiger_nom(nom),
                **{"nature": str(NatureEtape.AUTRE), **champs},
            )
            cles = [etape.cle for etape in etapes]
            place = cles.index(apres) + 1 if apres in cles else len(cles)
            _numeroter(e, [*cles[:place], neuve, *cles[place:]])
            return neuve

    def modifier(self, cle: str, **champs: Any) -> None:
        with self.operation("Modifier une étape") as e:
            self.poser(e, cle, **champs)

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """The same inside an operation that does more. Raises SaisieRefusee."""
        if "nom" in champs:
            champs["nom"] = exiger_nom(champs["nom"])
        for bout in ("jours_debut", "jours_fin"):
            exiger_jours(champs.get(bout))
        etape, etapes = self._lue(ecriture, cle)
        if "ancre" in champs:
            _exiger_sans_boucle(etape, etapes, champs["ancre"])
        if champs.get("terminee_le") is not None:
            _exiger_requises(etape, etapes, motif=None)
        _exiger_ordre(etape, champs)
        ecriture.modifier(EtapeAppel, cle, **champs)

    def poser_ancre(self, ecriture: Ecriture, cle: str, nom: str | None) -> None:
        """Count a step from another one of its appel, told by its name; None: from none."""
        _, etapes = self._lue(ecriture, cle)
        self.poser(ecriture, cle, ancre=trouver(etapes, nom))

    def poser_requises(self, ecriture: Ecriture, cle: str, noms: str | None) -> None:
        """The steps to be done first, by their names set apart with « ; »."""
        etape, etapes = self._lue(ecriture, cle)
        cites = [nom.strip() for nom in (noms or "").split(";") if nom.strip()]
        cles = [trouver(etapes, nom) for nom in cites]
        if cle in cles:
            raise SaisieRefusee(f"« {etape.nom} » ne peut pas se demander elle-même.")
        ecriture.modifier(EtapeAppel, cle, requiert=cles)

    def deplacer(self, cle: str, pas: int) -> None:
        """Move a step up (-1) or down (+1) in its appel."""
        with self.operation("Déplacer une étape") as e:
            _, etapes = self._lue(e, cle)
            cles = [etape.cle for etape in etapes]
            place = cles.index(cle)
            arrivee = min(max(place + pas, 0), len(cles) - 1)
            cles.insert(arrivee, cles.pop(place))
            _numeroter(e, cles)

    def supprimer(self, *cles: str) -> None:
        """Delete steps that no action has crossed; what was counted from them keeps its dates."""
        nombre = denombrer(len(cles), "une étape")
        with self.operation(f"Supprimer {nombre}") as e:
            for cle in cles:
                self._supprimer(e, cle)
            detacher(e, cles)
            e.supprimer_lot(EtapeAppel, cles)

    def _supprimer(self, ecriture: Ecriture, cle: str) -> None:
        """Free the others from a step that leaves. Raises SaisieRefusee when actions crossed it."""
        etape, etapes = self._lue(ecriture, cle)
        franchie = select(Franchissement.cle).where(Franchissement.etape == cle).limit(1)
        if ecriture.lignes(franchie):
            raise SaisieRefusee(
                f"Des actions ont franchi « {etape.nom} » : écartez-la plutôt (colonne « Active »)."
            )
        for autre in etapes:
            if autre.ancre == cle:
                ecriture.modifier(EtapeAppel, autre.cle, ancre=None, **_dates_figees(autre))
            if cle in autre.requiert:
                restantes = [requise for requise in autre.requiert if requise != cle]
                ecriture.modifier(EtapeAppel, autre.cle, requiert=restantes)

    def terminer(self, cle: str, jour: str, motif: str | None = None) -> None:
        """The appel has done with a step. What it requires must be finished, or a motif given."""
        with self.operation("Terminer une étape") as e:
            self.poser_fin(e, cle, jour, motif)

    def poser_fin(self, ecriture: Ecriture, cle: str, jour: str | None, motif: str | None) -> None:
        """The same inside an operation that does more: the motif is kept in the note of the step.

        `jour` None: the step begins only.
        """
        etape, etapes = self._lue(ecriture, cle)
        champs: dict[str, Any] = {} if jour is None else {"terminee_le": jour}
        manque = _exiger_requises(etape, etapes, motif)
        if manque:
            trace = f"Sans « {manque} » : {(motif or '').strip()}"
            champs["note"] = f"{etape.note}\n{trace}" if etape.note else trace
        ecriture.modifier(EtapeAppel, cle, **champs)

    def _lue(self, ecriture: Ecriture, cle: str) -> tuple[EtapeDatee, list[EtapeDatee]]:
        appel = ecriture.lire(EtapeAppel, cle)["appel"]
        etapes = self._etapes(ecriture, appel)
        return next(etape for etape in etapes if etape.cle == cle), etapes


def etape_d_ouverture(etapes: Sequence[EtapeDatee]) -> EtapeDatee | None:
    """The step with which an appel opens: its launch, else its first deposit."""
    actives = [etape for etape in etapes if etape.active]
    lancements = [etape for etape in actives if etape.nature == NatureEtape.LANCEMENT]
    return next(iter([*lancements, *(e for e in actives if e.nature in DEPOTS)]), None)


def requises_manquantes(etape: EtapeDatee, etapes: Sequence[EtapeDatee]) -> list[str]:
    """Names of the steps that it requires and that are not finished."""
    return [e.nom for e in etapes if e.cle in etape.requiert and e.active and e.terminee_le is None]


def exiger_nom(nom: str | None) -> str:
    propre = (nom or "").strip()
    if not propre:
        raise SaisieRefusee("Une étape a un nom : tapez-le, comme « Dépôt définitif ».")
    return propre


def exiger_jours(jours: int | None) -> None:
    if jours is not None and abs(jours) > JOURS_MAXIMUM:
        raise SaisieRefusee(
            f"Tapez un nombre de jours entre -{JOURS_MAXIMUM} et {JOURS_MAXIMUM}, comme 30."
        )


def trouver(etapes: Sequence[EtapeDatee], nom: str | None) -> str | None:
    """Key of the step of that name; None for an empty one. Raises SaisieRefusee."""
    propre = replier((nom or "").strip())
    if not propre:
        return None
    trouvees = [etape.cle for etape in etapes if replier(etape.nom) == propre]
    debuts = trouvees or [etape.cle for etape in etapes if replier(etape.nom).startswith(propre)]
    if len(debuts) != 1:
        raise SaisieRefusee(
            f"« {(nom or '').strip()} » n'est pas une étape de cet appel : "
            "choisissez-en une dans la liste proposée."
        )
    return debuts[0]


def decaler(jour: str | None, annees: int) -> str | None:
    """The same day so many years later; 29 February becomes the 28th."""
    lu = jour_de(jour)
    if lu is None:
        return None
    try:
        return lu.replace(year=lu.year + annees).isoformat()
    except ValueError:
        return lu.replace(year=lu.year + annees, day=28).isoformat()


def _numeroter(ecriture: Ecriture, cles: Sequence[str]) -> None:
    for rang, cle in enumerate(cles):
        ecriture.modifier(EtapeAppel, cle, rang=rang * PAS)


def _dates_figees(etape: EtapeDatee) -> dict[str, Any]:
    """The dates it had, now its own."""
    bouts = {"date_debut": etape.debut, "date_fin": etape.fin}
    return {nom: jour.isoformat() for nom, jour in bouts.items() if jour is not None}


def _exiger_sans_boucle(etape: EtapeDatee, etapes: Sequence[EtapeDatee], ancre: str | None) -> None:
    if ancre == etape.cle:
        raise SaisieRefusee(
            f"« {etape.nom} » ne peut pas se compter depuis elle-même : choisissez une autre étape."
        )
    chemin = boucle(etapes, etape.cle, ancre)
    if chemin:
        raise SaisieRefusee(
            f"« {chemin[0]} » est déjà comptée depuis « {etape.nom} » : "
            "donnez une date à l'une des deux."
        )


def _exiger_requises(etape: EtapeDatee, etapes: Sequence[EtapeDatee], motif: str | None) -> str:
    """Name of the first step it requires that is not finished; empty: none. Raises without a motif."""
    manquent = requises_manquantes(etape, etapes)
    if manquent and not (motif or "").strip():
        raise SaisieRefusee(
            f"« {manquent[0]} » n'est pas terminée, et « {etape.nom} » la demande : terminez-la "
            "d'abord, ou passez par « Terminer l'étape » pour donner un motif."
        )
    return manquent[0] if manquent else ""


def _exiger_ordre(etape: EtapeDatee, champs: dict[str, Any]) -> None:
    """Its end is not before its beginning, among the dates that are typed."""
    voulue = replace(
        etape, **{nom: champs[nom] for nom in ("date_debut", "date_fin") if nom in champs}
    )
    debut, fin = jour_de(voulue.date_debut), jour_de(voulue.date_fin)
    if debut is not None and fin is not None and fin < debut:
        raise SaisieRefusee(
            f"« {etape.nom} » finirait le {fin:%d/%m/%Y}, avant de commencer le "
            f"{debut:%d/%m/%Y} : corrigez l'une des deux dates."
        )
