"""The actions of a year: their rows for the table, their sheet, and how they are written."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from app.models.action import (
    Action,
    ActionCommune,
    ActionQuartier,
    Classement,
    Cofinancement,
    LigneBudget,
)
from app.models.base import nouvelle_cle
from app.models.calculs import cout_de_l_action
from app.models.contrat import Noeud
from app.models.enums import Recurrence, SensBudget, StatutAction
from app.models.seance import MontantScenario, Point, Scenario, Seance
from app.services.assemblage import lignes_de_l_annee, lignes_des_cles
from app.services.attaches import detacher
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.identifiants import sans_invisibles
from app.services.rows import LigneAction
from app.services.transaction import Ecriture, maintenant

if TYPE_CHECKING:
    from app.services.depots import Depots
    from app.services.gardes_seance import Horloge

SAISIE = "Dossier saisi dans le tableau"  # where a new action comes from
LOT = 500  # keys of one « IN (…) »: SQLite takes 32 766 variables, reading by lots stays quick


def par_lots(cles: Sequence[str]) -> Iterable[Sequence[str]]:
    for debut in range(0, len(cles), LOT):
        yield cles[debut : debut + LOT]


class Actions:
    """Reads and writes the actions of the open file."""

    def __init__(self, fichier: Fichier, *, horloge: "Horloge" = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge
        self.operation = fichier.operation
        self.lire = fichier.lignes

    # Reading ------------------------------------------------------------------------------------

    def lignes(self, annee: int) -> list[LigneAction]:
        """Every action of a year, in the order of their number. A fixed number of reads."""
        return lignes_de_l_annee(self._fichier, annee)

    def lignes_de(self, cles: Iterable[str]) -> dict[str, LigneAction]:
        """The same rows for some actions only: what a screen reads again after a notice."""
        lues: dict[str, LigneAction] = {}
        for lot in par_lots(sorted(cles)):
            lues |= {ligne.cle: ligne for ligne in lignes_des_cles(self._fichier, lot)}
        return lues

    def annees(self) -> list[int]:
        """Years that have actions, the last one first."""
        requete = select(Action.annee).distinct().order_by(Action.annee.desc())
        return [annee for (annee,) in self._fichier.lignes(requete)]

    # Writing ------------------------------------------------------------------------------------

    def creer(self, annee: int, titre: str, *, porteur: str | None = None, **champs: Any) -> str:
        """Create an action; its number is the next of the year."""
        titre = exiger_titre(titre)
        _exiger_positifs(champs)
        with self._fichier.operation(f"Créer l'action « {abrege(titre)} »") as ecriture:
            cle = nouvelle_cle()
            ecriture.inserer(
                Action,
                cle=cle,
                annee=annee,
                numero=numero_suivant(ecriture, annee),
                titre=titre,
                porteur=porteur,
                lignee=cle,
                **{"statut": str(StatutAction.DEPOSEE), **champs},
            )
            if champs.get("statut", StatutAction.DEPOSEE) == StatutAction.DEPOSEE:
                self._depots().naitre(ecriture, [cle], SAISIE)
            return cle

    def modifier(self, cle: str, **champs: Any) -> None:
        """Change fields of an action. Raises SaisieRefusee on a value that cannot be kept."""
        noms = ", ".join(LIBELLES_CHAMPS.get(nom, nom) for nom in champs)
        with self._fichier.operation(f"Modifier {noms}") as ecriture:
            self.poser(ecriture, cle, **champs)

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """The same inside an operation that does more."""
        from app.services.depots import A_DEPOSER
        from app.services.reouvertures import exiger_champs_ouverts

        if "titre" in champs:
            champs["titre"] = exiger_titre(champs["titre"])
        _exiger_positifs(champs)
        if "cout_total" in champs:
            _exiger_sans_budget(ecriture, cle)
        avant = ecriture.lire(Action, cle)
        exiger_champs_ouverts(ecriture, avant, champs, self._horloge)
        ecriture.modifier_lue(Action, avant, **champs)
        if champs.get("statut") == StatutAction.DEPOSEE and avant["statut"] in A_DEPOSER:
            self._depots().deposer_du_tableau(ecriture, cle)

    def _depots(self) -> "Depots":
        from app.services.depots import Depots

        return Depots(self._fichier, horloge=self._horloge)

    def lier_a(self, cle: str, precedente: str | None) -> None:
        """Say which action of a former year this one renews (None: it is new)."""
        with self._fichier.operation("Modifier la reconduction") as ecriture:
            if precedente is None:
                ecriture.modifier(Action, cle, precedente=None, recurrence=str(Recurrence.NOUVEAU))
                _changer_de_lignee(ecriture, cle, cle)
                return
            ancienne = ecriture.lire(Action, precedente)
            if ancienne["annee"] >= ecriture.lire(Action, cle)["annee"]:
                raise SaisieRefusee(
                    "Une action ne peut reconduire qu'une action d'une année antérieure : "
                    "choisissez-en une autre."
                )
            ecriture.modifier(
                Action, cle, precedente=precedente, recurrence=str(Recurrence.RECONDUCTION)
            )
            _changer_de_lignee(ecriture, cle, ancienne["lignee"])

    def definir_quartiers(self, cle: str, parts: Mapping[str, Decimal | None]) -> None:
        """Set the quartiers of an action with their share in % (None: not shared out)."""
        connues = [p for p in parts.values() if p is not None]
        if any(p < 0 for p in connues) or sum(connues) > 100:
            raise SaisieRefusee(
                "Les parts des quartiers doivent être positives et ne pas dépasser 100 % au total."
            )
        with self._fichier.operation("Modifier les quartiers") as ecriture:
            self.poser_quartiers(ecriture, cle, parts)

    def poser_quartiers(
        self, ecriture: Ecriture, cle: str, parts: Mapping[str, Decimal | None]
    ) -> None:
        """The same inside an operation that does more."""
        lignes = [{"quartier": q, "part": p} for q, p in parts.items()]
        _remplacer(ecriture, ActionQuartier, cle, lignes)

    def definir_communes(self, cle: str, communes: Iterable[str]) -> None:
        with self._fichier.operation("Modifier les communes") as ecriture:
            self.poser_communes(ecriture, cle, communes)

    def poser_communes(self, ecriture: Ecriture, cle: str, communes: Iterable[str]) -> None:
        """The same inside an operation that does more."""
        _remplacer(ecriture, ActionCommune, cle, [{"commune": c} for c in communes])

    def classer(self, cle: str, noeud: str, *, principal: bool = True) -> None:
        """Class an action on a node; a new principal replaces the former in that nomenclature."""
        with self._fichier.operation("Modifier le classement") as ecriture:
            self.poser_classement(ecriture, cle, noeud, principal=principal)

    def poser_classement(
        self, ecriture: Ecriture, cle: str, noeud: str, *, principal: bool = True
    ) -> None:
        """The same inside an operation that does more."""
        nomenclature = ecriture.lire(Noeud, noeud)["nomenclature"]
        presents = ecriture.lignes(
            select(Classement.cle, Classement.noeud, Classement.principal)
            .join(Noeud, Noeud.cle == Classement.noeud)
            .where(Classement.action == cle, Noeud.nomenclature == nomenclature)
        )
        meme = next((p.cle for p in presents if p.noeud == noeud), None)
        for present in presents:
            if principal and present.principal and present.cle != meme:
                ecriture.supprimer(Classement, present.cle)
        if meme is None:
            ecriture.inserer(Classement, action=cle, noeud=noeud, principal=principal)
        else:
            ecriture.modifier(Classement, meme, principal=principal)

    def declasser(self, cle: str, noeud: str) -> None:
        with self._fichier.operation("Retirer un classement") as ecriture:
            for (classement,) in ecriture.lignes(
                select(Classement.cle).where(Classement.action == cle, Classement.noeud == noeud)
            ):
                ecriture.supprimer(Classement, classement)

    def supprimer(self, cle: str) -> None:
        """Delete an action and all that hangs on it. Refused when a later year renews it."""
        from app.services.dependants_action import (
            emporter,
            exiger_hors_reunion,
            exiger_sans_courrier_envoye,
        )
        from app.services.suites_attachees import exiger_sans_suite

        with self._fichier.operation("Supprimer une action") as ecriture:
            suivantes = ecriture.lignes(select(Action.titre).where(Action.precedente == cle))
            if suivantes:
                raise SaisieRefusee(
                    f"L'action « {abrege(suivantes[0].titre)} » reconduit celle-ci : "
                    "modifiez d'abord sa reconduction."
                )
            _exiger_hors_seance(ecriture, cle)
            lus = ecriture.lignes(select(Cofinancement.cle).where(Cofinancement.action == cle))
            siens = [cofinancement for (cofinancement,) in lus]
            exiger_sans_suite(ecriture, siens)
            exiger_hors_reunion(ecriture, cle)
            exiger_sans_courrier_envoye(ecriture, cle)
            emporter(ecriture, cle)
            detacher(ecriture, [cle, *siens])
            ecriture.supprimer(Action, cle)

    # Budget -------------------------------------------------------------------------------------

    def ajouter_ligne_budget(
        self, action: str, *, sens: str, compte: str, libelle: str | None, montant: Decimal | None
    ) -> str:
        from app.services.reouvertures import exiger_ouvert

        _exiger_ligne({"compte": compte, "montant": montant})
        with self._fichier.operation(f"Ajouter une ligne {compte} au budget") as ecriture:
            exiger_ouvert(ecriture, action, self._horloge)
            return ecriture.inserer(
                LigneBudget,
                action=action,
                sens=sens,
                compte=compte,
                libelle=libelle,
                montant=montant,
                rang=len(
                    ecriture.lignes(select(LigneBudget.cle).where(LigneBudget.action == action))
                ),
            )

    def modifier_ligne_budget(self, cle: str, **champs: Any) -> None:
        """Raises SaisieRefusee on a negative amount or an empty account."""
        with self._fichier.operation("Modifier le budget") as ecriture:
            self.poser_ligne_budget(ecriture, cle, **champs)

    def poser_ligne_budget(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """The same inside an operation that does more."""
        from app.services.reouvertures import exiger_ouvert

        _exiger_ligne(champs)
        avant = ecriture.lire(LigneBudget, cle)
        if any(avant[nom] != valeur for nom, valeur in champs.items()):
            exiger_ouvert(ecriture, avant["action"], self._horloge)
        ecriture.modifier_lue(LigneBudget, avant, **champs)

    def supprimer_ligne_budget(self, *cles: str) -> None:
        """Delete lines of the budget, in one operation."""
        from app.services.reouvertures import exiger_ouvert

        combien = "une ligne" if len(cles) == 1 else f"{len(cles)} lignes"
        with self._fichier.operation(f"Supprimer {combien} du budget") as ecriture:
            lues = select(LigneBudget.action).where(LigneBudget.cle.in_(cles)).distinct()
            for (action,) in ecriture.lignes(lues):
                exiger_ouvert(ecriture, action, self._horloge)
            ecriture.supprimer_lot(LigneBudget, cles)


LIBELLES_CHAMPS = {
    "titre": "l'intitulé",
    "description": "la description",
    "porteur": "le porteur",
    "statut": "le statut",
    "echelle": "l'échelle",
    "nature": "la nature",
    "recurrence": "nouveau ou reconduction",
    "reference": "la référence",
    "appel": "l'appel",
    "public_total": "le public total",
    "public_qpv": "le public en QPV",
    "public_femmes": "le nombre de femmes",
    "public_hommes": "le nombre d'hommes",
    "public_ages": "les âges du public",
    "cout_total": "le coût total",
    "avis": "l'avis",
    "observation": "l'observation",
    "cpo_rang": "l'année de CPO",
    "cpo_duree": "la durée de la CPO",
    "date_debut": "la date de début",
    "date_fin": "la date de fin",
    "hors_qpv_motif": "le motif hors QPV",
}


def abrege(titre: str, longueur: int = 60) -> str:
    """A title short enough for a label."""
    return titre if len(titre) <= longueur else titre[: longueur - 1].rstrip() + "…"


def exiger_titre(titre: str | None) -> str:
    propre = " ".join(sans_invisibles(titre or "").split())
    if not propre:
        raise SaisieRefusee("Une action doit avoir un intitulé : tapez-en un.")
    return propre


def _exiger_positifs(champs: Mapping[str, Any]) -> None:
    for nom, valeur in champs.items():
        if nom.startswith("public_") and isinstance(valeur, int) and valeur < 0:
            raise SaisieRefusee("Un nombre de personnes ne peut pas être négatif.")
    cout = champs.get("cout_total")
    if cout is not None and cout < 0:
        raise SaisieRefusee(
            "Le coût d'une action ne peut pas être négatif : tapez un montant positif."
        )


_CHARGES = select(LigneBudget.compte, LigneBudget.montant).where(
    LigneBudget.action == bindparam("action"), LigneBudget.sens == str(SensBudget.CHARGE)
)


def _exiger_sans_budget(ecriture: Ecriture, cle: str) -> None:
    """A cost declared beside a budget would not be seen: its charges are the cost."""
    charges = ((c.compte, c.montant) for c in ecriture.lignes(_CHARGES, {"action": cle}))
    if cout_de_l_action(charges, None) is not None:
        raise SaisieRefusee("Le coût vient du budget par compte : modifiez-le dans la fiche.")


def _exiger_ligne(champs: Mapping[str, Any]) -> None:
    montant = champs.get("montant")
    if montant is not None and montant < 0:
        raise SaisieRefusee(
            "Un montant du budget ne peut pas être négatif : tapez un montant positif."
        )
    if "compte" in champs and not champs["compte"]:
        raise SaisieRefusee("Une ligne du budget doit avoir un compte : tapez-le, comme 60.")


def _exiger_hors_seance(ecriture: Ecriture, cle: str) -> None:
    """What a comité has on its agenda, or has decided, is not deleted: it is withdrawn."""
    seances = select(Seance.titre).join(Point, Point.seance == Seance.cle)
    scenarios = select(Scenario.nom).join(MontantScenario, MontantScenario.scenario == Scenario.cle)
    for requete in (
        seances.where(Point.action == cle),
        scenarios.where(MontantScenario.action == cle),
    ):
        for (nom,) in ecriture.lignes(requete.limit(1)):
            raise SaisieRefusee(
                f"Cette action figure dans « {nom} » : retirez-l'en d'abord, "
                "ou donnez-lui le statut « Retirée par le porteur »."
            )


def numero_suivant(ecriture: Ecriture, annee: int) -> str:
    """Next number of a year, such as « 2026-014 »."""
    numeros = ecriture.lignes(select(Action.numero).where(Action.annee == annee))
    rangs = [int(n.rsplit("-", 1)[-1]) for (n,) in numeros if n.rsplit("-", 1)[-1].isdecimal()]
    return f"{annee}-{max(rangs, default=0) + 1:03d}"


def _changer_de_lignee(ecriture: Ecriture, cle: str, lignee: str) -> None:
    """Put an action in a lineage, with the later years that renew it: N-1 is read by lineage."""
    a_suivre, suivies = [cle], {cle}
    while a_suivre:
        courante = a_suivre.pop()
        ecriture.modifier(Action, courante, lignee=lignee)
        suivantes = ecriture.lignes(select(Action.cle).where(Action.precedente == courante))
        a_suivre += [suivante for (suivante,) in suivantes if suivante not in suivies]
        suivies.update(a_suivre)


def _remplacer(
    ecriture: Ecriture,
    modele: type[ActionQuartier] | type[ActionCommune],
    action: str,
    lignes: Sequence[dict[str, Any]],
) -> None:
    """Make the rows of `modele` for this action be `lignes`, touching only those that differ."""
    lien = "quartier" if modele is ActionQuartier else "commune"
    presentes = {
        getattr(ligne, lien): ligne.cle
        for ligne in ecriture.lignes(
            select(modele.cle, getattr(modele, lien)).where(modele.action == action)
        )
    }
    voulues = {ligne[lien]: ligne for ligne in lignes}
    for cible, cle in presentes.items():
        if cible not in voulues:
            ecriture.supprimer(modele, cle)
    for cible, ligne in voulues.items():
        if cible in presentes:
            ecriture.modifier(modele, presentes[cible], **ligne)
        else:
            ecriture.inserer(modele, action=action, **ligne)
