"""The one way in which names of many places are written at once, in one language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from auditlog.models import LogEntry
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from apps.back_office.history import audit
from apps.back_office.history.audit import Author
from apps.back_office.history.groups import Group
from apps.geography.curation.worklist import MODELS
from apps.geography.models import City, CityName
from apps.geography.models.search import Kind
from apps.geography.names.languages import column
from apps.imports.rules import wrong


@dataclass(frozen=True)
class Wish:
    """What a place is to be called. seen: what it was called where that was wished; "" stands for no name."""

    seen: str
    text: str


@dataclass
class Outcome:
    """What came of wishes, by primary key: `wrong` says what to do about a name, `stale` what is stored meanwhile."""

    saved: list[Any] = field(default_factory=list)
    wrong: dict[Any, str] = field(default_factory=dict)
    stale: dict[Any, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Target:
    """A place, and the row and column that hold its name in a language: its own, or those of a row below it."""

    place: Any
    holder: Any
    column: str
    label: str

    @property
    def stored(self) -> str:
        """What the place is called there, "" where it has no name or a hidden one."""
        is_hidden = isinstance(self.holder, CityName) and self.holder.withdrawn_on
        return "" if is_hidden else getattr(self.holder, self.column) or ""

    def problem(self, text: str) -> str | None:
        """Tell what to do about a name; None: it is right. A name may be taken away where it is not required."""
        rules = self.holder.rules
        if not text and self.column not in rules.required:
            return None
        return wrong(rules, self.holder._meta.get_field(self.column), text)


@transaction.atomic
def translate(by: Author, kind: Kind, language: str, wishes: Mapping[Any, Wish], *, dry_run: bool = False) -> Outcome:
    """Name places in a language, each as wished, but for what breaks a rule or has been changed since it was seen.

    dry_run: say what would come of it, and write nothing.

    Imports leave these names as they are then. "" takes a name away; that of a city is hidden. Two queries, one more
    for cities and one for each name that changes.
    """
    outcome = Outcome()
    wanted = {pk: wish for pk, wish in wishes.items() if wish.text != wish.seen}
    if not wanted:
        return outcome
    entries = []
    for target in (_cities if kind == Kind.CITY else _places)(kind, language, list(wanted)):
        pk = target.place.pk
        wish = wanted.pop(pk)
        text, stored = target.holder.rules.tidy(wish.text), target.stored
        if text == stored:
            continue
        if stored != wish.seen:
            outcome.stale[pk] = stored
        elif remedy := target.problem(text):
            outcome.wrong[pk] = remedy
        else:
            if not dry_run:
                write = _write_city if kind == Kind.CITY else _write_place
                entries.append(write(by, target, text))
            outcome.saved.append(pk)
    outcome.wrong |= dict.fromkeys(wanted, gettext("leave it: it is no longer there"))
    audit.record(entries)
    return outcome


def _places(kind: Kind, language: str, keys: list[Any]) -> list[Target]:
    name = column("name", language)
    rows = MODELS[kind].objects.untranslated().filter(pk__in=keys).order_by("pk")
    found = rows.only("pk", "code", "name_en", name).select_for_update(of=("self",))
    return [Target(row, row, name, f"{row.name_en} ({row.code})") for row in found]


def _cities(kind: Kind, language: str, keys: list[Any]) -> list[Target]:
    # Whoever gives a city its first name in the language waits for whoever does so now.
    rows = City.objects.filter(pk__in=keys).order_by("pk").only("pk", "name").select_for_update(of=("self",))
    cities = list(rows)
    names = {name.city_id: name for name in CityName.objects.filter(city__in=cities, language=language)}
    return [
        Target(city, names.get(city.pk) or CityName(city=city, language=language), "name", city.name) for city in cities
    ]


def _write_place(by: Author, target: Target, text: str) -> LogEntry:
    row, name = target.place, target.column
    new = text or None
    values = {name: new, "name": new} if name == "name_en" else {name: new}
    undo = Group.of(row, {name: (getattr(row, name), new)})
    type(row).objects.untranslated().filter(pk=row.pk).update(**values)
    return audit.entry(by, row, {name: (target.stored, text)}, label=target.label, undo=[undo])


def _write_city(by: Author, target: Target, text: str) -> LogEntry:
    """Write, or hide, a name; one that is new is undone by hiding it."""
    name, stored, today = target.holder, target.stored, timezone.now().date()
    before = (name.name, name.withdrawn_on) if name.pk else (text, today)
    name.name, name.withdrawn_on = text or name.name, None if text else today
    name.save()
    undo = Group.of(name, {"name": (before[0], name.name), "withdrawn_on": (before[1], name.withdrawn_on)})
    what = f"city name {name.name} ({name.language}): name"
    return audit.entry(by, target.place, {what: (stored, text)}, label=target.label, undo=[undo])
