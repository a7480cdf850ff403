"""`updated_at` moves with what callers see of a row, whoever writes."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from apps.geography.models import Country, OfficialName, Subdivision, SubdivisionType
from tests.factories import CountryFactory, SubdivisionFactory, SubdivisionTypeFactory

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def part():
    """A subdivision of XA with a type and an official name, unchanged since long ago; so is XB."""
    country, kind = CountryFactory(code="XA"), SubdivisionTypeFactory(code="khanate", name_en="Khanate")
    other = CountryFactory(code="XB")
    part = SubdivisionFactory(country=country, code="XA-1", type=kind)
    SubdivisionFactory(country=other, code="XB-1")
    OfficialName.objects.create(subdivision=part, language="kx", name="Old")
    Country.objects.filter(code__in=["XA", "XB"]).update(updated_at=LONG_AGO)
    Subdivision.objects.filter(code__in=["XA-1", "XB-1"]).update(updated_at=LONG_AGO)
    return part


def moved():
    """Return the codes of the rows that have changed since long ago."""
    countries = Country.objects.filter(code__in=["XA", "XB"]).exclude(updated_at=LONG_AGO)
    subdivisions = Subdivision.objects.filter(code__in=["XA-1", "XB-1"]).exclude(updated_at=LONG_AGO)
    return {*countries.values_list("code", flat=True), *subdivisions.values_list("code", flat=True)}


def test_an_update_moves_it(part):
    Country.objects.filter(code="XA").update(name_fr="Autre")
    assert moved() == {"XA"}
    Subdivision.objects.filter(code="XA-1").update(name_zh_hans="新")
    assert moved() == {"XA", "XA-1"}
    now = datetime.now(UTC)
    stamps = Country.objects.filter(code="XA").values_list("updated_at", flat=True)
    assert abs((stamps.get() - now).total_seconds()) < 60


def test_sql_moves_it(part):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE geography_country SET iso_name = 'Other' WHERE code = 'XA'")
    assert moved() == {"XA"}


def test_what_callers_do_not_see_does_not_move_it(part):
    Country.objects.filter(code="XA").update(upstream={"name_en": "x"})
    Subdivision.objects.filter(code="XA-1").update(upstream={"name_en": "x"}, name_fr=None)
    assert moved() == set()


def test_a_writer_may_set_it(part):
    other = datetime(2021, 1, 1, tzinfo=UTC)
    Country.objects.filter(code="XA").update(name_fr="Autre", updated_at=other)
    assert Country.objects.values_list("updated_at", flat=True).get(code="XA") == other


def test_official_names_move_their_subdivision(part):
    name = OfficialName.objects.create(subdivision=part, language="ky", name="New")
    assert moved() == {"XA-1"}
    for change in (lambda: OfficialName.objects.filter(pk=name.pk).update(name="Newer"), name.delete):
        Subdivision.objects.filter(code="XA-1").update(updated_at=LONG_AGO)
        change()
        assert moved() == {"XA-1"}


def test_the_name_of_a_type_moves_its_subdivisions(part):
    SubdivisionType.objects.filter(code="khanate").update(name_de="Khanat")
    assert moved() == {"XA-1"}


def test_a_redirect_moves_both_ends(part):
    Subdivision.objects.filter(code="XA-1").update(redirect_country="XB")
    assert moved() == {"XA-1", "XB"}
    Country.objects.filter(code="XB").update(updated_at=LONG_AGO)
    target = Subdivision.objects.only("pk").get(code="XB-1")
    Subdivision.objects.filter(code="XA-1").update(redirect_subdivision=target)
    assert moved() == {"XA-1", "XB", "XB-1"}
