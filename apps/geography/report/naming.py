"""Names of subdivisions beside what ISO, GeoNames and the countries are called, from the packages and fixtures/."""

from collections import Counter
from collections.abc import Mapping

import pycountry

from apps.geography.report.names import Naming
from apps.geography.sources.countries import names as country_names
from apps.geography.sources.pinned import fixture
from apps.geography.sources.subdivisions.iso_names import clean
from apps.imports.files.source import read_tsv


def naming_of(texts: Mapping[str, Mapping[str, str]]) -> Naming:
    """Return names as the checks take them; texts: `{code: {language: name}}`, of the codes that stand today."""
    known: dict[str, list[str]] = {code: [] for code in texts}
    parents = {}
    for each in pycountry.subdivisions:
        known.setdefault(each.code, []).extend(text for text in clean(each.code, each.name) if text)
        parents[each.code] = each.parent_code
    rows = list(read_tsv(fixture("admin1.tsv"), "admin1", "name", "iso"))
    times = Counter(iso for _, _, iso in rows)
    for _, name, iso in rows:
        # Where GeoNames has several for one of ISO's, they are its parts.
        if iso and name and times[iso] == 1:
            known[iso].append(name)
    countries = country_names.display_names({code[:2] for code in texts})
    return Naming(texts, known, parents, countries)
