"""What someone may have meant."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from rapidfuzz import fuzz, process

from apps.geography.models import City, Country, OfficialName, Subdivision
from apps.geography.names import city_naming
from apps.geography.validation.cities import upward
from apps.geography.validation.codes import as_code
from apps.tenants.models import Tenant

LIMIT = 3
# Of 100: one wrong letter in four, no more. Measured on the labelled inputs of the tests.
CUTOFF = 75
# How many different texts of one request are looked at: a thousand took as long as 450 warm answers.
BUDGET = 50
# How many names are compared in one call, which keeps every other thread waiting until it returns.
AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that exists. code: alpha-2, ISO 3166-2, or a city's id. within: the code of a city's subdivision."""

    code: str
    name: str
    within: str | None = None


def countries(texts: Iterable[str], tenant: Tenant, languages: Sequence[str]) -> dict[str, list[Suggestion]]:
    """Return the countries that each of the first `texts` may mean, named along `languages`; one query."""
    rows = Country.objects.active_for(tenant).labelled(languages, tenant=tenant).order_by()
    columns = rows.values_list("code", "label", "code", "alpha3", "name_en", "iso_name", "official_name")
    return _suggest(texts, {Suggestion(code, label): (label, *names) for code, label, *names in columns})


def subdivisions(
    texts: Iterable[str], country: str, tenant: Tenant, languages: Sequence[str]
) -> dict[str, list[Suggestion]]:
    """Return the subdivisions of a country that each of the first `texts` may mean, named by `languages`; two queries.

    "CA" may mean US-CA: the country's own prefix is often left out.
    """
    rows = Subdivision.objects.active_for(tenant).iso().filter(country=as_code(country)).labelled(languages)
    if not tenant.plan.subdivision_access:
        rows = rows.none()
    official: dict[str, list[str]] = {}
    names = OfficialName.objects.filter(subdivision__country=as_code(country), withdrawn_on=None)
    for code, name in names.order_by().values_list("subdivision__code", "name"):
        official.setdefault(code, []).append(name)
    candidates = {
        Suggestion(code, label): (label, name, code, code.partition("-")[2], *official.get(code, ()))
        for code, label, name in rows.order_by().values_list("code", "label", "name_en")
    }
    return _suggest(texts, candidates)


def cities(texts: Iterable[str], country: str, tenant: Tenant, languages: Sequence[str]) -> dict[str, list[Suggestion]]:
    """Return the cities of a country that each of `texts` may mean, named along `languages`; four queries.

    Larger ones first. The first `BUDGET` texts are looked at, for each is compared with every name.
    """
    shown = Subdivision.objects.active_for(tenant).filter(country=as_code(country)).order_by()
    above = {pk: (code, parent) for pk, code, parent in shown.values_list("pk", "code", "parent_id")}
    parents = {pk: parent for pk, (_, parent) in above.items()}
    codes: dict[int | None, str | None] = {None: None}
    codes.update((pk, code) for pk, (code, _) in above.items() if upward(pk, parents) <= above.keys())
    rows = City.objects.current().filter(country=as_code(country)).labelled(languages).order_by("-population", "pk")
    columns = rows.values_list("pk", "label", "name", "subdivision_id")  # type: ignore[misc]
    local: dict[int, list[str]] = {}
    for pk, name in city_naming.local_names(as_code(country)):
        local.setdefault(pk, []).append(name)
    candidates = {
        Suggestion(str(pk), label, codes[at] if tenant.plan.subdivision_access else None): (
            label,
            name,
            *local.get(pk, ()),
        )
        for pk, label, name, at in columns
        if at in codes
    }
    return _suggest(texts, candidates)


def _suggest(texts: Iterable[str], candidates: Mapping[Suggestion, Iterable[str]]) -> dict[str, list[Suggestion]]:
    """Return up to three candidates with a name that is nearly the text, best first, for texts within the budget."""
    names = [(plain(name), candidate) for candidate, names in candidates.items() for name in names if name]
    spellings = [spelling for spelling, _ in names]
    parts = [(start, spellings[start : start + AT_ONCE]) for start in range(0, len(spellings), AT_ONCE)]
    found: dict[str, list[Suggestion]] = {}
    for text in islice(dict.fromkeys(texts), BUDGET):
        # More than the limit, since the names of one candidate may all be near.
        scored = sorted(
            (-score, start + index)
            for start, part in parts
            for _, score, index in process.extract(
                plain(text), part, scorer=fuzz.ratio, processor=None, score_cutoff=CUTOFF, limit=8 * LIMIT
            )
        )
        found[text] = list(dict.fromkeys(names[index][1] for _, index in scored))[:LIMIT]
    return found


def plain(text: str) -> str:
    """Return `text` in lower case without accents and punctuation, with single spaces between words."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(char if char.isalnum() else " " for char in decomposed if not unicodedata.combining(char))
    return " ".join(letters.split())
