import pytest

from apps.geography.sources.subdivisions.iso_names import IsoName, clean


@pytest.mark.parametrize(
    ("code", "name", "cleaned"),
    [
        ("US-CA", "California", IsoName("California")),
        ("GB-CRF", "Cardiff [Caerdydd GB-CRD]", IsoName("Cardiff", "Caerdydd")),
        ("SE-AB", "Stockholms län [SE-01]", IsoName("Stockholms län")),
        ("ES-B", "Barcelona [Barcelona]", IsoName("Barcelona")),
        ("ES-C", "A Coruña [La Coruña]", IsoName("A Coruña", "La Coruña")),
        ("RU-AD", "Adygeya, Respublika", IsoName("Respublika Adygeya")),
        ("GB-DUR", "Durham, County", IsoName("County Durham")),
        ("BE-WAL", "wallonne, Région", IsoName("Région wallonne")),
        ("CO-SAP", "San Andrés, Providencia y Santa Catalina", IsoName("San Andrés, Providencia y Santa Catalina")),
        ("GB-NMD", "Newry, Mourne and Down", IsoName("Newry, Mourne and Down")),
        ("US-VI", "Virgin Islands, U.S.", IsoName("Virgin Islands, U.S.")),
        ("MK-801", "Aerodrom †", IsoName("Aerodrom")),
        ("NA-KA", "//Karas", IsoName("ǁKaras")),
        ("MA-10", "Guelmim-Oued Noun (EH-partial)", IsoName("Guelmim-Oued Noun")),
        ("DO-01", "Distrito Nacional (Santo Domingo)", IsoName("Distrito Nacional", "", "Santo Domingo")),
        ("BG-22", "Sofia (stolitsa)", IsoName("Sofia (stolitsa)")),
    ],
    ids=lambda value: value if isinstance(value, str) and "-" in value and len(value) < 7 else "",
)
def test_a_name_is_made_readable(code: str, name: str, cleaned: IsoName) -> None:
    assert clean(code, name) == cleaned
