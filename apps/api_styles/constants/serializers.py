"""Our names to those of the constants contract."""

from collections.abc import Mapping
from typing import Any


def country(row: Mapping[str, Any]) -> dict[str, Any]:
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
