"""A séance held from end to end, with all that its papers must tell and all that they must not."""

from decimal import Decimal

from app.services.actions import Actions
from app.services.decisions import Choix
from app.services.fichier import Fichier
from tests.fabrique_seance import Salle, salle

SECRET = "NE-PAS-IMPRIMER"
TU = Decimal("7654.32")
FORMULE = "=cmd|' /C calc'!A0 & <b>fête</b> 🎉"
LONG = " ".join(f"mot{i} & <i>suite</i> > fin" for i in range(220))[:5000]
RESERVE = "Transmettre le bilan 2025 & l'attestation avant le 30 juin"
MOTIF = "Hors des priorités de l'appel à projets"
NOTE = "Sous condition du vote de mars"


def seance_tenue(fichier: Fichier) -> Salle:
    """Nine actions, one of each decision; open still. The salle of `fabrique_seance`."""
    s = salle(fichier, actions=9)
    c = s.comite
    for rang, titre in ((0, FORMULE), (1, LONG)):
        Actions(fichier).modifier(s.decor.actions[rang], titre=titre)
    c.seances.modifier(
        s.seance,
        quorum=2,
        quorum_source="Règlement intérieur, article 4",
        heure="09:30",
        lieu="Maison du projet",
        convoquee_le="2026-02-20",
        secretaire="Dominique Greffe",
        note_privee=SECRET,
    )
    _installer(s)
    _debattre(s)
    _decider(s)
    return s


def _installer(s: Salle) -> None:
    """Two members come, the third sends its power, a citizen sits without a vote."""
    c = s.comite
    membres = {m.nom: m.cle for m in c.presences.membres(s.seance)}
    etat, agglo, region = (f"{nom} Exemple" for nom in ("Etat", "Agglo", "Region"))
    c.presences.modifier(membres[etat], role="president")
    citoyen = c.personnes.ajouter("Noa Rochegrise", represente="Conseil citoyen")
    consultatif = c.presences.ajouter(s.seance, citoyen, role="consultatif")
    c.presences.arriver(membres[etat], membres[agglo], consultatif)
    c.presences.excuser(membres[region], pouvoir_a=membres[etat])
    c.personnes.lier(s.personnes["agglo"], s.decor.organismes[0], nature="bureau")
    c.ordres.noter(s.point, SECRET)


def _debattre(s: Salle) -> None:
    """The first item: an exit, two voices, an amount corrected, another one never published."""
    c = s.comite
    c.passages.ouvrir_point(s.point)
    c.deports.confirmer(s.point)
    c.voix.exprimer(s.point, "reserve", qui="Noa Rochegrise", texte="Peu d'horaires du soir")
    c.tours.dire(s.point, s.etat, Decimal(8000), note=NOTE)
    c.tours.publier(s.point)
    c.tours.dire_et_publier(s.point, s.etat, Decimal("7500.25"))
    c.tours.dire_et_publier(s.point, s.agglo, Decimal(3500))
    s.montre.avancer(7)
    c.decisions.decider(s.point, Choix("refuse", motif="Erreur de touche"))
    c.decisions.lever(s.point)
    c.decisions.decider(s.point, Choix("valide"))


def _decider(s: Salle) -> None:
    c = s.comite
    c.passages.ouvrir_point(s.points[1])
    c.deports.confirmer(s.points[1])
    choix = (
        Choix("sous_reserve", conditions=RESERVE),
        Choix("refuse", motif=MOTIF),
        Choix("ajourne", motif="Budget à revoir"),
        Choix("reoriente", motif="Vers le droit commun"),
        Choix("complementaire"),
        Choix("retire", motif="À la demande du porteur"),
    )
    for rang, voulu in enumerate(choix, start=1):
        if rang == 1:
            c.tours.dire_et_publier(s.points[rang], s.etat, Decimal(2000))
        c.decisions.decider(s.points[rang], voulu)
    c.ordres.mettre_en_bloc(s.points[7])
    c.decisions.decider_en_bloc(s.seance)
    dernier = s.points[8]
    c.tours.dire_et_publier(dernier, s.etat, Decimal(1000))
    c.cpo.dire(dernier, s.etat, favorable=True)
    c.cpo.dire(dernier, s.region, favorable=False, motif="Pas de crédit après 2026")
    c.decisions.decider(dernier, Choix("valide", cpo_annees=3))
    c.tours.dire(dernier, s.agglo, TU, note=SECRET)
