"""A server of two processes as it is seen from outside: its log, its numbers, its probes."""

import json
import time

import pytest

from tests.serving import Server, running

pytestmark = pytest.mark.once
COUNTED = 'gazetteer_requests_total{status="200",style="data"} 40.0'


def test_processes_log_each_request_and_add_up_their_numbers(server: Server, capfd, tmp_path) -> None:
    variables = {"REQUEST_LOG": "true", "METRICS_ALLOWED_ADDRESSES": "127.0.0.1", "METRICS_FOLDER": str(tmp_path / "m")}
    headers = {"Authorization": f"Bearer {server.demo['private_key']}"}
    with running(server.environment | variables, workers=2) as port:
        both = Server(port, server.demo, server.environment)
        assert both.ask("/readyz").status == 200
        ids = {both.ask("/api/data/countries", **headers).headers["x-request-id"] for _ in range(40)}
        found = both.ask("/metrics").body.decode()
        deadline = time.monotonic() + 10
        # A process adds what it has counted ten times a second.
        while COUNTED not in found and time.monotonic() < deadline:
            found = both.ask("/metrics").body.decode()
    assert COUNTED in found
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines() if line.startswith("{")]
    asked = [line for line in lines if line["path"] == "/api/data/countries"]
    assert {line["request_id"] for line in asked} == ids
    assert "hit" in {line["store"] for line in asked}
    assert {line["tenant"] for line in asked} == {"demo"}
    assert server.demo["private_key"] not in json.dumps(lines)
    # What no one has asked for is not there.
    assert server.ask("/metrics").status == 404
