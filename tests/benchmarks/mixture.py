"""Requests as a service gets them: of every style, right and wrong, some again and again and others hardly ever."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import cycle
from random import Random
from urllib.parse import quote

from django.conf import settings

from apps.api.languages import canonical
from tests.benchmarks.asks import CONSTANTS, COUNTRY_LIST, DATA
from tests.benchmarks.load import Ask

DIFFERENT = 20_000
# Nine requests in ten are some of so many, about as many answers as a process keeps.
USUAL, USUAL_SHARE = 400, 0.9
TAGS = [canonical(code) for code in settings.LANGUAGE_CODES]
TERMS = ("PL", "de", "JP", "Brazil", "Frankreich", "US", "Atlantis", "kenya", "NZ", "%C3%96sterreich", "GB", "Peru")
FILTERS = (
    "", "?active=true", "?active=false", "?name=an", "?code=D,F", "?regions=Europe", "?sort=name:desc", "?sort=code",
    "?pageSize=300", "?pageSize=20&pageNumber=3", "?pageSize=7&sort=metadata.version", "?name.en=land",
    "?pageSize=x", "?active=maybe", "?sort=colour",
)  # fmt: skip
CODINGS = ("", "gzip", "gzip, br", "br", "identity", "gzip;q=0.5, identity;q=0.1")
COUNTRIES = ("PL", "DE", "JP", "US", "FR", "BR", "QQ")
TOWNS = ("Paris", "Muenchen", "springfield", "San Jose", "Atlantis", "Kyoto", "new yrok", "Lyon", "Poznań", "Belém")
LINES = {
    "csc": ("countries", "countries/{country}", "countries/{country}/states", "countries/PL/states/14/cities", "x"),
    "rest_countries": ("all?fields=name,cca2", "alpha/{country}", "name/united", "region/europe", "all", "lang/xx"),
    "search": ("search?q={town}", "search?q={town}&country={country}", "nearest?latitude=48.1&longitude={number}",
               "changes", "search?q=", "search?q={town}&fuzzy=false&limit=50"),
}  # fmt: skip
PREFIXES = {"csc": "/csc/v1/", "rest_countries": "/v3.1/", "search": "/api/"}
KINDS = {
    "constants": 15, "data": 15, "subdivisions": 8, "country_list": 10, "tenant": 20, "regions": 4, "csc": 8,
    "rest_countries": 6, "search": 4, "validate": 6, "nothing": 4,
}  # fmt: skip


def mixture(callers: Mapping[str, str], switch_every: int) -> Iterator[Ask]:
    """Yield requests without end, the same ones each time.

    After each so many the first tenant switches a country or a subdivision, and each thing that it shows is built anew.

    callers: private keys by tenant.
    """
    chance, known = Random(9), list(different(callers, DIFFERENT))  # noqa: S311 - nothing is secret here
    switches = cycle(_switches(*next(iter(callers.items()))))
    while True:
        yield next(switches)
        for _ in range(switch_every - 1):
            yield known[chance.randrange(USUAL if chance.random() < USUAL_SHARE else DIFFERENT)]


def different(callers: Mapping[str, str], count: int) -> Iterator[Ask]:
    """Yield `count` requests: by every style, language, filter, coding and caller; some are conditional, some wrong."""
    chance = Random(8)  # noqa: S311 - nothing is secret here
    for _ in range(count):
        tenant, key = chance.choice(list(callers.items()))
        headers = {"Authorization": f"Bearer {key}", "Accept-Language": _languages(chance)}
        coding = chance.choice(CODINGS)
        if coding:
            headers["Accept-Encoding"] = coding
        if chance.random() < 0.2:
            headers["If-None-Match"] = "*"
        if chance.random() < 0.03:
            headers["Authorization"] = "Bearer nobody's"
        yield replace(_any(chance, tenant, headers), status=None)


def _switches(tenant: str, key: str) -> Iterator[Ask]:
    headers = {"Authorization": f"Bearer {key}", "X-Version": "v2", "Content-Type": "application/json"}
    for active in (False, True):
        for path in ("countries/DE", "countries/FR/subdivisions/FR-IDF"):
            yield Ask("PATCH", f"/country/{tenant}/{path}", headers, "PATCH", json.dumps({"active": active}), None)


def _languages(chance: Random) -> str:
    # Most callers speak few languages; all of them are spoken by someone.
    tag = chance.choice(TAGS[:10] if chance.random() < 0.7 else TAGS)
    return chance.choice((tag, tag, f"{tag}, en;q=0.5", f"xx, {tag};q=0.9", "*"))


def _any(chance: Random, tenant: str, headers: dict[str, str]) -> Ask:
    kind = chance.choices(list(KINDS), list(KINDS.values()))[0]
    versioned = headers | ({"X-Version": "v2"} if chance.random() < 0.95 else {})
    country = chance.choice(COUNTRIES)
    match kind:
        case "constants":
            browser = {"X-Client-Hash": f"hash{chance.randrange(10**6)}", "X-LOCALE": "en", "User-Agent": "benchmark"}
            del headers["Authorization"]
            return Ask(kind, CONSTANTS, headers | browser)
        case "data":
            source = chance.choice(("", "", "?country_name_source=iso", "?country_name_source=x"))
            return Ask(kind, DATA + source, headers)
        case "subdivisions":
            return Ask(kind, f"{DATA}/{country}/subdivisions", headers)
        case "country_list":
            return Ask(kind, f"{COUNTRY_LIST}?country={chance.choice(TERMS)}", headers)
        case "tenant":
            return Ask(kind, f"/country/{tenant}/countries{chance.choice(FILTERS)}", versioned)
        case "regions":
            return Ask(kind, f"/country/{tenant}/regions", versioned)
        case "validate":
            return _validation(chance, country, headers)
        case "nothing":
            return Ask(kind, f"/v1/nothing/{chance.randrange(10**6)}", headers)
    line = chance.choice(LINES[kind])
    town = quote(chance.choice(TOWNS))
    return Ask(kind, PREFIXES[kind] + line.format(country=country, town=town, number=chance.randrange(180)), headers)


def _validation(chance: Random, country: str, headers: dict[str, str]) -> Ask:
    towns = chance.sample(TOWNS, chance.randint(1, 5))
    what, fields = chance.choice((
        ("country", {"code": chance.sample(COUNTRIES, 3), "suggest": chance.random() < 0.2}),
        ("subdivision", {"country": country, "code": f"{country}-{chance.randrange(99):02}"}),
        ("city", {"country": country, "city": towns, "suggest": chance.random() < 0.2}),
        ("city", {"country": country}),
    ))  # fmt: skip
    body = json.dumps(fields)
    return Ask("validate", f"/api/validate/{what}", headers | {"Content-Type": "application/json"}, "POST", body)
