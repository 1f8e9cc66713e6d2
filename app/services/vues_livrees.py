"""The views that come with the program, as data: they name columns by their role, since the columns
of the financeurs have other keys in each file.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from app.models.enums import NatureOrganisme, StatutAction, TriNote
from app.services.columns import Colonne
from app.services.etats_vue import Critere, EtatVue
from app.services.filtres import Comparaison, Condition

ECART_DES_RANGS = 1000  # a view is moved between two others without touching them
_AVANT_COMITE = (StatutAction.NOTE, StatutAction.DEPOSEE, StatutAction.INSTRUCTION)
_IDENTITE = ("numero", "titre", "porteur")


@dataclass(frozen=True, slots=True)
class VueLivree:
    """`colonnes` in their order, the others hidden; empty: as the list shows itself by default.

    « *.accorde » is that column of each financeur, « @etat.accorde » of those of that nature,
    « *.propose+accorde » both of them, financeur by financeur.
    """

    identifiant: str
    nom: str
    colonnes: tuple[str, ...] = ()
    tri: tuple[Critere, ...] = ()
    conditions: tuple[Condition, ...] = ()
    groupes: tuple[str, ...] = ()

    def resoudre(self, colonnes: Sequence[Colonne], natures: Mapping[str, str]) -> EtatVue:
        """The view on these columns. `natures`: what each financeur is, by its key."""
        connues = [colonne.cle for colonne in colonnes]
        montrees = list(dict.fromkeys(c for r in self.colonnes for c in _role(r, connues, natures)))
        reste = [cle for cle in connues if cle not in montrees]
        return EtatVue(
            ordre=(*montrees, *reste) if montrees else None,
            masquees=frozenset(reste) if montrees else None,
            tri=tuple(critere for critere in self.tri if critere[0] in connues),
            conditions=tuple(c for c in self.conditions if c.colonne in connues),
            groupes=tuple(cle for cle in self.groupes if cle in connues),
        )


def _role(role: str, connues: Iterable[str], natures: Mapping[str, str]) -> Iterator[str]:
    """The columns that play a role, in the order of the list."""
    qui, _, etapes = role.partition(".")
    for cle in connues:
        financeur, _, sienne = cle.partition(".")
        nature = natures.get(financeur)
        voulue = nature is not None and qui in ("*", f"@{nature}") and sienne in etapes.split("+")
        if voulue or cle == role:
            yield cle


def _parmi(colonne: str, *valeurs: str) -> Condition:
    return Condition(colonne, Comparaison.PARMI, valeurs)


def _statuts(*statuts: StatutAction) -> Condition:
    return _parmi("statut", *(statut.libelle for statut in statuts))


def _tris(*tris: TriNote) -> Condition:
    return _parmi("tri", *(tri.libelle for tri in tris))


LIVREES: Mapping[str, tuple[VueLivree, ...]] = {
    "actions": (
        VueLivree("toutes", "Toutes les actions"),
        VueLivree(
            "instruction",
            "Instruction",
            (
                *_IDENTITE,
                *("statut", "recurrence", "axe", "quartiers", "public_qpv", "cout", "accorde_n1"),
                *("*.demande", "total.demande", "avis", "observation"),
            ),
            conditions=(_statuts(*_AVANT_COMITE),),
        ),
        VueLivree(
            "comite",
            "Comité",
            (
                *_IDENTITE,
                *("quartiers", "cpo", "cout", "accorde_n1", "total.demande"),
                *(
                    "*.propose+accorde",
                    "total.propose",
                    "total.accorde",
                    "statut",
                    "avis",
                    "cotation",
                ),
            ),
            groupes=("axe",),
        ),
        VueLivree(
            "prefecture",
            "Préfecture",
            (
                *_IDENTITE,
                *("siret", "reference", "axe", "quartiers", "public_qpv", "recurrence", "cpo"),
                *("cout", f"@{NatureOrganisme.ETAT}.demande+propose+accorde"),
                *("total.accorde", "cotation", "statut"),
            ),
        ),
        VueLivree(
            "cpo",
            "CPO",
            (*_IDENTITE, "cpo", "cout", "accorde_n1", "*.accorde", "total.accorde", "statut"),
            tri=(("porteur", False), ("cpo", False)),
            conditions=(Condition("cpo", Comparaison.REMPLI),),
        ),
        VueLivree(
            "sans-avis",
            "Sans avis",
            (*_IDENTITE, "statut", "avis", "cout", "*.demande", "total.demande", "observation"),
            conditions=(Condition("avis", Comparaison.VIDE),),
        ),
        VueLivree(
            "depassements",
            "Dépassements",
            (
                *_IDENTITE,
                *("statut", "depassement", "cout", "total.demande", "total.accorde", "ecart"),
                "*.demande+accorde",
            ),
            conditions=(Condition("depassement", Comparaison.REMPLI),),
        ),
        VueLivree(
            "a-decider",
            "À décider",
            (
                *_IDENTITE,
                *("statut", "avis", "cpo", "cout", "accorde_n1", "total.demande"),
                *("*.propose+accorde", "total.propose", "total.accorde", "observation"),
            ),
            conditions=(_statuts(*_AVANT_COMITE, StatutAction.PROPOSEE, StatutAction.AJOURNEE),),
        ),
        VueLivree(
            "apres-comite",
            "Après le comité",
            (
                *_IDENTITE,
                *("statut", "suite", "total.accorde", "total.vote", "total.notifie"),
                *("total.verse", "non_verse", "observation"),
            ),
            conditions=(Condition("suite", Comparaison.REMPLI),),
        ),
    ),
    "porteurs": (
        VueLivree("toutes", "Tous les porteurs"),
        VueLivree(
            "associations",
            "Associations",
            tri=(("nom", False),),
            conditions=(_parmi("nature", NatureOrganisme.ASSOCIATION.libelle),),
        ),
        VueLivree("plus-aides", "Les plus aidés", tri=(("accorde", True),)),
        VueLivree("sans-siret", "Sans SIRET", conditions=(Condition("siret", Comparaison.VIDE),)),
    ),
    "enveloppes": (
        VueLivree("toutes", "Toutes les enveloppes"),
        VueLivree("par-financeur", "Par financeur", groupes=("financeur",)),
        VueLivree(
            "depassees",
            "Dépassées",
            tri=(("reste", False),),
            conditions=(Condition("reste", Comparaison.INFERIEUR, ("0",)),),
        ),
        VueLivree("non-notifiees", "Non notifiées", conditions=(_parmi("notifie", "non"),)),
    ),
    "notifications": (
        VueLivree("toutes", "Tous les montants"),
        VueLivree(
            "a-notifier",
            "À notifier",
            tri=(("jours", True),),
            conditions=(_parmi("etat", "À notifier"),),
        ),
        VueLivree("par-financeur", "Par financeur", groupes=("payeur",)),
        VueLivree("ecarts", "Écarts", conditions=(Condition("ecart_notifie", Comparaison.REMPLI),)),
    ),
    "courriers": (
        VueLivree("toutes", "Tous les courriers"),
        VueLivree(
            "a-produire",
            "À produire",
            conditions=(_parmi("etat", "À produire", "Préparé", "À refaire"),),
        ),
        VueLivree("a-envoyer", "À envoyer", conditions=(_parmi("etat", "Produit"),)),
        VueLivree("par-courrier", "Par courrier", groupes=("nature",)),
        VueLivree("envoyes", "Registre des envois", conditions=(_parmi("etat", "Envoyé"),)),
    ),
    "versements": (
        VueLivree("toutes", "Tous les montants"),
        VueLivree(
            "reste",
            "Reste à verser",
            tri=(("reste", True),),
            conditions=(_parmi("etat", "À verser", "Versé en partie"),),
        ),
        VueLivree("par-financeur", "Par financeur", groupes=("payeur",)),
        VueLivree("trop", "Versé en trop", conditions=(_parmi("etat", "Versé en trop"),)),
    ),
    "notes": (
        VueLivree("toutes", "Toutes les notes"),
        VueLivree("a-trier", "À examiner", conditions=(_parmi("tri", "À examiner"),)),
        VueLivree("a-preciser", "À préciser", conditions=(_tris(TriNote.A_PRECISER),)),
        VueLivree(
            "sans-porteur", "Sans porteur", conditions=(Condition("porteur", Comparaison.VIDE),)
        ),
        VueLivree("cpo", "CPO demandée", conditions=(_parmi("cpo_demandee", "Oui"),)),
        VueLivree(
            "incompletes",
            "Incomplètes",
            (
                *("numero", "titre", "tri", "completude", "porteur", "ambition", "axe"),
                *("quartiers", "echelle", "public_total", "budget_envisage", "financeurs"),
                *("cpo_demandee", "cpo_annees"),
            ),
            conditions=(Condition("completude", Comparaison.DIFFERENT, ("Complète",)),),
        ),
        VueLivree(
            "doublons",
            "Doublons possibles",
            (
                *("numero", "titre", "tri", "porteur", "doublons", "axe", "objectif"),
                *("quartiers", "echelle", "communes", "budget_envisage"),
            ),
            tri=(("porteur", False), ("axe", False)),
            conditions=(Condition("doublons", Comparaison.REMPLI),),
        ),
        VueLivree(
            "ecartees",
            "Écartées",
            (
                *("numero", "titre", "tri", "tri_motif", "tri_vers", "porteur", "axe"),
                *("triee_le", "tri_par", "accusee_le"),
            ),
            conditions=(_tris(TriNote.REORIENTEE, TriNote.IRRECEVABLE),),
        ),
        VueLivree("hors-delai", "Hors délai", conditions=(Condition("delai", Comparaison.REMPLI),)),
        VueLivree(
            "sans-accuse",
            "Sans accusé",
            conditions=(Condition("accusee_le", Comparaison.VIDE),),
        ),
    ),
    "mes_avis": (
        VueLivree("toutes", "Tous les dossiers"),
        VueLivree(
            "a-rendre",
            "À rendre",
            conditions=(_parmi("avis", "À rendre", "Pris en charge", "En retard"),),
        ),
        VueLivree("en-retard", "En retard", conditions=(_parmi("avis", "En retard"),)),
        VueLivree("motifs", "Avec un motif", conditions=(Condition("motif", Comparaison.REMPLI),)),
    ),
    "avis": (
        VueLivree("toutes", "Tous les dossiers"),
        VueLivree(
            "incomplets", "Incomplets", conditions=(Condition("manque", Comparaison.REMPLI),)
        ),
        VueLivree(
            "reorientes",
            "Réorientés",
            ("numero", "titre", "porteur", "statut", "reorientes", "compte"),
            conditions=(Condition("reorientes", Comparaison.REMPLI),),
        ),
    ),
    "avis_communs": (
        VueLivree("toutes", "Tous les dossiers"),
        VueLivree("prets", "Prêts", conditions=(_parmi("etat", "Prêt à rendre"),)),
        VueLivree("attendent", "En attente", conditions=(_parmi("etat", "Attend des avis"),)),
        VueLivree(
            "ecarts", "Avis changés depuis", conditions=(Condition("ecart", Comparaison.REMPLI),)
        ),
    ),
    "droit_commun": (
        VueLivree("toutes", "Toutes les actions"),
        VueLivree("a-repondre", "À répondre", conditions=(_parmi("reponse", "À répondre"),)),
        VueLivree(
            "attente",
            "En attente de réponse",
            conditions=(Condition("resultat", Comparaison.CONTIENT, ("En attente",)),),
        ),
        VueLivree("rien", "Rien demandé", conditions=(_parmi("reponse", "Rien demandé"),)),
        VueLivree("par-service", "Par service", groupes=("aupres_de",)),
    ),
    "alertes_droit_commun": (
        VueLivree("toutes", "Toutes les alertes"),
        VueLivree(
            "substitutions",
            "Substitutions",
            (
                *("numero", "titre", "droit_commun_avant", "droit_commun", "baisse", "credit"),
                *("specifique_avant", "specifique", "hausse", "etape", "porteur"),
            ),
            conditions=(_parmi("nature", "Substitution possible"),),
        ),
    ),
    "budget_genre": (
        VueLivree("toutes", "Tous les dossiers"),
        VueLivree("a-classer", "À classer", conditions=(Condition("classe", Comparaison.VIDE),)),
        VueLivree("a-risque", "À risque", conditions=(_parmi("classe", "À risque"),)),
        VueLivree("par-classe", "Par classe", groupes=("classe",)),
    ),
    "qui_manque": (
        VueLivree("toutes", "Tous les porteurs"),
        VueLivree(
            "a-former",
            "À former",
            conditions=(_parmi("etat", "Jamais formé", "À renouveler"),),
        ),
    ),
    "relais": (
        VueLivree("toutes", "Tous les relais"),
        VueLivree(
            "a-examiner", "À examiner", conditions=(_parmi("etat", "À examiner", "En retard"),)
        ),
        VueLivree("generalisables", "Généralisables", conditions=(_parmi("generalisable", "oui"),)),
    ),
    "appels_partenaires": (
        VueLivree("toutes", "Tous les appels"),
        VueLivree("ouverts", "Ouverts", conditions=(_parmi("etat", "Ouvert", "Ferme bientôt"),)),
    ),
    "journal": (VueLivree("toutes", "Toutes les opérations"),),
}
_AUTRES = (VueLivree("toutes", "Toutes les lignes"),)


def livrees(liste: str) -> tuple[VueLivree, ...]:
    """The views of a list, the plain one first."""
    return LIVREES.get(liste, _AUTRES)


def cle_livree(liste: str, identifiant: str) -> str:
    """The key of its row once it is modified: the same in every file, so that copies agree."""
    return uuid5(NAMESPACE_URL, f"tour-de-table/vue/{liste}/{identifiant}").hex
