"""The papers of a meeting: convocation, hours of the porteurs, attendance sheet, minutes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from app.models.enums import Appreciation, College, NatureRecommandation, SensAvis
from app.models.montants import INSECABLE
from app.services.convocations import texte_de_convocation
from app.services.documents import date_longue, nom_de_fichier
from app.services.dossiers_reunion import (
    DossierReunion,
    Passage,
    heure_en_mots,
    intitule_du_point,
    passages,
    quand_et_ou,
)
from app.services.errors import SaisieRefusee
from app.services.invitations import PARC_A_VERIFIER
from app.services.notes_reunion import CRITERES
from app.services.pages_pdf import MiseEnPage, Morceau
from app.services.papier_reunion import (
    GROUPE,
    LARGE,
    LIGNE,
    PORTRAIT,
    PROJET,
    SIGNATURE,
    SOMMET,
    TEXTE,
    TOTAL,
    PagesDeReunion,
)
from app.services.papier_seance import papier_net
from app.services.participants import par_college
from app.services.reunions_lues import LigneParticipant, LignePointReunion
from app.services.tableau_pdf import (
    SECONDE,
    Colonne,
    Rangee,
    Tableau,
    charger_polices,
)


@dataclass(frozen=True, slots=True)
class PapierDeReunion:
    """A paper. `nom` as it is called, `aide`: what it is for, in a line."""

    cle: str
    nom: str
    aide: str


PAPIERS: dict[str, PapierDeReunion] = {
    papier.cle: papier
    for papier in (
        PapierDeReunion("convocation", "Convocation", "date, lieu, ordre du jour, invités"),
        PapierDeReunion("creneaux", "Heures de passage", "une page par porteur"),
        PapierDeReunion("emargement", "Feuille d'émargement", "une signature par invité"),
        PapierDeReunion("compte_rendu", "Compte rendu", "actions, avis, demandes, présence"),
    )
}


def en_pages(dossier: DossierReunion, cle: str) -> PagesDeReunion:
    """The pages of a paper. Raises SaisieRefusee when it would say nothing."""
    charger_polices()
    nom = PAPIERS[cle].nom
    if cle == "compte_rendu" and not dossier.reunion.est_tenue:
        nom = f"Projet de {nom.lower()}"
    if cle == "creneaux":
        feuilles, tetes = _pages_des_porteurs(dossier)
        return PagesDeReunion(dossier, nom, feuilles, tetes=tetes)
    pages = MiseEnPage(SOMMET, PORTRAIT)
    for tableau in _TABLEAUX[cle](dossier):
        if tableau.rangees:
            pages.ajouter(tableau)
    return PagesDeReunion(dossier, nom, [list(page) for page in pages.pages])


def en_word(dossier: DossierReunion, cle: str) -> bytes:
    """The same paper as a Word file, to be completed or published."""
    from app.services.papier_word import en_word as ecrire

    nom = PAPIERS[cle].nom
    if cle == "compte_rendu" and not dossier.reunion.est_tenue:
        nom = f"Projet de {nom.lower()}"
    situation = quand_et_ou(dossier.reunion)
    lignes = (dossier.reunion.titre, f"{situation[0].upper()}{situation[1:]}", dossier.contrat)
    return ecrire(papier_net(nom), [papier_net(li) for li in lignes], _TABLEAUX[cle](dossier))


def en_word_possible(cle: str) -> bool:
    """The hours of the porteurs are letters, one a page: they stay a PDF."""
    return cle in _TABLEAUX


def nom_propose(dossier: DossierReunion, cle: str) -> str:
    """« Compte rendu – Réunion communale Anzin – 2026-02-03.pdf »."""
    titre = nom_de_fichier(dossier.reunion.titre, "Réunion", longueur=60)
    jour = dossier.reunion.date or str(dossier.reunion.annee)
    return " – ".join((PAPIERS[cle].nom, titre, jour)) + ".pdf"


# Convocation ----------------------------------------------------------------------------------------


def _convocation(dossier: DossierReunion) -> Iterator[Tableau]:
    yield _paragraphes(texte_de_convocation(dossier))
    colonnes = (
        Colonne("Invité", 170),
        Colonne("Représente", 170, discrete=True),
        Colonne("Collège", LARGE - 340, discrete=True),
    )
    rangees = tuple(
        Rangee(
            (papier_net(_nom(p)), papier_net(_au_nom_de(p)), College.libelle_de(p.college)), LIGNE
        )
        for p in dossier.participants
    )
    yield Tableau(colonnes, rangees, titre="Invités")


def _paragraphes(texte: str) -> Tableau:
    rangees = tuple(Rangee((papier_net(ligne) or " ",), TEXTE) for ligne in texte.split("\n"))
    return Tableau((Colonne("", LARGE),), rangees, entete=False)


def _nom(participant: LigneParticipant) -> str:
    """Who it is, or the seat; what is to be checked is not for those who read the paper."""
    fonction = "" if participant.fonction == PARC_A_VERIFIER else participant.fonction
    tete = ", ".join(filter(None, (participant.nom, fonction)))
    return tete or participant.represente or "À désigner"


def _au_nom_de(participant: LigneParticipant) -> str:
    """Whom they speak for, unless the line names nobody else."""
    represente = participant.represente or ""
    return "" if represente == _nom(participant) else represente


# Hours of the porteurs ------------------------------------------------------------------------------


def _pages_des_porteurs(dossier: DossierReunion) -> tuple[list[list[Morceau]], list[int]]:
    """A letter for each porteur, and the pages where they begin.

    Raises SaisieRefusee where no hour is known.
    """
    if not dossier.reunion.heure_debut:
        raise SaisieRefusee(
            "L'heure de la réunion n'est pas connue : tapez-la dans l'onglet « Réunions », les heures "
            "de passage en découlent."
        )
    feuilles: list[list[Morceau]] = []
    tetes = []
    for passage in passages(dossier.points):
        pages = MiseEnPage(SOMMET, PORTRAIT)
        pages.ajouter(_paragraphes(_lettre(dossier, passage)))
        tetes.append(len(feuilles) + 1)
        feuilles += [list(page) for page in pages.pages]
    if not feuilles:
        raise SaisieRefusee("Aucun projet de l'ordre du jour n'a de porteur : rien à imprimer.")
    return feuilles, tetes


def _lettre(dossier: DossierReunion, passage: Passage) -> str:
    plusieurs = len(passage.points) > 1
    sujet = "Vos projets seront examinés" if plusieurs else "Votre projet sera examiné"
    return "\n".join(
        (
            passage.porteur,
            "",
            "Madame, Monsieur,",
            "",
            (
                f"{sujet} lors de la réunion « {dossier.reunion.titre} », "
                f"{quand_et_ou(dossier.reunion)}."
            ),
            "",
            "Heures de passage :" if plusieurs else "Heure de passage :",
            *map(_passage, passage.points),
            "",
            "Merci de vous présenter dix minutes avant.",
            "",
            "Cordialement,",
            dossier.reunion.animateur or dossier.contrat,
        )
    )


def _passage(point: LignePointReunion) -> str:
    titre = " – ".join(filter(None, (point.numero, point.titre)))
    if not point.debut:
        return f"- {titre}, heure à préciser"
    fin = f" à {heure_en_mots(point.fin)}" if point.fin else ""
    return f"- {heure_en_mots(point.debut)}{fin} : {titre}"


# Attendance -----------------------------------------------------------------------------------------


def _emargement(dossier: DossierReunion) -> Iterator[Tableau]:
    colonnes = (
        Colonne("Nom et fonction", 190),
        Colonne("Représente", 150, discrete=True),
        Colonne("Signature", LARGE - 340),
    )
    rangees: list[Rangee] = []
    for college in College:
        siens = [p for p in dossier.participants if p.college == college]
        if siens:
            rangees.append(Rangee((college.libelle,), GROUPE, etendue=3, solidaire=True))
        rangees += [
            Rangee(
                (papier_net(_nom(p)), papier_net(_au_nom_de(p)), ""),
                SIGNATURE,
            )
            for p in siens
        ]
    rangees += [Rangee(("", "", ""), SIGNATURE) for _ in range(6)]
    yield Tableau(colonnes, tuple(rangees), titre="Présents")


# Minutes --------------------------------------------------------------------------------------------


def _compte_rendu(dossier: DossierReunion) -> Iterator[Tableau]:
    yield _seance(dossier)
    yield _presence(dossier)
    yield _projets(dossier)
    yield _suites(dossier)


def _seance(dossier: DossierReunion) -> Tableau:
    r = dossier.reunion
    vus = sum(p.passe for p in dossier.points)
    lignes = (
        ("Instances", r.instances_noms),
        ("Objet", r.objet),
        ("Animation", r.animateur or ""),
        ("Convocation", date_longue(r.invitation_le) if r.invitation_le else ""),
        ("Ordre du jour", f"{len(dossier.points)} points, {vus} vus"),
        ("Remarque", r.note or ""),
    )
    colonnes = (Colonne("", 104, discrete=True), Colonne("", LARGE - 104))
    rangees = tuple(Rangee((nom, papier_net(texte)), LIGNE) for nom, texte in lignes if texte)
    return Tableau(colonnes, rangees, titre="Réunion", entete=False)


def _presence(dossier: DossierReunion) -> Tableau:
    """How many of each college, then those who came."""
    colonnes = (
        Colonne("Collège", LARGE - 3 * 80),
        Colonne("Invités", 80, droite=True),
        Colonne("Présents", 80, droite=True, forte=True),
        Colonne("Non pointés", 80, droite=True, discrete=True),
    )
    rangees: list[Rangee] = []
    comptes = par_college(dossier.participants)
    for compte in comptes:
        nombres = (compte.invites, compte.presents, compte.inconnus)
        nom = College.libelle_de(compte.college)
        rangees.append(Rangee((nom, *map(str, nombres)), LIGNE))
        venus = [p for p in dossier.participants if p.present and p.college == compte.college]
        if venus:
            qui = " ; ".join(_present(p) for p in venus)
            rangees[-1] = replace(rangees[-1], solidaire=True)
            rangees.append(Rangee((papier_net(qui),), replace(LIGNE, couleur=SECONDE), etendue=4))
    total = (
        sum(c.invites for c in comptes),
        sum(c.presents for c in comptes),
        sum(c.inconnus for c in comptes),
    )
    rangees.append(Rangee(("Total", *map(str, total)), TOTAL, finale=True))
    return Tableau(colonnes, tuple(rangees), titre="Présence") if comptes else Tableau((), ())


def _present(participant: LigneParticipant) -> str:
    if not participant.nom:
        return participant.represente or participant.fonction or ""
    suite = f" ({participant.represente})" if participant.represente else ""
    return f"{participant.nom}{suite}"


def _projets(dossier: DossierReunion) -> Tableau:
    colonnes = (Colonne("", 104, discrete=True), Colonne("", LARGE - 104))
    rangees: list[Rangee] = []
    for point in dossier.points:
        titre = papier_net(f"{point.ordre}. {intitule_du_point(point)}")
        details = list(_dits(dossier, point))
        rangees.append(Rangee((titre,), PROJET, etendue=2, titre=True, solidaire=bool(details)))
        rangees += [Rangee((nom, papier_net(texte)), LIGNE) for nom, texte in details]
    return Tableau(colonnes, tuple(rangees), titre="Points examinés", entete=False)


def _dits(dossier: DossierReunion, point: LignePointReunion) -> Iterator[tuple[str, str]]:
    if not point.passe:
        yield "Non vu", "Ce point n'a pas été vu en réunion."
    for cle, _, court in CRITERES:
        if reponse := getattr(point, cle):
            yield court, Appreciation.libelle_de(reponse)
    if point.remarques:
        yield "Remarques", point.remarques
    for avis in dossier.avis.get(point.cle, ()):
        suite = f" – {avis.texte}" if avis.texte else ""
        yield "Avis consultatif", f"{avis.voix} : {SensAvis.libelle_de(avis.sens).lower()}{suite}"
    for demande in dossier.demandes.get(point.action, ()) if point.action else ():
        yield NatureRecommandation.libelle_de(demande.nature), _demande(demande)


def _demande(demande: Any) -> str:
    precisions = [
        f"à{INSECABLE}: {demande.responsable}" if demande.responsable else "",
        f"pour le {date_longue(demande.echeance)}" if demande.echeance else "",
    ]
    suite = ", ".join(filter(None, precisions))
    return f"{demande.texte} ({suite})" if suite else demande.texte


def _suites(dossier: DossierReunion) -> Tableau:
    """What the meeting asks of itself."""
    colonnes = (Colonne("", 104, discrete=True), Colonne("", LARGE - 104))
    rangees = tuple(
        Rangee((NatureRecommandation.libelle_de(d.nature), papier_net(_demande(d))), LIGNE)
        for d in dossier.demandes.get(None, ())
    )
    return Tableau(colonnes, rangees, titre="Suites de la réunion", entete=False)


_TABLEAUX: dict[str, Callable[[DossierReunion], Iterator[Tableau]]] = {
    "convocation": _convocation,
    "emargement": _emargement,
    "compte_rendu": _compte_rendu,
}
