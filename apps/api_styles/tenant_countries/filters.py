"""Query parameters to the questions that the domain answers."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django_filters import BooleanFilter, CharFilter, FilterSet

from apps.api.errors import bad_parameter
from apps.api.input import MAX_LENGTH, Query
from apps.api_styles.tenant_countries.languages import Languages
from apps.geography.models.countries import CountryQuerySet
from apps.geography.models.names import NamedQuerySet, NamesByCode

MAX_LIST_LENGTH = 8192


class RecordFilter(FilterSet):  # type: ignore[misc]
    """`code` and `name`, the latter also as `name.<language>`."""

    code = CharFilter(method="by_code", strip=False)
    name = CharFilter(method="by_name", strip=False)
    lists: Sequence[str] = ("code",)

    def __init__(
        self,
        values: Mapping[str, str | bool | None],
        queryset: NamedQuerySet[Any],
        names: NamesByCode,
        languages: Mapping[str, str],
        chains: Languages,
    ) -> None:
        """`values` are those of `values_of`; `languages` is by name parameter of the query."""
        self.languages, self.names, self.chains = languages, names, chains
        self.texts: list[tuple[str, Sequence[str]]] = []
        super().__init__(values, queryset)
        for name in languages:
            localized = CharFilter(field_name=name, method="by_name", strip=False)
            localized.parent, localized.model = self, queryset.model
            self.filters[name] = localized

    @classmethod
    def values_of(cls, query: Query, languages: Iterable[str]) -> dict[str, str | bool | None]:
        """Return the value of each parameter; raises the 400."""
        return {name: cls.value(query, name) for name in (*cls.base_filters, *languages)}

    @classmethod
    def value(cls, query: Query, name: str) -> str | bool | None:
        """Return the value of a parameter; raises the 400."""
        if isinstance(cls.base_filters.get(name), BooleanFilter):
            return query.boolean(name)
        if name not in cls.lists:
            return query.one(name)
        # Their order says nothing.
        return ",".join(sorted(set(listed(query, name)))) or None

    def by_code(self, queryset: NamedQuerySet[Any], name: str, value: str) -> NamedQuerySet[Any]:
        """Filter by any of the codes."""
        codes = items(value)
        return queryset.code_contains(codes) if codes else queryset

    def by_name(self, queryset: NamedQuerySet[Any], name: str, value: str) -> NamedQuerySet[Any]:
        """Note a part of the name, in the language of the parameter; all of them filter together."""
        self.texts.append((value, self.chains.chain(self.languages[name])))
        return queryset

    def filter_queryset(self, queryset: NamedQuerySet[Any]) -> NamedQuerySet[Any]:
        """Apply every filter."""
        found: NamedQuerySet[Any] = super().filter_queryset(queryset)
        return found.names_contain(self.texts, self.names) if self.texts else found


class SwitchFilter(RecordFilter):
    """And `active`."""

    active = BooleanFilter(field_name="active")


class CountryFilter(SwitchFilter):
    """And `regions`."""

    regions = CharFilter(method="by_regions", strip=False)
    lists = ("code", "regions")

    def by_regions(self, queryset: CountryQuerySet, name: str, value: str) -> CountryQuerySet:
        """Filter by any of the regions."""
        regions = items(value)
        return queryset.in_regions(regions) if regions else queryset


def listed(query: Query, name: str) -> list[str]:
    """Return the items of a parameter that is a comma list; raises the 400."""
    text = query.one(name, max_length=MAX_LIST_LENGTH) or ""
    if any(len(item) > MAX_LENGTH for item in text.split(",")):
        raise bad_parameter(name, f"An item of the parameter {name} is longer than {MAX_LENGTH} characters.")
    return items(text)


def items(text: str) -> list[str]:
    """Return the items of a comma list as people write it: without spaces around them, and without the empty ones."""
    return [item for item in (each.strip(" ") for each in text.split(",")) if item]


def name_languages(query: Query, languages: Languages) -> dict[str, str]:
    """Return the name parameters that the query has, each with its language; raises the 400 for a malformed tag."""
    found: dict[str, str] = {}
    for parameter in query.names():
        field, _, tag = parameter.partition(".")
        if field != "name":
            continue
        try:
            found[parameter] = languages.of(tag) if tag or parameter != field else languages.working
        except LookupError as error:
            raise bad_parameter("name", str(error.args[0])) from None
        except ValueError:
            raise bad_parameter("name", "The parameter name is name or name.<language>, as in name.en.") from None
    return found
