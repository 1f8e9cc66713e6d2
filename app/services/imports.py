"""Import of what people have: a file is read, compared with the open one, then written at once.

`preparer` changes nothing: it says for each row whether it is added, updated or ignored, and why.
`appliquer` writes it in one operation, undone by one Ctrl+Z; a second import of the same file changes
nothing.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from app.models.action import Action, CorrespondanceImport
from app.models.base import Base, nouvelle_cle
from app.models.enums import NatureOperation, NiveauConstat, Recurrence, StatutAction
from app.models.journal import Operation
from app.models.programme import Exercice
from app.services import formulaires_lus, lectures
from app.services.actions_lues import Anomalie, Correspondance, Lecture
from app.services.annuaire_financeurs import AnnuaireFinanceurs
from app.services.annuaire_lieux import AnnuaireLieux
from app.services.controles_lecture import controler
from app.services.depots import Depots
from app.services.errors import Conflit, SaisieRefusee, TravailAnnule
from app.services.feuilles import Progression, jamais, muette
from app.services.fichier import Fichier
from app.services.plans import Compte, Genre, Geste, LignePlan, Plan, Rapprochement, Verdict
from app.services.preparations import Preparation
from app.services.ramassage import sans_ramassage
from app.services.transaction import Ecriture

if TYPE_CHECKING:
    from app.services.retours import Retour

LOT: Final = 1_000
COMPARAISON: Final = "Comparaison avec le fichier"
ECRITURE: Final = "Enregistrement"


class Imports:
    """Reads files and imports them into the open file."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier
        self._depots = Depots(fichier)

    # Reading ------------------------------------------------------------------------------------

    def lire(
        self,
        chemin: Path,
        *,
        profil: str | None = None,
        correspondances: Mapping[str, Correspondance] | None = None,
        feuille: str | None = None,
        annulation: Callable[[], bool] | None = None,
        progression: Progression | None = None,
    ) -> Lecture:
        """Read a file with what the open one knows: its financeurs, and the columns corrected before.

        A folder is one of forms. Raises SourceIllisible with one sentence, or TravailAnnule.
        """
        if chemin.is_dir():
            return self.lire_formulaires([chemin], annulation=annulation, progression=progression)
        financeurs = AnnuaireFinanceurs(self._fichier, AnnuaireLieux(self._fichier), {}).noms()
        with sans_ramassage():
            return lectures.lire(
                chemin,
                profil=profil,
                correspondances=correspondances,
                feuille=feuille,
                financeurs=financeurs,
                memoire=self.correspondances,
                annulation=annulation,
                progression=progression,
            )

    def revenu(
        self, chemin: Path, *, annulation: Callable[[], bool] | None = None
    ) -> "Retour | None":
        """What a workbook that we had sent brings back; None when the file is no such workbook."""
        from app.services.retours import lire_retour

        with sans_ramassage():
            return lire_retour(self._fichier, chemin, annulation=annulation or jamais)

    def lire_formulaires(
        self,
        chemins: Sequence[Path],
        *,
        annulation: Callable[[], bool] | None = None,
        progression: Progression | None = None,
    ) -> Lecture:
        """Read forms of notes, files or folders, as one import.

        Raises SourceIllisible, or TravailAnnule.
        """
        with sans_ramassage():
            return formulaires_lus.lire_formulaires(
                chemins, annulation or jamais, progression or muette
            )

    def correspondances(self, signature: str) -> dict[str, Correspondance] | None:
        """The columns that a person corrected in a file laid out the same; None when there is none."""
        requete = select(CorrespondanceImport.colonnes).where(
            CorrespondanceImport.signature == signature
        )
        for (colonnes,) in self._fichier.lignes(requete):
            return {entete: Correspondance(**dite) for entete, dite in colonnes.items()}
        return None

    # Preview ------------------------------------------------------------------------------------

    def preparer(
        self,
        lecture: Lecture,
        *,
        annee: int | None = None,
        appel: str | None = None,
        resolutions: Mapping[tuple[Genre, str], str] | None = None,
        annulation: Callable[[], bool] | None = None,
        progression: Progression | None = None,
    ) -> Plan:
        """Compare a file with the open one. `annee` is that of the rows that do not say theirs.

        `resolutions`: (kind, label) -> key of a row, CREER or IGNORER, as a person decided.
        Raises SaisieRefusee when no year is known, TravailAnnule when cancelled.
        """
        defaut = annee or self._annee_unique()
        annees = {a for action in lecture.actions if (a := action.annee or defaut)}
        if any(action.existante and action.annee is None for action in lecture.actions):
            annees |= {a for (a,) in self._fichier.lignes(select(Action.annee).distinct())}
        elif not annees:
            raise SaisieRefusee(
                f"« {lecture.fichier} » ne dit pas l'année des actions : choisissez-la."
            )
        etat = self._etat()
        suivi = _Suivi(annulation, progression, len(lecture.actions), COMPARAISON)
        # Former years first: this year's actions may renew those of the same source.
        ordre = sorted(range(len(lecture.actions)), key=lambda i: lecture.actions[i].annee or 9999)
        with sans_ramassage():
            preparation = Preparation(
                self._fichier,
                annees=annees,
                annee=defaut,
                appel=appel,
                resolutions=resolutions or {},
            )
            lignes: dict[int, LignePlan] = {}
            for fait, rang in enumerate(ordre):
                suivi(fait)
                lignes[rang] = preparation.ligne(rang, lecture.actions[rang])
            return self._plan(lecture, preparation, [lignes[r] for r in sorted(lignes)], etat=etat)

    def _plan(
        self, lecture: Lecture, preparation: Preparation, lignes: Sequence[LignePlan], *, etat: int
    ) -> Plan:
        rapprochements = preparation.rapprochements()
        connues = {a for (a,) in self._fichier.lignes(select(Exercice.annee))}
        ajoutees = {li.annee for li in lignes if li.verdict is Verdict.AJOUTER and li.annee}
        return Plan(
            fichier=lecture.fichier,
            profil=lecture.profil,
            etat=etat,
            lignes=tuple(lignes),
            anomalies=_en_ordre(
                (
                    *lecture.anomalies,
                    *_anomalies_des_labels(lecture, rapprochements),
                    *controler(lecture.actions),
                    *preparation.notes.anomalies,
                )
            ),
            rapprochements=rapprochements,
            creations={**preparation.porteurs.creations, **preparation.financeurs.creations},
            exercices=tuple(sorted(ajoutees - connues)),
            signature=lecture.signature,
            corrections=lecture.corrections,
        )

    def _annee_unique(self) -> int | None:
        """The year of the file when it has one only."""
        annees = [annee for (annee,) in self._fichier.lignes(select(Exercice.annee).distinct())]
        return annees[0] if len(annees) == 1 else None

    def _etat(self) -> int:
        requete = select(func.max(Operation.numero))
        return next(numero or 0 for (numero,) in self._fichier.lignes(requete))

    # Writing ------------------------------------------------------------------------------------

    def appliquer(
        self,
        plan: Plan,
        *,
        refus: Collection[int] = (),
        refus_filiations: Collection[int] = (),
        annulation: Callable[[], bool] | None = None,
        progression: Progression | None = None,
    ) -> Compte:
        """Write the plan in one operation. `refus` and `refus_filiations` are `LignePlan.rang`.

        Raises Conflit when the file changed since the preview, TravailAnnule when cancelled: nothing
        is then written.
        """
        gardees = [ligne for ligne in plan.lignes if ligne.rang not in set(refus)]
        touchees = [ligne for ligne in gardees if ligne.verdict is not Verdict.IGNORER]
        if not touchees and not plan.corrections:
            return plan.compte(gardees)
        gestes = list(_gestes(plan, touchees, set(refus_filiations)))
        neuves = [g.cle for g in gestes if g.modele is Action and g.nouveau and _est_deposee(g)]
        total = len(gestes) + len(neuves)
        suivi = _Suivi(annulation, progression, total, ECRITURE)
        nombre = len(touchees)
        libelle = f"Importer « {plan.fichier} » ({nombre} action{'s' if nombre > 1 else ''})"
        with (
            sans_ramassage(),
            self._fichier.operation(libelle, nature=NatureOperation.IMPORT) as ecriture,
        ):
            _exiger_inchange(ecriture, plan)
            _ecrire(ecriture, gestes, suivi)
            for debut in range(0, len(neuves), LOT):
                suivi((len(gestes) + debut) // 50 * 50)
                lot = neuves[debut : debut + LOT]
                self._depots.naitre(ecriture, lot, f"Importé de « {plan.fichier} »")
            _memoriser(ecriture, plan)
            suivi(total)
        return plan.compte(gardees)


class _Suivi:
    """Progress and cancellation of a long step."""

    def __init__(
        self,
        annulation: Callable[[], bool] | None,
        progression: Progression | None,
        total: int,
        texte: str,
    ) -> None:
        self._annulation = annulation or jamais
        self._progression = progression or muette
        self._total = total
        self._texte = texte

    def __call__(self, fait: int) -> None:
        if fait % 50 and fait != self._total:
            return
        if self._annulation():
            raise TravailAnnule("Import annulé : rien n'a été modifié.")
        self._progression(fait, self._total, self._texte)


def _en_ordre(anomalies: Sequence[Anomalie]) -> tuple[Anomalie, ...]:
    """In the order of the source: sheet by sheet as they were met, then line by line."""
    feuilles = {nom: rang for rang, nom in enumerate(dict.fromkeys(a.feuille for a in anomalies))}
    return tuple(sorted(anomalies, key=lambda a: (feuilles[a.feuille], a.ligne)))


def _anomalies_des_labels(
    lecture: Lecture, rapprochements: Iterable[Rapprochement]
) -> Iterator[Anomalie]:
    """One anomaly per financeur or porteur that was not found by its very name."""
    lignes: dict[tuple[Genre, str], tuple[str, int]] = {}
    for action in lecture.actions:
        if action.porteur:
            lignes.setdefault((Genre.PORTEUR, action.porteur), (action.feuille, action.ligne))
        for c in action.cofinancements:
            lignes.setdefault((Genre.FINANCEUR, c.financeur), (action.feuille, action.ligne))
    for r in rapprochements:
        if r.sur or r.genre not in (Genre.FINANCEUR, Genre.PORTEUR):
            continue
        feuille, ligne = lignes.get((r.genre, r.libelle), (lecture.feuille, 0))
        niveau = NiveauConstat.ALERTE if r.cree else NiveauConstat.INFORMATION
        yield Anomalie(feuille, ligne, str(r.genre), str(niveau), _phrase(r))


def _phrase(r: Rapprochement) -> str:
    if not r.cree:
        return f"Financeur « {r.libelle} » lu comme « {r.nom} »."
    if r.genre is Genre.PORTEUR:
        return (
            f"Porteur « {r.libelle} » : il ressemble à « {r.proche_nom} », "
            "vérifiez que ce n'est pas le même avant de le créer."
        )
    suite = f" ; le plus proche est « {r.proche_nom} »" if r.proche_nom else ""
    return f"Financeur « {r.libelle} » inconnu : il sera créé{suite}."


def _gestes(plan: Plan, touchees: Sequence[LignePlan], refusees: set[int]) -> Iterator[Geste]:
    """Every write of the rows kept, those that others refer to first."""
    besoins = {cle for ligne in touchees for cle in ligne.besoins}
    presentes = {ligne.cle for ligne in touchees}
    prevues = {li.cle for li in plan.lignes if li.verdict is Verdict.AJOUTER}
    annees = {ligne.annee for ligne in touchees}
    for annee in plan.exercices:
        if annee in annees:
            yield Geste(Exercice, nouvelle_cle(), {"annee": annee}, nouveau=True)
    yield from (geste for cle, geste in plan.creations.items() if cle in besoins)
    lignees: dict[str, str] = {}
    for ligne in sorted(touchees, key=lambda li: li.annee or 0):
        filiation = ligne.filiation if ligne.rang not in refusees else None
        if filiation is not None and filiation.cle in prevues - presentes:
            filiation = None
        for geste in ligne.gestes:
            if geste.modele is Action and geste.nouveau and filiation is not None:
                # Refusing the link of one year cuts the lineage of the years after it.
                lignee = lignees.get(filiation.cle, filiation.lignee)
                lignees[geste.cle] = lignee
                yield _reconduite(geste, filiation.cle, lignee)
            else:
                if geste.modele is Action and geste.nouveau:
                    lignees[geste.cle] = geste.cle
                yield geste


def _est_deposee(geste: Geste) -> bool:
    return (geste.valeurs or {}).get("statut") == StatutAction.DEPOSEE


def _reconduite(geste: Geste, precedente: str, lignee: str) -> Geste:
    valeurs: dict[str, Any] = dict(geste.valeurs or {})
    valeurs |= {"precedente": precedente, "lignee": lignee}
    if valeurs.get("recurrence") is None:
        valeurs["recurrence"] = str(Recurrence.RECONDUCTION)
    return replace(geste, valeurs=valeurs)


_ORDRE: Final = ("exercice", "organisme", "financeur", "action")


def _ecrire(ecriture: Ecriture, gestes: Sequence[Geste], suivi: _Suivi) -> None:
    """Deletions, then creations table by table, then changes."""
    fait = 0
    for modele, lot in _par_modele([g for g in gestes if g.valeurs is None]):
        ecriture.supprimer_lot(modele, [geste.cle for geste in lot])
        fait += len(lot)
    for modele, lot in _par_modele([g for g in gestes if g.nouveau]):
        for debut in range(0, len(lot), LOT):
            suivi(fait - fait % 50)
            morceau = lot[debut : debut + LOT]
            ecriture.inserer_lot(modele, [{**(g.valeurs or {}), "cle": g.cle} for g in morceau])
            fait += len(morceau)
    for geste in gestes:
        if geste.valeurs is not None and not geste.nouveau:
            suivi(fait)
            ecriture.modifier(geste.modele, geste.cle, **geste.valeurs)
            fait += 1


def _par_modele(gestes: Sequence[Geste]) -> Iterator[tuple[type[Base], list[Geste]]]:
    def rang(geste: Geste) -> tuple[int, str]:
        nom = geste.modele.__tablename__
        return (_ORDRE.index(nom) if nom in _ORDRE else len(_ORDRE), nom)

    for _, lot in groupby(sorted(gestes, key=rang), key=rang):
        liste = list(lot)
        yield liste[0].modele, liste


def _exiger_inchange(ecriture: Ecriture, plan: Plan) -> None:
    numero = next(n or 0 for (n,) in ecriture.lignes(select(func.max(Operation.numero))))
    if numero != plan.etat:
        raise Conflit(
            "Le fichier a changé depuis l'aperçu de l'import : refaites l'aperçu, puis recommencez."
        )


def _memoriser(ecriture: Ecriture, plan: Plan) -> None:
    """Keep the columns that a person corrected, for the next file laid out the same."""
    if not plan.corrections or not plan.signature:
        return
    colonnes = {
        entete: {"champ": dite.champ, "financeur": dite.financeur, "etape": dite.etape}
        for entete, dite in plan.corrections.items()
    }
    presentes = ecriture.lignes(
        select(CorrespondanceImport.cle).where(CorrespondanceImport.signature == plan.signature)
    )
    if presentes:
        ecriture.modifier(
            CorrespondanceImport, presentes[0].cle, profil=plan.profil, colonnes=colonnes
        )
    else:
        ecriture.inserer(
            CorrespondanceImport, signature=plan.signature, profil=plan.profil, colonnes=colonnes
        )
