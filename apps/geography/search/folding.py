"""What of a name counts when somebody looks for it: letters and digits, in the simplest spelling.

Names and questions are folded by the same function, in Python and not by the database, so that both databases find the
same.
"""

import re
import unicodedata
from functools import lru_cache

from apps.geography.names.matching import APOSTROPHES, ARABIC, HAN, SIMPLIFIED, folded

# As much of a name as is indexed, and of a question as is looked for.
MAX_LENGTH = 120
# What a word is written for when another one follows it: "St. Louis", "Sankt Gallen", "Mt Isa".
LONG_FORMS = {
    "st": "saint",
    "sankt": "saint",
    "ste": "sainte",
    "mt": "mount",
    "ft": "fort",
}
# Signs between words; within one an apostrophe or a point parts nothing: "N'Djamena", "D.C.".
JOINING = re.compile(r"['’‘ʼʻ`´.·・]")
# So many of them are remembered.
MAX_CHARACTERS = 65_536


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """Return the words of a text without case, accents and punctuation: ("saint", "louis") of "St. Louis".

    "ł" is "l", "ß" is "ss", "й" is "и", full-width letters are plain ones, Chinese is in Simplified characters. Vowel
    signs stay. A word that is short for another one is written out unless it is the last. Empty where nothing counts.
    """
    return written_out(_parts(text))


def fold(text: str) -> str:
    """Return the words of a text without the spaces between them, which do not count either; "" where none counts."""
    return "".join(words(text))[:MAX_LENGTH]


def written_out(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return words with those written out that are short for another one and have one behind them."""
    if len(parts) < 2:
        return parts
    return (*(LONG_FORMS.get(part, part) for part in parts[:-1]), parts[-1])


def _parts(text: str) -> tuple[str, ...]:
    if text.isascii():
        plain = text.lower()
    else:
        if HAN.search(text):
            text = SIMPLIFIED.transliterate(unicodedata.normalize("NFC", text))
        plain = folded(APOSTROPHES.sub("", text)).casefold().translate(ARABIC)
    return tuple(JOINING.sub("", plain).translate(SPACED).split())


class _Spaced(dict[int, str]):
    """What stands for each character in words: itself, or a space for what is no letter, no digit and no mark of one.

    It fills itself with what it is asked, up to a bound that no language comes near.
    """

    def __missing__(self, code: int) -> str:
        char = chr(code)
        kept = char if unicodedata.category(char)[0] in "LNM" else " "
        if len(self) < MAX_CHARACTERS:
            self[code] = kept
        return kept


SPACED = _Spaced()
