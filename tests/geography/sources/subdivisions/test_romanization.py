import pytest

from apps.geography.models import OfficialName
from apps.geography.sources.subdivisions.romanization import SYSTEMS, romanized


@pytest.mark.parametrize(
    ("language", "native", "published"),
    [
        # As the boards print them: GEOnet Names Server for BGN/PCGN, ISO 3166-2:GR and ELOT 743 for Greek.
        ("ru", "Москва", {"BGN/PCGN 1947": "Moskva", "GOST 1983/UN 1987": "Moskva"}),
        (
            "ru",
            "Нижегородская область",
            {"BGN/PCGN 1947": "Nizhegorodskaya oblast’", "GOST 1983/UN 1987": "Nižegorodskaja oblast’"},
        ),
        (
            "ru",
            "Ханты-Мансийский автономный округ",
            {
                "BGN/PCGN 1947": "Khanty-Mansiyskiy avtonomnyy okrug",
                "GOST 1983/UN 1987": "Hanty-Mansijskij avtonomnyj okrug",
            },
        ),
        ("uk", "Київська область", {"BGN/PCGN 1965": "Kyyivs’ka oblast’", "UN 2012": "Kyivska oblast"}),
        ("uk", "Запоріжжя", {"BGN/PCGN 1965": "Zaporizhzhya", "UN 2012": "Zaporizhzhia"}),
        ("uk", "Єнакієве", {"BGN/PCGN 1965": "Yenakiyeve", "UN 2012": "Yenakiieve"}),
        ("bg", "София", {"BGN/PCGN 1952": "Sofiya", "UN 2012": "Sofia"}),
        ("be", "Мінская вобласць", {"BGN/PCGN 1979": "Minskaya voblasts’"}),
        ("bg", "Търговище", {"BGN/PCGN 1952": "Tŭrgovishte", "UN 2012": "Targovishte"}),
        ("sr", "Београд", {"BGN/PCGN 2005": "Beograd"}),
        ("sr", "Јужнобачки округ", {"BGN/PCGN 2005": "Južnobački okrug"}),
        ("mk", "Скопје", {"BGN/PCGN 1981": "Skopje"}),
        ("mn", "Улаанбаатар", {"BGN/PCGN 1964": "Ulaanbaatar"}),
        ("kk", "Алматы", {"BGN/PCGN 1979": "Almaty"}),
        ("ky", "Бишкек", {"BGN/PCGN 1979": "Bishkek"}),
        ("hy", "Երևան", {"BGN/PCGN 1981": "Yerevan"}),
        ("ka", "თბილისი", {"BGN/PCGN 2009": "Tbilisi"}),
        ("ka", "აჭარა", {"BGN/PCGN 2009": "Ach’ara"}),
        ("el", "Αττική", {"BGN/PCGN 1962": "Attikí", "UN/ELOT 743": "Attikí"}),
        ("el", "Δυτική Ελλάδα", {"BGN/PCGN 1962": "Dhitikí Elládha", "UN/ELOT 743": "Dytikí Elláda"}),
        ("el", "Θεσσαλία", {"BGN/PCGN 1962": "Thessalía", "UN/ELOT 743": "Thessalía"}),
    ],
)
def test_names_are_romanized_as_published(language: str, native: str, published: dict[str, str]) -> None:
    assert dict(romanized(native, language)) == published


@pytest.mark.parametrize("language", ["ar", "fa", "he", "ja", "zh"])
def test_scripts_that_icu_garbles_are_left_alone(language: str) -> None:
    assert language not in SYSTEMS


@pytest.mark.django_db
def test_native_names_and_generated_ones_stand_beside_isos() -> None:
    rows = OfficialName.objects.filter(subdivision__code="RU-MOW").values_list(
        "language", "romanization", "name", "is_primary", "is_generated"
    )
    assert set(rows) == {
        ("ru", "", "Moskva", True, False),
        ("ru-Cyrl", "", "Москва", False, False),
        ("ru", "BGN/PCGN 1947", "Moskva", False, True),
        ("ru", "GOST 1983/UN 1987", "Moskva", False, False),
    }


@pytest.mark.django_db
def test_every_native_name_in_these_scripts_is_romanized() -> None:
    generated = OfficialName.objects.filter(is_generated=True, withdrawn_on=None)
    romanized_codes = set(generated.values_list("subdivision__code", flat=True))
    native = OfficialName.objects.filter(language__regex="-(Cyrl|Grek|Armn|Geor)$", withdrawn_on=None)
    assert set(native.values_list("subdivision__code", flat=True)) == romanized_codes
    assert not generated.filter(is_primary=True).exists()


@pytest.mark.django_db
def test_bracketed_alternatives_are_names_of_their_own() -> None:
    names = OfficialName.objects.filter(subdivision__code="GB-CRF").values_list("language", "name", "is_primary")
    assert set(names) == {("en", "Cardiff", True), ("cy", "Caerdydd", False)}
    assert not OfficialName.objects.filter(name__contains="[").exists()
