"""What is written during a meeting: the three criteria of each project, remarks, avis, what is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from app.models.action import Action
from app.models.depot import NoteIntention
from app.models.enums import Appreciation, NatureRecommandation, SensAvis
from app.models.reunion import AvisReunion, PointReunion, Recommandation
from app.services.attaches import detacher
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.ordres_reunion import exiger_modifiable
from app.services.reunions import exiger_ouverte
from app.services.reunions_lues import (
    LigneAvisReunion,
    LigneRecommandation,
    lire_avis,
    lire_recommandations,
)
from app.services.transaction import Ecriture

CRITERES: tuple[tuple[str, str, str], ...] = (
    ("diagnostic", "Diagnostic partagé ?", "Diagnostic partagé"),
    ("capacite", "Capacité à atteindre les objectifs ?", "Capacité"),
    ("partenariat", "Partenariat local ?", "Partenariat local"),
)


@dataclass(frozen=True, slots=True)
class NoteLue:
    """What the porteur wrote of a project, to be read beside the notes. Amounts in euros."""

    description: str
    ambition: str
    porteur_pressenti: str
    budget: Decimal | None
    cpo: str
    public: int | None
    public_qpv: int | None


class NotesReunion:
    """Writes what is said of the projects; each gesture is one operation, kept at once."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier
        self.operation = fichier.operation

    # Reading --------------------------------------------------------------------------------------

    def avis(self, point: str) -> list[LigneAvisReunion]:
        with self._fichier.instant() as lire:
            return lire_avis(lire, point)

    def recommandations(self, reunion: str, action: str | None) -> list[LigneRecommandation]:
        """What the meeting asks about a project; None: what it asks of itself."""
        with self._fichier.instant() as lire:
            return [r for r in lire_recommandations(lire, reunion) if r.action == action]

    def note_d_intention(self, action: str) -> NoteLue:
        """What is known of the project. Empty where nothing was written."""
        requete = (
            select(
                Action.description,
                Action.public_total,
                Action.public_qpv,
                NoteIntention.ambition,
                NoteIntention.porteur_pressenti,
                NoteIntention.budget_envisage,
                NoteIntention.cpo_demandee,
                NoteIntention.cpo_annees,
                Action.cout_total,
            )
            .join(NoteIntention, NoteIntention.action == Action.cle, isouter=True)
            .where(Action.cle == action)
        )
        for lu in self._fichier.lignes(requete):
            annees = ", ".join(map(str, lu.cpo_annees or ()))
            return NoteLue(
                lu.description or "",
                lu.ambition or "",
                lu.porteur_pressenti or "",
                lu.cout_total if lu.budget_envisage is None else lu.budget_envisage,
                f"demandée ({annees})" if annees else ("demandée" if lu.cpo_demandee else ""),
                lu.public_total,
                lu.public_qpv,
            )
        return NoteLue("", "", "", None, "", None, None)

    # A project ------------------------------------------------------------------------------------

    def apprecier(self, point: str, critere: str, reponse: str | None) -> None:
        """Answer one of the three criteria (an Appreciation; None: not answered). It is then seen."""
        nom = next(court for cle, _, court in CRITERES if cle == critere)
        if reponse is not None:
            Appreciation.de(reponse)
        mot = Appreciation.libelle_de(reponse).lower() or "sans réponse"
        with self._fichier.operation(f"{nom} : {mot}") as ecriture:
            exiger_modifiable(ecriture, point)
            vu = {"passe": True} if reponse is not None else {}
            ecriture.modifier(PointReunion, point, **{critere: reponse}, **vu)

    def remarquer(self, point: str, texte: str) -> None:
        """Keep the remarks as they stand. The project is then seen."""
        with self._fichier.operation("Noter une remarque de réunion") as ecriture:
            ligne = exiger_modifiable(ecriture, point)
            net = texte.strip() or None
            if net != ligne["remarques"]:
                ecriture.modifier(
                    PointReunion, point, remarques=net, passe=bool(net) or ligne["passe"]
                )

    def marquer_vu(self, point: str, *, vu: bool) -> None:
        mot = "vue" if vu else "à voir"
        with self._fichier.operation(f"Action {mot} en réunion") as ecriture:
            exiger_modifiable(ecriture, point)
            ecriture.modifier(PointReunion, point, passe=vu)

    # What bodies say ------------------------------------------------------------------------------

    def donner_avis(
        self, point: str, voix: str, *, sens: str = str(SensAvis.FAVORABLE), texte: str = ""
    ) -> str:
        """A body says what it thinks, whether it funds or not: heard, never counted (A-74)."""
        if not voix.strip():
            raise SaisieRefusee("Tapez qui donne cet avis, comme « Conseil citoyen ».")
        SensAvis.de(sens)
        with self._fichier.operation(f"Avis consultatif de « {voix.strip()} »") as ecriture:
            exiger_modifiable(ecriture, point)
            ecriture.modifier(PointReunion, point, passe=True)
            return ecriture.inserer(
                AvisReunion,
                point=point,
                voix=voix.strip(),
                sens=sens,
                texte=texte.strip() or None,
                rang=_suivant(ecriture, AvisReunion, AvisReunion.point == point),
            )

    def poser_avis(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        exiger_modifiable(ecriture, ecriture.lire(AvisReunion, cle)["point"])
        if "voix" in champs and not (champs["voix"] or "").strip():
            raise SaisieRefusee("Tapez qui donne cet avis, comme « Conseil citoyen ».")
        ecriture.modifier(AvisReunion, cle, **champs)

    # What is asked --------------------------------------------------------------------------------

    def recommander(
        self,
        reunion: str,
        texte: str,
        *,
        action: str | None = None,
        nature: str = str(NatureRecommandation.RECOMMANDATION),
        responsable: str | None = None,
        echeance: str | None = None,
    ) -> str:
        """Ask something of a project (or of the meeting itself), of whom and for when (A-56)."""
        if not texte.strip():
            raise SaisieRefusee("Tapez ce qui est demandé.")
        libelle = NatureRecommandation.de(nature).libelle
        with self._fichier.operation(f"{libelle} : {_debut(texte)}") as ecriture:
            exiger_ouverte(ecriture, reunion)
            self._marquer(ecriture, reunion, action)
            return ecriture.inserer(
                Recommandation,
                action=action,
                reunion=reunion,
                nature=nature,
                texte=texte.strip(),
                responsable=(responsable or "").strip() or None,
                echeance=echeance,
                rang=_suivant(ecriture, Recommandation, Recommandation.reunion == reunion),
            )

    def _marquer(self, ecriture: Ecriture, reunion: str, action: str | None) -> None:
        requete = select(PointReunion.cle).where(PointReunion.reunion == reunion)
        if action is not None:
            for (point,) in ecriture.lignes(requete.where(PointReunion.action == action)):
                ecriture.modifier(PointReunion, point, passe=True)

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """Change what is asked, of whom, for when. What becomes of it is said with the dossier."""
        reunion = ecriture.lire(Recommandation, cle)["reunion"]
        if reunion is not None:
            exiger_ouverte(ecriture, reunion)
        if "texte" in champs and not (champs["texte"] or "").strip():
            raise SaisieRefusee("Tapez ce qui est demandé.")
        ecriture.modifier(Recommandation, cle, **champs)

    def retirer(self, avis: Sequence[str] = (), recommandations: Sequence[str] = ()) -> None:
        """Delete what was written by mistake, in one operation."""
        quoi = "un avis consultatif" if avis else "une recommandation"
        with self._fichier.operation(f"Retirer {quoi}") as ecriture:
            for cle in avis:
                exiger_modifiable(ecriture, ecriture.lire(AvisReunion, cle)["point"])
            for cle in recommandations:
                self._exiger_sans_suite(ecriture, cle)
            detacher(ecriture, [*avis, *recommandations])
            ecriture.supprimer_lot(AvisReunion, avis)
            ecriture.supprimer_lot(Recommandation, recommandations)

    def _exiger_sans_suite(self, ecriture: Ecriture, cle: str) -> None:
        ligne = ecriture.lire(Recommandation, cle)
        if ligne["reunion"] is not None:
            exiger_ouverte(ecriture, ligne["reunion"])
        if ligne["suivie"] is not None:
            raise SaisieRefusee(
                "On a déjà dit ce que cette recommandation est devenue : elle ne se retire pas."
            )


def _suivant(ecriture: Ecriture, modele: Any, condition: Any) -> int:
    [(dernier,)] = ecriture.lignes(select(func.max(modele.rang)).where(condition))
    return 0 if dernier is None else int(dernier) + 1


def _debut(texte: str) -> str:
    net = " ".join(texte.split())
    return net if len(net) <= 60 else f"{net[:59].rstrip()}…"
