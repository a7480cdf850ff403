"""Lines as the files of GeoNames have them."""

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

CITY = (
    "geonameid name asciiname alternatenames latitude longitude feature_class feature_code country_code cc2 admin1 "
    "admin2 admin3 admin4 population elevation dem timezone modified"
).split()
PLACE = {
    "geonameid": "990000001",
    "name": "Alba",
    "asciiname": "Alba",
    "latitude": "1.5",
    "longitude": "-2.25",
    "feature_class": "P",
    "feature_code": "PPL",
    "country_code": "XA",
    "population": "20000",
    "dem": "10",
    "timezone": "Europe/Berlin",
    "modified": "2026-01-01",
}
NAME = "id city language name preferred short colloquial historic since until".split()


def city(**cells: object) -> str:
    return "\t".join(str({**PLACE, **cells}.get(column, "")) for column in CITY) + "\n"


def alternate(**cells: object) -> str:
    values = {"id": "1", "city": PLACE["geonameid"], "language": "de", "name": "Weißenfels", **cells}
    return "\t".join(str(values.get(column, "")) for column in NAME) + "\n"


def write(path: Path, *lines: str) -> Path:
    path.write_text("".join(lines), encoding="utf-8")
    return path


def archive(path: Path, **members: str) -> Path:
    """Write an archive; a member is called as its keyword and ".txt"."""
    with ZipFile(path, "w", ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(f"{name}.txt", content)
    return path
