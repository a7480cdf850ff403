"""How alike two names of places are, whatever their scripts."""

import re
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import fuzz

from apps.geography.names.latin import latin, without_generic

# Languages whose script leaves out most vowels.
WITHOUT_VOWELS = frozenset("ar ar-dz ckb fa he ug ur".split())
VOWELS = re.compile("[aeiouwy]")
# ICU's Latin of Thai, Arabic and others doubles letters, and each language has sounds of its own.
DOUBLED = re.compile(r"(.)\1+")
SOUNDS = (
    ("tsch", "c"), ("tch", "c"), ("sch", "s"), ("dzh", "j"), ("dsch", "j"), ("sh", "s"), ("ch", "c"), ("zh", "j"),
    ("kh", "h"), ("gh", "g"), ("th", "t"), ("ph", "f"), ("ck", "k"), ("qu", "kv"), ("q", "k"), ("w", "v"),
    ("x", "ks"), ("ts", "c"), ("z", "s"), ("y", "i"), ("j", "i"), ("ou", "u"), ("oo", "u"), ("ee", "i"),
)  # fmt: skip


# Words for the kind of division as ICU writes them in Latin letters: Arabic, Persian, Urdu, Thai, Hindi.
KINDS = frozenset("aqlym astan wlayt wlayh mntqt mntqh mhafzt mhafzh mqatt mqatah dl swbh khet canghwad rath".split())
# And as Chinese and Japanese put them at the end.
HAN_KINDS = re.compile("(自治區|自治区|自治州|自治縣|自治县|地區|地区|[省市县縣区區州郡道府県郷乡])$")
# Thai and Khmer write them in front, without a blank.
THAI_KINDS = re.compile(
    "^(จังหวัด|สาธารณรัฐ|ราชรัฐ|รัฐ|แคว้น|มณฑล|เขตผู้ว่าการ|เขตปกครองตนเอง|เขต|ภูมิภาค|เทศมณฑล|เทศบาลเมือง|เทศบาล|แขวง|อำเภอ|ខេត្ត)"
)
# The Thai letter without a sound of its own, which ICU writes "x".
THAI_CARRIER = "อ"


@lru_cache(maxsize=262_144)
def sound(name: str) -> str:
    """Return a name as it sounds, roughly, without words for the kind of division."""
    bare = THAI_KINDS.sub("", HAN_KINDS.sub("", name)).replace(THAI_CARRIER, "") or name
    words = bare.split()
    text = without_generic(" ".join(word for word in words if latin(word) not in KINDS) or name)
    for letters, one in SOUNDS:
        text = text.replace(letters, one)
    return DOUBLED.sub(r"\1", text)


@lru_cache(maxsize=262_144)
def consonants(name: str) -> str:
    """Return what a script without vowels keeps of a name."""
    return VOWELS.sub("", sound(name)) or sound(name)


def key(name: str, language: str) -> str:
    """Return what to compare names by in a language."""
    return consonants(name) if language in WITHOUT_VOWELS else sound(name)


def likest(name: str, others: Iterable[str], language: str = "") -> float:
    """Return how alike a name and the likest of others are, 0 to 100; 0 where there are none."""
    own = key(name, language)
    return max((fuzz.ratio(own, key(other, language)) for other in others), default=0.0)
