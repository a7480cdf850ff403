"""Rows as the tenant API lists them: countries, regions and subdivisions alike."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from apps.api.errors import bad_parameter
from apps.api_styles.tenant_countries.languages import Languages
from apps.geography.models.moments import Moment
from apps.geography.models.names import NamedQuerySet, NamesByCode
from apps.geography.names.collation import sort_key

FIELDS = ("code", "name", "active", "metadata.createdAt", "metadata.modifiedAt", "metadata.version")


class Record(NamedTuple):
    """What the tenant has of one country, region or subdivision."""

    code: str
    active: bool
    version: int
    created_at: str
    modified_at: str


def fetch(queryset: NamedQuerySet[Any]) -> list[Record]:
    """Return the rows of a queryset of `assigned_to`; one query."""
    rows = queryset.untranslated().order_by().annotate(created=Moment("assigned_at"), modified=Moment("switched_at"))
    return [
        Record(code, bool(active), version, _in_milliseconds(created), _in_milliseconds(modified))
        for code, active, version, created, modified in rows.values_list(
            "code", "active", "version", "created", "modified"
        )
    ]


def _in_milliseconds(moment: str) -> str:
    """Return `2022-03-31T13:18:02.379Z` of the same time with six decimals."""
    return f"{moment[:23]}Z"


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of a sort order. Only `name` has a language."""

    field: str
    language: str = ""
    is_descending: bool = False


def keys(sort: str | None, fields: Sequence[str], languages: Languages) -> list[SortKey]:
    """Return the keys that a `sort` parameter lists, the name where there is none; raises the 400."""
    found: dict[tuple[str, str], SortKey] = {}
    for text in ["name"] if sort is None else sort.split(","):
        # The direction is taken as it stands: "desc " is not desc.
        path, _, direction = text.partition(":")
        path = path.strip(" ")
        field, _, tag = path.partition(".") if path.startswith("name.") else (path, "", "")
        try:
            language = languages.of(tag) if path.startswith("name.") else languages.sorting
        except LookupError as error:
            raise bad_parameter("sort", str(error.args[0])) from None
        except ValueError:
            field = path
        if field not in fields:
            raise bad_parameter("sort", f"The parameter sort takes {', '.join(fields)}; name also as name.<language>.")
        key = SortKey(field, language if field == "name" else "", direction in {"desc", "DESC"})
        found.setdefault((key.field, key.language), key)
    return list(found.values())


def languages_of(order: Iterable[SortKey]) -> list[str]:
    """Return the languages that these keys compare names in."""
    return [key.language for key in order if key.language]


def ordered(
    records: Iterable[Record], order: Iterable[SortKey], names: NamesByCode, languages: Languages
) -> list[Record]:
    """Return the records in this order, ties by code."""
    found = sorted(records, key=lambda record: record.code)
    # Sorting is stable: the last key first, and each earlier key keeps what the later ones did.
    for key in reversed(list(order)):
        found.sort(key=_value_of(key, names, languages), reverse=key.is_descending)
    return found


def _value_of(key: SortKey, names: NamesByCode, languages: Languages) -> Any:
    match key.field:
        case "name":
            collate, chain = sort_key(key.language), languages.chain(key.language)
            return lambda record: collate(names.first(record.code, chain)[0])
        case "active":
            return lambda record: record.active
        case "metadata.createdAt":
            return lambda record: record.created_at
        case "metadata.modifiedAt":
            return lambda record: record.modified_at
        case "metadata.version":
            return lambda record: record.version
        case _:
            return lambda record: record.code
