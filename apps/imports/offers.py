"""What staff may start in the back office: the import commands that apps offer."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from django.apps import apps


class ImportingApp:
    """What the AppConfig of an app with import commands has, beside Django's.

    offered_imports: commands with their arguments, and what they are called:
        {"import_books --since 1900": "Books since 1900, and their authors"}. FILE among the arguments
        stands for a file that staff upload or choose.
    """

    offered_imports: ClassVar[Mapping[str, str]] = {}

    def imported(self) -> None:
        """Bring what is made of the data up to date: at the end of the transaction of an import, if it wrote."""


def offered() -> dict[str, str]:
    """Return what all apps offer, by command line."""
    offers: dict[str, str] = {}
    for config in importing_apps():
        offers.update(config.offered_imports)
    return offers


def importing_apps() -> Iterator[ImportingApp]:
    """Yield the AppConfigs that have import commands."""
    return (config for config in apps.get_app_configs() if isinstance(config, ImportingApp))
