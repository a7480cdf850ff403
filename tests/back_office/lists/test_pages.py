"""Late pages of long lists have the rows that they have without ado."""

import pytest
from django.core.paginator import Paginator

from apps.back_office.lists import pages
from apps.back_office.lists.pages import KeysFirst, RowsFirst
from apps.geography.models import City

CITIES = City.objects.select_related("country").only("name", "country__name_en")


@pytest.mark.parametrize("rows", [CITIES, CITIES.filter(country="PL"), CITIES.filter(names__language="de").distinct()])
@pytest.mark.parametrize("number", [1, 3, -1])
def test_a_page_has_the_same_rows(rows, number, db, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(pages, "FEW", 50)
    rows = rows.order_by("name", "-pk")
    number = Paginator(rows, 50).num_pages if number == -1 else number
    found = KeysFirst(rows, 50)
    assert found.count > 150
    with django_assert_num_queries(1 if number == 1 else 2):
        names = [(row.name, row.country.pk) for row in found.page(number)]
    assert names == [(row.name, row.country.pk) for row in Paginator(rows, 50).page(number)]


@pytest.mark.parametrize("number", [1, 3])
def test_the_rows_of_the_first_page_are_loaded_once(number, db, django_assert_num_queries):
    rows = CITIES.order_by("name", "-pk")
    found = RowsFirst(rows, 50)
    # A row more than a page, and how many there are.
    with django_assert_num_queries(2):
        assert found.count > 150
    with django_assert_num_queries(0 if number == 1 else 1):
        pks = [row.pk for row in found.page(number)]
    assert pks == [row.pk for row in Paginator(rows, 50).page(number)]
