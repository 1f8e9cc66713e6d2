"""The search for garbage, put off while rows are made by the hundred thousand."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def sans_ramassage() -> Iterator[None]:
    """No search meanwhile: it would walk a million live objects again and again, none to be freed."""
    actif = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if actif:
            gc.enable()


def tenir_pour_durable() -> None:
    """What was made last is there to stay: it goes to the oldest objects without being walked.

    To be called while there is no search. What the start froze goes there with it.
    """
    gc.freeze()
    gc.unfreeze()
