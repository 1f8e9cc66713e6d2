"""Known errors: each message is one French sentence that says what to do. Anything else is a bug."""


class ErreurConnue(Exception):
    """Shown as it stands, in the window and on the command line; nothing is half written."""


class SaisieRefusee(ErreurConnue):
    """A typed value cannot be kept; the field keeps the text."""


class MotifAttendu(SaisieRefusee):
    """The same gesture is accepted with a reason, which is kept."""


class FichierIllisible(ErreurConnue):
    """Not a file of ours, truncated, or damaged."""


class FichierTropRecent(ErreurConnue):
    """Written by a newer version."""


class FichierOccupe(ErreurConnue):
    """Somebody else has it open. `detenteur` names who."""

    def __init__(self, message: str, *, detenteur: str = "") -> None:
        super().__init__(message)
        self.detenteur = detenteur


class LectureSeule(ErreurConnue):
    """The file or its folder cannot be written."""


class DisquePlein(ErreurConnue):
    """No room left: the operation was given up whole."""


class SauvegardeManquee(ErreurConnue):
    """The file is closed with all that was written to it; only its backup could not be made."""


class Conflit(ErreurConnue):
    """The row is no longer what the operation expects."""


class SourceIllisible(ErreurConnue):
    """A file to import cannot be read."""


class TravailAnnule(ErreurConnue):
    """A long job was cancelled by the person who started it."""
