"""From an action to its convention: years, tranches and signatures taken from what was decided. No Qt."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.models.action import Action, Cofinancement
from app.models.calculs import ZERO
from app.models.contrat import Commune
from app.models.convention import Convention, IndicateurCpo, SignatureConvention, Tranche
from app.models.enums import EtatConvention
from app.models.organisme import Financeur, Organisme
from app.models.seance import Decision, MontantDecide, Point
from app.services.conventions_lues import CLOSES, LigneConvention
from app.services.errors import SaisieRefusee
from app.services.fichier import Lire
from app.services.transaction import Ecriture

Qui = tuple[str, str | None, str | None]  # financeur, line of credit, commune
PORTEUR = "Porteur"


@dataclass(frozen=True, slots=True)
class ActionACpo:
    """An action that was decided for several years and has no convention yet."""

    cle: str
    numero: str
    titre: str
    porteur: str | None
    annee: int
    annees: int


@dataclass(frozen=True, slots=True)
class Depart:
    """What an action gives to its convention. `annees` None: no séance said how many."""

    cle: str
    lignee: str
    titre: str
    organisme: str | None
    annee: int
    annees: int | None
    montants: dict[int, dict[Qui, Decimal]]


def a_conventionner(lire: Lire) -> list[ActionACpo]:
    """The last decisions that grant several years, without a convention for their year."""
    prises = {
        (lignee, annee)
        for lignee, debut, fin in lire(_COUVERTES)
        for annee in range(debut, fin + 1)
    }
    trouvees: dict[str, ActionACpo] = {}
    for d in lire(_DECIDEES):
        trouvees.pop(d.cle, None)
        if d.cpo_annees and (d.lignee, d.annee) not in prises:
            trouvees[d.cle] = ActionACpo(d.cle, d.numero, d.titre, d.porteur, d.annee, d.cpo_annees)
    return sorted(trouvees.values(), key=lambda a: (-a.annee, a.numero))


def partir_de(lire: Lire, action: str) -> Depart:
    """Read an action, the last decision on it and its amounts, year by year."""
    lues = lire(_ACTIONS.where(Action.cle == action))
    if not lues:
        raise SaisieRefusee("Cette action n’existe plus\u00a0: choisissez-en une autre.")
    lue = lues[0]
    decidees = [d for d in lire(_DECIDEES.where(Action.cle == action)) if d.cle == action]
    derniere = decidees[-1] if decidees else None
    annees = None if derniere is None else derniere.cpo_annees
    montants: dict[int, dict[Qui, Decimal]] = {}
    cofinancements = lire(_MONTANTS.where(Cofinancement.action == action))
    for c in cofinancements:
        connu = c.accorde if c.accorde is not None or annees else c.propose or c.demande
        if connu is None and c.annee > lue.annee:
            connu = c.propose if c.propose is not None else c.demande
        _poser(montants, c, connu)
    if derniere is not None and annees:
        decides = lire(_DECIDES.where(MontantDecide.decision == derniere.decision))
        for d in decides:
            montants.setdefault(d.annee, {}).pop((d.financeur, d.ligne_credit, d.commune), None)
            _poser(montants, d, d.montant)
    return Depart(lue.cle, lue.lignee, lue.titre, lue.porteur, lue.annee, annees, montants)


def _poser(montants: dict[int, dict[Qui, Decimal]], ligne: Any, montant: Decimal | None) -> None:
    if montant:
        montants.setdefault(ligne.annee, {})[
            (ligne.financeur, ligne.ligne_credit, ligne.commune)
        ] = montant


def exiger_libre(lire: Lire, depart: Depart, annees: int) -> None:
    """Raises SaisieRefusee when a convention already holds a year of this action."""
    fin = depart.annee + annees - 1
    for lignee, debut, autre_fin in lire(_COUVERTES):
        if lignee == depart.lignee and debut <= fin and depart.annee <= autre_fin:
            raise SaisieRefusee(
                f"«\u00a0{depart.titre}\u00a0» a déjà une convention {debut}–{autre_fin}\u00a0: "
                "ouvrez-la dans la liste."
            )


def numero_suivant(lire: Lire, annee: int) -> str:
    """« CPO 2026-04 »: one more than the highest of the year."""
    tete = f"CPO {annee}-"
    pris = [
        int(numero.removeprefix(tete))
        for (numero,) in lire(select(Convention.numero).where(Convention.numero.like(f"{tete}%")))
        if numero.removeprefix(tete).isdigit()
    ]
    return f"{tete}{max(pris, default=0) + 1:02d}"


def ecrire_convention(ecriture: Ecriture, depart: Depart, annees: int) -> str:
    """The convention of an action, its tranches and those who are to sign."""
    decidee = bool(depart.annees)
    cle = ecriture.inserer(
        Convention,
        numero=numero_suivant(ecriture.lignes, depart.annee),
        organisme=depart.organisme,
        lignee=depart.lignee,
        titre=depart.titre,
        etat=str(EtatConvention.ACCORDEE if decidee else EtatConvention.DEMANDEE),
        annee_debut=depart.annee,
        annee_fin=depart.annee + annees - 1,
    )
    ecriture.inserer_lot(Tranche, tranches_de(cle, depart, annees))
    ecrire_parties(ecriture, cle)
    if decidee:
        fin = depart.annee + annees - 1
        marquer(ecriture, depart.lignee, depart.annee, fin, avant=fin)
    return cle


def tranches_de(convention: str, depart: Depart, annees: int) -> list[dict[str, Any]]:
    """Firm the first year; later, what the decision or the dossier says, else as the first."""
    premiere = depart.montants.get(depart.annee, {})
    lignes = []
    for annee in range(depart.annee, depart.annee + annees):
        dits = depart.montants.get(annee, {})
        for qui in dict.fromkeys([*premiere, *dits]):
            financeur, credit, commune = qui
            lignes.append(
                {
                    "convention": convention,
                    "annee": annee,
                    "financeur": financeur,
                    "ligne_credit": credit,
                    "commune": commune,
                    "montant": dits.get(qui, premiere.get(qui)),
                    "ferme": annee == depart.annee,
                }
            )
    return lignes


def ecrire_parties(ecriture: Ecriture, convention: str, avenant: str | None = None) -> None:
    """One line to sign for each financeur of the convention, then for the porteur."""
    lues = ecriture.lignes(_PARTIES.where(Tranche.convention == convention))
    parties = dict.fromkeys((p.financeur, p.commune or p.nom) for p in lues)
    lignes = [
        {"convention": convention, "avenant": avenant, "partie": nom, "financeur": f, "rang": rang}
        for rang, (f, nom) in enumerate(parties)
    ]
    porteurs = ecriture.lignes(
        select(Organisme.nom)
        .join(Convention, Convention.organisme == Organisme.cle)
        .where(Convention.cle == convention)
    )
    for (nom,) in porteurs:
        lignes.append(
            {
                "convention": convention,
                "avenant": avenant,
                "partie": nom,
                "qualite": PORTEUR,
                "rang": len(lignes),
            }
        )
    vide = {"qualite": None, "financeur": None}
    ecriture.inserer_lot(SignatureConvention, [vide | ligne for ligne in lignes])


def marquer(ecriture: Ecriture, lignee: str, debut: int, fin: int, *, avant: int) -> list[str]:
    """Say on the actions of the lignée which year of the CPO they are.

    Those after `fin`, until what was the end (`avant`), are of one year again. The keys of all of them.
    """
    siennes = select(Action.cle, Action.annee).where(
        Action.lignee == lignee, Action.annee >= debut, Action.annee <= max(fin, avant)
    )
    touchees = []
    for cle, annee in ecriture.lignes(siennes):
        rang = annee - debut + 1 if annee <= fin else None
        duree = fin - debut + 1 if annee <= fin else None
        ecriture.modifier(Action, cle, cpo_rang=rang, cpo_duree=duree)
        touchees.append(cle)
    return touchees


def ecrire_suite(ecriture: Ecriture, avant: LigneConvention, annees: int) -> str:
    """The convention that follows one: asked for, at the amounts of its last year."""
    debut = avant.annee_fin + 1
    derniere = {
        t.qui: t.montant for t in avant.tranches if t.annee == avant.annee_fin and t.montant
    }
    depart = Depart("", avant.lignee, avant.titre, avant.organisme, debut, None, {debut: derniere})
    exiger_libre(ecriture.lignes, depart, annees)
    cle = ecrire_convention(ecriture, depart, annees)
    ecriture.modifier(
        Convention,
        cle,
        renouvelle=avant.cle,
        objet=avant.objet,
        profil=avant.profil,
        suivi_renforce=avant.suivi_renforce,
        copilote=avant.copilote,
    )
    reprises = ecriture.lignes_de(IndicateurCpo, convention=avant.cle)
    ecriture.inserer_lot(
        IndicateurCpo,
        [
            {n: v for n, v in i.items() if n != "cle"} | {"convention": cle, "depart": None}
            for i in reprises
        ],
    )
    return cle


_COUVERTES = select(Convention.lignee, Convention.annee_debut, Convention.annee_fin).where(
    Convention.etat.not_in(CLOSES)
)
_DECIDEES = (
    select(
        Action.cle,
        Action.numero,
        Action.titre,
        Action.lignee,
        Action.annee,
        Organisme.nom.label("porteur"),
        Decision.cle.label("decision"),
        Decision.cpo_annees,
    )
    .join(Point, Point.action == Action.cle)
    .join(Decision, Decision.point == Point.cle)
    .join(Organisme, Organisme.cle == Action.porteur, isouter=True)
    .where(Decision.annulee.is_(False))
    .order_by(Decision.decidee_le, Decision.cle)
)
_ACTIONS = select(Action.cle, Action.lignee, Action.titre, Action.porteur, Action.annee)
_MONTANTS = select(
    Cofinancement.annee,
    Cofinancement.financeur,
    Cofinancement.ligne_credit,
    Cofinancement.commune,
    Cofinancement.demande,
    Cofinancement.propose,
    Cofinancement.accorde,
).order_by(Cofinancement.cle)
_DECIDES = select(
    MontantDecide.annee,
    MontantDecide.financeur,
    MontantDecide.ligne_credit,
    MontantDecide.commune,
    MontantDecide.montant,
).where(MontantDecide.montant > ZERO)
_PARTIES = (
    select(Tranche.financeur, Financeur.nom_court.label("nom"), Commune.nom.label("commune"))
    .join(Financeur, Financeur.cle == Tranche.financeur)
    .join(Commune, Commune.cle == Tranche.commune, isouter=True)
    .order_by(Financeur.rang, Commune.rang, Tranche.cle)
)
