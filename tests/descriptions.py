"""The OpenAPI documents as files, and what keeps linters and generators of clients from taking one."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

APPS = Path(__file__).resolve().parent.parent / "apps" / "api_styles"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
# Keywords that say something about values of one type only: without the type they say nothing to most generators.
OF_TYPE = {
    "pattern": {"string"},
    "minLength": {"string"},
    "maxLength": {"string"},
    "format": {"string", "integer", "number"},
    "contentMediaType": {"string"},
    "contentSchema": {"string"},
    "minimum": {"integer", "number"},
    "maximum": {"integer", "number"},
    "items": {"array"},
    "minItems": {"array"},
    "maxItems": {"array"},
    "properties": {"object"},
    "required": {"object"},
    "additionalProperties": {"object"},
    "propertyNames": {"object"},
    "minProperties": {"object"},
    "maxProperties": {"object"},
}
OF_ANY_TYPE = {
    "type",
    "const",
    "enum",
    "description",
    "title",
    "default",
    "example",
    "examples",
    "oneOf",
    "anyOf",
    "allOf",
}
PYTHON_TYPES = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict}
# What a generated client, in whatever language, has by that name already.
TAKEN = set(
    "any apiclient array bigint blob body boolean buffer bytes case class client config configuration console "
    "dataclass date datetime default dict document double element enum error event exception export false field "
    "file files float formdata function generator global header headers import int integer interface intl "
    "iterator json list literal location long map math model module namespace node none null number object option "
    "optional package pattern promise proxy queryparams record reflect regexp request response self serializer "
    "set string symbol text true tuple type uint8array undefined union unset url void window".split()
)


def text_of(style: str) -> str:
    """Return the document of a style as it is written."""
    return (APPS / style / "openapi.yaml").read_text(encoding="utf-8")


def loaded(text: str) -> Any:
    """Return what a document says; by libyaml, since PyYAML's own reader takes a second for each."""
    return yaml.load(text, Loader=yaml.CSafeLoader)


def faults(text: str) -> list[str]:
    """Return what some linter or generator stumbles over in a document, each with its place; none is what we want."""
    found = [*_stray_keys(text), *_shallow_lines(text)]
    document = loaded(text)
    for place, schema in schemas(document):
        found += [f"{place}: {fault}" for fault in _of_schema(document, schema)]
    found += [*_of_names(document), *_of_references(document), *_of_parameters(document), *_of_operations(document)]
    return found


def schemas(document: Any) -> Iterator[tuple[str, Any]]:
    """Yield (place, schema) of every schema of a document, those inside others too."""
    components = document.get("components", {})
    for name, schema in components.get("schemas", {}).items():
        yield from _within(f"#/components/schemas/{name}", schema)
    outside = {name: part for name, part in components.items() if name != "schemas"}
    for place, value in (("#/components", outside), ("#/paths", document["paths"])):
        yield from _below(place, value)


def _below(place: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, member in value.items():
            if name == "schema":
                yield from _within(f"{place}/schema", member)
            elif name not in {"example", "examples"}:
                yield from _below(f"{place}/{name}", member)
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _below(f"{place}/{index}", member)


def _within(place: str, schema: Any) -> Iterator[tuple[str, Any]]:
    yield place, schema
    if not isinstance(schema, dict):
        return
    for keyword in ("items", "additionalProperties", "propertyNames", "contentSchema"):
        if isinstance(schema.get(keyword), dict):
            yield from _within(f"{place}/{keyword}", schema[keyword])
    for name, member in schema.get("properties", {}).items():
        yield from _within(f"{place}/properties/{name}", member)
    for keyword in ("oneOf", "anyOf", "allOf"):
        for index, member in enumerate(schema.get(keyword, ())):
            yield from _within(f"{place}/{keyword}/{index}", member)


def _of_schema(document: Any, schema: Any) -> Iterator[str]:
    if not isinstance(schema, dict) or not schema:
        yield "a schema that says nothing"
        return
    if "$ref" in schema:
        if len(schema) > 1:
            yield "a $ref with siblings"
        return
    unknown = schema.keys() - OF_TYPE.keys() - OF_ANY_TYPE
    if unknown:
        yield f"no keyword that generators know: {', '.join(map(str, sorted(unknown)))}"
    yield from _of_type(schema)
    yield from _of_values(schema)
    if "array" in _types(schema) and "items" not in schema:
        yield "an array without items"
    if any("default" in member for member in schema.get("properties", {}).values()):
        yield "a property with a default of its own, which some take for one that is always there"
    if not set(schema.get("required", ())) <= schema.get("properties", {}).keys():
        yield "a required property that is not described"
    pattern = schema.get("pattern")
    if pattern is not None:
        if not (pattern.startswith("^") and pattern.endswith("$")):
            yield "a pattern that is not anchored, which some take for one that is"
        re.compile(pattern)


def _types(schema: Any) -> list[str]:
    given = schema.get("type", [])
    return [given] if isinstance(given, str) else given


def _of_type(schema: Any) -> Iterator[str]:
    types = _types(schema)
    combined = [keyword for keyword in ("oneOf", "anyOf", "allOf") if keyword in schema]
    if not types and not combined:
        yield "no type"
    if types and combined:
        yield f"a type beside {combined[0]}"
    if len(combined) > 1 or (combined and schema.keys() & OF_TYPE.keys()):
        yield f"{combined[0]} beside what it could hold"
    if types and set(types) <= {"null"}:
        yield "type: 'null' alone"
    if len(set(types) - {"null"}) > 1:
        yield "several types, which have no name together"
    for keyword in schema.keys() & OF_TYPE.keys():
        if not OF_TYPE[keyword] & set(types):
            yield f"{keyword} without its type"


def _of_values(schema: Any) -> Iterator[str]:
    allowed = tuple(PYTHON_TYPES[name] for name in _types(schema) if name != "null")
    values = [*([schema["const"]] if "const" in schema else []), *schema.get("enum", ())]
    if values and not _types(schema):
        yield "const or enum without type"
    for value in values:
        if isinstance(value, bool):
            yield "const or enum of a boolean, which some compare with a word"
        elif isinstance(value, dict | list):
            yield "const or enum of an object or a list"
        elif value is None:
            if "null" not in _types(schema):
                yield "null, which the type is not"
        elif not isinstance(value, allowed):
            yield f"{value!r}, which the type is not"
    if len(set(map(str, values))) < len(values):
        yield "a value twice"


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _of_names(document: Any) -> Iterator[str]:
    named = document.get("components", {}).get("schemas", {})
    for name, schema in named.items():
        if name.lower() in TAKEN:
            yield f"#/components/schemas/{name}: a name that languages or clients have already"
        if _snake(name) in {_snake(member) for member in schema.get("properties", {})}:
            yield f"#/components/schemas/{name}: a property of the same name"
    for name, count in Counter(map(str.lower, named)).items():
        if count > 1:
            yield f"#/components/schemas: {name} differs in case only"


def references(value: Any) -> Iterator[str]:
    """Yield the target of every $ref."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for member in value.values():
            yield from references(member)
    elif isinstance(value, list):
        for member in value:
            yield from references(member)


def resolved(document: Any, value: Any) -> Any:
    """Return what `value` refers to, or itself."""
    while isinstance(value, dict) and "$ref" in value:
        target = document
        for name in value["$ref"].removeprefix("#/").split("/"):
            target = target[name]
        value = target
    return value


def _of_references(document: Any) -> Iterator[str]:
    used = set(references(document))
    there = {
        f"#/components/{kind}/{name}"
        for kind, named in document.get("components", {}).items()
        if kind != "securitySchemes"
        for name in named
    }
    yield from (f"{target}: referred to, and not there" for target in sorted(used - there))
    yield from (f"{target}: there, and not referred to" for target in sorted(there - used))


def operations(document: Any) -> Iterator[tuple[str, str, Any]]:
    """Yield (path, method, operation) with the parameters of the path among those of the operation, all resolved."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                given = [*item.get("parameters", ()), *item[method].get("parameters", ())]
                yield path, method, item[method] | {"parameters": [resolved(document, one) for one in given]}


def _of_parameters(document: Any) -> Iterator[str]:
    for path, method, operation in operations(document):
        for parameter in operation["parameters"]:
            place, schema = f"{method} {path} {parameter['name']}", parameter["schema"]
            if "$ref" in schema:
                yield f"{place}: a schema by name, which generators make a class of"
            if "const" in schema:
                yield f"{place}: const, where some take enum only"
            if set(_types(schema)) & {"object", "array", "null"}:
                yield f"{place}: not a plain value"
        names = [(parameter["in"], parameter["name"].lower()) for parameter in operation["parameters"]]
        if len(set(names)) < len(names):
            yield f"{method} {path}: a parameter twice"
        if {name for place, name in names if place == "path"} != {
            name.lower() for name in re.findall(r"{(\w+)}", path)
        }:
            yield f"{method} {path}: path parameters other than those of the path"


def _of_operations(document: Any) -> Iterator[str]:
    info, tags = document["info"], {tag["name"] for tag in document.get("tags", ()) if tag.get("description")}
    yield from (f"#/info: no {name}" for name in ("contact", "license", "description") if not info.get(name))
    for path, method, operation in operations(document):
        place = f"{method} {path}"
        yield from (f"{place}: no {name}" for name in ("summary", "description", "tags") if not operation.get(name))
        yield from (f"{place}: the tag {name} is not described" for name in set(operation.get("tags", ())) - tags)
        yield from (f"{place}: {fault}" for fault in _of_body(document, operation.get("requestBody", {})))
    names = Counter(operation.get("operationId") for _, _, operation in operations(document))
    yield from (
        f"#/paths: {name} is the operationId of {count}" for name, count in names.items() if count > 1 or not name
    )


def _of_body(document: Any, body: Any) -> Iterator[str]:
    content = body.get("content", {})
    by_schema: dict[str, set[bool]] = {}
    for media_type, media in content.items():
        schema = resolved(document, media["schema"])
        if len(content) > 1 and "array" in _types(schema):
            yield "a list in several media types, which generated code cannot tell apart"
        if schema.get("additionalProperties") and "json" not in media_type:
            yield "a form with fields that are not named"
        by_schema.setdefault(str(media["schema"]), set()).add("json" in media_type)
    if any(len(is_json) > 1 for is_json in by_schema.values()):
        yield "one schema for JSON and for a form, which generated code cannot tell apart"


def _nodes(node: yaml.Node, indent: int = -1) -> Iterator[tuple[yaml.Node, int]]:
    """Yield every node below with the indentation of the block that it stands in."""
    yield node, indent
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inside = indent if node.flow_style else key.start_mark.column
            yield key, inside
            yield from _nodes(value, inside)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _nodes(item, indent if node.flow_style else node.start_mark.column)


def _stray_keys(text: str) -> Iterator[str]:
    """Yield keys given twice, and keys without a value, as a comma that is not quoted makes in `{…}`."""
    for node, _ in _nodes(yaml.compose(text, Loader=yaml.CSafeLoader)):
        if isinstance(node, yaml.MappingNode):
            keys = Counter(key.value for key, _ in node.value)
            for key, value in node.value:
                place = f"line {key.start_mark.line + 1}"
                if isinstance(value, yaml.ScalarNode) and value.style is None and not value.value:
                    yield f"{place}: the key {key.value!r} has no value"
                if keys[key.value] > 1:
                    yield f"{place}: the key {key.value!r} stands there twice"


def _shallow_lines(text: str) -> Iterator[str]:
    """Yield lines of a flow collection or of a text that are not indented more than the block around, as YAML asks."""
    lines = text.splitlines()
    for node, indent in _nodes(yaml.compose(text, Loader=yaml.CSafeLoader)):
        is_flow = isinstance(node, yaml.CollectionNode) and node.flow_style
        is_text = isinstance(node, yaml.ScalarNode) and node.style in {None, "'", '"'}
        if is_flow or is_text:
            for number in range(node.start_mark.line + 1, node.end_mark.line + 1):
                line = lines[number] if number < len(lines) else ""
                if line.strip() and len(line) - len(line.lstrip()) <= indent:
                    yield f"line {number + 1}: not indented more than the block around"
