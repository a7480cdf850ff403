"""Whether names are those of cities that a tenant shows."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from apps.geography.models import City, Country, Subdivision
from apps.geography.names import city_naming
from apps.geography.sources.cities.also_within import also_within, guests
from apps.geography.validation.codes import VALID, Reason, as_code, countries
from apps.geography.validation.qualified import around, qualified
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


@dataclass(frozen=True, slots=True)
class Ground:
    """What a tenant shows of a country. `named`: its subdivisions by primary key, those that the plan lets it see.

    places: in which its cities may lie, each with all that it lies in itself; None, in which nothing lies, is one.
    """

    country: Named
    named: Mapping[int, Named]
    places: Mapping[int | None, set[int]]
    codes: Mapping[int, str]

    def find(self, subdivision: str) -> int | None:
        """Return the primary key of the subdivision that bears a code, None where none does."""
        return next((pk for pk, each in self.named.items() if each.code == as_code(subdivision)), None)

    def within(self, codes: Collection[str]) -> Callable[[Homonym], bool]:
        """Return what tells whether a city lies in one of some subdivisions, or reaches into it."""
        wanted, reaches = set(codes), also_within()
        around = {pk for pk, each in self.codes.items() if wanted & {each, *reaches.get(each, ())}}

        def is_within(city: Homonym) -> bool:
            reached = reaches.get(str(city.pk), ())
            return not around.isdisjoint(self.places[city.subdivision]) or not wanted.isdisjoint(reached)

        return is_within


def judge(
    names: Sequence[str], country: str, subdivision: str, tenant: Tenant, languages: Sequence[str]
) -> list[CityVerdict]:
    """Judge names of cities in any language, without regard to case, accents, spaces and punctuation.

    A spelling that is known of the city in no language in particular is as good. With a `subdivision` ("" for none)
    the city must be in it or below it; a plan without subdivisions has none to be in. What is recognized is named
    along `languages`. At most seven queries, however many names, and two more where the names of the country's cities
    are not at hand; one more and two where names say what they lie in ("Austin, TX"), which has to be so; and two where
    nothing in the subdivision is called so.
    """
    if countries([country], tenant) != [VALID]:
        return [CityVerdict(Reason.UNKNOWN_COUNTRY)] * len(names)
    ground = _ground(as_code(country), tenant, languages)
    verdict = CityVerdict(country=ground.country)
    asked = ground.find(subdivision)
    if asked is None and subdivision:
        return [replace(verdict, reason=Reason.UNKNOWN_SUBDIVISION)] * len(names)
    verdict = replace(verdict, subdivision=ground.named.get(asked) if asked else None)
    homonyms = _bearing(names, ground)
    homonyms |= _bearing_within([name for name, found in homonyms.items() if not found], ground)
    is_within = ground.within({as_code(subdivision)})
    if asked is not None and (
        elsewhere := [name for name, found in homonyms.items() if not any(map(is_within, found))]
    ):
        homonyms |= {
            name: [*homonyms[name], *found] for name, found in _bearing(elsewhere, ground, city_naming.entitled).items()
        }
    inside = {name: [city for city in homonyms[name] if asked is None or is_within(city)] for name in homonyms}
    meant = City.objects.filter(pk__in={cities[0].pk for cities in inside.values() if cities})
    labels = dict(meant.labelled(languages).order_by().values_list("pk", "label"))  # type: ignore[misc]

    def of(name: str) -> CityVerdict:
        if not inside[name]:
            return replace(verdict, reason=Reason.CITY_ELSEWHERE if homonyms[name] else Reason.UNKNOWN_CITY)
        city = inside[name][0]
        return replace(
            verdict,
            subdivision=ground.named.get(city.subdivision, verdict.subdivision)
            if city.subdivision
            else verdict.subdivision,
            city=Named(str(city.pk), labels[city.pk]),
            is_ambiguous=len(inside[name]) > 1,
        )

    judged = {name: of(name) for name in homonyms}
    return [judged[name] for name in names]


def _ground(country: str, tenant: Tenant, languages: Sequence[str]) -> Ground:
    """Return what the tenant shows of a country; two queries.

    What it switched off hides its cities, also those of what lies in it; a plan only keeps subdivisions out of sight.
    """
    label = Country.objects.filter(pk=country).labelled(languages, tenant=tenant).values_list("label", flat=True).get()
    shown = Subdivision.objects.active_for(tenant).filter(country=country).labelled(languages).order_by()
    rows = list(shown.values_list("pk", "code", "label", "parent_id"))
    parents = {pk: parent for pk, _, _, parent in rows}
    places: dict[int | None, set[int]] = {None: set()}
    places.update((pk, chain) for pk in parents if (chain := upward(pk, parents)) <= parents.keys())
    named = {pk: Named(code, name) for pk, code, name, _ in rows if tenant.plan.subdivision_access}
    return Ground(Named(country, label), named, places, {pk: code for pk, code, _, _ in rows})


def _bearing(
    names: Iterable[str],
    ground: Ground,
    bearers_of: Callable[[Iterable[str], str], Mapping[str, Iterable[int]]] = city_naming.bearers,
) -> dict[str, list[Homonym]]:
    """Return the cities of the ground that bear each of the names, most populous first; two queries.

    A city of another country that reaches into this one lies in none of its subdivisions.
    """
    bearers, invited = bearers_of(names, ground.country.code), guests(ground.country.code)
    cities = City.objects.current().filter(pk__in={pk for found in bearers.values() for pk in found})
    rows = cities.order_by("-population", "pk").values_list("pk", "subdivision_id")
    placed = ((pk, None if pk in invited else subdivision) for pk, subdivision in rows)
    ranked = {
        pk: (rank, Homonym(pk, subdivision))
        for rank, (pk, subdivision) in enumerate(placed)
        if subdivision in ground.places
    }
    return {
        name: [city for _, city in sorted((ranked[pk] for pk in found if pk in ranked), key=itemgetter(0))]
        for name, found in bearers.items()
    }


def _bearing_within(names: Iterable[str], ground: Ground) -> dict[str, list[Homonym]]:
    """Return the cities that bear the names that say what they lie in, and do; three queries where there are such."""
    readings = {name: found for name in names if (found := list(qualified(name)))}
    if not readings:
        return {}
    country = ground.country.code
    places = around((each.around for found in readings.values() for each in found), country, ground.codes.values())
    meant = {each for found in readings.values() for each in found if places[each.around]}
    bearing = _bearing({each.place for each in meant}, ground) if meant else {}
    inside = {
        each: [
            city
            for city in bearing[each.place]
            if country in places[each.around] or ground.within(places[each.around])(city)
        ]
        for each in meant
    }
    return {name: next((inside[each] for each in found if inside.get(each)), []) for name, found in readings.items()}


def upward(subdivision: int | None, parents: Mapping[int, int | None]) -> set[int]:
    """Return a subdivision and all that it lies in."""
    chain: set[int] = set()
    while subdivision is not None and subdivision not in chain:
        chain.add(subdivision)
        subdivision = parents.get(subdivision)
    return chain
