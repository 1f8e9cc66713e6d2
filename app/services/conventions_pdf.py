"""The fiche of a CPO on paper: who, how long, year × financeur, avenants, indicators, reviews."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from app.models.contrat import Contrat
from app.models.enums import EtatConvention
from app.models.montants import afficher_montant, afficher_nombre
from app.services.columns_cpo import dire_le_changement
from app.services.conventions_gardes import la_convention
from app.services.conventions_lues import (
    ETATS_TRANCHE,
    LigneAvenant,
    LigneConvention,
    LigneSignature,
    lire_avenants,
    lire_signatures,
)
from app.services.conventions_suivi import (
    LigneIndicateur,
    LigneRevue,
    lire_indicateurs,
    lire_revues,
)
from app.services.conventions_tranches import par_payeur
from app.services.documents import jour_de
from app.services.fichier import Fichier
from app.services.pages_pdf import MARGE, PAYSAGE, Document, MiseEnPage
from app.services.papier_seance import bornee, papier_net
from app.services.polices import DEMI_GRASSE, REGULIERE
from app.services.tableau_pdf import (
    GOUTTIERE,
    SECONDE,
    Colonne,
    Rangee,
    Style,
    Tableau,
    charger_polices,
)

SOMMET = PAYSAGE.haut - 66
LIGNE = Style(corps=8.5, avant=3, apres=3.5)
TOTAL = Style(corps=8.5, avant=3, apres=3.5, police=DEMI_GRASSE)
UTILE = PAYSAGE.largeur - 2 * MARGE


def fiche_cpo(fichier: Fichier, cle: str) -> bytes:
    """The bytes of the PDF of one convention."""
    charger_polices()
    with fichier.instant() as lire:
        convention = la_convention(lire, cle)
        avenants, signatures = lire_avenants(lire, cle), lire_signatures(lire, cle)
        indicateurs, revues = lire_indicateurs(lire, cle), lire_revues(lire, cle)
        contrats = lire(select(Contrat.nom))
    contrat = contrats[0].nom if contrats else "Contrat de ville"
    document = Document(
        titre=papier_net(convention.nom),
        auteur=papier_net(contrat),
        jour=jour_de(convention.signee_le) or date(convention.annee_debut, 1, 1),
        papier=PAYSAGE,
    )
    pages = MiseEnPage(SOMMET, PAYSAGE)
    for tableau in (
        _annees(convention),
        _signatures(signatures),
        _avenants(avenants),
        _indicateurs(indicateurs, convention),
        _revues(revues),
    ):
        if tableau.rangees:
            pages.ajouter(tableau)

    def habiller(numero: int, nombre: int) -> None:
        droite = PAYSAGE.largeur - MARGE
        page = f"Page {numero} / {nombre}"
        document.ecrire(droite, MARGE - 4, page, corps=7, couleur=SECONDE, droite=True)
        if numero > 1:
            _ecrire(document, 7, convention.nom, corps=6.5)
            return
        _ecrire(document, 8, contrat, corps=8.5)
        [titre] = bornee(papier_net(convention.nom), UTILE, 1, DEMI_GRASSE, 16)
        document.ecrire(MARGE, PAYSAGE.haut - 28, titre, corps=16, police=DEMI_GRASSE)
        _ecrire(document, 44, _sous_titre(convention), corps=9)

    return document.dessiner([list(page) for page in pages.pages], habiller)


def _sous_titre(convention: LigneConvention) -> str:
    signee = jour_de(convention.signee_le)
    dits = (
        convention.porteur,
        convention.periode,
        EtatConvention.libelle_de(convention.etat),
        f"signée le {signee:%d/%m/%Y}" if signee else "",
        f"bloquée par {convention.bloquee_par}" if convention.bloquee_par else "",
        f"total {afficher_montant(convention.total, euro=True)}",
    )
    return " · ".join(dit for dit in dits if dit)


def _ecrire(document: Document, sous: float, texte: str, *, corps: float) -> None:
    [ligne] = bornee(papier_net(texte), UTILE, 1, REGULIERE, corps)
    document.ecrire(MARGE, PAYSAGE.haut - sous, ligne, corps=corps, couleur=SECONDE)


def _tableau(
    titre: str,
    colonnes: Sequence[tuple[str, float, bool]],
    lignes: Sequence[Sequence[str]],
    *,
    total: Sequence[str] = (),
) -> Tableau:
    """`colonnes`: title, width (0: what is left), set on the right."""
    reste = PAYSAGE.utile + GOUTTIERE - sum(largeur for _, largeur, _ in colonnes)
    rangees = [Rangee(tuple(map(papier_net, ligne)), LIGNE) for ligne in lignes]
    if total and rangees:
        rangees.append(Rangee(tuple(map(papier_net, total)), TOTAL, finale=True))
    return Tableau(
        tuple(Colonne(mot, largeur or reste, droite=droite) for mot, largeur, droite in colonnes),
        tuple(rangees),
        titre,
    )


def _annees(convention: LigneConvention) -> Tableau:
    """Amount and state of each year; under them, the totals."""
    mots = dict(ETATS_TRANCHE)
    lignes = []
    for payeur in par_payeur(convention):
        cases = []
        for annee in convention.annees:
            tranche = payeur.tranches.get(annee)
            if tranche is None or tranche.montant is None:
                cases.append("")
            else:
                cases.append(f"{afficher_montant(tranche.montant)} ({mots[tranche.etat].lower()})")
        lignes.append([payeur.payeur, *cases, afficher_montant(payeur.total)])
    total = [
        "Total",
        *(afficher_montant(convention.de_l_annee(annee)) for annee in convention.annees),
        afficher_montant(convention.total),
    ]
    large = 420 / max(1, convention.duree)
    colonnes = [
        ("Financeur", 0.0, False),
        *((str(annee), large, True) for annee in convention.annees),
        ("Total, en euros", 84.0, True),
    ]
    return _tableau("Année par année", colonnes, lignes, total=total)


def _signatures(signatures: Sequence[LigneSignature]) -> Tableau:
    colonnes = [
        ("Acte", 110.0, False),
        ("Partie", 0.0, False),
        ("Qualité", 170.0, False),
        ("Signée le", 90.0, False),
    ]
    lignes = [(s.acte, s.partie, s.qualite or "", _jour(s.date)) for s in signatures]
    return _tableau("Signatures", colonnes, lignes)


def _avenants(avenants: Sequence[LigneAvenant]) -> Tableau:
    colonnes = [
        ("N°", 40.0, False),
        ("Objet", 190.0, False),
        ("Ce qu’il change", 0.0, False),
        ("Date", 70.0, False),
    ]
    lignes = [(str(a.numero), a.objet, dire_le_changement(a), _jour(a.date)) for a in avenants]
    return _tableau("Avenants", colonnes, lignes)


def _indicateurs(indicateurs: Sequence[LigneIndicateur], convention: LigneConvention) -> Tableau:
    colonnes = [
        ("Indicateur", 0.0, False),
        ("Source", 140.0, False),
        ("Départ", 54.0, True),
        *((str(annee), 54.0, True) for annee in convention.annees),
        ("Cible", 54.0, True),
    ]
    lignes = [
        [
            f"{i.libelle} ({i.unite})" if i.unite else i.libelle,
            i.source or "",
            *(
                "" if v is None else afficher_nombre(v)
                for v in (i.depart, *(i.valeurs.get(a) for a in convention.annees), i.cible)
            ),
        ]
        for i in indicateurs
    ]
    return _tableau("Indicateurs", colonnes, lignes)


def _revues(revues: Sequence[LigneRevue]) -> Tableau:
    colonnes = [
        ("Année", 50.0, False),
        ("Bilan reçu", 70.0, False),
        ("Revue", 70.0, False),
        ("Conclusion et réorientation", 0.0, False),
        ("À récupérer", 80.0, True),
    ]
    lignes = [
        (
            str(r.annee),
            _jour(r.bilan_recu_le),
            _jour(r.tenue_le),
            " ".join(filter(None, (r.conclusion, r.reorientation))),
            "" if r.a_recuperer is None else afficher_montant(r.a_recuperer),
        )
        for r in revues
    ]
    return _tableau("Bilans et revues", colonnes, lignes)


def _jour(iso: str | None) -> str:
    jour = jour_de(iso)
    return f"{jour:%d/%m/%Y}" if jour else ""
