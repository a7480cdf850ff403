"""Whether names are those of cities that a tenant shows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from apps.geography.models import City, Country, Subdivision
from apps.geography.names import city_naming
from apps.geography.sources.cities.also_within import also_within
from apps.geography.validation.codes import VALID, Reason, as_code, countries
from apps.tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class Named:
    """A code (a city's: its id) and the name that goes with it."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class CityVerdict:
    """What was recognized. No reason: valid. `is_ambiguous`: several bear the name, the most populous is given."""

    reason: Reason | None = None
    country: Named | None = None
    subdivision: Named | None = None
    city: Named | None = None
    is_ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class Homonym:
    """One of the cities that bear a name."""

    pk: int
    subdivision: int | None


def judge(
    names: Sequence[str], country: str, subdivision: str, tenant: Tenant, languages: Sequence[str]
) -> list[CityVerdict]:
    """Judge names of cities in any language, without regard to case, accents, spaces and punctuation.

    A spelling that is known of the city in no language in particular is as good. With a `subdivision` ("" for none)
    the city must be in it or below it; a plan without subdivisions has none to be in. What is recognized is named
    along `languages`. At most seven queries, however many names, and two more where the names of the country's cities
    are not at hand.
    """
    if countries([country], tenant) != [VALID]:
        return [CityVerdict(Reason.UNKNOWN_COUNTRY)] * len(names)
    code = as_code(country)
    label = Country.objects.filter(pk=code).labelled(languages, tenant=tenant).values_list("label", flat=True).get()
    verdict = CityVerdict(country=Named(code, label))
    shown = Subdivision.objects.active_for(tenant).filter(country=code).labelled(languages).order_by()
    rows = list(shown.values_list("pk", "code", "label", "parent_id"))
    places: dict[int | None, set[int]] = {None: set()}
    parents = {pk: parent for pk, _, _, parent in rows}
    # What the tenant switched off hides its cities, also those of what lies in it; a plan only keeps subdivisions out
    # of sight.
    places.update((pk, chain) for pk in parents if (chain := upward(pk, parents)) <= parents.keys())
    named = {pk: Named(code, label) for pk, code, label, _ in rows if tenant.plan.subdivision_access}
    within = next((pk for pk, each in named.items() if each.code == as_code(subdivision)), None)
    if within is None and subdivision:
        return [replace(verdict, reason=Reason.UNKNOWN_SUBDIVISION)] * len(names)
    verdict = replace(verdict, subdivision=named.get(within) if within else None)
    homonyms = {
        name: [city for city in cities if city.subdivision in places] for name, cities in _bearing(names, code).items()
    }
    reaches = also_within()
    reaching = {pk for pk, each, _, _ in rows if as_code(subdivision) in reaches.get(each, ())}

    def is_inside(city: Homonym) -> bool:
        chain = places[city.subdivision]
        return (
            within in chain or not reaching.isdisjoint(chain) or as_code(subdivision) in reaches.get(str(city.pk), ())
        )

    inside = {name: [city for city in cities if within is None or is_inside(city)] for name, cities in homonyms.items()}
    meant = City.objects.filter(pk__in={cities[0].pk for cities in inside.values() if cities})
    labels = dict(meant.labelled(languages).order_by().values_list("pk", "label"))  # type: ignore[misc]

    def of(name: str) -> CityVerdict:
        if not inside[name]:
            return replace(verdict, reason=Reason.CITY_ELSEWHERE if homonyms[name] else Reason.UNKNOWN_CITY)
        city = inside[name][0]
        return replace(
            verdict,
            subdivision=named.get(city.subdivision, verdict.subdivision) if city.subdivision else verdict.subdivision,
            city=Named(str(city.pk), labels[city.pk]),
            is_ambiguous=len(inside[name]) > 1,
        )

    judged = {name: of(name) for name in homonyms}
    return [judged[name] for name in names]


def _bearing(names: Iterable[str], country: str) -> dict[str, list[Homonym]]:
    """Return the cities of a country that bear each of the names, most populous first; two queries."""
    bearers = city_naming.bearers(names, country)
    cities = City.objects.current().filter(pk__in={pk for found in bearers.values() for pk in found})
    rows = cities.order_by("-population", "pk").values_list("pk", "subdivision_id")
    ranked = {pk: (rank, Homonym(pk, subdivision)) for rank, (pk, subdivision) in enumerate(rows)}
    return {
        name: [city for _, city in sorted((ranked[pk] for pk in found if pk in ranked), key=itemgetter(0))]
        for name, found in bearers.items()
    }


def upward(subdivision: int | None, parents: Mapping[int, int | None]) -> set[int]:
    """Return a subdivision and all that it lies in."""
    chain: set[int] = set()
    while subdivision is not None and subdivision not in chain:
        chain.add(subdivision)
        subdivision = parents.get(subdivision)
    return chain
