"""Merge cities: one stays, and the others are hidden and lead to it."""

from collections.abc import Collection, Iterator, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from apps.back_office.history import audit
from apps.back_office.history.audit import Author
from apps.back_office.history.groups import Group
from apps.geography.models import City, CityName

# Cities that people can compare on one page.
MOST = 20


def refuse_unmergeable(cities: Sequence[City]) -> None:
    """Raise ValidationError where cities cannot become one, whichever of them stays; no query."""
    if not 2 <= len(cities) <= MOST:
        raise ValidationError(
            gettext("Choose 2 to {most} cities to merge: one stays, and the others become part of it.").format(
                most=MOST
            )
        )
    countries = sorted({city.country_id for city in cities})
    if len(countries) > 1:
        raise ValidationError(
            gettext("Choose cities of one country: these are of {countries}.").format(countries=", ".join(countries))
        )
    for city in cities:
        if city.merged_into_id is not None:
            raise ValidationError(
                gettext("{city} is merged into {other} already: leave it out.").format(
                    city=f"{city} ({city.pk})", other=city.merged_into_id
                )
            )
        if city.withdrawn_on is not None:
            raise ValidationError(
                gettext("{city} is hidden: show it in the lists first, or leave it out.").format(
                    city=f"{city} ({city.pk})"
                )
            )


@transaction.atomic
def merge(by: Author, keys: Collection[int], into: int) -> City:
    """Merge cities into one of them, and return that; imports leave it so, and two entries of the history undo it.

    It gets the names and spellings that it lacks. Raises ValidationError, and changes nothing, where they cannot become
    one. Eleven queries and one for each hundred names.
    """
    cities = list(City.objects.filter(pk__in=keys).select_for_update().order_by("pk"))
    refuse_unmergeable(cities)
    stays = next((city for city in cities if city.pk == into), None)
    if stays is None:
        raise ValidationError(gettext("Choose the city that stays among those to merge."))
    others = sorted((city for city in cities if city is not stays), key=lambda city: (-city.population, city.pk))
    chain = City.objects.filter(merged_into__in=[city.pk for city in others]).select_related("merged_into").first()
    if chain is not None:
        middle = chain.merged_into
        raise ValidationError(
            gettext("{city} is merged into {other} already: let {other} stay.").format(
                city=f"{chain} ({chain.pk})", other=middle
            )
        )
    _keep_names(by, stays, others)
    rows = City.objects.filter(pk__in=[city.pk for city in others])
    audit.update(by, rows, withdrawn_on=timezone.now().date(), merged_into=stays)
    return stays


def hide_merged() -> None:
    """Hide merged cities that upstream has withdrawn and brought back; one query where there are none."""
    shown = City.objects.filter(merged_into__isnull=False, withdrawn_on=None)
    # PostgreSQL would keep a plan for no rows in the triggers.
    if shown.exists():
        shown.update(withdrawn_on=timezone.now().date())


def _keep_names(by: Author, stays: City, others: Sequence[City]) -> None:
    """Give the city that stays what the others are called and it is not: by language where it has no name in one."""
    names = CityName.objects.filter(city__in=[stays, *others]).order_by("pk")
    has = {name.language: name for name in names if name.city_id == stays.pk}
    taken = {language for language, name in has.items() if name.withdrawn_on is None or name.upstream is not None}
    place = {city.pk: index for index, city in enumerate(others)}
    theirs = sorted(
        (name for name in names if name.city_id in place and name.withdrawn_on is None),
        key=lambda name: (place[name.city_id], name.pk),
    )
    given: dict[str, str] = {}
    for name in theirs:
        if name.language not in taken:
            given.setdefault(name.language, name.name)
    known = {stays.name, *stays.spellings, *given.values()}
    known |= {name.name for name in has.values() if name.withdrawn_on is None}
    called = [*(city.name for city in others), *(name.name for name in theirs), *_spellings(others)]
    spellings = [*stays.spellings, *(text for text in dict.fromkeys(called) if text not in known)]
    changes: dict[str, tuple[object, object]] = {f"name in {code}": (None, name) for code, name in given.items()}
    undo = []
    if given:
        undo.append(_store(stays, given, has))
    if spellings != stays.spellings:
        changes["spellings"] = stays.spellings, spellings
        undo.append(Group.of(stays, {"spellings": (stays.spellings, spellings)}))
        City.objects.filter(pk=stays.pk).update(spellings=spellings)
    merged = ", ".join(f"{city} ({city.pk})" for city in others)
    audit.changed(by, stays, changes, undo=undo, note=f"Merged: {merged}.")


def _spellings(cities: Sequence[City]) -> Iterator[str]:
    for city in cities:
        yield from city.spellings


def _store(stays: City, given: dict[str, str], has: dict[str, CityName]) -> Group:
    """Write names, over those that an earlier merge left and its undo hid, and return what hides them again."""
    rows = [has.get(language) or CityName(city=stays, language=language) for language in given]
    for row in rows:
        row.name, row.withdrawn_on = given[row.language], None
    CityName.objects.bulk_create([row for row in rows if row.pk is None], batch_size=100)
    CityName.objects.bulk_update([row for row in rows if row.language in has], ["name", "withdrawn_on"])
    hidden = {"withdrawn_on": timezone.now().date().isoformat()}
    return Group(CityName._meta.label_lower, [row.pk for row in rows], hidden, {"withdrawn_on": None})
