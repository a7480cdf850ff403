"""One small factory per model."""

from typing import Any

import factory
from factory.django import DjangoModelFactory

from apps.api_keys.models import ApiKey, Kind
from apps.geography.models import City, Country, Region, Subdivision, SubdivisionType
from apps.tenants.models import Plan, Tenant


class PlanFactory(DjangoModelFactory[Plan]):
    name = factory.Sequence(lambda n: f"Plan {n}")
    requests_per_minute = None

    class Meta:
        model = Plan


class TenantFactory(DjangoModelFactory[Tenant]):
    code = factory.Sequence(lambda n: f"tenant{n}")
    name = factory.Sequence(lambda n: f"Tenant {n}")
    plan = factory.SubFactory(PlanFactory)

    class Meta:
        model = Tenant


class RegionFactory(DjangoModelFactory[Region]):
    code = factory.Sequence(lambda n: f"Region {n}")
    name_en = factory.SelfAttribute("code")

    class Meta:
        model = Region


class CountryFactory(DjangoModelFactory[Country]):
    """A country that ISO does not have: X and a letter other than K, which is Kosovo's."""

    code = factory.Sequence(lambda n: "X" + "ABCDEFGHIJLMNOPQRSTUVWYZ"[n % 24])
    alpha3 = factory.LazyAttribute(lambda country: f"{country.code}Z")
    numeric = factory.Sequence(lambda n: 900 + n % 24)
    name_en = factory.LazyAttribute(lambda country: f"Country {country.code}")
    iso_name = factory.SelfAttribute("name_en")
    calling_code = "999"
    constant_number = factory.Sequence(lambda n: 95_020_000 + n)
    iso_status = "officially-assigned"
    is_independent = True

    class Meta:
        model = Country
        # The sequence comes round, and a test may have taken the code already.
        django_get_or_create = ("code",)


class SubdivisionTypeFactory(DjangoModelFactory[SubdivisionType]):
    code = factory.Sequence(lambda n: f"type {n}")
    name_en = factory.SelfAttribute("code")

    class Meta:
        model = SubdivisionType


class SubdivisionFactory(DjangoModelFactory[Subdivision]):
    country = factory.SubFactory(CountryFactory)
    code = factory.Sequence(lambda n: f"XX-{n}")
    name_en = factory.SelfAttribute("code")
    is_state = True

    class Meta:
        model = Subdivision


class CityFactory(DjangoModelFactory[City]):
    geonameid = factory.Sequence(lambda n: -(2**50) - n)  # out of reach of real cities and of those of staff
    country = factory.SubFactory(CountryFactory)
    name = factory.Sequence(lambda n: f"City {n}")

    class Meta:
        model = City


def issue_key(tenant: Tenant, kind: Kind = Kind.PRIVATE, **fields: Any) -> str:
    """Issue a key and return its secret."""
    return ApiKey.objects.issue(tenant, kind, **fields)[1]
