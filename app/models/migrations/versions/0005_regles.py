"""Grids and rules, CPO, letters, bilans: what surrounds a decision once it can be taken."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

CLE = sa.String(length=32)
TYPES: Mapping[str, Any] = {
    "cle": CLE,
    "empreinte": sa.String(length=64),  # SHA-256
    "entier": sa.Integer(),
    "centiemes": sa.BigInteger(),  # euros, or any number with two decimals
    "json": sa.JSON(),
    "oui_non": sa.Boolean(),
    "texte": sa.Text(),
}


def upgrade() -> None:
    _motif()
    _formations()
    _grilles()
    _courriers()
    _conventions()
    _suivi()
    _avenants()
    _tranches()
    _indicateurs()
    _pieces_attendues()
    _regles()
    _genre()
    _cotations()


def _motif() -> None:
    """A motive may be set aside without being lost for the decisions that say it."""
    _refaire(
        "motif",
        "nature texte!, texte texte!, actif oui_non!, rang entier!, cle cle!",
        nouvelles={"actif": "1"},
    )


def _formations() -> None:
    _table(
        "formation",
        "titre texte!, theme texte, date texte, lieu texte, heures centiemes, "
        "obligatoire oui_non!, validite_mois entier, intervenant texte, note texte",
    )
    _table(
        "inscription_formation",
        "formation cle!, organisme cle!, participant texte, present oui_non, note texte",
        liens={"formation": "formation", "organisme": "organisme"},
    )
    _table(
        "accompagnement",
        "organisme cle!, action cle, date texte, objet texte!, par texte, texte texte, suite texte",
        liens={"organisme": "organisme", "action": "action"},
    )


def _grilles() -> None:
    _table(
        "grille",
        "identifiant texte!, version entier!, nom texte!, objet texte!, nature texte!, "
        "methode texte!, sources json!, usage texte, moments json!, lecteurs json!, "
        "masquee oui_non!, figee_le texte, remplace cle, active oui_non!, note texte, "
        "rang entier!",
        liens={"remplace": "grille"},
    )
    _table(
        "critere_grille",
        "grille cle!, identifiant texte!, libelle texte!, aide texte, poids centiemes, "
        "niveaux json!, requis_pour json!, na_admis oui_non!, champs json!, inspire_de texte, "
        "rang entier!",
        liens={"grille": "grille"},
    )
    _table(
        "niveau_grille",
        "grille cle!, code texte!, libelle texte!, definition texte, seuil centiemes, "
        "portes json!, poids_budget centiemes, condition texte, rang entier!",
        liens={"grille": "grille"},
    )
    _table(
        "grille_appel",
        "appel cle!, grille cle!, obligatoire oui_non!, note texte, rang entier!",
        liens={"appel": "appel", "grille": "grille"},
    )


def _courriers() -> None:
    _table(
        "signataire_courrier",
        "nom texte!, qualite texte, mention texte, natures json!, debut texte, fin texte, "
        "note texte, rang entier!",
    )
    _table(
        "courrier",
        "action cle!, organisme cle, decision cle, nature texte!, date texte, objet texte, "
        "texte texte, complement texte, signataire texte, qualite texte, montant centiemes, "
        "modele texte, fichier texte, empreinte empreinte, produit_le texte, "
        "produit_par texte, envoye_le texte, mode texte, reference texte, note texte",
        liens={"action": "action", "organisme": "organisme"},
    )


def _conventions() -> None:
    _table(
        "convention",
        "numero texte, organisme cle, lignee texte!, titre texte!, objet texte, etat texte!, "
        "annee_debut entier!, annee_fin entier!, profil texte, engagement_etat oui_non, "
        "soutien_territoire oui_non, bloquee_par texte, signee_le texte, resiliee_le texte, "
        "motif texte, point_etape_le texte, evaluee_le texte, evaluation texte, "
        "suivi_renforce oui_non!, copilote texte, renouvelle cle, note texte",
        liens={"organisme": "organisme", "renouvelle": "convention"},
    )


def _suivi() -> None:
    _table(
        "poste_adulte_relais",
        "organisme cle!, quartier cle, intitule texte!, debut texte, fin texte, contrat texte, "
        "age entier, reside_en_qpv oui_non, sans_emploi oui_non, montant centiemes, note texte",
        liens={"organisme": "organisme", "quartier": "quartier"},
    )
    _table(
        "programme_tfpb",
        "bailleur cle!, quartier cle, annee entier!, logements entier, abattement centiemes, "
        "depense centiemes, axes json!, signe_le texte, presente_le texte, note texte",
        liens={"bailleur": "organisme", "quartier": "quartier"},
    )
    _table(
        "bilan",
        "action cle!, attendu_le texte, recu_le texte, examine_le texte, examine_par texte, "
        "conclusion texte, cout_realise centiemes, public_realise entier, "
        "public_qpv_realise entier, femmes_realise entier, relances entier!, relance_le texte, "
        "note texte",
        liens={"action": "action"},
    )


def _avenants() -> None:
    _table(
        "avenant",
        "convention cle!, numero entier!, date texte, objet texte!, motif texte, "
        "contenu json!, signe_le texte",
        liens={"convention": "convention"},
    )
    _table(
        "signature_convention",
        "convention cle!, avenant cle, partie texte!, financeur cle, qualite texte, "
        "date texte, rang entier!",
        liens={"convention": "convention", "avenant": "avenant", "financeur": "financeur"},
    )


def _tranches() -> None:
    _table(
        "avis_cpo",
        "convention cle!, financeur cle!, commune cle, annee entier!, favorable oui_non, "
        "montant centiemes, motif texte, dit_le texte",
        liens={"convention": "convention", "financeur": "financeur", "commune": "commune"},
    )
    _table(
        "tranche",
        "convention cle!, annee entier!, financeur cle!, ligne_credit cle, commune cle, "
        "montant centiemes, ferme oui_non!, liberee_le texte, liberee_par texte, liberation texte, "
        "note texte",
        liens={
            "convention": "convention",
            "financeur": "financeur",
            "ligne_credit": "ligne_credit",
            "commune": "commune",
        },
    )


def _indicateurs() -> None:
    _table(
        "indicateur_cpo",
        "convention cle!, libelle texte!, unite texte, source texte, depart centiemes, "
        "cible centiemes, impact oui_non!, rang entier!",
        liens={"convention": "convention"},
    )
    _table(
        "revue_cpo",
        "convention cle!, annee entier!, bilan_recu_le texte, tenue_le texte, "
        "conclusion texte, reorientation texte, a_recuperer centiemes, reponses json!, note texte",
        liens={"convention": "convention"},
    )
    _table(
        "valeur_indicateur",
        "indicateur cle!, annee entier!, valeur centiemes, note texte",
        liens={"indicateur": "indicateur_cpo"},
    )


def _pieces_attendues() -> None:
    _table(
        "piece_attendue",
        "appel cle!, nature texte!, intitule texte!, obligatoire oui_non!, precision texte, "
        "rang entier!",
        liens={"appel": "appel"},
    )


def _regles() -> None:
    _table(
        "regle_composee",
        "identifiant texte!, libelle texte!, cible texte!, quand json!, exige json!, "
        "niveau texte!, constat texte, source texte, appel cle, active oui_non!, note texte, "
        "rang entier!",
        liens={"appel": "appel"},
    )
    _table(
        "surcharge_regle",
        "regle texte!, appel cle, parametres json!, niveau texte, active oui_non, "
        "motif texte!, auteur texte!, moment texte!",
        liens={"appel": "appel"},
    )
    _table(
        "passage_outre",
        "regle texte!, cible texte!, annee entier, objet cle, action cle, seance cle, "
        "phrase texte!, motif texte!, auteur texte!, moment texte!",
        liens={"action": "action", "seance": "seance"},
    )


def _genre() -> None:
    _table(
        "bonus_egalite",
        "annee entier!, organisme cle!, action cle, financeur cle, montant centiemes, motif texte",
        liens={"organisme": "organisme", "action": "action", "financeur": "financeur"},
    )
    _table(
        "budget_genre",
        "action cle!, classe texte!, motif texte, auteur texte!, moment texte!",
        liens={"action": "action"},
    )


def _cotations() -> None:
    _table(
        "cotation",
        "action cle!, grille cle!, moment texte!, auteur texte!, service cle, "
        "consensus oui_non!, depot cle, niveau texte, commentaire texte, recommandation texte, "
        "commencee_le texte!, terminee_le texte",
        liens={"action": "action", "grille": "grille", "service": "service", "depot": "depot"},
    )
    _table(
        "note_critere",
        "cotation cle!, critere cle!, valeur texte, na oui_non!, motif texte, preuve texte",
        liens={"cotation": "cotation", "critere": "critere_grille"},
    )


def _refaire(
    nom: str,
    colonnes: str,
    *,
    nouvelles: Mapping[str, str],
    liens: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """The same rows in a table with the columns `nouvelles`, each with the SQL of its value.

    Made anew rather than altered, so that an upgraded file is the same text as a new one.
    """
    gardees = ", ".join(c.name for c in _colonnes(colonnes) if c.name not in nouvelles)
    op.execute(f"CREATE TEMPORARY TABLE anciennes AS SELECT {gardees} FROM {nom}")
    op.drop_table(nom)
    _creer(nom, _colonnes(colonnes), liens)
    noms, valeurs = ", ".join(nouvelles), ", ".join(nouvelles.values())
    op.execute(f"INSERT INTO {nom} ({gardees}, {noms}) SELECT {gardees}, {valeurs} FROM anciennes")
    op.execute("DROP TABLE anciennes")


def _table(
    nom: str,
    colonnes: str,
    *,
    liens: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """A table keyed by `cle`; each link to a row is indexed, and keeps that row from deletion."""
    _creer(nom, [*_colonnes(colonnes), sa.Column("cle", CLE, nullable=False)], liens)


def _colonnes(dites: str) -> list[sa.Column[object]]:
    """« nom texte!, note texte »: names and types; « ! » when a value is required."""
    colonnes = []
    for dite in dites.split(", "):
        nom, genre = dite.split()
        requis = genre.endswith("!")
        colonnes.append(sa.Column(nom, TYPES[genre.rstrip("!")], nullable=not requis))
    return colonnes


def _creer(nom: str, colonnes: list[sa.Column[object]], liens: Mapping[str, str]) -> None:
    contraintes: list[sa.schema.SchemaItem] = [
        sa.ForeignKeyConstraint(
            [colonne], [f"{cible}.cle"], name=op.f(f"fk_{nom}_{colonne}"), ondelete="RESTRICT"
        )
        for colonne, cible in liens.items()
    ]
    contraintes.append(sa.PrimaryKeyConstraint("cle", name=op.f(f"pk_{nom}")))
    op.create_table(nom, *colonnes, *contraintes)
    for colonne in sorted(liens):
        op.create_index(op.f(f"ix_{nom}_{colonne}"), nom, [colonne])
