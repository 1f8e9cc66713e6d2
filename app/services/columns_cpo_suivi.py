"""The columns of the follow-up of the CPO: deadlines, releases, indicators, reviews, shares. No Qt."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from app.services.columns import Colonne, Signal, TypeColonne, colonne_lue
from app.services.columns_cpo import ecrit_par, etat_en_mots, identite, jour, montant
from app.services.conventions_echeances import ETATS_ECHEANCE, PROCHE, RETARD
from app.services.conventions_suivi import LigneIndicateur, SuiviCpo
from app.services.conventions_tranches import LigneALiberer
from app.services.parts_cpo import UNITES, PartCpo
from app.services.poses import colonne_de_champ, iso_de, ou_rien, oui_ou_non

_TENU = (
    ("oui", "Atteint"),
    ("non", "Pas atteint"),
    ("souhait", "Souhaité"),
    ("", "Sans seuil"),
)


def colonnes_echeances() -> list[Colonne]:
    signaux = {RETARD: Signal.BLOQUANT, PROCHE: Signal.ALERTE}
    return [
        colonne_lue("date", "Pour le", 96, type=TypeColonne.DATE, figee=True),
        etat_en_mots("etat", "État", ETATS_ECHEANCE, signaux, lambda e: e.etat, 116),
        colonne_lue("quoi", "À faire", 260),
        colonne_lue("numero", "N°", 104),
        colonne_lue("titre", "Intitulé", 260),
        colonne_lue("porteur", "Porteur", 190),
    ]


def colonnes_a_liberer() -> list[Colonne]:
    def tranche(cle: str, titre: str, largeur: int, nom: str = "", **options: Any) -> Colonne:
        return Colonne(
            cle=cle,
            titre=titre,
            lire=lambda ligne: getattr(ligne.tranche, nom or cle),
            largeur=largeur,
            **options,
        )

    def pret(ligne: LigneALiberer) -> str:
        return "oui" if ligne.prete else "non"

    return [
        *identite(),
        tranche("annee", "Année", 66),
        tranche("payeur", "Financeur", 200),
        tranche("montant", "Montant", 100, type=TypeColonne.MONTANT, total=True),
        etat_en_mots(
            "prete",
            "Prête",
            (("oui", "Prête"), ("non", "Attend")),
            {"oui": Signal.FAVORABLE, "non": Signal.ALERTE},
            pret,
            96,
        ),
        colonne_lue("en_mots", "Ce qui manque", 280),
        colonne_lue("porteur", "Porteur", 180),
    ]


def colonnes_indicateurs(service: SuiviCpo, annees: range) -> list[Colonne]:
    def champ(cle: str, titre: str, largeur: int, lire: Any = None, **options: Any) -> Colonne:
        return colonne_de_champ(service, cle, titre, lire, largeur=largeur, **options)

    def annee(quand: int) -> Colonne:
        def valeur(ligne: LigneIndicateur) -> Decimal | None:
            return ligne.valeurs.get(quand)

        return Colonne(
            cle=f"valeur_{quand}",
            titre=str(quand),
            type=TypeColonne.NOMBRE,
            lire=valeur,
            largeur=76,
            **ecrit_par(
                service,
                str(quand),
                lambda e, cle, v: service.poser_valeur(e, cle, quand, v),
            ),
        )

    return [
        colonne_lue("numero", "N°", 104, figee=True),
        champ("libelle", "Indicateur", 250, figee=True, obligatoire=True),
        champ("unite", "Unité", 90, ou_rien),
        champ("source", "Source", 160, ou_rien),
        champ("depart", "Départ", 76, type=TypeColonne.NOMBRE),
        champ("cible", "Cible", 76, type=TypeColonne.NOMBRE),
        *[annee(quand) for quand in annees],
        colonne_lue("atteint", "Atteint", 76, type=TypeColonne.PART),
        champ("impact", "Mesure d’impact", 96, oui_ou_non, type=TypeColonne.BOOLEEN),
    ]


def colonnes_revues(service: SuiviCpo) -> list[Colonne]:
    def pose(cle: str, titre: str, lire: Callable[[Any], Any] = ou_rien) -> dict[str, Any]:
        return ecrit_par(
            service,
            titre,
            lambda e, ligne, valeur: service.poser_revue(e, ligne, **{cle: lire(valeur)}),
        )

    def texte(cle: str, titre: str, largeur: int) -> Colonne:
        return colonne_lue(cle, titre, largeur, **pose(cle, titre))

    def date(cle: str, titre: str) -> Colonne:
        return jour(cle, titre, 104, **pose(cle, titre, iso_de))

    return [
        *identite(220),
        colonne_lue("annee", "Année", 66),
        date("bilan_recu_le", "Bilan reçu le"),
        date("tenue_le", "Revue tenue le"),
        texte("conclusion", "Conclusion", 260),
        texte("reorientation", "Réorientation", 200),
        montant(
            "a_recuperer",
            "À récupérer",
            110,
            **pose("a_recuperer", "À récupérer", lambda euros: euros),
        ),
        texte("note", "Remarque", 180),
    ]


def colonnes_parts() -> list[Colonne]:
    def unite(cle: str, titre: str) -> Colonne:
        """Euros or counts in one column: the unit stands beside."""
        return colonne_lue(cle, titre, 104, type=TypeColonne.MONTANT)

    def tenu(ligne: PartCpo) -> str:
        if ligne.seuil is None or ligne.tenu is None:
            return ""
        if ligne.tenu:
            return "oui"
        return "souhait" if ligne.seuil.ideal else "non"

    return [
        colonne_lue("qui", "Financeur", 190, figee=True),
        colonne_lue("unite", "Unité", 104, type=TypeColonne.CHOIX, choix=UNITES),
        unite("en_cpo", "En CPO"),
        unite("tout", "Tout ce qui est accordé"),
        colonne_lue("ratio", "Part", 76, type=TypeColonne.PART),
        colonne_lue("seuil_en_mots", "Seuil", 140),
        etat_en_mots(
            "tenu",
            "État",
            _TENU,
            {"oui": Signal.FAVORABLE, "non": Signal.ALERTE, "souhait": Signal.INFORMATION},
            tenu,
            116,
        ),
        colonne_lue("en_mots", "Ce qui manque", 220),
        Colonne(
            cle="source",
            titre="Source",
            lire=lambda p: p.seuil.source if p.seuil else "",
            largeur=260,
            nuance=True,
        ),
    ]


def colonnes_a_convertir() -> list[Colonne]:
    return [
        *identite(320),
        colonne_lue("porteur", "Porteur", 220),
        colonne_lue("annees", "Années de suite", 104, type=TypeColonne.ENTIER),
        colonne_lue("bilans", "Bilans reçus", 96, type=TypeColonne.ENTIER),
    ]


def colonnes_simulation() -> list[Colonne]:
    return [
        colonne_lue("annee", "Année", 72, figee=True),
        colonne_lue("financeur", "Financeur", 160, figee=True),
        montant("enveloppe", "Enveloppe", 110),
        montant("promis", "Déjà promis", 110),
        montant("en_plus", "En plus, si signées", 130),
        montant("total", "Promis en tout", 120),
        colonne_lue("part", "Part engagée", 96, type=TypeColonne.PART),
        montant("libre", "Resterait", 110, negatif=True),
    ]
