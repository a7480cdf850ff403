"""The request that stands beside a page of the explorer, in a style and in three languages, and what it is answered."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from shlex import quote as shell_quote
from string import Template
from urllib.parse import quote

import orjson

from apps.api.answers import inside
from apps.api.styles import Shown, StyleConfig, Topic, styles
from apps.tenants.models import Tenant

MOST_LINES = 60
# Longer lines belong to nobody's name.
MOST_CHARACTERS = 12_000
PYTHON = """import json
from urllib.request import Request, urlopen

request = Request({url}{headers})
with urlopen(request) as response:
    print(json.load(response))"""
JAVASCRIPT = """const response = await fetch({url}{headers});
console.log(await response.json());"""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as it is shown. `rest`: how many of its lines are left out."""

    status: int
    phrase: str
    headers: Sequence[tuple[str, str]]
    text: str
    rest: int


@dataclass(frozen=True, slots=True)
class Beside:
    """A request and its answer. `headers`: as a client sends them, with a credential to fill in."""

    style: str
    path: str
    url: str
    headers: Mapping[str, str]
    needs_credential: bool
    answer: Answered

    @property
    def is_link(self) -> bool:
        """Whether a browser gets the answer by going there."""
        return not self.headers

    @property
    def code(self) -> Sequence[tuple[str, str]]:
        """The request in each language: its name, and what to copy."""
        return (("curl", self._curl()), ("Python", self._python()), ("JavaScript", self._javascript()))

    def _curl(self) -> str:
        headers = [f"-H {shell_quote(f'{name}: {text}')}" for name, text in self.headers.items()]
        return " \\\n  ".join([f"curl {shell_quote(self.url)}", *headers])

    def _python(self) -> str:
        headers = f", headers={json.dumps(self.headers, indent=4)}" if self.headers else ""
        return PYTHON.format(url=json.dumps(self.url), headers=headers)

    def _javascript(self) -> str:
        headers = f", {{ headers: {json.dumps(self.headers, indent=2)} }}" if self.headers else ""
        return JAVASCRIPT.format(url=json.dumps(self.url), headers=headers)


def offered(topic: Topic) -> dict[str, tuple[StyleConfig, Shown]]:
    """Return the styles that have something to show beside pages about a topic, by name."""
    return {style.label: (style, shown) for style in styles() for shown in style.shown if shown.topic == topic}


def beside(style: StyleConfig, shown: Shown, about: Mapping[str, str], tenant: Tenant, base_url: str) -> Beside:
    """Return the request of a style about something, and what a caller of the tenant gets.

    about: `language`, and what is named in the path (see `Shown`).
    """
    own = {"tenant": tenant.code, "workspace_id": str(tenant.workspace_id)}
    path = _filled(shown.path, {**about, **own})
    headers = {name: Template(text).substitute({**about, **own}) for name, text in shown.headers.items()}
    outcome = inside.get(path, headers, tenant)
    return Beside(
        style=style.label,
        path=path,
        url=base_url + path,
        headers={**style.credential, **headers},
        needs_credential=bool(style.credential),
        answer=_answered(outcome),
    )


def _filled(template: str, values: Mapping[str, str]) -> str:
    path, mark, query = template.partition("?")
    # Servers take an encoded slash in a path for one that parts it.
    parts = {name: quote(text.replace("/", " "), safe="") for name, text in values.items()}
    terms = {name: quote(text, safe="") for name, text in values.items()}
    return Template(path).substitute(parts) + mark + Template(query).substitute(terms)


def _answered(outcome: inside.Outcome) -> Answered:
    pretty = orjson.dumps(orjson.loads(outcome.body), option=orjson.OPT_INDENT_2)
    lines = pretty.decode().splitlines()
    phrase = HTTPStatus(outcome.status).phrase
    text = "\n".join(lines[:MOST_LINES])[:MOST_CHARACTERS]
    return Answered(outcome.status, phrase, sorted(outcome.headers.items()), text, max(0, len(lines) - MOST_LINES))
