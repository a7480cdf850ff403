"""The changes of the search contract, through HTTP: complete, whoever writes and by whatever route."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone
from django.utils.http import urlencode

from apps.geography.changes.since import LAST, Since
from apps.geography.changes.triggers import forget
from apps.geography.models import (
    AlternativeName,
    Change,
    City,
    CityName,
    Country,
    OfficialName,
    Region,
    Subdivision,
    SubdivisionType,
    TenantCountry,
    TenantCountryName,
    TenantSubdivision,
)
from apps.revisions import triggers
from apps.tenants.models import Tenant
from tests.factories import TenantFactory, issue_key

TODAY = date(2026, 11, 26)
MUNICH = 2867714


@pytest.fixture
def ask(client, secret):
    """Return a function that asks /api/changes."""

    def asked(**query: object):
        return client.get(f"/api/changes?{urlencode(query)}", headers={"Authorization": f"Bearer {secret}"})

    return asked


@pytest.fixture
def follow(ask):
    """Return a function that tells what has changed since it was last asked, as (type, id, change)."""
    answer = ask().json()
    assert answer == {"changes": [], "next": answer["next"], "has_more": False}
    read = [answer["next"]]

    def told(**query: object) -> set[tuple[str, str, str]]:
        answer = ask(since=read[0], **query).json()
        assert not answer["has_more"]
        read[0] = answer["next"]
        entries = [(each["type"], each["id"], each["change"]) for each in answer["changes"]]
        assert len(set(entries)) == len(entries)
        return set(entries)

    return told


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def new_city(**values: object) -> City:
    return City.objects.create(country_id="DE", subdivision=Subdivision.objects.get(code="DE-BY"), name="X", **values)


# What is written, and what is told of it.
WRITES = {
    "update": (lambda: City.objects.filter(pk=MUNICH).update(population=1), {("city", str(MUNICH), "changed")}),
    "sql": (
        lambda: sql("UPDATE geography_country SET name_fr = 'X' WHERE code = 'DE'"),
        {("country", "DE", "changed")},
    ),
    "many": (
        lambda: Country.objects.filter(code__in=["DE", "FR"]).update(population=1),
        {("country", "DE", "changed"), ("country", "FR", "changed")},
    ),
    "name of a city": (
        lambda: CityName.objects.filter(city=MUNICH, language="fr").update(name="X"),
        {("city", str(MUNICH), "changed")},
    ),
    "name of a country": (
        lambda: AlternativeName.objects.create(country_id="DE", name="X"),
        {("country", "DE", "changed")},
    ),
    "official name": (
        lambda: OfficialName.objects.filter(subdivision__code="DE-BY").delete(),
        {("subdivision", "DE-BY", "changed")},
    ),
    "region": (
        lambda: Region.objects.get(code="Oceania").countries.remove("NZ"),
        {("country", "NZ", "changed")},
    ),
    "added": (lambda: new_city(pk=-(2**40)), {("city", str(-(2**40)), "added")}),
    "withdrawn": (
        lambda: Subdivision.objects.filter(code="DE-BY").update(withdrawn_on=TODAY),
        {("subdivision", "DE-BY", "withdrawn")},
    ),
    "deleted": (lambda: City.objects.filter(pk=MUNICH).delete(), {("city", str(MUNICH), "withdrawn")}),
    "redirected": (
        lambda: Subdivision.objects.filter(code="DE-BY").update(redirect_country="AT"),
        {("subdivision", "DE-BY", "redirected"), ("country", "AT", "changed")},
    ),
    "moved": (
        lambda: City.objects.filter(pk=MUNICH).update(subdivision=Subdivision.objects.get(code="DE-BE")),
        {("city", str(MUNICH), "changed")},
    ),
    "nothing": (lambda: City.objects.filter(pk=MUNICH).update(name="Munich"), set()),
    "upstream": (lambda: City.objects.filter(pk=MUNICH).update(upstream={"name": "X"}), set()),
}


@pytest.mark.parametrize("write", WRITES)
def test_whatever_route_a_write_takes_its_places_are_told_once(follow, write):
    do, wanted = WRITES[write]
    do()
    assert follow() == wanted
    assert follow() == set()


def test_the_name_of_a_type_is_told_of_all_that_are_of_it(follow):
    SubdivisionType.objects.filter(code="canton").update(name_fr="X")
    cantons = Subdivision.objects.filter(type="canton").values_list("code", flat=True)
    assert {("subdivision", code, "changed") for code in cantons} == follow(limit=1000)


def test_a_page_may_end_among_places_that_one_write_changed(ask):
    since = ask().json()["next"]
    SubdivisionType.objects.filter(code="canton").update(name_fr="X")
    told, answer = [], {"next": since, "has_more": True}
    while answer["has_more"]:
        answer = ask(since=answer["next"], limit=20).json()
        told += [each["id"] for each in answer["changes"]]
    assert len(set(Change.objects.filter(place__in=told).values_list("number"))) == 1
    assert sorted(told) == sorted(Subdivision.objects.filter(type="canton").values_list("code", flat=True))


def test_a_place_that_returns_is_told_as_added(follow):
    City.objects.filter(pk=MUNICH).update(withdrawn_on=TODAY)
    assert follow() == {("city", str(MUNICH), "withdrawn")}
    City.objects.filter(pk=MUNICH).update(withdrawn_on=None)
    City.objects.filter(pk=MUNICH).update(population=1)
    assert follow() == {("city", str(MUNICH), "added")}


def test_of_what_lies_in_a_withdrawn_subdivision_nothing_is_told(follow):
    Subdivision.objects.filter(cities=MUNICH).update(withdrawn_on=TODAY)
    assert [change for _, _, change in follow()] == ["withdrawn"]
    City.objects.filter(pk=MUNICH).update(population=1)
    assert follow() == set()


def test_a_redirect_and_successors_say_where_to(ask):
    since = ask().json()["next"]
    Subdivision.objects.filter(code="DE-BY").update(redirect_country="AT")
    Subdivision.objects.filter(code="DE-BE").update(withdrawn_on=TODAY, replaced_by=["DE-BB"])
    told = {each["id"]: each for each in ask(since=since, types="subdivision").json()["changes"]}
    at = told["DE-BY"].pop("at")
    assert told["DE-BY"] == {
        "type": "subdivision",
        "id": "DE-BY",
        "change": "redirected",
        "country": "DE",
        "redirect": "AT",
        "replaced_by": [],
    }
    assert abs(timezone.now() - timezone.datetime.fromisoformat(at)) < timedelta(minutes=5)
    assert told["DE-BE"]["replaced_by"] == ["DE-BB"]


def test_a_merged_city_leads_to_the_one_that_stays_where_the_tenant_shows_that(ask, tenant):
    berlin = City.objects.filter(subdivision__code="DE-BE").first()
    since = ask().json()["next"]
    City.objects.filter(pk=MUNICH).update(withdrawn_on=TODAY, merged_into=berlin)

    def told() -> tuple[str, str]:
        (entry,) = ask(since=since, types="city").json()["changes"]
        return entry["change"], entry["redirect"]

    assert told() == ("redirected", str(berlin.pk))
    TenantSubdivision.objects.create(tenant=tenant, subdivision=berlin.subdivision, active=False)
    assert told() == ("withdrawn", None)
    City.objects.filter(pk=MUNICH).update(withdrawn_on=None, merged_into=None)
    assert told() == ("added", None)


def test_what_a_tenant_switches_and_names_is_told_to_it_alone(follow, tenant, client):
    other = TenantFactory(code="other")
    headers = {"Authorization": f"Bearer {issue_key(other)}"}
    since = client.get("/api/changes", headers=headers).json()["next"]
    TenantCountry.objects.filter(tenant=tenant, country="DE").update(active=False)
    TenantSubdivision.objects.create(tenant=tenant, subdivision=Subdivision.objects.get(code="PL-14"), active=False)
    TenantCountryName.objects.create(tenant=tenant, country_id="FR", language="en", name="Gaul")
    assert follow() == {
        ("country", "DE", "deactivated"),
        ("subdivision", "PL-14", "deactivated"),
        ("country", "FR", "changed"),
    }
    TenantCountry.objects.filter(tenant=tenant).update(active=True, modified_at=timezone.now())
    assert follow() == {("country", "DE", "activated")}
    assert client.get(f"/api/changes?since={since}", headers=headers).json()["changes"] == []


def test_nothing_is_told_of_what_a_tenant_does_not_show(follow, tenant):
    TenantCountry.objects.filter(tenant=tenant, country__in=["DE", "FR"]).update(active=False)
    TenantSubdivision.objects.create(tenant=tenant, subdivision=Subdivision.objects.get(code="PL-14"), active=False)
    follow()
    City.objects.filter(country__in=["DE", "FR"]).update(population=1)
    City.objects.filter(subdivision__code="PL-14").update(population=1)
    Country.objects.filter(code="DE").update(withdrawn_on=TODAY)
    Subdivision.objects.filter(code__in=["DE-BY", "PL-14"]).update(name_en="X")
    assert follow() == set()
    TenantCountry.objects.filter(tenant=tenant, country="FR").update(active=True)
    assert follow() == {("country", "FR", "activated")}


def test_what_leaves_for_where_a_tenant_does_not_look_is_withdrawn(follow, tenant):
    TenantSubdivision.objects.create(tenant=tenant, subdivision=Subdivision.objects.get(code="DE-BE"), active=False)
    follow()
    City.objects.filter(pk=MUNICH).update(subdivision=Subdivision.objects.get(code="DE-BE"))
    assert follow() == {("city", str(MUNICH), "withdrawn")}


def test_a_withdrawn_country_takes_what_lies_in_it_without_a_word(follow):
    Country.objects.filter(code="DE").update(withdrawn_on=TODAY)
    City.objects.filter(country="DE").update(population=1)
    assert follow() == {("country", "DE", "withdrawn")}


def test_a_plan_without_subdivisions_is_told_of_none_and_a_plan_that_gains_them_begins_anew(ask, tenant):
    plan = tenant.plan
    plan.subdivision_access = False
    plan.save()
    since = ask().json()["next"]
    Subdivision.objects.filter(code="DE-BY").update(name_en="X")
    City.objects.filter(pk=MUNICH).update(population=1)
    assert [each["type"] for each in ask(since=since).json()["changes"]] == ["city"]
    plan.subdivision_access = True
    plan.save()
    response = ask(since=since)
    assert response.status_code == 400
    assert "read everything again" in response.json()["message"]


def test_pages_tell_each_place_once_and_what_changes_meanwhile_again(ask, tenant):
    since = ask().json()["next"]
    TenantCountry.objects.filter(tenant=tenant, country__in=["FR", "IT"]).update(active=False)
    Subdivision.objects.filter(country="DE", is_iso=True).update(name_en="X")
    new_city(pk=-(2**40))
    told, answer = [], {"next": since, "has_more": True}
    while answer["has_more"]:
        answer = ask(since=answer["next"], limit=5).json()
        assert len(answer["changes"]) <= 5
        if not told:
            # The page that has it comes later: as added, for who began before.
            City.objects.filter(pk=-(2**40)).update(population=5)
            TenantCountry.objects.filter(tenant=tenant, country="FR").update(active=True)
        told += [(each["id"], each["change"]) for each in answer["changes"]]
    lands = Subdivision.objects.filter(country="DE", is_iso=True).values_list("code", flat=True)
    assert sorted(told) == sorted(
        [("FR", "deactivated"), ("FR", "activated"), ("IT", "deactivated"), (str(-(2**40)), "added")]
        + [(code, "changed") for code in lands]
    )


def test_a_time_tells_what_has_changed_from_then_on(ask):
    Change.objects.filter(kind=0).update(number=0)
    now = timezone.now().replace(microsecond=0).isoformat()
    City.objects.filter(pk=MUNICH).update(population=1)
    assert str(MUNICH) in {each["id"] for each in ask(since=now, limit=1000).json()["changes"]}
    answer = ask(since=timezone.now().isoformat()).json()
    assert answer["changes"] == []
    assert ask(since=answer["next"]).json()["changes"] == []


@pytest.mark.parametrize(
    ("since", "said"),
    [
        ("yesterday", "`next`"),
        ("2026-13-01", "`next`"),
        ("2026-11-26T08:00:00", "`next`"),
        ("٢٠٢٦-11-26", "`next`"),
        ("1.0.0-00000000", "another tenant"),
        ("2999-01-01", "future"),
        ("9999-12-31T23:59:59-23:59", "next"),
        ("0001-01-01", "read everything again"),
        ("0001-01-01T00:00:00+23:59", "next"),
    ],
)
def test_a_since_that_says_nothing_is_400_that_says_why(ask, since, said):
    response = ask(since=since)
    assert response.status_code == 400
    assert said in response.json()["message"]


def test_a_number_that_was_never_given_is_400(ask, tenant):
    for number in (LAST, 2**62):
        assert ask(since=Since.at(number, number).token(tenant)).status_code == 400
    assert ask(since=Since.at(0, 0).token(tenant).replace("1.0.0", "1.zzzzzzzzzzzzz.0")).status_code == 400


@pytest.mark.parametrize("query", [{"until": "2026"}, {"types": "village"}, {"limit": 0}, {"limit": 1001}])
def test_a_bad_parameter_is_400_that_names_it(ask, query):
    response = ask(**query)
    assert response.status_code == 400
    assert next(iter({"until": "since"}.get(name, name) for name in query)) in response.json()["message"]


def test_where_changes_may_have_been_missed_one_begins_anew(ask):
    since = ask().json()["next"]
    forget()
    response = ask(since=since)
    assert response.status_code == 400
    assert "read everything again" in response.json()["message"]
    assert ask(since=ask().json()["next"]).status_code == 200


def test_who_asks_too_far_back_is_told_from_when_on_changes_are_known(ask):
    Change.objects.filter(kind=0).update(number=1_000_000)
    assert "begins at 1970-01-01T00:00:01" in ask(since="1970-01-01").json()["message"]
    Change.objects.filter(kind=0).delete()
    response = ask(since="1970-01-02")
    assert response.status_code == 400
    assert "read everything again" in response.json()["message"]


@pytest.mark.parametrize(("name", "begins_anew"), [("tell_city_update", True), ("stamp_country", False)])
def test_where_a_trigger_was_missing_migrate_lets_one_begin_anew(ask, name, begins_anew):
    since = ask().json()["next"]
    trigger = next(each for each in triggers.declared() if each.name == name)
    sql(f"DROP TRIGGER {name}" + ("" if connection.vendor == "sqlite" else f" ON {trigger.table}"))
    triggers.install()
    assert (ask(since=since).status_code == 400) is begins_anew


def test_a_tenant_that_goes_leaves_no_notes(tenant):
    TenantCountry.objects.filter(tenant=tenant, country="DE").update(active=False)
    assert Change.objects.filter(holder=tenant.pk).exists()
    key = tenant.pk
    Tenant.objects.filter(pk=key).delete()
    assert not Change.objects.filter(holder=key).exists()


@pytest.mark.counted
def test_an_answer_is_stored_and_takes_few_queries(ask, django_assert_max_num_queries):
    since = ask().json()["next"]
    City.objects.filter(country="DE").update(population=1)
    Subdivision.objects.filter(code="DE-BY").update(name_en="X")
    with django_assert_max_num_queries(12):
        first = ask(since=since)
    with django_assert_max_num_queries(1):
        assert ask(since=since).content == first.content
    assert first["Vary"] == "Authorization, X-API-KEY, Accept-Encoding, Origin"
    assert "X-Selected-Language" not in first
