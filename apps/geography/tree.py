"""Countries, their subdivisions and their cities as a tree, a branch at a time; what is hidden is in it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from django.db.models import Count, Q, QuerySet

from apps.geography.models import City, Country, Subdivision
from apps.geography.models.cities import name_cities
from apps.geography.names.collation import sort_key
from apps.geography.names.shown import first_name, name_columns, page_languages, shown_name

# Of a subdivision so many cities are shown, the largest; a list has the others.
MOST_CITIES = 50
# Cities that lie in no subdivision, as filters of lists call them.
UNPLACED = "-"


@dataclass
class Node:
    """A place of the tree. key: code or GeoNames id; also: the code of the country that it is, too.

    subdivisions, cities: how many lie in it, at any depth; below: what is right below it, None where it is not opened.
    """

    model: type[Any]
    pk: Any
    key: str
    name: str
    is_hidden: bool = False
    also: str = ""
    subdivisions: int = 0
    cities: int = 0
    below: list[Self] | None = None

    @property
    def opens(self) -> bool:
        """Whether anything lies in it."""
        return bool(self.subdivisions or self.cities)


@dataclass
class Branch:
    """The subdivisions of one country. top: those that are part of no other; own: how many cities lie right in each."""

    country: str
    by_code: dict[str, Node] = field(default_factory=dict)
    top: list[Node] = field(default_factory=list)
    below: dict[int, list[Node]] = field(default_factory=dict)
    parents: dict[int, int | None] = field(default_factory=dict)
    own: Mapping[int | None, int] = field(default_factory=dict)

    def way_to(self, pk: int) -> set[int]:
        """Return a subdivision and those above it, by primary key."""
        return set(_up(pk, self.parents))


def countries() -> list[Node]:
    """Return every country, by name; three queries."""
    subdivisions, cities = (
        _counts(Subdivision.objects.untranslated(), "country"),
        _counts(City.objects.all(), "country"),
    )
    rows = Country.objects.untranslated().order_by().values_list("code", "withdrawn_on", *name_columns())
    nodes = (
        Node(
            Country, code, code, first_name(names), day is not None,
            subdivisions=subdivisions.get(code, 0), cities=cities.get(code, 0),
        )
        for code, day, *names in rows
    )  # fmt: skip
    return _sorted(nodes)


def branch(country: str) -> Branch:
    """Return the subdivisions of a country, each with what lies in it; two queries."""
    found = Branch(country, own=_counts(City.objects.filter(country=country), "subdivision"))
    rows = Subdivision.objects.untranslated().filter(country=country).order_by()
    columns = ("pk", "code", "parent", "withdrawn_on", "redirect_country", *name_columns())
    nodes: dict[int, Node] = {}
    for pk, code, parent, day, also, *names in rows.values_list(*columns):
        nodes[pk] = found.by_code[code] = Node(Subdivision, pk, code, first_name(names), day is not None, also or "")
        found.parents[pk] = parent
    for pk in nodes:
        for index, above in enumerate(_up(pk, found.parents)):
            nodes[above].subdivisions += index > 0
            nodes[above].cities += found.own.get(pk, 0)
    for pk, node in nodes.items():
        parent = found.parents[pk]
        if parent in nodes:
            found.below.setdefault(parent, []).append(node)
        else:
            found.top.append(node)
    found.top = _sorted(found.top)
    found.below = {pk: _sorted(children) for pk, children in found.below.items()}
    return found


def cities(country: str, subdivision: int | None, also: int | None = None) -> list[Node]:
    """Return the largest cities right in a subdivision, or in none, and `also` a smaller one; two or three queries."""
    rows = City.objects.filter(country=country, subdivision=subdivision).order_by("-population", "pk")
    found = list(rows.only("name", "withdrawn_on")[:MOST_CITIES])
    if also is not None and also not in {city.pk for city in found}:
        found += rows.filter(pk=also).only("name", "withdrawn_on")
    name_cities(found)
    return [Node(City, city.pk, str(city.pk), shown_name(city), city.withdrawn_on is not None) for city in found]


def within(code: str) -> Q:
    """Return the condition on whatever refers to a `subdivision` in the one of this code, at any depth; two queries."""
    return Q(subdivision=None) if code == UNPLACED else Q(subdivision__in=parts(code))


def parts(code: str) -> list[int]:
    """Return a subdivision and all below it, by primary key, nothing where there is none; two queries."""
    row = Subdivision.objects.untranslated().filter(code=code).values_list("pk", "country").first()
    if row is None:
        return []
    pk, country = row
    rows = Subdivision.objects.untranslated().filter(country=country).order_by()
    parents: dict[int, int | None] = dict(rows.values_list("pk", "parent"))
    return [each for each in parents if pk in _up(each, parents)]


def _up(pk: int | None, parents: Mapping[int, int | None]) -> Iterator[int]:
    """Yield a subdivision and those above it; what leads back to itself ends."""
    seen: set[int] = set()
    while pk is not None and pk in parents and pk not in seen:
        seen.add(pk)
        yield pk
        pk = parents[pk]


def _counts(rows: QuerySet[Any], column: str) -> dict[Any, int]:
    return dict(rows.order_by().values_list(column).annotate(Count("pk")))


def _sorted(nodes: Iterable[Node]) -> list[Node]:
    key = sort_key(page_languages()[0])
    return sorted(nodes, key=lambda node: key(node.name))
