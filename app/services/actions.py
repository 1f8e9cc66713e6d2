"""The actions of a year: their rows for the table, their sheet, and how they are written."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.models.action import (
    Action,
    ActionCommune,
    ActionQuartier,
    Classement,
    Cofinancement,
    LigneBudget,
)
from app.models.base import Requete, nouvelle_cle
from app.models.calculs import somme, somme_ou_rien
from app.models.contrat import Commune, Echelle, Noeud, Quartier
from app.models.enums import Recurrence, StatutAction
from app.models.organisme import Organisme
from app.models.programme import Appel
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.rows import LigneAction, Montants
from app.services.transaction import Ecriture

LOT = 500  # keys of one « IN (…) »: SQLite takes 32 766 variables, reading by lots stays quick
ENFANTS = (ActionQuartier, ActionCommune, Classement, LigneBudget, Cofinancement)


def par_lots(cles: Sequence[str]) -> Iterable[Sequence[str]]:
    for debut in range(0, len(cles), LOT):
        yield cles[debut : debut + LOT]


class Actions:
    """Reads and writes the actions of the open file."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier

    # Reading ------------------------------------------------------------------------------------

    def lignes(self, annee: int) -> list[LigneAction]:
        """Every action of a year, in the order of their number. A fixed number of reads."""
        return _Assemblage(self._fichier).lignes(Action.annee == annee)

    def lignes_de(self, cles: Iterable[str]) -> dict[str, LigneAction]:
        """The same rows for some actions only: what a screen reads again after a notice."""
        lues: dict[str, LigneAction] = {}
        for lot in par_lots(sorted(cles)):
            lues |= {ligne.cle: ligne for ligne in self._lot(lot)}
        return lues

    def _lot(self, cles: Sequence[str]) -> list[LigneAction]:
        return _Assemblage(self._fichier).lignes(Action.cle.in_(cles))

    def annees(self) -> list[int]:
        """Years that have actions, the last one first."""
        requete = select(Action.annee).distinct().order_by(Action.annee.desc())
        return [annee for (annee,) in self._fichier.lignes(requete)]

    # Writing ------------------------------------------------------------------------------------

    def creer(self, annee: int, titre: str, *, porteur: str | None = None, **champs: Any) -> str:
        """Create an action; its number is the next of the year."""
        titre = exiger_titre(titre)
        with self._fichier.operation(f"Créer l'action « {abrege(titre)} »") as ecriture:
            cle = nouvelle_cle()
            return ecriture.inserer(
                Action,
                cle=cle,
                annee=annee,
                numero=numero_suivant(ecriture, annee),
                titre=titre,
                porteur=porteur,
                lignee=cle,
                **{"statut": str(StatutAction.DEPOSEE), **champs},
            )

    def modifier(self, cle: str, **champs: Any) -> None:
        """Change fields of an action. Raises SaisieRefusee on a value that cannot be kept."""
        if "titre" in champs:
            champs["titre"] = exiger_titre(champs["titre"])
        _exiger_publics_positifs(champs)
        noms = ", ".join(LIBELLES_CHAMPS.get(nom, nom) for nom in champs)
        with self._fichier.operation(f"Modifier {noms}") as ecriture:
            ecriture.modifier(Action, cle, **champs)

    def lier_a(self, cle: str, precedente: str | None) -> None:
        """Say which action of a former year this one renews (None: it is new)."""
        with self._fichier.operation("Modifier la reconduction") as ecriture:
            if precedente is None:
                ecriture.modifier(
                    Action, cle, precedente=None, lignee=cle, recurrence=str(Recurrence.NOUVEAU)
                )
                return
            ancienne = ecriture.lire(Action, precedente)
            if ancienne["annee"] >= ecriture.lire(Action, cle)["annee"]:
                raise SaisieRefusee(
                    "Une action ne peut reconduire qu'une action d'une année antérieure : "
                    "choisissez-en une autre."
                )
            ecriture.modifier(
                Action,
                cle,
                precedente=precedente,
                lignee=ancienne["lignee"],
                recurrence=str(Recurrence.RECONDUCTION),
            )

    def definir_quartiers(self, cle: str, parts: Mapping[str, Decimal | None]) -> None:
        """Set the quartiers of an action with their share in % (None: not shared out)."""
        connues = [p for p in parts.values() if p is not None]
        if any(p < 0 for p in connues) or sum(connues) > 100:
            raise SaisieRefusee(
                "Les parts des quartiers doivent être positives et ne pas dépasser 100 % au total."
            )
        with self._fichier.operation("Modifier les quartiers") as ecriture:
            _remplacer(
                ecriture,
                ActionQuartier,
                cle,
                [{"quartier": q, "part": p} for q, p in parts.items()],
            )

    def definir_communes(self, cle: str, communes: Iterable[str]) -> None:
        with self._fichier.operation("Modifier les communes") as ecriture:
            _remplacer(ecriture, ActionCommune, cle, [{"commune": c} for c in communes])

    def classer(self, cle: str, noeud: str, *, principal: bool = True) -> None:
        """Class an action on a node; a new principal replaces the former in that nomenclature."""
        with self._fichier.operation("Modifier le classement") as ecriture:
            nomenclature = ecriture.lire(Noeud, noeud)["nomenclature"]
            presents = ecriture.lignes(
                select(Classement.cle, Classement.noeud, Classement.principal)
                .join(Noeud, Noeud.cle == Classement.noeud)
                .where(Classement.action == cle, Noeud.nomenclature == nomenclature)
            )
            for present in presents:
                if present.noeud == noeud or (principal and present.principal):
                    ecriture.supprimer(Classement, present.cle)
            ecriture.inserer(Classement, action=cle, noeud=noeud, principal=principal)

    def declasser(self, cle: str, noeud: str) -> None:
        with self._fichier.operation("Retirer un classement") as ecriture:
            for (classement,) in ecriture.lignes(
                select(Classement.cle).where(Classement.action == cle, Classement.noeud == noeud)
            ):
                ecriture.supprimer(Classement, classement)

    def supprimer(self, cle: str) -> None:
        """Delete an action and all that hangs on it. Refused when a later year renews it."""
        with self._fichier.operation("Supprimer une action") as ecriture:
            suivantes = ecriture.lignes(select(Action.titre).where(Action.precedente == cle))
            if suivantes:
                raise SaisieRefusee(
                    f"L'action « {abrege(suivantes[0].titre)} » reconduit celle-ci : "
                    "modifiez d'abord sa reconduction."
                )
            for modele in ENFANTS:
                for (enfant,) in ecriture.lignes(select(modele.cle).where(modele.action == cle)):
                    ecriture.supprimer(modele, enfant)
            ecriture.supprimer(Action, cle)

    # Budget -------------------------------------------------------------------------------------

    def ajouter_ligne_budget(
        self, action: str, *, sens: str, compte: str, libelle: str | None, montant: Decimal | None
    ) -> str:
        with self._fichier.operation(f"Ajouter une ligne {compte} au budget") as ecriture:
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
        with self._fichier.operation("Modifier le budget") as ecriture:
            ecriture.modifier(LigneBudget, cle, **champs)

    def supprimer_ligne_budget(self, cle: str) -> None:
        with self._fichier.operation("Supprimer une ligne du budget") as ecriture:
            ecriture.supprimer(LigneBudget, cle)


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


def exiger_titre(titre: str) -> str:
    propre = " ".join(str(titre).split())
    if not propre:
        raise SaisieRefusee("Une action doit avoir un intitulé : tapez-en un.")
    return propre


def _exiger_publics_positifs(champs: Mapping[str, Any]) -> None:
    for nom, valeur in champs.items():
        if nom.startswith("public_") and isinstance(valeur, int) and valeur < 0:
            raise SaisieRefusee("Un nombre de personnes ne peut pas être négatif.")


def numero_suivant(ecriture: Ecriture, annee: int) -> str:
    """Next number of a year, such as « 2026-014 »."""
    numeros = ecriture.lignes(select(Action.numero).where(Action.annee == annee))
    rangs = [int(n.rsplit("-", 1)[-1]) for (n,) in numeros if n.rsplit("-", 1)[-1].isdigit()]
    return f"{annee}-{max(rangs, default=0) + 1:03d}"


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


class _Assemblage:
    """Builds table rows from a fixed number of reads, whatever the number of actions."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier

    def lignes(self, condition: Any) -> list[LigneAction]:
        with self._fichier.lecture() as connexion:

            def lire(requete: Requete) -> Sequence[Any]:
                return connexion.execute(requete).all()

            actions = lire(_actions(condition))
            if not actions:
                return []
            quartiers = _textes(lire(_quartiers(condition)))
            communes = _textes(lire(_communes(condition)))
            axes = _axes(lire(_classements(condition)), lire(_noeuds()))
            montants = montants_par_action(lire(cofinancements(condition)))
            anterieurs = _anterieurs(lire(_accordes_anterieurs(actions)))
            echelles = dict(lire(select(Echelle.identifiant, Echelle.nom)))
        return [
            _ligne(
                action,
                quartiers=quartiers.get(action.cle, ""),
                communes=communes.get(action.cle, ""),
                axe=axes.get(action.cle, (0, "", "")),
                montants=montants.get(action.cle, {}),
                anterieurs=anterieurs.get(action.lignee, {}),
                echelle=echelles.get(action.echelle, action.echelle or ""),
            )
            for action in actions
        ]


_COLONNES = [
    c for c in Action.__table__.columns if c.name not in ("description", "public_ages", "appel")
]


def _actions(condition: Any) -> Requete:
    return (
        select(
            *_COLONNES,
            Organisme.nom.label("porteur_nom"),
            Organisme.siret,
            Appel.nom.label("appel_nom"),
        )
        .join(Organisme, Organisme.cle == Action.porteur, isouter=True)
        .join(Appel, Appel.cle == Action.appel, isouter=True)
        .where(condition)
        .order_by(Action.numero)
    )


def _quartiers(condition: Any) -> Requete:
    return (
        select(ActionQuartier.action, Quartier.nom)
        .join(Action, Action.cle == ActionQuartier.action)
        .join(Quartier, Quartier.cle == ActionQuartier.quartier)
        .where(condition)
        .order_by(Quartier.rang, Quartier.nom)
    )


def _communes(condition: Any) -> Requete:
    return (
        select(ActionCommune.action, Commune.nom)
        .join(Action, Action.cle == ActionCommune.action)
        .join(Commune, Commune.cle == ActionCommune.commune)
        .where(condition)
        .order_by(Commune.rang, Commune.nom)
    )


def _classements(condition: Any) -> Requete:
    return (
        select(Classement.action, Classement.noeud)
        .join(Action, Action.cle == Classement.action)
        .where(condition, Classement.principal)
    )


def _noeuds() -> Requete:
    from app.models.contrat import Nomenclature

    return (
        select(
            Noeud.cle,
            Noeud.parent,
            Noeud.libelle,
            Noeud.libelle_court,
            Noeud.rang,
            Nomenclature.rang.label("nomenclature_rang"),
        )
        .join(Nomenclature, Nomenclature.cle == Noeud.nomenclature)
        .order_by(Nomenclature.rang, Noeud.rang)
    )


def cofinancements(condition: Any) -> Requete:
    """Cofinancements of the actions that meet `condition`."""
    return (
        select(
            Cofinancement.cle,
            Cofinancement.action,
            Cofinancement.financeur,
            Cofinancement.demande,
            Cofinancement.propose,
            Cofinancement.accorde,
            Cofinancement.vote,
            Cofinancement.notifie,
            Cofinancement.verse,
        )
        .join(Action, Action.cle == Cofinancement.action)
        .where(condition)
    )


def _accordes_anterieurs(actions: Sequence[Any]) -> Requete:
    """What each lineage was granted the two years before, for the lineages that are renewed."""
    annees = {a.annee for a in actions}
    requete = (
        select(Action.lignee, Action.annee, Cofinancement.accorde)
        .join(Cofinancement, Cofinancement.action == Action.cle)
        .where(Action.annee.in_({a - 1 for a in annees} | {a - 2 for a in annees}))
    )
    if len(actions) <= LOT:
        requete = requete.where(Action.lignee.in_([a.lignee for a in actions]))
    return requete


def _anterieurs(lignes: Sequence[Any]) -> dict[str, dict[int, Decimal]]:
    """lineage -> year -> granted."""
    resultat: dict[str, dict[int, Decimal]] = defaultdict(dict)
    for lignee, annee, accorde in lignes:
        if accorde is not None:
            par_annee = resultat[lignee]
            par_annee[annee] = par_annee.get(annee, Decimal(0)) + accorde
    return resultat


def _textes(lignes: Sequence[Any]) -> dict[str, str]:
    """action -> names joined, in the order read."""
    noms: dict[str, list[str]] = defaultdict(list)
    for action, nom in lignes:
        noms[action].append(nom)
    return {action: ", ".join(liste) for action, liste in noms.items()}


def _axes(classements: Sequence[Any], noeuds: Sequence[Any]) -> dict[str, tuple[int, str, str]]:
    """action -> (rank of its axis, axis, objective), by its principal node in the first nomenclature."""
    par_cle = {noeud.cle: (rang, noeud) for rang, noeud in enumerate(noeuds)}
    resultat: dict[str, tuple[int, str, str]] = {}
    retenus: dict[str, int] = {}
    for action, cle in classements:
        _, noeud = par_cle[cle]
        if action in retenus and retenus[action] <= noeud.nomenclature_rang:
            continue
        retenus[action] = noeud.nomenclature_rang
        sommet = noeud
        while sommet.parent is not None:
            sommet = par_cle[sommet.parent][1]
        objectif = "" if sommet is noeud else noeud.libelle
        rang = par_cle[sommet.cle][0]
        resultat[action] = (rang, sommet.libelle_court or sommet.libelle, objectif)
    return resultat


def montants_par_action(lignes: Iterable[Any]) -> dict[str, dict[str, Montants]]:
    """action -> financeur -> amounts, summed when a financeur has several lines."""
    groupes: dict[str, dict[str, list[Any]]] = {}
    for ligne in lignes:
        groupes.setdefault(ligne.action, {}).setdefault(ligne.financeur, []).append(ligne)
    return {
        action: {financeur: cumuler(lot) for financeur, lot in par_financeur.items()}
        for action, par_financeur in groupes.items()
    }


def cumuler(lignes: Sequence[Any]) -> Montants:
    """Amounts of one financeur on one action."""
    if len(lignes) == 1:
        une = lignes[0]
        return Montants(
            une.demande, une.propose, une.accorde, une.vote, une.notifie, une.verse, 1, une.cle
        )
    return Montants(
        somme_ou_rien(ligne.demande for ligne in lignes),
        somme_ou_rien(ligne.propose for ligne in lignes),
        somme_ou_rien(ligne.accorde for ligne in lignes),
        somme_ou_rien(ligne.vote for ligne in lignes),
        somme_ou_rien(ligne.notifie for ligne in lignes),
        somme_ou_rien(ligne.verse for ligne in lignes),
        len(lignes),
        None,
    )


def _ligne(
    action: Any,
    *,
    quartiers: str,
    communes: str,
    axe: tuple[int, str, str],
    montants: Mapping[str, Montants],
    anterieurs: Mapping[int, Decimal],
    echelle: str,
) -> LigneAction:
    return LigneAction(
        cle=action.cle,
        annee=action.annee,
        numero=action.numero,
        reference=action.reference,
        titre=action.titre,
        porteur_cle=action.porteur,
        porteur=action.porteur_nom or "",
        siret=action.siret,
        appel=action.appel_nom or "",
        statut=action.statut,
        recurrence=action.recurrence,
        echelle=echelle,
        nature=action.nature,
        axe=axe[1],
        objectif=axe[2],
        axe_rang=axe[0],
        quartiers=quartiers,
        communes=communes,
        cpo=f"{action.cpo_rang}/{action.cpo_duree}" if action.cpo_rang and action.cpo_duree else "",
        public_total=action.public_total,
        public_qpv=action.public_qpv,
        public_femmes=action.public_femmes,
        public_hommes=action.public_hommes,
        cout=action.cout_total,
        accorde_n1=anterieurs.get(action.annee - 1),
        accorde_n2=anterieurs.get(action.annee - 2),
        avis=action.avis,
        observation=action.observation,
        montants=montants,
        demande=somme(m.demande for m in montants.values()),
        propose=somme(m.propose for m in montants.values()),
        accorde=somme(m.accorde for m in montants.values()),
    )
