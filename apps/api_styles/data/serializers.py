"""Our names to those of the data contract."""

from collections.abc import Mapping
from typing import Any, TypedDict

from apps.api_styles.data.location import Location
from apps.geography.models.countries import IsoStatus

Row = Mapping[str, Any]


class Whole(TypedDict):
    """The subdivision of another country that something also is."""

    parent_country_code: str
    subdivision_code: str


class Details(TypedDict):
    """What ISO 3166-1 says of a country."""

    independent: bool
    status: str


class Country(TypedDict):
    """A country."""

    iso_alpha_2: str
    name: str
    iso_alpha_3: str
    iso_numeric: str
    details: Details | None
    updated_at: str
    is_subdivision_of: Whole | None


class WidgetCountry(Country):
    """A country in a form."""

    preselected: bool


class Subdivision(TypedDict):
    """A subdivision."""

    code: str
    name: str
    type: str | None
    updated_at: str
    related_country_code: str | None
    related_subdivision_code: str | None
    is_subdivision_of: Whole | None


class WidgetSubdivision(Subdivision):
    """A subdivision in a form. `full_name`: "California (State)"."""

    id: int
    parent_id: int | None
    full_name: str
    preselected: bool


def whole(country: str | None, code: str | None) -> Whole | None:
    """Return the subdivision that something also is, None where there is none."""
    return {"parent_country_code": country, "subdivision_code": code} if country and code else None


def country(row: Row) -> Country:
    """Return a country; `whole_country` and `whole_code` are of the subdivision that it also is."""
    return {
        "iso_alpha_2": row["code"],
        "name": row["name"],
        "iso_alpha_3": row["alpha3"],
        "iso_numeric": f"{row['numeric']:03}",
        "details": details(row),
        "updated_at": row["updated"],
        "is_subdivision_of": whole(row["whole_country"], row["whole_code"]),
    }


def details(row: Row) -> Details | None:
    """Return what ISO 3166-1 says, None where it has no entry."""
    if row["iso_status"] != IsoStatus.OFFICIALLY_ASSIGNED.value:
        return None
    return {"independent": row["is_independent"], "status": row["iso_status"]}


def subdivision(row: Row) -> Subdivision:
    """Return a subdivision; `whole_country` and `whole_code` are of the one of another country that it also is."""
    return {
        "code": row["code"],
        "name": row["name"],
        "type": row["type"],
        "updated_at": row["updated"],
        "related_country_code": row["redirect_country"],
        "related_subdivision_code": row["redirect_subdivision__code"],
        "is_subdivision_of": whole(row["whole_country"], row["whole_code"]),
    }


def widget_country(row: Row, location: Location | None) -> WidgetCountry:
    """Return a country in a form; `location`: where the caller seems to be."""
    return {**country(row), "preselected": location is not None and row["code"] == location.country}


def widget_subdivision(row: Row, location: Location | None) -> WidgetSubdivision:
    """Return a subdivision in a form; `location`: where the caller seems to be."""
    return {
        **subdivision(row),
        "id": row["pk"],
        "parent_id": row["parent_id"],
        "full_name": f"{row['name']} ({row['type']})" if row["type"] else row["name"],
        "preselected": location is not None and row["code"] in location.subdivisions,
    }
