"""Several lines of a source about one action, made one: a line per financeur, per EJ or per quartier."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from app.models.calculs import somme_ou_rien
from app.services.actions_lues import ActionLue, CofinancementLu, Releve
from app.services.identifiants import nom_normalise

CENTIEME = Decimal("0.01")
SANS_QUARTIER = "NR"


def par_action(
    actions: Iterable[ActionLue], *, par_reference: bool, releve: Releve
) -> list[ActionLue]:
    """One action for the lines that share a reference, else porteur and title.

    `par_reference`: the layout gives an action several lines of one financeur, to be added up.
    """
    groupes: dict[tuple[object, ...], list[ActionLue]] = {}
    for rang, action in enumerate(actions):
        groupes.setdefault(_identite(action, rang, par_reference=par_reference), []).append(action)
    if not par_reference:
        for lignes in groupes.values():
            _noter_repetitions(lignes, releve)
    return [_fondre(lignes) for lignes in groupes.values()]


def _noter_repetitions(lignes: Sequence[ActionLue], releve: Releve) -> None:
    vus: set[tuple[object, ...]] = set()
    for ligne in lignes:
        for c in ligne.cofinancements:
            if (cle := (c.financeur, c.ligne_credit, c.annee)) in vus:
                releve.noter(
                    ligne.feuille,
                    ligne.ligne,
                    champ="financeur",
                    message=f"{c.financeur} a déjà une ligne pour cette action : "
                    "les montants sont additionnés.",
                )
            vus.add(cle)


def completer(actions: Iterable[ActionLue], annexes: Iterable[ActionLue]) -> list[ActionLue]:
    """Actions with what other sheets say of them, by reference; the first sheet has the last word."""
    par_reference: dict[str, list[ActionLue]] = {}
    for annexe in annexes:
        if annexe.reference:
            par_reference.setdefault(annexe.reference, []).append(annexe)
    return [
        _fondre([action, *par_reference.get(action.reference, ())]) if action.reference else action
        for action in actions
    ]


def _identite(action: ActionLue, rang: int, *, par_reference: bool) -> tuple[object, ...]:
    if action.reference:
        titre = nom_normalise(action.titre or "") if par_reference else ""
        return (action.annee, action.reference, titre)
    if action.titre:
        return (
            action.annee,
            nom_normalise(action.porteur or action.siret or ""),
            nom_normalise(action.titre),
        )
    return (rang,)


def _fondre(lignes: Sequence[ActionLue]) -> ActionLue:
    """The first line, completed by the others; their cofinancements are put together."""
    premiere = lignes[0]
    if len(lignes) == 1:
        return premiere
    champs = {
        nom: next((v for ligne in lignes if (v := getattr(ligne, nom)) not in (None, ())), None)
        for nom in _A_COMPLETER
    }
    return replace(
        premiere,
        **{nom: valeur for nom, valeur in champs.items() if valeur is not None},
        quartiers=tuple(dict(q for ligne in lignes for q in ligne.quartiers).items()),
        communes=_union(lignes, "communes"),
        classements=_union(lignes, "classements"),
        cofinancements=cumuler(c for ligne in lignes for c in ligne.cofinancements),
    )


_A_COMPLETER = (
    "titre", "description", "porteur", "sigle", "siret", "rna", "nature_porteur", "code_postal",
    "ville", "nature", "echelle", "cout_total", "recurrence", "cpo_rang", "cpo_duree", "statut",
    "avis", "observation", "accorde_n1", "date_depot", "date_debut", "date_fin",
)  # fmt: skip


def _union(lignes: Sequence[ActionLue], champ: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(v for ligne in lignes for v in getattr(ligne, champ)))


def cumuler(cofinancements: Iterable[CofinancementLu]) -> tuple[CofinancementLu, ...]:
    """One line per financeur, line of credit and year: GISPRO pays an action in several EJ."""
    groupes: dict[tuple[object, ...], list[CofinancementLu]] = {}
    for c in cofinancements:
        groupes.setdefault((c.financeur, c.ligne_credit, c.annee, c.nature_credit), []).append(c)
    return tuple(_somme(lot) for lot in groupes.values())


def _somme(lot: Sequence[CofinancementLu]) -> CofinancementLu:
    if len(lot) == 1:
        return lot[0]
    commentaires = dict.fromkeys(c.commentaire for c in lot if c.commentaire)
    return replace(
        lot[0],
        demande=somme_ou_rien(c.demande for c in lot),
        propose=somme_ou_rien(c.propose for c in lot),
        accorde=somme_ou_rien(c.accorde for c in lot),
        vote=somme_ou_rien(c.vote for c in lot),
        notifie=somme_ou_rien(c.notifie for c in lot),
        verse=somme_ou_rien(c.verse for c in lot),
        statut=next((c.statut for c in lot if c.statut), None),
        commentaire=" ; ".join(commentaires) or None,
    )


def ventiler(actions: Iterable[ActionLue], releve: Releve) -> list[ActionLue]:
    """Actions of a ventilation: the amounts of their lines become the shares of their quartiers."""
    groupes: dict[tuple[object, ...], list[ActionLue]] = {}
    for rang, action in enumerate(actions):
        groupes.setdefault(_identite(action, rang, par_reference=True), []).append(action)
    return [_ventilee(lignes, releve) for lignes in groupes.values()]


def _ventilee(lignes: Sequence[ActionLue], releve: Releve) -> ActionLue:
    montants: dict[str, Decimal] = {}
    for ligne in lignes:
        quartier = ligne.quartiers[0][0] if ligne.quartiers else SANS_QUARTIER
        montant = somme_ou_rien(c.notifie for c in ligne.cofinancements) or Decimal(0)
        montants[quartier] = montants.get(quartier, Decimal(0)) + montant
    if SANS_QUARTIER in montants:
        releve.informer(
            lignes[0].feuille,
            lignes[0].ligne,
            champ="quartiers",
            message="Part non répartie par quartier (« NR ») : aucun quartier ne lui est donné.",
        )
    return replace(_fondre(lignes), quartiers=tuple(parts(montants)))


def parts(montants: dict[str, Decimal]) -> list[tuple[str, Decimal | None]]:
    """Shares in % of the quartiers, summing to what is located; unknown when nothing is shared."""
    total = sum(montants.values(), Decimal(0))
    localises = [q for q in montants if q != SANS_QUARTIER]
    if not total:
        return [(quartier, None) for quartier in localises]
    lues = {
        q: (montants[q] * 100 / total).quantize(CENTIEME, rounding=ROUND_HALF_UP) for q in localises
    }
    if localises and SANS_QUARTIER not in montants:
        # Rounding leaves a hundredth over or short: the largest share bears it.
        lues[max(localises, key=lambda q: lues[q])] += 100 - sum(lues.values(), Decimal(0))
    return [(quartier, lues[quartier]) for quartier in localises]
