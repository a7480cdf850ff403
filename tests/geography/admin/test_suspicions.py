"""What looks wrong in the data, as staff find it: kinds with numbers, lists with evidence, each row with its place."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from apps.back_office import processes
from apps.geography.models import DataCheck, StoredSuspicion, Subdivision
from apps.geography.report.stored import ask, store
from apps.geography.report.suspicions import Suspicion
from apps.geography.report.tables import KINDS
from apps.geography.report.words import KINDS as WORDS
from apps.geography.report.words import evidence_in_words
from tests.factories import CityFactory

LIST = reverse("admin:geography_storedsuspicion_changelist")
LOOK = reverse("admin:geography_storedsuspicion_look")
HOME = reverse("admin:index")
FOUND = (
    Suspicion("twin_name", "PL-02", "de", "Schlesien", "also PL-24"),
    Suspicion("twin_name", "PL-24", "de", "Schlesien", "also PL-02"),
    Suspicion("former_country_name", "PL", "de", "Preußen", "80 like Prussia, 20 like Poland"),
    Suspicion("odd_city_name", "-70000001", "", "Ct 0001", "a number, no name"),
    Suspicion("no_successor", "PL-99", "", "", "withdrawn, with no code that succeeds it"),
)


@pytest.fixture
def found(db: None) -> None:
    CityFactory(geonameid=-70000001, name="Ct 0001")
    store(KINDS, FOUND)


def test_home_has_a_number_for_each_kind_that_leads_to_its_list(admin_client, found):
    part = admin_client.get(HOME).content.decode().partition('id="home-suspicions"')[2].partition("</section>")[0]
    links = dict(re.findall(r'href="([^"]+\?kind=[a-z_]+)"[^>]*>(\d+)</a>', part))
    numbers = {"former_country_name": "1", "no_successor": "1", "odd_city_name": "1", "twin_name": "2"}
    assert links == {f"{LIST}?kind={kind}": number for kind, number in numbers.items()}
    for address, number in links.items():
        assert len(admin_client.get(address).context["cl"].result_list) == int(number)


def test_home_says_whether_anybody_has_looked(admin_client, db):
    assert "Nobody has looked at the data yet." in admin_client.get(HOME).content.decode()
    store(KINDS, [])
    assert "Nothing, as of " in admin_client.get(HOME).content.decode()


def test_each_row_leads_to_its_place_with_its_evidence(admin_client, found):
    page = admin_client.get(LIST).content.decode()
    subdivision = Subdivision.objects.get(code="PL-02").pk
    for kind, key in (("country", "PL"), ("subdivision", subdivision), ("city", -70000001)):
        address = reverse(f"admin:geography_{kind}_change", args=[key])
        assert f'href="{address}"' in page
        assert admin_client.get(address).status_code == 200
    assert "PL-99" in page
    assert "also PL-24" in page


def test_words_and_evidence_are_in_the_language_of_the_page(admin_client, found):
    admin_client.cookies["language"] = "de"
    page = admin_client.get(LIST, {"kind": "twin_name"}).content.decode()
    assert "auch PL-24" in page
    assert "Niederschlesien" in page
    assert "also PL-24" not in page


def test_a_list_takes_a_dozen_queries_at_most(admin_client, found, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        admin_client.get(LIST)


def test_every_check_has_words():
    assert WORDS.keys() == set(KINDS)


@pytest.mark.parametrize("found", FOUND)
def test_evidence_reads_in_english_as_it_was_put_down(found):
    assert evidence_in_words(found.evidence) == found.evidence


@pytest.mark.django_db
def test_a_report_takes_the_place_of_the_one_before_for_the_kinds_that_it_looked_at():
    store(KINDS, FOUND)
    call_command("data_report", kind=["twin_name", "odd_city_name"], verbosity=0)
    kept = StoredSuspicion.objects.order_by("check_of").values_list("check_of", flat=True)
    assert list(kept) == ["former_country_name", "no_successor"]


def test_who_may_asks_for_a_new_look_and_one_is_enough(admin_client, db, monkeypatch):
    started = []
    monkeypatch.setattr(processes, "start", lambda *arguments: started.append(arguments))
    assert admin_client.get(LOOK).status_code == 405
    for _ in range(2):
        answer = admin_client.post(LOOK, follow=True)
    assert started == [("data_report", "--verbosity", "0")]
    page = answer.content.decode()
    assert "is being looked at already" in page
    assert "Look again" not in page
    store(KINDS, [])
    assert "Look again" in admin_client.get(LIST).content.decode()


def test_a_look_that_never_ended_does_not_bar_the_next(db):
    assert ask(KINDS)
    assert not ask(KINDS)
    DataCheck.objects.update(asked_at=timezone.now() - timedelta(minutes=11))
    assert ask(KINDS)
