"""Each check finds its own fault in a small list, and leaves what is right alone."""

from collections.abc import Callable, Iterator

import pytest

from apps.geography.report import names
from apps.geography.report.names import Naming
from apps.geography.report.suspicions import Suspicion

ENGLISH = {
    "DE-BY": "Bavaria",
    "DE-HH": "Hamburg",
    "DE-BE": "Berlin",
    "US-OH": "Ohio",
    "US-WA": "Washington",
    "US-DC": "District of Columbia",
    "MX-CMX": "Mexico City",
    "ES-AS": "Asturias",
    "ES-O": "Asturias",
    "FJ-E": "Eastern",
}
KNOWN = {**{code: [name] for code, name in ENGLISH.items()}, "DE-BY": ["Bayern", "Bavaria"], "FJ-E": ["Eastern"]}
COUNTRIES = {"MX": {"en": "Mexico", "tr": "Meksika"}}

Check = Callable[[Naming], Iterator[Suspicion]]


def naming(**translated: dict[str, str]) -> Naming:
    """Return the list with names in other languages: `naming(de={"DE-BY": "Bayern"})`."""
    texts = {code: {"en": name} for code, name in ENGLISH.items()}
    for language, by_code in translated.items():
        for code, name in by_code.items():
            texts[code][language] = name
    return Naming(texts, KNOWN, {"ES-O": "ES-AS"}, COUNTRIES)


@pytest.mark.parametrize(
    ("check", "language", "code", "name"),
    [
        (names.twin_names, "ru", "US-DC", "Вашингтон"),
        (names.names_of_another, "de", "DE-BE", "Hamburg"),
        (names.names_of_another, "ru", "DE-HH", "Берлин"),
        (names.names_of_another, "th", "DE-BE", "รัฐโอไฮโอ"),
        (names.names_of_another, "fa", "DE-BE", "هامبورگ"),
        (names.names_of_the_country, "tr", "MX-CMX", "Meksika"),
        (names.wrong_scripts, "uk", "DE-BE", "Berlin"),
        (names.wrong_scripts, "ga", "DE-BE", "Берлин"),
        (names.mixed_scripts, "ta", "DE-BE", "ச ou ம்"),
        (names.odd_characters, "de", "DE-BE", "Ber\u200elin"),
        (names.odd_characters, "de", "DE-BY", "Bayern  "),
        (names.odd_characters, "de", "DE-BY", "Mu\u0308nchen"),
        (names.page_titles, "hr", "DE-BE", "Razgovor:Berlin"),
        (names.lower_case, "it", "DE-BE", "stato di Berlino"),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_a_fault_is_found(check: Check, language: str, code: str, name: str) -> None:
    rightful = {"ru": "US-WA", "th": "US-OH"}.get(language, code)
    rows = {code: name, rightful: name} if code != "DE-HH" else {code: name}
    found = {(each.code, each.language, each.name) for each in check(naming(**{language: rows}))}
    assert (code, language, name) in found


@pytest.mark.parametrize("check", names.CHECKS.values(), ids=names.CHECKS.keys())
def test_what_is_right_is_left_alone(check: Check) -> None:
    right = naming(
        de={"DE-BY": "Bayern", "DE-HH": "Hamburg", "ES-AS": "Asturien", "ES-O": "Asturien", "FJ-E": "Osten"},
        ja={"DE-BY": "バイエルン州", "DE-HH": "ハンブルク"},
        sv={"US-DC": "USA:s distrikt"},
        hi={"DE-BE": "बर्लिन"},
    )
    assert list(check(right)) == []


def test_an_english_name_unlike_all_others_is_found() -> None:
    texts = {"UA-26": {"en": "Prykarpattia"}, "UA-46": {"en": "Lviv"}}
    known = {"UA-26": ["Ivano-Frankivska oblast"], "UA-46": ["Lvivska oblast"]}
    assert [each.code for each in names.english_far(Naming(texts, known, {}, {}))] == ["UA-26"]


def test_the_name_of_a_direction_is_nobodys() -> None:
    found = names.names_of_another(naming(kn={"FJ-E": "ಉತ್ತರ ಪ್ರದೇಶ"}, es={"FJ-E": "Oriental"}))
    assert list(found) == []
