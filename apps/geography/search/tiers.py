"""How well a text fits a question: the rule by which everything is found, wherever the text was looked up."""

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple, Self

from rapidfuzz.distance import OSA

from apps.geography.models.search import Form
from apps.geography.search.folding import MAX_LENGTH, words

# A later word is looked for by at least so many letters; fewer find codes, whole names and beginnings alone.
MIN_WORD = 3
# So many letters may have one error, and so many two.
ONE_ERROR, TWO_ERRORS = 4, 8


class Tier(IntEnum):
    """How a name was met, the better way first."""

    CODE = 1
    EXACT = 2
    PREFIX = 3
    WORD = 4
    FUZZY = 5


class Hit(NamedTuple):
    """A place that was met. errors: how many there were in the question."""

    tier: Tier
    importance: int
    kind: int
    place: str
    errors: int = 0

    @property
    def order(self) -> tuple[int, int, int, str]:
        """What hits are sorted by."""
        return self.tier, -self.importance, self.kind, self.place


@dataclass(frozen=True, slots=True)
class Question:
    """A text to look for, folded. errors: how many are forgiven."""

    words: tuple[str, ...]
    key: str
    errors: int

    @classmethod
    def of(cls, parts: tuple[str, ...], *, fuzzy: bool) -> Self:
        """Return the question for folded words."""
        key = "".join(parts)[:MAX_LENGTH]
        errors = (len(key) >= ONE_ERROR) + (len(key) >= TWO_ERRORS) if fuzzy else 0
        return cls(parts, key, errors)

    @classmethod
    def reading(cls, text: str, *, fuzzy: bool) -> Self:
        """Return the question for a text as it was typed."""
        return cls.of(words(text), fuzzy=fuzzy)


def tier_of(question: Question, form: int, text: str) -> tuple[Tier, int] | None:
    """Return how a text fits, and with how many errors; None where it does not."""
    if form == Form.CODE:
        return (Tier.CODE, 0) if text == question.key else None
    if form == Form.WORD:
        fits = len(question.key) >= MIN_WORD and text.startswith(question.key)
        return (Tier.WORD, 0) if fits else None
    if text == question.key:
        return Tier.EXACT, 0
    if text.startswith(question.key):
        return Tier.PREFIX, 0
    errors = distance(question, text)
    return None if errors is None else (Tier.FUZZY, errors)


def distance(question: Question, text: str) -> int | None:
    """Return the number of errors between a question and a text, None where they are more than are forgiven.

    A swap of neighbours is one. The first letter of a short word is not the only one that is wrong.
    """
    if not question.errors:
        return None
    errors = OSA.distance(question.key, text, score_cutoff=question.errors)
    if errors > question.errors:
        return None
    return None if errors == 1 and len(question.key) < TWO_ERRORS and _in_first(question.key, text) else errors


def _in_first(key: str, text: str) -> bool:
    return text[1:] == key[1:] or text == key[1:] or text[1:] == key
