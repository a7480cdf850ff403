"""Pages speak the language of their reader; the data, the history and the API do not follow it."""

from typing import Any

import pytest
from auditlog.models import LogEntry
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from apps.geography.models import Country
from tests.back_office import sent_by

pytestmark = pytest.mark.once

# What a home page, a list of countries and the form of a country say in each language.
WORDS = {
    "en": ("What tenants show", "In the lists", "Where it lies", "Guides"),
    "de": ("Was Mandanten zeigen", "In den Listen", "Wo es liegt", "Anleitungen"),
    "fr": ("Ce que montrent les locataires", "Dans les listes", "Où il se trouve", "Guides"),
    "es": ("Qué muestran los inquilinos", "En las listas", "Dónde está", "Guías"),
    "pl": ("Co pokazują najemcy", "Na listach", "Gdzie leży", "Poradniki"),
    "ar": ("ما يعرضه المستأجرون", "في القوائم", "أين يقع", "الأدلة"),
    "zh-hans": ("租户显示的内容", "在列表中", "位置", "指南"),
}
LIST, FORM = reverse("admin:geography_country_changelist"), reverse("admin:geography_country_change", args=["PL"])
ADDRESSES = (reverse("admin:index"), LIST, FORM, "/")


def speaking(client: Client, language: str) -> Client:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


@pytest.mark.parametrize("language", WORDS)
def test_a_page_is_in_the_language_that_was_chosen(admin_client: Client, tenant: Any, language: str) -> None:
    speaking(admin_client, language)
    direction = "rtl" if language == "ar" else "ltr"
    for address, word in zip(ADDRESSES, WORDS[language], strict=True):
        response = admin_client.get(address, headers={"Accept-Language": "fr"})
        page = response.content.decode()
        assert response.status_code == 200
        assert f'<html lang="{language}" dir="{direction}"' in page
        assert word in page
        assert response["Content-Language"] == language
        assert {"Accept-Language", "Cookie"} <= set(response["Vary"].split(", "))
    assert translation.get_language() == "en"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de-AT,en;q=0.5", "de"), ("zh-CN", "zh-hans"), ("zh", "zh-hans"), ("ja,pl;q=0.5", "pl"), ("ja", "en"),
        ("*", "en"), ("", "en"), ("zh-TW", "en"), ("x" * 999, "en"),
    ],
)  # fmt: skip
def test_else_it_is_in_the_best_that_the_browser_asks_for(client: Client, accepted: str, language: str) -> None:
    page = client.get(reverse("admin:login"), headers={"Accept-Language": accepted}).content.decode()
    assert f'<html lang="{language}"' in page


def test_a_language_that_is_not_offered_is_passed_by(client: Client) -> None:
    assert speaking(client, "ja").get(reverse("admin:login"))["Content-Language"] == "en"


@pytest.mark.parametrize("name", ["set_language", "language"])
def test_a_click_at_the_foot_chooses_a_language_and_leads_back(client: Client, name: str) -> None:
    response = client.post(reverse(name), {"language": "pl", "next": "/docs"})
    assert (response.status_code, response["Location"]) == (302, "/docs")
    assert response.cookies[settings.LANGUAGE_COOKIE_NAME].value == "pl"
    elsewhere = client.post(reverse(name), {"language": "pl", "next": "https://elsewhere.example/"})
    assert elsewhere["Location"] == "/"


def test_the_back_office_takes_the_choice_with_its_token_alone() -> None:
    assert Client(enforce_csrf_checks=True).post(reverse("set_language"), {"language": "pl"}).status_code == 403


def test_a_list_shows_names_in_the_language_of_the_page_and_the_data_has_its_own(admin_client: Client) -> None:
    page = speaking(admin_client, "pl").get(LIST, {"q": "PL"}).content.decode()
    assert ">Polska<" in page
    with translation.override("pl"):
        country = Country.objects.get(name="Poland")
        assert (country.name, country.name_pl) == ("Poland", "Polska")


def test_the_history_is_in_one_language_whoever_writes_it(admin_client: Client) -> None:
    values = sent_by(speaking(admin_client, "de").get(FORM)) | {"is_independent": "false", "capital": "Kraków"}
    assert admin_client.post(FORM, values).status_code == 302
    entry = LogEntry.objects.latest("pk")
    assert entry.changes["capital"] == ["Warsaw", "Kraków"]
    assert entry.get_action_display() == "update"
    page = admin_client.get(reverse("admin:geography_country_history", args=["PL"])).content.decode()
    assert "Geändert" in page


def test_the_api_does_not_know_the_language_of_pages(client: Client) -> None:
    plain = client.get("/api/data/countries")
    asked = speaking(client, "de").get("/api/data/countries", headers={"Accept-Language": "de"})
    assert asked.content == plain.content
    assert "Content-Language" not in asked
    assert asked.get("Vary") == plain.get("Vary")
