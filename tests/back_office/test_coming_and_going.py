"""What staff delete comes back by a click, and what they add goes again, where nothing has come after it."""

from typing import Any

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from apps.geography.models import City, CityName, Country, OfficialName, Region, Subdivision
from apps.tenants.models import Plan
from tests.back_office import sent_by
from tests.factories import CityFactory, CountryFactory, PlanFactory, SubdivisionFactory, TenantFactory

HISTORY = reverse("admin:auditlog_logentry_changelist")


def url(row: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=args)


def delete(staff: Client, row: Any) -> Any:
    response = staff.post(url(row, "delete", row.pk), {"post": "yes"}, follow=True)
    assert not type(row)._base_manager.filter(pk=row.pk).exists()
    return response


def undo_last(staff: Client, model: Any) -> Any:
    entry = LogEntry.objects.order_by("-pk").first()
    return staff.post(url(model, "undo", entry.pk), follow=True)


def columns(row: Any) -> dict[str, Any]:
    """Return what is stored of a row; triggers move its `updated_at`."""
    return type(row)._base_manager.filter(pk=row.pk).values().get() | {"updated_at": None}


@pytest.fixture
def city(db: None) -> City:
    """A city of staff's own, with a name."""
    CountryFactory(code="XA", name_en="Xanadu")
    state = SubdivisionFactory(country_id="XA", code="XA-1", name_en="Alph", name_de="Der Alph", upstream=None)
    city = CityFactory(country_id="XA", subdivision=state, upstream=None, spellings=["Dome"], latitude=1.5)
    CityName.objects.create(city=city, language="de", name="Kuppel")
    return city


def test_a_deleted_row_is_offered_back_at_once_and_comes_back_with_all_that_hung_on_it(admin_client, city):
    before, name = columns(city), columns(city.names.get())
    shown = delete(admin_client, city).content.decode()
    assert 'class="undo" form="undo"' in shown
    assert "Undone: 1." in undo_last(admin_client, City).content.decode()
    assert (columns(city), columns(city.names.get())) == (before, name)
    entry = LogEntry.objects.order_by("-pk").first()
    assert (entry.action, entry.actor.username) == (LogEntry.Action.CREATE, "admin")
    assert entry.changes["name"] == [None, city.name]


def test_what_came_back_goes_again(admin_client, city):
    delete(admin_client, city)
    undo_last(admin_client, City)
    undo_last(admin_client, City)
    assert not City.objects.filter(pk=city.pk).exists()
    undo_last(admin_client, City)
    assert CityName.objects.get(city=city.pk).name == "Kuppel"


def test_whatever_referred_to_a_deleted_row_refers_to_it_again(admin_client, city):
    state = Subdivision.objects.get(code="XA-1")
    OfficialName.objects.create(subdivision=state, language="de", name="Der Alph")
    district = SubdivisionFactory(country_id="XA", code="XA-2", parent=state)
    before = columns(state)
    delete(admin_client, state)
    city.refresh_from_db()
    assert city.subdivision is None
    undo_last(admin_client, Subdivision)
    city.refresh_from_db()
    district.refresh_from_db()
    assert (columns(state), city.subdivision, district.parent) == (before, state, state)
    assert state.official_names.get().name == "Der Alph"


def test_a_region_comes_back_with_its_countries(admin_client, db):
    region = Region.objects.create(code="DACH", name_en="DACH", upstream=None)
    region.countries.set(["DE", "AT"])
    delete(admin_client, region)
    undo_last(admin_client, Region)
    assert set(region.countries.values_list("pk", flat=True)) == {"DE", "AT"}


def test_what_has_been_taken_meanwhile_is_not_overwritten(admin_client, db):
    plan = PlanFactory(name="Small")
    delete(admin_client, plan)
    entry = LogEntry.objects.get()
    PlanFactory(name="Small")
    text = admin_client.post(url(Plan, "undo", entry.pk), follow=True).content.decode()
    assert "Not undone: " in text
    assert Plan.objects.filter(name="Small").count() == 1


def test_a_new_row_goes_by_undo_unless_something_depends_on_it(admin_client, db):
    admin_client.post(url(Plan, "add"), {"name": "Small", "requests_per_minute": "60"})
    entry, plan = LogEntry.objects.get(), Plan.objects.get(name="Small")
    tenant = TenantFactory(plan=plan)
    assert "1 left as they are" in admin_client.post(url(Plan, "undo", entry.pk), follow=True).content.decode()
    assert Plan.objects.filter(pk=plan.pk).exists()
    tenant.delete()
    admin_client.post(url(Plan, "undo", entry.pk))
    assert not Plan.objects.filter(pk=plan.pk).exists()


def test_a_new_row_that_was_changed_without_the_history_stays(admin_client, db):
    admin_client.post(url(Plan, "add"), {"name": "Small", "requests_per_minute": "60"})
    Plan.objects.filter(name="Small").update(monthly_quota=7)
    undo_last(admin_client, Plan)
    assert Plan.objects.filter(name="Small").exists()


def test_rows_below_come_and_go_with_the_change_of_the_page(admin_client, city):
    page = url(City, "change", city.pk)
    sent = sent_by(admin_client.get(page))
    sent |= {"name": "Stately", "names-0-DELETE": "on", "names-TOTAL_FORMS": "2", "names-1-language": "fr"}
    sent |= {"names-1-name": "Coupole", "names-1-city": city.pk, "names-1-id": ""}
    response = admin_client.post(page, sent)
    assert response.status_code == 302, response.context["errors"]
    names = CityName.objects.filter(city=city).order_by("language").values_list("language", "name")
    assert list(names) == [("fr", "Coupole")]
    said = [str(each) for each in undo_last(admin_client, City).context["messages"]]
    assert said[-1] == "Undone: 3."
    city.refresh_from_db()
    assert (list(names.all()), city.name != "Stately") == ([("de", "Kuppel")], True)


def test_the_history_offers_undo_until_something_comes_after(admin_client, city):
    delete(admin_client, city)
    entry = LogEntry.objects.get()
    address = url(City, "undo", entry.pk)
    assert address in admin_client.get(HISTORY).content.decode()
    undo_last(admin_client, City)
    assert address not in admin_client.get(HISTORY).content.decode()


@pytest.mark.parametrize("role", ["Viewer", "Translator", "Tenant manager", "Key manager"])
def test_who_may_not_add_places_brings_none_back(role, admin_client, city):
    delete(admin_client, city)
    entry = LogEntry.objects.get()
    somebody = User.objects.create_user("somebody", is_staff=True)
    somebody.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(somebody)
    assert url(City, "undo", entry.pk) not in client.get(HISTORY).content.decode() or role == "Translator"
    client.post(url(City, "undo", entry.pk))
    assert not City.objects.filter(pk=city.pk).exists()


def test_an_editor_brings_back_what_a_colleague_deleted(admin_client, client, city):
    delete(admin_client, city)
    editor = User.objects.create_user("editor", is_staff=True)
    editor.groups.add(Group.objects.get(name="Editor"))
    client.force_login(editor)
    undo_last(client, City)
    assert City.objects.filter(pk=city.pk).exists()
    assert LogEntry.objects.order_by("-pk").first().actor == editor


def test_what_was_given_back_and_undone_is_given_back_again(admin_client, db):
    Country.objects.filter(pk="PL").rewrite(False).update(name_fr="La Pologne")
    admin_client.post(reverse("admin:geography_country_give_back", args=["PL"]), {"correction": ["country:PL:name_fr"]})
    found = []
    for _ in range(3):
        undo_last(admin_client, Country)
        found.append(Country.objects.filter(pk="PL").rewrite(False).values_list("name_fr", flat=True).get())
    assert found == ["La Pologne", "Pologne", "La Pologne"]


def test_no_secret_of_a_deleted_row_is_kept(admin_client, db):
    user = User.objects.create_user("ada", password="a long pass phrase")
    admin_client.post(url(User, "delete", user.pk), {"post": "yes"})
    entry = LogEntry.objects.get()
    assert entry.serialized_data is None
    assert user.password not in repr(vars(entry))
