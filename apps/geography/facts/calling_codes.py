"""Telephone prefixes below a country calling code."""

import re
from collections.abc import Sequence
from functools import lru_cache

from phonenumbers import PhoneMetadata, example_number

NORTH_AMERICA = "1"
# A class of digits in a pattern of libphonenumber: "8[024]9".
DIGITS = re.compile(r"\[(\d+)\]")


@lru_cache(maxsize=256)
def area_codes(country: str, calling_code: str) -> Sequence[str]:
    """Return the area codes that tell a country from others with the same calling code 1: ("876", "658") for JM.

    First comes that of libphonenumber's example: clients that show one show that. None for the United States and
    Canada, whose area codes are hundreds, and for all other calling codes.
    """
    if calling_code != NORTH_AMERICA:
        return ()
    metadata = PhoneMetadata.metadata_for_region(country, None)
    pattern = metadata.leading_digits if metadata else None
    found = [code for part in (pattern or "").split("|") for code in _expanded(part)]
    codes, example = sorted(code for code in found if len(code) == 3), example_number(country)
    first = str(example.national_number)[:3] if example else ""
    return tuple(sorted(codes, key=lambda code: code != first))


def _expanded(part: str) -> list[str]:
    match = DIGITS.search(part)
    if match is None:
        return [part] if part.isdigit() else []
    return [code for digit in match[1] for code in _expanded(part[: match.start()] + digit + part[match.end() :])]
