"""Our names to those of the data contract."""

from collections.abc import Mapping
from typing import Any

from apps.api_styles.data.location import Location
from apps.geography.models.countries import IsoStatus

Row = Mapping[str, Any]
Item = dict[str, Any]


def whole(country: str | None, code: str | None) -> dict[str, str] | None:
    """Return the subdivision that something also is, None where there is none."""
    return {"parent_country_code": country, "subdivision_code": code} if country and code else None


def country(row: Row) -> Item:
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


def details(row: Row) -> Item | None:
    """Return what ISO 3166-1 says, None where it has no entry."""
    if row["iso_status"] != IsoStatus.OFFICIALLY_ASSIGNED.value:
        return None
    return {"independent": row["is_independent"], "status": row["iso_status"]}


def subdivision(row: Row) -> Item:
    """Return a subdivision; `whole_country` and `whole_code` are of the one of another country that it also is."""
    return {
        "code": row["code"],
        "name": row["name"],
        "type": row["type_label"],
        "updated_at": row["updated"],
        "related_country_code": row["redirect_country"],
        "related_subdivision_code": row["redirect_subdivision__code"],
        "is_subdivision_of": whole(row["whole_country"], row["whole_code"]),
    }


def widget_country(row: Row, location: Location | None) -> Item:
    """Return a country in a form; `location`: where the caller seems to be."""
    return country(row) | {"preselected": location is not None and row["code"] == location.country}


def widget_subdivision(row: Row, location: Location | None) -> Item:
    """Return a subdivision in a form: "California (State)"; `location`: where the caller seems to be."""
    return subdivision(row) | {
        "id": row["pk"],
        "parent_id": row["parent_id"],
        "full_name": f"{row['name']} ({row['type_label']})" if row["type_label"] else row["name"],
        "preselected": location is not None and row["code"] in location.subdivisions,
    }
