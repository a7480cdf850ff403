"""How often validation is wrong about what people type, measured on labelled inputs.

A city's name is good in any language: Istambul is Portuguese, Stokholm Serbian. Those were read, and looked up where
they look like misspellings.
"""

import csv
from collections import Counter
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import pytest

from apps.geography.validation import cities, codes, suggestions
from apps.geography.validation.suggestions import BUDGET
from apps.tenants.models import Tenant

pytestmark = pytest.mark.once

INPUTS = Path(__file__).with_name("labelled_inputs.tsv")
LANGUAGES = ("en",)


def read():
    with INPUTS.open(encoding="utf-8", newline="") as file:
        lines = csv.DictReader((line.removeprefix("# ") for line in file), delimiter="\t", quoting=csv.QUOTE_NONE)
        return list(lines)


def asked_at_once(rows):
    """Yield kind, country, subdivision and the rows that a client would ask about in one request."""
    place = itemgetter("kind", "country", "subdivision")
    for found, group in groupby(sorted(rows, key=place), key=place):
        rest = list(group)
        while rest:
            yield *found, rest[:BUDGET]
            rest = rest[BUDGET:]


def judged(rows, tenant: Tenant):
    """Yield each row with whether it is valid."""
    for kind, country, subdivision, group in asked_at_once(rows):
        inputs = [row["input"] for row in group]
        match kind:
            case "country":
                are_valid = [code == codes.VALID for code in codes.countries(inputs, tenant)]
            case "subdivision":
                are_valid = [code == codes.VALID for code in codes.subdivisions(inputs, country, tenant)]
            case _:
                verdicts = cities.judge(inputs, country, subdivision, tenant, LANGUAGES)
                are_valid = [verdict.reason is None for verdict in verdicts]
        yield from zip(group, are_valid, strict=True)


def suggested(rows, tenant: Tenant):
    """Yield each row with what is suggested for it."""
    for kind, country, _, group in asked_at_once(rows):
        inputs = [row["input"] for row in group]
        match kind:
            case "country":
                near = suggestions.countries(inputs, tenant, LANGUAGES)
            case "subdivision":
                near = suggestions.subdivisions(inputs, country, tenant, LANGUAGES)
            case _:
                near = suggestions.cities(inputs, country, tenant, LANGUAGES)
        for row in group:
            found = near[row["input"]]
            yield row, [each.name if kind == "city" else each.code for each in found]


@pytest.fixture(scope="module")
def rows():
    return read()


def test_both_error_rates_are_low(rows, tenant, capsys):
    wrong: dict[str, list[str]] = {"valid": [], "invalid": []}
    for row, is_valid in judged(rows, tenant):
        if is_valid != (row["verdict"] == "valid"):
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
    missed = [f"{row['country']} {row['input']}" for row, found in suggested(near, tenant) if row["meant"] not in found]
    with capsys.disabled():
        print(f"\n{len(near)} near misses: {len(missed) / len(near):.1%} without the right suggestion {missed}")
    assert len(missed) / len(near) <= 0.05


def test_nonsense_is_not_suggested_anything(rows, tenant):
    nonsense = [row for row in rows if row["input"] in {"qwerty", "qwertyuiop", "Hogwarts", "%", "_", "!!", "   "}]
    assert len(nonsense) >= 6
    assert [row["input"] for row, found in suggested(nonsense, tenant) if found] == []


def test_names_compared_in_parts_are_suggested_as_if_compared_at_once(rows, tenant, monkeypatch):
    near = [row for row in rows if row["meant"] and row["kind"] == "country"]
    together = [found for _, found in suggested(near, tenant)]
    assert any(len(found) > 1 for found in together)
    monkeypatch.setattr(suggestions, "AT_ONCE", 7)
    assert [found for _, found in suggested(near, tenant)] == together
