"""The tables that imports fill and exports write, with the columns that upstream has a say in."""

from django.conf import settings
from django.db.models import Q

from apps.geography.models import (
    AlternativeName,
    City,
    CityName,
    Country,
    OfficialName,
    Region,
    Subdivision,
    SubdivisionType,
)
from apps.geography.names.languages import column
from apps.imports.tables import Table

NAME_COLUMNS = tuple(column("name", language) for language, _ in settings.LANGUAGES)
FACT_COLUMNS = (
    "alpha3",
    "numeric",
    "iso_name",
    "official_name",
    "calling_code",
    "constant_number",
    "iso_status",
    "is_independent",
    "capital",
    "other_capitals",
    "demonym",
    "latitude",
    "longitude",
    "subregion",
    "geonameid",
    "currencies",
    "languages",
    "area_km2",
    "population",
    "top_level_domain",
    "borders",
    "time_zones",
    "postal_code_pattern",
    "driving_side",
    "first_week_day",
    "weekend_days",
)
REGIONS = Table(Region, ("code", *NAME_COLUMNS))
COUNTRIES = Table(Country, ("code", *FACT_COLUMNS, *NAME_COLUMNS, "regions"), many=("regions",))
ALTERNATIVE_NAMES = Table(AlternativeName, ("country_id", "language", "name"), key=3)

TYPES = Table(SubdivisionType, ("code", *NAME_COLUMNS))
SUBDIVISIONS = Table(
    Subdivision,
    (
        "code",
        "country_id",
        "parent",
        "type_id",
        "is_iso",
        "is_state",
        "redirect_country_id",
        "redirect_subdivision",
        "replaced_by",
        *NAME_COLUMNS,
    ),
    references={"parent": "code", "redirect_subdivision": "code"},
    scope=Q(is_iso=True),
)
OFFICIAL_NAMES = Table(
    OfficialName,
    ("subdivision", "language", "romanization", "name", "local_variant", "is_primary", "is_generated", "source"),
    key=3,
    references={"subdivision": "code"},
    scope=Q(subdivision__is_iso=True),
)

# The languages in which some state has a name of its own, so that the others' columns stay out of it.
STATE_LANGUAGES = ("en", "pt", "sq", "sr", "zh-hans", "zh-hant")
STATES = Table(
    Subdivision,
    (
        "code",
        "country_id",
        "is_iso",
        "is_state",
        "replaced_by",
        *(column("name", language) for language in STATE_LANGUAGES),
    ),
    scope=Q(is_iso=False),
)
CITIES = Table(
    City,
    (
        "geonameid",
        "country_id",
        "subdivision",
        "name",
        "latitude",
        "longitude",
        "population",
        "time_zone",
        "source",
        "spellings",
    ),
    references={"subdivision": "code"},
)
CITY_NAMES = Table(CityName, ("city_id", "language", "name", "source"), key=2)
