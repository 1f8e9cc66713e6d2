"""Projects of the demonstration: what an action is, and how it is taken up again the year after."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.models.enums import NatureAction, NatureAppel
from app.services.demo_donnees import HORS_QPV, MOYENS
from app.services.demo_montants import (
    COMMUNALE,
    INTERCOMMUNALE,
    REGROUPEMENT,
    THEMES_EPCI,
    Source,
    choisir_sources,
)
from app.services.demo_territoire import Porteur, Territoire, Tirage, repartir
from app.services.demo_themes import THEMES, Theme

METIERS_VACANCES = {metier for theme in THEMES if theme.vacances for metier in theme.metiers}
TRANSVERSES = ("T1.a", "T2.a", "T3.a")
# Amounts in hundreds of euros: (lowest, highest, weight).
COUTS = {
    NatureAppel.AMI: ((30, 80, 18), (80, 160, 32), (160, 320, 30), (320, 600, 14), (600, 1100, 6)),
    NatureAppel.VACANCES: ((25, 70, 50), (70, 160, 50)),
    NatureAppel.FIL_DE_L_EAU: ((12, 30, 60), (30, 55, 40)),
    NatureAppel.AMI_SPECIFIQUE: ((60, 220, 100),),
}
PUBLICS = ((8, 20, 25), (20, 60, 40), (60, 150, 25), (150, 420, 10))
COUT_PAR_PERSONNE = 1200  # at most
COUT_CPO = 15_000


@dataclass(frozen=True, slots=True)
class Projet:
    """What lasts from one year to the next. Amounts in whole euros, `taux` and parts in %.

    `cpo`: first year and length of its convention. `quartiers`: (key, part or None).
    """

    theme: Theme
    noeud: str
    secondaires: tuple[tuple[str, bool], ...]  # identifiant, principal in its nomenclature
    titre: str
    description: str
    porteur: Porteur
    appel: NatureAppel
    nature: NatureAction
    echelle: str
    communes: tuple[str, ...]
    quartiers: tuple[tuple[str, int | None], ...]
    hors_qpv: str | None
    sources: tuple[Source, ...]
    cout: int
    taux: int
    public: int
    public_qpv: int
    public_femmes: int
    scolaire: bool
    cpo: tuple[int, int] | None = None

    def cpo_rang(self, annee: int) -> int | None:
        """Which year of its convention this is; None outside it."""
        if self.cpo is None:
            return None
        rang = annee - self.cpo[0] + 1
        return rang if 1 <= rang <= self.cpo[1] else None


def appel_possible(tirage: Tirage, porteur: Porteur) -> NatureAppel:
    """AMI above all; holidays only for those whose trade it is."""
    vacances = porteur.metier is None or porteur.metier in METIERS_VACANCES
    appels = (NatureAppel.AMI, NatureAppel.FIL_DE_L_EAU, NatureAppel.VACANCES)
    return tirage.pese(appels, (80, 8, 16 if vacances else 0))


def nouveau_projet(
    tirage: Tirage, territoire: Territoire, porteur: Porteur, *, appel: NatureAppel
) -> Projet:
    theme = _theme(tirage, porteur, vacances=appel == NatureAppel.VACANCES)
    noeud = tirage.pese(theme.noeuds, range(len(theme.noeuds) + 1, 1, -1))
    echelle = _echelle(tirage, porteur, commun=noeud.startswith(THEMES_EPCI))
    communes = _communes(tirage, territoire, porteur, echelle)
    quartiers = _quartiers(tirage, territoire, communes)
    nature = _nature(tirage, appel)
    cout = _cout(tirage, appel)
    public = max(_entre(tirage, PUBLICS), cout // COUT_PAR_PERSONNE)
    return Projet(
        theme=theme,
        noeud=noeud,
        secondaires=_secondaires(tirage, territoire, theme, noeud),
        titre=_titre(tirage, territoire, theme, porteur=porteur, echelle=echelle),
        description=_description(tirage, theme, len(communes)),
        porteur=porteur,
        appel=appel,
        nature=nature,
        echelle=echelle,
        communes=communes,
        quartiers=quartiers,
        hors_qpv=None if quartiers else tirage.un((*HORS_QPV, None)),
        sources=choisir_sources(
            tirage,
            theme,
            noeud=noeud,
            echelle=echelle,
            payeurs=_payeurs(territoire, communes, porteur),
            nature=nature,
        ),
        cout=cout,
        taux=tirage.entier(52, 84),
        public=public,
        public_qpv=public * tirage.entier(55, 100) // 100,
        public_femmes=public * min(theme.femmes + tirage.entier(-8, 8), 100) // 100,
        scolaire=not theme.vacances and tirage.chance(20),
    )


def reconduire(tirage: Tirage, projet: Projet, annee: int) -> Projet:
    """The same project the year after: a convention keeps its amounts, the others move a little."""
    if projet.cpo_rang(annee) is not None:
        return projet
    public = max(projet.public * tirage.entier(88, 115) // 100, 6)
    return replace(
        projet,
        cpo=None,
        cout=projet.cout * tirage.entier(94, 109) // 100,
        public=public,
        public_qpv=min(projet.public_qpv * public // projet.public, public),
        public_femmes=min(projet.public_femmes * public // projet.public, public),
    )


def _theme(tirage: Tirage, porteur: Porteur, *, vacances: bool) -> Theme:
    possibles = [
        t
        for t in THEMES
        if t.vacances == vacances and (porteur.metier is None or porteur.metier in t.metiers)
    ]
    return tirage.pese(possibles, [t.poids for t in possibles])


def _echelle(tirage: Tirage, porteur: Porteur, *, commun: bool) -> str:
    """A town acts at home; what the agglomeration funds is more often shared by several towns."""
    partage = (42, 42, 16) if commun else (66, 22, 12)
    poids = partage if porteur.est_association else (88, 0, 12)
    return tirage.pese((COMMUNALE, INTERCOMMUNALE, REGROUPEMENT), poids)


def _communes(
    tirage: Tirage, territoire: Territoire, porteur: Porteur, echelle: str
) -> tuple[str, ...]:
    """Keys of the communes touched, in the order of the contract."""
    if echelle == COMMUNALE:
        return (porteur.commune,)
    nombre = tirage.entier(2, 6) if echelle == INTERCOMMUNALE else tirage.entier(1, 2)
    autres = [c for c in territoire.communes.values() if c != porteur.commune]
    choisies = {porteur.commune, *tirage.plusieurs(autres, nombre)}
    return tuple(c for c in territoire.communes.values() if c in choisies)


def _quartiers(
    tirage: Tirage, territoire: Territoire, communes: Sequence[str]
) -> tuple[tuple[str, int | None], ...]:
    """Quartiers of these communes with their shares; none for a few actions outside the QPV."""
    if tirage.chance(3):
        return ()
    par_commune = tirage.entier(1, 2) if len(communes) == 1 else 1
    choisis = {
        quartier
        for commune in communes
        for quartier in tirage.plusieurs(territoire.quartiers_de(commune), par_commune)
    }
    ordonnes = [q for q in territoire.quartiers if q in choisis]
    if tirage.chance(12):
        return tuple((q, None) for q in ordonnes)
    poids = [tirage.entier(1, 3) for _ in ordonnes]
    parts = repartir(100, poids, pas=5 if len(ordonnes) < 4 else 1)
    return tuple(zip(ordonnes, parts, strict=True))


def _payeurs(territoire: Territoire, communes: Sequence[str], porteur: Porteur) -> list[str]:
    """Signatory towns that may pay: a town does not subsidise itself."""
    return [
        c
        for c in communes
        if c in territoire.signataires and (porteur.est_association or c != porteur.commune)
    ]


def _secondaires(
    tirage: Tirage, territoire: Territoire, theme: Theme, noeud: str
) -> tuple[tuple[str, bool], ...]:
    """Issue of the State, a transversal axis, another orientation: one principal by nomenclature."""
    noeuds: list[tuple[str, bool]] = [(theme.enjeu, True)] if tirage.chance(88) else []
    if noeud not in territoire.transversaux and tirage.chance(35):
        noeuds.append((tirage.un(TRANSVERSES), True))
    autre = tirage.un(THEMES).noeuds[0]
    if autre not in territoire.transversaux and autre != noeud and tirage.chance(25):
        noeuds.append((autre, False))
    return tuple(noeuds)


def _titre(
    tirage: Tirage, territoire: Territoire, theme: Theme, *, porteur: Porteur, echelle: str
) -> str:
    titre = tirage.un(theme.titres)
    if echelle != COMMUNALE or not tirage.chance(35):
        return titre
    ville = next(nom for nom, cle in territoire.communes.items() if cle == porteur.commune)
    return f"{titre} – {ville}"


def _description(tirage: Tirage, theme: Theme, communes: int) -> str:
    lieu = "dans la commune" if communes == 1 else f"dans {communes} communes"
    return f"L'action vise à {theme.objet}, {lieu}. {tirage.un(MOYENS)}"


def _nature(tirage: Tirage, appel: NatureAppel) -> NatureAction:
    natures = (NatureAction.ACTION, NatureAction.FONCTIONNEMENT, NatureAction.INVESTISSEMENT)
    return tirage.pese(natures, (93, 4, 3) if appel == NatureAppel.AMI else (100, 0, 0))


def _cout(tirage: Tirage, appel: NatureAppel) -> int:
    """A cost in euros; half of them are not round, as budgets added up by hand."""
    cout = _entre(tirage, COUTS[appel]) * 100
    return cout + (tirage.entier(1, 99) if tirage.chance(50) else 0)


def _entre(tirage: Tirage, tranches: Sequence[tuple[int, int, int]]) -> int:
    bas, haut, _ = tirage.pese(tranches, [poids for *_, poids in tranches])
    return tirage.entier(bas, haut)
