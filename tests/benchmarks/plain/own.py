"""The lists of `views` over our own models, as one writes them without a thought to how many columns these have."""

from typing import Any

from django.db.models import Prefetch
from django.urls import path
from rest_framework import generics

from apps.geography.models import City, Country, Subdivision, TenantCountry
from tests.benchmarks.plain import serializers


class ConstantsSerializer(serializers.ConstantsSerializer):
    """A country of the constants style."""

    class Meta(serializers.ConstantsSerializer.Meta):
        model = Country


class DataSerializer(serializers.DataSerializer):
    """A country of the data style."""

    class Meta(serializers.DataSerializer.Meta):
        model = Country

    def redirects(self, country: Any) -> list[Subdivision]:
        return list(country.redirecting_subdivisions.all())


class TenantSerializer(serializers.TenantSerializer):
    """A country of the tenant_countries style."""

    class Meta(serializers.TenantSerializer.Meta):
        model = TenantCountry


class CitySerializer(serializers.CitySerializer):
    """A city."""

    class Meta(serializers.CitySerializer.Meta):
        model = City


class StateSerializer(serializers.StateSerializer):
    """A state with its cities."""

    cities = CitySerializer(many=True)

    class Meta(serializers.StateSerializer.Meta):
        model = Subdivision


class CountryListSerializer(serializers.CountryListSerializer):
    """A country with its states."""

    states = StateSerializer(source="subdivisions", many=True)

    class Meta(serializers.CountryListSerializer.Meta):
        model = Country


class ConstantsList(generics.ListAPIView[Country]):
    """The countries of the constants style."""

    queryset = Country.objects.current().order_by("name_de")
    serializer_class = ConstantsSerializer


class DataList(generics.ListAPIView[Country]):
    """The countries of the data style."""

    queryset = (
        Country.objects.current()
        .prefetch_related(Prefetch("redirecting_subdivisions", Subdivision.objects.current().iso()))
        .order_by("name_de")
    )
    serializer_class = DataSerializer


class TenantList(generics.ListAPIView[TenantCountry]):
    """The countries of the tenant_countries style."""

    queryset = (
        TenantCountry.objects.filter(tenant__code="demo", country__withdrawn_on=None)
        .select_related("country")
        .prefetch_related("country__regions")
        .order_by("country_id")
    )
    serializer_class = TenantSerializer


class CountryList(generics.ListAPIView[Country]):
    """The states and cities of a country, of the country_list style."""

    queryset = Country.objects.current().prefetch_related(
        Prefetch("subdivisions", Subdivision.objects.states().order_by("name_en")),
        Prefetch("subdivisions__cities", City.objects.current().order_by("name")),
    )
    serializer_class = CountryListSerializer

    def get_queryset(self) -> Any:
        """Return the country that is asked for."""
        return super().get_queryset().filter(code=self.request.GET["country"])


urlpatterns = [
    path("constants", ConstantsList.as_view()),
    path("data", DataList.as_view()),
    path("tenant_countries", TenantList.as_view()),
    path("country_list", CountryList.as_view()),
]
