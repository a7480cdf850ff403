"""Translators go through what has no name in a language or an odd one, and save a page of names at once."""

from datetime import date
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from apps.geography.models import City, CityName, Country, SearchName, Subdivision
from apps.tenants.models import StaffReach

pytestmark = pytest.mark.once

PAGE = reverse("translations")
BERLIN = 2950159


def member(role: str, *languages: str) -> Client:
    user = User.objects.create_user(f"{role}-{'-'.join(languages)}", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    StaffReach.objects.create(user=user, languages=list(languages))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def translator(db: None) -> Client:
    return member("Translator", "de", "ar")


def listed(client: Client, **asked: str) -> list[Any]:
    return [row.line for row in client.get(PAGE, asked).context["rows"]]


def save(client: Client, asked: dict[str, str], *names: tuple[Any, str, str]) -> Any:
    """Send a page: of each place its key, the name that it showed, and the one that was typed."""
    sent = {}
    for key, seen, text in names:
        sent |= {f"seen-{key}": seen, f"name-{key}": text}
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return client.post(f"{PAGE}?{query}", sent)


def german(code: str) -> str | None:
    return Country.objects.untranslated().values_list("name_de", flat=True).get(pk=code)


@pytest.fixture
def nameless(db: None) -> None:
    for code in ("PL", "FR"):
        Country.objects.untranslated().filter(pk=code).update(name_de="")


GERMAN = {"kind": "country", "language": "de"}
CITIES = {"kind": "city", "language": "de", "country": "DE"}


@pytest.mark.usefixtures("nameless")
class TestCountries:
    def test_those_without_a_name_are_listed_with_what_upstream_calls_them(self, translator):
        assert [(line.code, line.suggestion) for line in listed(translator, **GERMAN)] == [
            ("FR", "Frankreich"), ("PL", "Polen")
        ]  # fmt: skip

    @pytest.mark.both
    def test_a_page_is_saved_as_one_and_undone_by_one_click(self, translator):
        response = save(translator, GERMAN, ("PL", "", "Polen"), ("FR", "", "Frankreich"))
        assert response.status_code == 302
        assert (german("PL"), german("FR")) == ("Polen", "Frankreich")
        page = translator.get(response.url).content.decode()
        assert "2 names in German saved." in page
        translator.post(page.partition('formaction="')[2].partition('"')[0])
        assert (german("PL"), german("FR")) == ("", "")

    def test_what_is_left_as_it_was_is_not_in_the_history(self, translator):
        save(translator, GERMAN, ("PL", "", "Republik Polen"), ("FR", "", ""))
        assert [(each.object_repr, each.changes) for each in LogEntry.objects.all()] == [
            ("Poland (PL)", {"name_de": ["", "Republik Polen"]})
        ]

    def test_a_name_of_ours_survives_the_next_import(self, translator):
        save(translator, GERMAN, ("PL", "", "Republik Polen"))
        call_command("import_countries", verbosity=0)
        assert german("PL") == "Republik Polen"

    def test_a_name_that_breaks_a_rule_is_refused_and_the_others_are_saved(self, translator):
        response = save(translator, GERMAN, ("PL", "", "Po\u202elen"), ("FR", "", "Frankreich"))
        assert "a character that turns the direction of writing" in response.content.decode()
        assert [row.line.code for row in response.context["rows"]] == ["PL"]
        assert (german("PL"), german("FR")) == ("", "Frankreich")

    def test_what_no_reader_sees_is_repaired(self, translator):
        save(translator, GERMAN, ("PL", "", "  Polen\u00a0"))
        assert german("PL") == "Polen"

    def test_what_somebody_else_has_named_meanwhile_is_shown_and_kept_until_sent_again(self, translator, admin_client):
        save(admin_client, GERMAN, ("PL", "", "Polen"))
        page = save(translator, GERMAN, ("PL", "", "Polska")).content.decode()
        assert "admin has written “Polen” since you opened the page." in page
        assert german("PL") == "Polen"
        assert 'name="seen-PL" value="Polen"' in page
        assert 'value="Polska"' in page
        save(translator, GERMAN, ("PL", "Polen", "Polska"))
        assert german("PL") == "Polska"

    def test_two_who_write_the_same_do_not_disturb_each_other(self, translator, admin_client):
        save(admin_client, GERMAN, ("PL", "", "Polen"))
        assert save(translator, GERMAN, ("PL", "", "Polen")).status_code == 302

    def test_progress_counts_them(self, translator):
        standing = translator.get(PAGE, GERMAN).context["standing"]
        assert (standing.named, standing.missing, standing.percent) == (248, 2, 99)


def test_english_cannot_be_taken_away(admin_client):
    page = save(admin_client, {"kind": "country", "language": "en", "show": "all"}, ("PL", "Poland", ""))
    assert "Not saved: give a value." in page.content.decode()


def test_a_variant_needs_no_name_where_its_language_has_one(admin_client):
    Country.objects.untranslated().filter(pk="PL").update(name_pt="", name_pt_br="")
    assert [line.code for line in listed(admin_client, kind="country", language="pt-br")] == ["PL"]
    Country.objects.untranslated().filter(pk="PL").update(name_pt="Polónia")
    assert listed(admin_client, kind="country", language="pt-br") == []


@pytest.mark.both
def test_names_that_look_wrong_are_listed_with_the_reason(admin_client):
    Country.objects.untranslated().filter(pk="PL").update(name_de="Польша")
    Subdivision.objects.untranslated().filter(code="DE-BY").update(name_de="bayern")
    [line] = listed(admin_client, kind="country", language="de", show="suspicious")
    assert (line.code, line.evidence, line.suggestion) == ("PL", "Cyrl", "Polen")
    [line] = listed(admin_client, kind="subdivision", language="de", show="suspicious", country="DE")
    assert (line.code, line.evidence) == ("DE-BY", "begins with a small letter")


def test_subdivisions_of_a_country_are_named(translator):
    bavaria = Subdivision.objects.untranslated().only("pk").get(code="DE-BY").pk
    Subdivision.objects.untranslated().filter(pk=bavaria).update(name_ar=None)
    asked = {"kind": "subdivision", "language": "ar", "country": "DE"}
    assert "DE-BY" in [line.code for line in listed(translator, **asked)]
    assert 'dir="rtl"' in translator.get(PAGE, asked).content.decode()
    save(translator, asked, (bavaria, "", "بافاريا"))
    assert Subdivision.objects.untranslated().values_list("name_ar", flat=True).get(pk=bavaria) == "بافاريا"


class TestCities:
    @pytest.mark.both
    def test_the_largest_comes_first(self, translator):
        CityName.objects.filter(city__in=[BERLIN, 2867714], language="de").delete()
        assert [line.pk for line in listed(translator, **CITIES)][:2] == [BERLIN, 2867714]

    def test_a_name_that_was_missing_is_added_found_and_kept(self, translator):
        CityName.objects.filter(city=BERLIN, language="de").delete()
        save(translator, CITIES, (BERLIN, "", "Berlin an der Spree"))
        assert SearchName.objects.filter(place=str(BERLIN), text="berlinanderspree").exists()
        call_command("import_cities", verbosity=0)
        assert CityName.objects.get(city=BERLIN, language="de").name == "Berlin an der Spree"

    def test_a_new_name_is_undone_by_hiding_it(self, translator):
        CityName.objects.filter(city=BERLIN, language="de").delete()
        response = save(translator, CITIES, (BERLIN, "", "Spree-Athen"))
        page = translator.get(response.url).content.decode()
        translator.post(page.partition('formaction="')[2].partition('"')[0])
        assert CityName.objects.get(city=BERLIN, language="de").withdrawn_on is not None
        assert BERLIN in [line.pk for line in listed(translator, **CITIES)]

    def test_a_name_that_is_taken_away_is_hidden_and_stays_so(self, translator):
        CityName.objects.update_or_create(
            city_id=BERLIN, language="ar", defaults={"name": "برلين", "upstream": {"name": "برلين"}}
        )
        save(translator, {**CITIES, "language": "ar", "show": "all"}, (BERLIN, "برلين", ""))
        assert CityName.objects.get(city=BERLIN, language="ar").withdrawn_on is not None
        call_command("import_cities", verbosity=0)
        assert CityName.objects.get(city=BERLIN, language="ar").withdrawn_on is not None

    def test_a_hidden_name_counts_as_missing_and_comes_back_with_what_is_written(self, translator):
        CityName.objects.filter(city=BERLIN, language="de").delete()
        CityName.objects.create(city_id=BERLIN, language="de", name="Bärlin", withdrawn_on=date(2026, 1, 1))
        save(translator, CITIES, (BERLIN, "", "Berlin"))
        stored = CityName.objects.get(city=BERLIN, language="de")
        assert (stored.name, stored.withdrawn_on) == ("Berlin", None)

    @pytest.mark.both
    def test_progress_counts_each_city_once(self, translator):
        standing = translator.get(PAGE, CITIES).context["standing"]
        total = City.objects.current().filter(country="DE").count()
        named = City.objects.current().filter(country="DE", names__language="de", names__withdrawn_on=None).count()
        assert (standing.total, standing.named) == (total, named)


@pytest.mark.parametrize("role", ["Viewer", "Tenant manager", "Key manager", "Importer"])
def test_who_may_not_edit_places_is_refused(role, db):
    client = member(role)
    assert client.get(PAGE).status_code == 403
    assert save(client, GERMAN, ("PL", "Polen", "x")).status_code == 403


def test_a_translator_writes_no_language_but_their_own(translator):
    before = german("PL")
    response = save(member("Translator", "fr"), GERMAN, ("PL", before, "Polen!"))
    assert response.status_code == 400
    assert "de is not one of the available choices" in response.content.decode()
    assert german("PL") == before


def test_a_translator_without_a_language_is_told_so(db):
    assert "No language has been chosen for you yet" in member("Translator").get(PAGE).content.decode()


@pytest.mark.parametrize(
    "asked", [{"kind": "planet"}, {"language": "xx"}, {"country": "ZZ"}, {"page": "x"}, {"page": "-1"}, {"show": "\0"}]
)
def test_a_question_that_makes_no_sense_is_no_fault(asked, translator):
    assert translator.get(PAGE, asked).status_code == 200


@pytest.mark.both
@pytest.mark.parametrize("key", ["ZZ", "", "\0", "9" * 40])
@pytest.mark.parametrize("kind", ["country", "city"])
def test_a_key_that_is_on_no_page_changes_nothing(kind, key, translator):
    response = save(translator, {"kind": kind, "language": "de"}, (key, "", "x"))
    assert response.status_code in {200, 302}
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("asked", [GERMAN, CITIES, {"kind": "subdivision", "language": "ar", "show": "suspicious"}])
def test_a_page_takes_a_dozen_queries(asked, translator, django_assert_max_num_queries):
    translator.get(PAGE, asked)
    with django_assert_max_num_queries(12):
        translator.get(PAGE, asked)


def test_the_page_of_a_place_leads_here(translator):
    page = translator.get(reverse("admin:geography_city_change", args=[BERLIN])).content.decode()
    assert f'href="{PAGE}?kind=city&amp;country=DE"' in page
