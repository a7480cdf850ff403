"""Staff's corrections in the back office: shown beside upstream's word, given back, and never undone by an old page."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from apps.geography.models import City, Country, Subdivision
from tests.back_office import sent_by
from tests.factories import CityFactory, CountryFactory, SubdivisionFactory

pytestmark = pytest.mark.once


@pytest.fixture
def staff(admin_client: Client) -> Client:
    CountryFactory(code="XA", name_en="Xanadu")
    return admin_client


@pytest.fixture
def poland(staff: Client) -> Country:
    """Poland, with two names that are staff's."""
    Country.objects.filter(pk="PL").rewrite(False).update(name_fr="Polonie!", name_de="Polen!")
    return Country.objects.get(pk="PL")


def page_of(row: Any, page: str = "change") -> str:
    return reverse(f"admin:geography_{row._meta.model_name}_{page}", args=[row.pk])


def labels(response: Any) -> dict[str, tuple[Any, Any]]:
    return {c.label: (c.yours, c.upstream) for c in response.context["corrections"]}


def test_what_upstream_says_is_shown_beside_a_correction(staff):
    row = SubdivisionFactory(country_id="XA", code="XA-1", name_de="Unser", upstream={"name_de": "<b>Ihr</b>"})
    response = staff.get(page_of(row))
    assert labels(response)["the name in German"] == ("Unser", "<b>Ihr</b>")
    assert "&lt;b&gt;Ihr&lt;/b&gt;" in response.content.decode()


def test_a_city_that_staff_moved_says_so(staff):
    state = SubdivisionFactory(country_id="XA", code="XA-1")
    city = CityFactory(country_id="XA", subdivision=state, upstream={"country_id": "XA", "subdivision": "XA-2"})
    assert labels(staff.get(page_of(city))) == {"subdivision": ("XA-1", "XA-2")}


def test_a_row_as_upstream_has_it_shows_no_corrections(staff):
    response = staff.get(page_of(Country.objects.get(pk="PL")))
    assert labels(response) == {}
    assert "Give what is ticked back" not in response.content.decode()


def test_the_ticked_field_alone_goes_back(staff, poland):
    assert set(labels(staff.get(page_of(poland)))) == {"the name in French", "the name in German"}
    response = staff.post(page_of(poland, "give_back"), {"correction": ["country:PL:name_fr"]})
    assert response.status_code == 302
    names = Country.objects.filter(pk="PL").rewrite(False).values_list("name_fr", "name_de").get()
    assert names == ("Pologne", "Polen!")
    assert "Gave 1 field back" in staff.get(page_of(poland, "history")).content.decode()


def test_a_name_below_the_row_goes_back(staff):
    city = City.objects.get(geonameid=2950159)
    name = city.names.exclude(upstream=None).first()
    city.names.filter(pk=name.pk).update(name="Bärlin")
    shown = staff.get(page_of(city)).context["corrections"]
    assert [(c.yours, c.upstream) for c in shown] == [("Bärlin", name.name)]
    staff.post(page_of(city, "give_back"), {"correction": [shown[0].id]})
    assert city.names.get(pk=name.pk).name == name.name


def test_rows_of_another_page_stay(staff, poland):
    germany = Country.objects.get(pk="DE")
    staff.post(page_of(germany, "give_back"), {"correction": ["country:PL:name_fr", "tenant:1:code", "x"]})
    assert Country.objects.get(pk="PL").name_fr == "Polonie!"


@pytest.mark.parametrize(
    "sent", ["", "x", "alternativename:abc:name", "nothing:1:name", "country:PL:no_such_field", "::", "\x00:\x00:"]
)
def test_what_no_page_offered_gives_nothing_back(staff, poland, sent):
    response = staff.post(page_of(poland, "give_back"), {"correction": [sent]}, follow=True)
    assert response.status_code == 200
    assert Country.objects.filter(pk="PL", name_fr="Polonie!", name_de="Polen!").exists()


def test_only_staff_who_may_change_a_row_give_it_back(client, poland):
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_country"))
    client.force_login(viewer)
    page = client.get(page_of(poland))
    assert "Polonie!" in page.content.decode()
    assert "Give what is ticked back" not in page.content.decode()
    assert client.post(page_of(poland, "give_back"), {"correction": ["country:PL:name_fr"]}).status_code == 403
    assert Country.objects.get(pk="PL").name_fr == "Polonie!"


@pytest.mark.both
def test_many_rows_go_back_after_a_look(staff, poland):
    Country.objects.filter(pk="DE").rewrite(False).update(name_fr="Germanie")
    url = reverse("admin:geography_country_changelist")
    action = {"action": "give_back_all", "_selected_action": ["DE", "PL", "FR", "XA"]}
    look = staff.post(url, action)
    assert look.context["total"] == 3
    assert "Give 3 corrected fields back?" in look.content.decode()
    assert Country.objects.get(pk="DE").name_fr == "Germanie"
    staff.post(url, action | {"expected": look.context["count"], "confirmed": "yes"})
    names = Country.objects.filter(pk__in=["DE", "PL"]).rewrite(False).order_by("pk").values_list("name_fr", flat=True)
    assert list(names) == ["Allemagne", "Pologne"]


@pytest.mark.parametrize("name", ["country", "city", "subdivision"])
def test_a_page_with_corrections_loads_in_a_handful_of_queries(name, staff, django_assert_max_num_queries):
    row: Any = {
        "country": Country.objects.filter(pk="PL"),
        "city": City.objects.filter(geonameid=2950159),
        "subdivision": Subdivision.objects.filter(code="US-CA"),
    }[name]
    # Session, user, the row, its relations and the names of those, inline rows, languages in use, regions.
    with django_assert_max_num_queries(16):
        staff.get(page_of(row.get()))


def test_an_old_page_does_not_undo_an_import(staff):
    poland = Country.objects.get(pk="PL")
    sent = sent_by(staff.get(page_of(poland)))
    Country.objects.filter(pk="PL").rewrite(False).update(name_fr="Nouvelle Pologne", population=1)
    response = staff.post(page_of(poland), sent | {"name_de": "Unser Polen"})
    assert response.status_code == 200
    assert "has changed this since you opened the page" in response.content.decode()
    now = Country.objects.filter(pk="PL").rewrite(False).values_list("name_fr", "name_de", "population").get()
    assert now == ("Nouvelle Pologne", "Polen", 1)


def test_an_old_page_does_not_undo_a_name_below_the_row(staff):
    city = City.objects.get(geonameid=2950159)
    sent = sent_by(staff.get(page_of(city)))
    city.names.filter(pk=sent["names-0-id"]).update(name="Neu")
    response = staff.post(page_of(city), sent | {"population": 1})
    assert "has changed this since you opened the page" in response.content.decode()
    city.refresh_from_db()
    assert city.population != 1
    assert city.names.get(pk=sent["names-0-id"]).name == "Neu"


def test_a_page_that_does_not_say_what_it_showed_saves_nothing(staff):
    poland = Country.objects.get(pk="PL")
    sent = sent_by(staff.get(page_of(poland)))
    del sent["seen"]
    assert staff.post(page_of(poland), sent | {"name_de": "Unser Polen"}).status_code == 200
    assert Country.objects.get(pk="PL").name_de == "Polen"


def test_the_regions_of_a_country_are_part_of_what_a_page_showed(staff):
    poland = Country.objects.get(pk="PL")
    sent = sent_by(staff.get(page_of(poland)))
    poland.regions.clear()
    staff.post(page_of(poland), sent | {"population": 1})
    assert not poland.regions.exists()


def test_the_next_page_saves_again(staff):
    poland = Country.objects.get(pk="PL")
    for name in ("Polen eins", "Polen zwei"):
        assert staff.post(page_of(poland), sent_by(staff.get(page_of(poland))) | {"name_de": name}).status_code == 302
    assert Country.objects.get(pk="PL").name_de == "Polen zwei"
