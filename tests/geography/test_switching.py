"""The verbs by which a tenant switches and names what it shows."""

from collections.abc import Iterator
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.back_office.history.audit import Author
from apps.geography import switching
from apps.geography.models import Country, Subdivision, TenantCountry, TenantCountryName, TenantSubdivision
from apps.geography.switching import Missing, Moved, State, Unmet, Wish
from apps.tenants.models import Tenant
from tests.factories import TenantFactory

BY = Author({"command": "test"})


def state(tenant: Tenant, code: str = "PL") -> tuple[bool, int]:
    return TenantCountry.objects.values_list("active", "version").get(tenant=tenant, country=code)


def switch(tenant: Tenant, kind: Any = TenantCountry, **wishes: Wish) -> dict[str, Any]:
    return switching.switch(kind, tenant, {code.replace("_", "-"): wish for code, wish in wishes.items()}, by=BY)


def test_each_wish_is_granted_or_refused_by_itself(tenant):
    refused = switch(
        tenant, PL=Wish(False), DE=Wish(False, 7), FR=Wish(False, 1), ZZ=Wish(True), IT=Wish(None, 1), ES=Wish(None, 2),
        SE=Wish(True, condition=frozenset({2, 3})), NO=Wish(False, 1, frozenset({1})), ZY=Wish(None),
    )  # fmt: skip
    assert {code: type(refusal) for code, refusal in refused.items()} == {
        "DE": Moved, "ZZ": Missing, "ES": Moved, "SE": Unmet, "ZY": Missing,
    }  # fmt: skip
    assert [state(tenant, code) for code in ("PL", "DE", "FR", "IT", "SE", "NO")] == [
        (False, 2), (True, 1), (False, 2), (True, 1), (True, 1), (False, 2),
    ]  # fmt: skip
    assert {entry.object_repr for entry in LogEntry.objects.all()} == {"PL of acme", "FR of acme", "NO of acme"}


@pytest.fixture
def _someone_who_awaits_no_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the row be switched, as by SQL, after a switch has read it."""
    rows = switching._rows

    def read_and_lose(kind: Any, tenant: Tenant, codes: list[str]) -> Any:
        found = rows(kind, tenant, codes)
        kind.objects.filter(pk__in=[row.pk for row in found.values()]).switch(active=True)
        return found

    monkeypatch.setattr(switching, "_rows", read_and_lose)


@pytest.mark.usefixtures("_someone_who_awaits_no_turn")
@pytest.mark.parametrize("wish", [Wish(False, 1), Wish(False, condition=frozenset({1}))], ids=["version", "condition"])
@pytest.mark.parametrize(("kind", "code"), [(TenantCountry, "PL"), (TenantSubdivision, "US_CA")])
def test_a_row_that_moves_between_look_and_switch_is_not_switched_at_another_version(kind, code, wish, tenant):
    refused = switch(tenant, kind, **{code: wish})
    assert [(type(refusal), refusal.state) for refusal in refused.values()] == [(Moved, State(True, 2))]
    assert kind.objects.filter(tenant=tenant, active=False).count() == 0
    assert not LogEntry.objects.exists()


@pytest.mark.usefixtures("_someone_who_awaits_no_turn")
def test_a_row_that_moves_between_is_switched_where_no_version_is_expected(tenant):
    assert switch(tenant, PL=Wish(False)) == {}
    assert state(tenant) == (False, 3)


def test_to_check_a_subdivision_makes_no_row(tenant):
    assert switch(tenant, TenantSubdivision, US_CA=Wish(None, 1)) == {}
    assert list(switch(tenant, TenantSubdivision, US_CA=Wish(None, 2))) == ["US-CA"]
    assert not TenantSubdivision.objects.exists()


def test_a_subdivision_is_switched_for_its_tenant_alone_and_no_other_with_it(tenant):
    other = TenantFactory()
    for each in (tenant, other):
        switch(each, TenantSubdivision, US_CA=Wish(True), US_NY=Wish(True))
    assert switch(tenant, TenantSubdivision, US_CA=Wish(False)) == {}
    hidden = TenantSubdivision.objects.filter(active=False).values_list("tenant", "subdivision__code")
    assert list(hidden) == [(tenant.pk, "US-CA")]


def test_what_is_withdrawn_is_not_switched(tenant):
    Country.objects.filter(pk="PL").update(withdrawn_on="2026-01-02")
    Subdivision.objects.filter(code="US-CA").update(withdrawn_on="2026-01-02")
    assert list(switch(tenant, PL=Wish(False), DE=Wish(False))) == ["PL"]
    assert list(switch(tenant, TenantSubdivision, US_CA=Wish(False))) == ["US-CA"]
    assert state(tenant) == (True, 1)


def test_one_refusal_undoes_the_others_where_all_or_none_is_wished(tenant):
    wishes = {"PL": Wish(False), "DE": Wish(False, 7)}
    assert list(switching.switch(TenantCountry, tenant, wishes, by=BY, all_or_none=True)) == ["DE"]
    assert state(tenant) == (True, 1)
    assert not LogEntry.objects.exists()


def test_many_are_switched_in_a_handful_of_statements(tenant, django_assert_max_num_queries):
    codes = list(Country.objects.current().values_list("pk", flat=True))
    # A savepoint, a locking read, one write, the kind of row that the history names, and its entries in batches.
    with django_assert_max_num_queries(10):
        switching.switch(TenantCountry, tenant, {code: Wish(False) for code in codes}, by=BY)
    assert not TenantCountry.objects.filter(tenant=tenant, active=True, country__withdrawn_on=None).exists()
    assert LogEntry.objects.count() == len(codes)


def test_rows_of_several_tenants_are_switched_where_they_are_not_so_yet(tenant):
    other = TenantFactory()
    TenantCountry.objects.filter(tenant=other, country="DE").switch(active=False)
    rows = TenantCountry.objects.filter(country__in=["PL", "DE"])
    assert switching.switch_rows(rows, active=False, by=BY) == 3
    assert [state(each, code) for each in (tenant, other) for code in ("PL", "DE")] == [(False, 2)] * 4


def test_turns_are_awaited_in_one_order(tenant):
    tenants = [tenant, TenantFactory(), TenantFactory()]
    with CaptureQueriesContext(connection) as queries:
        for given in (tenants, tenants[::-1]):
            assert switching.await_turns(each.pk for each in given) == tenants
    statements = [query["sql"] for query in queries.captured_queries]
    assert all('ORDER BY "tenants_tenant"."id" ASC' in statement for statement in statements)
    assert connection.vendor == "sqlite" or all("FOR NO KEY UPDATE" in statement for statement in statements)


def names() -> Iterator[tuple[str, str]]:
    return TenantCountryName.objects.values_list("language", "name")


def test_a_country_is_named_in_the_languages_given_alone(tenant):
    switching.rename(tenant, "PL", {"de": "A", "fr": "B"}, by=BY)
    switching.rename(tenant, "PL", {"de": None, "fr": "C", "it": None}, by=BY)
    assert list(names()) == [("fr", "C")]
    assert LogEntry.objects.latest("pk").changes == {
        "name de": ["A", None], "name fr": ["B", "C"], "name it": [None, None],
    }  # fmt: skip


def test_a_name_is_kept_where_the_condition_is_not_met(tenant):
    switching.rename(tenant, "PL", {"de": "A"}, by=BY)
    with pytest.raises(Unmet):
        switching.rename(tenant, "PL", {"de": "B"}, by=BY, condition=lambda before: before == {})
    switching.rename(tenant, "PL", {"de": "C"}, by=BY, condition=lambda before: before == {"de": "A"})
    Country.objects.filter(pk="DE").update(withdrawn_on="2026-01-02")
    for code in ("ZZ", "DE"):
        with pytest.raises(Missing):
            switching.rename(tenant, code, {"de": "B"}, by=BY)
    assert list(names()) == [("de", "C")]


def test_the_names_of_a_country_are_those_that_the_tenant_itself_gives_it(tenant):
    for each, code in ((tenant, "PL"), (TenantFactory(), "PL"), (tenant, "DE")):
        switching.rename(each, code, {"de": f"{code} of {each.code}"}, by=BY)
    assert TenantCountryName.objects.texts(tenant, "PL") == {"de": "PL of acme"}
