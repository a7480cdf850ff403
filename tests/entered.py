"""Which files of ours a request enters: those that a reader opens who follows it through the code."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from tests.databases import ROOT

APPS = f"{ROOT / 'apps'}/"


@contextmanager
def entered() -> Iterator[set[str]]:
    """Yield a set that gets every file under `apps` in which a function is called meanwhile."""
    files: set[str] = set()
    before = sys.getprofile()

    def note(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(APPS):
            files.add(frame.f_code.co_filename.removeprefix(APPS))

    sys.setprofile(note)
    try:
        yield files
    finally:
        sys.setprofile(before)
