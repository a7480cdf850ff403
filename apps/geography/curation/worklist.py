"""What has no name in a language, or one that looks wrong: the places to go through, and how far each language is."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value

from apps.geography.models import City, CityName, Country, Subdivision
from apps.geography.models.search import Kind
from apps.geography.names.languages import column, parents
from apps.geography.report import countries as of_countries
from apps.geography.report import names as of_names
from apps.geography.report.names import Naming
from apps.geography.report.suspicions import Suspicion, reason
from apps.geography.sources.cities.names import NAMESAKE_COLUMNS, NAMESAKES, zone_names
from apps.geography.sources.countries.names import territories
from apps.geography.sources.pinned import fixture
from apps.imports.files.source import read_tsv
from apps.revisions import numbers

MODELS: dict[Kind, Any] = {Kind.COUNTRY: Country, Kind.SUBDIVISION: Subdivision, Kind.CITY: City}
# Of all countries together, only the cities of so many people: they come first, and the others are too many.
LARGE = 100_000
# What looks at one name at a time.
BY_NAME = ("wrong_script", "mixed_scripts", "odd_characters", "page_title", "lower_case")
# What was counted last, by kinds and languages, with the revision of the data; few ask for the same.
_held: dict[tuple[str, ...], tuple[int, list[tuple[Kind, list["Progress"]]]]] = {}
_lock = Lock()
MOST_HELD = 100
VARIANTS = tuple(code for code, _ in settings.LANGUAGES if len(parents(code)) > 1)


@dataclass(frozen=True)
class Line:
    """A place to be named.

    name: in the language, as stored, "" for none. beside: its names in other languages. suggestion: what upstream or
    CLDR has, where the name is missing or looks wrong. evidence: why it does.
    """

    pk: Any
    code: str
    country: str
    english: str
    name: str
    beside: list[str]
    suggestion: str = ""
    evidence: str = ""


@dataclass(frozen=True)
class Progress:
    """How many places have a name in a language, of how many."""

    language: str
    named: int
    total: int

    @property
    def missing(self) -> int:
        """How many have none."""
        return self.total - self.named

    @property
    def percent(self) -> int:
        """How many of a hundred have one, 100 only where all have."""
        return 100 * self.named // self.total if self.total else 100


def scope(kind: Kind, country: str = "") -> QuerySet[Any]:
    """Return the places that are to be named, in the order in which to go through them."""
    rows = MODELS[kind].objects.current()
    if kind == Kind.CITY:
        rows = rows.filter(country=country) if country else rows.filter(population__gte=LARGE)
        return rows.order_by("-population", "pk")  # type: ignore[no-any-return]
    rows = rows.untranslated()
    if country:
        rows = rows.filter(**{"pk" if kind == Kind.COUNTRY else "country": country})
    return rows.order_by("code")  # type: ignore[no-any-return]


def missing(kind: Kind, language: str, country: str = "") -> QuerySet[Any]:
    """Return the places of a scope without a name in a language and in those that it inherits from."""
    rows = scope(kind, country)
    if kind == Kind.CITY:
        return rows.filter(~Exists(_names(parents(language)).filter(city=OuterRef("pk"))))
    for each in parents(language):
        rows = rows.filter(_is_empty(each))
    return rows


def progress(kind: Kind, languages: Iterable[str], country: str = "") -> list[Progress]:
    """Return how far each language has come; one query, two for cities of which none has a name."""
    rows = scope(kind, country).order_by()
    if kind != Kind.CITY:
        counts = {column("in", each): Count("pk", filter=~_lacks(each)) for each in languages}
        found = rows.aggregate(total=Count("pk"), **counts)
        return [Progress(each, found[column("in", each)], found["total"]) for each in languages]
    return _city_progress(rows, languages)


def _city_progress(rows: QuerySet[Any], languages: Iterable[str]) -> list[Progress]:
    names = CityName.objects.filter(city__in=rows, withdrawn_on=None).order_by()
    # A variant of a language has the names of that, and those that only it has.
    alone: Any = Q()
    for variant in VARIANTS:
        inherited = CityName.objects.filter(city=OuterRef("city"), language=parents(variant)[-1], withdrawn_on=None)
        alone |= Q(language=variant) & ~Exists(inherited)
    every = rows.values(one=Value(1)).annotate(number=Count("pk")).values("number")
    counts = {"number": Count("pk"), "only": Count("pk", filter=alone), "total": Subquery(every)}
    found: list[Any] = list(names.values_list("language").annotate(**counts))
    named = {language: (number, only) for language, number, only, _ in found}
    total = found[0][-1] if found else rows.count()
    return [
        Progress(each, named.get(base, (0, 0))[0] + (named.get(each, (0, 0))[1] if base != each else 0), total)
        for each in languages
        for base in parents(each)[-1:]
    ]


def progress_of_all(kinds: Sequence[Kind], languages: Sequence[str]) -> list[tuple[Kind, list[Progress]]]:
    """Return how far each language has come with each kind; one query, and those of `progress` after a change."""
    asked = (*map(str, kinds), *languages)
    revision = numbers.current("data")["data"]
    with _lock:
        number, found = _held.get(asked, (-1, []))
    if number != revision:
        found = [(kind, progress(kind, languages)) for kind in kinds]
        with _lock:
            if len(_held) >= MOST_HELD:
                _held.clear()
            _held[asked] = revision, found
    return found


def suspicious(kind: Kind, language: str, country: str = "") -> dict[Any, str]:
    """Return why the names of places of a scope look wrong that do, by primary key, in the order of the scope.

    By the checks of `data_report` that need no more than the names themselves; what was found to be right is left
    out. One query, two for subdivisions.
    """
    rows = scope(kind, country)
    parts: Mapping[str, str | None] = {}
    if kind == Kind.CITY:
        names = _names([language]).filter(city__in=rows.order_by())
        order = names.order_by("-city__population", "city_id").values_list("city_id", "city_id", "name")
    else:
        order = rows.exclude(_is_empty(language)).values_list("pk", "code", column("name", language))
    found = {str(code): (pk, name) for pk, code, name in order}
    if kind == Kind.SUBDIVISION:
        parts = dict(rows.values_list("code", "parent__code"))
    texts = {code: {language: name} for code, (_, name) in found.items()}
    evidence: dict[str, str] = {}
    for each in _checked(kind, texts, parts):
        if not reason(each):
            evidence.setdefault(each.code, each.evidence)
    return {pk: evidence[code] for code, (pk, _) in found.items() if code in evidence}


def lines(
    kind: Kind, language: str, keys: Sequence[Any], beside: Sequence[str] = (), evidence: Mapping[Any, str] = {}
) -> list[Line]:
    """Return the places with these primary keys, in their order; one query, two for cities."""
    rows = {row["pk"]: row for row in _read(kind, language, keys, beside)}
    found = []
    for row in (rows[key] for key in keys if key in rows):
        name, why = row["name"], evidence.get(row["pk"], "")
        offered = row["said"] or _of_cldr(kind, row["code"], language)
        suggestion = offered if offered != name and (why or not name) else ""
        texts = [row["beside"].get(each, "") for each in beside]
        found.append(Line(row["pk"], str(row["code"]), row["country"], row["english"], name, texts, suggestion, why))
    return found


def _read(kind: Kind, language: str, keys: Sequence[Any], beside: Sequence[str]) -> Iterable[dict[str, Any]]:
    """Yield of each place what a line needs. said: what upstream calls it."""
    own = column("name", language)
    if kind == Kind.CITY:
        wanted = CityName.objects.filter(city__in=keys, language__in=[language, "en", *beside]).order_by()
        names: dict[Any, dict[str, Any]] = {}
        for city, code, *rest in wanted.values_list("city_id", "language", "name", "withdrawn_on", "upstream"):
            names.setdefault(city, {})[code] = rest
        for pk, country, name in City.objects.filter(pk__in=keys).order_by().values_list("pk", "country_id", "name"):
            shown = {code: text for code, (text, day, _) in names.get(pk, {}).items() if day is None}
            said = names.get(pk, {}).get(language, ("", None, None))[2] or {}
            yield {
                "pk": pk, "code": pk, "country": country, "english": shown.get("en", name), "beside": shown,
                "name": shown.get(language, ""), "said": said.get("name") or "",
            }  # fmt: skip
        return
    columns = {each: column("name", each) for each in beside}
    rows = MODELS[kind].objects.untranslated().filter(pk__in=keys).order_by()
    country = "code" if kind == Kind.COUNTRY else "country_id"
    for row in rows.values("pk", "code", country, "name_en", "upstream", own, *columns.values()):
        yield {
            "pk": row["pk"], "code": row["code"], "country": row[country], "english": row["name_en"],
            "beside": {each: row[name] or "" for each, name in columns.items()},
            "name": row[own] or "", "said": (row["upstream"] or {}).get(own) or "",
        }  # fmt: skip


def _checked(
    kind: Kind, texts: Mapping[str, Mapping[str, str]], parts: Mapping[str, str | None]
) -> Iterable[Suspicion]:
    if kind == Kind.COUNTRY:
        yield from of_countries.odd_names(texts)
        yield from of_countries.twin_names(texts)
        return
    naming = Naming(texts, {}, parts, {})
    for check in BY_NAME:
        yield from of_names.CHECKS[check](naming)
    if kind == Kind.SUBDIVISION:
        yield from of_names.twin_names(naming)


def _names(languages: Collection[str]) -> QuerySet[CityName]:
    return CityName.objects.filter(language__in=languages, withdrawn_on=None).order_by()


def _is_empty(language: str) -> Q:
    name = column("name", language)
    return Q(**{f"{name}__isnull": True}) | Q(**{name: ""})


def _lacks(language: str) -> Q:
    """Return the condition that there is no name in a language, nor in those that it inherits from."""
    lacks = Q()
    for each in parents(language):
        lacks &= _is_empty(each)
    return lacks


def _of_cldr(kind: Kind, code: Any, language: str) -> str:
    """Return what CLDR calls a place, where we have that at hand."""
    if kind == Kind.COUNTRY:
        return territories(language).get(code, "")
    return _zones().get(code, {}).get(language, "") if kind == Kind.CITY else ""


@lru_cache(maxsize=1)
def _zones() -> dict[int, dict[str, str]]:
    """Return the names of the cities after which time zones are called."""
    return zone_names({int(city) for _, city in read_tsv(fixture(NAMESAKES), *NAMESAKE_COLUMNS)})
