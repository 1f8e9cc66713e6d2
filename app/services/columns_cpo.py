"""The columns of the page « CPO »: conventions, tranches, signatures, avenants. No Qt."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from app.models.enums import EtatConvention, NiveauConstat
from app.models.montants import afficher_montant
from app.services.columns import Colonne, Pose, Signal, TypeColonne, colonne_lue
from app.services.columns_actions import choix_de
from app.services.conventions import Conventions
from app.services.conventions_avenants import Avenants
from app.services.conventions_lues import (
    ETATS_TRANCHE,
    FERME,
    LIBEREE,
    SOUS_RESERVE,
    VOULUE,
)
from app.services.conventions_tranches import LignePayeur, TranchesCpo
from app.services.documents import jour_de
from app.services.poses import colonne_de_champ, iso_de, ou_rien, oui_ou_non

SIGNAUX_CONVENTION = {
    str(EtatConvention.DEMANDEE): Signal.INFORMATION,
    str(EtatConvention.ACCORDEE): Signal.ALERTE,
    str(EtatConvention.SIGNEE): Signal.FAVORABLE,
    str(EtatConvention.RESILIEE): Signal.BLOQUANT,
}
SIGNAUX_TRANCHE = {
    FERME: Signal.FAVORABLE,
    LIBEREE: Signal.FAVORABLE,
    SOUS_RESERVE: Signal.ALERTE,
    VOULUE: Signal.INFORMATION,
}
SIGNAUX_NIVEAU = {
    str(NiveauConstat.BLOQUANT): Signal.BLOQUANT,
    str(NiveauConstat.ALERTE): Signal.ALERTE,
    str(NiveauConstat.INFORMATION): Signal.INFORMATION,
}
AVIS = (("", "Pas encore répondu"), ("oui", "Favorable"), ("non", "Défavorable"))


def montant(cle: str, titre: str, largeur: int = 96, **options: Any) -> Colonne:
    return colonne_lue(
        cle, titre, largeur, **{"type": TypeColonne.MONTANT, "total": True} | options
    )


def jour(cle: str, titre: str, largeur: int = 96, **options: Any) -> Colonne:
    """A day kept as an ISO text."""
    return Colonne(
        cle=cle,
        titre=titre,
        type=TypeColonne.DATE,
        lire=lambda ligne: jour_de(getattr(ligne, cle)),
        largeur=largeur,
        **options,
    )


def ecrit_par(service: Any, titre: str, poser: Callable[[Any, str, Any], None]) -> dict[str, Any]:
    """A column written by a function of its own, in an operation named after its title."""

    def ecrire(cle: str, valeur: Any) -> None:
        with service.operation(f"Modifier «\u00a0{titre}\u00a0»") as e:
            poser(e, cle, valeur)

    return {"ecrire": ecrire, "pose": Pose(service.operation, poser)}


def etat_en_mots(
    cle: str,
    titre: str,
    choix: tuple[tuple[str, str], ...],
    signaux: dict[str, Signal],
    lire: Callable[[Any], Any],
    largeur: int = 130,
) -> Colonne:
    return Colonne(
        cle=cle,
        titre=titre,
        type=TypeColonne.CHOIX,
        lire=lire,
        choix=choix,
        signal=lambda etat: signaux.get(etat or "", Signal.NEUTRE),
        largeur=largeur,
    )


def identite(titre: int = 230) -> list[Colonne]:
    return [
        colonne_lue("numero", "N°", 96, figee=True),
        colonne_lue("titre", "Intitulé", titre, figee=True),
    ]


# Conventions --------------------------------------------------------------------------------------


def colonnes_conventions(service: Conventions) -> list[Colonne]:
    def champ(cle: str, titre: str, largeur: int, lire: Any = ou_rien, **options: Any) -> Colonne:
        return colonne_de_champ(service, cle, titre, lire, largeur=largeur, **options)

    return [
        champ("numero", "N°", 104, figee=True),
        champ("titre", "Intitulé", 230, figee=True, obligatoire=True),
        colonne_lue("porteur", "Porteur", 170),
        etat_en_mots(
            "etat",
            "État",
            choix_de(EtatConvention),
            SIGNAUX_CONVENTION,
            lambda c: c.etat,
            160,
        ),
        colonne_lue("periode", "Années", 92),
        colonne_lue("duree", "Durée", 58, type=TypeColonne.ENTIER, nuance=True),
        montant("total", "Total", 104),
        colonne_lue("financeurs", "Financeurs", 220),
        jour("signee_le", "Signée le"),
        colonne_lue("avenants", "Avenants", 76, type=TypeColonne.ENTIER, total=True),
        champ("engagement_etat", "Engagement de l’État", 96, oui_ou_non, type=TypeColonne.BOOLEEN),
        champ(
            "soutien_territoire", "Soutien du territoire", 96, oui_ou_non, type=TypeColonne.BOOLEEN
        ),
        champ("profil", "Profil", 150),
        jour(
            "point_etape_le",
            "Point d’étape le",
            104,
            **ecrit_par(
                service,
                "Point d’étape le",
                lambda e, cle, jour: service.poser(e, cle, point_etape_le=iso_de(jour)),
            ),
        ),
        champ("suivi_renforce", "Suivi renforcé", 84, oui_ou_non, type=TypeColonne.BOOLEEN),
        champ("copilote", "Copilote", 140),
        colonne_lue("bloquee_par", "Bloquée par", 150),
        colonne_lue("motif", "Motif", 200),
        champ("objet", "Objet", 240),
        champ("note", "Remarque", 220),
    ]


def colonnes_annees(service: TranchesCpo, annees: range) -> list[Colonne]:
    """The table year × financeur of one convention."""

    def annee(quand: int) -> list[Colonne]:
        def promis(ligne: LignePayeur) -> Decimal | None:
            tranche = ligne.tranches.get(quand)
            return None if tranche is None else tranche.montant

        def etat(ligne: LignePayeur) -> str | None:
            tranche = ligne.tranches.get(quand)
            return None if tranche is None else tranche.etat

        ecrire = ecrit_par(
            service,
            str(quand),
            lambda e, cle, valeur: service.poser_case(e, cle, quand, valeur),
        )
        return [
            Colonne(
                cle=f"montant_{quand}",
                titre=str(quand),
                type=TypeColonne.MONTANT,
                lire=promis,
                total=True,
                largeur=100,
                **ecrire,
            ),
            etat_en_mots(
                f"etat_{quand}", f"État {quand}", ETATS_TRANCHE, SIGNAUX_TRANCHE, etat, 166
            ),
        ]

    return [
        colonne_lue("payeur", "Financeur", 220, figee=True),
        *[colonne for quand in annees for colonne in annee(quand)],
        montant("total", "Total", 104),
    ]


def colonnes_signatures(service: Conventions) -> list[Colonne]:
    def champ(cle: str, lire: Callable[[Any], Any]) -> Callable[[Any, str, Any], None]:
        return lambda e, ligne, valeur: service.poser_signature(e, ligne, **{cle: lire(valeur)})

    return [
        colonne_lue("acte", "Acte", 120, figee=True),
        colonne_lue("partie", "Partie", 260, figee=True),
        colonne_lue(
            "qualite", "Qualité", 180, **ecrit_par(service, "Qualité", champ("qualite", ou_rien))
        ),
        jour("date", "Signée le", 104, **ecrit_par(service, "Signée le", champ("date", iso_de))),
    ]


def colonnes_avis() -> list[Colonne]:
    return [
        colonne_lue("annee", "Année", 72, figee=True),
        colonne_lue("payeur", "Financeur", 200, figee=True),
        etat_en_mots(
            "favorable",
            "Avis",
            AVIS,
            {"oui": Signal.FAVORABLE, "non": Signal.BLOQUANT},
            lambda a: {True: "oui", False: "non"}.get(a.favorable, ""),
            160,
        ),
        colonne_lue("motif", "Motif", 320),
        jour("dit_le", "Dit le"),
    ]


def colonnes_avenants(_service: Avenants) -> list[Colonne]:
    return [
        colonne_lue("numero", "N°", 48, type=TypeColonne.ENTIER, figee=True),
        colonne_lue("objet", "Objet", 260, figee=True),
        jour("date", "Date"),
        Colonne(cle="change", titre="Ce qu’il change", lire=dire_le_changement, largeur=420),
        colonne_lue("motif", "Motif", 200),
        jour("signe_le", "Signé le"),
    ]


def dire_le_changement(avenant: Any) -> str:
    """« fin 2028 au lieu de 2027, État 2028\u00a0: 7 000 au lieu de 6 000 »."""
    dits = []
    if fin := avenant.contenu.get("annee_fin"):
        dits.append(f"fin {fin[1]} au lieu de {fin[0]}")
    if "objet" in avenant.contenu:
        dits.append("objet")
    for m in avenant.contenu.get("montants", ()):
        avant, apres = (_en_clair(m[nom]) for nom in ("avant", "apres"))
        dits.append(f"{m['payeur']} {m['annee']}\u00a0: {apres} au lieu de {avant}")
    return ", ".join(dits)


def _en_clair(texte: str | None) -> str:
    return "rien" if texte is None else afficher_montant(Decimal(texte), euro=True)


def colonnes_comparaison() -> list[Colonne]:
    return [
        colonne_lue("annee", "Année", 72, figee=True),
        colonne_lue("payeur", "Financeur", 220, figee=True),
        montant("initial", "À la signature", 120),
        montant("actuel", "Aujourd’hui", 120),
        montant("ecart", "Écart", 110, negatif=True),
    ]


def colonnes_remarques() -> list[Colonne]:
    return [
        etat_en_mots(
            "niveau",
            "Niveau",
            choix_de(NiveauConstat),
            SIGNAUX_NIVEAU,
            lambda r: str(r.niveau),
            130,
        ),
        colonne_lue("phrase", "À vérifier", 760),
    ]
