"""One style within a list: names begin with a capital, and say what kind of place they are in all rows or in none."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Mapping

from apps.geography.names.matching import loosened
from apps.geography.report.names import is_made_of_common_words

INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]")


def tidy(name: str) -> str:
    """Return a name in normal form C, without what cannot be seen and blanks too many, beginning with a capital."""
    text = " ".join(INVISIBLE.sub("", unicodedata.normalize("NFC", name)).split())
    return text[:1].title() + text[1:]


# Words for the kind of place that a language puts before the name, and what joins them to it.
BEFORE = {
    "ca": r"(província|departament|regió|districte|comtat|estat|cantó|prefectura|governació) (de la |de les |del |dels |de l['’]|de |d['’])",
    "de": r"(Provinz|Distrikt|Region|Oblast|Bezirk|Gouvernement|Departamento|Département|Woiwodschaft|Kanton|Präfektur|Rajon|Kreis|Parish) (de la |del |de |of )?(?!der |des |die |von |und )",
    "es": r"(provincia|departamento|región|distrito|condado|estado|cantón|prefectura|gobernación|óblast|municipio|parroquia) (de la |de los |de las |del |de )",
    "fr": r"(province|département|région|district|comté|état|canton|préfecture|gouvernorat|oblast|municipalité|paroisse) (de la |de l['’]|du |des |de |d['’])",
    "gl": r"(provincia|departamento|rexión|distrito|condado|estado|cantón|prefectura|gobernación) (da |das |do |dos |de )",
    "id": r"(provinsi|distrik|wilayah|kabupaten|county|negara bagian|departemen|kegubernuran|oblast|munisipalitas|prefektur) ",
    "it": r"(provincia|dipartimento|regione|distretto|contea|stato|cantone|prefettura|governatorato|oblast'?|municipalità|comune|parrocchia) (della |delle |dello |dell['’]|del |dei |degli |di |d['’])",
    "ms": r"(wilayah|daerah|provinsi|negeri|jabatan) ",
    "pt": r"(província|departamento|região|distrito|condado|estado|cantão|prefeitura|província|municipalidade|oblast|município|paróquia) (da |das |do |dos |de )",
    "ro": r"(provincia|departamentul|regiunea|districtul|comitatul|statul|cantonul|prefectura|guvernoratul) ",
    "vi": r"(tỉnh|huyện|vùng|bang|quận|hạt|khu vực|tổng) ",
}
# And after it.
AFTER = {
    "da": r" (provins|region|oblast|kommune|amt|distrikt)",
    "en": r" (Province|District|Region|Oblast|County|Municipality|Department|Governorate|Prefecture|Division|Krai)",
    "nb": r" (provins|region|oblast|kommune|fylke|distrikt)",
    "sv": r" (provins|region|oblast|kommun|län|distrikt)",
}


def in_one_style(names: Mapping[str, str], language: str, curated: Collection[str] = ()) -> dict[str, str]:
    """Return the names of one language without the word for their kind, in lists where not every row has it.

    A word stays where the rest would say nothing ("Capital Region"), or be the name of another place in the list, and
    in what a person gave: curated, by code.
    """
    before, after = BEFORE.get(language), AFTER.get(language)
    if not before and not after:
        return dict(names)
    pattern = re.compile(f"^{before}(?=.)" if before else f"(?<=.){after}$", re.IGNORECASE)
    lists: dict[str, dict[str, str]] = defaultdict(dict)
    for code, name in names.items():
        lists[code[:2]][code] = name
    styled = {}
    for rows in lists.values():
        bare = {
            code: name if code in curated else tidy(pattern.sub("", name)) or name for code, name in rows.items()
        }
        if all(bare[code] != name for code, name in rows.items()):
            bare = rows
        times: dict[bytes, int] = defaultdict(int)
        for name in bare.values():
            times[loosened(name)] += 1
        for code, name in rows.items():
            is_told = times[loosened(bare[code])] == 1 and not is_made_of_common_words(bare[code])
            styled[code] = bare[code] if is_told else name
    return styled
