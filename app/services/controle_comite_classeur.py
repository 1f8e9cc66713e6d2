"""« Contrôle avant comité » as a workbook: what counts, what is passed over; to filter and to share."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time
from io import BytesIO
from typing import Any

import xlsxwriter

from app.models.enums import CibleConstat, NiveauConstat
from app.services.constats_liste import LigneConstat
from app.services.controle_comite import TITRE_OUTRE, ControleComite
from app.services.documents import texte_net
from app.services.feuille_classeur import (
    A4,
    ENTETE,
    FILET,
    POLICE_CLASSEUR,
    SECONDE,
    Feuille,
    Styles,
    hauteur_lignes,
    net,
    nombre_lignes,
)

A_TRAITER = "À traiter"
Champ = tuple[str, int, Callable[[LigneConstat], str]]  # title, widest column in pixels, its text
COMMUNS: tuple[Champ, ...] = (
    ("Niveau", 90, lambda li: NiveauConstat.libelle_de(li.niveau)),
    ("Porte sur", 80, lambda li: CibleConstat.libelle_de(li.cible)),
    ("N°", 90, lambda li: li.numero),
    ("Sujet", 220, lambda li: li.sujet),
    ("Porteur", 180, lambda li: li.porteur),
    ("Constat", 430, lambda li: li.phrase),
    ("Source", 260, lambda li: li.source),
    ("Règle", 300, lambda li: li.enonce),
    ("Couche", 100, lambda li: li.couche),
)
PASSES: tuple[Champ, ...] = (
    *COMMUNS[:7],
    ("Motif", 260, lambda li: li.outre),
    ("Par", 140, lambda li: li.auteur),
    *COMMUNS[7:],
)


def controle_classeur(controle: ControleComite) -> bytes:
    """The bytes of the xlsx; texts are texts, whatever they begin with."""
    tampon = BytesIO()
    livre = xlsxwriter.Workbook(
        tampon, {"in_memory": True, "default_format_properties": {**POLICE_CLASSEUR}}
    )
    cree = datetime.combine(controle.jour, time(), tzinfo=UTC)
    titre = texte_net(f"{controle.titre} – {controle.contrat}")[:250]
    livre.set_properties({"title": titre, "created": cree})
    livre.set_custom_property("Language", "fr-FR")
    styles = Styles(livre)
    comptees = [li for li in controle.lignes if li.compte]
    _feuille(livre, styles, controle, (A_TRAITER, COMMUNS), comptees)
    if controle.outre:
        _feuille(livre, styles, controle, (TITRE_OUTRE, PASSES), controle.outre)
    livre.close()
    return tampon.getvalue()


def _feuille(
    livre: Any,
    styles: Styles,
    controle: ControleComite,
    quoi: tuple[str, Sequence[Champ]],
    lignes: Sequence[LigneConstat],
) -> None:
    nom, champs = quoi
    feuille = Feuille(livre, nom, styles, A4)
    page = feuille.page
    grand = styles(bold=True, font_size=14, num_format="@")
    page.write_string(0, 0, net(controle.contrat), grand)
    page.write_string(1, 0, net(f"{controle.titre} · {nom}"), styles(num_format="@"))
    page.write_string(2, 0, net(controle.situation), styles(font_color=SECONDE, num_format="@"))
    textes = [[lire(li) for _, _, lire in champs] for li in lignes]
    for c, (titre, plafond, _) in enumerate(champs):
        feuille.titrer(c, titre, droite=False)
        for rangee in textes:
            feuille.largir(c, rangee[c], plafond=plafond)
    style = styles(num_format="@", text_wrap=True, valign="top", bottom=1, bottom_color=FILET)
    for r, rangee in enumerate(textes, start=ENTETE + 1):
        for c, texte in enumerate(rangee):
            page.write_string(r, c, net(texte), style)
        hautes = (nombre_lignes(texte, feuille.largeurs[c]) for c, texte in enumerate(rangee))
        page.set_row_pixels(r, hauteur_lignes(max(hautes)))
    for c in range(len(champs)):
        page.set_column_pixels(c, c, feuille.largeurs[c])
    page.freeze_panes(ENTETE + 1, 0)
    if lignes:
        page.autofilter(ENTETE, 0, ENTETE + len(lignes), len(champs) - 1)
    feuille.mettre_en_page(f"{controle.titre} · {nom}", "", figees=1, fin=len(champs))
