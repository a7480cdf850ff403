"""Names as ISO 3166-2 prints them, made readable."""

import re
from typing import NamedTuple


class IsoName(NamedTuple):
    """A cleaned name, and what stood beside it.

    bracketed: the name in another language ("Cardiff [Caerdydd]"). variant: the local variant, in parentheses
    ("Distrito Nacional (Santo Domingo)").
    """

    name: str
    bracketed: str = ""
    variant: str = ""


# Most names need no cleaning.
PECULIAR = re.compile(r"[\[(†ǝƎ]|, |//|  |^ | $")
# In parentheses or brackets, and no name: codes, remarks on Western Sahara, the kind of place.
REMARK = re.compile(r"^(EH(-partial)?|[A-Z]{2}-[A-Z0-9]{1,3}|city|Région|Arctic Region)$")
# Written as enumerations or with a comma of their own, not inverted.
NOT_INVERTED = re.compile(r", U\.S\.|, .* (and|y) ")
LOOK_ALIKES = str.maketrans({"ǝ": "ə", "Ǝ": "Ə", "†": ""})


def clean(code: str, name: str) -> IsoName:
    """Return the readable form of a name: "Adygeya, Respublika" is "Respublika Adygeya"."""
    if not PECULIAR.search(name):
        return IsoName(name)
    text = name.translate(LOOK_ALIKES).replace("//", "ǁ")
    text, bracketed = _split(text, r"\[(.*?)\]")
    # "Sofia (stolitsa)" and "Guyane (française)" are whole names: without the rest they would be others.
    keep = code in {"BG-22", "FR-973"}
    text, variant = (text, "") if keep else _split(text, r"\((.*?)\)")
    bracketed = re.sub(rf" {code[:2]}-[A-Z]{{3}}$", "", bracketed)
    text = " ".join(text.split())
    if ", " in text and not NOT_INVERTED.search(text):
        head, tail = text.rsplit(", ", 1)
        text = f"{tail} {head}" if not tail.endswith("'") else f"{tail}{head}"
        text = text[0].upper() + text[1:]
    return IsoName(text, bracketed if bracketed != text else "", variant)


def _split(text: str, pattern: str) -> tuple[str, str]:
    """Return the text without what the pattern finds, and that, unless it is a mere remark."""
    match = re.search(pattern, text)
    if not match:
        return text, ""
    found = match[1].strip()
    return (text[: match.start()] + text[match.end() :]).strip(), "" if REMARK.match(found) else found
