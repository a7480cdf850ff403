"""The states of a country with their cities."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from apps.geography.models import City, Subdivision
from apps.geography.names.collation import sort_key
from apps.tenants.models import Tenant


def with_cities(country: str, label: str, languages: Sequence[str], tenant: Tenant) -> Iterator[tuple[str, list[str]]]:
    """Yield (name, names of its cities) of each state of `country` that `tenant` shows, sorted; three queries.

    Names come along `languages`, as `languages.fallbacks` returns them, and are sorted as readers of the first
    sort them. Cities of lower levels roll up to their state; a name stands once in a state. Cities that are in no
    state come last, under `label`, the name of the country.
    """
    key = sort_key(languages[0])
    cities: defaultdict[int | None, set[str]] = defaultdict(set)
    # Not joined: a join would look at a subdivision again for each of its cities.
    above = Subdivision.objects.filter(country=country).states_above()
    named = City.objects.current().filter(country=country).labelled(languages).order_by()
    for subdivision, name in named.values_list("subdivision_id", "label").iterator():  # type: ignore[misc]
        cities[above.get(subdivision)].add(name)
    states = Subdivision.objects.active_for(tenant).states().filter(country=country)
    rows = [(row["pk"], row["code"], row["label"]) for row in states.labelled_rows(languages, ["pk"])]
    # Popped as they are written, so that the names are not held twice.
    for pk, _, name in sorted(rows, key=lambda row: (key(row[2]), row[1])):
        yield name, sorted(cities.pop(pk, ()), key=key)
    unplaced = cities.pop(None, None)
    if unplaced:
        yield label, sorted(unplaced, key=key)
