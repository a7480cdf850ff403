"""The lines that quickstart prints, as a newcomer pastes them into a shell."""

import json
import shutil
import subprocess
from dataclasses import replace

import pytest

from apps.quickstart import demo

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")


@pytest.fixture
def printed(server):
    """The printed lines by title."""
    return dict(demo.calls(replace(demo.Demo(**server.demo), base_url=server.url)))


def run(line: str) -> str:
    return subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=True, timeout=20).stdout


def test_every_line_is_answered(printed, server):
    # Switching Poland off is tried last, and undone.
    lines = sorted(printed.values(), key=lambda line: "PATCH" in line)
    for line in lines:
        status = run(f"{line} -s -o /dev/null -w '%{{http_code}}'")
        assert status.split()[-1] in {"200", "204"} or "validate/city" in line, line
    patch = next(line for line in lines if "PATCH" in line)
    assert "204" in run(patch.replace("false", "true"))


def test_the_answers_are_those_of_the_seeds(printed):
    answers = {title: run(f"{line} -s") for title, line in printed.items() if "PATCH" not in line}
    constants = {
        row["code"]: row for row in json.loads(answers[next(t for t in answers if t.startswith("constants"))])["data"]
    }
    assert constants["JP"]["label"] == "Japon"
    assert constants["CN"]["value"] == 95010301
    subdivisions = json.loads(next(body for title, body in answers.items() if "United States" in title))
    california = next(row for row in subdivisions if row["code"] == "US-CA")
    assert (california["name"], california["type"]) == ("California", "State")
    hong_kong = json.loads(next(body for title, body in answers.items() if "Hong Kong" in title))["data"]["countries"][
        0
    ]
    states = {state["name"]: {city["name"] for city in state["cities"]} for state in hong_kong["states"]}
    assert states["Central and Western"] >= {"Central", "Sheung Wan"}
    assert states["Eastern District"] >= {"North Point", "Quarry Bay"}


def test_a_person_who_opens_the_service_finds_the_back_office(client):
    assert client.get("/admin")["Location"] == "/admin/"
