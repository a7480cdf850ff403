"""The bodies of ours from ModelSerializers: names in German, states and cities in English."""

from typing import Any

from rest_framework import serializers

from tests.benchmarks.plain.models import City, Country, Subdivision, TenantCountry


class ConstantsSerializer(serializers.ModelSerializer[Country]):
    """A country of the constants style."""

    value = serializers.IntegerField(source="constant_number")
    label = serializers.CharField(source="name_de")  # type: ignore[assignment]
    alpha2Code = serializers.CharField(source="code")  # noqa: N815 - the contract's name
    alpha3Code = serializers.CharField(source="alpha3")  # noqa: N815
    numericCode = serializers.IntegerField(source="numeric")  # noqa: N815
    phoneCode = serializers.CharField(source="calling_code")  # noqa: N815

    class Meta:
        model = Country
        fields = ("code", "value", "label", "alpha2Code", "alpha3Code", "numericCode", "phoneCode")


class DataSerializer(serializers.ModelSerializer[Country]):
    """A country of the data style."""

    iso_alpha_2 = serializers.CharField(source="code")
    name = serializers.CharField(source="name_de")
    iso_alpha_3 = serializers.CharField(source="alpha3")
    iso_numeric = serializers.SerializerMethodField()
    details = serializers.SerializerMethodField()
    updated_at = serializers.DateTimeField(format="%Y-%m-%dT%H:%M:%S.%fZ")
    is_subdivision_of = serializers.SerializerMethodField()

    class Meta:
        model = Country
        fields = ("iso_alpha_2", "name", "iso_alpha_3", "iso_numeric", "details", "updated_at", "is_subdivision_of")

    def get_iso_numeric(self, country: Country) -> str:
        return f"{country.numeric:03}"

    def get_details(self, country: Country) -> dict[str, Any] | None:
        if country.iso_status != "officially-assigned":
            return None
        return {"independent": country.is_independent, "status": country.iso_status}

    def redirects(self, country: Country) -> list[Any]:
        return list(country.redirects.all())

    def get_is_subdivision_of(self, country: Country) -> dict[str, str] | None:
        redirects = self.redirects(country)
        if len(redirects) != 1:
            return None
        return {"parent_country_code": redirects[0].country_id, "subdivision_code": redirects[0].code}


class TenantSerializer(serializers.ModelSerializer[TenantCountry]):
    """A country of the tenant_countries style."""

    code = serializers.CharField(source="country_id")
    name = serializers.SerializerMethodField()
    regions = serializers.SlugRelatedField(source="country.regions", slug_field="code", many=True, read_only=True)
    metadata = serializers.SerializerMethodField()

    class Meta:
        model = TenantCountry
        fields = ("code", "name", "regions", "active", "metadata")

    def get_name(self, row: TenantCountry) -> dict[str, str]:
        return {"de": row.country.name_de}

    def get_metadata(self, row: TenantCountry) -> dict[str, Any]:
        return {"createdAt": row.created_at, "modifiedAt": row.modified_at, "version": row.version}


class CitySerializer(serializers.ModelSerializer[City]):
    """A city."""

    class Meta:
        model = City
        fields = ("name",)


class StateSerializer(serializers.ModelSerializer[Subdivision]):
    """A state with its cities."""

    name = serializers.CharField(source="name_en")
    cities = CitySerializer(many=True)

    class Meta:
        model = Subdivision
        fields = ("name", "cities")


class CountryListSerializer(serializers.ModelSerializer[Country]):
    """A country with its states."""

    name = serializers.CharField(source="name_en")
    states = StateSerializer(source="subdivisions", many=True)

    class Meta:
        model = Country
        fields = ("code", "name", "states")
