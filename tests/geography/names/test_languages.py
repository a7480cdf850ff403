import pytest

from apps.geography.names.languages import column, fallbacks, parents


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de", ("de",)),
        ("es-mx", ("es-mx", "es")),
        ("pt-br", ("pt-br", "pt")),
        ("zh-hant", ("zh-hant",)),
        ("sr-latn", ("sr-latn",)),
        ("ckb", ("ckb",)),
    ],
)
def test_only_a_region_falls_back_to_its_language(language, expected):
    assert parents(language) == expected


def test_a_missing_name_comes_from_the_parents_then_the_default_then_english():
    assert fallbacks("es-mx", "pl") == ("es-mx", "es", "pl", "en")
    assert fallbacks("en-gb", "en") == ("en-gb", "en")


@pytest.mark.parametrize(("language", "expected"), [("zh-hans", "name_zh_hans"), ("id", "name_ind"), ("de", "name_de")])
def test_column_names_are_modeltranslations(language, expected):
    assert column("name", language) == expected
