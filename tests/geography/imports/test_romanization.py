import pytest

from apps.geography.imports.romanization import SYSTEMS, romanized
from apps.geography.models import OfficialName


@pytest.mark.parametrize(
    ("language", "native", "published"),
    [
        # As the boards print them: GEOnet Names Server for BGN/PCGN, ISO 3166-2:GR and ELOT 743 for Greek.
        ("ru", "Москва", {"BGN/PCGN 1947": "Moskva"}),
        ("ru", "Нижегородская область", {"BGN/PCGN 1947": "Nizhegorodskaya oblast’"}),
        ("ru", "Ханты-Мансийский автономный округ", {"BGN/PCGN 1947": "Khanty-Mansiyskiy avtonomnyy okrug"}),
        ("uk", "Київська область", {"BGN/PCGN 1965": "Kyyivs’ka oblast’"}),
        ("be", "Мінская вобласць", {"BGN/PCGN 1979": "Minskaya voblasts’"}),
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
    }
