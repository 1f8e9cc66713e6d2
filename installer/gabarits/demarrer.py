"""Start the installed program: its own libraries, beside this file, and no others."""

import os
import sys

ICI = os.path.dirname(os.path.abspath(__file__))


def preparer() -> None:
    sys.path += [os.path.join(ICI, "programme"), os.path.join(ICI, "bibliotheques")]
    sys.argv[0] = "tour-de-table"  # the name that windows and messages take
    if sys.platform != "win32":
        rendre_les_variables()


def rendre_les_variables() -> None:
    """Give the programs that this one opens (a spreadsheet, a reader) their own libraries back."""
    avant = os.environ.pop("TOUR_DE_TABLE_LD", None)
    if avant is not None:
        os.environ["LD_LIBRARY_PATH"] = avant
        if not avant:
            del os.environ["LD_LIBRARY_PATH"]
    langue = next((v for n in ("LC_ALL", "LC_CTYPE", "LANG") if (v := os.environ.get(n))), "")
    if not langue.lower().replace("-", "").endswith("utf8"):
        os.environ["LC_ALL"] = "C.UTF-8"  # Qt complains under any other encoding


if __name__ == "__main__":
    preparer()
    from app.__main__ import main

    sys.exit(main())
