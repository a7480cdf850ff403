"""Names of places in plain Latin letters, to compare what is written in different scripts and languages."""

import re
from functools import lru_cache

from icu import Transliterator

LETTERS = re.compile(r"[a-z0-9]+")
TO_ASCII = Transliterator.createInstance("Any-Latin; Latin-ASCII")

# Words that say what kind of division it is, in the languages whose names GeoNames and ISO give.
GENERIC = frozenset(
    """
    a administrative al an ar area as at atoll autonom autonoma autonome autonomic autonomo autonomous
    avtonomnaya avtonomnyj canton capital cercle circle city co comarca commune community comunidad comunitat
    county d da daira das de del departamento departement department dependency der des di distretto district
    districts distrik distrito division do dos du duchy e el emirate et federal federalnyj federation fu fylke
    gorod gouvernorat governorate guberniya horad i il island islands isle isles judet ka kanton ken khet
    kommune krai kraj kraji kray krong la lan landskap las le los maakond marz metropolitan mintaqat misto
    muhafazah muhafazat municipality municipio munitsipaliteti na nation national nomos novads o oblast oblastj
    oblys oblysy obshtina of okrug opcina opstina os ostan parish parroquia perifereia periferia popularate
    prefecture principado principality province provinces provincia provincie provinsi provinsie provinz pulau
    quarter raion rajon rayon rayonu regiao region regional regione republic republica republika republiki
    respublika respublikasy rural selatan sheng shi special state statistical sultanate sýsla taluka territoire
    territorial territory the to town und union unitary urban va vilayat vilayati viloyat viloyati voblasc
    voblasts voivodeship vu wilaya wilayah wilayat wojewodztwo xian y zhupanija zupanija
    """.split()
)


@lru_cache(maxsize=262_144)
def latin(text: str) -> str:
    """Return `text` in lower-case ASCII."""
    return str(TO_ASCII.transliterate(text)).lower()


@lru_cache(maxsize=262_144)
def whole(name: str) -> str:
    """Return the letters of a name."""
    return "".join(LETTERS.findall(latin(name)))


@lru_cache(maxsize=262_144)
def without_generic(name: str) -> str:
    """Return the letters of a name without words for the kind of division, unless nothing is left then."""
    words = [word for word in LETTERS.findall(latin(name).replace("'", "")) if word not in GENERIC]
    return "".join(words) or whole(name)
