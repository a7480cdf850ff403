"""Values that no row may have, each as a file in JSON and as a person types it, with what every way in says of it."""

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Wrong:
    """A value of a column. said: the remedy. form: what a form says instead, by its own check of the kind of field."""

    column: str
    value: Any
    said: str
    form: str = ""

    @property
    def typed(self) -> str:
        """The value as it stands in a cell, or in the field of a form."""
        return self.value if isinstance(self.value, str) else json.dumps(self.value)

    @property
    def is_plain(self) -> bool:
        """Whether XML can hold it, and so a workbook."""
        return self.typed.isprintable() or not any(ord(char) < 32 or "\ud800" <= char < "\ue000" for char in self.typed)


NO_NUMBER, NO_WHOLE = "Enter a number.", "Enter a whole number."
LARGE = 2**70
NAMES: list[Any] = [
    ("Po\u202elen", "take out a character that turns the direction of writing, U+202E"),
    ("\u2067Polen\u2069", "take out a character that turns the direction of writing, U+2067"),
    ("Po\u200blen", "take out an invisible character, U+200B"),
    ("Pol\u3164en", "take out an invisible character, U+3164"),
    ("Po\x07len", "take out a control character, U+0007"),
    ("Po\ue000len", "take out a character of private use, U+E000"),
    ("Pol\ufffdn", "take out what stands for an unreadable character, U+FFFD"),
    ("Po\0len", "take out the NUL", "Null characters are not allowed."),
    ("…", "give a name: it has neither a letter nor a digit"),
    ("P?len", "write the letter that ? stands for"),
    ("KÃ¶nigreich", "write Königreich: it was read in another encoding"),
    ("#NAME?", "give the name that a spreadsheet has made this of"),
    ("2026-03-01", "give the name that a spreadsheet has made this of"),
    ("12:30:00", "give the name that a spreadsheet has made this of"),
]
TOO_LONG = ("A" * 10_000, "it has 10000 characters, give at most 200", "Ensure this value has at most 200 characters")
PLACES: list[Any] = [
    ("latitude", 95, "give degrees from -90 to 90"),
    ("longitude", 999, "give degrees from -180 to 180"),
    ("latitude", "nan", "give a number", NO_NUMBER),
    ("longitude", "inf", "give a number", NO_NUMBER),
    ("latitude", "1e400", "give a number", NO_NUMBER),
    ("longitude", "thirteen", "give a number", NO_NUMBER),
    ("population", -1, "give a whole number from 0", "Ensure this value is greater than or equal to 0."),
    ("population", LARGE, "give a whole number from 0", "Ensure this value is less than or equal to"),
    ("population", "2026-03-01", "give a whole number", NO_WHOLE),
    ("population", "12.5", "give a whole number", NO_WHOLE),
]

OF_COUNTRIES = [
    *(Wrong("name_de", *name) for name in NAMES),
    Wrong("name_de", *TOO_LONG),
    *(Wrong(*place) for place in PLACES),
    *(
        Wrong("calling_code", code, "give the digits of the country calling code alone, such as 264")
        for code in ("+264", "264.0", "1-684", "abc", "٢٦٤")
    ),
    Wrong("alpha3", "nam", "give the three capital letters of ISO 3166-1"),
    Wrong("alpha3", "NA", "give the three capital letters of ISO 3166-1"),
    Wrong("numeric", 1000, "give a number from 1 to 999"),
    Wrong("numeric", "X", "give a whole number", NO_WHOLE),
    Wrong("area_km2", -1, "give square kilometres from 0"),
    Wrong("capital", "Win\u200ddhoek", "take out an invisible character, U+200D"),
    Wrong("top_level_domain", "na", "give a top-level domain, such as .de"),
    Wrong("postal_code_pattern", "(a+)+$", "say how often each part may come"),
    Wrong("first_week_day", 9, "give days of the week, from 0 (Monday) to 6", "Select a valid choice."),
    Wrong("driving_side", "middle", "give one of", "Select a valid choice."),
    Wrong("is_independent", "maybe", "give true or false", "Select a valid choice."),
    Wrong("geonameid", 0, "give the id that GeoNames has for it"),
]
OF_CITIES = [
    *(Wrong("name", *name) for name in NAMES),
    Wrong("name", *TOO_LONG),
    *(Wrong(*place) for place in PLACES),
    Wrong("time_zone", "Mars/Olympus", "give a time zone of the IANA database"),
]
OF_SUBDIVISIONS = [*(Wrong("name_de", *name) for name in NAMES), Wrong("name_de", *TOO_LONG)]
# What JSON alone can hold.
IN_JSON = {
    "countries": [
        Wrong("name_de", "Po\ud800len", "write its characters in UTF-8, without half ones"),
        Wrong("numeric", True, "give a whole number"),
        Wrong("calling_code", 48, "give a text"),
        Wrong("name_en", None, "give a value"),
    ],
    "subdivisions": [
        Wrong("name_de", "Po\ud800len", "write its characters in UTF-8, without half ones"),
        Wrong("name_de", 5, "give a text"),
        Wrong("name_en", None, "give a value"),
        Wrong("withdrawn_on", "soon", "give a day such as 2026-01-31, or nothing"),
    ],
    "cities": [
        Wrong("name", "Po\ud800len", "write its characters in UTF-8, without half ones"),
        Wrong("name", 5, "give a text"),
        Wrong("latitude", float("nan"), "give a number"),
        Wrong("latitude", 10**400, "give a number that is not so large"),
        Wrong("population", None, "give a value"),
        Wrong("withdrawn_on", "soon", "give a day such as 2026-01-31, or nothing"),
    ],
}
# Of countries, what only files say: lists, and what refers to other rows.
LISTS = [
    Wrong("currencies", ["ZZZ"], "give codes of ISO 4217"),
    Wrong("currencies", "NAD", "give a list"),
    Wrong("languages", ["xx"], "give the BCP 47 tag of a language"),
    Wrong("borders", ["QQ"], "take out QQ: there is no such country"),
    Wrong("time_zones", ["Mars/Olympus"], "give a time zone of the IANA database"),
    Wrong("regions", ["Atlantis"], "there is no such region"),
    Wrong("iso_status", "maybe", "give one of officially-assigned"),
    Wrong("constant_number", 2**31, "give a whole number from"),
    Wrong("alpha3", "DEU", "give another one: DE has it already"),
]
# Of cities, what refers to another row.
REFERENCES = [
    Wrong("subdivision", "FR-75C", "choose one of the country IR: this one is of FR"),
    Wrong("subdivision", "IR-99", "there is no such subdivision"),
    Wrong("country_id", "ZZ", "there is no such country"),
]
# Of subdivisions, what refers to other rows, and what only files say.
OF_TREE = [
    Wrong("parent", "FR-IDF", "choose one of the country"),
    Wrong("parent", "AD-99", "there is no such subdivision"),
    Wrong("type_id", "Orbit", "there is no such subdivision type"),
    Wrong("country_id", "ZZ", "there is no such country"),
    Wrong("redirect_country_id", "ZZ", "there is no such country"),
    Wrong("redirect_subdivision", "FR-99", "there is no such subdivision"),
    Wrong("replaced_by", ["QQ-1"], "take out QQ-1: there is no such subdivision"),
    Wrong("replaced_by", "AD-02", "give a list"),
    Wrong("replaced_by", ["ad-02"], "give codes of subdivisions or of countries"),
    Wrong("is_state", "maybe", "give true or false"),
]
# Lines of a table of ISO 3166-2.
OF_ISO_TABLE = [
    *(Wrong("name", typed, said) for typed, said, *_ in NAMES),
    Wrong("name", *TOO_LONG),
    Wrong("code", "AD-99", "give a current code of ISO 3166-2"),
    Wrong("code", "ad-02", "give a current code of ISO 3166-2"),
    Wrong("code", "", "give a current code of ISO 3166-2"),
    Wrong("language", "xx", "give the BCP 47 tag of a language"),
    Wrong("language", "Catalan", "give the BCP 47 tag of a language"),
    Wrong("romanization", "UN\u200b1972", "take out an invisible character, U+200B"),
    Wrong("local_variant", "Pol\ufffdn", "take out what stands for an unreadable character, U+FFFD"),
    Wrong("local_variant", "12:30:00", "give the name that a spreadsheet has made this of"),
]
