"""What is found by what somebody types."""

import pytest
from django.utils import timezone

from apps.geography.models import City, CityName, Country, SearchName, Subdivision, TenantSubdivision, Unindexed
from apps.geography.models.search import Kind
from apps.geography.names.languages import fallbacks
from apps.geography.search import index
from apps.geography.search.find import NotReady, find
from apps.geography.search.found import Found
from apps.geography.search.tiers import Tier
from apps.tenants.models import Tenant
from tests.factories import TenantFactory

pytestmark = pytest.mark.django_db

# What is typed, and the place that comes first.
QUESTIONS = """
lodz	3093133
Łódź	3093133
munchen	2867714
muenchen	2867714
München	2867714
Ｍｕｎｉｃｈ	2867714
monachium	2867714
tokyo	1850147
Ｔｏｋｙｏ	1850147
東京	1850147
طوكيو	1850147
san fransisco	5391959
san francsico	5391959
londn	2643743
lodnon	2643743
moskva	524901
москва	524901
moscou	524901
kobenhavn	2618425
København	2618425
copenhague	2618425
saint petersbourg	498817
st petersburg	498817
bejing	1816670
peking	1816670
北京	1816670
القاهرة	360630
ny	US-NY
st louis	4407066
st. louis	4407066
springfield, il	4250542
springfield, illinois	4250542
springfield il	4250542
cordoba argentina	3860259
cordoba, spain	2519240
münchen bayern	2867714
paris, texas	4717560
são paulo	3448439
sao paulo	3448439
germany	DE
deutschland	DE
germeny	DE
DEU	DE
de	DE
uk	GB
us-ca	US-CA
nsw	AU-NSW
bavaria	DE-BY
bayern	DE-BY
Αθήνα	264371
ירושלים	281184
서울	1835848
กรุงเทพมหานคร	1609350
दिल्ली	1273294
n'djamena	2427123
aarhus	2624652
""".strip()


@pytest.mark.parametrize("line", QUESTIONS.splitlines())
def test_a_question_in_any_script_and_with_errors_finds_its_place_first(line: str) -> None:
    question, wanted = line.split("\t")
    assert [found.id for found in find(question, languages=fallbacks("en"), limit=5)][:1] == [wanted]


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
    assert "2867714" not in ids(find("munich", tenant=tenant))
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
        Country.objects.filter(pk="US").update(capital="Springfield")
        index.refresh()
        assert SearchName.objects.filter(is_capital=True, country="US", place="4409896").exists()
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
