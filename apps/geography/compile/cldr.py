"""Read an unpacked CLDR tree: the folder that holds `common/main`, `common/supplemental` and the like."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from xml.etree import ElementTree

from apps.imports.files.source import unreadable

# Our languages whose CLDR locale is not simply their own code.
LOCALES = {"pt": "pt_PT", "pt-br": "pt", "zh-hans": "zh", "zh-hant": "zh_Hant", "sr-latn": "sr_Latn", "nb": "no"}
ROOT = "root"
INHERIT = "↑↑↑"


def locale_name(language: str) -> str:
    """Return the CLDR locale of one of our languages: "zh-hant" is "zh_Hant", "es-mx" is "es_MX"."""
    base, _, region = language.partition("-")
    return LOCALES.get(language) or (f"{base}_{region.upper()}" if region else base)


@lru_cache(maxsize=512)
def tree(path: Path) -> ElementTree.Element:
    """Parse one file of the tree; raises BadSource when it is missing or broken."""
    try:
        return ElementTree.parse(path).getroot()  # noqa: S314 -- staff name the tree; it is not input of strangers
    except (OSError, ElementTree.ParseError) as error:
        raise unreadable(path, error, "give the folder of an unpacked CLDR") from error


def supplemental(cldr: Path, name: str = "supplementalData") -> ElementTree.Element:
    """Return one of the files of `common/supplemental`."""
    return tree(cldr / "common" / "supplemental" / f"{name}.xml")


def ancestors(cldr: Path, locale: str) -> Iterator[str]:
    """Yield the locale and those that it inherits from, nearest first, without root."""
    parents = {
        child: element.get("parent", ROOT)
        for element in supplemental(cldr).iterfind("parentLocales[1]/parentLocale")
        for child in element.get("locales", "").split()
    }
    while locale != ROOT:
        yield locale
        locale = parents.get(locale) or locale.rpartition("_")[0] or ROOT
