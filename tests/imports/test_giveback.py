import pytest
from django.db.models import Q

from apps.geography.models import Country, Region, Subdivision
from apps.imports.giveback import edits, give_back
from apps.imports.models import ImportRun
from apps.imports.run import run
from apps.imports.tables import Dataset, Table

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
