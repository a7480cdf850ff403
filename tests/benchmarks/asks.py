"""What the benchmarks ask each style for."""

import json

from tests.benchmarks.load import Ask

LANGUAGE = "de"
CONSTANTS = "/web/v1/system/constants/countries"
DATA = "/api/data/countries"
COUNTRY_LIST = "/v1/country/list"


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
