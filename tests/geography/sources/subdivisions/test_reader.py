import io

import pycountry
import pytest
from django.core.management import call_command
from django.db.models import Q

from apps.geography.models import OfficialName, Subdivision, SubdivisionType
from apps.geography.names.subdivision_names import Preference, choose
from apps.revisions import numbers

pytestmark = pytest.mark.django_db


def current() -> "Subdivision.objects":
    return Subdivision.objects.rewrite(False).filter(is_iso=True, withdrawn_on=None)


def names(code: str, *languages: str) -> list[str | None]:
    columns = [f"name_{language}" for language in languages]
    return list(Subdivision.objects.rewrite(False).values_list(*columns).get(code=code))


def test_all_codes_of_iso_3166_2_are_there() -> None:
    assert set(current().values_list("code", flat=True)) == {each.code for each in pycountry.subdivisions}


@pytest.mark.parametrize(
    ("language", "percent"),
    [
        ("en", 100),
        ("de", 99),
        ("fr", 97),
        ("es", 94.4),
        ("it", 96),
        ("nl", 99),
        ("pl", 99),
        ("ru", 96),
        ("ja", 91),
        ("ar", 86.5),
        ("zh_hans", 96),
        ("zh_hant", 96),
    ],
)
def test_names_cover(language: str, percent: float) -> None:
    named = current().exclude(Q(**{f"name_{language}": None}) | Q(**{f"name_{language}": ""})).count()
    assert 100 * named / current().count() >= percent


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("US-CA", "en", "California"),
        ("US-CA", "de", "Kalifornien"),
        ("DE-BY", "en", "Bavaria"),
        ("JP-13", "ja", "東京都"),
        ("IR-23", "en", "Tehran"),
        ("FR-971", "ja", "グアドループ"),
        ("UG-331", "en", "Omoro"),
        ("NI-AN", "en", "North Caribbean Coast"),
        ("NZ-MBH", "en", "Marlborough"),
        ("TW-CYI", "zh_hant", "嘉義市"),
        ("TW-CYQ", "zh_hant", "嘉義縣"),
        ("CL-NB", "sv", "Región de Ñuble"),
        ("KZ-19", "pt", "Almaty (região)"),
        ("CN-GD", "zh_hans", "广东省"),
        ("CN-GD", "zh_hant", "廣東省"),
        ("ES-AS", "en", "Asturias"),
    ],
)
def test_names(code: str, language: str, name: str) -> None:
    assert names(code, language) == [name]


def test_names_of_the_old_moroccan_regions_are_left_out() -> None:
    assert names("MA-06", "en", "ja") == ["Casablanca-Settat", None]


def test_no_name_keeps_its_marks() -> None:
    for character in "[†²³":
        assert not current().filter(name_en__contains=character).exists()
    assert not current().filter(name_en__contains="(EH").filter(country="MA").exists()


def test_types_are_translated() -> None:
    assert Subdivision.objects.get(code="US-CA").type_id == "state"
    assert SubdivisionType.objects.filter(upstream__isnull=False).count() == 109
    for language in "en de fr es it pt nl pl ru zh_hans ja ar".split():
        untranslated = Q(**{f"name_{language}": None}) | Q(**{f"name_{language}": ""})
        assert not SubdivisionType.objects.rewrite(False).filter(untranslated, upstream__isnull=False).exists()


def test_thirty_codes_are_countries_too() -> None:
    redirects = dict(current().exclude(redirect_country=None).values_list("code", "redirect_country"))
    assert len(redirects) == 30
    assert {redirects[code] for code in ("US-PR", "CN-TW", "FR-971", "NO-21")} == {"PR", "TW", "GP", "SJ"}
    pairs = current().exclude(redirect_subdivision=None).values_list("code", "redirect_subdivision__code")
    assert dict(pairs) == {"NL-BQ1": "BQ-BO", "NL-BQ2": "BQ-SA", "NL-BQ3": "BQ-SE"}


@pytest.mark.parametrize(
    ("code", "successors"),
    [
        ("IN-OR", ["IN-OD"]),
        ("GB-NTH", ["GB-NNH", "GB-WNH"]),
        ("KZ-ALM", ["KZ-19"]),
        ("FR-75", ["FR-75C"]),
        ("FR-H", ["FR-20R"]),
        ("CN-71", ["TW"]),
        ("CN-15", ["CN-NM"]),
        ("SD-26", ["SD-RS"]),
        ("SD-15", ["SS-BN"]),
        ("MH-UJL", ["MH-ENI"]),
    ],
)
def test_a_withdrawn_code_names_its_successors(code: str, successors: list[str]) -> None:
    withdrawn = Subdivision.objects.get(code=code)
    assert withdrawn.withdrawn_on is not None
    assert withdrawn.replaced_by == successors


def test_successors_stand_today() -> None:
    standing = set(current().values_list("code", flat=True))
    replaced = Subdivision.objects.exclude(replaced_by=[]).values_list("code", "replaced_by")
    assert replaced
    for code, successors in replaced:
        assert all(len(each) == 2 or each in standing for each in successors), code


def test_each_code_has_one_primary_official_name() -> None:
    primary = OfficialName.objects.filter(is_primary=True, subdivision__is_iso=True, subdivision__withdrawn_on=None)
    assert primary.values("subdivision").distinct().count() == primary.count() == 5046


@pytest.mark.parametrize(
    ("code", "rows"),
    [
        ("GB-CRF", {("en", "Cardiff", "Caerdydd", True), ("cy", "Caerdydd", "", False)}),
        ("ES-C", {("", "A Coruña", "La Coruña", True), ("es", "La Coruña", "", False)}),
        ("EG-C", {("ar", "Al Qāhirah", "Cairo", True)}),
        ("CH-BE", {("", "Berne", "", True)}),
        ("RU-ALT", {("ru", "Altayskiy kray", "", True), ("ru", "Altajskij kraj", "", False)}),
        ("LK-71", {("", "Anuradhapura", "", True), ("si", "Anurādhapura", "", False)}),
        ("PH-ANT", {("", "Antique", "", True), ("tl", "Antike", "", False)}),
        ("IE-CN", {("", "Cavan", "", True), ("ga", "An Cabhán", "", False)}),
        ("PS-JEM", {("en", "Jerusalem", "", True), ("ar", "Al Quds", "", False)}),
        ("IL-D", {("ar", "Al Janūbī", "El Janūbī", True), ("he", "HaDarom", "Southern", False)}),
        ("NP-P3", {("en", "Bagmati", "Province 3", True), ("ne", "Bāgmatī", "Pradesh 3", False)}),
        ("KR-11", {("ko", "Seoul-teukbyeolsi", "Seoul", True)}),
    ],
)
def test_official_names(code: str, rows: set[tuple[str, str, str, bool]]) -> None:
    held = OfficialName.objects.filter(subdivision__code=code, is_generated=False, withdrawn_on=None)
    assert rows <= set(held.values_list("language", "name", "local_variant", "is_primary"))


@pytest.mark.parametrize(
    ("system", "name"), [("un", "Altajskij kraj"), ("bgn", "Altayskiy kray"), ("iso", "Altayskiy kray")]
)
def test_russian_names_are_found_by_the_system_that_is_preferred(system: str, name: str) -> None:
    names = OfficialName.objects.filter(subdivision__code="RU-ALT", withdrawn_on=None)
    assert choose(list(names), Preference("en", (system,), official=True)).name == name


def test_nothing_new_writes_nothing() -> None:
    before = numbers.current("data")
    output = io.StringIO()
    call_command("import_subdivisions", stdout=output)
    assert numbers.current("data") == before
    assert "added" not in output.getvalue()


def test_a_redirect_that_staff_switched_off_stays_off() -> None:
    Subdivision.objects.filter(code="US-PR").update(redirect_country=None)
    call_command("import_subdivisions", verbosity=0)
    assert Subdivision.objects.get(code="US-PR").redirect_country is None
