"""Names that say what a place lies in are read in parts, in a time that no input stretches."""

import pytest

from apps.geography.validation.qualified import Qualified, qualified


@pytest.mark.parametrize(
    ("name", "readings"),
    [
        ("New York,  NY", [("New York", "NY"), ("New York,", "NY")]),
        ("São Paulo - SP", [("São Paulo", "SP"), ("São Paulo -", "SP")]),
        ("Rio de Janeiro/RJ", [("Rio de Janeiro", "RJ")]),
        ("Milano (MI)", [("Milano", "MI")]),
        ("Sydney NSW", [("Sydney", "NSW")]),
        ("Jean-Mesnil", []),
        ("경기도 수원시", [("수원시", "경기도")]),
        ("广东省广州市", [("广州市", "广东省")]),
        ("Paris", []),
    ],
)
def test_a_name_is_read_as_place_and_what_is_around_it(name: str, readings: list[tuple[str, str]]) -> None:
    assert list(qualified(name)) == [Qualified(*each) for each in readings]


@pytest.mark.parametrize(
    "name",
    [f"a,{' ' * 100_000}b,", f"a{' ' * 100_000}-b,", ", " * 100_000, f"a,b{' ' * 100_000}((", "A B " * 100_000],
    ids=["behind a comma", "before a hyphen", "commas", "before brackets", "words"],
)
def test_no_name_takes_longer_than_its_length_says(name: str) -> None:
    """Where spaces could be shared out in several ways, a thousand of them took five seconds, and ten would not end."""
    assert list(qualified(name)) == []
