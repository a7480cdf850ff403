"""Turns of those who write."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import monotonic, sleep

import pytest

from apps.revisions.sqlite3 import base
from apps.revisions.sqlite3.base import PATIENT, WriterQueue

pytestmark = pytest.mark.once

SOON, LATE = 0.05, 20.0


@pytest.fixture
def writers() -> WriterQueue:
    """A queue whose turn somebody has."""
    taken = WriterQueue()
    assert taken.take(monotonic())
    return taken


def length(writers: WriterQueue) -> int:
    return len(writers._waiting)


def until_so_many_wait(writers: WriterQueue, count: int) -> None:
    deadline = monotonic() + LATE
    while length(writers) != count:
        assert monotonic() < deadline
        sleep(0.001)


def test_turns_come_in_the_order_of_asking(writers):
    turns = []

    def write(number: int) -> None:
        assert writers.take(monotonic() + LATE)
        turns.append(number)
        writers.leave()

    with ThreadPoolExecutor(4) as pool:
        for number in range(4):
            pool.submit(write, number)
            until_so_many_wait(writers, number + 1)
        writers.leave()
    assert turns == [0, 1, 2, 3]
    assert writers.take(monotonic())


def test_who_waits_in_vain_leaves_no_gap(writers):
    assert not writers.take(monotonic() + SOON)
    assert length(writers) == 0
    writers.leave()
    assert writers.take(monotonic())


def test_a_queue_that_stands_keeps_half_of_the_threads_and_turns_others_away_at_once(writers, monkeypatch):
    monkeypatch.setattr(base, "MOMENT_SECONDS", SOON)
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(writers.take, monotonic() + LATE) for _ in range(4)]
        until_so_many_wait(writers, PATIENT - 1)
        asked_at_last = pool.submit(writers.take, monotonic() + LATE)
        assert asked_at_last.result(timeout=LATE) is False
        writers.leave()
        assert sorted(turn.result(timeout=LATE) for turn in asked) == [False, False, False, True]


def test_nobody_is_turned_away_while_turns_end(writers, monkeypatch):
    monkeypatch.setattr(base, "MOMENT_SECONDS", 0.5)
    done = Event()

    def write() -> bool:
        has_turn = writers.take(monotonic() + LATE)
        if has_turn:
            writers.move()
            done.wait(0.1)
            writers.leave()
        return has_turn

    with ThreadPoolExecutor(12) as pool:
        asked = [pool.submit(write) for _ in range(12)]
        until_so_many_wait(writers, 12)
        writers.leave()
        assert all(turn.result(timeout=LATE) for turn in asked)
