"""When two spellings are the same to a reader."""

import re
import unicodedata
from functools import lru_cache

import icu

# ICU's search collation at primary strength: case, accents and width do not count, nor do spaces, punctuation
# and symbols; vowel signs and letters such as й do. Its Arabic takes the hamza for an accent.
SEARCH = icu.Collator.createInstance(icu.Locale.forLanguageTag("und-u-co-search-ka-shifted-kk-ks-level1-kv-currency"))

# Canonical combining classes: vowel points of Hebrew and Arabic, and what stands above, below or through a letter.
ACCENTS = frozenset([*range(10, 37), *range(200, 241)])
# The marks of these classes, all of which stand below U+1F000, for `str.translate` to take out.
WITHOUT_ACCENTS = dict.fromkeys(code for code in range(0x1F000) if unicodedata.combining(chr(code)) in ACCENTS)
# Strokes and ligatures, which Unicode does not take apart: ł, ø, æ; and apostrophes as they are typed.
WITHOUT_STROKES = icu.Transliterator.createInstance("Latin-ASCII")
# Chinese in either script, and what NFC makes it of; few other texts have these characters.
HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U0002f800-\U0002fa1f]")
SIMPLIFIED = icu.Transliterator.createInstance("Traditional-Simplified")

# What German, Danish, Norwegian and Swedish write where they have no such letter.
DIGRAPHS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})
HAS_DIGRAPHS = re.compile("[äöüåøæ]", re.IGNORECASE)

# How the sound of v, which Japanese has in names of elsewhere only, is written by those who say b: ジュネーブ.
VOICED = re.compile("(?:ヴ|ウ\u3099)([ァィェォ])?")
AS_B = {"": "ブ", "ァ": "バ", "ィ": "ビ", "ェ": "ベ", "ォ": "ボ"}

# Signs that make another sound, and that the collation takes for accents: those of voice and length in kana, and the
# nasal dots of Devanagari, either of which is written. A letter, which no such text has, stands for each.
KANA = re.compile("[\u3041-\u30ff\uff66-\uff9f]")
# What is typed for the sign of length, where no hyphen parts words.
LENGTH = re.compile("(?<=[ァ-ヺ])[−—―－]")
DEVANAGARI_NASAL = re.compile("[\u0901\u0902]")
SIGNS = str.maketrans({"\u3099": "v", "\u309a": "p", "ー": "q", "\u0901": "m", "\u0902": "m"})

# Letters of Arabic script that people type for one another, and the stroke that only stretches a word.
ARABIC = str.maketrans("ىیةۀہھکګ", "ييههههكك", "ـ")

# Letters to Unicode, apostrophes to whoever types them: Oʻzbekiston.
APOSTROPHES = re.compile("[ʻʼʹʾʿ]")


@lru_cache(maxsize=32_768)
def folded(text: str) -> str:
    """Return `text` for comparison without regard to width, case and accents.

    "TÜRKİYE", "Türkiye" and "turkiye" are one, as are "Łódź" and "lodz", I with a dot and without. Vowel signs and
    voicing marks, which make other letters, stay. Literal filters use it, alike on SQLite and PostgreSQL, whose own
    LIKE differ.
    """
    letters = unicodedata.normalize("NFKD", text.casefold())
    plain: str = WITHOUT_STROKES.transliterate(unicodedata.normalize("NFKC", letters.translate(WITHOUT_ACCENTS)))
    return plain


def loosened(text: str) -> bytes:
    """Return a key that spellings share which differ in case, accents, spaces and punctuation alone.

    "Côte d’Ivoire" and "COTE DIVOIRE" have the same; so have i with a dot and without, and Chinese in Traditional
    and in Simplified characters, v and b in Japanese, and the letters that keyboards for Arabic, Persian and Urdu have
    for one another. シカゴ and シカコ have not. Empty where nothing else is in `text`.
    """
    if HAN.search(text):
        text = SIMPLIFIED.transliterate(unicodedata.normalize("NFC", text))
    if not text.isascii():
        text = VOICED.sub(lambda sound: AS_B[sound[1] or ""], text.translate(ARABIC))
        text = APOSTROPHES.sub("", text).replace("ı", "i")
        if KANA.search(text):
            text = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", LENGTH.sub("ー", text))).translate(SIGNS)
        elif DEVANAGARI_NASAL.search(text):
            text = text.translate(SIGNS)
    key: bytes = SEARCH.getSortKey(text)
    return key.rstrip(b"\x00")


def digraphs(text: str) -> str:
    """Return a text as those write it who have no ä, ö, ü, å, ø and æ: "Muenchen"."""
    return unicodedata.normalize("NFC", text).lower().translate(DIGRAPHS)


def as_typed(name: str) -> tuple[str, ...]:
    """Return a name, and what those write who have not all of its letters, where that is another one."""
    return (name, digraphs(name)) if HAS_DIGRAPHS.search(name) else (name,)
