"""Which page of which items a request asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from apps.api.errors import bad_parameter
from apps.api.input import Query
from apps.api_styles.tenant_countries import records
from apps.api_styles.tenant_countries.collections import Collection
from apps.api_styles.tenant_countries.filters import name_languages
from apps.api_styles.tenant_countries.languages import Languages

PAGE_SIZE = 60
TOTAL = "X-Total-Count"

Values = tuple[tuple[str, str | bool | None], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """`names`: the language of each name parameter of the query; `values`: those that filters are given."""

    collection: Collection
    languages: Languages
    order: tuple[records.SortKey, ...]
    names: tuple[tuple[str, str], ...]
    values: Values
    number: int
    size: int
    is_counted: bool

    @classmethod
    def of(cls, collection: Collection, query: Query, headers: Mapping[str, str], languages: Languages) -> Self:
        """Return what the query and X-Total-Count ask for; raises the 400."""
        order = records.keys(query.one("sort"), collection.fields, languages)
        names = name_languages(query, languages)
        values = collection.filterset_class.values_of(query, names)
        return cls(
            collection,
            languages,
            tuple(order),
            tuple(sorted(names.items())),
            tuple(sorted((name, value) for name, value in values.items() if value is not None)),
            query.natural("pageNumber", 1),
            query.natural("pageSize", PAGE_SIZE),
            _is_counted(headers),
        )

    def needed_languages(self) -> tuple[str, ...]:
        """Return every language whose names the page shows, filters by or sorts by."""
        filtered = (language for _, language in self.names)
        return self.languages.needed(*filtered, *records.languages_of(self.order))


def _is_counted(headers: Mapping[str, str]) -> bool:
    text = headers.get(TOTAL, "").strip().lower()
    if text not in {"", "true", "false"}:
        raise bad_parameter(TOTAL, f"The header {TOTAL} must be true or false.")
    return text == "true"
