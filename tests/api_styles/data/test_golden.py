"""Real lists, word for word, as someone has read them."""

import pytest

from tests.factories import PlanFactory
from tests.golden import assert_golden

LANGUAGES = ("en", "fr", "zh-Hans", "ar")
REDIRECTS = {
    "CN-HK": "HK", "CN-MO": "MO", "CN-TW": "TW", "FI-01": "AX", "FR-971": "GP", "FR-972": "MQ", "FR-973": "GF",
    "FR-974": "RE", "FR-976": "YT", "FR-BL": "BL", "FR-MF": "MF", "FR-NC": "NC", "FR-PF": "PF", "FR-PM": "PM",
    "FR-TF": "TF", "FR-WF": "WF", "NL-AW": "AW", "NL-CW": "CW", "NL-SX": "SX", "NL-BQ1": "BQ", "NL-BQ2": "BQ",
    "NL-BQ3": "BQ", "NO-21": "SJ", "NO-22": "SJ", "US-AS": "AS", "US-GU": "GU", "US-MP": "MP", "US-PR": "PR",
    "US-UM": "UM", "US-VI": "VI",
}  # fmt: skip
PARTS = {"BQ-BO": "NL-BQ1", "BQ-SA": "NL-BQ2", "BQ-SE": "NL-BQ3"}


def rows(response):
    """Return the rows without the moment that they changed, which is that of the import."""
    assert response.status_code == 200
    return [{field: value for field, value in row.items() if field != "updated_at"} for row in response.json()]


@pytest.mark.parametrize("country", ["US", "FR", "CN", "BY", "EG", "GR", "BQ", "PR", "AQ"])
def test_subdivisions_are_those_of_the_golden_file(get, tenant, country):
    path = f"/api/data/countries/{country}/subdivisions"
    modes = {"extended": {}, "official": {"prefer_official": "1"}}
    answers = {
        f"{language} {mode}": rows(get(path, query, Accept_Language=language))
        for language in LANGUAGES
        for mode, query in modes.items()
    }
    assert_golden("data", f"subdivisions-{country}", answers)


@pytest.mark.parametrize(
    ("code", "language", "official", "extended"),
    [
        ("BE-BRU", "nl", "Brussels Hoofdstedelijk Gewest", "Brussels Hoofdstedelijk Gewest"),
        ("BE-BRU", "fr", "Région de Bruxelles-Capitale", "Bruxelles-Capitale"),
        ("BE-VAN", "fr", "Antwerpen", "Anvers"),  # official in Dutch alone
        ("CH-BE", "de", "Bern", "Bern"),
        ("CH-GR", "it", "Grigioni", "Canton Grigioni"),
        ("CH-VS", "de", "Wallis", "Wallis"),
        ("FI-01", "fi", "Ahvenanmaan maakunta", "Ahvenanmaa"),
        ("FI-18", "sv", "Nyland", "Nyland"),
        ("CA-NB", "fr", "Nouveau-Brunswick", "Nouveau-Brunswick"),
        ("CA-NB", "de", "New Brunswick", "New Brunswick"),
        ("IT-32", "de", "Trentino-Südtirol", "Trentino-Südtirol"),
        ("IT-23", "fr", "Val d'Aoste", "Vallée d’Aoste"),
        ("ES-VI", "eu", "Araba", "Araba"),
        ("ES-V", "ca", "València", "València"),
        ("CM-SW", "fr", "Sud-Ouest", "Région du Sud-Ouest"),
        ("RW-02", "fr", "Est", "Province de l’Est"),
        ("ZA-EC", "af", "Oos-Kaap", "Oos-Kaap"),
        ("CY-05", "tr", "Baf", "Baf kazası"),
    ],
)
def test_a_bilingual_subdivision_has_its_name_in_the_language_asked_for(
    get, tenant, code, language, official, extended
):
    path = f"/api/data/countries/{code[:2]}/subdivisions"
    for query, name in ({"prefer_official": "1"}, official), ({}, extended):
        names = {row["code"]: row["name"] for row in rows(get(path, query, X_Forced_Language=language))}
        assert names[code] == name


def test_a_plan_without_extended_translations_answers_as_official_mode_does(get, tenant):
    path = "/api/data/countries/EG/subdivisions"
    official = rows(get(path, {"prefer_official": "1"}, Accept_Language="fr"))
    tenant.plan = PlanFactory(extended_translations=False)
    tenant.save()
    assert rows(get(path, Accept_Language="fr")) == official


@pytest.mark.parametrize("source", ["default", "iso"])
def test_countries_are_those_of_the_golden_file(get, tenant, source):
    answers = {
        language: rows(get("/api/data/countries", {"country_name_source": source}, Accept_Language=language))
        for language in (LANGUAGES if source == "default" else ("fr",))
    }
    assert_golden("data", f"countries-{source}", answers)


def test_every_redirect_is_listed_and_no_other(get, tenant):
    found, wholes = {}, {}
    for country in {code[:2] for code in REDIRECTS} | {"BQ", "SJ", "MA", "SH", "GB"}:
        for row in rows(get(f"/api/data/countries/{country}/subdivisions")):
            if row["related_country_code"]:
                found[row["code"]] = row["related_country_code"]
            if row["is_subdivision_of"]:
                wholes[row["code"]] = row["is_subdivision_of"]
            assert row["related_subdivision_code"] == {v: k for k, v in PARTS.items()}.get(row["code"])
    assert found == REDIRECTS
    assert wholes == {part: {"parent_country_code": "NL", "subdivision_code": whole} for part, whole in PARTS.items()}


def test_a_country_that_is_one_subdivision_says_so_and_no_other(get, tenant):
    listed = rows(get("/api/data/countries"))
    wholes = {row["iso_alpha_2"]: row["is_subdivision_of"] for row in listed if row["is_subdivision_of"]}
    assert wholes == {
        country: {"parent_country_code": code[:2], "subdivision_code": code}
        for code, country in REDIRECTS.items()
        if country not in {"SJ", "BQ"}
    }


def test_the_lists_are_whole(get, tenant):
    listed = rows(get("/api/data/countries"))
    assert len(listed) == 250
    codes = [
        row["code"]
        for country in listed
        for row in rows(get(f"/api/data/countries/{country['iso_alpha_2']}/subdivisions"))
    ]
    assert len(codes) == len(set(codes)) == 5046


def test_the_seeds_examples_are_answered_as_printed(get, tenant):
    united_states = next(row for row in rows(get("/api/data/countries")) if row["iso_alpha_2"] == "US")
    assert united_states == {
        "iso_alpha_2": "US",
        "name": "United States",
        "iso_alpha_3": "USA",
        "iso_numeric": "840",
        "details": {"independent": True, "status": "officially-assigned"},
        "is_subdivision_of": None,
    }
    listed = rows(get("/api/data/countries/US/subdivisions", {"prefer_official": "1"}))
    assert next(row for row in listed if row["code"] == "US-CA") == {
        "code": "US-CA",
        "name": "California",
        "type": "State",
        "related_country_code": None,
        "related_subdivision_code": None,
        "is_subdivision_of": None,
    }


def test_the_local_variant_of_cairo_is_cairo(get, tenant):
    query = {"prefer_official": "1", "prefer_local_variant": "1"}
    named = {row["code"]: row["name"] for row in rows(get("/api/data/countries/EG/subdivisions", query))}
    assert (named["EG-C"], named["EG-ASN"]) == ("Cairo", "Aswān")
