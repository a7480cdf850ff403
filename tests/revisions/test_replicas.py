"""Where answers are read. `tests/server/test_replicas.py` has a real replica."""

from contextlib import contextmanager

import pytest
from django.db import OperationalError, connections, router
from django.test.utils import CaptureQueriesContext

from apps.revisions import numbers, replicas
from apps.revisions.numbers import Revisions
from apps.tenants.models import Plan


@pytest.fixture
def database(db):
    """Reading what is committed: a test's own transaction would decide where to read."""
    own = connections["default"]
    connections["default"] = own.copy()
    yield
    connections["default"].close()
    connections["default"] = own


@pytest.fixture
def replica(database, monkeypatch, settings):
    """A further connection to the tests' database, in the place of a replica."""
    settings.DATABASE_ROUTERS = ["apps.revisions.replicas.Router"]
    monkeypatch.setattr(replicas, "_rests_until", {})
    with further_connection("replica1", monkeypatch) as alias:
        yield alias


@contextmanager
def further_connection(alias, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setitem(connections.settings, alias, connections["default"].settings_dict)
        connections[alias] = connections["default"].copy()
        yield alias
        connections[alias].close()
        del connections[alias]


def where(*_):
    """Read something, and return where."""
    list(Plan.objects.all())
    numbers.current("data")
    return router.db_for_read(Plan)


def test_without_replicas_the_primary_is_read_and_asked_for_nothing_else(database):
    with CaptureQueriesContext(connections["default"]) as queries:
        assert replicas.at_one_moment(None, where) == "default"
    assert len(queries) == 4
    assert "BEGIN" in queries[0]["sql"]


def test_all_that_an_answer_reads_is_read_from_the_replica(replica):
    with (
        CaptureQueriesContext(connections["default"]) as of_primary,
        CaptureQueriesContext(connections[replica]) as own,
    ):
        assert replicas.at_one_moment(None, where) == replica
    assert [query["sql"] for query in of_primary] == []
    assert [query["sql"].split()[0] for query in own] == ["BEGIN", "SELECT", "SELECT", "ROLLBACK"]


def test_an_answer_is_told_the_revisions_of_its_own_snapshot(replica, monkeypatch):
    own = connections[replica]
    monkeypatch.setattr(numbers, "_read", lambda database, tenant_id: Revisions(1, 5 + (database is own), 0))
    assert replicas.at_one_moment(None, lambda now: now).data == 6


def test_outside_of_answers_and_for_writes_the_primary_is_named(replica):
    assert where() == "default"
    assert replicas.at_one_moment(None, lambda now: router.db_for_write(Plan)) == "default"
    assert where() == "default"


def test_in_a_transaction_that_has_begun_the_primary_is_read(db, monkeypatch):
    with further_connection("replica1", monkeypatch):
        assert replicas.at_one_moment(None, where) == "default"


@pytest.mark.parametrize(
    ("here", "there", "reaches"),
    [((0, 3, 2), (9, 3, 2), True), ((0, 2, 2), (0, 3, 2), False), ((0, 4, 1), (0, 3, 2), False)],
    ids=["only credentials behind", "data behind", "tenant behind"],
)
def test_a_replica_counts_when_it_has_the_data_and_the_tenants_choices(here, there, reaches):
    assert Revisions(*here).reaches(Revisions(*there)) is reaches


def test_a_replica_that_is_behind_is_passed_over_and_asked_again_next_time(replica, monkeypatch):
    told = {connections["default"]: Revisions(0, 7, 0), connections[replica]: Revisions(0, 6, 0)}
    monkeypatch.setattr(numbers, "_read", lambda database, tenant_id: told[database])
    assert replicas.at_one_moment(None, lambda now: (where(), now.data)) == ("default", 7)
    told[connections[replica]] = told[connections["default"]]
    assert replicas.at_one_moment(None, where) == replica


def test_a_replica_that_fails_half_way_rests_while_the_primary_answers(replica, monkeypatch, caplog):
    clock = 1000.0
    monkeypatch.setattr(replicas, "monotonic", lambda: clock)
    called = []

    def answer(now):
        called.append(where())
        if called[-1] == replica:
            raise OperationalError("gone")
        return called[-1]

    assert replicas.at_one_moment(None, answer) == "default"
    assert connections[replica].connection is None
    assert replicas.at_one_moment(None, answer) == "default"
    assert called == [replica, "default", "default"]
    assert [record.getMessage() for record in caplog.records] == ["replica1 failed and is left alone for 5 s: gone"]
    clock += replicas.REST_SECONDS
    assert replicas.at_one_moment(None, where) == replica


def test_one_caller_tries_a_replica_after_its_rest_and_the_others_go_on_without_it(replica, monkeypatch):
    clock = 1000.0
    monkeypatch.setattr(replicas, "monotonic", lambda: clock)
    monkeypatch.setattr(replicas, "_rests_until", {replica: clock})

    # The other asks before the first has found out.
    read = numbers.read_now
    others = []

    def read_slowly(tenant_id, using="default"):
        if using == "default" and not others:
            others.append(None)
            others.append(replicas.at_one_moment(None, where))
        return read(tenant_id, using)

    monkeypatch.setattr(numbers, "read_now", read_slowly)
    assert replicas.at_one_moment(None, where) == replica
    assert others[1] == "default"


def test_replicas_take_turns(replica, monkeypatch):
    with further_connection("replica2", monkeypatch) as other:
        assert {replicas.at_one_moment(None, where) for _ in range(2)} == {replica, other}


def test_what_is_wrong_with_the_question_is_no_fault_of_the_replica(replica):
    def refuse(now):
        raise LookupError

    with pytest.raises(LookupError):
        replicas.at_one_moment(None, refuse)
    assert replicas.at_one_moment(None, where) == replica


def test_only_the_primary_is_migrated(replica):
    assert router.allow_migrate("default", "tenants")
    assert not router.allow_migrate("replica1", "tenants")
