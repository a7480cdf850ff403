"""What the tenant API is asked by who reads, and its answers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import orjson

from apps.api.answers.representations import Answer, strong_etag
from apps.api.errors import bad_parameter, not_found
from apps.api.input import Query
from apps.api.languages import canonical
from apps.api_styles.tenant_countries import serializers
from apps.api_styles.tenant_countries.collections import Collection, Countries, no_country
from apps.api_styles.tenant_countries.filters import name_languages
from apps.api_styles.tenant_countries.languages import Languages
from apps.api_styles.tenant_countries.serializers import Record
from apps.geography.models import TenantCountryName
from apps.geography.models.names import NamesByCode
from apps.geography.names.collation import sort_key
from apps.tenants.models import Tenant

PAGE_SIZE = 60
TOTAL = "X-Total-Count"

Values = tuple[tuple[str, str | bool | None], ...]

CONFIGURATIONS: Mapping[str, Callable[[Tenant], serializers.Configuration]] = {
    "project_lang": serializers.project_languages,
}


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of a sort order. Only `name` has a language."""

    field: str
    language: str = ""
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """`names`: the language of each name parameter of the query; `values`: those that filters are given."""

    collection: Collection
    languages: Languages
    order: tuple[SortKey, ...]
    names: tuple[tuple[str, str], ...]
    values: Values
    number: int
    size: int
    is_counted: bool

    @classmethod
    def of(cls, collection: Collection, query: Query, headers: Mapping[str, str], languages: Languages) -> Self:
        """Return what the query and X-Total-Count ask for; raises the 400."""
        order = keys(query.one("sort"), collection.fields, languages)
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
        return self.languages.needed(*filtered, *languages_of(self.order))


@dataclass(frozen=True, slots=True)
class Item:
    """One item, in which languages."""

    collection: Collection
    code: str
    languages: Languages


def page(asked: Page, tenant: Tenant) -> Answer:
    """Answer with one page of what the filters find."""
    collection, languages = asked.collection, asked.languages
    rows = collection.rows(tenant)
    names = rows.names_for(tenant, asked.needed_languages())
    found = collection.filterset_class(dict(asked.values), rows, names, dict(asked.names), languages).qs
    in_order = ordered(serializers.fetch(found), asked.order, names, languages)
    first = (asked.number - 1) * asked.size
    body = collection.serialize(in_order[first : first + asked.size], names, languages)
    return Answer(body, {TOTAL: str(len(in_order))} if asked.is_counted else {})


def item(asked: Item, tenant: Tenant) -> Answer:
    """Answer with one item; its entity tag starts with its version. Raises the 404."""
    collection, languages = asked.collection, asked.languages
    row = collection.row(tenant, asked.code)
    record = collection.record(row, asked.code)
    names = row.names_for(tenant, languages.needed())
    content = orjson.dumps(collection.serialize([record], names, languages)[0])
    return Answer(content, {"ETag": f'"{record.version}-{strong_etag(content).strip(chr(34))}"'})


def names(code: str, tenant: Tenant) -> Answer:
    """Answer with the names that the tenant itself gives a country, by tag; raises the 404."""
    return Answer(tagged(TenantCountryName.objects.texts(tenant, own_country(code, tenant))))


def configurations(keys: Sequence[str], tenant: Tenant) -> Answer:
    """Answer with the configurations of these keys."""
    return Answer([CONFIGURATIONS[key](tenant) for key in keys])


def configuration(key: str, tenant: Tenant) -> Answer:
    """Answer with one configuration; raises the 404."""
    if key not in CONFIGURATIONS:
        raise not_found("The configuration with the requested key does not exist.", entity_id=key)
    return Answer(CONFIGURATIONS[key](tenant))


def own_country(code: str, tenant: Tenant) -> str:
    """Return the code of a country of the tenant's as we store it; raises the 404."""
    found = Countries().row(tenant, code)
    if not found.exists():
        raise no_country(code)
    return code.upper()


def tagged(names: Mapping[str, str]) -> dict[str, str]:
    """Return names by the tag of their language, as clients write it."""
    return {canonical(language): name for language, name in names.items()}


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


def _is_counted(headers: Mapping[str, str]) -> bool:
    text = headers.get(TOTAL, "").strip().lower()
    if text not in {"", "true", "false"}:
        raise bad_parameter(TOTAL, f"The header {TOTAL} must be true or false.")
    return text == "true"
