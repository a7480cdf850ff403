"""Two people on one record: the second is told who changed what, and chooses field by field."""

from typing import Any

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from apps.geography.models import City, Country
from apps.tenants.models import Plan
from tests.back_office import sent_by
from tests.factories import PlanFactory

PAGE = reverse("admin:geography_country_change", args=["PL"])


@pytest.fixture
def anna(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("anna"))
    return client


def stored() -> tuple[Any, ...]:
    return Country.objects.filter(pk="PL").rewrite(False).values_list("name_fr", "name_de", "population").get()


@pytest.mark.parametrize(
    ("choice", "french", "regions"),
    [("theirs", "Polonie d'Anna", ["Asia"]), ("yours", "Polonie à moi", ["Europe"])],
)
def test_the_second_chooses_field_by_field_and_saves(choice, french, regions, admin_client, anna):
    mine = sent_by(admin_client.get(PAGE)) | {"name_fr": "Polonie à moi", "name_de": "Mein Polen"}
    mine["regions"] = ["Europe"]
    theirs = {"name_fr": "Polonie d'Anna", "population": "7", "regions": ["Asia"], "first_week_day": "6"}
    assert anna.post(PAGE, sent_by(anna.get(PAGE)) | theirs).status_code == 302
    refused = admin_client.post(PAGE, mine)
    text = refused.content.decode()
    assert "anna (" in text
    assert "has changed this since you opened the page" in text
    conflicts = {each.name: each.are_theirs for each in refused.context["adminform"].form.conflicts}
    assert conflicts == {
        "take-name_fr": True, "take-name_de": False, "take-population": True, "take-regions": True,
        "take-first_week_day": True,
    }  # fmt: skip
    days = [each for each in refused.context["adminform"].form.conflicts if each.name == "take-first_week_day"]
    assert [(each.theirs, each.yours) for each in days] == [("Sunday", "Monday")]
    chosen = dict.fromkeys(conflicts, choice) | {"take-name_de": "yours", "take-population": "theirs"}
    again = sent_by(refused) | chosen
    response = admin_client.post(PAGE, again)
    assert response.status_code == 302, response.context["errors"]
    assert stored() == (french, "Mein Polen", 7)
    assert list(Country.objects.get(pk="PL").regions.values_list("pk", flat=True)) == regions


def test_whoever_is_stale_twice_is_told_twice(admin_client, anna):
    mine = sent_by(admin_client.get(PAGE)) | {"name_de": "Mein Polen"}
    for number in ("7", "8"):
        anna.post(PAGE, sent_by(anna.get(PAGE)) | {"population": number})
        refused = admin_client.post(PAGE, mine)
        assert refused.status_code == 200
        mine = sent_by(refused)
    assert stored()[2] == 8


def test_a_name_that_somebody_else_wrote_stays_unless_one_chooses_otherwise(admin_client, anna):
    page = reverse("admin:geography_city_change", args=[2950159])
    mine = sent_by(admin_client.get(page, {"names": "all"})) | {"population": "7"}
    at = next(name.split("-")[1] for name, value in mine.items() if name.endswith("-language") and value == "fr")
    theirs = sent_by(anna.get(page, {"names": "all"})) | {f"names-{at}-name": "Berlin d'Anna"}
    assert anna.post(f"{page}?names=all", theirs).status_code == 302
    refused = admin_client.post(f"{page}?names=all", mine)
    (inline,) = refused.context["inline_admin_formsets"]
    (conflict,) = [each for form in inline.formset.forms for each in form.conflicts]
    assert (conflict.label, conflict.are_theirs, conflict.theirs) == ("Name (French)", True, "Berlin d'Anna")
    assert "anna (City name Berlin d&#x27;Anna (fr)" in refused.content.decode()
    chosen = {conflict.name: "theirs", "take-population": "yours"}
    assert admin_client.post(f"{page}?names=all", sent_by(refused) | chosen).status_code == 302
    city = City.objects.get(pk=2950159)
    assert (city.population, city.names.get(language="fr").name) == (7, "Berlin d'Anna")


def test_what_was_changed_by_no_form_is_marked_as_theirs_too(admin_client):
    mine = sent_by(admin_client.get(PAGE)) | {"name_de": "Mein Polen"}
    Country.objects.filter(pk="PL").rewrite(False).update(name_fr="Importée")
    refused = admin_client.post(PAGE, mine)
    conflicts = {each.name: each.are_theirs for each in refused.context["adminform"].form.conflicts}
    assert conflicts == {"take-name_fr": True, "take-name_de": False}


def test_a_name_that_somebody_deleted_keeps_nothing_else_from_being_saved(admin_client):
    names = City.objects.get(pk=2950159).names
    page = reverse("admin:geography_city_change", args=[2950159])
    sent = sent_by(admin_client.get(page, {"names": "all"})) | {"population": "7"}
    names.filter(language="fr").delete()
    refused = admin_client.post(page, sent)
    assert "Someone has deleted this since you opened the page." in refused.content.decode()
    assert City.objects.get(pk=2950159).population != 7
    assert admin_client.post(page, sent_by(refused)).status_code == 302
    assert City.objects.get(pk=2950159).population == 7
    assert not names.filter(language="fr").exists()


def test_whoever_saves_what_somebody_deleted_is_told_by_whom_and_shown_how_it_comes_back(admin_client, anna):
    plan = PlanFactory(name="Small")
    page = reverse("admin:tenants_plan_change", args=[plan.pk])
    sent = sent_by(admin_client.get(page)) | {"name": "Smaller"}
    anna.post(reverse("admin:tenants_plan_delete", args=[plan.pk]), {"post": "yes"})
    text = admin_client.post(page, sent, follow=True).content.decode()
    assert "Small was deleted by anna, and nothing was saved." in text
    admin_client.post(reverse("admin:tenants_plan_undo", args=[LogEntry.objects.latest("pk").pk]))
    assert admin_client.post(page, sent).status_code == 302
    assert Plan.objects.get(pk=plan.pk).name == "Smaller"
