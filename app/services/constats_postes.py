"""Checks of the adultes-relais and of what bailleurs do against the abattement de TFPB."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from app.models.calculs import somme_ou_rien
from app.models.enums import CibleConstat
from app.models.organisme import Organisme
from app.models.suivi import PosteAdulteRelais, ProgrammeTfpb
from app.services.accords import compter
from app.services.constats_faits import FaitsAnnee, FaitsPorteur
from app.services.constats_mots import euros, part_de, plusieurs, pourcent
from app.services.constats_registre import Portee, complement, controle
from app.services.documents import jour_de
from app.services.fichier import Lire
from app.services.regles_couches import RegleEnVigueur

POSTES, PROGRAMMES = "postes", "programmes_tfpb"
JOURS_PAR_AN = 365.25


@dataclass(frozen=True, slots=True)
class FaitsPoste:
    """A post of adulte-relais; None where a condition is not known."""

    intitule: str
    debut: str | None
    fin: str | None
    contrat: str | None
    age: int | None
    reside_en_qpv: bool | None
    sans_emploi: bool | None


@dataclass(frozen=True, slots=True)
class FaitsProgramme:
    """What a bailleur does in a year; `bailleur`: its name. Euros, ISO dates."""

    bailleur: str
    abattement: Decimal | None
    depense: Decimal | None
    axes: tuple[str, ...]
    signe_le: str | None
    presente_le: str | None


@complement(POSTES, cible=CibleConstat.PORTEUR, suit={"poste_adulte_relais": "organisme"})
def lire_postes(lire: Lire, portee: Portee) -> Mapping[str, tuple[FaitsPoste, ...]]:
    requete = select(
        PosteAdulteRelais.organisme,
        PosteAdulteRelais.intitule,
        PosteAdulteRelais.debut,
        PosteAdulteRelais.fin,
        PosteAdulteRelais.contrat,
        PosteAdulteRelais.age,
        PosteAdulteRelais.reside_en_qpv,
        PosteAdulteRelais.sans_emploi,
    ).order_by(PosteAdulteRelais.cle)
    lus: dict[str, list[FaitsPoste]] = defaultdict(list)
    for organisme, *champs in lire(requete):
        lus[organisme].append(FaitsPoste(*champs))
    return {organisme: tuple(postes) for organisme, postes in lus.items()}


@complement(PROGRAMMES, cible=CibleConstat.ANNEE, suit={"programme_tfpb": "", "organisme": ""})
def lire_programmes(lire: Lire, portee: Portee) -> tuple[FaitsProgramme, ...]:
    requete = (
        select(
            Organisme.nom,
            ProgrammeTfpb.abattement,
            ProgrammeTfpb.depense,
            ProgrammeTfpb.axes,
            ProgrammeTfpb.signe_le,
            ProgrammeTfpb.presente_le,
        )
        .join(Organisme, Organisme.cle == ProgrammeTfpb.bailleur)
        .where(ProgrammeTfpb.annee == portee.annee)
        .order_by(Organisme.nom, ProgrammeTfpb.cle)
    )
    return tuple(
        FaitsProgramme(nom, abattement, depense, tuple(axes or ()), signe, presente)
        for nom, abattement, depense, axes, signe, presente in lire(requete)
    )


@controle("adultes_relais.conditions", cible=CibleConstat.PORTEUR)
def conditions_d_adulte_relais(porteur: FaitsPorteur, regle: RegleEnVigueur) -> Iterator[str]:
    """Each condition that is known not to be met; one that is not known says nothing."""
    for poste in porteur.plus.get(POSTES, ()):
        for manque in conditions_manquees(poste, regle):
            yield (
                f"Poste d'adulte-relais «\u00a0{poste.intitule}\u00a0»\u00a0: {manque}. "
                "Vérifiez le dossier avant de conventionner."
            )


def conditions_manquees(poste: FaitsPoste, regle: RegleEnVigueur) -> Iterator[str]:
    """What the check says, and the list of posts beside each."""
    age = regle.valeur("age_min_exclusif")
    if age is not None and poste.age is not None and poste.age <= age:
        yield f"{poste.age} ans, il faut plus de {age} ans"
    if regle.valeur("residence_qpv") and poste.reside_en_qpv is False:
        yield "ne réside pas en quartier prioritaire"
    if regle.valeur("sans_emploi_ou_contrat_aide") and poste.sans_emploi is False:
        yield "n'est ni sans emploi ni en contrat aidé"
    contrats = regle.valeur("contrats")
    if contrats and poste.contrat and poste.contrat.upper() not in contrats:
        yield f"contrat «\u00a0{poste.contrat}\u00a0», il faut {plusieurs(contrats)}"
    maximum, duree = regle.valeur("cdd_max_ans"), _annees(poste)
    en_cdd = (poste.contrat or "").upper() == "CDD"
    if maximum is not None and en_cdd and duree is not None and duree > maximum:
        yield f"CDD de plus de {maximum} ans"


def _annees(poste: FaitsPoste) -> float | None:
    debut, fin = jour_de(poste.debut), jour_de(poste.fin)
    return None if debut is None or fin is None else (fin - debut).days / JOURS_PAR_AN


@controle("tfpb.montants", cible=CibleConstat.ANNEE)
def un_programme_par_bailleur(annee: FaitsAnnee, regle: RegleEnVigueur) -> Iterator[str]:
    """Every bailleur present has a programme; silent where the contract does not count them."""
    attendus = regle.valeur("bailleurs")
    presents = {p.bailleur for p in annee.plus.get(PROGRAMMES, ())}
    if attendus is not None and len(presents) < attendus:
        dits = f" ({plusieurs(sorted(presents))})" if presents else ""
        yield (
            f"{compter(len(presents), 'programme')} TFPB pour {attendus} bailleurs{dits}\u00a0: "
            "saisissez ceux qui manquent."
        )


@controle("tfpb.programme", cible=CibleConstat.ANNEE)
def depense_face_a_l_abattement(annee: FaitsAnnee, regle: RegleEnVigueur) -> Iterator[str]:
    """What is spent against what is not paid; a programme whose amounts are unknown says nothing."""
    par_bailleur: dict[str, list[FaitsProgramme]] = defaultdict(list)
    for programme in annee.plus.get(PROGRAMMES, ()):
        par_bailleur[programme.bailleur].append(programme)
    axes = regle.valeur("axes")
    for bailleur, programmes in par_bailleur.items():
        abattement = somme_ou_rien(p.abattement for p in programmes)
        depense = somme_ou_rien(p.depense for p in programmes)
        if abattement and depense is not None and depense < abattement:
            yield (
                f"{bailleur}\u00a0: {euros(depense)} d'actions pour {euros(abattement)} d'abattement, "
                f"soit {pourcent(part_de(depense, abattement))}. Demandez de quoi les justifier."
            )
        hors = {axe for p in programmes for axe in p.axes if axes and axe not in axes}
        if hors:
            yield (
                f"{bailleur}\u00a0: {plusieurs(sorted(hors))} hors des axes du contrat. "
                "Corrigez les axes du programme."
            )


@controle("tfpb.convention", cible=CibleConstat.ANNEE)
def convention_tfpb_signee(annee: FaitsAnnee, regle: RegleEnVigueur) -> Iterator[str]:
    """One convention for each bailleur, from the year that the text gives."""
    premiere = regle.valeur("prochaines_annee")
    if premiere is None or annee.annee < premiere:
        return
    sans = sorted({p.bailleur for p in annee.plus.get(PROGRAMMES, ()) if p.signe_le is None})
    if sans:
        yield (
            f"Convention d'abattement non signée\u00a0: {plusieurs(sans)}. Notez la date de "
            "signature, ou relancez."
        )


@controle("tfpb.suivi", cible=CibleConstat.ANNEE)
def programmes_presentes(annee: FaitsAnnee, regle: RegleEnVigueur) -> Iterator[str]:
    ou = regle.valeur("presentation")
    sans = sorted({p.bailleur for p in annee.plus.get(PROGRAMMES, ()) if p.presente_le is None})
    if ou is not None and sans:
        yield (
            f"Programmes TFPB à présenter ({ou})\u00a0: {plusieurs(sans)}. Notez la date une fois "
            "présentés."
        )
