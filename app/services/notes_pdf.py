"""The papers of the notes: the letter of receipt to the porteur, and the note on one page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reportlab.lib.pagesizes import A4
from sqlalchemy import select

from app.models.contrat import Contrat
from app.models.enums import TriNote
from app.models.montants import afficher_montant
from app.models.organisme import Organisme
from app.services.accords import enumerer
from app.services.columns import afficher_date
from app.services.documents import date_longue, jour_de
from app.services.fichier import Fichier
from app.services.notes import cpo_se_fige
from app.services.notes_lues import LigneNote
from app.services.pages_pdf import MARGE, Document, Papier
from app.services.papier_seance import bornee, papier_net
from app.services.polices import DEMI_GRASSE, REGULIERE
from app.services.tableau_pdf import SECONDE, couper

PORTRAIT = Papier(largeur=A4[0], hauteur=A4[1])
UTILE = PORTRAIT.largeur - 2 * MARGE
CORPS, INTERLIGNE = 10.5, 14.5
QUESTIONS = 150.0  # width of the questions of the printed note
BAS = MARGE + 24


@dataclass(frozen=True, slots=True)
class _Contrat:
    """What heads the papers."""

    nom: str
    annee: int
    fige: bool = False  # a request for a CPO no longer changes


def accuses(fichier: Fichier, lignes: Sequence[LigneNote], jour: date) -> bytes:
    """The letters of receipt, one a page, in the order of the list."""
    contrat = _contrat(fichier, lignes)
    adresses = _adresses(fichier, lignes)
    document = _document(contrat, "Accusés de réception", jour)
    for ligne in lignes:
        _Page(document, contrat).lettre(ligne, adresses.get(ligne.cle, ()), jour)
        document.toile.showPage()
    return _clore(document)


def notes_imprimees(fichier: Fichier, lignes: Sequence[LigneNote]) -> bytes:
    """The notes, one a page."""
    contrat = _contrat(fichier, lignes)
    jour = max((j for n in lignes if (j := jour_de(n.date_depot))), default=date(2024, 1, 1))
    document = _document(contrat, "Notes d'intention", jour)
    for ligne in lignes:
        _Page(document, contrat).note(ligne)
        document.toile.showPage()
    return _clore(document)


def _contrat(fichier: Fichier, lignes: Sequence[LigneNote]) -> _Contrat:
    noms = fichier.lignes(select(Contrat.nom))
    annee = lignes[0].action.annee if lignes else 0
    nom = noms[0].nom if noms else "Contrat de ville"
    return _Contrat(nom, annee, cpo_se_fige(fichier))


def _adresses(fichier: Fichier, lignes: Sequence[LigneNote]) -> dict[str, tuple[str, ...]]:
    """note -> the lines of the address of its porteur, those that are known."""
    requete = select(
        Organisme.cle,
        Organisme.nom,
        Organisme.adresse,
        Organisme.code_postal,
        Organisme.ville,
    )
    connus = {o.cle: o for o in fichier.lignes(requete)}
    adresses = {}
    for ligne in lignes:
        porteur = connus.get(ligne.action.porteur_cle or "")
        if porteur is not None:
            ville = " ".join(filter(None, (porteur.code_postal, porteur.ville)))
            adresses[ligne.cle] = tuple(filter(None, (porteur.nom, porteur.adresse, ville)))
    return adresses


def _document(contrat: _Contrat, objet: str, jour: date) -> Document:
    titre = papier_net(f"{objet} {contrat.annee} – {contrat.nom}")
    return Document(titre=titre, auteur=papier_net(contrat.nom), jour=jour, papier=PORTRAIT)


def _clore(document: Document) -> bytes:
    document.toile.save()
    contenu: bytes = document._tampon.getvalue()  # noqa: SLF001 - pages without any table
    return contenu


class _Page:
    """A page written from the top."""

    def __init__(self, document: Document, contrat: _Contrat) -> None:
        self._document, self._contrat = document, contrat
        self._y = PORTRAIT.haut - 8
        self._ligne(contrat.nom, corps=8.5, couleur=SECONDE)

    def _ligne(
        self, texte: str, *, x: float = MARGE, saut: float = INTERLIGNE, **style: object
    ) -> None:
        traits = {"corps": CORPS, "police": REGULIERE, **style}
        self._document.ecrire(x, self._y, papier_net(texte), **traits)  # type: ignore[arg-type]
        self._y -= saut

    def _paragraphe(self, texte: str, *, x: float = MARGE, place: float = UTILE) -> None:
        for morceau in texte.splitlines():
            for ligne in couper(papier_net(morceau), place, REGULIERE, CORPS):
                if self._y < BAS:
                    return
                self._ligne(ligne, x=x)

    def _sauter(self, hauteur: float = INTERLIGNE / 2) -> None:
        self._y -= hauteur

    # The letter ---------------------------------------------------------------------------------

    def lettre(self, ligne: LigneNote, adresse: Sequence[str], jour: date) -> None:
        """« Nous avons bien reçu la note d'intention… », what it asks, what it lacks."""
        self._sauter(40)
        for mot in adresse or (ligne.porteur_pressenti or "Porteur à désigner",):
            self._ligne(mot, x=PORTRAIT.largeur / 2)
        self._sauter(24)
        self._ligne(f"Le {date_longue(jour.isoformat())}", x=PORTRAIT.largeur / 2)
        self._sauter(24)
        objet = f"Objet : accusé de réception de la note d'intention {ligne.action.numero}"
        self._ligne(objet, police=DEMI_GRASSE, saut=INTERLIGNE * 2)
        self._ligne("Madame, Monsieur,", saut=INTERLIGNE * 1.5)
        for paragraphe in paragraphes_de_la_lettre(
            ligne, self._contrat.annee, figee=self._contrat.fige
        ):
            self._paragraphe(paragraphe)
            self._sauter()
        self._sauter(INTERLIGNE)
        self._ligne("L'équipe du contrat de ville", x=PORTRAIT.largeur / 2)

    # The note -----------------------------------------------------------------------------------

    def note(self, ligne: LigneNote) -> None:
        """The short form on one page."""
        self._sauter(14)
        titre = f"Note d'intention {ligne.action.numero}"
        self._ligne(titre, corps=17, police=DEMI_GRASSE, saut=22)
        for morceau in bornee(ligne.action.titre, UTILE, 2, corps=13):
            self._ligne(morceau, corps=13, saut=18)
        self._sauter(8)
        for question, reponse in reponses(ligne):
            haut = self._y
            self._ligne(question, couleur=SECONDE)
            self._y = haut
            self._paragraphe(reponse or "–", x=MARGE + QUESTIONS, place=UTILE - QUESTIONS)
            self._y = min(self._y, haut - INTERLIGNE)
            self._sauter(5)
            if self._y < BAS:
                break
        self._document.ecrire(
            MARGE, MARGE, papier_net(f"{ligne.completude}."), corps=8.5, couleur=SECONDE
        )


def reponses(ligne: LigneNote) -> list[tuple[str, str]]:
    """Question and answer, in the order of the paper."""
    action = ligne.action
    public = "" if action.public_total is None else f"{action.public_total} personnes"
    if action.public_qpv is not None:
        public += f", dont {action.public_qpv} des quartiers"
    return [
        ("Porteur", action.porteur or _pressenti(ligne)),
        ("Ambition", ligne.ambition or ""),
        ("Thème", " – ".join(filter(None, (action.axe, action.objectif)))),
        ("Quartiers", action.quartiers or ligne.motif_hors_qpv or ""),
        ("Communes", action.communes),
        ("Échelle", action.echelle),
        ("Public", public),
        ("Budget envisagé", afficher_montant(ligne.budget_envisage, euro=True)),
        ("Financeurs sollicités", ligne.financeurs),
        ("CPO demandée", ligne.cpo),
        ("Reçue le", _jour(ligne.date_depot)),
        ("Suite donnée", _tri(ligne)),
    ]


def _pressenti(ligne: LigneNote) -> str:
    return f"à désigner (pressenti : {ligne.porteur_pressenti})" if ligne.porteur_pressenti else ""


def _jour(texte: str | None) -> str:
    jour = jour_de(texte)
    return "" if jour is None else afficher_date(jour)


def _tri(ligne: LigneNote) -> str:
    if ligne.tri is None:
        return "à faire"
    mot = TriNote.libelle_de(ligne.tri)
    suite = f" – {ligne.tri_motif}" if ligne.tri_motif else ""
    vers = f" (vers {ligne.tri_vers})" if ligne.tri_vers else ""
    return f"{mot}{vers}, le {_jour(ligne.tri_le)} par {ligne.tri_par or '…'}{suite}"


def paragraphes_de_la_lettre(ligne: LigneNote, annee: int, *, figee: bool) -> list[str]:
    """What the letter says: that it came, what it asks for, what is still expected."""
    recue = f", reçue le {date_longue(ligne.date_depot)}" if ligne.date_depot else ""
    premier = (
        f"Nous accusons réception de votre note d'intention « {ligne.action.titre} » pour la "
        f"programmation {annee}{recue}. Elle porte le numéro {ligne.action.numero}, que nous vous "
        "remercions de rappeler dans vos échanges avec nous."
    )
    textes = [premier]
    if ligne.cpo_demandee:
        annees = f" pour les années {enumerer(ligne.cpo_annees)}" if ligne.cpo_annees else ""
        suite = " Cette demande ne pourra plus être modifiée, sauf motif accepté." if figee else ""
        textes.append(f"Vous demandez une convention pluriannuelle d'objectifs{annees}.{suite}")
    elif ligne.cpo_demandee is False:
        textes.append("Vous ne demandez pas de convention pluriannuelle d'objectifs.")
    if ligne.manques:
        textes.append(
            f"Pour être complète, votre note doit encore préciser : {enumerer(ligne.manques)}. "
            "Merci de nous adresser ces éléments dès que possible."
        )
    textes.append(
        "Cet accusé de réception ne vaut pas accord de financement. Votre projet sera présenté "
        "aux partenaires du contrat de ville, qui pourront vous inviter à en préciser le contenu."
    )
    textes.append("Nous vous prions d'agréer, Madame, Monsieur, nos salutations distinguées.")
    return textes
