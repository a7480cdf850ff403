"""What looks wrong in the data, and what a person found to be right all the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from apps.geography.sources.pinned import fixture
from apps.imports.files.source import read_tsv

ACCEPTED = "accepted_suspicions.tsv"
COLUMNS = ("kind", "code", "language", "name", "reason")


@dataclass(frozen=True, order=True)
class Suspicion:
    """A row that looks wrong.

    kind: the name of the check, as `data_report --kind` takes it. code: of the country, subdivision or city.
    language: of the name, empty where no name is at fault. evidence: what makes it suspect, for a person to read.
    """

    kind: str
    code: str
    language: str
    name: str
    evidence: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What the list of accepted suspicions knows it by: another name is another suspicion."""
        return self.kind, self.code, self.language, self.name


@lru_cache(maxsize=1)
def accepted() -> dict[tuple[str, str, str, str], str]:
    """Return the reason for each suspicion that was looked into; "*" stands for any language or name."""
    rows = read_tsv(fixture(ACCEPTED), *COLUMNS)
    return {(kind, code, language, name): reason for kind, code, language, name, reason in rows}


def reason(suspicion: Suspicion) -> str:
    """Return why a suspicious row is right, or nothing."""
    kind, code, language, name = suspicion.key
    keys = ((kind, code, tag, text) for tag in (language, "*") for text in (name, "*"))
    return next((accepted()[key] for key in keys if key in accepted()), "")


def unexplained(suspicions: Iterable[Suspicion]) -> list[Suspicion]:
    """Return the suspicions that nobody has looked into, in order."""
    return sorted(each for each in suspicions if not reason(each))
