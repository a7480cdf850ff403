"""What import-linter cannot see: relations are strings, and a view's style is found through its class."""

import re
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

from tests.serving import ROOT

pytestmark = pytest.mark.once

FOLDER = Path(__file__).parents[1] / "apps" / "api_styles"
ALLOWED = {
    "revisions": set(),
    "tenants": set(),
    "api_keys": {"tenants"},
    "imports": set(),
    "geography": {"tenants"},
    "webhooks": {"tenants"},
}
# Any of them may be deleted with its tests, so they are found, not listed.
STYLES = {path.parent.name for path in FOLDER.glob("*/urls.py")}
PREFIXES = {
    "constants": ["web/"], "data": ["api/"], "country_list": ["v1/"],
    "tenant_countries": ["country/", "oauth/", "configuration/"], "rest_countries": ["v3.1/"], "csc": ["csc/"],
}  # fmt: skip


def our_models():
    return [model for model in apps.get_models() if model.__module__.startswith("apps.")]


def routes(patterns, prefix=""):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield prefix + str(pattern.pattern), pattern.callback


def is_no_api(route):
    pages = ("admin/", "docs", "openapi", "flags/", "exports", "explore", "widget/", "language")
    return route in {"", "admin"} or route.removeprefix("^").startswith(pages)


def api_routes():
    return [(route, view) for route, view in routes(get_resolver().url_patterns) if not is_no_api(route)]


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_relations_follow_the_layers(model):
    app = model._meta.app_label
    for field in model._meta.get_fields():
        related = field.related_model
        if field.auto_created or not related or not related.__module__.startswith("apps."):
            continue
        assert related._meta.app_label == app or related._meta.app_label in ALLOWED[app]


def test_styles_have_no_tables():
    tableless = STYLES | {"api", "back_office", "operations", "quickstart", "site"}
    assert not [model for model in our_models() if model._meta.app_label in tableless]


@pytest.mark.parametrize(("route", "view"), api_routes(), ids=lambda value: value if isinstance(value, str) else "")
def test_every_api_view_has_the_policy_of_a_style(route, view):
    assert view.cls.__module__.split(".")[:2] == ["apps", "api_styles"]
    assert callable(view.cls.envelope)
    assert view.cls.permission_classes


@pytest.mark.parametrize("prefix", [prefix for style in sorted(STYLES & PREFIXES.keys()) for prefix in PREFIXES[style]])
def test_a_path_that_no_view_matches_still_belongs_to_a_style(prefix):
    match = get_resolver().resolve(f"/{prefix}no/such/path")
    assert match.func.cls.__module__.startswith("apps.api_styles.")


def test_no_module_imports_itself_by_way_of_others():
    graph = grimp.build_graph("apps", "config", cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    TopologicalSorter(imports).prepare()


def test_the_engine_of_imports_speaks_of_no_country():
    engine = ROOT / "apps" / "imports"
    texts = {
        path: path.read_text()
        for path in sorted(engine.rglob("*"))
        if path.suffix in {".py", ".html"} and "migrations" not in path.parts
    }
    subject = re.compile(r"\b(import_)?(countr(y|ies)|regions?|subdivisions?|cit(y|ies)|geoname\w*)\b", re.IGNORECASE)
    said = {path.name: subject.search(text) for path, text in texts.items()}
    assert {name: match.group() for name, match in said.items() if match} == {"apps.py": "country"}
