"""Places are called and sorted on every page as the language of the page has them; what is stored is not."""

from typing import Any

import pytest
from auditlog.models import LogEntry
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from apps.back_office.history import audit
from apps.back_office.history.words import counts_in_words, field_in_words, note_in_words
from apps.geography.models import City, Country, Region, Subdivision
from apps.geography.names.collation import sort_key
from apps.geography.names.shown import shown_name
from apps.imports.models import ImportJob
from tests.back_office import sent_by
from tests.factories import TenantFactory

LANGUAGE = "pl"


@pytest.fixture
def staff(admin_client: Client) -> Client:
    admin_client.cookies[settings.LANGUAGE_COOKIE_NAME] = LANGUAGE
    return admin_client


def names(staff: Client, model: str, **query: Any) -> list[str]:
    page = staff.get(reverse(f"admin:geography_{model}_changelist"), query)
    with override(LANGUAGE):
        return [shown_name(getattr(row, "country", row) if "tenant" in model else row) for row in page.context["cl"]
                .result_list]  # fmt: skip


@pytest.mark.parametrize(
    ("model", "query", "some"),
    [
        ("country", {}, {"Austria", "Białoruś", "Chorwacja"}),
        ("subdivision", {"o": "1", "country": "DE"}, {"Bawaria", "Nadrenia Północna-Westfalia"}),
        ("city", {"o": "1", "country": "PL"}, set()),
        ("city", {"o": "1"}, set()),
        ("tenantcountry", {"o": "1"}, {"Austria", "Białoruś"}),
    ],
)
def test_a_list_is_sorted_by_the_names_that_it_shows(model, query, some, staff, db):
    TenantFactory()
    found = names(staff, model, **query)
    assert len(found) > 10
    assert found == sorted(found, key=sort_key(LANGUAGE))
    assert some <= set(found)
    assert names(staff, model, **{**query, "o": "-1"})[0] != found[0]


def test_cities_come_with_the_largest_first_and_pages_follow_one_another(staff, db):
    assert names(staff, "city")[0] == "Szanghaj"
    every = [name for page in ("1", "2", "3") for name in names(staff, "city", o="1", p=page)]
    assert every == sorted(every, key=sort_key(LANGUAGE))


@pytest.mark.parametrize("text", ["germany", "niemcy", "deutschland"])
def test_a_place_is_found_by_either_form_and_shown_in_the_language_of_the_page(text, staff, db):
    assert names(staff, "country", q=text)[0] == "Niemcy"
    page = staff.get(reverse("places"), {"q": text}).content.decode()
    assert "Niemcy (DE)" in page
    asked = {"app_label": "geography", "model_name": "city", "field_name": "country", "term": text}
    assert staff.get(reverse("admin:autocomplete"), asked).json()["results"][0]["text"] == "Niemcy (DE)"


def test_titles_trees_filters_and_boxes_use_the_same_names(staff, db):
    city = City.objects.get(geonameid=2867714)
    title = staff.get(reverse("admin:geography_city_change", args=[city.pk])).content.decode()
    assert "Monachium" in title
    tree = staff.get(reverse("places_tree"), {"at": "DE-BY"}).content.decode()
    assert tree.index("Niemcy") < tree.index("Bawaria") < tree.index("Monachium")
    filters = staff.get(reverse("admin:geography_city_changelist")).content.decode()
    assert filters.index(">Austria<") < filters.index(">Niemcy<") < filters.index(">Węgry<")
    form = staff.get(reverse("admin:geography_country_change", args=["DE"])).content.decode()
    region = Region.objects.get(code="Europe")
    assert region.name_pl in form


def test_the_history_is_stored_in_english_and_read_in_the_language_of_the_page(staff, db):
    page = reverse("admin:geography_country_change", args=["DE"])
    sent = sent_by(staff.get(page)) | {"population": "83000001"}
    assert staff.post(page, sent).status_code == 302
    assert LogEntry.objects.latest("pk").object_repr == "Germany (DE)"
    for address in (reverse("admin:auditlog_logentry_changelist"), reverse("admin:index")):
        assert "Niemcy (DE)" in staff.get(address).content.decode()
    assert Country.objects.get(pk="DE").name_en == "Germany"


def test_rows_that_stand_among_the_values_of_the_history_are_called_as_the_page_calls_them(staff, db):
    state = Subdivision.objects.get(code="US-PR")
    page = reverse("admin:geography_subdivision_change", args=[state.pk])
    assert staff.post(page, sent_by(staff.get(page)) | {"redirect_country": "DE"}).status_code == 302
    entry = LogEntry.objects.latest("pk")
    assert entry.changes["redirect_country"][1] == "Germany (DE)"
    for name, args in (("auditlog_logentry_changelist", []), ("auditlog_logentry_change", [entry.pk])):
        said = staff.get(reverse(f"admin:{name}", args=args)).content.decode()
        assert "Niemcy (DE)" in said
        assert "Germany" not in said


def test_an_import_is_called_in_the_history_as_the_page_calls_it(staff, db):
    job = ImportJob.objects.create(what="import_countries")
    audit.added(audit.Author(), job)
    page = staff.get(reverse("admin:auditlog_logentry_change", args=[LogEntry.objects.latest("pk").pk]))
    assert "Kraje, regiony i ich nazwy" in page.content.decode()
    assert "Countries, regions" not in page.content.decode()


def test_what_the_history_keeps_in_english_is_put_into_words():
    with override("de"):
        assert note_in_words("Gave 3 fields back to upstream.") == "An die Quelle zurückgegebene Felder: 3."
        assert note_in_words("Merged: Foo (1), Bar (2).") == "Zusammengeführt: Foo (1), Bar (2)."
        assert counts_in_words("1,204 added, 3 withdrawn") == "hinzugefügt: 1.204, zurückgezogen: 3"
        assert counts_in_words("5 added by hand") == "5 added by hand"
        assert field_in_words("city name Lemberg (de): name") == "Stadtname Lemberg (de): Name"


def test_a_long_search_is_cut_before_pages_repeat_it(staff, db):
    page = reverse("admin:geography_city_changelist")
    shorter = staff.get(page, {"q": "a" * 5000, "country": "PL"})
    assert (shorter.status_code, shorter["Location"]) == (302, f"{page}?q={'a' * 200}&country=PL")
    assert len(staff.get(shorter["Location"]).content) < 300_000
