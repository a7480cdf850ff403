"""`deliver_webhooks` that is killed with a message in hand: the next one sends that again, and nothing is lost."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from threading import Event

import psycopg

from tests.databases import ROOT, database_for
from tests.serving import environment_of, with_demo
from tests.webhooks.receiver import receiving, status

MUNICH, WARSAW = "2867714", "756135"


def written(url: str) -> Callable[[str], None]:
    """Return what runs a statement on the database, as another process does."""

    def write(statement: str) -> None:
        if url.startswith("sqlite"):
            connection = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=10)
        else:
            connection = psycopg.connect(url)
        with closing(connection), connection:
            connection.execute(statement)

    return write


def test_a_message_that_was_in_hand_is_sent_again():
    template, demo = with_demo()
    arrived, killed = Event(), Event()

    def hold(handler):
        arrived.set()
        killed.wait(60)

    with database_for("webhooks", template) as url, receiving() as receiver:
        write = written(url)
        variables = {"WEBHOOK_NETWORKS": "127.0.0.1/32", "WEBHOOK_HTTP": "true"}

        def command(*arguments: str) -> "subprocess.Popen[bytes]":
            environment = os.environ | environment_of(url) | variables
            return subprocess.Popen([sys.executable, "manage.py", *arguments, "-v0"], cwd=ROOT, env=environment)

        assert command("create_webhook", demo["tenant"], receiver.url).wait(60) == 0
        write("UPDATE geography_city SET population = 1 WHERE geonameid = 2867714")
        receiver.answer = hold
        process = command("deliver_webhooks")
        try:
            assert arrived.wait(60)
        finally:
            process.kill()
            process.wait(60)
            killed.set()
        write("UPDATE geography_city SET population = 2 WHERE geonameid = 756135")
        # As if the lease of the dead had run out.
        write("UPDATE webhooks_webhook SET leased_until = NULL")
        receiver.answer = status(204)
        assert command("deliver_webhooks", "--once").wait(60) == 0
    first, again, last = receiver.taken
    assert (first[1], first[0]["webhook-id"]) == (again[1], again[0]["webhook-id"])
    told = [change["id"] for body in receiver.bodies()[1:] for change in body["data"]["changes"]]
    assert told == [MUNICH, WARSAW]
    assert last[0]["webhook-id"] != first[0]["webhook-id"]
