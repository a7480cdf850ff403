"""Other ways to write what somebody types, for when nothing is called so as it stands.

Each is a guess that the names decide upon: "city of Berlin" is a city called Berlin where none is called as it stands.
"""

import re
from collections.abc import Iterator

from apps.geography.models.search import Kind
from apps.geography.names.city_naming import CITY_OF

Words = tuple[str, ...]

# What people write behind the name of a city.
CITY_BEHIND = re.compile(r"[\s-](city|kommune?|municipality|stad|town|shi)\s*$", re.IGNORECASE)
CITY_IN_GENITIVE = re.compile(r"s (kommune?|stad)\s*$", re.IGNORECASE)
# What they write before and behind the name of a subdivision.
DIVISION_OF = re.compile(
    r"(the )?(commonwealth|community|county|department|district|emirate|(free )?state|governorate|(metropolitan )?city|"
    r"(autonomous )?region|prefecture|principality|province|(national )?capital territory|(union )?territory) of |"
    r"(bundes)?land |freistaat |freie (und )?hansestadt |(kanton|canton) ((of|de) )?|"
    r"(d[ée]partement|pr[ée]fecture) (de la |de l['’]|des? |du |d['’])?|r[ée]gione? ((de|d') ?)?|"
    r"provinc(ia|ie|e) ((de|di|du|van) |d['’])?|(pcia|prov)\.? d[ei] |(departamento|depto\.?|dpto\.?) del? |"
    r"estado ((libre y soberano )?d[aeo] )?|edo\.? de |republic of |changwat |dki |d\.? ?i\.? |"
    r"comunidad (autónoma )?de |citt[àa] metropolitana di |(co|cnty|prov|dept|dep|gov)\.? |nct (of )?|u\.?t\.? of |"
    r"woj(ewództwo|\.) ?|jud(e[tț]ul?|\.) |kraj |t[ỉi]nh |thành phố |респ(ублика|\.|) |область |ostan |استان |"
    r"محافظة |منطقة |إمارة |ولاية ",
    re.IGNORECASE,
)
DIVISION_BEHIND = re.compile(
    r"([\s-](autonomous )?(canton|city|county|department|district|emirate|governorate|kra[iy]|metropolis|oblast|okrug|"
    r"parish|prefecture|province|region|republic|state|territory|voivodeship|ili|ken|kraj|länn?|megye|sheng|shi|si|tỉnh|vilayeti|область|обл\.?)|"
    r"-(to|fu|do))\s*$",
    re.IGNORECASE,
)
# What is called after a city and lies around it: "Moscow region" is not Moscow, nor "Kyiv province" Kyiv.
AROUND = re.compile(r"[\s-](region|province|reg\.|oblast|область|обл\.?)\s*$", re.IGNORECASE)
CALLED_AROUND = ("oblast", "область", "region", "province")
TITLES = ((CITY_OF, Kind.CITY), (DIVISION_OF, Kind.SUBDIVISION))
ENDINGS = ((CITY_BEHIND, Kind.CITY), (CITY_IN_GENITIVE, Kind.CITY), (DIVISION_BEHIND, Kind.SUBDIVISION))
# "80331", "D-80331", "1100-148", "SW1A", "1012 AB".
POSTAL_CODE = re.compile(r"\b[1-9][0-9]{3} [A-Z]{2}\b|\b(?:[A-Z]{1,3}-)?\w*\d[\w-]*", re.ASCII)
DIGIT = re.compile("[0-9]")
# Chinese characters and kana.
WITHOUT_SPACES = re.compile("[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff]{3,24}")
HIRAGANA = re.compile("[\u3041-\u3096]")
KATAKANA = re.compile("[\u30a1-\u30f6]")
BETWEEN_KANA = 0x60
COMPASS = {"n": ("north", "northern"), "s": ("south", "southern"), "e": ("east", "eastern"), "w": ("west", "western")}


def untitled(text: str) -> Iterator[tuple[str, Kind]]:
    """Yield a text without what it says of the kind of place, and that kind: "city of Berlin", "Texas state"."""
    text = text.strip()
    if (title := AROUND.search(text)) and (rest := text[: title.start()]).strip():
        yield from ((f"{rest} {called}", Kind.SUBDIVISION) for called in CALLED_AROUND)
    for pattern, kind in TITLES:
        if (title := pattern.match(text)) and (rest := text[title.end() :]).strip():
            yield rest, kind
    for pattern, kind in ENDINGS:
        if (title := pattern.search(text)) and (rest := text[: title.start()]).strip():
            yield rest, kind


def without_postal_code(text: str) -> str:
    """Return a text without words that have digits: "80331 München", "Austin, TX 78701"."""
    return POSTAL_CODE.sub(" ", text) if DIGIT.search(text) else text


def may_be_name(key: str) -> bool:
    """Return whether what is left beside a postal code may be a name: of two letters only those without an alphabet."""
    return len(key) > 2 or bool(key and not key.isascii())


def in_full(parts: Words) -> Iterator[Words]:
    """Yield words with points of the compass written out that have a word behind them: "n carolina"."""
    if any(part in COMPASS for part in parts[:-1]):
        for at in range(2):
            yield (*(COMPASS[part][at] if part in COMPASS else part for part in parts[:-1]), parts[-1])


def in_other_kana(key: str) -> Iterator[str]:
    """Yield what is written in one of the two Japanese syllabaries in the other: "トウキョウ" is "とうきょう"."""
    if HIRAGANA.search(key):
        yield HIRAGANA.sub(lambda each: chr(ord(each[0]) + BETWEEN_KANA), key)
    if KATAKANA.search(key):
        yield KATAKANA.sub(lambda each: chr(ord(each[0]) - BETWEEN_KANA), key)


def with_kind(key: str) -> Iterator[str]:
    """Yield what is written in Chinese characters with the kind of subdivision behind it, too: "广东" is "广东省"."""
    if WITHOUT_SPACES.fullmatch(f"{key}省"):
        yield from (key + kind for kind in "省市县府")


def pieces(parts: Words) -> Words:
    """Return what a text may be parted into: its words, or the characters of one that is written without spaces."""
    if len(parts) == 1 and len(parts[0]) > 2 and WITHOUT_SPACES.fullmatch(parts[0]):
        return tuple(parts[0])
    return parts
