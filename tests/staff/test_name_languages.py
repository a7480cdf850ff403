"""Staff choose the languages in which they work; the pages of places show names in those first."""

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from apps.tenants.models import StaffReach

PAGE = reverse("name_languages")
POLAND = reverse("admin:geography_country_change", args=["PL"])
BERLIN = reverse("admin:geography_city_change", args=[2950159])


def shown(client: Client) -> set[str]:
    """Return the languages whose names stand open on the page of a country."""
    fieldsets = client.get(POLAND).context["adminform"].fieldsets
    (names,) = (options["fields"] for title, options in fieldsets if str(title) == "Names")
    return {name.removeprefix("name_") for name in names}


def test_chosen_languages_stand_first_and_are_remembered(admin_client, tenant):
    assert shown(admin_client) == {"en", *tenant.languages}
    answer = admin_client.post(f"{PAGE}?next={POLAND}", {"languages": ["ja", "sw"]})
    assert answer.headers["Location"] == POLAND
    assert shown(admin_client) == {"en", "ja", "sw"}
    (inline,) = admin_client.get(BERLIN).context["inline_admin_formsets"]
    assert {form.instance.language for form in inline.formset.initial_forms} <= {"en", "ja", "sw"}
    assert admin_client.get(PAGE).context["form"].initial == {"languages": ["ja", "sw"]}
    assert "ja" in LogEntry.objects.get().changes["shown_languages"][1]
    admin_client.post(PAGE, {})
    assert shown(admin_client) == {"en", *tenant.languages}


@pytest.mark.parametrize("sent", [["qq"], ["\0"], ["de", "xx"]])
def test_what_is_no_language_is_refused(sent, admin_client):
    assert admin_client.post(PAGE, {"languages": sent}).status_code == 200
    assert not StaffReach.objects.exists()


def test_a_translator_chooses_among_their_own_and_reaches_no_further(client, db):
    user = User.objects.create_user("translator", is_staff=True)
    user.groups.add(Group.objects.get(name="Translator"))
    reach = StaffReach.objects.create(user=user, languages=["de", "pl"])
    client.force_login(user)
    assert client.post(PAGE, {"languages": ["fr"]}).status_code == 200
    assert client.post(PAGE, {"languages": ["pl"]}).status_code == 302
    reach.refresh_from_db()
    assert (reach.languages, reach.shown_languages) == (["de", "pl"], ["pl"])


def test_it_leads_nowhere_else_and_asks_for_a_log_in(admin_client):
    assert admin_client.post(f"{PAGE}?next=https://evil.example/", {}).headers["Location"] == reverse("admin:index")
    assert Client().get(PAGE).status_code == 302
