"""One style within a list: names begin with a capital, and say what kind of place they are in all rows or in none."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Mapping

from apps.geography.names.matching import loosened
from apps.geography.report.names import is_made_of_common_words

ARTICLE = re.compile("(La |Le |Les |Los |Las |El |L['’])")
INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]")


def tidy(name: str) -> str:
    """Return a name in normal form C, without what cannot be seen and blanks too many, beginning with a capital."""
    text = " ".join(INVISIBLE.sub("", unicodedata.normalize("NFC", name)).split())
    return text[:1].title() + text[1:]


# Words for the kind of place that a language puts before the name, and what joins them to it ("_" is a blank).
BEFORE = {
    "ca": (
        "província departament regió districte comtat estat cantó prefectura governació",
        "de_la_ de_les_ del_ dels_ de_l['’] de_ d['’]",
    ),
    "de": (
        "Provinz Distrikt Region Oblast Bezirk Gouvernement Departamento Département Woiwodschaft Kanton "
        "Präfektur Rajon Kreis Parish",
        "",
    ),
    "es": (
        "provincia departamento región distrito condado estado cantón prefectura gobernación óblast "
        "municipio parroquia",
        "de_la_ de_los_ de_las_ del_ de_",
    ),
    "fr": (
        "province département région district comté état canton préfecture gouvernorat oblast municipalité paroisse",
        "de_la_ de_l['’] du_ des_ de_ d['’]",
    ),
    "gl": (
        "provincia departamento rexión distrito condado estado cantón prefectura gobernación",
        "da_ das_ do_ dos_ de_",
    ),
    "id": (
        "provinsi distrik wilayah kabupaten county negara_bagian departemen kegubernuran oblast "
        "munisipalitas prefektur",
        "",
    ),
    "it": (
        "provincia dipartimento regione distretto contea stato cantone prefettura governatorato oblast'? "
        "municipalità comune parrocchia",
        "della_ delle_ dello_ dell['’] del_ dei_ degli_ di_ d['’]",
    ),
    "ms": (
        "wilayah daerah provinsi negeri jabatan",
        "",
    ),
    "pt": (
        "província departamento região distrito condado estado cantão prefeitura municipalidade oblast "
        "município paróquia",
        "da_ das_ do_ dos_ de_",
    ),
    "ro": (
        "provincia departamentul regiunea districtul comitatul statul cantonul prefectura guvernoratul",
        "",
    ),
    "vi": (
        "tỉnh huyện vùng bang quận hạt khu_vực tổng",
        "",
    ),
}
# And after it.
AFTER = {
    "da": "provins region oblast kommune amt distrikt",
    "en": "Province District Region Oblast County Municipality Department Governorate Prefecture Division Krai",
    "nb": "provins region oblast kommune fylke distrikt",
    "sv": "provins region oblast kommun län distrikt",
}
# German leaves what another language joins them with.
GERMAN = r"(de la |del |de |of )?(?!der |des |die |von |und )"


def _word_for_the_kind(language: str) -> re.Pattern[str] | None:
    """Return what finds the word for the kind of place in a name, if the language has it apart from the name."""
    if language in BEFORE:
        words, joints = (part.replace(" ", "|").replace("_", " ") for part in BEFORE[language])
        joint = f"({joints})" if joints else GERMAN if language == "de" else ""
        return re.compile(f"^({words}) {joint}(?=.)", re.IGNORECASE)
    if language in AFTER:
        return re.compile(f"(?<=.) ({AFTER[language].replace(' ', '|')})$", re.IGNORECASE)
    return None


def _with_article(bare: str, english: str) -> str:
    """Return a bare name with the article that went with the word before it: "Provincia della Spezia" is La Spezia."""
    article = ARTICLE.match(english)
    is_lost = article is not None and loosened(english[article.end() :]) == loosened(bare)
    return english[: article.end()] + bare if article and is_lost else bare


def in_one_style(
    names: Mapping[str, str], language: str, curated: Collection[str] = (), english: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the names of one language without the word for their kind, in lists where not every row has it.

    A word stays where the rest would say nothing ("Capital Region"), or be the name of another place in the list, and
    in what a person gave: curated, by code. english: names that tell which have an article of their own.
    """
    pattern = _word_for_the_kind(language)
    if pattern is None:
        return dict(names)
    lists: dict[str, dict[str, str]] = defaultdict(dict)
    for code, name in names.items():
        lists[code[:2]][code] = name
    styled: dict[str, str] = {}
    for rows in lists.values():
        # What a person gave counts as it is, with the word or without.
        if all(pattern.search(name) for name in rows.values()):
            styled |= rows
            continue
        bare = {code: name if code in curated else tidy(pattern.sub("", name)) or name for code, name in rows.items()}
        bare = {code: _with_article(name, (english or {}).get(code, "")) for code, name in bare.items()}
        times: dict[bytes, int] = defaultdict(int)
        for name in bare.values():
            times[loosened(name)] += 1
        for code, name in rows.items():
            is_told = times[loosened(bare[code])] == 1 and not is_made_of_common_words(bare[code])
            styled[code] = bare[code] if is_told else name
    return styled
