"""The representations that this process has at hand."""

import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, fields, is_dataclass
from threading import Lock
from typing import Any, NamedTuple

from django.conf import settings

from apps.api.answers.representations import Representation
from apps.api.answers.shelf import Shelf, shelf
from apps.revisions import replicas
from apps.revisions.numbers import Revisions

BYTES_PER_MB = 1_000_000
MAX_ENTRIES = 20_000
# A representation that would take more than this part of the store is built for each request.
MAX_PART = 4
# Builders of different keys wait for each other only where these collide.
BUILDERS = 64


class AnswerKey(NamedTuple):
    """What an answer depends on besides revisions.

    The tenant who sees it (`holder`, None: everybody), which handler of which view answers, the question, and what of
    the tenant itself decides what it sees.
    """

    holder: int | None
    view: type
    action: str
    question: Hashable
    sees: Hashable


@dataclass(slots=True)
class _Entry:
    representation: Representation
    revisions: Revisions
    key_size: int
    size: int = 0

    def weigh(self) -> int:
        """Return what the entry has grown by since it was last weighed: a coding that nobody had asked for."""
        former, self.size = self.size, self.key_size + self.representation.size
        return self.size - former


@dataclass(slots=True)
class _Share:
    """What one holder takes: what was asked once, and what was asked again, each the least recent first."""

    once: OrderedDict[AnswerKey, _Entry] = field(default_factory=OrderedDict)
    again: OrderedDict[AnswerKey, _Entry] = field(default_factory=OrderedDict)
    size: int = 0

    def find(self, key: AnswerKey) -> _Entry | None:
        """Return an entry, which is then the last to go."""
        entry = self.again.get(key)
        if entry is not None:
            self.again.move_to_end(key)
            return entry
        entry = self.once.pop(key, None)
        if entry is not None:
            self.again[key] = entry
        return entry

    def put(self, key: AnswerKey, entry: _Entry) -> None:
        """Add or replace an entry; one that is replaced keeps its rank."""
        entries = self.again if key in self.again else self.once
        former = entries.pop(key, None)
        self.size += entry.size - (former.size if former else 0)
        entries[key] = entry

    def drop(self) -> None:
        """Drop an entry: what was asked once goes first, so that a flood of questions drops its own answers."""
        _, entry = (self.once or self.again).popitem(last=False)
        self.size -= entry.size

    def __len__(self) -> int:
        return len(self.once) + len(self.again)


class Store:
    """Representations, bounded by count and by bytes, each current as of the revisions that it was built at.

    When it is full, whoever takes most gives up something: a flood for one tenant leaves those of others where they
    are.
    """

    def __init__(self, max_bytes: int, max_entries: int = MAX_ENTRIES, shelf: Shelf | None = None) -> None:
        """`shelf`: where to look before building."""
        self.shelf = shelf
        self.max_bytes = max_bytes
        self.max_entries = max_entries
        self.size = 0
        self._count = 0
        self._shares: dict[int | None, _Share] = {}
        self._lock = Lock()
        self._builders = [Lock() for _ in range(BUILDERS)]

    def __len__(self) -> int:
        return self._count

    def get(self, key: AnswerKey, now: Revisions) -> Representation | None:
        """Return what was built at the revisions of now, None where there is none."""
        with self._lock:
            share = self._shares.get(key.holder)
            entry = share.find(key) if share else None
            if share is None or entry is None or entry.revisions[1:] != now[1:]:
                return None
            self._weigh(share, entry)
            return entry.representation

    def get_or_build(self, key: AnswerKey, build: Callable[[], Representation]) -> tuple[Representation, bool]:
        """Return what is current, and whether it was there; else build it, once for all who ask at the same time.

        `build` reads one snapshot of the database, and what it returns is kept under the revisions of that
        snapshot: never under newer ones. Where a replica fails half-way, `build` is called again.
        """

        def found_or_built(now: Revisions) -> tuple[Representation, bool]:
            found = self.get(key, now)
            if found is not None:
                return found, True
            prepared = self.shelf and self.shelf.find(key, now)
            representation = prepared or build()
            self._put(key, _Entry(representation, now, _size_of(key)))
            return representation, prepared is not None

        with self._builders[hash(key) % BUILDERS]:
            return replicas.at_one_moment(key.holder, found_or_built)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._shares.clear()
            self.size = self._count = 0

    def _put(self, key: AnswerKey, entry: _Entry) -> None:
        entry.weigh()
        if entry.size > self.max_bytes // MAX_PART:
            return
        with self._lock:
            share = self._shares.setdefault(key.holder, _Share())
            self._change(share, lambda: share.put(key, entry))
            self._make_room()

    def _weigh(self, share: _Share, entry: _Entry) -> None:
        grown = entry.weigh()
        share.size += grown
        self.size += grown
        self._make_room()

    def _make_room(self) -> None:
        while self.size > self.max_bytes or self._count > self.max_entries:
            self._drop()

    def _drop(self) -> None:
        holder, share = max(self._shares.items(), key=lambda item: item[1].size)
        self._change(share, share.drop)
        if not share:
            del self._shares[holder]

    def _change(self, share: _Share, change: Callable[[], None]) -> None:
        size, count = share.size, len(share)
        change()
        self.size += share.size - size
        self._count += len(share) - count


def _size_of(part: Any) -> int:
    """Return what a part of a key takes in memory: a long question can take more than its answer."""
    if isinstance(part, type):
        return 0
    inner = part if isinstance(part, tuple | frozenset) else ()
    if is_dataclass(part):
        inner = tuple(getattr(part, each.name) for each in fields(part))
    return sys.getsizeof(part) + sum(map(_size_of, inner))


store = Store(settings.REPRESENTATION_STORE_MB * BYTES_PER_MB, shelf=shelf)
