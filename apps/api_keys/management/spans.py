"""How long a secret works, as it is given in the shell."""

from argparse import ArgumentTypeError
from datetime import timedelta

LONGEST = timedelta(days=36_500)


def days(text: str) -> timedelta:
    """Read a number of days, more than none; raises ArgumentTypeError."""
    if not (found := _span(text, timedelta(days=1))):
        raise ArgumentTypeError("a key that never works is of no use; give more than 0")
    return found


def hours(text: str) -> timedelta:
    """Read a number of hours, or 0; raises ArgumentTypeError."""
    return _span(text, timedelta(hours=1))


def _span(text: str, unit: timedelta) -> timedelta:
    try:
        found = unit * float(text)
    except (ValueError, OverflowError):
        found = -unit
    if not timedelta(0) <= found <= LONGEST:
        raise ArgumentTypeError(f"{text!r} is no number from 0 to {LONGEST / unit:,.0f}")
    return found
