"""How names of other scripts are written in German, French and Polish letters: "Dschaipur" is Jaipur."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from apps.geography.sources.countries.reader import official_languages
from apps.geography.sources.subdivisions.romanization import script

# Where cities are known by their Russian names, too, as maps in Latin letters have them.
SOVIET = frozenset("AM AZ BY EE GE KG KZ LT LV MD RU TJ TM UA UZ".split())


class Rendering(NamedTuple):
    """How one language writes sounds. `further`: also these letters, which by themselves say no language."""

    letters: dict[str, str]
    further: dict[str, str]

    def read(self, text: str) -> Iterator[str]:
        """Yield the text in English letters, where it has any of the language's own."""
        for letters in (self.letters, self.letters | self.further):
            # The longest first: "dsch" is no "d" before "sch". No sound is made of an o too many: "Ekaterinboourg".
            sounds = "|".join(sorted(letters, key=len, reverse=True)).replace("ou", "(?<!o)ou")
            if any(letter in text for letter in self.letters):
                yield "".join(letters.get(part, part) for part in re.split(f"({sounds})", text))


RENDERINGS = (
    Rendering({"dsch": "j", "tsch": "ch", "schtsch": "shch", "sch": "sh"}, {"w": "v", "z": "ts"}),
    Rendering({"dj": "j", "tch": "ch", "ch": "sh", "ou": "u", "gui": "gi", "gue": "ge"}, {"j": "zh"}),
    Rendering({"dż": "j", "cz": "ch", "szcz": "shch", "sz": "sh", "ż": "zh"}, {"w": "v", "j": "y", "c": "ts"}),
)


def rendered(name: str) -> Iterator[str]:
    """Yield the name as English renders it, where it has letters that a language renders names of other scripts by."""
    text = name.lower()
    for rendering in RENDERINGS:
        yield from rendering.read(text)


@cache
def is_rendered(country: str) -> bool:
    """Return whether names of the country are rendered: they are written in other letters than Latin ones, or were."""
    return country in SOVIET or bool(foreign_scripts(country))


@cache
def foreign_scripts(country: str) -> frozenset[str]:
    """Return the scripts, but for the Latin one, of a country's official languages."""
    return frozenset(script(tag) for tag in official_languages(country)) - {"Latn"}
