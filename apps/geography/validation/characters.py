"""Which characters the text of a name may hold."""

import re
import unicodedata

import icu
from django.utils.translation import gettext, gettext_noop

# In these scripts an invisible character is part of the spelling: after a letter it joins the next or keeps it apart,
# between letters it parts words, and it chooses the variant of a letter. Marks are of whatever script they stand in.
JOINED = frozenset("Arab Beng Deva Gujr Guru Knda Khmr Mlym Mong Mymr Nkoo Orya Rohg Sinh Syrc Taml Telu Zinh".split())
UNSPACED = frozenset("Khmr Laoo Mymr Thai Tibt".split())
VARIED = frozenset("Hani Mong".split())
JOINERS, BREAK = "\u200c\u200d", "\u200b"
# Letters and marks to Unicode, and nothing to the eye; the selectors of variants are among them.
UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
SELECTORS = re.compile("[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# Twice in a row, or a break beside a space or a bracket.
NEEDLESS = re.compile("([\u200b-\u200d])(?=\\1)|(?<=[ (])\u200b|\u200b(?=[ )])")
BIDIRECTIONAL = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
KINDS = {
    "Cc": gettext_noop("a control character"),
    "Cf": gettext_noop("an invisible character"),
    "Cn": gettext_noop("a character that Unicode does not have"),
    "Co": gettext_noop("a character of private use"),
    "Cs": gettext_noop("half a character"),
    "Zl": gettext_noop("a line break"),
    "Zp": gettext_noop("a line break"),
    "Zs": gettext_noop("a space of another kind"),
}
# What a program writes for what it could not read.
UNREAD = "\ufffd"


def tidied(text: str) -> str:
    """Return the text as it looks: composed (NFC), with plain spaces and none at its ends, no hyphens but visible ones.

    It repairs what no reader can see, so that nobody is refused for it; `fault` tells what is left to refuse.
    """
    if fault(text) is None:
        return text
    spaced = "".join(" " if unicodedata.category(char) == "Zs" else char for char in text if char != "\u00ad")
    composed = unicodedata.normalize("NFC", NEEDLESS.sub("", spaced))
    return composed.rstrip(" " + BREAK).lstrip(" " + BREAK + JOINERS)


def fault(text: str) -> str | None:
    """Tell what has to be done before the text can be a name or a part of one; None: nothing."""
    if text.isascii() and text.isprintable():
        return gettext("take the spaces from its ends") if text != text.strip() else None
    if not text.isprintable() or UNREAD in text or UNSEEN.search(text):
        for place, char in enumerate(text):
            if kind := _kind(text, place):
                name = unicodedata.name(char, "")
                which = f"U+{ord(char):04X}{name and f' {name}'}"
                said = gettext("take out {kind}, {which}, at place {number}")
                return said.format(kind=gettext(kind), which=which, number=place + 1)
    if text != text.strip():
        return gettext("take the spaces from its ends")
    return None if unicodedata.is_normalized("NFC", text) else gettext("write it in composed characters (NFC)")


def nameless(text: str) -> bool:
    """Return whether the text has no letter and no digit, and so names nothing."""
    return not any(char.isalnum() for char in text)


def misread(text: str) -> str | None:
    """Return what a text was before its UTF-8 was taken for an encoding of Windows: "München" for "MÃ¼nchen"."""
    if text.isascii():
        return None
    for encoding in ("cp1252", "latin-1"):
        try:
            written = text.encode(encoding).decode()
        except UnicodeError:
            continue
        # "Úž" could be an Arabic letter, but not one of "Úžice".
        if len({_script(char) for char in written if char.isalpha()}) == 1 and (_is_near(written) or _has_signs(text)):
            return written
    return None


def _is_near(text: str) -> bool:
    """Return whether all letters beyond ASCII are of those that most languages of Latin letters have."""
    return all(char < "\u0180" for char in text)


def _has_signs(text: str) -> bool:
    """Return whether anything beyond ASCII is no letter, as in most that was misread, and not in "Èžva"."""
    return not all(char.isalpha() for char in text if not char.isascii())


def _kind(text: str, place: int) -> str | None:
    """Return what is wrong with one character, None where it may stand."""
    char = text[place]
    if char == UNREAD:
        return gettext_noop("what stands for an unreadable character")
    if char in BIDIRECTIONAL:
        return gettext_noop("a character that turns the direction of writing")
    if UNSEEN.match(char):
        is_selector = SELECTORS.match(char) and place and _script(text[place - 1]) in VARIED
        return None if is_selector else KINDS["Cf"]
    if char.isprintable():
        return None
    before, after = text[:place][-1:], text[place + 1 : place + 2]
    if char in JOINERS and before and _script(before) in JOINED:
        return None
    if char == BREAK and before and after and {_script(before), _script(after)} <= UNSPACED:
        return None
    return KINDS[unicodedata.category(char)]


def _script(char: str) -> str:
    """Return the script of a character: "Arab"."""
    return str(icu.Script.getScript(char).getShortName())
