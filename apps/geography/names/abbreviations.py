"""How words in the names of places are shortened: "St. Louis" is Saint Louis, and "Frankfurt a. M." on the Main."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice, product

# What each short form stands for, in any language; one letter alone is short with a point after it only.
SHORT: dict[str, tuple[str, ...]] = {
    "st": ("saint", "sankt", "sint"),
    "ste": ("sainte",),
    "ft": ("fort",),
    "mt": ("mount", "mont"),
    "sta": ("santa",),
    "sto": ("santo",),
    "cd": ("ciudad",),
    "pto": ("puerto", "porto"),
    "gral": ("general",),
    "spgs": ("springs",),
    "hts": ("heights",),
    "jct": ("junction",),
    "n": ("north",),
    "e": ("east",),
    "w": ("west",),
    "s": ("san", "são", "south", "santa", "santo"),
    "a": ("am", "an", "aan"),
    "d": ("der", "den"),
    "i": ("im", "in"),
    "o": ("ob",),
    "m": ("main",),
    "rh": ("rhein",),
    "br": ("breisgau",),
}
LONG: dict[str, tuple[str, ...]] = {"saint": ("st",), "sankt": ("st",), "sint": ("st",), "sainte": ("ste",)}
WORD = re.compile(r"([^\W\d_]+)(\.?)")
ON_A_RIVER = re.compile(r"\ba/d\b", re.IGNORECASE)
BETWEEN = re.compile(r"\s*/\s*")
# What stands between a town and its river.
RIVERS = (" am ", " an der ", " sur ", " aan den ")
LIMIT = 32


def spelt_out(name: str) -> Iterator[str]:
    """Yield other ways to write a name whose words are short, or could be; at most some thirty."""
    whole = ON_A_RIVER.sub("a. d.", unicodedata.normalize("NFKC", name))
    if BETWEEN.search(whole):
        yield from (BETWEEN.sub(between, whole) for between in RIVERS)
    forms, end = [], 0
    for word in WORD.finditer(whole):
        if others := _others(word[1].lower(), has_point=bool(word[2])):
            forms += [(whole[end : word.start()],), (word[0], *(f"{other} " for other in others))]
            end = word.end()
    if forms:
        yield from islice(map("".join, product(*forms, (whole[end:],))), 1, LIMIT)


def _others(word: str, *, has_point: bool) -> tuple[str, ...]:
    return (SHORT.get(word, ()) if has_point or len(word) > 1 else ()) or LONG.get(word, ())
