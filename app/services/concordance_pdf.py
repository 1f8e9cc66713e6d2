"""The concordance on paper: note, meetings, dossier, field by field, what became of what was asked."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from reportlab.lib.pagesizes import A4

from app.models.enums import SuiteRecommandation
from app.services.columns import afficher_date
from app.services.concordance import Concordance
from app.services.documents import date_longue, jour_de, nom_de_fichier
from app.services.pages_pdf import MARGE, Document, MiseEnPage, Papier
from app.services.papier_seance import abrege, bornee, papier_net
from app.services.polices import DEMI_GRASSE, REGULIERE
from app.services.suites_recommandations import LigneSuite, phrase_des_suites
from app.services.tableau_pdf import (
    FILET,
    FOND,
    GOUTTIERE,
    SECONDE,
    Colonne,
    Rangee,
    Style,
    Tableau,
    charger_polices,
)

PORTRAIT = Papier(*A4)
LARGE = PORTRAIT.utile + GOUTTIERE
LIGNE = Style(corps=8, avant=2, apres=2.5)
CHANGE = Style(corps=8, fond=FOND, avant=2, apres=2.5)
RUBRIQUE = Style(DEMI_GRASSE, corps=8.5, couleur=SECONDE, avant=7, apres=2, filet=FILET)
RENCONTRE = Style(DEMI_GRASSE, corps=8.5, avant=6, apres=2, filet=FILET)
NOM = "Fiche de concordance"


def nom_propose(concordance: Concordance) -> str:
    titre = nom_de_fichier(concordance.titre, "action", longueur=50)
    numero = nom_de_fichier(concordance.numero, "", longueur=20)
    return " – ".join(filter(None, (NOM, numero, titre))) + ".pdf"


def concordance_pdf(concordance: Concordance) -> bytes:
    """The bytes; the same for the same action."""
    charger_polices()
    pages = MiseEnPage(PORTRAIT.haut - 96, PORTRAIT)
    for tableau in _tableaux(concordance):
        if tableau.rangees:
            pages.ajouter(tableau)
    document = Document(
        titre=papier_net(f"{NOM} {concordance.numero} – {abrege(concordance.titre, 120)}"),
        auteur=papier_net(abrege(concordance.contrat, 200)),
        jour=_jour_du_document(concordance),
        papier=PORTRAIT,
    )
    return document.dessiner(
        pages.pages, lambda n, total: _habiller(document, concordance, n, total)
    )


def _jour_du_document(concordance: Concordance) -> date:
    moments = [v.moment for v in concordance.versions]
    jour = jour_de(max(moments)) if moments else None
    return jour or date(concordance.annee, 1, 1)


def _habiller(document: Document, c: Concordance, numero: int, nombre: int) -> None:
    droite = PORTRAIT.largeur - MARGE
    page = f"Page {numero} / {nombre}"
    document.ecrire(droite, MARGE - 4, page, corps=7, couleur=SECONDE, droite=True)
    haut = PORTRAIT.haut
    if numero > 1:
        _ligne(document, haut - 7, f"{NOM} · {c.numero} · {c.titre}", corps=6.5, couleur=SECONDE)
        return
    _ligne(document, haut - 8, f"{c.contrat} · {c.annee}", corps=8.5, couleur=SECONDE)
    _ligne(document, haut - 30, NOM, corps=17, police=DEMI_GRASSE)
    _ligne(document, haut - 47, f"{c.numero} · {c.titre}", corps=12)
    porteur = c.porteur or "Sans porteur"
    situation = " · ".join(filter(None, (porteur, c.appel, c.statut)))
    _ligne(document, haut - 61, situation, corps=9, couleur=SECONDE)
    grise = "Les lignes grisées sont celles qui ont changé."
    _ligne(document, haut - 75, grise, corps=8, couleur=SECONDE)


def _ligne(document: Document, y: float, texte: str, *, corps: float, **options: Any) -> None:
    utile = PORTRAIT.largeur - 2 * MARGE
    [ligne] = bornee(papier_net(texte), utile, 1, options.get("police", REGULIERE), corps)
    document.ecrire(MARGE, y, ligne, corps=corps, **options)


def _tableaux(c: Concordance) -> Iterator[Tableau]:
    yield _versions(c)
    yield _rencontres(c)
    yield _suites(c)
    yield _ecarts(c)
    yield _pieces(c)


def _versions(c: Concordance) -> Tableau:
    colonnes = (
        Colonne("Version", 130, forte=True),
        Colonne("Déposée le", 90),
        Colonne("Reçue par", 120),
        Colonne("Remarque", LARGE - 340, discrete=True),
    )
    rangees = tuple(
        Rangee(
            tuple(
                papier_net(t)
                for t in (v.nom, date_longue(_local(v.moment)), v.auteur, v.note or "")
            ),
            LIGNE,
        )
        for v in c.versions
    )
    return Tableau(colonnes, rangees, titre="Versions")


def _local(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone().date().isoformat()


def _rencontres(c: Concordance) -> Tableau:
    rangees: list[Rangee] = []
    for rencontre in c.rencontres:
        quand = date_longue(rencontre.date) if rencontre.date else "date à fixer"
        etat = quand if rencontre.tenue else f"{quand}, à venir"
        titre = papier_net(f"{rencontre.titre} – {etat}")
        rangees.append(Rangee((titre,), RENCONTRE, etendue=2, solidaire=bool(rencontre.dits)))
        rangees += [Rangee((nom, papier_net(texte)), LIGNE) for nom, texte in rencontre.dits]
    colonnes = (Colonne("", 104, discrete=True), Colonne("", LARGE - 104))
    return Tableau(colonnes, tuple(rangees), titre="Rencontres", entete=False)


def _suites(c: Concordance) -> Tableau:
    colonnes = (
        Colonne("Ce qui a été demandé", 190),
        Colonne("Suite", 84, forte=True),
        Colonne("Commentaire", LARGE - 374),
        Colonne("Par qui, quand", 100, discrete=True),
    )
    rangees = [Rangee(tuple(map(papier_net, _textes_de_suite(s))), LIGNE) for s in c.suites]
    titre = phrase_des_suites(list(c.suites)) if c.suites else ""
    return Tableau(colonnes, tuple(rangees), titre=papier_net(titre).rstrip("."))


def _textes_de_suite(suite: LigneSuite) -> tuple[str, str, str, str]:
    mot = SuiteRecommandation.libelle_de(suite.suivie) or "Sans réponse"
    jour = "" if suite.suite_le is None else afficher_date(suite.suite_le)
    qui = ", ".join(filter(None, (suite.suite_par, jour)))
    demande = f"{suite.texte} ({suite.responsable})" if suite.responsable else suite.texte
    return demande, mot, suite.suite or "", qui


def _ecarts(c: Concordance) -> Tableau:
    """Every field, the changed ones on a grey ground."""
    colonnes = (
        Colonne("", 118, discrete=True),
        Colonne(papier_net(c.titre_avant), (LARGE - 188) / 2),
        Colonne(papier_net(c.titre_apres), (LARGE - 188) / 2),
        Colonne("Écart", 70, droite=True, forte=True),
    )
    rangees: list[Rangee] = []
    rubrique = ""
    for ecart in c.ecarts:
        if ecart.rubrique != rubrique:
            rubrique = ecart.rubrique
            rangees.append(Rangee((rubrique,), RUBRIQUE, etendue=4, solidaire=True))
        textes = (ecart.champ, ecart.avant or "–", ecart.apres or "–", ecart.ecart_dit)
        style = CHANGE if ecart.change else LIGNE
        rangees.append(Rangee(tuple(map(papier_net, textes)), style))
    return Tableau(colonnes, tuple(rangees), titre="De la note au dossier")


def _pieces(c: Concordance) -> Tableau:
    colonnes = (
        Colonne("Pièce", 200),
        Colonne("État", 70, forte=True),
        Colonne("Reçue le", 80),
        Colonne("Fichier", LARGE - 420),
        Colonne("Taille", 70, droite=True),
    )
    rangees = tuple(
        Rangee(
            tuple(
                map(
                    papier_net,
                    (
                        p.intitule,
                        p.etat,
                        "" if p.recue_le is None else afficher_date(p.recue_le),
                        p.nom_fichier or "",
                        p.taille_dite,
                    ),
                )
            ),
            LIGNE,
        )
        for p in c.pieces
    )
    return Tableau(colonnes, rangees, titre="Pièces")
