"""What an import did, or would do."""

import datetime
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings


@dataclass(frozen=True)
class Rejection:
    """A piece of the source that could not be used.

    where: "file:line". why: what is wrong, and what to do about it. field, value: of which cell, where it is one.
    """

    where: str
    why: str
    field: str = ""
    value: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.why}"


@dataclass(frozen=True)
class Change:
    """A field that takes upstream's value."""

    key: str
    field: str
    old: Any
    new: Any

    def __str__(self) -> str:
        return f"{self.key}.{self.field}: {self.old!r} → {self.new!r}"


@dataclass(frozen=True)
class Kept:
    """A field that staff changed, or (field "") a row that is theirs."""

    key: str
    field: str
    yours: Any
    upstream: Any

    def __str__(self) -> str:
        if not self.field:
            return f"{self.key} is yours"
        return f"{self.key}.{self.field} is {self.yours!r} (yours), upstream says {self.upstream!r}"


@dataclass
class TableReport:
    """What happens to one table. `changed` has one entry for each field; absent: columns that the source lacks.

    owner: the model and its column in which the first part of a key is found.
    """

    table: str
    added: list[str] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    unchanged: int = 0
    stored: int = 0
    absent: list[str] = field(default_factory=list)
    owner: tuple[str, str] = ("", "")

    def forget(self, names: Collection[str]) -> None:
        """Take back what was said of rows, by the names that they have here."""
        self.added = [name for name in self.added if name not in names]
        self.changed = [change for change in self.changed if change.key not in names]
        self.withdrawn = [name for name in self.withdrawn if name not in names]
        self.returned = [name for name in self.returned if name not in names]
        self.kept = [kept for kept in self.kept if kept.key not in names]

    @property
    def changed_rows(self) -> int:
        """How many rows changed that were neither withdrawn nor returned."""
        return len({change.key for change in self.changed}.difference(self.withdrawn, self.returned))

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of each kind; `kept` counts fields."""
        return {
            "added": len(self.added),
            "changed": self.changed_rows,
            "withdrawn": len(self.withdrawn),
            "returned": len(self.returned),
            "kept": len(self.kept),
            "rejected": len(self.rejected),
            "unchanged": self.unchanged,
        }


@dataclass
class Report:
    """What happens to all tables of one import, or would if it had not been refused.

    revision: of the data that was compared. tool: the command. sources: version or checksum of each.
    """

    dry_run: bool
    tables: list[TableReport] = field(default_factory=list)
    seconds: float = 0.0
    revision: int = 0
    tool: str = ""
    started_at: datetime.datetime | None = None
    sources: Mapping[str, str] = field(default_factory=dict)
    refused: str = ""

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """The counts of each table."""
        return {table.table: table.counts for table in self.tables}

    def as_json(self, limit: int | None = None) -> dict[str, Any]:
        """Return the report for `--report`; with a limit, only so many entries of each kind."""
        tables = [
            {
                "table": table.table,
                "counts": table.counts,
                "added": table.added[:limit],
                "changed": [asdict(change) for change in table.changed[:limit]],
                "withdrawn": table.withdrawn[:limit],
                "returned": table.returned[:limit],
                "kept": [asdict(kept) for kept in table.kept[:limit]],
                "rejected": [asdict(rejection) for rejection in table.rejected[:limit]],
                "absent": table.absent,
                "owner": list(table.owner),
            }
            for table in self.tables
        ]
        return {
            "tool": self.tool,
            "version": settings.VERSION,
            "started_at": self.started_at.isoformat(timespec="seconds") if self.started_at else None,
            "sources": dict(self.sources),
            "dry_run": self.dry_run,
            "seconds": round(self.seconds, 3),
            "refused": self.refused,
            "tables": tables,
        }

    def write(self, path: Path) -> None:
        """Write the whole report as JSON."""
        path.write_text(json.dumps(self.as_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    def summary(self) -> Iterator[str]:
        """Yield one line for each table, as in "books: 250 unchanged"."""
        for table in self.tables:
            said = ", ".join(f"{number:,} {word}" for word, number in table.counts.items() if number)
            yield f"{table.table}: {said or 'nothing'}"
            if table.absent:
                yield f"{table.table}: left as they are, since the file has no such columns: {', '.join(table.absent)}"

    def details(self) -> Iterator[str]:
        """Yield a line for everything that is not unchanged."""
        for table in self.tables:
            groups: dict[str, Sequence[object]] = {
                "added": table.added,
                "changed": table.changed,
                "withdrawn": table.withdrawn,
                "returned": table.returned,
                "kept": table.kept,
                "rejected": table.rejected,
            }
            for word, entries in groups.items():
                yield from (f"{table.table}: {word}: {entry}" for entry in entries)
