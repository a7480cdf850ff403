"""Answers while a process holds a lease on the revisions: see `apps.revisions.lease`."""

import pytest

from apps.geography.models import TenantCountry
from apps.revisions import lease, numbers
from apps.revisions.models import Revision

# Whether an answer is warm is what this module is about.
pytestmark = [pytest.mark.counted, pytest.mark.django_db]


class HeldLease:
    """A lease that is renewed when the test says so."""

    def __init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        """Learn the numbers of now."""
        self.numbers = dict(Revision.objects.values_list("name", "number"))

    def known(self) -> dict[str, int]:
        """Return them."""
        return self.numbers


@pytest.fixture
def held(tenant, secret, settings, monkeypatch) -> HeldLease:
    held = HeldLease()
    settings.REVISION_LEASE = True
    monkeypatch.setattr(lease, "_lease", held)
    return held


@pytest.fixture
def ask(client, secret, settings):
    settings.DEBUG = True

    def of(language: str = "en"):
        headers = {"Authorization": f"Bearer {secret}", "Accept-Language": language}
        return client.get("/api/data/countries", headers=headers)

    return of


def shows_poland(response) -> bool:
    return any(row["iso_alpha_2"] == "PL" for row in response.json())


def hide_poland(tenant) -> None:
    TenantCountry.objects.filter(tenant=tenant, country="PL").switch(False)


def test_a_warm_answer_asks_the_database_nothing(held, ask, monkeypatch, django_assert_num_queries):
    ask()

    def refuse(*args, **kwargs):
        raise AssertionError("The database was asked.")

    monkeypatch.setattr(numbers, "read_now", refuse)
    with django_assert_num_queries(0):
        assert ask().is_warm


def test_an_edit_shows_when_the_lease_is_renewed(held, ask, tenant):
    ask()
    hide_poland(tenant)
    assert shows_poland(ask())
    held.renew()
    assert not shows_poland(ask())


def test_what_is_built_is_current_whatever_the_lease_says(held, ask, tenant):
    ask()
    hide_poland(tenant)
    assert not shows_poland(ask("de"))


def test_an_answer_newer_than_the_lease_is_kept_for_those_who_come(held, ask, tenant):
    ask()
    hide_poland(tenant)
    built = ask("de")
    assert built.headers["Server-Timing"] == "store;desc=miss"

    again = ask("de")
    assert (again.is_warm, again.headers["Server-Timing"]) == (False, "store;desc=hit")
    assert again.content == built.content

    held.renew()
    assert ask("de").is_warm


def test_what_was_built_meanwhile_is_not_taken_for_newer_than_it_is(held, ask, tenant):
    hide_poland(tenant)
    assert not shows_poland(ask())
    TenantCountry.objects.filter(tenant=tenant, country="PL").switch(True)
    held.renew()
    assert shows_poland(ask())
