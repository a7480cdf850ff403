"""How often validation is wrong about what people type, measured on labelled inputs.

A city's name is good in any language: Istambul is Portuguese, Stokholm Serbian. Those were read, and looked up where
they look like misspellings.
"""

import csv
from collections import Counter
from pathlib import Path

import pytest

from apps.geography.validation import cities, codes, suggestions
from apps.tenants.models import Tenant

INPUTS = Path(__file__).with_name("labelled_inputs.tsv")
LANGUAGES = ("en",)


def read():
    with INPUTS.open(encoding="utf-8", newline="") as file:
        lines = csv.DictReader((line.removeprefix("# ") for line in file), delimiter="\t", quoting=csv.QUOTE_NONE)
        return list(lines)


def is_valid(row: dict[str, str], tenant: Tenant) -> bool:
    match row["kind"]:
        case "country":
            return codes.countries([row["input"]], tenant) == [codes.VALID]
        case "subdivision":
            return codes.subdivisions([row["input"]], row["country"], tenant) == [codes.VALID]
        case _:
            place = row["input"], row["country"], row["subdivision"]
            return cities.judge(*place, tenant, LANGUAGES).reason is None


def suggested(row: dict[str, str], tenant: Tenant) -> list[str]:
    text = row["input"]
    match row["kind"]:
        case "country":
            return [near.code for near in suggestions.countries([text], tenant, LANGUAGES)[text]]
        case "subdivision":
            found = suggestions.subdivisions([text], row["country"], tenant, LANGUAGES)
            return [near.code for near in found[text]]
        case _:
            return [near.name for near in suggestions.cities(text, row["country"], tenant, LANGUAGES)]


@pytest.fixture(scope="module")
def rows():
    return read()


def test_both_error_rates_are_low(rows, tenant, capsys):
    wrong: dict[str, list[str]] = {"valid": [], "invalid": []}
    for row in rows:
        if is_valid(row, tenant) != (row["verdict"] == "valid"):
            wrong[row["verdict"]].append(f"{row['country']} {row['input']}")
    total = Counter(row["verdict"] for row in rows)
    refused, accepted = len(wrong["valid"]) / total["valid"], len(wrong["invalid"]) / total["invalid"]
    with capsys.disabled():
        print(f"\n{len(rows)} labelled inputs: {refused:.1%} of {total['valid']} good ones refused {wrong['valid']}, "
              f"{accepted:.1%} of {total['invalid']} bad ones accepted {wrong['invalid']}")  # fmt: skip
    assert len(rows) >= 1000
    assert refused <= 0.005
    assert accepted == 0


def test_a_near_miss_is_suggested_among_three(rows, tenant, capsys):
    near = [row for row in rows if row["meant"]]
    missed = [f"{row['country']} {row['input']}" for row in near if row["meant"] not in suggested(row, tenant)]
    with capsys.disabled():
        print(f"\n{len(near)} near misses: {len(missed) / len(near):.1%} without the right suggestion {missed}")
    assert len(missed) / len(near) <= 0.05


def test_nonsense_is_not_suggested_anything(rows, tenant):
    nonsense = [row for row in rows if row["input"] in {"qwerty", "qwertyuiop", "Gotham", "%", "_", "!!", "   "}]
    assert len(nonsense) >= 6
    assert [row["input"] for row in nonsense if suggested(row, tenant)] == []
