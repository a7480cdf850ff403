"""The worklist as a table: a line for each place, which translators take elsewhere, fill in and bring back."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from apps.back_office.history.audit import Author
from apps.back_office.words.numbers import grouped
from apps.geography.curation.translating import Outcome, Wish, translate
from apps.geography.curation.worklist import MODELS, lines
from apps.geography.models.search import Kind
from apps.imports.files import sheets
from apps.imports.files.sheets import neutral, restored
from apps.imports.rules import legible

MOST_ROWS = 10_000
# Lines of a table in memory.
LINES_AT_ONCE = 500
# By which a line is known, and what the place was called when the table was written.
CODE, SEEN = "code", "was"
CODES = {Kind.COUNTRY: "code", Kind.SUBDIVISION: "code", Kind.CITY: "geonameid"}


@dataclass(frozen=True, slots=True)
class Entry:
    """What a line wishes. code: None where it is none. seen: None where the table does not say."""

    line: int
    said: str
    code: Any
    seen: str | None
    text: str


@dataclass(frozen=True)
class Step:
    """A name that a table would change: where it says so, the place, what it is called and what it would be."""

    line: int
    english: str
    code: str
    stored: str
    text: str


@dataclass(frozen=True)
class Plan:
    """What would come of a table: wishes by primary key, what they change, and what is wrong, by line."""

    wishes: dict[Any, Wish]
    steps: list[Step]
    problems: list[tuple[int, str]]


def table(kind: Kind, language: str, keys: Sequence[Any], beside: Sequence[str]) -> Iterator[list[str]]:
    """Yield the header and the places with these primary keys; no cell begins like a formula. Queries as `lines`."""
    yield [CODE, "country", "english", *beside, "suggestion", SEEN, language]
    for start in range(0, len(keys), LINES_AT_ONCE):
        for line in lines(kind, language, keys[start : start + LINES_AT_ONCE], beside):
            cells = [line.code, line.country, line.english, *line.beside, line.suggestion, line.name, line.name]
            yield list(map(neutral, cells))


def entries(file: IO[bytes], kind: Kind, language: str) -> Iterator[Entry]:
    """Yield the filled lines of CSV or XLSX; raises ValidationError or BadSheet for what is no such table."""
    sheet = sheets.parse(file)
    header, field = sheet.header, MODELS[kind]._meta.get_field(CODES[kind])
    if any(header.count(name) != 1 for name in (CODE, language)) or header.count(SEEN) > 1:
        raise ValidationError(
            gettext("Line {number}: there must be the columns {names}, each once.").format(
                number=sheet.line, names=f"{CODE}, {language}"
            )
        )
    known = set()
    for number, (line, cells) in enumerate(sheet.rows):
        if number >= MOST_ROWS:
            raise ValidationError(
                gettext("Line {number}: a file may have {rows} rows.").format(number=line, rows=grouped(MOST_ROWS))
            )
        if len(cells) > len(header) or (len(cells) < len(header) and sheet.separator):
            raise ValidationError(
                gettext("Line {number}: {key}: {cells} cells instead of {columns}.").format(
                    number=line, key=legible(cells[0]), cells=len(cells), columns=len(header)
                )
            )
        named = dict(zip(header, [*cells, *[""] * (len(header) - len(cells))], strict=True))
        said = restored(named[CODE].strip())
        if said in known:
            raise ValidationError(gettext("Line {number}: {key}: stands twice.").format(number=line, key=legible(said)))
        known.add(said)
        if text := restored(named[language].strip()):
            seen = restored(named[SEEN].strip()) if SEEN in named else None
            yield Entry(line, said, _code(sheet.value(said, field), kind), seen, text)


def plan(by: Author, kind: Kind, language: str, found: Iterable[Entry]) -> Plan:
    """Return what would come of a table, and write nothing.

    What `translate` would refuse is a problem here, too. Three to six queries; raises what `entries` does.
    """
    every = list(found)
    by_code = {entry.code: entry for entry in every if entry.code is not None}
    rows = MODELS[kind].objects.current().filter(**{f"{CODES[kind]}__in": list(by_code)}).order_by()
    keys = {pk: by_code[code] for pk, code in rows.values_list("pk", CODES[kind])}
    stored = {line.pk: line for line in lines(kind, language, list(keys))}
    by_pk = {pk: keys[pk] for pk in stored}
    wishes = {
        pk: Wish(stored[pk].name if entry.seen is None else entry.seen, entry.text)
        for pk, entry in by_pk.items()
        if entry.text not in (entry.seen, stored[pk].name)
    }
    outcome = translate(by, kind, language, wishes, dry_run=True)
    steps = [
        Step(by_pk[pk].line, stored[pk].english, stored[pk].code, stored[pk].name, by_pk[pk].text)
        for pk in outcome.saved
    ]
    there = {entry.line for entry in by_pk.values()}
    thing = MODELS[kind]._meta.verbose_name
    unknown = [
        (entry.line, gettext("{key}: there is no such {thing}.").format(key=legible(entry.said), thing=thing))
        for entry in every
        if entry.line not in there
    ]
    problems = sorted([*unknown, *((by_pk[pk].line, said) for pk, said in refused(outcome, wishes).items())])
    wishes = {pk: wishes[pk] for pk in outcome.saved}
    return Plan(wishes, sorted(steps, key=lambda step: step.line), problems)


def refused(outcome: Outcome, wishes: dict[Any, Wish]) -> dict[Any, str]:
    """Return what to say of each wish that is not fulfilled, by primary key."""
    wrong = {
        pk: gettext("{name}: {remedy}.").format(name=legible(wishes[pk].text), remedy=remedy)
        for pk, remedy in outcome.wrong.items()
    }
    stale = {
        pk: gettext("{name}: it is called “{stored}” meanwhile; take the list anew.").format(
            name=legible(wishes[pk].text), stored=stored or gettext("nothing")
        )
        for pk, stored in outcome.stale.items()
    }
    return wrong | stale


def _code(value: Any, kind: Kind) -> Any:
    """Return what may be the code of a place of the kind, or None."""
    if kind == Kind.CITY:
        return value if isinstance(value, int) and abs(value) < 2**63 else None
    return value if isinstance(value, str) and value.isprintable() else None
