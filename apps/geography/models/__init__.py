"""Tables of geographic data, and what each tenant sees of them."""

from apps.geography.models.activation import TenantCountry, TenantCountryName, TenantSubdivision
from apps.geography.models.changes import Change
from apps.geography.models.cities import City, CityName
from apps.geography.models.countries import AlternativeName, Country, Region
from apps.geography.models.search import SearchName, Unindexed
from apps.geography.models.subdivisions import OfficialName, Subdivision, SubdivisionType
from apps.geography.models.suspicions import DataCheck, StoredSuspicion

__all__ = [
    "AlternativeName",
    "Change",
    "City",
    "CityName",
    "Country",
    "DataCheck",
    "OfficialName",
    "Region",
    "SearchName",
    "StoredSuspicion",
    "Subdivision",
    "SubdivisionType",
    "TenantCountry",
    "TenantCountryName",
    "TenantSubdivision",
    "Unindexed",
]
