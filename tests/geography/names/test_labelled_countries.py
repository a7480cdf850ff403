"""Whom a country's name means, by the names that well-known lists write."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.geography.models import AlternativeName, Country, TenantCountry
from apps.geography.names import naming
from apps.geography.names.wording import worded
from apps.imports.files.source import read_tsv
from apps.tenants.models import Tenant

pytestmark = pytest.mark.once

SPELLINGS = Path(__file__).with_name("labelled_countries.tsv")


@pytest.fixture(scope="module")
def spellings() -> list[list[str]]:
    return list(read_tsv(SPELLINGS, "term", "code"))


def test_every_spelling_means_the_country_that_the_list_means(spellings: list[list[str]], tenant: Tenant) -> None:
    list(naming.ranks(""))
    countries = Country.objects.active_for(tenant)
    found = [
        (term, " ".join(naming.named(countries, term, tenant).values_list("pk", flat=True))) for term, _ in spellings
    ]
    assert len(spellings) >= 300
    assert [each for each, (_, code) in zip(found, spellings, strict=True) if each[1] != code] == []


def test_letters_that_ascii_does_not_have_are_a_name(tenant: Tenant) -> None:
    assert naming.named(Country.objects.active_for(tenant), "Áo", tenant).get().pk == "AT"


def test_a_reserved_code_means_nothing_where_its_country_is_inactive(tenant: Tenant) -> None:
    TenantCountry.objects.filter(tenant=tenant, country="GB").switch(active=False)
    assert not naming.named(Country.objects.active_for(tenant), "UK", tenant).exists()


def test_a_reserved_code_that_staff_hide_means_nothing(tenant: Tenant) -> None:
    AlternativeName.objects.filter(name="UK").update(withdrawn_on="2026-11-21")
    assert not naming.named(Country.objects.active_for(tenant), "UK", tenant).exists()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Korea, Rep.", "the Republic of Korea"),
        ("Lao P.D.R.", "Lao People's Democratic Republic"),
        ("Virgin Islands (U.S.)", "U.S. Virgin Is."),
        ("St. Kitts & Nevis", "Saint Kitts and Nevis"),
        ("São Tomé and Príncipe", "Sao Tome & Principe"),
    ],
)
def test_wordings_of_one_name_are_the_same(one: str, other: str) -> None:
    assert worded(one) == worded(other) != b""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Congo, Rep.", "Congo, Dem. Rep."),
        ("Korea, Dem. Rep.", "Korea, Rep."),
        ("Dominica", "Dominican Republic"),
        ("North Macedonia", "Macedonia"),
    ],
)
def test_wordings_of_two_names_differ(one: str, other: str) -> None:
    assert worded(one) != worded(other)


@settings(deadline=None)
@given(st.lists(st.from_regex(r"[A-Za-z]{3,9}", fullmatch=True)))
def test_words_may_stand_in_any_order(words: list[str]) -> None:
    assert worded(" ".join(words)) == worded(", ".join(reversed(words)))


@pytest.mark.parametrize("text", ["", "The", "of the", "..."])
def test_empty_words_name_nothing(text: str) -> None:
    assert worded(text) == b""
