"""Find and replace: what is found, what it becomes, what is refused; expressions that explode."""

import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import fabriques
import pytest
from fabrique_tableau import Atelier
from fabriques import Decor

from app.services.actions import Actions
from app.services.cases_ecrites import CasesRefusees
from app.services.cofinancements import Cofinancements
from app.services.columns import Colonne, Pose, TypeColonne, lire_attribut
from app.services.columns_actions import colonnes_actions
from app.services.errors import SaisieRefusee
from app.services.expressions import Expression
from app.services.fichier import Fichier
from app.services.poses import pose_de_champ
from app.services.remplacements import (
    ILLISIBLE,
    TROP,
    TROUVEES_MAXIMUM,
    Demande,
    Recherche,
    Trouvaille,
    avec_refus,
    cases_de,
    remplacer,
)
from app.services.saisies import lire_case


@pytest.fixture
def atelier(qapp: object) -> Atelier:
    return Atelier()


def chercher(atelier: Atelier, texte: str, **options: Any) -> list[Trouvaille]:
    lignes = [(projet.cle, projet) for projet in atelier.projets.values()]
    demande = Demande(texte, **options)
    return Recherche(demande, cases_de(lignes, atelier.modele.colonnes)).tout()


def lire(colonne: Colonne, texte: str) -> Any:
    return lire_case(colonne, texte, tapee=False).valeur


def places(trouvees: list[Trouvaille]) -> list[tuple[str, str]]:
    return [(t.cle, t.colonne.cle) for t in trouvees]


@pytest.mark.parametrize(
    ("texte", "options", "trouvees"),
    [
        ("chantier", {}, [("b", "titre"), ("c", "titre")]),
        ("ELAN", {}, [("d", "titre")]),
        ("elan", {"casse": True}, []),
        ("Élan", {"casse": True}, [("d", "titre")]),
        ("l'ecole", {}, [("a", "titre")]),
        ("1 000,10", {}, [("a", "demande")]),  # as shown, with any space
        ("1000,10", {}, [("a", "demande")]),  # as typed
        ("1 000,10", {"casse": True}, [("a", "demande")]),
        ("Accordée", {}, [("b", "statut")]),
        ("15/01/2026", {}, [("d", "depot")]),
        ("chantier 9", {"entiere": True}, [("c", "titre")]),
        ("chantier", {"entiere": True}, []),
        (r"^chantier \d$", {"expression": True}, [("c", "titre")]),
        (r"\d+", {"expression": True, "entiere": True}, [("a", "public"), ("a", "accorde")]),
        ("", {}, []),
        ("introuvable", {}, []),
    ],
)
def test_on_trouve_ce_que_montrent_ou_contiennent_les_cases(
    atelier: Atelier, texte: str, options: dict[str, Any], trouvees: list[tuple[str, str]]
) -> None:
    assert places(chercher(atelier, texte, **options))[: len(trouvees) or 1] == trouvees


def test_l_apercu_dit_avant_apres_et_ce_qui_est_refuse(atelier: Atelier) -> None:
    [montant] = [t for t in chercher(atelier, "800", par="950,5") if t.colonne.cle == "accorde"]
    assert (montant.avant, montant.apres, montant.valeur, montant.refus) == (
        "800",
        "950,5",
        Decimal("950.5"),
        "",
    )
    [mot] = chercher(atelier, "800", par="beaucoup")
    assert "n’est pas un montant" in mot.refus
    assert not mot.se_remplace
    [lecture] = [t for t in chercher(atelier, "1000", par="5") if t.colonne.cle == "demande"]
    assert "se lit seulement" in lecture.refus


def test_un_choix_se_remplace_par_un_libelle_de_sa_liste() -> None:
    choix = (("", "–"), ("oui_1", "Déposée"), ("b", "Œuvre d’été"))
    colonne = Colonne(
        cle="c", titre="Statut", lire=lire_attribut("c"), type=TypeColonne.CHOIX, choix=choix
    )
    assert lire(colonne, " deposee ") == "oui_1"
    assert lire(colonne, "oeuvre d'ete") == "b"
    assert lire(colonne, "–") is None
    assert lire(colonne, "") is None
    with pytest.raises(SaisieRefusee, match="n’est pas dans la liste"):
        lire(colonne, "Déposé")


def test_un_oui_ou_non_ne_se_remplace_que_par_l_un_des_deux() -> None:
    colonne = replace(TEXTE, type=TypeColonne.BOOLEEN)

    def remplace_oui(par: str) -> Trouvaille:
        [trouvee] = Recherche(
            Demande("oui", par=par, entiere=True), [("a", _Fixe(True), colonne)]
        ).tout()
        return trouvee

    assert (remplace_oui("Non").valeur, remplace_oui("non").refus) == ("non", "")
    assert "n’est ni oui ni non" in remplace_oui("peut-être").refus


class _Fixe:
    def __init__(self, texte: Any) -> None:
        self.texte = texte


TEXTE = Colonne(
    cle="t",
    titre="Texte",
    lire=lire_attribut("texte"),
    ecrire=lambda *_: None,
    pose=Pose(lambda _: nullcontext(), lambda *_: None),
)


def remplace(avant: str, cherche: str, par: str, **options: Any) -> str | None:
    """What one text becomes, without a table around it."""
    demande = Demande(cherche, par=par, **options)
    trouvees = Recherche(demande, [("a", _Fixe(avant), TEXTE)]).tout()
    return trouvees[0].apres if trouvees else None


@pytest.mark.parametrize(
    ("avant", "cherche", "par", "apres"),
    [
        ("Cœur de ville, cœur de vie", "coeur", "Centre", "Centre de ville, Centre de vie"),
        ("Cœur", "o", "a", "Caur"),  # half of a ligature takes the whole sign
        ("Cœur", "e", "a", "Caur"),
        ("École e\u0301te\u0301", "ete", "hiver", "École hiver"),  # accents written apart
        ("aaa", "aa", "b", "ba"),
        ("Straße", "ss", "z", "Straze"),
        ("ÉTÉ", "été", "", ""),
        ("a\u202fb", "a b", "c", "c"),
        ("un.deux", ".", "-", "un-deux"),  # no expression unless asked for
    ],
)
def test_le_remplacement_garde_le_reste_du_texte(
    avant: str, cherche: str, par: str, apres: str
) -> None:
    assert remplace(avant, cherche, par) == apres


def test_une_expression_remplace_par_ses_groupes() -> None:
    assert remplace("Lot 12 bis", r"lot (\d+)", r"N°\1", expression=True) == "N°12 bis"
    assert remplace("Lot 12", r"lot (\d+)", "N°$1", expression=True) == "N°12"
    assert remplace("a-b", "(.)-(.)", r"\2-\1", expression=True, entiere=True) == "b-a"
    assert remplace("abc", "x*", "-", expression=True) == "-a-b-c-"
    [trouvee] = Recherche(
        Demande("(a)", par=r"\2", expression=True),
        [("a", _Fixe("a"), TEXTE)],
    ).tout()
    assert "groupe" in trouvee.refus


@pytest.mark.parametrize(
    "motif",
    [
        "(a+)+$",
        "(a|aa)+$",
        "(a?)*b",
        "a?" * 25 + "a" * 25,
        ".*.*.*.*x",
        "(x+x+)+y",
        "((.*)*)*",
        "(?=(a+)+)b",
        "(" * 14 + "a" + "{50})" * 14,
        "a{99999}",
        "(a)" + r"\1*" * 9,
    ],
)
def test_une_expression_qui_chercherait_sans_fin_est_refusee(motif: str) -> None:
    with pytest.raises(SaisieRefusee, match="sans fin"):
        Expression(motif, casse=False)


@pytest.mark.parametrize("motif", ["(", "[a", "a**", "(?P<1>a)", "\\1", "(?<=a+)b", "a{2,1}"])
def test_une_expression_mal_ecrite_est_dite(motif: str) -> None:
    with pytest.raises(SaisieRefusee, match="n’est pas complète"):
        Expression(motif, casse=False)


def test_une_expression_trop_longue_est_refusee() -> None:
    with pytest.raises(SaisieRefusee, match="trop longue"):
        Expression("a" * 10_000, casse=False)


@pytest.mark.parametrize("motif", [".*x", ".*.*x", ".*.*.*x", "(a|b|ab)(c|d)?[ac]*[ab]*x"])
def test_une_expression_permise_finit_vite_sur_le_plus_long_texte(motif: str) -> None:
    expression = Expression(motif, casse=False)
    debut = time.process_time()
    assert expression.motif.search("a" * expression.signes) is None
    assert time.process_time() - debut < 1


def test_une_case_trop_longue_pour_une_expression_le_dit() -> None:
    assert (
        Recherche(
            Demande(".*.*x", par="", expression=True),
            [("a", _Fixe("a" * 5000), TEXTE)],
        )
        .tout()[0]
        .refus
        == ILLISIBLE
    )


def test_une_recherche_immense_s_arrete_et_le_dit() -> None:
    sans_fin = (("a", _Fixe("aaa"), TEXTE) for _ in iter(int, 1))
    recherche = Recherche(Demande("a"), sans_fin)
    assert TROUVEES_MAXIMUM <= len(recherche.tout()) < TROUVEES_MAXIMUM + 300
    assert recherche.arret == TROP


def test_une_recherche_se_mene_par_tranches() -> None:
    lignes = [(str(rang), _Fixe(f"Lot {rang}")) for rang in range(5000)]
    recherche = Recherche(Demande("lot 49"), cases_de(lignes, [TEXTE]))
    recherche.avancer(0.0)
    assert not recherche.finie
    assert len(recherche.tout()) == 111


def test_un_remplacement_demesure_est_refuse() -> None:
    for options in ({}, {"expression": True}):
        demande = Demande("a", par="b" * 5000, **options)
        [trouvee] = Recherche(demande, [("a", _Fixe("a" * 300), TEXTE)]).tout()
        assert "trop long" in trouvee.refus


# In the file --------------------------------------------------------------------------------------


@pytest.fixture
def fichier(tmp_path: Path) -> Iterator[Fichier]:
    with fabriques.neuf(tmp_path / "essai.tdt") as ouvert:
        yield ouvert


@pytest.fixture
def decor(fichier: Fichier) -> Decor:
    return fabriques.decor(fichier, actions=3)


def trouver(fichier: Fichier, demande: Demande) -> list[Trouvaille]:
    actions, cofinancements = Actions(fichier), Cofinancements(fichier)
    colonnes = [
        replace(c, pose=pose_de_champ(actions.operation, actions.poser, "titre"))
        if c.cle == "titre"
        else c
        for c in colonnes_actions(cofinancements.financeurs(2026), actions, cofinancements)
    ]
    lignes = [(ligne.cle, ligne) for ligne in actions.lignes(2026)]
    return avec_refus(Recherche(demande, cases_de(lignes, colonnes)).tout())


def test_remplacer_est_une_operation_et_un_ctrl_z(fichier: Fichier, decor: Decor) -> None:
    actions = Actions(fichier)
    for rang, cle in enumerate(decor.actions):
        actions.modifier(cle, titre=f"Été n° {rang}")
    avant = [ligne.titre for ligne in actions.lignes(2026)]
    demande = Demande("ete", par="Hiver")
    trouvees = [t for t in trouver(fichier, demande) if t.colonne.cle == "titre"]
    assert remplacer(demande, trouvees) == 3
    assert [ligne.titre for ligne in actions.lignes(2026)] == [
        "Hiver n° 0",
        "Hiver n° 1",
        "Hiver n° 2",
    ]
    assert fichier.undo.a_annuler()[0] == "Remplacer « ete » par « Hiver » dans 3 cases"
    fichier.undo.annuler()
    assert [ligne.titre for ligne in actions.lignes(2026)] == avant


def test_ce_que_le_service_refuserait_est_dit_avant(fichier: Fichier, decor: Decor) -> None:
    actions = Actions(fichier)
    actions.modifier(decor.action, titre="Été")
    niveaux = len(fichier.undo.a_annuler())
    demande = Demande("ete", par="")
    [vide] = [t for t in trouver(fichier, demande) if t.colonne.cle == "titre"]
    assert "intitulé" in vide.refus
    assert actions.lignes_de([decor.action])[decor.action].titre == "Été"
    with pytest.raises(SaisieRefusee, match="Rien à remplacer"):
        remplacer(demande, [vide])
    with pytest.raises(CasesRefusees, match="rien n’a été modifié"):
        remplacer(demande, [replace(vide, refus="")])
    assert len(fichier.undo.a_annuler()) == niveaux
