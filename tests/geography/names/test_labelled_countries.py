"""Whom a country's name means, by the names that well-known lists write."""

import re
from itertools import product
from pathlib import Path
from string import ascii_uppercase

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.geography.models import AlternativeName, Country, TenantCountry
from apps.geography.models.countries import NO_LANGUAGE
from apps.geography.names import naming
from apps.geography.names.wording import worded
from apps.imports.files.source import read_tsv
from apps.tenants.models import Tenant

pytestmark = pytest.mark.once

WORD = re.compile(r"[^\W_]+")
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
    assert len(spellings) >= 1500
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


@pytest.mark.django_db
def test_one_word_means_what_is_called_so_and_nothing_that_is_cut_short_or_stands_beside_a_code(
    spellings: list[list[str]],
) -> None:
    words = {word for term, _ in spellings for word in WORD.findall(term)}
    texts = {text for word in words for text in (word, word.upper(), f"{word[:3]}.", f"{word[:1]}.")}
    assert len(texts) > 1500
    for text in texts:
        two, alternative, *further = naming.ranks(text)
        assert two or alternative or not any(further[2:]), text


def test_two_letters_mean_the_country_whose_code_they_are_or_none(tenant: Tenant) -> None:
    countries = Country.objects.active_for(tenant)
    assigned = set(countries.values_list("pk", flat=True))
    reserved = dict(AlternativeName.objects.filter(language=NO_LANGUAGE).values_list("name", "country"))
    for code in map("".join, product(ascii_uppercase, repeat=2)):
        found = set(naming.named(countries, code, tenant).values_list("pk", flat=True))
        assert found == ({code} & assigned or {reserved[code]} if code in {*assigned, *reserved} else set()), code


@settings(deadline=None)
@given(st.lists(st.from_regex(r"[A-Za-z]{3,9}", fullmatch=True)))
def test_words_may_stand_in_any_order(words: list[str]) -> None:
    assert worded(" ".join(words)) == worded(", ".join(reversed(words)))


@pytest.mark.parametrize("text", ["", "The", "of the", "..."])
def test_empty_words_name_nothing(text: str) -> None:
    assert worded(text) == b""
