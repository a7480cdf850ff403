"""Names of countries whose words are cut short, as tables have them: "Papua N. Guinea", "Dem. Rep. Congo"."""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from apps.geography.names.wording import EMPTY, FORMS, SAME

WORD = re.compile(r"([^\W\d_]+)(\.?)")
# Capitals without points are the beginnings of words, too: "FS Micronesia".
MOST_CAPITALS = 3
# Words that name nothing, in the languages whose names are compared.
JOINING = EMPTY | frozenset("da das de del der des di die do dos du e i l la las le les los und y".split())
# Short in any language, with a point or without.
SAINTS = frozenset({"st", "ste"})
# A name is told by a word in full of so many letters, or by as many and one more of a short one.
TELLING = 3
# Points of the compass, and a republic.
KNOWN_LETTERS = frozenset("nsewr")
# Nobody writes a name of more words.
MOST_WORDS = 12


class Word(NamedTuple):
    """A word as it is compared, and whether it is only the beginning of one."""

    letters: str
    is_short: bool = False

    def fits(self, other: str) -> bool:
        """Return whether it is another word, which is whole."""
        if self.is_short and other.startswith(self.letters):
            return True
        return SAME.get(self.letters, self.letters) == SAME.get(other, other)

    @property
    def is_telling(self) -> bool:
        """Return whether it says which country is meant, and not only what kind of state."""
        return len(self.letters) >= TELLING + self.is_short and SAME.get(self.letters, self.letters) not in FORMS


def in_full(name: str) -> bytes:
    """Return the words of a name that is written out, in the order of the alphabet."""
    return " ".join(sorted(word.letters for word in _words(name))).encode()


def shortened(term: str) -> tuple[Word, ...]:
    """Return the words of a text some of which are cut short; none where none is, or where nothing else is in it."""
    found = tuple(_words(term))
    has_short = any(word.is_short or word.letters in SAINTS for word in found)
    is_name = 1 < len(found) <= MOST_WORDS and any(word.is_telling for word in found)
    return found if has_short and is_name else ()


def fit(short: Sequence[Word], words: Sequence[str]) -> bool:
    """Return whether the words that may be short are the others, each another one."""
    if len(short) != len(words):
        return False
    if not short:
        return True
    first, *rest = sorted(short, key=lambda word: (word.is_short, -len(word.letters)))
    # Of a whole word it does not matter which of its likes it is; of a short one it does.
    found = [at for at, other in enumerate(words) if first.fits(other)]
    tried = found if first.is_short else found[:1]
    return any(fit(rest, [*words[:at], *words[at + 1 :]]) for at in tried)


def whole(short: Sequence[Word]) -> list[bytes]:
    """Return the words of which nothing is cut and for which no others stand."""
    return [word.letters.encode() for word in short if not word.is_short and word.letters not in SAME]


def rival(short: Sequence[Word]) -> bytes:
    """Return the word that no second country may have in its names: the one beside a single letter, "Guinea P."."""
    one, *others = sorted(short, key=lambda word: len(word.letters))
    is_vague = len(others) == 1 and len(one.letters) == 1 and one.letters not in KNOWN_LETTERS
    return others[0].letters.encode() if is_vague else b""


def _words(text: str) -> list[Word]:
    plain = unicodedata.normalize("NFKD", text)
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    is_all_capitals = letters == letters.upper()
    found: list[Word] = []
    for match in WORD.finditer(letters):
        word, is_short = match[1].lower(), bool(match[2])
        if is_short or word not in JOINING:
            is_initials = not is_all_capitals and not is_short and match[1].isupper() and len(word) <= MOST_CAPITALS
            if is_initials and word not in SAME:
                found += [Word(letter, is_short=True) for letter in word]
            else:
                found.append(Word(word, is_short))
    return found
