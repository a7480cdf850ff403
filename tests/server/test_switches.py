"""Staff and callers who switch the same rows at once, against a running server: nobody waits for who waits for him."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.server.staff import Staff
from tests.serving import Server, running

ROUNDS = 10
# The list of one country for all tenants, in one order and in the other.
LISTS = ("/admin/geography/tenantcountry/?q=PL&o=3", "/admin/geography/tenantcountry/?q=PL&o=-3")


@pytest.fixture(scope="module")
def two_processes(server: Server) -> Iterator[Server]:
    with running(server.environment, workers=2) as port:
        yield Server(port, server.demo, server.environment)


def version(server: Server) -> int:
    headers = {"Authorization": f"Bearer {server.demo['private_key']}", "X_Version": "v2"}
    return int(server.ask(f"/country/{server.demo['tenant']}/countries/PL", **headers).json()["metadata"]["version"])


def test_lists_saved_in_opposite_orders_while_a_caller_switches_lock_nobody_out(two_processes: Server) -> None:
    with Staff(two_processes) as staff:
        for code in ("globex", "initech"):
            staff.submit("/admin/tenants/tenant/add/", "tenant_form", code=code, name=code, plan="1", languages="en")

    def save(path: str) -> None:
        with Staff(two_processes) as staff:
            for turn in range(ROUNDS):
                switched = {f"form-{n}-active": "on" if turn % 2 else None for n in range(3)}
                staff.submit(path, "changelist-form", **switched, _save="Save")

    def patch(turn: int) -> int:
        headers = {"Authorization": f"Bearer {two_processes.demo['private_key']}", "X_Version": "v2"}
        path = f"/country/{two_processes.demo['tenant']}/countries/PL"
        body = b'{"active": true}' if turn % 2 else b'{"active": false}'
        return two_processes.ask(path, method="PATCH", body=body, Content_Type="application/json", **headers).status

    before = version(two_processes)
    with ThreadPoolExecutor(3) as pool:
        saved = [pool.submit(save, path) for path in LISTS]
        patched = pool.submit(lambda: [patch(turn) for turn in range(5 * ROUNDS)])
        assert set(patched.result()) == {204}
        for each in saved:
            each.result()
    assert version(two_processes) >= before + 5 * ROUNDS
