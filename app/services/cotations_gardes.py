"""What a mark may be: reads what is typed, refuses with a sentence what cannot be kept. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.models.enums import MethodeGrille, MomentCotation
from app.services.accords import compter, enumerer
from app.services.cotations_lues import CotationLue
from app.services.errors import SaisieRefusee
from app.services.grilles_lues import GrilleEntiere, LigneCritere
from app.services.pliage import replier

NON_APPLICABLE = ("n", "na", "n.a.", "non applicable")


def exiger_possible(grille: Mapping[str, Any], moment: str) -> None:
    if not grille["active"]:
        raise SaisieRefusee("Cette grille n'est plus utilisée : choisissez-en une autre.")
    if grille["moments"] and moment not in grille["moments"]:
        prevus = enumerer(MomentCotation.libelle_de(m).lower() for m in grille["moments"])
        raise SaisieRefusee(f"Cette grille ne sert qu'à ces moments : {prevus}.")


def exiger_tous_finis(cotations: Sequence[CotationLue], masquee: bool) -> None:
    if not any(c.est_terminee for c in cotations):
        raise SaisieRefusee("Terminez d'abord au moins une cotation : le consensus part des notes.")
    en_cours = [c.auteur for c in cotations if not c.est_terminee]
    if masquee and en_cours:
        raise SaisieRefusee(
            f"Les notes restent masquées tant que {enumerer(en_cours)} n'a pas terminé."
            if len(en_cours) == 1
            else f"Les notes restent masquées tant que {enumerer(en_cours)} n'ont pas terminé."
        )


def note_posee(
    critere: LigneCritere, avant: Mapping[str, Any], champs: Mapping[str, Any]
) -> dict[str, Any]:
    """The mark that these fields make of the one before. A value and « non applicable » exclude."""
    apres = {**avant, **champs}
    if champs.get("valeur") is not None:
        apres |= {"na": False, "motif": None, "valeur": _valeur(critere, champs["valeur"])}
    elif champs.get("na"):
        apres |= {"valeur": None}
    for nom in ("motif", "preuve"):
        apres[nom] = (apres[nom] or "").strip() or None
    if not apres["na"]:
        apres["motif"] = None
    elif not critere.na_admis:
        raise SaisieRefusee(
            f"Le critère {critere.identifiant} s'applique toujours : donnez-lui une note."
        )
    elif apres["motif"] is None:
        raise SaisieRefusee(
            f"Dites pourquoi le critère {critere.identifiant} n'est pas applicable : "
            "tapez « n » puis la raison."
        )
    return apres


def _valeur(critere: LigneCritere, texte: str) -> str:
    """The value of the scale that was meant: « 2 », « oui »."""
    voulue = replier(mot_de(str(texte).strip()))
    trouvee = next((v for v in critere.niveaux if replier(mot_de(v)) == voulue), None)
    if trouvee is None and voulue.isdecimal():
        trouvee = chiffres_de(critere).get(voulue)
    if trouvee is None:
        raise SaisieRefusee(
            f"« {texte} » n'est pas une note du critère {critere.identifiant} : "
            f"tapez {ou([mot_de(v) for v in critere.niveaux])}."
        )
    return trouvee


def mot_de(valeur: str) -> str:
    """A value as it reads: « en partie »."""
    return valeur.replace("_", "\u00a0")


def chiffres_de(critere: LigneCritere) -> dict[str, str]:
    """digit -> the value that it gives: itself; of words, 0 for « non », 1 for « oui », and so on."""
    if all(v.isdecimal() for v in critere.niveaux):
        return {v: v for v in critere.niveaux}
    mots = sorted(critere.niveaux, key=lambda v: {"non": 0, "oui": 1}.get(v, 2))
    debut = 0 if mots[0] == "non" else 1
    return {str(rang + debut): v for rang, v in enumerate(mots)}


def ou(valeurs: Sequence[str] | Mapping[str, str]) -> str:
    """« 0, 1, 2 ou 3 »."""
    *debut, fin = list(valeurs)
    return f"{', '.join(debut)} ou {fin}" if debut else fin


def lire_note(texte: str | None) -> dict[str, Any]:
    """What was typed in a cell: « 2 », « n sans objet ici », nothing."""
    propre = " ".join((texte or "").split())
    if not propre:
        return {"valeur": None, "na": False}
    if propre.casefold() == "non applicable":
        return {"na": True}
    mot, _, suite = propre.partition(" ")
    if mot.casefold().rstrip(":") in NON_APPLICABLE:
        suite = suite.strip(" \u00a0:–-")
        return {"na": True, "motif": suite} if suite else {"na": True}
    return {"valeur": propre}


def exiger_niveau(grille: GrilleEntiere, code: str, motif: str | None) -> str:
    """A level may be chosen where the grid says so; against the marks, the reason is written."""
    voulu = replier(code.strip())
    niveau = next((n for n in grille.niveaux if replier(n.code) == voulu), None)
    if niveau is None:
        codes = ou([n.code for n in grille.niveaux]) if grille.niveaux else "rien"
        raise SaisieRefusee(f"« {code} » n'est pas un niveau de la grille : tapez {codes}.")
    if grille.ligne.methode == MethodeGrille.CHOISI:
        return niveau.code
    if niveau.condition is None:
        raise SaisieRefusee(
            f"Le niveau « {niveau.code} » se calcule : donnez les notes des critères."
        )
    if not motif:
        raise SaisieRefusee(
            f"Dites pourquoi le niveau « {niveau.code} » est choisi. {niveau.condition}"
        )
    return niveau.code


def phrase_des_manquants(grille: GrilleEntiere, manquants: Sequence[str]) -> str:
    """« Il manque 2 notes : C1 et C4. »"""
    if grille.ligne.methode == MethodeGrille.CHOISI:
        return "Choisissez d'abord le niveau de l'action."
    return (
        f"Cotation incomplète, il manque {compter(len(manquants), 'note')} : {enumerer(manquants)}."
    )
