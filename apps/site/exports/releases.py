"""Releases of exports: made beside what is there and moved into place at last, so that a kill loses nothing.

A folder has, for each tenant and language, a manifest and the files that it names. These are called after what is in
them, so that the same data gives the same files, and a file never changes.
"""

import fcntl
import gzip
import hashlib
import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Self

from django.utils import timezone

from apps.geography.tenant_view import COLUMNS, View
from apps.revisions import numbers
from apps.site.exports import changes
from apps.site.exports.changes import Changes
from apps.site.exports.formats import ATTRIBUTION, FORMATS, Database, Format, JsonLines, Writer
from apps.tenants.models import Tenant

# How many releases of a tenant and language stay, for who is in the middle of a download, or has a link.
KEPT = 3
HASH_LENGTH = 16
UNFINISHED = ".unfinished-"
LOCK = ".lock"
GZIP = ".gz"
# Underscores, since languages have hyphens: files of en-gb are none of en's.
NAME = re.compile(r"(?P<tenant>[a-z][a-z0-9]{2,15})_(?P<language>[a-z-]{2,10})(?:_[0-9a-f]{16})?\.[a-z0-9.]{3,20}")


class Busy(Exception):  # noqa: N818
    """Another process is writing exports to the folder."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of a release. gzip_bytes: the size of its copy in gzip, None where there is none."""

    name: str
    label: str
    media_type: str
    bytes: int
    gzip_bytes: int | None
    sha256: str


@dataclass(frozen=True, slots=True)
class Release:
    """What was exported at one time, `released_at`, in UTC by ISO 8601; how many rows of each kind.

    changes: what makes of the release before this one; None where it is the first, or has other columns.
    """

    released_at: str
    counts: dict[str, int]
    files: tuple[File, ...]
    changes: File | None

    @classmethod
    def of(cls, plain: dict[str, Any]) -> Self:
        """Return what a manifest says."""
        changes = plain.pop("changes")
        files = tuple(File(**each) for each in plain.pop("files"))
        return cls(**plain, files=files, changes=File(**changes) if changes else None)

    def all_files(self) -> tuple[File, ...]:
        """Return the files with that of the changes."""
        return (*self.files, self.changes) if self.changes else self.files

    def path(self, folder: Path, format_: type[Format]) -> Path:
        """Return where the file of one format is."""
        return folder / next(file.name for file in self.files if file.name.endswith(f".{format_.suffix}"))


@dataclass(frozen=True, slots=True)
class Manifest:
    """The releases of a tenant's view in one language that can still be had, the newest first."""

    tenant: str
    language: str
    attribution: str
    releases: tuple[Release, ...]

    @classmethod
    def load(cls, folder: Path, tenant: str, language: str) -> Self | None:
        """Return the manifest, None where there is none."""
        try:
            content = json.loads((folder / manifest_name(tenant, language)).read_bytes())
        except FileNotFoundError:
            return None
        return cls(**content | {"releases": tuple(map(Release.of, content["releases"]))})

    def files(self) -> dict[str, File]:
        """Return the files of all releases by their names."""
        return {file.name: file for each in self.releases for file in each.all_files()}


def manifest_name(tenant: str, language: str) -> str:
    """Return the name of a manifest."""
    return f"{tenant}_{language}.json"


def manifests(folder: Path, tenants: Collection[str]) -> list[Manifest]:
    """Return the manifests of these tenants, by tenant and language."""
    found = []
    for path in sorted(folder.glob("*_*.json")):
        parts = NAME.fullmatch(path.name)
        if parts and parts["tenant"] in tenants and path.name == manifest_name(parts["tenant"], parts["language"]):
            manifest = Manifest.load(folder, parts["tenant"], parts["language"])
            found += [manifest] if manifest else []
    return found


@contextmanager
def writing_to(folder: Path) -> Iterator[None]:
    """Keep other processes from writing to the folder, and clear away what one of them has left half; raises Busy."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(f"Another process is writing exports to {folder}.") from None
        for left in folder.glob(f"{UNFINISHED}*"):
            shutil.rmtree(left)
        yield


def release(folder: Path, tenant: Tenant, language: str) -> tuple[Manifest, bool]:
    """Export a tenant's view in one language, and return its manifest, and whether that has a new release.

    Belongs into `writing_to`. Reads the data as of one moment; where it is as in the last release, nothing changes.
    """
    work = Path(mkdtemp(prefix=UNFINISHED, dir=folder))
    try:
        with numbers.snapshot(tenant.pk):
            counts, written = _write(work, View(tenant, language))
            replaced = changes.successors()
        stem = f"{tenant.code}_{language}"
        files = tuple(_finished(path, writer, stem) for path, writer in written)
        before = Manifest.load(folder, tenant.code, language)
        releases = before.releases if before else ()
        is_new = not releases or {file.name for file in releases[0].files} != {file.name for file in files}
        if is_new:
            now = timezone.now().isoformat(timespec="seconds")
            fresh = Release(now, counts, files, None)
            if releases and (path := _changes(work, folder, releases[0], fresh, replaced)):
                fresh = replace(fresh, changes=_finished(path, Changes, stem))
            releases = (fresh, *releases)[:KEPT]
        manifest = Manifest(tenant.code, language, ATTRIBUTION, releases)
        _move(work, folder, manifest)
        return manifest, is_new
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _write(work: Path, view: View) -> tuple[dict[str, int], list[tuple[Path, type[Writer]]]]:
    about = {
        "title": "Gazetteer",
        "tenant": view.tenant.code,
        "language": view.language,
        "attribution": ATTRIBUTION,
        "sources": view.sources(),
    }
    paths = [(work / writer.suffix, writer) for writer in FORMATS]
    writers = [writer(path, about) for path, writer in paths]
    counts: Counter[str] = Counter(dict.fromkeys(COLUMNS, 0))
    for kind, row in view.rows():
        counts[kind] += 1
        for writer in writers:
            writer.write(kind, row)
    for writer in writers:
        writer.close()
    return dict(counts), paths


def _changes(work: Path, folder: Path, before: Release, after: Release, replaced: dict[str, list[str]]) -> Path | None:
    """Write what has changed between two releases, the older of which is in place, unless that cannot be said."""
    path = work / Changes.suffix
    earlier, later = before.path(folder, Database), after.path(work, Database)
    about = {"from": before.path(folder, JsonLines).name, "to": after.path(work, JsonLines).name}
    return path if changes.write(path, {**about, "attribution": ATTRIBUTION}, earlier, later, replaced) else None


def _finished(path: Path, writer: type[Format], stem: str) -> File:
    """Name a file after what is in it, lay its copy in gzip beside it, and have both on the disk."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    named = path.rename(path.with_name(f"{stem}_{digest[:HASH_LENGTH]}.{writer.suffix}"))
    compressed = None
    if not writer.is_compressed:
        compressed = named.with_name(named.name + GZIP)
        with (
            named.open("rb") as source,
            compressed.open("wb") as target,
            gzip.GzipFile("", "wb", 6, target, 0) as coder,
        ):
            shutil.copyfileobj(source, coder)
        _sync(compressed)
    _sync(named)
    size = compressed.stat().st_size if compressed else None
    return File(named.name, writer.label, writer.media_type, named.stat().st_size, size, digest)


def _move(work: Path, folder: Path, manifest: Manifest) -> None:
    """Move the files into place, the manifest last, and remove what no manifest names any more."""
    unfinished = work / manifest_name(manifest.tenant, manifest.language)
    named = manifest.files()
    for path in work.iterdir():
        if path.name.removesuffix(GZIP) in named and not (folder / path.name).exists():
            path.replace(folder / path.name)
    unfinished.write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    _sync(unfinished)
    unfinished.replace(folder / unfinished.name)
    _sync(folder)
    for path in folder.glob(f"{manifest.tenant}_{manifest.language}_*"):
        if path.name.removesuffix(GZIP) not in named:
            path.unlink()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
