"""Our names to those of the constants contract."""

from collections.abc import Mapping
from typing import Any, TypedDict


class Country(TypedDict):
    """A country. `value`: its constant number."""

    code: str
    value: int
    label: str
    alpha2Code: str
    alpha3Code: str
    numericCode: int
    phoneCode: str


def country(row: Mapping[str, Any]) -> Country:
    """Return a row of `Country.objects.labelled_rows(…)` as the contract shows it."""
    return {
        "code": row["code"],
        "value": row["constant_number"],
        "label": row["label"],
        "alpha2Code": row["code"],
        "alpha3Code": row["alpha3"],
        "numericCode": row["numeric"],
        "phoneCode": row["calling_code"],
    }
