"""Which subdivisions people call states."""

import pytest

from apps.geography.models import Subdivision
from apps.geography.sources.subdivisions.states import list_levels, state_codes


def test_states_are_the_first_level() -> None:
    assert state_codes([("FR-IDF", "FR", None), ("FR-75C", "FR", "FR-IDF")]) == {"FR-IDF"}


def test_where_the_first_level_is_no_state_the_lowest_is() -> None:
    rows = [("PH-00", "PH", None), ("PH-01", "PH", None), ("PH-LUN", "PH", "PH-01")]
    assert state_codes(rows) == {"PH-00", "PH-LUN"}


def test_every_level_belongs_to_a_country_with_two() -> None:
    import pycountry

    assert set(list_levels()) == {each.country_code for each in pycountry.subdivisions if each.parent_code}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("country", "number"),
    [("ID", 38), ("CV", 22), ("DO", 32), ("GQ", 8), ("KN", 14), ("MH", 24), ("IQ", 18), ("GW", 9)],
)
def test_islands_and_statistical_regions_are_no_states(country: str, number: int) -> None:
    assert Subdivision.objects.states().filter(country=country).count() == number


@pytest.mark.django_db
def test_countries_without_iso_codes_have_the_states_of_geonames() -> None:
    own = Subdivision.objects.current().filter(is_iso=False, upstream__isnull=False)
    assert own.count() == 280
    assert not own.filter(is_state=False).exists()
    assert not own.exclude(code__contains="-G-").exists()
    iso = Subdivision.objects.iso().values("country")
    assert not own.filter(country__in=iso).exists()


@pytest.mark.django_db
def test_the_districts_of_hong_kong_have_chinese_names() -> None:
    districts = Subdivision.objects.states().filter(country="HK")
    assert districts.count() == 18
    assert districts.filter(code="HK-G-HCW").values_list("name_en", "name_zh_hant", "name_zh_hans").get() == (
        "Central and Western",
        "中西區",
        "中西区",
    )
