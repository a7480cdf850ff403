from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event

import pytest

from apps.api.answers import store as module
from apps.api.answers.representations import OVERHEAD_BYTES, Representation
from apps.api.answers.store import MAX_PART, AnswerKey, Store
from apps.revisions import numbers
from apps.revisions.numbers import Revisions

MB = 1_000_000
WAIT_SECONDS = 10


class Database:
    """What a store asks of the database: the revisions of now."""

    def __init__(self) -> None:
        self.now = Revisions(credentials=1, data=1, tenant=1)

    @contextmanager
    def snapshot(self, tenant_id, using="default"):
        yield self.now

    def move(self, name: str) -> None:
        self.now = self.now._replace(**{name: getattr(self.now, name) + 1})


@pytest.fixture
def database(monkeypatch):
    database = Database()
    monkeypatch.setattr(numbers, "snapshot", database.snapshot)
    return database


@pytest.fixture
def store():
    return Store(MB)


def of(size: int = 0, text: str = "x") -> Representation:
    return Representation(text.encode() * max(1, size), {})


def ask(store: Store, key: AnswerKey, size: int = 0, text: str = "x") -> bool:
    """Ask as a view does, and return whether the answer was there."""
    return store.get_or_build(key, lambda: of(size, text))[1]


def key(asked, holder: int | None = 1) -> AnswerKey:
    return AnswerKey(holder, Store, "list", asked, ())


def kept(store: Store, database: Database, *keys: AnswerKey) -> list[AnswerKey]:
    return [each for each in keys if store.get(each, database.now) is not None]


def fail() -> Representation:
    raise ValueError("a bug in a view")


def test_what_was_built_is_there(store, database):
    assert not ask(store, key("a"))
    assert ask(store, key("a"))
    assert store.get(key("a"), database.now) is not None


@pytest.mark.parametrize("other", [key("b"), key("a", 2), key("a", None)], ids=["question", "holder", "everybody"])
def test_another_key_has_another_answer(store, database, other):
    ask(store, key("a"), text="mine")
    assert store.get(other, database.now) is None
    assert not ask(store, other, text="other")
    assert store.get(key("a"), database.now).body("identity") == b"mine"


@pytest.mark.parametrize("name", ["data", "tenant"])
def test_a_revision_that_moved_has_the_answer_built_again_in_its_place(store, database, name):
    ask(store, key("a"), text="old")
    count = len(store)
    database.move(name)
    assert store.get(key("a"), database.now) is None
    assert not ask(store, key("a"), text="new")
    assert store.get(key("a"), database.now).body("identity") == b"new"
    assert len(store) == count == 1


def test_the_revision_of_credentials_moves_without_effect(store, database):
    ask(store, key("a"))
    database.move("credentials")
    assert ask(store, key("a"))


def test_an_edit_without_effect_leaves_the_entity_tag(store, database):
    ask(store, key("a"))
    before = store.get(key("a"), database.now)
    database.move("data")
    ask(store, key("a"))
    after = store.get(key("a"), database.now)
    assert after is not before
    assert after.reply("", before.etag).status == 304


def test_an_older_snapshot_gets_no_newer_answer_and_a_newer_one_no_older(store, database):
    older = database.now
    database.move("data")
    newer = database.now
    ask(store, key("a"), text="newer")
    database.now = older
    assert not ask(store, key("a"), text="older")
    assert store.get(key("a"), newer) is None


def test_a_store_is_full_with_the_last_byte_and_the_last_entry_and_not_before(store, database):
    keys = [key(asked) for asked in "abcdefgh"]
    for each in keys:
        ask(store, each)
    for bounds, count in (((store.size,), 8), ((store.size - 1,), 7), ((MB, 8), 8), ((MB, 7), 7)):
        other = Store(*bounds)
        for each in keys:
            ask(other, each)
        assert len(kept(other, database, *keys)) == len(other) == count


def test_a_build_that_fails_stores_nothing_and_lets_others_build(store, database):
    for _ in range(3):
        with pytest.raises(ValueError, match="a bug"):
            store.get_or_build(key("a"), fail)
    assert (len(store), store.size) == (0, 0)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(ask, store, key("a")).result(timeout=WAIT_SECONDS) is False


def test_of_many_who_ask_at_once_one_builds(store, database):
    built, start = [], Barrier(16)

    def build() -> Representation:
        built.append(1)
        Event().wait(0.05)
        return of()

    def question(_: int) -> bool:
        start.wait(WAIT_SECONDS)
        return store.get_or_build(key("a"), build)[1]

    with ThreadPoolExecutor(16) as pool:
        hits = list(pool.map(question, range(16)))
    assert len(built) == 1
    assert sorted(hits) == [False] + [True] * 15


def test_after_an_edit_one_builds_again(store, database):
    ask(store, key("a"))
    database.move("tenant")
    with ThreadPoolExecutor(16) as pool:
        hits = list(pool.map(lambda _: ask(store, key("a")), range(64)))
    assert hits.count(False) == 1


def test_those_who_ask_something_else_do_not_wait_for_a_slow_build(store, database):
    is_building, may_end = Event(), Event()
    others = [key(n) for n in range(200) if hash(key(n)) % module.BUILDERS != hash(key("slow")) % module.BUILDERS]

    def slow() -> Representation:
        is_building.set()
        may_end.wait(WAIT_SECONDS)
        return of()

    with ThreadPoolExecutor(2) as pool:
        waiting = pool.submit(store.get_or_build, key("slow"), slow)
        assert is_building.wait(WAIT_SECONDS)
        assert pool.submit(ask, store, others[0]).result(timeout=WAIT_SECONDS) is False
        assert not waiting.done()
        may_end.set()
        assert waiting.result(timeout=WAIT_SECONDS)[1] is False


def test_there_are_never_more_bytes_than_allowed(store, database):
    for n in range(1000):
        ask(store, key(n, holder=n % 7), size=n * 10)
        assert store.size <= store.max_bytes
    assert store.size > 0.9 * store.max_bytes


def test_there_are_never_more_entries_than_allowed(database):
    store = Store(1000 * MB, max_entries=50)
    for n in range(200):
        ask(store, key(n, holder=n % 3))
        assert len(store) <= 50
    assert len(store) == 50


def test_what_is_counted_is_what_is_kept(store, database):
    for n in range(300):
        ask(store, key(n % 70, holder=n % 4), size=(n * 7919) % 30_000)
        if n % 11 == 0:
            database.move("data")
        entries = [e for s in store._shares.values() for part in (s.once, s.again) for e in part.values()]
        assert store.size == sum(entry.size for entry in entries) == sum(s.size for s in store._shares.values())
        assert len(store) == len(entries)


def test_an_entry_takes_at_least_its_body_and_its_overhead(store, database):
    ask(store, key("a"), size=10_000)
    assert 10_000 + OVERHEAD_BYTES < store.size < 10_000 + OVERHEAD_BYTES + 1000


def test_a_coding_that_is_asked_for_later_counts(store, database):
    ask(store, key("a"), size=100_000, text="x")
    before = store.size
    compressed = store.get(key("a"), database.now).reply("gzip", "").body
    ask(store, key("a"))
    assert store.size == before + len(compressed)


def test_codings_that_are_asked_for_later_push_others_out(database):
    store = Store(30_000)
    keys = [key(n) for n in range(6)]
    for n, each in enumerate(keys):
        # Nothing that can be compressed.
        content = b"".join(hash((n, i)).to_bytes(8, "little", signed=True) for i in range(300))
        store.get_or_build(each, lambda content=content: Representation(content, {}))
    assert len(store) == 6
    for _ in range(2):
        for each in keys:
            found = store.get(each, database.now)
            if found is not None:
                found.reply("gzip", "")
            assert store.size <= store.max_bytes
    assert 0 < len(store) < 6


def test_a_long_question_counts(store, database):
    ask(store, key("short"))
    short = store.size
    ask(store, key(tuple((f"name.{n}", "x" * 200) for n in range(100))))
    assert store.size - short > 100 * 200


def test_an_answer_that_would_take_much_of_the_store_is_not_kept(store, database):
    ask(store, key("small"))
    assert not ask(store, key("large"), size=MB // MAX_PART)
    assert not ask(store, key("large"), size=MB // MAX_PART)
    assert kept(store, database, key("small"), key("large")) == [key("small")]


def test_a_store_without_room_keeps_nothing(database):
    store = Store(0)
    assert not ask(store, key("a"))
    assert not ask(store, key("a"))
    assert (len(store), store.size) == (0, 0)


def test_the_least_recent_goes_first(database):
    store = Store(1000 * MB, max_entries=3)
    for n in range(5):
        ask(store, key(n))
    assert kept(store, database, *map(key, range(5))) == [key(2), key(3), key(4)]


def test_what_was_asked_twice_outlives_what_was_asked_once(database):
    store = Store(1000 * MB, max_entries=10)
    for _ in range(2):
        for n in range(5):
            ask(store, key(n))
    for n in range(1000, 2000):
        ask(store, key(n))
    assert kept(store, database, *map(key, range(5))) == [key(n) for n in range(5)]


def test_what_was_asked_twice_keeps_its_rank_through_edits(database):
    store = Store(1000 * MB, max_entries=10)
    for _ in range(2):
        ask(store, key("a"))
    database.move("data")
    ask(store, key("a"))
    for n in range(100):
        ask(store, key(n))
    assert kept(store, database, key("a")) == [key("a")]


@pytest.mark.parametrize("flooder", [2, None], ids=["a tenant", "nobody"])
def test_a_flood_drops_its_own_answers(store, database, flooder):
    mine = [key(n, holder=1) for n in range(20)]
    for each in mine:
        ask(store, each, size=10_000)
    for n in range(3000):
        ask(store, key(n, holder=flooder), size=1000)
    assert kept(store, database, *mine) == mine
    assert store.size <= store.max_bytes


def test_a_flood_that_asks_everything_twice_drops_its_own_answers(store, database):
    mine = [key(n, holder=1) for n in range(20)]
    for each in mine:
        ask(store, each, size=10_000)
    for n in range(3000):
        ask(store, key(n, holder=2), size=1000)
        ask(store, key(n, holder=2), size=1000)
    assert kept(store, database, *mine) == mine


def test_many_holders_share_alike(store, database):
    for n in range(400):
        for holder in range(8):
            ask(store, key(n, holder), size=500)
    sizes = [share.size for share in store._shares.values()]
    assert len(sizes) == 8
    assert max(sizes) < 1.2 * min(sizes)


def test_holders_that_are_gone_leave_nothing_behind(store, database):
    for holder in range(5000):
        ask(store, key("a", holder), size=1000)
    assert len(store._shares) == len(store) < 1000


def test_what_is_cleared_is_gone(store, database):
    ask(store, key("a"))
    store.clear()
    assert (len(store), store.size) == (0, 0)
    assert not ask(store, key("a"))


def test_many_threads_leave_the_count_right(store, database):
    def work(seed: int) -> None:
        for n in range(300):
            each = key((n * seed) % 40, holder=n % 5)
            found, _ = store.get_or_build(each, lambda n=n: of(5000 + n))
            found.reply("br" if n % 2 else "gzip", "")
            if n % 50 == 0:
                database.move("data")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(1, 9)))
    entries = [e for s in store._shares.values() for part in (s.once, s.again) for e in part.values()]
    assert len(store) == len(entries)
    assert store.size == sum(entry.size for entry in entries) <= store.max_bytes
