"""When two spellings are the same to a reader."""

import unicodedata


def folded(text: str) -> str:
    """Return `text` for comparison without regard to case: NFC after Unicode case folding.

    Literal filters use it, alike on SQLite and PostgreSQL, whose own LIKE differ.
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def loosened(text: str) -> str:
    """Return `text` for comparison without regard to case, accents and spaces: "Côte d’Ivoire" is "cotedivoire"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if char.isalnum() or unicodedata.category(char) == "Mc")
