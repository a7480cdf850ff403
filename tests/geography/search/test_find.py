"""What is found by what somebody types."""

from typing import Any

import pytest
from django.utils import timezone

from apps.geography.models import (
    City,
    CityName,
    Country,
    SearchName,
    Subdivision,
    TenantCountry,
    TenantSubdivision,
    Unindexed,
)
from apps.geography.models.search import Kind
from apps.geography.names.languages import fallbacks
from apps.geography.search import index
from apps.geography.search.find import NotReady, find
from apps.geography.search.found import Found
from apps.geography.search.tiers import Tier
from apps.tenants.models import Tenant
from tests.factories import TenantFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "nothing", ["zxqwv", "xkjhgf asdf", "%_'\"", "*", "😀", "\u0301" * 256, '" OR 1=1 --', "qq", ".*", "a" * 256]
)
def test_what_means_nothing_finds_nothing(nothing: str) -> None:
    assert find(nothing) == []


def test_a_place_says_where_it_is_and_by_which_name_it_was_met() -> None:
    first = find("munchen", languages=fallbacks("en"))[0]
    assert (first.kind, first.name, first.full_name) == (Kind.CITY, "Munich", "Munich, Bavaria, Germany")
    assert (first.tier, first.matched) == (Tier.EXACT, ("München", "de"))
    assert first.country.code == "DE"
    assert first.subdivision is not None
    assert first.subdivision.code == "DE-BY"


def test_names_are_in_the_language_of_the_reader() -> None:
    assert find("munich", languages=fallbacks("fr"))[0].full_name == "Munich, Bavière, Allemagne"


@pytest.mark.parametrize(
    ("question", "wanted"), [("philadelphia", "4560349"), ("venise", "3164603"), ("philadel", "4560349")]
)
def test_a_spelling_of_long_ago_comes_behind_those_who_are_called_so(question: str, wanted: str) -> None:
    assert find(question)[0].id == wanted


@pytest.mark.parametrize(
    ("question", "wanted"),
    [("Korea, Rep.", "KR"), ("Korea, Dem. Rep.", "KP"), ("Egypt, Arab Rep.", "EG"), ("Republic of Italy", "IT")],
)
def test_a_country_is_found_as_data_sets_write_it(question: str, wanted: str, tenant: Tenant) -> None:
    assert find(question)[0].id == wanted
    TenantCountry.objects.filter(tenant=tenant, country=wanted).switch(active=False)
    assert wanted not in ids(find(question, tenant=tenant))


def test_a_typing_error_is_forgiven_beside_the_place_that_it_lies_in() -> None:
    assert find("pittsburg pennsylvania")[0].id == "5206379"
    assert find("pittsburg pennsylvania", fuzzy=False) == []


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        # With a postal code.
        ("80331 München", "2867714"),
        ("D-80331 München", "2867714"),
        ("Austin, TX 78701", "4671654"),
        ("1012 AB Amsterdam", "2759794"),
        # With what kind of place it is.
        ("City of Austin, Texas", "4671654"),
        ("Stadt München", "2867714"),
        ("stockholms stad", "2673730"),
        ("state of California", "US-CA"),
        ("new york state", "US-NY"),
        ("Bundesland Bayern", "DE-BY"),
        ("свердловская обл.", "RU-SVE"),
        # With a name that elsewhere is a kind of place.
        ("canton ohio", "5149222"),
        ("canton oh", "5149222"),
        ("canton michigan", "4987990"),
        # In the other syllabary.
        ("トウキョウ", "1850147"),
        # With a point of the compass.
        ("n carolina", "US-NC"),
        ("N. Ireland", "GB-NIR"),
        # In another order, or with more around it.
        ("Germany Munich", "2867714"),
        ("Bayern, München", "2867714"),
        ("vancouver british columbia canada", "6173331"),
        ("广东广州", "1809858"),
        ("中国北京", "1816670"),
        # With an error in what it lies in, or so much of it as is typed.
        ("munich germny", "2867714"),
        ("springfield mass", "4951788"),
    ],
)
def test_a_place_is_found_as_people_write_it_on_envelopes(question: str, wanted: str) -> None:
    assert find(question, limit=1)[0].id == wanted


def test_what_is_written_around_a_name_says_which_place_is_meant() -> None:
    assert {each.kind for each in find("state of washington", fuzzy=False)} == {Kind.SUBDIVISION}
    assert find("state of munich") == []
    assert find("80331 germany")[0].id == "DE"


def test_better_ways_of_meeting_come_first_and_within_them_the_more_important() -> None:
    found = find("par", limit=50)
    tiers = [each.tier for each in found]
    assert tiers == sorted(tiers, key=lambda tier: tier or 0)
    assert Tier.PREFIX in tiers


def test_typing_errors_are_forgiven_only_where_asked_and_never_in_the_first_letter_of_a_short_word() -> None:
    assert find("londn", fuzzy=False) == []
    assert "2643743" not in ids(find("mondon"))
    assert "745044" in ids(find("ostanbul"))


def test_only_what_lies_in_a_country_or_subdivision_is_found() -> None:
    assert {each.country.code for each in find("san", countries=["US"], limit=50)} == {"US"}
    inside = find("san", subdivision="US-CA", limit=50)
    assert {each.subdivision.code for each in inside if each.subdivision} == {"US-CA"}
    assert find("germany", countries=["DE"], fuzzy=False) == []
    assert find("san", countries=["ZZ"]) == []


def test_only_the_kinds_that_are_asked_for_are_found() -> None:
    assert {each.kind for each in find("new york", kinds=[Kind.SUBDIVISION])} == {Kind.SUBDIVISION}


def test_what_a_tenant_switched_off_is_not_found_nor_what_lies_in_it(tenant: Tenant) -> None:
    tenant.tenant_countries.filter(country="DE").update(active=False)
    for question in ("munich", "Germany Munich", "80331 München", "munich germny", "City of Munich, Bavaria"):
        assert "2867714" not in ids(find(question, tenant=tenant))
    assert "DE" not in ids(find("germany", tenant=tenant))
    TenantSubdivision.objects.create(tenant=tenant, subdivision=Subdivision.objects.get(code="US-CA"), active=False)
    assert "5391959" not in ids(find("san francisco", tenant=tenant))
    assert "US-CA" not in ids(find("california", tenant=tenant))
    TenantSubdivision.objects.create(tenant=tenant, subdivision=Subdivision.objects.get(code="FR-PAC"), active=False)
    assert "2995469" not in ids(find("marseille", tenant=tenant))


def test_a_tenant_finds_countries_by_the_names_that_it_gives(tenant: Tenant) -> None:
    tenant.country_names.create(country=Country.objects.get(pk="NL"), language="en", name="Windmill Land")
    first = find("windmill", tenant=tenant, languages=("en",))[0]
    assert (first.id, first.name, first.matched) == ("NL", "Windmill Land", ("Windmill Land", "en"))
    assert find("windmill land", tenant=TenantFactory(code="other")) == []


def test_a_plan_without_subdivisions_finds_and_names_none(tenant: Tenant) -> None:
    tenant.plan.subdivision_access = False
    assert "DE-BY" not in ids(find("bavaria", tenant=tenant))
    assert find("munich", tenant=tenant)[0].full_name == "Munich, Germany"


def ids(found: list[Found]) -> list[str]:
    return [each.id for each in found]


class TestWhatChanges:
    """Whoever writes, and by whatever route, is found by the next search, before and after the names are folded."""

    def both(self, question: str, wanted: str, *, is_found: bool) -> None:
        assert (wanted in ids(find(question))) is is_found
        before = find(question)
        index.refresh()
        assert not Unindexed.objects.exists()
        assert find(question) == before

    def test_a_name_that_is_written(self) -> None:
        City.objects.filter(pk=2867714).update(name="Xanadu Am See")
        CityName.objects.filter(city=2867714, language="en").update(name="Xanadu Am See")
        self.both("xanadu", "2867714", is_found=True)
        self.both("am see", "2867714", is_found=True)

    def test_a_place_that_is_hidden(self) -> None:
        City.objects.filter(pk=2867714).update(withdrawn_on=timezone.now().date())
        self.both("munich", "2867714", is_found=False)

    def test_a_row_that_is_deleted(self) -> None:
        City.objects.filter(pk=2867714).delete()
        self.both("munich", "2867714", is_found=False)

    def test_a_translation_of_a_country(self) -> None:
        Country.objects.filter(pk="PL").update(name_fr="Vistulie")
        self.both("vistulie", "PL", is_found=True)

    def test_an_official_name_of_a_subdivision(self) -> None:
        Subdivision.objects.get(code="DE-BY").official_names.create(language="la", name="Boiaria Magna")
        self.both("boiaria magna", "DE-BY", is_found=True)

    def test_a_new_capital_is_as_important_as_one(self) -> None:
        assert find("springfield")[0].id == "4409896"
        Country.objects.filter(pk="US").update(capital="Springfield", other_capitals=["Los Angeles"])
        index.refresh()
        for place in ("4409896", "5368361"):
            assert SearchName.objects.filter(is_capital=True, country="US", place=place).exists()
        assert not SearchName.objects.filter(is_capital=True, country="US", place="4140963").exists()

    def test_subdivisions_are_weighed_by_their_cities(self) -> None:
        City.objects.filter(subdivision__code="DE-HB").update(population=0)
        index.refresh()
        assert set(SearchName.objects.filter(place="DE-HB").values_list("importance", flat=True)) == {0}


def test_an_index_that_lacks_too_much_is_not_answered_from() -> None:
    Unindexed.objects.create(kind=Unindexed.EVERYTHING, place="")
    with pytest.raises(NotReady, match="rebuild_search"):
        find("munich")


def test_commas_without_end_cost_no_more_than_another_text(django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(25):
        find(",".join("a" * 128))


@pytest.mark.parametrize("question", ["in " * 80, "in de in de in de", "state of " * 25, "1 n s e w " * 20])
def test_words_that_may_be_parted_in_many_ways_cost_little_more(
    question: str, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(45):
        find(question)
