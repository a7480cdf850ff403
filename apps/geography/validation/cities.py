"""Whether a name is that of a city that a tenant shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from apps.geography.models import City, Country, Subdivision
from apps.geography.names import city_naming
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


def judge(name: str, country: str, subdivision: str, tenant: Tenant, languages: Sequence[str]) -> CityVerdict:
    """Judge the name of a city in any language, without regard to case, accents, spaces and punctuation.

    A spelling that is known of the city in no language in particular is as good. With a `subdivision` ("" for none)
    the city must be in it or below it. What is recognized is named along `languages`. At most seven queries, and two
    more where the names of the country's cities are not at hand.
    """
    if countries([country], tenant) != [VALID]:
        return CityVerdict(Reason.UNKNOWN_COUNTRY)
    code = as_code(country)
    label = Country.objects.filter(pk=code).labelled(languages, tenant=tenant).values_list("label", flat=True).get()
    verdict = CityVerdict(country=Named(code, label))
    shown = Subdivision.objects.active_for(tenant).filter(country=code).labelled(languages).order_by()
    named = {pk: Named(code, label) for pk, code, label in shown.values_list("pk", "code", "label")}
    parents: dict[int, int | None] = dict(shown.values_list("pk", "parent_id"))
    within = next((pk for pk, named_ in named.items() if named_.code == as_code(subdivision)), None)
    if within is None and subdivision:
        return replace(verdict, reason=Reason.UNKNOWN_SUBDIVISION)
    verdict = replace(verdict, subdivision=named.get(within) if within else None)
    homonyms = [city for city in _bearing(name, code) if city.subdivision is None or city.subdivision in named]
    if not homonyms:
        return replace(verdict, reason=Reason.UNKNOWN_CITY)
    inside = [city for city in homonyms if within is None or within in _upward(city.subdivision, parents)]
    if not inside:
        return replace(verdict, reason=Reason.CITY_ELSEWHERE)
    meant = inside[0]
    label = City.objects.filter(pk=meant.pk).labelled(languages).values_list("label", flat=True).get()  # type: ignore[misc]
    return replace(
        verdict,
        subdivision=named.get(meant.subdivision) if meant.subdivision else verdict.subdivision,
        city=Named(str(meant.pk), label),
        is_ambiguous=len(inside) > 1,
    )


def _bearing(name: str, country: str) -> list[Homonym]:
    """Return the cities of a country that bear a name, most populous first; two queries."""
    cities = City.objects.current().filter(pk__in=city_naming.bearers(name, country))
    rows = cities.order_by("-population", "pk").values_list("pk", "subdivision_id")
    return [Homonym(pk, subdivision) for pk, subdivision in rows]


def _upward(subdivision: int | None, parents: Mapping[int, int | None]) -> set[int]:
    """Return a subdivision and all that it lies in."""
    chain: set[int] = set()
    while subdivision is not None and subdivision not in chain:
        chain.add(subdivision)
        subdivision = parents.get(subdivision)
    return chain
