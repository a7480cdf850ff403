"""The bill of materials is a CycloneDX document, and names every package and source of data with a licence."""

import json
from importlib.metadata import distributions
from pathlib import Path

import cyclonedx.schema
import jsonschema_rs
from django.core.management import call_command

from apps.operations.materials import DATA
from tests.databases import ROOT

SCHEMAS = Path(cyclonedx.schema.__file__).parent / "_res"


def printed(capsys) -> dict:
    call_command("bill_of_materials")
    return json.loads(capsys.readouterr().out)


def test_it_is_what_the_published_schema_asks_for(capsys):
    schema = json.loads((SCHEMAS / "bom-1.6.SNAPSHOT.schema.json").read_text())
    near = {
        f"http://cyclonedx.org/schema/{name}.SNAPSHOT.schema.json": json.loads(
            (SCHEMAS / f"{name}.SNAPSHOT.schema.json").read_text()
        )
        for name in ("spdx", "jsf-0.82", "cryptography-defs")
    }
    registry = jsonschema_rs.Registry(list(near.items()))
    jsonschema_rs.Draft7Validator(schema, registry=registry).validate(printed(capsys))


def test_it_names_every_package_that_is_installed_and_a_licence_for_each(capsys):
    components = printed(capsys)["components"]
    libraries = {component["name"] for component in components if component["type"] == "library"}
    assert libraries == {each.name.lower().replace("_", "-") for each in distributions()} - {"gazetteer"}
    assert [component["name"] for component in components if not component["licenses"]] == []


def test_the_data_is_that_of_the_manual_of_facts():
    text = " ".join((ROOT / name).read_text().lower() for name in ("README.md", "fixtures/README.md"))
    for data in DATA:
        assert data.name.lower() in text
        assert data.licence.lower().replace("cc-by-", "cc by ").removesuffix("-only") in text
