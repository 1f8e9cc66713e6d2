"""Invented programmes of any size: every name here is made up."""

import random
from collections.abc import Mapping
from decimal import Decimal

from app.services.rows import (
    EtatEnveloppe,
    LigneAction,
    LigneFinanceur,
    Montants,
    Programmation,
)

AXES = (
    "1. Favoriser l'insertion sociale et professionnelle",
    "2. Réussite éducative, parentalité et accès aux savoirs de base",
    "3. Prévenir, soigner, prendre soin",
    "4. Cadre de vie, tranquillité publique et gestion urbaine et sociale de proximité",
    "5. Culture, sport et citoyenneté",
    "6. Ingénierie et animation du contrat",
)
FINANCEURS = (
    ("etat", "État – programme 147", "État", "etat"),
    ("agglo", "Communauté d'agglomération des Trois-Canaux", "Agglomération", "epci"),
    ("region", "Région", "Région", "region"),
    ("departement", "Département", "Département", "departement"),
    ("caf", "Caisse d'allocations familiales", "CAF", "caf"),
    ("ville", "Ville de Brèmes-sur-Scarpe", "Ville", "commune"),
    ("bailleurs", "Bailleurs sociaux", "Bailleurs", "bailleur"),
)
_TITRES = (
    "Ateliers du mercredi",
    "Accompagnement à la scolarité des collégiens et soutien à la parentalité",
    "Chantier école « les jardins du canal » : remobiliser vers l'emploi par le maraîchage",
    "Permanences d'accès aux droits",
    "Sport au féminin",
    "Médiation santé au pied des immeubles, en lien avec les centres sociaux et la maison de santé",
    "Fabrique numérique intergénérationnelle",
    "Festival des quartiers",
)
_PORTEURS = (
    "Association Les Mains Vertes",
    "Centre social Agate-Dumont",
    "Collectif Passerelle",
    "Commune de Brèmes-sur-Scarpe",
    "Club omnisports de la Fosse-Neuve",
    "Association pour l'accompagnement, la formation et l'insertion dans le Valombrois",
    "Régie de quartier des Deux-Rives",
)
_QUARTIERS = (
    "Fosse-Neuve",
    "Les Deux-Rives",
    "Cité du Moulin-Blanc",
    "Pont-de-Brèmes",
    "Faubourg de Scarpe – La Verrerie",
)
_STATUTS = ("accordee",) * 6 + ("proposee", "ajournee", "refusee", "retiree")


def financeurs(nombre: int = 7) -> tuple[LigneFinanceur, ...]:
    """The seven usual ones, then numbered communes."""
    lignes = [
        LigneFinanceur(f"f-{cle}", cle, nom, court, nature, rang)
        for rang, (cle, nom, court, nature) in enumerate(FINANCEURS)
    ]
    lignes += [
        LigneFinanceur(f"f-{r}", f"c{r}", f"Commune de Valombre-{r}", f"Valombre-{r}", "commune", r)
        for r in range(len(lignes), nombre)
    ]
    return tuple(lignes[:nombre])


def action(numero: str, montants: Mapping[str, Montants], **valeurs: object) -> LigneAction:
    """One action; what is not given is ordinary."""
    defaut: dict[str, object] = {
        "cle": f"a-{numero}",
        "annee": 2026,
        "numero": numero,
        "reference": f"DA0000{numero}-01",
        "titre": "Ateliers du mercredi",
        "porteur_cle": "p-1",
        "porteur": "Association Les Mains Vertes",
        "siret": "35600000000048",
        "appel": "Appel à projets",
        "statut": "accordee",
        "recurrence": "nouveau",
        "echelle": "Communale",
        "nature": "action",
        "axe": AXES[0],
        "objectif": "Favoriser les opportunités d'accès à l'emploi",
        "axe_rang": 0,
        "quartiers": "Fosse-Neuve",
        "communes": "Brèmes-sur-Scarpe",
        "cpo": "",
        "public_total": 40,
        "public_qpv": 30,
        "public_femmes": 22,
        "public_hommes": 18,
        "cout": Decimal(20000),
        "accorde_n1": None,
        "accorde_n2": None,
        "avis": None,
        "observation": None,
        "cotation": "",
    }
    totaux = {
        etape: sum((getattr(m, etape) or Decimal(0) for m in montants.values()), Decimal(0))
        for etape in ("demande", "propose", "accorde")
    }
    return LigneAction(**{**defaut, **totaux, "montants": dict(montants), **valeurs})  # type: ignore[arg-type]


def programmation(
    nombre: int, *, combien_financeurs: int = 7, centimes: bool = False, graine: int = 1
) -> Programmation:
    """`nombre` actions over six axes; the same for the same arguments."""
    hasard = random.Random(graine)
    tous = financeurs(combien_financeurs)
    actions = tuple(_action(i, tous, hasard, centimes=centimes) for i in range(1, nombre + 1))
    return Programmation(
        contrat="Contrat Quartiers 2030 – Trois-Canaux Agglomération",
        annee=2026,
        appel="Appel à projets 2026",
        financeurs=tous,
        actions=actions,
        enveloppes=tuple(_enveloppe(f, actions) for f in tous[:4]),
        empreinte="3f9a1c07b2d84e5566778899aabbccddeeff00112233445566778899aabbccdd",
        date="2026-11-21",
    )


def _action(
    i: int, tous: tuple[LigneFinanceur, ...], hasard: random.Random, *, centimes: bool
) -> LigneAction:
    statut = hasard.choice(_STATUTS)
    demandeurs = hasard.sample(tous, k=min(len(tous), hasard.randint(1, 4)))
    montants = {f.cle: _montants(hasard, statut, centimes=centimes) for f in demandeurs}
    demande = sum((m.demande or Decimal(0) for m in montants.values()), Decimal(0))
    rang = hasard.randrange(len(AXES))
    total = hasard.randint(12, 240)
    femmes = hasard.randint(0, total)
    reconduite = hasard.random() < 0.7
    return action(
        f"26-{i:03d}",
        montants,
        titre=hasard.choice(_TITRES),
        porteur=hasard.choice(_PORTEURS),
        statut=statut,
        recurrence="reconduction" if reconduite else "nouveau",
        cpo=f"année {hasard.randint(1, 3)}/3" if i % 9 == 0 else "",
        axe=AXES[rang],
        axe_rang=rang,
        quartiers=", ".join(hasard.sample(_QUARTIERS, k=hasard.randint(1, 3))),
        public_total=total,
        public_qpv=total * 2 // 3,
        public_femmes=femmes,
        public_hommes=total - femmes,
        cout=demande + hasard.randrange(0, 40) * 500 if i % 17 else None,
        accorde_n1=Decimal(hasard.randrange(2, 30) * 500) if reconduite else None,
        avis="Favorable" if statut == "accordee" else None,
        observation="Sous réserve du bilan de l'année précédente." if i % 7 == 0 else None,
    )


def _montants(hasard: random.Random, statut: str, *, centimes: bool) -> Montants:
    demande = Decimal(hasard.randrange(2, 60) * 500)
    if centimes:
        demande += Decimal(hasard.randrange(100)) / 100
    propose = (demande * hasard.choice((5, 7, 8, 10)) / 10).quantize(Decimal("0.01"))
    return Montants(
        demande=demande,
        propose=propose if statut not in {"refusee", "retiree"} else None,
        accorde={"accordee": propose, "refusee": Decimal(0)}.get(statut),
        lignes=1,
    )


def _enveloppe(financeur: LigneFinanceur, actions: tuple[LigneAction, ...]) -> EtatEnveloppe:
    demande, propose, accorde = (
        sum(
            (
                getattr(a.montants[financeur.cle], etape) or Decimal(0)
                for a in actions
                if financeur.cle in a.montants
            ),
            Decimal(0),
        )
        for etape in ("demande", "propose", "accorde")
    )
    montant = None if financeur.rang == 3 else (accorde * (9 if financeur.rang == 1 else 12) / 10)
    reserve = Decimal(10000) if financeur.rang == 0 else Decimal(0)
    engage = Decimal(25000) if financeur.rang == 0 else Decimal(0)
    disponible = None if montant is None else montant - reserve - engage
    return EtatEnveloppe(
        financeur=financeur,
        annee=2026,
        montant=montant,
        notifie=financeur.rang != 2,
        reserve=reserve,
        engage=engage,
        demande=demande,
        propose=propose,
        accorde=accorde,
        disponible=disponible,
        reste=None if disponible is None else disponible - accorde,
    )
