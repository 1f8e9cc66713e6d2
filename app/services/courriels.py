"""A message that a mail program opens as a draft (.eml). Nothing is sent from here.

Whatever the file holds, a header stays one line: a title cannot add addresses to the message.
"""

import re
from collections.abc import Iterable
from email.charset import QP, Charset
from email.header import Header
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import formataddr

# No « = » nor « ? »: they make encoded words, which would be decoded to something else.
_ADRESSE = re.compile(r"[\w.+'&/~-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
# Controls, ends of line of any sort, marks that turn the order of letters, halves of characters.
_HORS_LIGNE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")


def brouillon(objet: str, texte: str, destinataires: Iterable[tuple[str, str]]) -> bytes:
    """A message in UTF-8 to (name, address): those whose address mail can carry."""
    lisible = Charset("utf-8")
    lisible.body_encoding = QP  # a person who opens the file as a text can read it
    courriel = MIMENonMultipart("text", "plain", charset="utf-8")
    courriel["Subject"] = Header(en_une_ligne(objet), "utf-8", header_name="Subject").encode()
    vers = [
        # Each name is encoded apart: the newer headers of the library mix it with its address.
        formataddr((en_une_ligne(nom), adresse), "utf-8")
        for nom, adresse in destinataires
        if _ADRESSE.fullmatch(adresse)
    ]
    if vers:
        courriel["To"] = ", ".join(vers)
    courriel["X-Unsent"] = "1"  # the mail program opens it to be completed and sent
    courriel.set_payload(texte, charset=lisible)
    return courriel.as_bytes(policy=compat32.clone(linesep="\r\n"))


def adresses_dans(texte: str | None) -> list[str]:
    """The addresses that somebody typed, however they are set apart."""
    return _ADRESSE.findall(texte or "")


def en_une_ligne(texte: str) -> str:
    """A text as a header holds it. « =? » would begin an encoded word, where a line end can hide."""
    return " ".join(_HORS_LIGNE.sub(" ", texte).replace("=?", "=").split())
