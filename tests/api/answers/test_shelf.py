import gzip
from pathlib import Path
from types import SimpleNamespace

import brotli
import pytest

from apps.api.answers import shelf as module
from apps.api.answers.representations import Representation
from apps.api.answers.shelf import Shelf
from apps.api.answers.store import AnswerKey, Store
from apps.revisions.numbers import Revisions

KEY = AnswerKey(None, Shelf, "list", "de", ())
NOW = Revisions(1, 2, 3)
BODY = b'{"name":"' + b"x" * 1000 + b'"}'


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "warm")


def representation() -> Representation:
    return Representation(BODY, {"Content-Type": "application/json", "Content-Language": "de"})


def test_what_is_put_is_found_with_headers_and_every_body(shelf):
    shelf.put(KEY, NOW, representation())
    found = shelf.find(KEY, NOW)
    assert found is not None
    assert found.headers == representation().headers
    assert found.body("identity") == BODY
    assert gzip.decompress(found.body("gzip")) == BODY
    assert brotli.decompress(found.body("br")) == BODY


@pytest.mark.parametrize("now", [Revisions(1, 3, 3), Revisions(1, 2, 4)])
def test_what_was_built_at_another_revision_is_not_found(shelf, now):
    shelf.put(KEY, NOW, representation())
    assert shelf.find(KEY, now) is None


def test_the_revision_of_credentials_does_not_matter(shelf):
    shelf.put(KEY, NOW, representation())
    assert shelf.find(KEY, NOW._replace(credentials=9)) is not None


def test_nothing_is_found_for_another_key(shelf):
    shelf.put(KEY, NOW, representation())
    assert shelf.find(KEY._replace(question="fr"), NOW) is None


@pytest.mark.parametrize("origin", ["other code", "another database"])
def test_what_other_code_or_another_database_has_put_is_not_found(shelf, monkeypatch, origin):
    shelf.put(KEY, NOW, representation())
    monkeypatch.setattr(module, "_origin", lambda: origin)
    assert shelf.find(KEY, NOW) is None


@pytest.mark.parametrize("name", ["ENGINE", "HOST", "PORT", "NAME"])
def test_the_same_code_on_another_database_is_another_origin(settings, monkeypatch, name):
    here, there = settings.DATABASES["default"], settings.DATABASES["default"] | {name: "elsewhere"}
    origins = []
    for database in (here, there, here):
        place = SimpleNamespace(BASE_DIR=settings.BASE_DIR, DATABASES={"default": database})
        monkeypatch.setattr(module, "settings", place)
        origins.append(module._origin.__wrapped__())
    assert origins[0] == origins[2] != origins[1]


@pytest.mark.parametrize("damage", [lambda packed: packed[:-1], lambda packed: b"", lambda packed: b"{}\n" + packed])
def test_a_damaged_file_is_passed_over(shelf, damage, caplog):
    shelf.put(KEY, NOW, representation())
    file = shelf.file(KEY)
    file.write_bytes(damage(file.read_bytes()))
    assert shelf.find(KEY, NOW) is None


def test_nobody_else_on_the_machine_may_read_the_folder(shelf):
    shelf.put(KEY, NOW, representation())
    assert shelf.folder.stat().st_mode & 0o077 == 0
    assert shelf.file(KEY).stat().st_mode & 0o077 == 0


def test_a_sweep_leaves_what_is_named(shelf):
    other = KEY._replace(holder=1)
    shelf.put(KEY, NOW, representation())
    shelf.put(other, NOW, representation())
    assert shelf.sweep({shelf.file(KEY)}) == 1
    assert shelf.find(KEY, NOW) is not None
    assert shelf.find(other, NOW) is None


@pytest.mark.django_db
def test_a_store_takes_from_its_shelf_what_it_would_have_to_build(shelf):
    from apps.revisions import numbers

    shelf.put(KEY, numbers.read_now(None), representation())
    store = Store(1_000_000, shelf=shelf)

    def build():
        raise AssertionError("was built")

    assert store.get_or_build(KEY, build)[0].body("identity") == BODY
    assert store.get(KEY, numbers.read_now(None)) is not None
