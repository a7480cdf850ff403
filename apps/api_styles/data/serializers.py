"""Our names to those of the data contract."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from rest_framework import serializers

from apps.geography.models.countries import IsoStatus

Row = Mapping[str, Any]


class Moment(serializers.DateTimeField):
    """A UTC timestamp with six decimals, also where they are zero."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M:%S.%fZ", default_timezone=UTC, **kwargs)


def whole(country: str | None, code: str | None) -> dict[str, str] | None:
    """Return the subdivision that something also is, None where there is none."""
    return {"parent_country_code": country, "subdivision_code": code} if country and code else None


class CountrySerializer(serializers.Serializer[Row]):
    """A country; context: `identities`, the subdivisions of other countries that are countries."""

    iso_alpha_2 = serializers.CharField(source="code")
    name = serializers.CharField()
    iso_alpha_3 = serializers.CharField(source="alpha3")
    iso_numeric = serializers.SerializerMethodField()
    details = serializers.SerializerMethodField()
    updated_at = Moment()
    is_subdivision_of = serializers.SerializerMethodField()

    def get_iso_numeric(self, row: Row) -> str:
        """Return three digits."""
        return f"{row['numeric']:03}"

    def get_details(self, row: Row) -> dict[str, Any] | None:
        """Return what ISO 3166-1 says, None where it has no entry."""
        if row["iso_status"] != IsoStatus.OFFICIALLY_ASSIGNED:
            return None
        return {"independent": row["is_independent"], "status": row["iso_status"]}

    def get_is_subdivision_of(self, row: Row) -> dict[str, str] | None:
        """Return the subdivision that the country also is."""
        return whole(*self.context["identities"].get(row["code"], (None, None)))


class SubdivisionSerializer(serializers.Serializer[Row]):
    """A subdivision."""

    code = serializers.CharField()
    name = serializers.CharField()
    type = serializers.CharField(source="type_label", allow_null=True)
    updated_at = Moment()
    related_country_code = serializers.CharField(source="redirect_country", allow_null=True)
    related_subdivision_code = serializers.CharField(source="redirect_subdivision__code", allow_null=True)
    is_subdivision_of = serializers.SerializerMethodField()

    def get_is_subdivision_of(self, row: Row) -> dict[str, str] | None:
        """Return the subdivision of another country that it also is."""
        return whole(row["whole_country"], row["whole_code"])


class WidgetCountrySerializer(CountrySerializer):
    """A country in a form; context: also `location`."""

    preselected = serializers.SerializerMethodField()

    def get_preselected(self, row: Row) -> bool:
        """Return whether the caller seems to be there."""
        location = self.context["location"]
        return location is not None and row["code"] == location.country


class WidgetSubdivisionSerializer(SubdivisionSerializer):
    """A subdivision in a form; context: `location`."""

    id = serializers.IntegerField(source="pk")
    parent_id = serializers.IntegerField(allow_null=True)
    full_name = serializers.SerializerMethodField()
    preselected = serializers.SerializerMethodField()

    def get_full_name(self, row: Row) -> str:
        """Return the name with the type where there is one: "California (State)"."""
        return f"{row['name']} ({row['type_label']})" if row["type_label"] else row["name"]

    def get_preselected(self, row: Row) -> bool:
        """Return whether the caller seems to be there."""
        location = self.context["location"]
        return location is not None and row["code"] in location.subdivisions
