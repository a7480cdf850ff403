"""Hong Kong's areas, which GeoNames mixes with housing estates."""

from collections.abc import Iterator
from dataclasses import dataclass

from apps.geography.sources.pinned import fixture
from apps.imports.files.source import BadSource, read_tsv

COUNTRY = "HK"
TIME_ZONE = "Asia/Hong_Kong"
LANGUAGES = ("zh-hant", "zh-hans")


@dataclass(frozen=True)
class Area:
    """An area of a district. geonameid is negative where GeoNames does not have it; `names` are by language."""

    geonameid: int
    district: str
    name: str
    names: dict[str, str]
    latitude: float | None
    longitude: float | None
    population: int


def areas() -> Iterator[Area]:
    """Yield the areas of `fixtures/hk_districts.tsv`."""
    path = fixture("hk_districts.tsv")
    columns = ("geonameid", "district", "en", *LANGUAGES, "latitude", "longitude", "population")
    for geonameid, district, name, hant, hans, latitude, longitude, population in read_tsv(path, *columns):
        try:
            yield Area(
                int(geonameid),
                district,
                name,
                dict(zip(LANGUAGES, (hant, hans), strict=True)),
                float(latitude) if latitude else None,
                float(longitude) if longitude else None,
                int(population),
            )
        except ValueError as error:
            raise BadSource(f"{path}: {geonameid} {name}: {error}") from error
