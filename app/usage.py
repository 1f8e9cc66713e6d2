"""Help and usage errors of the command line in French: typer has no other language than English.

The headings and the sentences are ours; typer reads the arguments and wraps lines. Commands are
declared with `CommandeFrancaise` and `GroupeFrancais`; `phrase` turns what typer raises into one
sentence. A value is read by a function that raises `ValeurRefusee` with its own sentence.
"""

import inspect
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any

import typer
from typer._click import exceptions as click
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from app.console import INSECABLE, typographier
from app.services.profils import PROFILS

AIDE = "--aide"
NOMS_DE_L_AIDE = [AIDE, "--help", "-h"]  # shown: the first; the others are habits
ErreurDUsage = click.UsageError


class ValeurRefusee(typer.BadParameter):
    """A value that cannot be read; the message is a French sentence that says what to type."""


class _Refus(click.UsageError):
    """A usage error found here: its message is already French."""


# Help ---------------------------------------------------------------------------------------------


class CommandeFrancaise(TyperCommand):
    """One command, with its help in French. An argument too many is refused here, in French."""

    allow_extra_args = True

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        morceaux = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, morceaux, prefix=typographier("Utilisation : "))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        self.format_usage(ctx, formatter)
        with formatter.indentation():
            for texte in filter(None, (self.help, self.epilog)):
                formatter.write_paragraph()
                formatter.write_text(typographier(inspect.cleandoc(texte)))
        self.format_options(ctx, formatter)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        parametres = [p for p in self.get_params(ctx) if not getattr(p, "hidden", False)]
        arguments = [_fiche(p) for p in parametres if isinstance(p, TyperArgument)]
        options = [_fiche(p) for p in parametres if isinstance(p, TyperOption)]
        for titre, fiches in (("Arguments", arguments), ("Options", options)):
            if fiches:
                with formatter.section(f"{titre}{INSECABLE}"):
                    formatter.write_dl(fiches)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        noms = [_nom(p) for p in self.get_params(ctx) if isinstance(p, TyperArgument)]
        return [*noms, "[OPTIONS]"]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        with _situer(ctx):
            restes: list[str] = super().parse_args(ctx, args)
        if restes:
            trop = ", ".join(f"« {propre(reste)} »" for reste in restes)
            raise _Refus(f"Il y a un argument de trop : {trop}.", ctx)
        return restes


class GroupeFrancais(TyperGroup):
    """The program itself: its commands, and the nearest one when a name is mistyped."""

    format_help = CommandeFrancaise.format_help
    format_usage = CommandeFrancaise.format_usage

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        return ["[FICHIER | COMMANDE …]"]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        commandes = [(nom, _resume(commande)) for nom, commande in self.commands.items()]
        with formatter.section(f"Commandes{INSECABLE}"):
            formatter.write_dl(commandes)
        CommandeFrancaise.format_options(self, ctx, formatter)  # type: ignore[arg-type]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        with _situer(ctx):
            return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        commande = self.get_command(ctx, args[0])
        if commande is None:
            proches = get_close_matches(args[0], self.commands, n=1)
            conseil = f"vouliez-vous dire « {proches[0]} » ?" if proches else f"voyez {AIDE}."
            quoi = f"« {propre(args[0])} » n'est ni une commande ni un fichier"
            raise _Refus(f"{quoi} : {conseil}", ctx)
        return args[0], commande, args[1:]


@contextmanager
def _situer(ctx: Any) -> Iterator[None]:
    """Say which command an error is about: typer leaves it out for an option without its value."""
    try:
        yield
    except click.UsageError as erreur:
        erreur.ctx = erreur.ctx or ctx
        raise


def _nom(parametre: Any) -> str:
    """Name of an argument as it is shown: its metavar, in brackets when it may be left out."""
    nom = str(parametre.metavar or parametre.name.upper())
    return nom if parametre.required else f"[{nom}]"


def _fiche(parametre: Any) -> tuple[str, str]:
    """(names, description) of an argument or an option."""
    if AIDE in parametre.opts:
        return AIDE, "Afficher cette aide."
    if isinstance(parametre, TyperArgument):
        return str(parametre.metavar or parametre.name.upper()), _description(parametre)
    valeur = "" if parametre.is_flag else f" {parametre.metavar or 'VALEUR'}"
    return ", ".join(parametre.opts) + valeur, _description(parametre)


def _description(parametre: Any) -> str:
    precisions = []
    if parametre.required:
        precisions.append("[obligatoire]")
    elif parametre.default is not None and not getattr(parametre, "is_flag", False):
        precisions.append(f"[défaut : {parametre.default}]")
    return typographier(" ".join([parametre.help or "", *precisions]).strip())


def _resume(commande: Any) -> str:
    """First paragraph of the help of a command, on one line."""
    premier = inspect.cleandoc(commande.help or "").partition("\n\n")[0]
    return typographier(" ".join(premier.split()))


# Errors -------------------------------------------------------------------------------------------


def propre(texte: str) -> str:
    """What somebody typed, safe to show: no control character reaches the terminal."""
    return "".join(c if c.isprintable() else "?" for c in texte)


def phrase(erreur: click.UsageError) -> str:
    """The usage error as one French sentence."""
    for classe, dire in _PHRASES:
        if isinstance(erreur, classe):
            return dire(erreur)
    return f"Cette ligne de commande n'est pas complète : voyez {AIDE}."


def mode_d_emploi(erreur: click.UsageError) -> str:
    """How to write the command that failed, and how to get its help; empty when it is unknown."""
    if erreur.ctx is None:
        return ""
    return f"{erreur.ctx.get_usage()}\nAide : {erreur.ctx.command_path} {AIDE}"


def _parametre_manquant(erreur: Any) -> str:
    if isinstance(erreur.param, TyperOption):
        return (
            f"Il manque l'option {erreur.param.opts[0]} {erreur.param.metavar or ''}".rstrip() + "."
        )
    return f"Il manque l'argument {erreur.param.metavar or erreur.param.name.upper()}."


def _option_inconnue(erreur: Any) -> str:
    proches = [p for p in erreur.possibilities or () if p not in NOMS_DE_L_AIDE[1:]]
    conseil = f"vouliez-vous dire {proches[0]} ?" if proches else f"voyez {AIDE}."
    return f"L'option « {propre(erreur.option_name)} » n'existe pas : {conseil}"


def _option_mal_employee(erreur: Any) -> str:
    nom = propre(erreur.option_name)
    parametres = erreur.ctx.command.get_params(erreur.ctx)
    if any(nom in p.opts and getattr(p, "is_flag", False) for p in parametres):
        return f"L'option {nom} ne prend pas de valeur."
    return f"L'option {nom} attend une valeur."


def _valeur_illisible(erreur: Any) -> str:
    quoi = "donnée"
    if erreur.param is not None:
        quoi = "de " + (erreur.param.opts[0] if erreur.param.opts else erreur.param.name)
    return f"La valeur {quoi} n'est pas acceptée : voyez {AIDE}."


_PHRASES: tuple[tuple[type[click.UsageError], Callable[[Any], str]], ...] = (
    (_Refus, lambda erreur: str(erreur.message)),
    (ValeurRefusee, lambda erreur: str(erreur.message)),
    (click.MissingParameter, _parametre_manquant),
    (click.BadParameter, _valeur_illisible),
    (click.NoSuchOption, _option_inconnue),
    (click.BadOptionUsage, _option_mal_employee),
)


# Values -------------------------------------------------------------------------------------------

EXTENSIONS = {
    "programmation": ".xlsx",
    "envoi": ".xlsx",
    "decisions": ".pdf",
    "calendrier": ".pdf",
    "courriers": ".docx",
    "controle": ".pdf",
}
PAPIERS_DE_SEANCE = ("pv", "releve", "annexe", "fiches")


def lire_annee(texte: str) -> int:
    if not re.fullmatch(r"(19|20)\d\d", texte.strip()):
        raise ValeurRefusee(f"« {texte} » n'est pas une année : tapez quatre chiffres (2026).")
    return int(texte)


def lire_entier(texte: str) -> int:
    if not re.fullmatch(r"\d{1,9}", texte.strip()):
        raise ValeurRefusee(f"« {texte} » n'est pas un nombre entier : tapez des chiffres seuls.")
    return int(texte)


def lire_periode(texte: str) -> tuple[int, int]:
    debut, tiret, fin = texte.partition("-")
    if not tiret:
        raise ValeurRefusee(f"« {texte} » n'est pas une période : tapez deux années (2024-2030).")
    return lire_annee(debut), lire_annee(fin)


def lire_taille(texte: str) -> tuple[int, int]:
    trouvee = re.fullmatch(r"(\d{3,4})[x×X](\d{3,4})", texte.strip())
    if trouvee is None:
        raise ValeurRefusee(f"« {texte} » n'est pas une taille : tapez par exemple 1366x768.")
    return int(trouvee[1]), int(trouvee[2])


def lire_sortie(texte: str) -> str:
    *premieres, derniere = sorties = (*EXTENSIONS, *PAPIERS_DE_SEANCE)
    if texte not in sorties:
        connues = f"{', '.join(premieres)} ou {derniere}"
        raise ValeurRefusee(f"« {texte} » ne s'exporte pas : tapez {connues}.")
    return texte


def lire_profil(texte: str) -> str:
    if texte not in PROFILS:
        raise ValeurRefusee(f"« {texte} » n'est pas un format : tapez {', '.join(PROFILS)}.")
    return texte
