"""DAUPHIN requests in JSON, as their portal keeps them: the current plan, line by line.

Per financeur there are three amounts (demandé, proposé, voté) and two avis (prise en charge,
recevabilité). Names of agents and of depositors are never kept.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from app.models.enums import Recurrence, SensBudget, StatutCofinancement
from app.models.montants import afficher_montant
from app.services import valeurs_lues as valeurs
from app.services.actions_lues import ActionLue, CofinancementLu, LigneBudgetLue, Releve
from app.services.cellules import en_annee, en_date, en_montant, en_texte
from app.services.errors import SaisieRefusee
from app.services.identifiants import examiner_siret, lire_rna
from app.services.lexique import cle_entete

Objet = Mapping[str, Any]
FEUILLE: Final = "DAUPHIN"
DECLARE: Final = "AUTREFINANCEUR"  # named by the porteur, never asked through DAUPHIN
AVIS: Final = {
    "FAVORABLE": "favorable",
    "DEFAVORABLE": "défavorable",
    "RECEVABLE": "recevable",
    "IRRECEVABLE": "irrecevable",
}


def enregistrements(document: Any) -> list[Objet] | None:
    """The requests of a JSON document, alone or in a list; None when it holds none."""
    elements = document if isinstance(document, list) else [document]
    trouves: list[Objet] = [e for e in elements if isinstance(e, dict) and _demande(e) is not None]
    return trouves or None


def _demande(enregistrement: Objet) -> Objet | None:
    demande = enregistrement.get("dauphin", enregistrement)
    est_une = isinstance(demande, dict) and ("planFinancement" in demande or "demandeur" in demande)
    return demande if est_une else None


def actions(
    enregistres: Sequence[Objet], releve: Releve, arreter: Callable[[int], None]
) -> Iterator[ActionLue]:
    """One action per request; its line is its place in the list."""
    for rang, enregistrement in enumerate(enregistres, start=1):
        arreter(rang)
        demande = _demande(enregistrement)
        if demande is not None:
            yield _Demande(demande, enregistrement.get("gispro"), rang=rang, releve=releve).action()


class _Demande:
    """One request. Whatever is missing or of another shape is simply absent."""

    def __init__(self, demande: Objet, gispro: Any, *, rang: int, releve: Releve) -> None:
        self._demande = demande
        self._gispro = gispro
        self._rang = rang
        self._releve = releve

    def action(self) -> ActionLue:
        demandeur = _objet(self._demande, "demandeur")
        plan = self._plan()
        budget = tuple(self._budget(plan))
        return ActionLue(
            feuille=FEUILLE,
            ligne=self._rang,
            reference=_texte(self._demande, "referenceAdministrative")
            or _texte(self._demande, "reference"),
            annee=self._annee(plan),
            titre=_texte(self._demande, "intituleProjet")
            or _texte(self._demande, "libelle", "value")
            or _texte(self._demande, "title"),
            description=_texte(self._demande, "description", "value")
            or _texte(self._demande, "objet", "value"),
            porteur=_texte(demandeur, "raisonSociale") or _texte(demandeur, "title"),
            sigle=_texte(demandeur, "sigle"),
            siret=self._siret(demandeur),
            rna=self._rna(demandeur),
            nature_porteur=valeurs.nature_porteur(_texte(demandeur, "famille", "title") or ""),
            code_postal=_texte(demandeur, *_GEOGRAPHIQUE, "CodePostal"),
            ville=_texte(demandeur, *_GEOGRAPHIQUE, "Localite", "value"),
            quartiers=tuple((lieu, None) for lieu in self._localisations()),
            classements=_un(_texte(self._demande, "thematique", "title")),
            cout_total=self._cout(plan, budget),
            budget=budget,
            cofinancements=tuple(self._cofinancements(plan)),
            recurrence=self._recurrence(),
            statut=self._statut(),
            observation=self._observation(),
            date_depot=_date(self._demande, "dateDemande"),
            date_debut=_date(self._demande, "periodeRealisation", "dateDebut"),
            date_fin=_date(self._demande, "periodeRealisation", "dateFin"),
        )

    def _noter(self, champ: str, message: str) -> None:
        self._releve.noter(FEUILLE, self._rang, champ=champ, message=message)

    def _plan(self) -> Objet:
        """The current plan of financing: the others are former versions."""
        plans = [p for p in _liste(self._demande, "planFinancement") if isinstance(p, dict)]
        courants = [p for p in plans if p.get("current") is True]
        if len(courants) > 1:
            self._noter("budget", "Plusieurs plans de financement courants : le premier est lu.")
        return courants[0] if courants else {}

    def _annee(self, plan: Objet) -> int | None:
        for brut in (
            self._demande.get("exerciceBudgetaire"),
            _valeur(plan, "periode", "exercice"),
        ):
            if brut:
                try:
                    return en_annee(en_texte(brut))
                except ValueError:
                    self._noter("annee", f"Exercice « {brut} » illisible.")
        return None

    def _siret(self, demandeur: Objet) -> str | None:
        brut = _texte(demandeur, "SIRET", "complet")
        if brut is None:
            return None
        lu = examiner_siret(brut)
        if lu.valeur is None:
            self._noter("siret", f"SIRET « {brut} » non repris : {lu.defaut}.")
        return lu.valeur

    def _rna(self, demandeur: Objet) -> str | None:
        brut = (
            _texte(demandeur, "thematiques-tiers-association", "codeRNA")
            or _texte(demandeur, "codeRNA")
            or _texte(demandeur, "externalData", "apiEntrepriseAssociation", "id")
        )
        if brut is None:
            return None
        try:
            return lire_rna(brut)
        except SaisieRefusee as refus:
            self._noter("rna", str(refus))
            return None

    def _localisations(self) -> list[str]:
        """Places of the action, free text for many: they are matched with quartiers and communes."""
        lieux = []
        for lieu in _liste(self._demande, "localisations"):
            nom = lieu if isinstance(lieu, str) else _texte(_comme_objet(lieu), "title")
            if nom:
                lieux.append(" ".join(nom.split()))
        return list(dict.fromkeys(lieux))

    def _recurrence(self) -> str | None:
        frequence = _texte(self._demande, "frequence")
        if frequence is None:
            return None
        reprise = frequence.upper().startswith(("RENOUV", "RECOND"))
        return str(Recurrence.RECONDUCTION if reprise else Recurrence.NOUVEAU)

    def _statut(self) -> str | None:
        for chemin in ("virtualStatusLabel", "status"):
            libelle = _texte(self._demande, chemin)
            if libelle and (statut := valeurs.statut_action(libelle, {})):
                return statut
        return None

    def _observation(self) -> str | None:
        ej = _texte(self._gispro, "ej") if isinstance(self._gispro, dict) else None
        return f"EJ {ej}" if ej else None

    # Budget -------------------------------------------------------------------------------------

    def _budget(self, plan: Objet) -> Iterator[LigneBudgetLue]:
        for cote, sens in (("depense", SensBudget.CHARGE), ("recette", SensBudget.PRODUIT)):
            for poste, sous_poste, ligne in _lignes(_objet(plan, cote)):
                montant = self._montant(ligne, "montant", "ht")
                if montant is not None:
                    yield LigneBudgetLue(
                        str(sens), _compte(poste, sous_poste, ligne), _libelle(ligne), montant
                    )

    def _cout(self, plan: Objet, budget: Sequence[LigneBudgetLue]) -> Decimal | None:
        """The declared cost, once checked that each side is the sum of its lines."""
        declares = {}
        for cote, sens in (("depense", SensBudget.CHARGE), ("recette", SensBudget.PRODUIT)):
            declares[cote] = self._montant(_objet(plan, cote), "montant", "ht")
            lignes = sum((li.montant for li in budget if li.sens == sens), Decimal(0))
            if declares[cote] is not None and declares[cote] != lignes:
                self._noter(
                    "budget",
                    f"{sens.libelle} : le total déclaré ({afficher_montant(declares[cote])}) n'est "
                    f"pas la somme des lignes ({afficher_montant(lignes)}), vérifiez le budget.",
                )
        return declares["depense"]

    def _montant(self, objet: Objet, *chemin: str) -> Decimal | None:
        brut = _valeur(objet, *chemin)
        try:
            return en_montant(brut if isinstance(brut, (int, Decimal, str)) else None)
        except ValueError:
            self._noter(
                "montant", f"« {str(brut)[:40]} » n'est pas un montant : il est laissé vide."
            )
            return None

    # Financeurs ---------------------------------------------------------------------------------

    def _cofinancements(self, plan: Objet) -> Iterator[CofinancementLu]:
        for _, _, ligne in _lignes(_objet(plan, "recette")):
            financeur = _texte(ligne, "financement", "financeur", "title")
            if financeur is not None:
                yield self._cofinancement(ligne, financeur)

    def _cofinancement(self, ligne: Objet, financeur: str) -> CofinancementLu:
        commentaire = _texte(ligne, "commentaire")
        demande = self._montant(ligne, "montant", "ht")
        if commentaire and valeurs.montants_en_toutes_lettres(commentaire):
            self._noter(
                "nature_credit",
                f"{financeur} : répartition droit commun / contrat de ville à saisir "
                f"(« {commentaire} »).",
            )
        return CofinancementLu(
            financeur=financeur,
            nature_credit=None if commentaire else valeurs.nature_credit(financeur),
            demande=demande,
            propose=self._montant(ligne, "avisRecevabilite", "montantPropose", "ht"),
            vote=self._montant(ligne, "financement", "montantVote", "ht"),
            statut=self._statut_financeur(ligne),
            avis_prise_en_charge=_avis(ligne, "avisPriseEnCharge"),
            avis_recevabilite=_avis(ligne, "avisRecevabilite"),
            commentaire=commentaire,
        )

    def _statut_financeur(self, ligne: Objet) -> str:
        for nom in ("statutLabel", "statut"):
            libelle = _texte(ligne, "financement", nom)
            if libelle and (statut := valeurs.statut_financeur(libelle)):
                return statut
        declare = _texte(ligne, "financement", "financeur", "typeFinanceur") == DECLARE
        return str(StatutCofinancement.INCONNU if declare else StatutCofinancement.DEMANDE)


_GEOGRAPHIQUE: Final = ("situationPrincipale", "expand", "geographique")


def _lignes(cote: Objet) -> Iterator[tuple[Objet, Objet, Objet]]:
    """(poste, sous-poste, ligne) of one side of a plan; the fictive poste of the vendor is left out."""
    for poste in _liste(cote, "postes"):
        if not isinstance(poste, dict) or str(poste.get("reference", "")).startswith("MGS_"):
            continue
        for ligne in _liste(poste, "lignes"):
            yield poste, {}, _comme_objet(ligne)
        for sous_poste in _liste(poste, "sousPostes"):
            for ligne in _liste(_comme_objet(sous_poste), "lignes"):
                yield poste, _comme_objet(sous_poste), _comme_objet(ligne)


def _compte(poste: Objet, sous_poste: Objet, ligne: Objet) -> str:
    """The account: that of the line when it is one, else of what holds it."""
    references = [str(o.get("reference") or "") for o in (ligne, sous_poste, poste)]
    return next((r for r in references if r[:2].isdigit() and len(r) <= 12), references[-1])


def _libelle(ligne: Objet) -> str | None:
    """What the line is called, without the account that some labels repeat (« 756.Cotisations »)."""
    libelle, compte = _texte(ligne, "libelle", "value"), _texte(ligne, "reference")
    if libelle and compte and libelle.startswith(compte):
        return libelle[len(compte) :].strip(" -.–") or libelle
    return libelle


def _avis(ligne: Objet, nom: str) -> str | None:
    """« recevable (11/03/2022) : commentaire », without who gave it."""
    avis = _texte(ligne, nom, "avis")
    if avis is None:
        return None
    date = _date(ligne, nom, "date")
    texte = AVIS.get(avis, cle_entete(avis))
    if date:
        texte += f" ({date[8:10]}/{date[5:7]}/{date[:4]})"
    commentaire = _texte(ligne, nom, "commentaire")
    return f"{texte} : {commentaire}" if commentaire else texte


def _valeur(objet: Any, *chemin: str) -> Any:
    for nom in chemin:
        if not isinstance(objet, dict):
            return None
        objet = objet.get(nom)
    return objet


def _texte(objet: Any, *chemin: str) -> str | None:
    valeur = _valeur(objet, *chemin)
    if valeur is None or isinstance(valeur, (dict, list)):
        return None
    return en_texte(valeur) or None


def _date(objet: Objet, *chemin: str) -> str | None:
    try:
        return en_date(_texte(objet, *chemin))
    except ValueError:
        return None


def _objet(objet: Any, nom: str) -> Objet:
    return _comme_objet(_valeur(objet, nom))


def _comme_objet(valeur: Any) -> Objet:
    return valeur if isinstance(valeur, dict) else {}


def _liste(objet: Any, nom: str) -> list[Any]:
    valeur = _valeur(objet, nom)
    return valeur if isinstance(valeur, list) else []


def _un(texte: str | None) -> tuple[str, ...]:
    return (texte,) if texte else ()
