"""Numbers for people to read."""

from django.utils.formats import number_format


def grouped(number: int) -> str:
    """Return a number with its digits in groups, as the language of the page has it: "234,746"."""
    return number_format(number, use_l10n=True, force_grouping=True)
