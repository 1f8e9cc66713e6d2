"""The Excel annex of a séance: decisions, amounts one by one, what each financeur grants, envelopes.

Every total is a live formula written with its value; texts are texts, whatever they begin with.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter
from sqlalchemy import select
from xlsxwriter.utility import xl_col_to_name

from app.models.calculs import somme
from app.models.contrat import Commune
from app.models.enums import NatureCredit, NatureOrganisme
from app.models.organisme import LigneCredit
from app.services.cofinancements import lire_financeurs
from app.services.colonnes_classeur import Genre, Valeur
from app.services.compte_rendu import CompteRendu, FinanceurRendu, MontantDit, PointRendu
from app.services.documents import jour_de, texte_net
from app.services.enveloppes import etat_en_mots
from app.services.feuille_classeur import A3, A4, ENTETE, POLICE_CLASSEUR, Styles, nom_de_feuille
from app.services.feuille_seance import Champ, FeuilleSeance
from app.services.fichier import Fichier
from app.services.papier_seance import abrege, intitule
from app.services.ramassage import sans_ramassage
from app.services.releve_pdf import decision_dite
from app.services.rows import EtatEnveloppe
from app.services.totaux import TotauxLus

NOM = "Annexe au procès-verbal"
DECISIONS, FINANCEURS, MONTANTS = "Décisions", "Par financeur", "Montants"
CREDITS = "Par crédit"
# Columns of « Montants » that « Par crédit » compares: financeur, line, nature.
_COMPTEES = (("G", "B"), ("H", "C"), ("I", "D"))
PREMIERE = ENTETE + 2  # row of the first action, as formulas count
SANS_NATURE = "non précisée"


@dataclass(frozen=True, slots=True)
class _MontantLigne:
    """One amount of the long form: an action and who pays."""

    point: PointRendu
    montant: MontantDit
    ligne: str
    nature: str
    commune: str

    @property
    def accorde(self) -> Decimal | None:
        return self.montant.decide if self.point.accorde else None


def annexe(fichier: Fichier, cr: CompteRendu) -> bytes:
    """The bytes of the xlsx; the same for the same séance and the same envelopes."""
    with fichier.instant() as lire:
        totaux = TotauxLus(lire)
        connus = {f.cle: totaux.etat(cr.annee, f) for f in lire_financeurs(lire, cr.annee)}
        requete = select(LigneCredit.cle, LigneCredit.nom, LigneCredit.nature_credit)
        lignes = {ligne.cle: ligne for ligne in lire(requete)}
        communes = dict(lire(select(Commune.cle, Commune.nom)))
    montants = [
        _MontantLigne(point, m, *_credit(lignes.get(m.payeur.ligne_credit)), _commune(communes, m))
        for point in cr.actions
        for m in point.montants
    ]
    with sans_ramassage():
        return _Annexe(cr, connus, montants).octets()


def _credit(ligne: Any) -> tuple[str, str]:
    if ligne is None:
        return "", SANS_NATURE
    return ligne.nom, NatureCredit.libelle_de(ligne.nature_credit)


def _commune(noms: dict[str, str], montant: MontantDit) -> str:
    return noms.get(montant.payeur.commune or "", "")


class _Annexe:
    """The workbook being made."""

    def __init__(
        self,
        cr: CompteRendu,
        etats: dict[str, EtatEnveloppe],
        montants: Sequence[_MontantLigne],
    ) -> None:
        self._cr, self._etats, self._montants = cr, etats, montants
        self._donnent = [f for f in cr.financeurs if self._accordes(f.cle)]
        self._fin = ENTETE + 1 + max(len(cr.actions), 1)  # last row of the actions, for formulas
        self._tampon = BytesIO()
        self._livre = xlsxwriter.Workbook(
            self._tampon, {"in_memory": True, "default_format_properties": {**POLICE_CLASSEUR}}
        )
        self._styles = Styles(self._livre)
        titre = f"{intitule(cr, NOM)} – {abrege(cr.titre, 150)}"
        jour = jour_de(cr.date) or date(2024, 1, 1)
        empreinte = f"Empreinte {cr.empreinte}" if cr.empreinte else "Projet, sans empreinte"
        self._livre.set_properties(
            {
                "title": texte_net(titre)[:250],
                "keywords": empreinte,
                "created": datetime.combine(jour, time(), tzinfo=UTC),
            }
        )
        self._livre.set_custom_property("Language", "fr-FR")
        self._livre.set_custom_property("Empreinte", cr.empreinte or "sans empreinte (projet)")

    def octets(self) -> bytes:
        self._decisions()
        self._par_financeur()
        self._detail()
        self._par_credit()
        for nom, financeur in _noms_de_feuilles(self._donnent).items():
            self._liste(nom, financeur)
        self._livre.close()
        return self._tampon.getvalue()

    def _accordes(self, financeur: str) -> list[_MontantLigne]:
        return [m for m in self._montants if m.montant.payeur.financeur == financeur and m.accorde]

    def _feuille(
        self, nom: str, titre: str, champs: Sequence[Champ], papier: tuple[int, int] = A4
    ) -> None:
        feuille = FeuilleSeance(self._livre, nom, self._styles, papier)
        feuille.ecrire(self._cr, f"{intitule(self._cr, NOM)} – {titre}", champs)

    # Decisions ------------------------------------------------------------------------------------

    def _decisions(self) -> None:
        points = self._cr.actions
        avant = [
            *_identite(points),
            Champ("Décision", [decision_dite(p) for p in points], largeur=110),
            _montant("Coût total", [p.action.cout if p.action else None for p in points]),
            _montant("Demandé", [p.demande for p in points]),
            _montant("Proposé", [p.propose for p in points]),
        ]
        debut = len(avant)
        accordes = [
            _montant(f.nom_court, [p.accorde_par(f.cle) for p in points], groupe="Accordé")
            for f in self._donnent
        ]
        total = debut + len(accordes)
        cout = xl_col_to_name(next(i for i, c in enumerate(avant) if c.titre == "Coût total"))
        de, a, somme_ = (xl_col_to_name(i) for i in (debut, max(total - 1, debut), total))
        en_tout = Champ(
            "Total accordé",
            [p.total for p in points],
            Genre.MONTANT,
            formule=(lambda r: f"=SUM({de}{r}:{a}{r})") if accordes else None,
            total=True,
            forte=True,
        )
        part = Champ(
            "Part du coût",
            [_part(p) for p in points],
            Genre.PART,
            formule=lambda r: f'=IF(N({cout}{r})>0,{somme_}{r}/{cout}{r},"")',
        )
        suites = [c for c in _suites(points) if any(v not in (None, "") for v in c.valeurs)]
        self._feuille(
            DECISIONS,
            "décisions",
            [*avant, *accordes, en_tout, part, *suites, *_reperes(points)],
            A3,
        )
        self._colonnes = {
            f.cle: xl_col_to_name(debut + rang) for rang, f in enumerate(self._donnent)
        }

    # Financeurs -----------------------------------------------------------------------------------

    def _par_financeur(self) -> None:
        """What each grants here, counted on the first sheet, beside its envelope of the year."""
        financeurs = self._cr.financeurs
        etats = [self._etats.get(f.cle) for f in financeurs]

        def plage(rang: int) -> str:
            lettre = self._colonnes.get(financeurs[rang].cle)
            return f"'{DECISIONS}'!${lettre}${PREMIERE}:${lettre}${self._fin}" if lettre else ""

        def compter(fonction: str) -> Callable[[int], str]:
            def formule(ligne: int) -> str:
                ou = plage(ligne - PREMIERE)
                return f"={fonction.format(ou)}" if ou else ""

            return formule

        accordes = [somme(m.accorde for m in self._accordes(f.cle)) for f in financeurs]
        champs = [
            Champ("Financeur", [f.nom for f in financeurs], largeur=260),
            Champ("Nature", [NatureOrganisme.libelle_de(f.nature) for f in financeurs]),
            Champ(
                "Actions soutenues",
                [len({m.point.cle for m in self._accordes(f.cle)}) for f in financeurs],
                Genre.ENTIER,
                formule=compter("SUMPRODUCT(({0}<>0)*1)"),
            ),
            Champ(
                "Accordé par la séance",
                list(accordes),
                Genre.MONTANT,
                formule=compter("SUM({0})"),
                total=True,
                forte=True,
            ),
            *_enveloppes(etats),
        ]
        self._feuille(FINANCEURS, "totaux par financeur, enveloppes à ce jour", champs)

    def _detail(self) -> None:
        """The long form: one row an action and a payer."""
        lignes = self._montants
        points = [m.point for m in lignes]
        champs = [
            *_identite(points),
            Champ("Décision", [decision_dite(p) for p in points], largeur=110),
            Champ("Financeur", [m.montant.financeur for m in lignes], largeur=120),
            Champ("Ligne de crédit", [m.ligne for m in lignes], largeur=200),
            Champ("Nature du crédit", [m.nature for m in lignes], largeur=110),
            Champ("Commune qui paie", [m.commune for m in lignes], largeur=120),
            _montant("Demandé", [m.montant.demande for m in lignes]),
            _montant("Proposé", [m.montant.propose for m in lignes]),
            _montant("Accordé", [m.accorde for m in lignes]),
            *_reperes(points),
        ]
        self._feuille(MONTANTS, "montants un par un", champs, A3)

    def _par_credit(self) -> None:
        """What each family grants, line by line: earmarked credits apart from droit commun (A-102)."""
        natures = {f.cle: f.nature for f in self._cr.financeurs}
        groupes: dict[tuple[str, str, str, str], list[_MontantLigne]] = {}
        for m in self._montants:
            if m.accorde:
                famille = NatureOrganisme.libelle_de(natures[m.montant.payeur.financeur])
                cle = (famille, m.montant.financeur, m.ligne, m.nature)
                groupes.setdefault(cle, []).append(m)
        cles = sorted(groupes)
        fin = ENTETE + 1 + max(len(self._montants), 1)

        def formule(ligne: int) -> str:
            criteres = "*".join(
                f"({MONTANTS}!${de}${PREMIERE}:${de}${fin}=${ici}{ligne})" for de, ici in _COMPTEES
            )
            return f"=SUMPRODUCT({criteres},{MONTANTS}!$M${PREMIERE}:$M${fin})"

        champs = [
            Champ(titre, [cle[rang] for cle in cles], largeur=220)
            for rang, titre in enumerate(
                ("Famille", "Financeur", "Ligne de crédit", "Nature du crédit")
            )
        ]
        champs += [
            Champ("Montants", [len(groupes[cle]) for cle in cles], Genre.ENTIER),
            Champ(
                "Accordé",
                [somme(m.accorde for m in groupes[cle]) for cle in cles],
                Genre.MONTANT,
                formule=formule,
                total=True,
                forte=True,
            ),
        ]
        self._feuille(CREDITS, "crédits par famille de financeurs", champs)

    def _liste(self, nom: str, financeur: FinanceurRendu) -> None:
        """What one financeur grants, ready for its own assembly."""
        lignes = self._accordes(financeur.cle)
        points = [m.point for m in lignes]
        champs = [
            *_identite(points),
            Champ("Ligne de crédit", [m.ligne for m in lignes], largeur=200),
            Champ("Commune qui paie", [m.commune for m in lignes], largeur=120),
            _montant("Montant accordé", [m.accorde for m in lignes]),
            *_reperes(points),
        ]
        self._feuille(nom, f"{financeur.nom}, liste pour sa délibération", champs)


def _montant(titre: str, valeurs: Sequence[Valeur], *, groupe: str = "") -> Champ:
    return Champ(titre, valeurs, Genre.MONTANT, groupe=groupe, total=True)


def _part(point: PointRendu) -> Decimal | None:
    cout = point.action.cout if point.action else None
    return point.total / cout if cout else None


def _identite(points: Sequence[PointRendu]) -> Iterator[Champ]:
    actions = [p.action for p in points]
    yield Champ("N°", [p.numero for p in points], largeur=110)
    yield Champ("Porteur", [p.porteur for p in points], largeur=160)
    yield Champ("Intitulé", [p.titre for p in points], largeur=220)
    yield Champ("Axe", [a.axe if a else "" for a in actions], largeur=120)
    yield Champ("Quartiers", [a.quartiers if a else "" for a in actions], largeur=190)


def _reperes(points: Sequence[PointRendu]) -> Iterator[Champ]:
    """Last columns, for other programs: they are not on paper."""
    sirets = [(p.action.siret or "") if p.action else "" for p in points]
    yield Champ("Point", [p.ordre for p in points], Genre.ENTIER, detail=True)
    yield Champ("SIRET", sirets, detail=True)


def _suites(points: Sequence[PointRendu]) -> Iterator[Champ]:
    decisions = [p.decision for p in points]
    inscrits = [p.decision if p.chiffre and not p.accorde else None for p in points]
    yield Champ("CPO (années)", [d.cpo_annees if d else None for d in decisions], Genre.ENTIER)
    yield Champ("Rang complémentaire", [d.rang if d else None for d in inscrits], Genre.ENTIER)
    yield _montant("Inscrit, sans engagement", [d.total if d else None for d in inscrits])
    yield Champ("Réserve", [(d.conditions or "") if d else "" for d in decisions], largeur=200)
    yield Champ("Motif", [(d.motif or "") if d else "" for d in decisions], largeur=200)
    deports = [", ".join(dict.fromkeys(d.nom for d in p.deports)) for p in points]
    yield Champ("Déports", deports, largeur=140)
    depuis = [" ".join(m.phrase for m in p.modifications) for p in points]
    yield Champ("Depuis la clôture", depuis, largeur=200)
    phrases = [d.phrase if d else "" for d in decisions]
    yield Champ("Phrase du procès-verbal", phrases, largeur=560, detail=True)


def _enveloppes(etats: Sequence[EtatEnveloppe | None]) -> Iterator[Champ]:
    """The envelope of the year, columns E to K."""

    def lire(nom: str) -> list[Valeur]:
        return [getattr(e, nom) if e else None for e in etats]

    mots = [etat_en_mots(e.montant, notifie=e.notifie) if e else "" for e in etats]
    yield _montant("Enveloppe", lire("montant"))
    yield Champ("État de l'enveloppe", mots, largeur=110)
    yield _montant("Réserve", lire("reserve"))
    yield _montant("Engagé par convention", lire("engage"))
    yield Champ(
        "Disponible", lire("disponible"), Genre.MONTANT, formule=_si_connue("E{0}-G{0}-H{0}")
    )
    yield _montant("Accordé sur l'année", lire("accorde"))
    yield Champ("Reste", lire("reste"), Genre.MONTANT, formule=_si_connue("I{0}-J{0}"))


def _si_connue(calcul: str) -> Callable[[int], str]:
    """An envelope that nobody announced has neither « disponible » nor « reste »."""
    return lambda ligne: f'=IF(E{ligne}="","",{calcul.format(ligne)})'


def _noms_de_feuilles(financeurs: Sequence[FinanceurRendu]) -> dict[str, FinanceurRendu]:
    """A name of sheet that workbooks take, each once."""
    pris: dict[str, FinanceurRendu] = {}
    propres = (DECISIONS, FINANCEURS, MONTANTS, CREDITS, "history")
    reserves = {nom.casefold() for nom in propres}
    for financeur in financeurs:
        base = nom_de_feuille(financeur.nom_court, "Financeur", longueur=26)
        nom, rang = base, 1
        while nom.casefold() in reserves:
            rang += 1
            nom = f"{base} {rang}"
        reserves.add(nom.casefold())
        pris[nom] = financeur
    return pris
