"""The answers of the rest_countries style."""

from collections.abc import Callable, Iterable, Mapping

from django.conf import settings

from apps.api.answers.representations import Answer, encoded
from apps.api.errors import not_found
from apps.api_styles.rest_countries import facts, serializers
from apps.api_styles.rest_countries.facts import Facts
from apps.api_styles.rest_countries.parameters import Asked, By
from apps.geography.names.code_names import alpha3, currency_name, forget_locales, language_name
from apps.geography.names.matching import folded, loosened
from apps.tenants.models import Tenant

# Other words for subregions of UN M49.
SUBREGIONS = {"north america": "northern america"}
# How clients write names of currencies, where CLDR writes them otherwise.
CURRENCIES = {
    "united states dollar": "us dollar",
    "pound sterling": "british pound",
    "eastern caribbean dollar": "east caribbean dollar",
    "bosnia and herzegovina convertible mark": "bosnia-herzegovina convertible mark",
    "trinidad and tobago dollar": "trinidad & tobago dollar",
    "sao tome and principe dobra": "sao tome & principe dobra",
    "saint helena pound": "st. helena pound",
    "botswana pula": "botswanan pula",
    "bermudian dollar": "bermudan dollar",
    "burmese kyat": "myanmar kyat",
    "guyanese dollar": "guyanaese dollar",
    "kyrgyzstani som": "kyrgystani som",
    "lao kip": "laotian kip",
    "mongolian togrog": "mongolian tugrik",
    "turkmenistan manat": "turkmenistani manat",
}


def countries(asked: Asked, tenant: Tenant) -> Answer:
    """Answer with the tenant's active countries that are asked for, best match first; raises the 404."""
    codes = asked.terms if asked.by is By.CODE else ()
    known = facts.facts_of(tenant, codes, with_every_name=asked.by is By.TRANSLATION)
    found = _found(asked, known)
    if not found and asked.by not in {By.NOTHING, By.INDEPENDENCE}:
        raise not_found("Not Found")
    # One after the other: 250 countries take 10 MB before they are bytes.
    shown = [encoded(serializers.country(one, asked.fields)) for one in found]
    forget_locales()
    headers = {"Cache-Control": f"public, max-age={settings.WORKSPACE_CACHE_SECONDS}"} if asked.is_public else {}
    return Answer(shown[0] if asked.is_one else b"[" + b",".join(shown) + b"]", headers)


def _found(asked: Asked, known: list[Facts]) -> list[Facts]:
    if asked.by in {By.NOTHING, By.CODE}:
        return known
    if asked.by is By.INDEPENDENCE:
        return [one for one in known if bool(one.row["is_independent"]) is (asked.terms[0] == "true")]
    rank, term = RANKS[asked.by], folded(asked.terms[0])
    ranked = [(rank(one, term), one) for one in known] if term else []
    # Python's sort keeps the order of those of one rank: that of their names.
    return [one for place, one in sorted(((place, one) for place, one in ranked if place), key=lambda pair: pair[0])]


def _full_name(one: Facts, term: str) -> int:
    """Return 1 where the term is the common name, 2 where it is another name, 0 where it is none."""
    if folded(one.common) == term:
        return 1
    return 2 if _equals(serializers.alternative_spellings(one), term) else 0


def _name(one: Facts, term: str) -> int:
    """Return the same for a whole name, 3 for a part of the common name, 4 for a part of another."""
    if whole := _full_name(one, term):
        return whole
    if term in folded(one.common):
        return 3
    return 4 if _contains(serializers.alternative_spellings(one), term) else 0


def _translation(one: Facts, term: str) -> int:
    named = [*one.translations().values(), *one.native().values()]
    texts = {text for both in named for text in (both.common, both.official)} | {one.common, one.official}
    texts |= {name for _, name in one.others}
    return 1 if _equals(texts, term) else 2 if _contains(texts, term) else 0


def _currency(one: Facts, term: str) -> int:
    codes, term = one.row["currencies"], CURRENCIES.get(term, term)
    return 1 if _equals(codes, term) else 2 if _contains(map(currency_name, codes), term) else 0


def _language(one: Facts, term: str) -> int:
    tags = one.row["languages"]
    codes = {text for tag in tags for text in (tag.partition("-")[0], alpha3(tag))}
    return int(_equals([*codes, *map(language_name, tags)], term))


def _capital(one: Facts, term: str) -> int:
    """Return 1 for a capital, 2 for a part of its name, 3 for whatever else the first is called."""
    if places := [place for capital in one.capitals if (place := _like(capital, term))]:
        return min(places)
    return 3 if one.seat and loosened(term) in map(loosened, one.seat.spellings) else 0


def _demonym(one: Facts, term: str) -> int:
    return _like(one.row["demonym"], term)


def _region(one: Facts, term: str) -> int:
    """Return 1 for a region and, as clients ask for them here, too, a whole subregion; 2 for a part of a region."""
    return _like(one.region, term) or int(_subregion(one, term) == 1)


def _subregion(one: Facts, term: str) -> int:
    return _like(one.subregion, SUBREGIONS.get(term, term))


def _like(text: str, term: str) -> int:
    """Return 1 where the term is the text, 2 where it is a part of it, 0 where it is none."""
    return 1 if folded(text) == term else 2 if term in folded(text) else 0


def _equals(texts: Iterable[str], term: str) -> bool:
    return any(folded(text) == term for text in texts)


def _contains(texts: Iterable[str], term: str) -> bool:
    return any(term in folded(text) for text in texts)


RANKS: Mapping[By, Callable[[Facts, str], int]] = {
    By.NAME: _name,
    By.FULL_NAME: _full_name,
    By.TRANSLATION: _translation,
    By.CURRENCY: _currency,
    By.LANGUAGE: _language,
    By.CAPITAL: _capital,
    By.DEMONYM: _demonym,
    By.REGION: _region,
    By.SUBREGION: _subregion,
}
