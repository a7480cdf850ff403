"""What the benchmarks ask each style for."""

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import replace

from django.conf import settings

from apps.api.languages import canonical
from tests.benchmarks.load import Ask

LANGUAGE = "de"
CONSTANTS = "/web/v1/system/constants/countries"
DATA = "/api/data/countries"
COUNTRY_LIST = "/v1/country/list"
TAGS = [canonical(code) for code in settings.LANGUAGE_CODES]
TERMS = ("PL", "de", "JP", "Brazil", "Frankreich", "US", "Atlantis", "kenya", "NZ", "%C3%96sterreich", "GB", "Peru")
FILTERS = (
    "", "?active=true", "?active=false", "?name=an", "?code=D,F", "?regions=Europe", "?sort=name:desc", "?sort=code",
    "?pageSize=300", "?pageSize=20&pageNumber=3", "?pageSize=7&sort=metadata.version", "?name.en=land",
    "?pageSize=x", "?active=maybe", "?sort=colour",
)  # fmt: skip
CODINGS = ("", "gzip", "gzip, br", "br", "identity", "gzip;q=0.5, identity;q=0.1")


def lists(tenant: str, private_key: str) -> dict[str, Ask]:
    """Return each style's full list, and the largest answer that there is."""
    bearer = {"Authorization": f"Bearer {private_key}", "Accept-Language": LANGUAGE}
    browser = {"X-Client-Hash": "benchmark", "X-LOCALE": LANGUAGE, "User-Agent": "benchmark"}
    path = f"/country/{tenant}/countries"
    asks = (
        Ask("constants", CONSTANTS, {**browser, "Accept-Language": LANGUAGE}),
        Ask("data", DATA, bearer),
        Ask("country_list PL", f"{COUNTRY_LIST}?country=PL", bearer),
        Ask("country_list US", f"{COUNTRY_LIST}?country=US", {**bearer, "Accept-Language": "en"}),
        Ask("tenant_countries", f"{path}?pageSize=300", {**bearer, "X-Version": "v2"}),
    )
    return {ask.name: ask for ask in asks}


def switch(tenant: str, private_key: str) -> tuple[Ask, str]:
    """Return the PATCH of a country, and the Lua script by which wrk sends it off and on in turn."""
    headers = {"Authorization": f"Bearer {private_key}", "X-Version": "v2", "Content-Type": "application/json"}
    off, on = (json.dumps({"active": active}) for active in (False, True))
    ask = Ask("PATCH", f"/country/{tenant}/countries/DE", headers, method="PATCH", body=on, status=204)
    script = f"""
        local count = 0
        request = function()
            count = count + 1
            return wrk.format("PATCH", nil, nil, count % 2 == 1 and '{off}' or '{on}')
        end
    """
    return ask, script


def mixed(callers: Mapping[str, str], count: int) -> Iterator[Ask]:
    """Yield `count` requests, the same ones each time: by every style, language, filter, coding and caller.

    Some are conditional, some wrong. `callers`: private keys by tenant.
    """
    chance = random.Random(8)  # noqa: S311 - nothing is secret here
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


def _languages(chance: random.Random) -> str:
    # Most callers speak few languages; all of them are spoken by someone.
    tag = chance.choice(TAGS[:10] if chance.random() < 0.7 else TAGS)
    return chance.choice((tag, tag, f"{tag}, en;q=0.5", f"xx, {tag};q=0.9", "*"))


def _any(chance: random.Random, tenant: str, headers: dict[str, str]) -> Ask:
    kind = chance.choices(("constants", "data", "subdivisions", "country_list", "tenant", "regions", "none"),
                          (20, 20, 10, 15, 25, 5, 5))[0]  # fmt: skip
    versioned = headers | ({"X-Version": "v2"} if chance.random() < 0.95 else {})
    match kind:
        case "constants":
            browser = {"X-Client-Hash": f"hash{chance.randrange(10**6)}", "X-LOCALE": "en", "User-Agent": "benchmark"}
            del headers["Authorization"]
            return Ask(kind, CONSTANTS, headers | browser)
        case "data":
            return Ask(
                kind, DATA + chance.choice(("", "", "?country_name_source=iso", "?country_name_source=x")), headers
            )
        case "subdivisions":
            country = chance.choice(("PL", "DE", "JP", "US", "FR", "BR", "QQ"))
            return Ask(kind, f"{DATA}/{country}/subdivisions", headers)
        case "country_list":
            return Ask(kind, f"{COUNTRY_LIST}?country={chance.choice(TERMS)}", headers)
        case "tenant":
            return Ask(kind, f"/country/{tenant}/countries{chance.choice(FILTERS)}", versioned)
        case "regions":
            return Ask(kind, f"/country/{tenant}/regions", versioned)
    return Ask(kind, f"/v1/nothing/{chance.randrange(10**6)}", headers)
