"""The page of a place has its names in the languages that tenants use; the others are a click away."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.geography.models import AlternativeName
from tests.back_office import sent_by
from tests.factories import TenantFactory

US = reverse("admin:geography_country_change", args=["US"])


@pytest.fixture
def staff(admin_client: Client) -> Client:
    TenantFactory(languages=["en", "de"])
    return admin_client


def languages(page) -> set[str]:
    (inline,) = page.context["inline_admin_formsets"]
    return {form.instance.language for form in inline.formset.initial_forms}


@pytest.mark.parametrize(("asked", "shown"), [({}, {"en", "de"}), ({"names": "ja"}, {"ja"}), ({"names": "qq"}, set())])
def test_names_are_shown_in_the_languages_asked_for(asked, shown, staff):
    assert languages(staff.get(US, asked)) == shown


def test_every_name_is_a_click_away_and_the_page_is_small_before(staff):
    page = staff.get(US)
    assert len(page.content) < 250_000
    assert 'href="?names=all"' in page.content.decode()
    assert 'href="?names=ja"' in page.content.decode()
    stored = set(AlternativeName.objects.filter(country="US").values_list("language", flat=True))
    assert languages(staff.get(US, {"names": "all"})) == stored


def test_names_that_are_not_on_the_page_stay_as_they_are(staff):
    rows = AlternativeName.objects.filter(country="US").order_by("pk")
    before = dict(rows.values_list("pk", "name"))
    sent = sent_by(staff.get(US, {"names": "ja"})) | {"alternative_names-0-name": "米国のこと"}
    assert staff.post(f"{US}?names=ja", sent).status_code == 302
    after = dict(rows.values_list("pk", "name"))
    assert {pk for pk in after if after[pk] != before[pk]} == {int(sent["alternative_names-0-id"])}


def test_what_staff_added_is_shown_in_any_language(staff):
    AlternativeName.objects.create(country_id="US", language="ja", name="米国のこと")
    assert languages(staff.get(US)) == {"en", "de", "ja"}


def test_a_refused_page_comes_back_with_the_names_that_it_had(staff):
    page = staff.get(US, {"names": "ja"})
    answer = staff.post(f"{US}?names=ja", sent_by(page) | {"alternative_names-0-name": ""})
    (inline,) = answer.context["inline_admin_formsets"]
    assert answer.status_code == 200
    assert [each.original.pk for each in inline if each.original] == [
        f.instance.pk for f in inline.formset.initial_forms
    ]
    assert languages(answer) == {"ja"}
