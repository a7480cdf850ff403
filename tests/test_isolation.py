"""Several tenants at once on the server's threads: nobody sees what is another's. Long form: `pytest -m long`."""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from tests.serving import ROOT, Server, running

# What each tenant alone has switched on, and what that country is called in its language.
TENANTS = {
    "soakde": ("PL", "de", "Polen"),
    "soakfr": ("JP", "fr", "Japon"),
    "soakpl": ("DE", "pl", "Niemcy"),
    "soakes": ("GB", "es", "Reino Unido"),
}
SETUP = """
import json
from apps.api_keys.models import ApiKey, Kind
from apps.geography.models import TenantCountry
from apps.tenants.models import Plan, Tenant
plan, keys = Plan.objects.first(), {}
for code, country in json.loads(%r).items():
    tenant = Tenant.objects.create(code=code, name=code, plan=plan)
    TenantCountry.objects.filter(tenant=tenant).exclude(country=country).update(active=False)
    keys[code] = ApiKey.objects.issue(tenant, Kind.PRIVATE)[1]
print(json.dumps(keys))
"""


@dataclass(frozen=True)
class Question:
    """A request of one tenant, and the words that its answer must hold."""

    tenant: str
    path: str
    expected: str


@pytest.fixture(scope="module")
def keys(server: Server) -> dict[str, str]:
    """A private key of each tenant."""
    countries = json.dumps({code: country for code, (country, _, _) in TENANTS.items()})
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", SETUP % countries],
        cwd=ROOT,
        env=server.environment | {"PATH": "/usr/bin:/bin"},
        check=True,
        capture_output=True,
        text=True,
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


@pytest.fixture(scope="module")
def processes(server: Server) -> Iterator[list[int]]:
    """Two processes of four threads each."""
    with running(server.environment) as port:
        yield [server.port, port]


def countries_in(text: str) -> list[object]:
    """Return the countries of a list of any style; each tenant has one."""
    body = json.loads(text)
    return list(body if isinstance(body, list) else body["data"]["countries"])


@pytest.mark.parametrize("rounds", [40, pytest.param(5000, marks=pytest.mark.long)])
def test_mixed_requests_on_threads_get_no_foreign_body(server, processes, keys, rounds):
    questions = [
        question
        for code, (country, _, name) in TENANTS.items()
        for question in (
            Question(code, "/api/data/countries", name),
            Question(code, f"/v1/country/list?country={country}", f'"code":"{country}"'),
            Question(code, f"/country/{code}/countries?active=true", name),
        )
    ]

    def ask(turn: int) -> str | None:
        question = questions[turn % len(questions)]
        port = processes[turn % 7 % len(processes)]
        answer = Server(port, server.demo, server.environment).ask(
            question.path,
            Authorization=f"Bearer {keys[question.tenant]}",
            Accept_Language=TENANTS[question.tenant][1],
            X_Version="v2",
        )
        text = answer.body.decode()
        if answer.status != 200 or question.expected not in text or len(countries_in(text)) != 1:
            return f"{question}: {answer.status}, {text[:200]}"
        return None

    with ThreadPoolExecutor(16) as pool:
        wrong = [problem for problem in pool.map(ask, range(rounds * len(questions))) if problem]
    assert not wrong, f"{len(wrong)} wrong, the first: {wrong[0]}"
