"""Reads the PV, the relevé and the annex of a séance as a person does, and compares them with a script.

Nothing here comes from the program: the words expected are written again, the files are read by poppler
and by openpyxl.
"""

import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

LIBELLES = {
    "valide": "Validé",
    "sous_reserve": "Validé sous réserve",
    "refuse": "Refusé",
    "ajourne": "Ajourné",
    "reoriente": "Réorienté",
    "complementaire": "Liste complémentaire",
    "retire": "Retiré",
}
VERBES = {
    "valide": "est validée",
    "sous_reserve": "est validée sous réserve",
    "refuse": "n'est pas retenue",
    "ajourne": "est ajournée",
    "reoriente": "est réorientée",
    "complementaire": "est inscrite sur la liste complémentaire",
    "retire": "est retirée",
}
ACCORDENT = ("valide", "sous_reserve")
MENTIONS = (
    "Décision",
    "Information",
    "Examen",
    "Montants annoncés",
    "Observations",
    "Déports",
    "Position sur la CPO",
    "Voix consultatives",
    "Rectification",
    "Depuis la clôture",
)
CHIFFRES = ("Demandé", "Proposé", "Décidé")
NOMBRE = re.compile(r"–|\d[\d ]*(?:,\d\d)?")


@dataclass
class Attendu:
    """One item as the script wants it. `montants`: name of each payer -> euros decided (None: nothing).

    `dits`: name -> every amount that the room was shown, in order. `votants` None: nobody was counted.
    """

    ordre: int
    numero: str
    titre: str
    porteur: str
    nature: str
    montants: dict[str, Decimal | None]
    demandes: dict[str, Decimal | None] = field(default_factory=dict)
    dits: dict[str, list[Decimal]] = field(default_factory=dict)
    financeurs: dict[str, str] = field(default_factory=dict)  # payer -> short name of its financeur
    motif: str = ""
    conditions: str = ""
    deports: tuple[str, ...] = ()
    votants: int | None = None
    quorum: int | None = None
    en_bloc: bool = False
    cpo: int | None = None
    rang: int | None = None

    @property
    def accorde(self) -> bool:
        return self.nature in ACCORDENT

    @property
    def total(self) -> Decimal:
        return sum((m for m in self.montants.values() if m), Decimal(0))

    @property
    def accordes(self) -> dict[str, Decimal]:
        """financeur -> what it grants, where it does."""
        parts: dict[str, Decimal] = {}
        for nom, montant in self.montants.items() if self.accorde else ():
            if montant:
                financeur = self.financeurs.get(nom, nom)
                parts[financeur] = parts.get(financeur, Decimal(0)) + montant
        return parts


# What is printed --------------------------------------------------------------------------------------


@dataclass
class PointLu:
    """One item of the PV: its mentions by label, its amounts by name then by column.

    `titre`: all the heading, the porteur after the title.
    """

    ordre: int
    numero: str
    titre: str
    mentions: dict[str, str] = field(default_factory=dict)
    montants: dict[str, dict[str, str]] = field(default_factory=dict)


def net(texte: str) -> str:
    """One line, ordinary spaces."""
    return " ".join(texte.split())


def poppler(outil: str, *arguments: str) -> str:
    return subprocess.run(
        [outil, *arguments], check=True, capture_output=True, text=True, timeout=120
    ).stdout


def en_texte(montant: Decimal | None) -> str:
    """« 12 500 », « 12 500,50 », a dash for nothing, as the papers write them."""
    if not montant:
        return "–"
    entier, _, cents = f"{montant:.2f}".partition(".")
    return f"{int(entier):,}".replace(",", " ") + ("" if cents == "00" else f",{cents}")


def lire_pv(pdf: Path) -> list[PointLu]:
    """The items of a PV, in the order of its pages."""
    points: list[PointLu] = []
    for page in poppler("pdftotext", "-layout", str(pdf), "-").split("\f"):
        lecture: _PagePv | None = None
        for ligne in page.splitlines():
            if set(CHIFFRES) <= set(ligne.split()):
                lecture = _PagePv(ligne, points)
            elif ligne.startswith(("Empreinte :", "Liste complémentaire, sans", "Signatures")):
                lecture = None
            elif lecture is not None and ligne.strip():
                lecture.lire(ligne)
    return points


def lire_presences(pdf: Path) -> dict[str, str]:
    """name -> when that member was there, in the words of the PV."""
    texte = poppler("pdftotext", "-layout", str(pdf), "-")
    debut = texte.index("Nom et fonction")
    lues = re.findall(
        r"(?m)^(\S.*?)  .*?  (de \d.*|absent.*|excusé.*)$",
        texte[debut : texte.index("Montants accordés", debut)],
    )
    return {nom: net(quand) for nom, quand in lues}


class _PagePv:
    """The table of the items on one page: where its columns end."""

    def __init__(self, entete: str, points: list[PointLu]) -> None:
        self._fins = {nom: entete.index(nom) + len(nom) for nom in CHIFFRES}
        self._points = points
        self._libelle = ""
        self._titre = False

    def lire(self, ligne: str) -> None:
        if tete := re.match(r"(\d+)\. (\S+) – (.*)", ligne):
            self._libelle, self._titre = "", not self._connu(int(tete[1]))
            if self._titre:
                self._points.append(PointLu(int(tete[1]), tete[2], net(tete[3])))
            return
        if not self._points:
            return
        point = self._points[-1]
        libelle = next((m for m in MENTIONS if ligne.startswith(f"{m}  ")), "")
        if libelle:
            point.mentions[libelle] = net(ligne[len(libelle) :])
            self._libelle, self._titre = libelle, False
        elif montant := self._montant(ligne):
            nom, chiffres = montant
            point.montants[nom] = chiffres
        elif ligne.startswith(" ") and self._dernier(point):
            point.mentions[self._dernier(point)] += f" {net(ligne)}"
        elif self._titre:
            point.titre += f" {net(ligne)}"

    def _connu(self, ordre: int) -> bool:
        """The heading of an item comes again where a page turns inside it."""
        return bool(self._points) and self._points[-1].ordre == ordre

    def _dernier(self, point: PointLu) -> str:
        """The label that a line without one carries on; a page may turn inside its text."""
        return self._libelle or next(reversed(point.mentions), "")

    def _montant(self, ligne: str) -> tuple[str, dict[str, str]] | None:
        """« Name   asked   proposed   decided »: amounts end under their headings."""
        parts = [(m.group().strip(), m.end()) for m in re.finditer(r"\S+(?: \S+)*", ligne)]
        if not ligne.startswith("   ") or len(parts) < 2:
            return None
        (nom, _), *chiffres = parts
        if not all(NOMBRE.fullmatch(texte) for texte, _ in chiffres):
            return None
        return nom, {
            min(self._fins, key=lambda c: abs(self._fins[c] - fin)): texte
            for texte, fin in chiffres
        }


def lire_releve(pdf: Path) -> dict[str, dict[str, str]]:
    """number -> column -> text, from where the words stand on the paper; both tables are read."""
    lignes: dict[str, dict[str, str]] = {}
    dernier = ""
    for page in _pages_de_mots(pdf):
        colonnes: list[_Colonne] = []
        bas = 0.0
        for mot in page:
            if mot.texte == "N°":
                colonnes, bas = _colonnes_du_releve(page, mot.haut), mot.haut + 3
            elif mot.texte.startswith(("Total général", "Empreinte")):
                colonnes = []
            if not colonnes or mot.haut <= bas:
                continue
            nom = _colonne(mot, colonnes)
            if nom == "N°":
                dernier = mot.texte
                lignes.setdefault(dernier, {})
            elif dernier:
                avant = lignes[dernier].get(nom, "")
                lignes[dernier][nom] = f"{avant} {mot.texte}".strip()
    return lignes


@dataclass(frozen=True)
class _Mot:
    texte: str
    gauche: float
    haut: float
    droite: float


def _pages_de_mots(pdf: Path) -> Iterator[list[_Mot]]:
    """Words that follow each other on one line are one text."""
    for page in poppler("pdftotext", "-bbox", str(pdf), "-").split("<page")[1:]:
        lus = re.findall(
            r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="[\d.]+">(.*?)</word>',
            page,
        )
        mots = sorted(
            (_Mot(net(unescape(t)), float(x), round(float(y)), float(d)) for x, y, d, t in lus),
            key=lambda m: (m.haut, m.gauche),
        )
        reunis: list[_Mot] = []
        for mot in mots:
            avant = reunis[-1] if reunis else None
            if avant and avant.haut == mot.haut and 0 <= mot.gauche - avant.droite < 2.6:
                texte = f"{avant.texte} {mot.texte}"
                reunis[-1] = _Mot(texte, avant.gauche, mot.haut, mot.droite)
            else:
                reunis.append(mot)
        yield reunis


@dataclass(frozen=True)
class _Colonne:
    nom: str
    gauche: float
    droite: float
    chiffre: bool


def _colonnes_du_releve(page: Sequence[_Mot], haut: float) -> list[_Colonne]:
    """From the heading: texts begin under theirs, amounts end under theirs."""
    entete = [m for m in page if m.haut == haut]
    noms = [m.texte for m in entete]
    if "Décision" in noms:
        montants = noms[noms.index("Décision") + 1 : -1]
    else:
        montants, noms = ["Total"], ["N°", "", "Accordé par", "Total"]  # its titles are known
    return [
        _Colonne(nom, m.gauche, m.droite, nom in montants)
        for nom, m in zip(noms, entete, strict=True)
    ]


def _colonne(mot: _Mot, colonnes: Sequence[_Colonne]) -> str:
    if NOMBRE.fullmatch(mot.texte):
        for colonne in colonnes:
            if colonne.chiffre and abs(colonne.droite - mot.droite) < 2:
                return colonne.nom
    return [c for c in colonnes if not c.chiffre and c.gauche < mot.gauche + 2][-1].nom


def lire_feuille(feuille: Any) -> list[dict[str, Any]]:
    """The rows of a sheet of the annex, by heading; the totals are left out."""
    rangs = list(feuille.iter_rows(values_only=True))
    tete = next(i for i, rang in enumerate(rangs) if rang and rang[0] in ("N°", "Financeur"))
    titres = rangs[tete]
    return [
        dict(zip(titres, rang, strict=True))
        for rang in rangs[tete + 1 :]
        if rang[0] not in ("Total", None)
    ]


# Compared ---------------------------------------------------------------------------------------------


def ecarts_du_pv(attendus: Sequence[Attendu], lus: Sequence[PointLu]) -> list[str]:
    """Every line of the script that the PV does not say."""
    if len(attendus) != len(lus):
        return [f"PV : {len(lus)} points au lieu de {len(attendus)}"]
    return [
        f"PV, point {attendu.ordre} : {faute}"
        for attendu, lu in zip(attendus, lus, strict=True)
        for faute in _fautes_du_point(attendu, lu)
    ]


def _fautes_du_point(attendu: Attendu, lu: PointLu) -> Iterator[str]:
    tete = net(f"{attendu.titre} {attendu.porteur}")
    if (lu.ordre, lu.numero) != (attendu.ordre, attendu.numero) or not lu.titre.startswith(tete):
        yield f"« {lu.ordre}. {lu.numero} – {lu.titre} » au lieu de « {tete} »"
    decision = lu.mentions.get("Décision", "")
    if decision != phrase_attendue(attendu):
        yield f"« {decision} » au lieu de « {phrase_attendue(attendu)} »"
    yield from _fautes_des_montants(attendu, lu)
    examen = lu.mentions.get("Examen", "")
    yield from (f"« {examen} » sans « {mots} »" for mots in _examen(attendu) if mots not in examen)
    deports = lu.mentions.get("Déports", "")
    yield from (f"sans déport de {nom}" for nom in attendu.deports if nom not in deports)
    if bool(deports) != bool(attendu.deports):
        yield f"déports « {deports} »"
    annonces = lu.mentions.get("Montants annoncés", "")
    for nom, dits in _dits_autrement(attendu).items():
        attendue = f"{nom} " + " puis ".join(f"{en_texte(m)} €" for m in dits)
        if attendue not in annonces:
            yield f"« {annonces} » sans « {attendue} »"


def ecarts_des_presences(
    sejours: Mapping[str, Sequence[bool]], lues: Mapping[str, str]
) -> list[str]:
    """`sejours`: name -> its stays, in order; True: it left before the end."""
    fautes = []
    for nom, partis in sejours.items():
        # « à la fin » may be on two lines.
        fins = [fin != "la" for fin in re.findall(r"à (\d+ h \d\d|la)\b", lues.get(nom, ""))]
        if fins != list(partis):
            fautes.append(f"PV, présence de {nom} : « {lues.get(nom)} » au lieu de {list(partis)}")
    return fautes


def phrase_attendue(a: Attendu) -> str:
    """The sentence of the decision, whole."""
    texte = f"L'action n° {a.numero} « {a.titre} », portée par {a.porteur}, {VERBES[a.nature]}"
    if a.nature in (*ACCORDENT, "complementaire"):
        donnes = [(nom, m) for nom, m in a.montants.items() if m]
        if not donnes:
            texte += " sans montant"
        elif len(donnes) == 1:
            texte += f" pour {en_texte(a.total)} € ({donnes[0][0]})"
        else:
            detail = ", ".join(f"{nom} {en_texte(m)} €" for nom, m in donnes)
            texte += f" pour {en_texte(a.total)} € ({detail})"
    texte += "."
    if a.cpo:
        texte += f" Une convention pluriannuelle de {a.cpo} ans est accordée."
    if a.conditions:
        texte += f" Réserve : {a.conditions}."
    if a.motif:
        texte += f" Motif : {a.motif}."
    return net(texte)


def _fautes_des_montants(attendu: Attendu, lu: PointLu) -> Iterator[str]:
    noms = [n for n, m in attendu.montants.items() if m or attendu.demandes.get(n)]
    lignes = {n: attendu.montants[n] for n in noms}
    if len(noms) > 1:
        lignes["Total"] = attendu.total
    if list(lu.montants) != list(lignes):
        yield f"montants de {list(lu.montants)} au lieu de {list(lignes)}"
        return
    for nom, montant in lignes.items():
        if lu.montants[nom].get("Décidé", "–") != en_texte(montant):
            yield f"{nom} {lu.montants[nom]} au lieu de {en_texte(montant)}"
        demande = attendu.demandes.get(nom)
        if nom != "Total" and demande and lu.montants[nom]["Demandé"] != en_texte(demande):
            yield f"{nom} demandé {lu.montants[nom]} au lieu de {en_texte(demande)}"


def _examen(attendu: Attendu) -> Iterator[str]:
    if attendu.en_bloc:
        yield "Sans débat, avec les autres points du vote groupé"
    if attendu.votants is not None:
        s = "s" if attendu.votants > 1 else ""
        yield f"{attendu.votants} votant{s} présent{s}"
        if attendu.quorum is not None:
            manque = attendu.quorum - attendu.votants
            yield f"quorum non réuni (il manque {manque})" if manque > 0 else "quorum réuni"


def _dits_autrement(attendu: Attendu) -> Mapping[str, list[Decimal]]:
    """What the room saw and that the decision does not say: corrected, or left without effect."""
    return {
        nom: dits
        for nom, dits in attendu.dits.items()
        if len(dits) > 1 or dits[-1] != (attendu.montants.get(nom) or 0)
    }


def ecarts_du_releve(attendus: Sequence[Attendu], lus: Mapping[str, dict[str, str]]) -> list[str]:
    return [
        f"relevé {attendu.numero} : {faute}"
        for attendu in attendus
        for faute in _fautes_du_releve(attendu, lus.get(attendu.numero, {}))
    ]


def _fautes_du_releve(attendu: Attendu, ligne: Mapping[str, str]) -> Iterator[str]:
    voulus = {
        "Porteur": attendu.porteur,
        "Intitulé": attendu.titre,
        "Décision": LIBELLES[attendu.nature],
        "accordé": en_texte(attendu.total) if attendu.accorde else "–",
        **{nom: en_texte(m) for nom, m in attendu.accordes.items() if nom in ligne},
    }
    for nom, voulu in voulus.items():
        lu = ligne.get(nom) or "–"
        if lu != net(voulu):
            yield f"{nom} « {lu} » au lieu de « {voulu} »"
    suites = ligne.get("Réserves, motifs, suites", "")
    textes = [attendu.motif, attendu.conditions, *attendu.deports]
    if attendu.nature == "complementaire":
        textes.append(f"{en_texte(attendu.total)} € inscrits, sans engagement")
    yield from (f"« {suites} » sans « {texte} »" for texte in textes if net(texte) not in suites)
    detail = ligne.get("Accordé par", "")
    for nom, montant in attendu.accordes.items():
        if nom not in ligne and f"{nom} : {en_texte(montant)} €" not in detail:
            yield f"détail « {detail} » sans {nom} {montant}"


def ecarts_de_l_annexe(attendus: Sequence[Attendu], livre: Any) -> list[str]:
    """Every sheet: the decisions, the amounts one by one, the totals of each financeur."""
    decisions = {ligne["N°"]: ligne for ligne in lire_feuille(livre["Décisions"])}
    if list(decisions) != [a.numero for a in attendus]:
        return [f"annexe : {len(decisions)} actions, ou dans un autre ordre"]
    montants = _un_par_un(livre)
    fautes = [
        f"annexe {attendu.numero} : {faute}"
        for attendu in attendus
        for faute in _fautes_de_l_annexe(attendu, decisions[attendu.numero], montants)
    ]
    return [*fautes, *_ecarts_des_totaux(attendus, livre)]


def _un_par_un(livre: Any) -> dict[str, dict[str, Decimal]]:
    """number -> financeur -> what the long form grants."""
    montants: dict[str, dict[str, Decimal]] = {}
    for ligne in lire_feuille(livre["Montants"]):
        if ligne["Accordé"]:
            parts = montants.setdefault(ligne["N°"], {})
            avant = parts.get(ligne["Financeur"], Decimal(0))
            parts[ligne["Financeur"]] = avant + _euros(ligne["Accordé"])
    return montants


def _fautes_de_l_annexe(
    a: Attendu, ligne: Mapping[str, Any], montants: Mapping[str, dict[str, Decimal]]
) -> Iterator[str]:
    voulus: dict[str, Any] = {
        "Porteur": a.porteur,
        "Intitulé": a.titre,
        "Décision": LIBELLES[a.nature],
        "Motif": a.motif,
        "Réserve": a.conditions,
        "Déports": ", ".join(a.deports),
    }
    for nom, voulu in voulus.items():
        if (ligne.get(nom) or "") != voulu:
            yield f"{nom} {ligne.get(nom)!r} au lieu de {voulu!r}"
    sommes = {
        "Total accordé": a.total if a.accorde else Decimal(0),
        "Inscrit, sans engagement": Decimal(0) if a.nature != "complementaire" else a.total,
        **a.accordes,
    }
    for nom, somme in sommes.items():
        if _euros(ligne.get(nom)) != somme:
            yield f"{nom} {ligne.get(nom)!r} au lieu de {somme}"
    if montants.get(a.numero, {}) != a.accordes:
        yield f"un par un {montants.get(a.numero)} au lieu de {a.accordes}"


def _ecarts_des_totaux(attendus: Sequence[Attendu], livre: Any) -> Iterator[str]:
    totaux: dict[str, Decimal] = {}
    for a in attendus:
        for financeur, montant in a.accordes.items():
            totaux[financeur] = totaux.get(financeur, Decimal(0)) + montant
    entetes = [rang for rang in livre["Décisions"].iter_rows(values_only=True) if rang[0]]
    titres = next(rang for rang in entetes if rang[0] == "N°")
    derniere = dict(zip(titres, entetes[-1], strict=True))
    for financeur, total in totaux.items():
        if _euros(derniere.get(financeur)) != total:
            yield f"annexe, total de {financeur} : {derniere.get(financeur)} au lieu de {total}"
    if _euros(derniere["Total accordé"]) != sum(totaux.values()):
        yield f"annexe, total accordé : {derniere['Total accordé']}"
    somme = sum(
        (_euros(rang["Accordé par la séance"]) for rang in lire_feuille(livre["Par financeur"])),
        Decimal(0),
    )
    if somme != sum(totaux.values()):
        yield f"annexe, par financeur : {somme}"


def _euros(valeur: Any) -> Decimal:
    return Decimal(str(valeur or 0)).quantize(Decimal("0.01"))
