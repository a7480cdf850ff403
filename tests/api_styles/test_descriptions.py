"""The OpenAPI documents are such that linters and generators of clients take them; tests/clients/ runs some."""

import pytest

from tests.descriptions import faults, text_of
from tests.test_architecture import STYLES

pytestmark = pytest.mark.once

SOUND = """
openapi: 3.1.0
info: {title: t, version: 1.0.0, description: d, contact: {name: n}, license: {name: MIT, identifier: MIT}}
tags:
  - name: things
    description: Things.
paths:
  /things/{id}:
    patch:
      operationId: changeThing
      summary: s
      description: d
      tags: [things]
      parameters:
        - name: id
          in: path
          required: true
          schema: {type: string}
      requestBody:
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Thing'}
      responses:
        '200': {description: d}
components:
  schemas:
    Thing:
      type: object
      required: [kind]
      properties:
        kind: {type: string, const: a}
        more: {type: [array, 'null'], items: {type: integer}}
"""


@pytest.mark.parametrize("style", sorted(STYLES))
def test_a_description_has_nothing_that_linters_or_generators_stumble_over(style):
    assert faults(text_of(style)) == []


def test_a_sound_document_has_no_fault():
    assert faults(SOUND) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("const: a}", "const: {a: 1}}"),
        ("kind: {type: string, const: a}", "kind: {const: a}"),
        ("kind: {type: string, const: a}", "kind: {enum: [a]}"),
        ("kind: {type: string, const: a}", "kind: {type: string, const: 1}"),
        ("kind: {type: string, const: a}", "kind: {pattern: '^a$'}"),
        ("kind: {type: string, const: a}", "kind: {type: string, pattern: 'a'}"),
        ("kind: {type: string, const: a}", "kind: {description: d}"),
        ("kind: {type: string, const: a}", "kind: {}"),
        ("kind: {type: string, const: a}", "kind: {type: boolean, const: true}"),
        ("kind: {type: string, const: a}", "kind: {type: string, default: a}"),
        ("kind: {type: string, const: a}", "kind: {type: 'null'}"),
        ("kind: {type: string, const: a}", "kind: {type: [string, integer]}"),
        ("kind: {type: string, const: a}", "kind: {oneOf: [{type: 'null'}, {type: string}]}"),
        ("kind: {type: string, const: a}", "kind: {oneOf: [{type: integer}, {type: string}], minLength: 1}"),
        ("kind: {type: string, const: a}", "kind: {type: string, if: {const: a}}"),
        ("kind: {type: string, const: a}", "kind: {type: string, description: a word, or none}"),
        ("kind: {type: string, const: a}", "kind: {$ref: '#/components/schemas/Thing', description: d}"),
        ("kind: {type: string, const: a}", "kind: {$ref: '#/components/schemas/Nothing'}"),
        ("kind: {type: string, const: a}", "kind: {\n        type: string, const: a}"),
        ("kind: {type: string, const: a}", 'kind: {type: string, description: "a\n      b"}'),
        ("kind: {type: string, const: a}", "thing: {type: string}\n        kind: {type: string}"),
        ("kind: {type: string, const: a}", "kind: {type: string}\n        kind: {type: string}"),
        (", items: {type: integer}", ""),
        (", items: {type: integer}", ", items: {}"),
        ("required: [kind]", "required: [kind, colour]"),
        ("      type: object\n      required", "      required"),
        ("Thing", "Configuration"),
        ("schema: {type: string}", "schema: {type: string, enum: [a], const: a}"),
        ("schema: {type: string}", "schema: {type: array, items: {type: string}}"),
        ("schema: {type: string}", "schema: {$ref: '#/components/schemas/Thing'}"),
        ("name: id\n", "name: key\n"),
        ("contact: {name: n}, ", ""),
        ("license: {name: MIT, identifier: MIT}", "x: 1"),
        ("      tags: [things]\n", ""),
        ("      tags: [things]\n", "      tags: [others]\n"),
        ("      description: d\n", ""),
        (
            "          application/json:\n",
            "          text/form: &x {schema: {$ref: '#/components/schemas/Thing'}}\n          application/json:\n",
        ),
        ("    Thing:\n", "    Error:\n      type: string\n    Thing:\n"),
        ("    Thing:\n", "    thing:\n      type: string\n    Thing:\n"),
    ],
)
def test_each_kind_of_fault_is_found(old, new):
    assert old in SOUND
    assert faults(SOUND.replace(old, new))
