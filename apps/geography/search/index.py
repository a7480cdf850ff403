"""Keep the texts by which places are found in agreement with the tables.

Triggers note in `Unindexed` each place that is written to, whoever writes and by whatever route, in the same
transaction. `refresh` folds the names of these anew: the import does so in its own transaction, the back office when a
page has written, `manage.py migrate` when it is done. What is noted and not yet refreshed, such as what SQL changed, is
read from the tables by whoever searches. So no search ever sees a mix.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from apps.geography.models import City, Country, SearchName, Subdivision, Unindexed
from apps.geography.models.countries import all_capitals
from apps.geography.models.search import Form, Kind
from apps.geography.names.languages import parents as languages_above
from apps.geography.names.matching import digraphs
from apps.geography.search.folding import LONG_FORMS, MAX_LENGTH, fold, words
from apps.geography.search.places import CAPITAL_FACTOR, SPELLING_SHARE, Name, Place, importances, places
from apps.geography.search.tiers import MIN_WORD
from apps.imports.progress import FOLDING, bar
from apps.revisions.models import Revision

logger = logging.getLogger("gazetteer.search")

Tell = Callable[[str], object]
Text = tuple[Form, str]

AT_ONCE, PLACES_AT_ONCE = 5000, 500


# Later words of one name.
MAX_WORDS = 6
# What words may be that were written out.
WRITTEN_OUT = frozenset(LONG_FORMS.values())
# Of what is as important as a city of so many people, all is looked through for a few letters.
MAJOR = 50_000
# Where ä is written ae; of names in no language, where that is what people speak.
WITH_DIGRAPHS = frozenset("da de nb nn no sv".split())
COUNTRIES_WITH_DIGRAPHS = frozenset("AT CH DE DK LI LU NO SE".split())
LABELS = {Kind.COUNTRY: "countries", Kind.SUBDIVISION: "subdivisions", Kind.CITY: "cities"}
# Written in this order: (form, text, kind, place, country, subdivision, importance, is_major, is_capital).
COLUMNS = [str(field.column) for field in SearchName._meta.concrete_fields if not field.primary_key]


def refresh(tell: Tell = logger.debug) -> int:
    """Fold the names of the places that have changed, and return how many those were.

    In one transaction, which keeps other writers of the data out; a single query where nothing has changed.
    """
    if not Unindexed.objects.exists():
        return 0
    with transaction.atomic():
        _keep_writers_out()
        changed = _changed()
        number = sum(map(len, changed.values()))
        tell(f"Folding the names of {number:,} places")
        countries = _countries(changed[Kind.CITY])
        for kind, ids in changed.items():
            _forget(kind, ids)
            countries |= _write(kind, ids)
        Unindexed.objects.all().delete()
        if number >= AT_ONCE:
            with connection.cursor() as cursor:
                cursor.execute(f"ANALYZE {SearchName._meta.db_table}")
        _weigh(countries)
    return number


def rebuild(tell: Tell = logger.debug) -> int:
    """Fold the names of all places anew, and return how many there are."""
    with transaction.atomic():
        Unindexed.objects.get_or_create(kind=Unindexed.EVERYTHING, place="")
        return refresh(tell)


def catch_up(verbosity: int = 1, **kwargs: Any) -> None:
    """Fold the names that the index lacks; a receiver of `post_migrate`, told how much to say."""
    if {SearchName._meta.db_table, Unindexed._meta.db_table} <= set(connection.introspection.table_names()):
        refresh(print if verbosity else logger.debug)


def rows(place: Place) -> Iterator[tuple[Any, ...]]:
    """Yield the rows by which a place is found."""
    of_place = (int(place.kind), place.id, place.country, place.subdivision)
    for (form, text), importance in sorted(texts(place).items()):
        yield (int(form), text, *of_place, importance, importance >= MAJOR, place.is_capital)


def texts(place: Place) -> dict[Text, int]:
    """Return what a place is found by, and how important it is by each."""
    # A capital is none by what it is called in no language: "San Fran" is not San Francisco de Quito.
    share = SPELLING_SHARE * (CAPITAL_FACTOR if place.is_capital else 1)
    loose = dict.fromkeys(_texts(place.spellings, place.country), place.importance // share)
    codes = {(Form.CODE, fold(code)) for code in place.codes}
    return loose | dict.fromkeys(codes | _texts(place.names, place.country), place.importance)


def _texts(names: Collection[Name], country: str) -> set[Text]:
    found: set[Text] = set()
    # Most languages share a few spellings.
    for text in {name.text for name in names}:
        found |= _spelled(text)
    for name in names:
        found |= _with_digraphs(name, country)
    found.discard((Form.NAME, ""))
    return found


def texts_of(name: Name, country: str) -> set[Text]:
    """Return what a place of a country is found by that has this name."""
    return _spelled(name.text) | _with_digraphs(name, country)


def _spelled(text: str) -> set[Text]:
    parts = words(text)
    found: set[Text] = {(Form.NAME, "".join(parts)[:MAX_LENGTH])}
    if not WRITTEN_OUT.isdisjoint(parts[:-1]):
        # Without spaces nothing is written out: "St. Louis" is "stlouis", too.
        found.add((Form.NAME, fold(text.replace(" ", ""))))
    for start in range(1, min(len(parts), MAX_WORDS + 1)):
        if len(later := "".join(parts[start:])[:MAX_LENGTH]) >= MIN_WORD:
            found.add((Form.WORD, later))
    return found


def _with_digraphs(name: Name, country: str) -> set[Text]:
    if name.text.isascii() or not _has_digraphs(name, country) or (written := digraphs(name.text)) == name.text:
        return set()
    return {(Form.NAME, fold(written))}


def _has_digraphs(name: Name, country: str) -> bool:
    language = languages_above(name.language)[-1]
    return language in WITH_DIGRAPHS if language else country in COUNTRIES_WITH_DIGRAPHS


def _keep_writers_out() -> None:
    """Let whoever writes to the data wait for us, since what it notes could be lost; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        Revision.objects.select_for_update().filter(name="data").first()


def _changed() -> dict[int, set[str]]:
    """Return the ids of the places to fold, by kind."""
    changed: dict[int, set[str]] = {kind: set() for kind in Kind.values}
    for kind, place in Unindexed.objects.order_by().values_list("kind", "place"):
        if kind == Unindexed.EVERYTHING:
            SearchName.objects.all().delete()
            return {
                Kind.COUNTRY: set(Country.objects.order_by().values_list("pk", flat=True)),
                Kind.SUBDIVISION: set(Subdivision.objects.order_by().values_list("code", flat=True)),
                Kind.CITY: set(map(str, City.objects.order_by().values_list("pk", flat=True))),
            }
        changed[kind].add(place)
    changed[Kind.CITY] |= _capitals(changed[Kind.COUNTRY])
    return changed


def _capitals(countries: Collection[str]) -> set[str]:
    """Return the cities that are, or were until now, capitals of countries."""
    if not countries:
        return set()
    rows = Country.objects.filter(pk__in=countries).values_list("pk", "capital", "other_capitals")
    found = set(
        SearchName.objects.filter(is_capital=True, country__in=countries, kind=Kind.CITY).values_list(
            "place", flat=True
        )
    )
    capitals = {(fold(name), country) for country, *names in rows for name in all_capitals(*names)}
    called = SearchName.objects.filter(form=Form.NAME, text__in={text for text, _ in capitals}, kind=Kind.CITY)
    for text, country, place in called.values_list("text", "country", "place"):
        if (text, country) in capitals:
            found.add(place)
    return found


def _forget(kind: int, ids: Collection[str]) -> None:
    for rows_of_some in _indexed(kind, ids):
        rows_of_some.delete()


def _countries(cities: Collection[str]) -> set[str]:
    """Return the countries in which the index has these cities."""
    found: set[str] = set()
    for rows_of_some in _indexed(Kind.CITY, cities):
        found.update(rows_of_some.order_by().values_list("country", flat=True).distinct())
    return found


def _indexed(kind: int, ids: Collection[str]) -> Iterator[QuerySet[SearchName]]:
    """Yield the rows of some places after others."""
    # Where there is none, as before the first import, PostgreSQL would look through all that is there for each.
    if SearchName.objects.filter(kind=kind).exists():
        for some in _batches(sorted(ids), PLACES_AT_ONCE):
            yield SearchName.objects.filter(kind=kind, place__in=some)


def _weigh(countries: Collection[str]) -> None:
    """Let the subdivisions of some countries be as important as their cities now make them."""
    wanted, changed = importances(countries), []
    for country in sorted(countries):
        # A range, for which the index serves: "." follows "-".
        named = SearchName.objects.filter(kind=Kind.SUBDIVISION, place__gt=f"{country}-", place__lt=f"{country}.")
        stored = named.order_by().values_list("place", "importance").distinct()
        changed += [(wanted.get(code, 0), code) for code, had in sorted(stored) if wanted.get(code, 0) != had]
    table = connection.ops.quote_name(SearchName._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET importance = %s, is_major = %s WHERE kind = %s AND place = %s",
            [(new, new >= MAJOR, int(Kind.SUBDIVISION), code) for new, code in changed],
        )


def _write(kind: int, ids: Collection[str]) -> set[str]:
    """Fold the names of places, and return the countries of the cities among them."""
    countries: set[str] = set()

    def written() -> Iterator[tuple[Any, ...]]:
        for place in _counted(places(kind, ids), Kind(kind), len(ids)):
            if kind == Kind.CITY:
                countries.add(place.country)
            yield from rows(place)

    for some in _batches(written(), AT_ONCE):
        _insert(some)
    return countries


def _counted(found: Iterator[Place], kind: Kind, number: int) -> Iterator[Place]:
    """Count many places for who watches an import; an edit of a few shows nothing."""
    return bar(found, FOLDING, LABELS[kind], number) if number >= AT_ONCE else found


def _insert(some: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows the way that is fastest."""
    table = connection.ops.quote_name(SearchName._meta.db_table)
    columns = ", ".join(map(connection.ops.quote_name, COLUMNS))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in some:
                    copy.write_row(row)
        else:
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({', '.join(['%s'] * len(COLUMNS))})", some)


def _batches(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    remaining = iter(items)
    while some := list(islice(remaining, size)):
        yield some
