"""« Contrôle avant comité » on paper: level by level, then what each constat is about."""

from collections.abc import Iterator

from app.services.constats_liste import LigneConstat
from app.services.controle_comite import TITRE_OUTRE, ControleComite, Groupe, nom_de
from app.services.pages_pdf import MARGE, PAYSAGE, Document, MiseEnPage
from app.services.papier_seance import bornee, papier_net
from app.services.polices import DEMI_GRASSE, REGULIERE
from app.services.tableau_pdf import (
    FOND,
    GOUTTIERE,
    SECONDE,
    Colonne,
    Rangee,
    Style,
    Tableau,
    charger_polices,
)

SOMMET = PAYSAGE.haut - 62
LIGNE = Style(corps=8, avant=2.5, apres=2.5)
GROUPE = Style(corps=8, police=DEMI_GRASSE, fond=FOND, avant=3, apres=3)
UTILE = PAYSAGE.largeur - 2 * MARGE
SOURCE = 250
RIEN = "Aucun constat : rien ne contredit une règle en vigueur."


def controle_pdf(controle: ControleComite) -> bytes:
    """The bytes of the PDF."""
    charger_polices()
    document = Document(
        titre=papier_net(f"{controle.titre} – {controle.contrat}"),
        auteur=papier_net(controle.contrat),
        jour=controle.jour,
        papier=PAYSAGE,
    )
    pages = MiseEnPage(SOMMET, PAYSAGE)
    for tableau in _tableaux(controle):
        pages.ajouter(tableau)

    def habiller(numero: int, nombre: int) -> None:
        page = f"Page {numero} / {nombre}"
        droite = PAYSAGE.largeur - MARGE
        document.ecrire(droite, MARGE - 4, page, corps=7, couleur=SECONDE, droite=True)
        if numero == 1:
            _ecrire(document, 8, controle.contrat, corps=8.5, couleur=SECONDE)
            _ecrire(document, 28, controle.titre, corps=16, police=DEMI_GRASSE)
            _ecrire(document, 44, controle.situation, corps=9, couleur=SECONDE)
        else:
            _ecrire(document, 7, controle.titre, corps=6.5, couleur=SECONDE)

    return document.dessiner([list(page) for page in pages.pages], habiller)


def _ecrire(document: Document, sous: float, texte: str, *, corps: float, **options: str) -> None:
    police = options.get("police", REGULIERE)
    [ligne] = bornee(papier_net(texte), UTILE, 1, police, corps)
    document.ecrire(MARGE, PAYSAGE.haut - sous, ligne, corps=corps, **options)  # type: ignore[arg-type]


def _tableaux(controle: ControleComite) -> Iterator[Tableau]:
    if not controle.lignes:
        seule = (Colonne("", PAYSAGE.utile + GOUTTIERE),)
        yield Tableau(seule, (Rangee((papier_net(RIEN),), LIGNE),), entete=False)
    for titre, groupes in controle.niveaux:
        rangees = tuple(r for groupe in groupes for r in _rangees(groupe))
        yield Tableau(_COMPTENT, rangees, f"{titre} ({_nombre(groupes)})")
    if controle.outre:
        rangees = tuple(Rangee(_outre(li), LIGNE) for li in controle.outre)
        yield Tableau(_PASSES, rangees, f"{TITRE_OUTRE} ({len(controle.outre)})")


def _nombre(groupes: tuple[Groupe, ...]) -> int:
    return sum(len(groupe.lignes) for groupe in groupes)


_COMPTENT = (
    Colonne("Constat", PAYSAGE.utile + GOUTTIERE - SOURCE),
    Colonne("Règle imprimée dans", SOURCE, discrete=True),
)
_FIXES = (160, 70, 150, 96)
_PASSES = (
    Colonne("Sujet", _FIXES[0], forte=True),
    Colonne("Niveau", _FIXES[1]),
    Colonne("Constat", PAYSAGE.utile + GOUTTIERE - sum(_FIXES) - 130),
    Colonne("Source", 130, discrete=True),
    Colonne("Motif", _FIXES[2]),
    Colonne("Par", _FIXES[3]),
)


def _rangees(groupe: Groupe) -> Iterator[Rangee]:
    """The name of what they are about, then its constats."""
    yield Rangee((papier_net(groupe.nom),), GROUPE, etendue=2, solidaire=True, titre=True)
    for ligne in groupe.lignes:
        yield Rangee((papier_net(ligne.phrase), papier_net(ligne.source)), LIGNE)


def _outre(ligne: LigneConstat) -> tuple[str, ...]:
    niveaux = {"bloquant": "Bloquant", "alerte": "Alerte", "information": "Information"}
    textes = (
        nom_de(ligne),
        niveaux.get(ligne.niveau, ligne.niveau),
        ligne.phrase,
        ligne.source,
        ligne.outre,
        ligne.auteur,
    )
    return tuple(papier_net(texte) for texte in textes)
