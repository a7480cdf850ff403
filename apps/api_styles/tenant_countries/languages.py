"""Which translations of a name an answer shows, filters by and sorts by."""

import re
from dataclasses import dataclass

from apps.api.languages import canonical, lookup, negotiate, parse
from apps.geography.models.names import NamesByCode
from apps.geography.names.languages import fallbacks
from apps.tenants.models import Tenant

MAX_TAG_LENGTH = 64
TAG = re.compile(r"[A-Za-z]{1,8}(?:[-_][A-Za-z0-9]{1,8})*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Languages:
    """The languages of one request. `shown`: None shows one text.

    working: of names that are shown or filtered by without a language; sorting: of those that are sorted by without.
    """

    default: str
    working: str
    sorting: str
    shown: tuple[str, ...] | None = None

    def of(self, tag: str) -> str:
        """Return the language that a tag in a parameter names.

        Raises ValueError for what is not a language tag, and LookupError for a language that we do not have.
        """
        if len(tag) > MAX_TAG_LENGTH or not TAG.fullmatch(tag):
            raise ValueError(tag)
        language = lookup(tag)
        if language is None:
            raise LookupError(f"We have no names in the language {tag}.")
        return language

    def chain(self, language: str) -> tuple[str, ...]:
        """Return where to look for a text in `language`, in order."""
        return fallbacks(language, self.default)

    def needed(self, *further: str) -> tuple[str, ...]:
        """Return every language whose texts an answer needs that also looks at those in `further`."""
        chains = [language for start in (self.working, *further) for language in self.chain(start)]
        return tuple(dict.fromkeys((*chains, *(self.shown or ()))))

    def texts(self, names: NamesByCode, code: str) -> dict[str, str]:
        """Return `{tag: text}` as the answer shows it; a key is the language of the text itself."""
        texts = {language: names.texts[code].get(language) for language in self.shown or ()}
        if not any(texts.values()):
            text, language = names.first(code, self.chain(self.working))
            texts = {language: text}
        return {canonical(language): text for language, text in texts.items() if text}


def languages_for(tenant: Tenant, header: str | None, *, without_header: str) -> Languages:
    """Return the languages that an Accept-Language header asks for; `without_header`: its own absence or emptiness."""
    default = tenant.default_language
    if header is None or not header.strip():
        return Languages(default, without_header, default)
    ranges = parse(header)
    if [(tag, q > 0) for tag, q in ranges] == [("*", True)]:
        return Languages(default, default, default, tuple(tenant.languages))
    working = negotiate(header, (default, *tenant.languages)) or default
    # The contract's own rule: a `*` anywhere sorts by the default.
    return Languages(default, working, default if "*" in dict(ranges) else working)
