"""Words for trying out the layout in languages that nobody has translated yet, made from the English ones.

`en_XA` is two fifths longer, accented and in brackets, so that what is cut off or stands outside the catalogue is
seen; `ar_XB` has letters that are written from right to left. The codes are those that others use for the same.
"""

import gettext
import re
from collections.abc import Callable
from functools import lru_cache

FORMATS = {"en_XA": "en_US", "ar_XB": "ar"}
"""The locale whose money, dates and numbers each of them has."""

KEPT = re.compile(r"(%\(\w+\)s|%%|<[^>]+>|&\w+;|https?://\S+)")
ACCENTED = str.maketrans("AEIOUYCNSaeiouycns", "ÅÉÎÖÛÝÇÑŠåéîöûýçñš")
RIGHT_TO_LEFT = str.maketrans("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "ابتدهفجحيجكلمنوبقرستوفوخيز" * 2)
FILLING = " one two three four five six seven eight nine ten eleven twelve"


class Rehearsal(gettext.NullTranslations):
    """A catalogue that makes its words up, with the plural forms of English."""

    def __init__(self, spell: Callable[[str], str]) -> None:
        super().__init__()
        self._spell = lru_cache(maxsize=4096)(spell)

    def gettext(self, message: str) -> str:
        return self._spell(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self._spell(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return self._spell(message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        return self.ngettext(msgid1, msgid2, n)


def longer(message: str) -> str:
    """`message` with accents, in brackets, two fifths longer. Placeholders and tags stay as they are."""
    words = KEPT.sub("", message)
    wanted = len(words) * 2 // 5
    filling = FILLING * (wanted // len(FILLING) + 1)
    return f"[{_each_word(message, ACCENTED)}{filling[:wanted].rstrip()}]"


def mirrored(message: str) -> str:
    return _each_word(message, RIGHT_TO_LEFT)


def _each_word(message: str, letters: dict[int, int]) -> str:
    parts = KEPT.split(message)
    return "".join(part if KEPT.fullmatch(part) else part.translate(letters) for part in parts)


CATALOGUES: dict[str, gettext.NullTranslations] = {"en_XA": Rehearsal(longer), "ar_XB": Rehearsal(mirrored)}
