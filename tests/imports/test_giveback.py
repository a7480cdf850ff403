from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone, translation

from apps.geography.models import City, Country, Region, Subdivision
from apps.imports.giveback import edits, give_back, take_back
from apps.imports.models import ImportRun
from apps.imports.run import run
from apps.imports.tables import Dataset, Table
from tests.factories import CountryFactory, SubdivisionFactory

pytestmark = pytest.mark.django_db


def test_a_field_goes_back_to_upstream_and_follows_it_again() -> None:
    Country.objects.filter(code="DE").update(name_fr="X", capital="Bonn")
    assert give_back(Country.objects.filter(code="DE"), ["name_fr"]) == 1
    country = Country.objects.rewrite(False).values("name_fr", "capital").get(code="DE")
    assert country == {"name_fr": "Allemagne", "capital": "Bonn"}


def test_all_edits_of_many_rows_go_back() -> None:
    Country.objects.filter(code__in=["DE", "FR"]).update(name_en="X", name_pt_br="Y", postal_code_pattern="")
    Country.objects.get(code="FR").regions.clear()
    assert give_back(Country.objects.all()) == 2
    assert [row for country in Country.objects.filter(code__in=["DE", "FR"]) for row in edits(country)] == []
    assert Country.objects.rewrite(False).values_list("name", "name_pt_br").get(code="FR") == ("France", None)
    assert [region.code for region in Country.objects.get(code="FR").regions.all()] == ["Europe"]


def test_a_redirect_and_a_parent_go_back() -> None:
    Subdivision.objects.filter(code="US-PR").update(redirect_country=None)
    Subdivision.objects.filter(code="FR-75C").update(parent=None)
    assert give_back(Subdivision.objects.filter(code__in=["US-PR", "FR-75C"])) == 2
    assert Subdivision.objects.get(code="US-PR").redirect_country_id == "PR"
    assert Subdivision.objects.get(code="FR-75C").parent.code == "FR-IDF"


def test_nothing_of_the_real_data_counts_as_an_edit() -> None:
    assert [(row.code, *edit) for row in Country.objects.all() for edit in edits(row)] == []


def test_a_hidden_row_is_shown_again() -> None:
    Country.objects.filter(code="DE").update(withdrawn_on="2026-01-01")
    give_back(Country.objects.filter(code="DE"))
    assert Country.objects.get(code="DE").withdrawn_on is None


def test_an_import_that_changes_something_leaves_a_record() -> None:
    table = Table(Region, ("code", "name_en"), scope=Q(code__startswith="X-"))
    before = ImportRun.objects.count()
    for _ in range(2):
        run([Dataset(table, [("X-sea", "Sea")])], holder="test", started_by="ada", sources={"test": "1"})
    assert ImportRun.objects.count() == before + 1
    record = ImportRun.objects.first()
    assert (record.command, record.started_by, record.sources) == ("test", "ada", {"test": "1"})
    assert record.counts["regions"]["added"] == 1


def test_the_first_import_records_its_sources() -> None:
    record = ImportRun.objects.filter(command="import_countries").last()
    assert record.sources["pycountry"]
    assert record.sources["fixtures"].startswith("sha256:")


def test_a_reference_to_a_row_that_is_gone_stays_as_staff_have_it() -> None:
    Subdivision.objects.filter(code="FR-01").update(parent=None, upstream={"parent": "FR-GONE"})
    assert give_back(Subdivision.objects.filter(code="FR-01"), ["parent"]) == 0
    assert Subdivision.objects.get(code="FR-01").parent is None


SEAS = Table(Region, ("code", "name_en", "name_de"), scope=Q(code__startswith="X-"))
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def seas(**edits: object) -> models.QuerySet[Region]:
    """Import two seas, of which the second has no German name, and let staff edit both."""
    run([Dataset(SEAS, [("X-north", "North", "Nord"), ("X-south", "South", None)])], holder="test", force=True)
    rows = Region.objects.rewrite(False).filter(code__in=["X-north", "X-south"]).order_by("code")
    rows.update(updated_at=LONG_AGO, **edits)
    return rows


def test_a_name_where_upstream_has_none_is_an_edit_and_goes() -> None:
    rows = seas(name_de="Meer")
    assert [(*edit,) for edit in edits(rows.get(code="X-south"))] == [("name_de", "Meer", None)]
    assert give_back(rows) == 2
    assert list(rows.values_list("name_de", flat=True)) == ["Nord", None]


def test_an_emptied_name_comes_back_whatever_language_is_active() -> None:
    rows = seas(name_en="", name="")
    with translation.override("de"):
        assert give_back(rows) == 2
    assert list(rows.values_list("name", "name_en", "name_de")) == [
        ("North", "North", "Nord"),
        ("South", "South", None),
    ]


def test_only_the_fields_that_are_named_go_back() -> None:
    rows = seas(name_en="Sea", name_de="Meer")
    assert give_back(rows.filter(code="X-north"), ["name_de"]) == 1
    assert list(rows.values_list("name_en", "name_de")) == [("Sea", "Nord"), ("Sea", "Meer")]
    assert give_back(rows, ["withdrawn_on"]) == 0


def test_only_what_goes_back_is_dated() -> None:
    rows = seas()
    rows.filter(code="X-north").update(name_de="Meer")
    assert give_back(rows) == 1
    dates = dict(rows.values_list("code", "updated_at"))
    assert dates["X-south"] == LONG_AGO
    assert timezone.now() - dates["X-north"] < timedelta(minutes=1)


def test_rows_of_staffs_own_have_nothing_to_give_back() -> None:
    own = Region.objects.create(code="X-own", name_en="Own")
    assert list(edits(own)) == []
    assert give_back(Region.objects.filter(code="X-own")) == 0


def test_regions_of_a_country_go_back() -> None:
    seas()
    country = CountryFactory(code="XA")
    Country.objects.filter(code="XA").update(upstream={"regions": ["X-north", "X-south"]})
    country.regions.set(["X-south"])
    assert give_back(Country.objects.filter(code="XA"), ["regions"]) == 1
    assert sorted(country.regions.values_list("pk", flat=True)) == ["X-north", "X-south"]
    Country.objects.filter(code="XA").update(upstream={"regions": None})
    assert give_back(Country.objects.filter(code="XA"), ["regions"]) == 1
    assert not country.regions.exists()


def test_a_text_that_must_not_be_null_goes_back_to_empty() -> None:
    CountryFactory(code="XA")
    Country.objects.filter(code="XA").update(capital="Xan", upstream={"capital": None})
    assert give_back(Country.objects.filter(code="XA"), ["capital"]) == 1
    assert Country.objects.get(code="XA").capital == ""
    assert "capital" not in [field for field, _, _ in edits(Country.objects.get(code="XA"))]


def test_a_reference_goes_back_to_the_row_that_upstream_names() -> None:
    CountryFactory(code="XB")
    first, second = (SubdivisionFactory(country_id="XB", code=f"XB-{number}") for number in (1, 2))
    rows = Subdivision.objects.filter(code="XB-1")
    rows.update(parent=None, redirect_country=None, upstream={"parent": "XB-2", "redirect_country_id": "XB"})
    assert give_back(rows, ["parent", "redirect_country_id"]) == 1
    assert rows.values_list("parent", "redirect_country").get() == (second.pk, "XB")
    rows.update(upstream={"parent": None})
    assert give_back(rows, ["parent"]) == 1
    assert rows.values_list("parent", flat=True).get() is None
    assert first.pk != second.pk


def test_what_would_not_fit_stays_and_what_did_not_fit_before_hinders_nobody() -> None:
    CountryFactory(code="XB")
    CountryFactory(code="XC")
    SubdivisionFactory(country_id="XB", code="XB-1")
    abroad = SubdivisionFactory(country_id="XC", code="XC-1")
    rows = Subdivision.objects.filter(code="XB-1")
    rows.update(upstream={"parent": "XC-1", "name_fr": "Un"})
    with pytest.raises(ValidationError, match="XC"):
        give_back(rows, ["parent", "name_fr"])
    assert rows.rewrite(False).values_list("parent", "name_fr").get() == (None, None)
    rows.update(parent=abroad)
    assert give_back(rows, ["name_fr"]) == 1
    assert rows.rewrite(False).values_list("parent", "name_fr").get() == (abroad.pk, "Un")


def test_of_a_city_that_is_merged_all_but_that_it_is_hidden_goes_back() -> None:
    one, other = City.objects.filter(withdrawn_on=None, subdivision__code="DE-BE").order_by("pk")[:2]
    City.objects.filter(pk=one.pk).update(population=1, merged_into=other, withdrawn_on="2026-01-01")
    assert [field for field, *_ in edits(City.objects.get(pk=one.pk))] == ["population"]


@pytest.mark.parametrize(
    ("yours", "said"),
    [({"parent": "FR-GONE"}, {"parent": None}), ({"parent": None}, {"parent": "FR-IDF"})],
    ids=["refers to what is gone", "is not as upstream said any longer"],
)
def test_what_was_given_back_is_not_taken_back_where_it(yours, said) -> None:
    row = Subdivision.objects.get(code="FR-01")
    Subdivision.objects.filter(pk=row.pk).update(parent=None)
    row.refresh_from_db()
    assert take_back(row, yours, said) is False
    assert Subdivision.objects.get(pk=row.pk).parent is None
