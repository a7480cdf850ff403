"""The states that countries of ISO 3166-1 belong to, as people write them beside their names: "Bermuda (UK)"."""

from functools import lru_cache

from apps.geography.sources.pinned import fixture
from apps.imports.files.source import read_tsv

FILE, COLUMNS = "sovereigns.tsv", ("code", "sovereign")


@lru_cache(maxsize=1)
def sovereigns() -> dict[str, str]:
    """Return the alpha-2 code of the state by that of the country."""
    return dict(read_tsv(fixture(FILE), *COLUMNS))
