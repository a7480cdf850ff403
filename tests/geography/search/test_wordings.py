"""What people write around the name of a subdivision, on forms and by habit, and which they mean."""

import pytest

from apps.geography.models.search import Kind
from apps.geography.search.find import find

pytestmark = pytest.mark.django_db

MEANT = {
    "Tokyo-to": "JP-13", "Osaka-fu": "JP-27", "Aomori-ken": "JP-02", "Gyeongsangbuk-do": "KR-47", "Seoul-si": "KR-11",
    "Freie Hansestadt Bremen": "DE-HB", "Metropolitan City of Milan": "IT-MI", "NCT of Delhi": "IN-DL",
    "Union Territory of Puducherry": "IN-PY", "Département de la Gironde": "FR-33", "Co. Cork": "IE-CO",
    "Tỉnh Quảng Ninh": "VN-13", "Hanoi City": "VN-HN", "Emirate of Sharjah": "AE-SH", "Pest megye": "HU-PE",
    "Khanty-Mansi Autonomous Okrug": "RU-KHM", "Principality of Asturias": "ES-AS",
}  # fmt: skip
AROUND = {
    "Moscow region": "RU-MOS", "Moscow province": "RU-MOS", "Kyiv region": "UA-32", "Kyiv province": "UA-32",
    "Minsk region": "BY-MI", "Tashkent region": "UZ-TO", "Московская обл": "RU-MOS",
}  # fmt: skip


def first(question: str) -> str:
    """Return the code of the subdivision that is found first, or nothing."""
    return next((found.id for found in find(question, kinds=[Kind.SUBDIVISION], limit=1)), "")


def test_a_subdivision_is_found_by_its_name_with_what_it_is() -> None:
    assert {question: first(question) for question in MEANT} == MEANT


def test_what_lies_around_a_city_and_is_called_after_it_is_not_the_city() -> None:
    assert {question: first(question) for question in AROUND} == AROUND
