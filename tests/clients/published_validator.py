"""Calls by `countriesdb-validator` of PyPI, which is not ours: as published, but for the address of its back end."""

from importlib.metadata import version

from demo import BASE_URL, DEMO
from validator import CountriesDBValidator

client = CountriesDBValidator({"api_key": DEMO["private_key"], "backend_url": BASE_URL})
stranger = CountriesDBValidator({"api_key": "nonsense", "backend_url": BASE_URL})

CALLS = [
    client.validate_country("us")["valid"],
    not client.validate_country("ZZ")["valid"],
    not client.validate_country("PR", follow_upward=True)["valid"],
    client.validate_subdivision("US-CA", "US")["valid"],
    client.validate_subdivision("", "AQ")["valid"],
    not client.validate_subdivision(None, "US")["valid"],
    not client.validate_subdivision("FR-ARA", "FR")["valid"],
    client.validate_subdivision("FR-ARA", "FR", allow_parent=True)["valid"],
    not client.validate_subdivision("US-PR", "US", follow_related=True)["valid"],
    [each["valid"] for each in client.validate_countries(["US", "BAD", "ca"])] == [True, False, True],
    [each["valid"] for each in client.validate_subdivisions(["US-CA", None], "US")] == [True, False],
    not stranger.validate_country("US")["valid"],
]

if __name__ == "__main__":
    if not all(CALLS):
        raise SystemExit(f"Not as published: {CALLS}")
    print(f"countriesdb-validator {version('countriesdb-validator')}: {len(CALLS)} calls pass")
