"""Compile what CLDR knows of countries, and Babel does not pass on, into `fixtures/`."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from apps.geography.compile import cldr as source
from apps.geography.compile.tsv import write_tsv
from apps.geography.sources.countries.names import NAMES
from apps.geography.sources.countries.reader import FACTS, M49

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def compile_countries(cldr: Path, fixtures: Path) -> None:
    """Write `cldr_countries.tsv` and `cldr_country_names.tsv`."""
    write_tsv(fixtures / "cldr_countries.tsv", FACTS, _facts(cldr))
    write_tsv(fixtures / "cldr_country_names.tsv", NAMES, _names(cldr))


def _facts(cldr: Path) -> Iterator[tuple[str, ...]]:
    data = source.supplemental(cldr)
    regions, subregions = dict(_regions(cldr)), dict(_subregions(cldr))
    zones = _time_zones(cldr)
    first, start, end = (_week(cldr, kind) for kind in ("firstDay", "weekendStart", "weekendEnd"))
    for territory in sorted(data.iterfind("territoryInfo/territory"), key=lambda each: each.get("type", "")):
        code = territory.get("type", "")
        population = territory.get("population", "")
        starts, ends = start.get(code, start["001"]), end.get(code, end["001"])
        weekend = [day % 7 for day in range(starts, (ends if ends >= starts else ends + 7) + 1)]
        yield (
            code,
            regions.get(code, ""),
            subregions.get(code, ""),
            "" if population == "0" else population,
            " ".join(zones.get(code, [])),
            str(first.get(code, first["001"])),
            " ".join(str(day) for day in weekend),
        )


def _week(cldr: Path, kind: str) -> dict[str, int]:
    """Return the day (0 is Monday) of each territory that `weekData` has one for; 001 is the rest of the world."""
    return {
        territory: DAYS.index(element.get("day", ""))
        for element in source.supplemental(cldr).iterfind(f"weekData/{kind}")
        if not element.get("alt")
        for territory in element.get("territories", "").split()
    }


def _groups(cldr: Path) -> dict[str, list[str]]:
    """Return what each region of M49 contains: regions of its own, or countries."""
    # "Outlying Oceania" is CLDR's own, for Antarctica and islands that M49 does not have.
    groups: dict[str, list[str]] = {"QO": []}
    for group in source.supplemental(cldr).iterfind("territoryContainment/group"):
        if not group.get("status") and not group.get("grouping") and group.get("type") != "QO":
            groups.setdefault(group.get("type", ""), []).extend(group.get("contains", "").split())
    return groups


def _regions(cldr: Path) -> Iterator[tuple[str, str]]:
    """Yield (country, region), as M49 has them: each country lies in one of five."""
    groups = _groups(cldr)

    def within(code: str) -> Iterator[str]:
        for member in groups[code]:
            yield from within(member) if member in groups else [member]

    for number, region in M49.items():
        yield from ((code, region) for code in within(number))


def _subregions(cldr: Path) -> Iterator[tuple[str, str]]:
    """Yield (country, number of its subregion): the smallest of M49's regions that it lies in."""
    for number, members in _groups(cldr).items():
        yield from ((code, number) for code in members if code.isalpha() and number.isdigit() and number not in M49)


def _time_zones(cldr: Path) -> dict[str, list[str]]:
    """Return the IANA names of each country's zones; CLDR's own names are older."""
    zones: dict[str, list[str]] = {}
    keyword = source.tree(cldr / "common" / "bcp47" / "timezone.xml").find("keyword/key[@name='tz']")
    for zone in keyword if keyword is not None else ():
        short, names = zone.get("name", ""), zone.get("alias", "").split()
        # Of no country are those of the oceans and of time itself: "gmt" is Greenwich's, and not Gambia's.
        if zone.get("deprecated") == "true" or not names or "/" not in names[0] or names[0].startswith("Etc/"):
            continue
        # The short name is UN/LOCODE's, whose first two letters are the country, or says the region itself.
        country = zone.get("region") or short[:2].upper()
        zones.setdefault(country, []).append(zone.get("iana") or names[0])
    return {country: sorted(names) for country, names in zones.items()}


def _names(cldr: Path) -> Iterator[tuple[str, str, str, str]]:
    """Yield the short and variant names that each language has beside the standard one."""
    for language, _ in settings.LANGUAGES:
        found: dict[tuple[str, str], str] = {}
        for locale in source.ancestors(cldr, source.locale_name(language)):
            path = cldr / "common" / "main" / f"{locale}.xml"
            if not path.exists():
                continue
            for element in source.tree(path).iterfind("localeDisplayNames/territories/territory[@alt]"):
                code, kind, name = element.get("type", ""), element.get("alt", ""), element.text or ""
                if len(code) == 2 and code != "UN" and name != source.INHERIT:
                    found.setdefault((code, kind), name)
        yield from ((code, language, kind, name) for (code, kind), name in sorted(found.items()))
