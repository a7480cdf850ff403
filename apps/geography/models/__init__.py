"""Tables of geographic data, and what each tenant sees of them."""

from apps.geography.models.activation import TenantCountry, TenantCountryName, TenantSubdivision
from apps.geography.models.changes import Change
from apps.geography.models.cities import City, CityName
from apps.geography.models.countries import AlternativeName, Country, Region
from apps.geography.models.search import SearchName, Unindexed
from apps.geography.models.subdivisions import OfficialName, Subdivision, SubdivisionType

__all__ = [
    "AlternativeName",
    "Change",
    "City",
    "CityName",
    "Country",
    "OfficialName",
    "Region",
    "SearchName",
    "Subdivision",
    "SubdivisionType",
    "TenantCountry",
    "TenantCountryName",
    "TenantSubdivision",
    "Unindexed",
]
