"""The rules of rows in the forms of the back office: what cannot be is refused beside its field."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.geography.models import City, Country, Subdivision, TenantCountryName
from apps.revisions import numbers
from tests.back_office import sent_by

pytestmark = pytest.mark.once

BERLIN = 2950159
# What a browser sends of a row's page, unchanged: made once, since every test begins with the same rows.
FORMS: dict[str, dict[str, Any]] = {}


@pytest.fixture
def staff(admin_client: Client) -> Client:
    return admin_client


def page_of(row: Any) -> str:
    return reverse(f"admin:geography_{row._meta.model_name}_change", args=[row.pk])


def row_of(name: str) -> Any:
    if name == "city":
        return City.objects.get(pk=BERLIN)
    return Country.objects.get(pk=name) if len(name) == 2 else Subdivision.objects.get(code=name)


def errors(response: Any) -> str:
    assert response.status_code == 200, "it was saved"
    form = response.context["adminform"].form
    inlines = [formset.formset.errors for formset in response.context["inline_admin_formsets"]]
    return f"{form.errors} {inlines}"


def pk(code: str) -> int:
    return Subdivision.objects.get(code=code).pk


@pytest.mark.parametrize(
    ("name", "edits", "said"),
    [
        ("city", {"latitude": "99"}, "Give degrees from -90 to 90."),
        ("city", {"longitude": "999"}, "Give degrees from -180 to 180."),
        ("city", {"longitude": "nan"}, "Enter a number"),
        ("city", {"time_zone": "Mars/Olympus"}, "Give a time zone of the IANA database"),
        ("city", {"spellings": "x" * 201}, "Shorten each entry to 200 characters."),
        ("city", {"subdivision": "PL-14"}, "Choose one of the country DE: this one is of PL."),
        ("city", {"country": "PL"}, "Choose one of the country PL: this one is of DE."),
        ("city", {"names-0-language": "xx"}, "Give the code of a language that we hold"),
        ("city", {"names-0-name": "Ber\u202elin"}, "Take out a character that turns the direction of writing"),
        ("city", {"name": "Ber\u200blin"}, "Take out an invisible character"),
        ("city", {"name": "\u200b"}, "Give a value."),
        ("city", {"name": "…"}, "Give a name: it has neither a letter nor a digit."),
        ("DE", {"geonameid": str(BERLIN)}, "Give another one: it is that of a city."),
        ("US-CA", {"redirect_subdivision": "US-CA"}, "US-CA → US-CA"),
        ("US-CA", {"redirect_country": "US"}, "Choose another country: this one is its own"),
        ("US-CA", {"redirect_country": "PR", "redirect_subdivision": "BQ-BO"}, "Choose one of the country PR"),
        ("US-CA", {"parent": "US-CA"}, "US-CA → US-CA"),
        ("US-CA", {"parent": "CA-ON"}, "Choose one of the country US: this one is of CA."),
        ("US-CA", {"replaced_by": "US-CA"}, "Take out US-CA: nothing succeeds itself."),
        ("US-CA", {"replaced_by": "US-ZZ"}, "Take out US-ZZ: there is no such subdivision or country."),
        ("US-CA", {"replaced_by": "california"}, "Give codes of subdivisions or of countries."),
        ("US-CA", {"country": "CA"}, "code: Begin it with the code of its country, CA-."),
        ("US-CA", {"name_de": "Kali\u2066fornien"}, "Take out a character that turns the direction"),
        ("PL", {"alpha3": "pol"}, "Give the three capital letters"),
        ("PL", {"numeric": "1000"}, "Give a number from 1 to 999."),
        ("PL", {"calling_code": "+48"}, "Give the digits of the country calling code alone, such as 264."),
        ("PL", {"calling_code": "48.0"}, "Give the digits"),
        ("PL", {"calling_code": "1-684"}, "Give the digits"),
        ("PL", {"currencies": "zloty"}, "Give codes of ISO 4217"),
        ("PL", {"currencies": "ZZZ"}, "Give codes of ISO 4217"),
        ("PL", {"languages": "xx"}, "Give the BCP 47 tag of a language"),
        ("PL", {"borders": "PL"}, "Take out PL: no country borders itself."),
        ("PL", {"borders": "DE QQ"}, "Take out QQ: there is no such country."),
        ("PL", {"borders": "de"}, "Give the two capital letters"),
        ("PL", {"time_zones": "Europe/Krakow"}, "Give a time zone"),
        ("PL", {"top_level_domain": "pl"}, "Give a top-level domain, such as .de."),
        ("PL", {"postal_code_pattern": "("}, "Give a regular expression."),
        ("PL", {"postal_code_pattern": "(a+)+$"}, "Say how often each part may come"),
        ("PL", {"postal_code_pattern": "[0-9]{1,999}"}, "Say how often each part may come"),
        ("PL", {"area_km2": "-1"}, "Give square kilometres"),
        ("PL", {"latitude": "91"}, "Give degrees from -90 to 90."),
        ("PL", {"longitude": ""}, "Give both latitude and longitude, or neither."),
        ("PL", {"geonameid": "0"}, "Give the id that GeoNames has for it"),
        ("PL", {"subregion": "150"}, "Select a valid choice."),
        ("PL", {"driving_side": "middle"}, "Select a valid choice."),
        ("PL", {"demonym": "Pol\u200bish"}, "Take out an invisible character"),
        ("PL", {"alternative_names-0-language": "xx"}, "Give the BCP 47 tag of a language"),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_beside_its_field(staff: Client, name: str, edits: dict[str, str], said: str) -> None:
    row = row_of(name)
    keys = {"subdivision", "parent", "redirect_subdivision"}
    sent = {field: pk(value) if field in keys else value for field, value in edits.items()}
    before = numbers.current("data")
    if name not in FORMS:
        FORMS[name] = sent_by(staff.get(page_of(row)))
    assert said in errors(staff.post(page_of(row), FORMS[name] | sent))
    assert numbers.current("data") == before


def test_a_code_in_small_letters_is_refused_since_no_address_finds_it(staff: Client) -> None:
    add = reverse("admin:geography_subdivision_add")
    sent = sent_by(staff.get(add)) | {"country": "PL", "name_en": "Small", "code": "PL-g-small"}
    sent.pop("is_iso")
    said = "Give the code of its country, a hyphen, and capital letters or digits."
    assert said in errors(staff.post(add, sent))
    assert staff.post(add, sent | {"code": "PL-G-SMALL"}).status_code == 302


@pytest.mark.parametrize("column", ["parent", "redirect_subdivision"])
def test_a_loop_is_refused_with_its_path(staff: Client, column: str) -> None:
    for here, there in (("US-CA", "US-NV"), ("US-NV", "US-OR")):
        row = row_of(here)
        assert staff.post(page_of(row), sent_by(staff.get(page_of(row))) | {column: pk(there)}).status_code == 302
    oregon = row_of("US-OR")
    response = staff.post(page_of(oregon), sent_by(staff.get(page_of(oregon))) | {column: pk("US-CA")})
    assert "US-OR → US-CA → US-NV → US-OR" in errors(response)


def test_a_loop_of_successors_is_refused_with_its_path(staff: Client) -> None:
    for here, there in (("US-CA", "US-NV"), ("US-NV", "US-OR")):
        row = row_of(here)
        assert staff.post(page_of(row), sent_by(staff.get(page_of(row))) | {"replaced_by": there}).status_code == 302
    oregon = row_of("US-OR")
    response = staff.post(page_of(oregon), sent_by(staff.get(page_of(oregon))) | {"replaced_by": "PR US-CA"})
    assert "US-OR → US-CA → US-NV → US-OR" in errors(response)


def test_a_name_is_saved_as_it_looks(staff: Client) -> None:
    row = row_of("US-CA")
    sent = sent_by(staff.get(page_of(row))) | {"name_fr": "Californie\u0301\u00a0", "name_en": "Califo\u0301rnia"}
    assert staff.post(page_of(row), sent).status_code == 302
    names = Subdivision.objects.filter(code="US-CA").rewrite(False).values_list("name_fr", "name_en", "name")
    assert list(names) == [("Californié", "Califórnia", "Califórnia")]


def test_a_row_that_is_wrong_already_hinders_nobody_who_corrects_another(staff: Client) -> None:
    city = row_of("city")
    city.names.filter(pk=city.names.first().pk).update(language="xx")
    sent = sent_by(staff.get(page_of(city))) | {"population": "5"}
    assert staff.post(page_of(city), sent).status_code == 302
    assert row_of("city").population == 5


def test_a_field_that_would_not_fit_the_others_is_not_given_back(staff: Client) -> None:
    warsaw = Subdivision.objects.get(code="PL-14")
    City.objects.filter(pk=BERLIN).update(country="PL", subdivision=warsaw)
    give_back = reverse("admin:geography_city_give_back", args=[BERLIN])
    response = staff.post(give_back, {"correction": f"city:{BERLIN}:country_id"}, follow=True)
    assert "choose one of the country DE: this one is of PL" in response.content.decode()
    assert row_of("city").country_id == "PL"
    both = [f"city:{BERLIN}:country_id", f"city:{BERLIN}:subdivision"]
    staff.post(give_back, {"correction": both})
    assert (row_of("city").country_id, row_of("city").subdivision.code) == ("DE", "DE-BE")


def test_a_tenants_own_name_has_the_same_characters(staff: Client, tenant: Any) -> None:
    add = reverse("admin:geography_tenantcountryname_add")
    sent = {"tenant": tenant.pk, "country": "PL", "language": "de", "name": "Po\u200blen"}
    assert "Take out an invisible character" in errors(staff.post(add, sent))
    # Composed, as it is stored, it has twice as many characters.
    assert "It has 202 characters" in errors(staff.post(add, sent | {"name": "\u0958" * 101}))
    assert staff.post(add, sent | {"name": "Unser Polen"}).status_code == 302
    assert TenantCountryName.objects.get().name == "Unser Polen"
