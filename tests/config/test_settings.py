"""Production refuses to start without each variable that it needs, and says which."""

import os
import re
import runpy
import secrets
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import ConnectionHandler

from apps.revisions.postgresql import base
from config import env, serving
from config.settings.secrets import development_secrets
from tests.databases import ROOT

pytestmark = [pytest.mark.once, pytest.mark.once]

COMPLETE = {
    "SECRET_KEY": "x" * 50,
    "API_KEY_PEPPER_1": "y" * 32,
    "ALLOWED_HOSTS": "gazetteer.example",
    "DATABASE_URL": "sqlite:///nowhere.sqlite3",
}


def start(**variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", "import config.settings.prod"],
        capture_output=True,
        text=True,
        env=kept | variables,
        check=False,
    )


def test_production_starts_when_all_is_set():
    assert start(**COMPLETE).returncode == 0


@pytest.mark.parametrize("missing", sorted(COMPLETE))
def test_production_refuses_to_start_without(missing):
    result = start(**{name: value for name, value in COMPLETE.items() if name != missing})
    assert result.returncode != 0
    assert missing in result.stderr.splitlines()[-1]


# Each variable of .env.example that has a form, in forms that it has not; `hush` is in what must not be shown.
WRONG = {
    "SECRET_KEY": ["hush"],
    "API_KEY_PEPPER_1": ["hush"],
    "API_KEY_PEPPER_2": ["hush" * 7],
    # The same as the first: nothing would have changed.
    "API_KEY_PEPPER_7": ["y" * 32],
    "API_KEY_PEPPER_0": ["hush" * 9],
    "API_KEY_PEPPER_01": ["hush" * 9],
    "ALLOWED_HOSTS": ["*", " , ", "https://gazetteer.example", "a b", "a..b", "x" * 64, "gazetteer.example:8000"],
    "CSRF_TRUSTED_ORIGINS": ["gazetteer.example", "https://", "https://x/", "https://x:0", "https://x:99999"],
    "DATABASE_URL": [
        "mysql://u:hush@x/y",
        "postgres//u:hush@x/y",
        "postgres://u:hush@x:port/y",
        "postgres://u:hush@x:99999/y",
        "postgres://u:hu#sh@x/y",
        "postgres://u:hush@x",
        "postgres://u:hush@x/y?conect_timeout=5",
        "postgres://u:hush@x/y?connect_timeout=soon",
        "sqlite://",
        "sqlite://host/file",
        f"sqlite:///{ROOT}",
        "sqlite:////folder/file?mode=ro",
        "sqlite:////folder/file#b",
        "postgres://u:hush@x:0/y",
        "postgres://u:hush@x z/y",
        "postgres://u:hush@x/y?port=first",
        "postgres://u:hush@x/y?sslmode=maybe",
        "postgres://u:hush@x/y?target_session_attrs=write",
    ],
    "REPLICA_URLS": ["postgres://u:hush@x/y", "somewhere"],
    "REVISION_LEASE": ["yes"],
    "REDIS_URL": [
        "redis//:hush@x",
        "http://x",
        "redis://:hush@x:port/0",
        "redis://:hush@x/first",
        "redis://:hush@x/0?colour=red",
        "redis://:hush@x/0?socket_timeout=soon",
        "redis://:hu#sh@x/0",
        "redis://:hush@x:0/0",
        "unix://",
    ],
    "THREADS_PER_TENANT": ["many", "0", "-1", "1.5", "9" * 20],
    "WORKSPACE_CACHE_SECONDS": ["day", "99999999999"],
    "REST_COUNTRIES_TENANT": ["No Code", "acme,globex"],
    "PUBLIC_URL": [
        "gazetteer.example",
        "ftp://x",
        "https://x:port",
        "https://x y",
        "https://",
        "https://x?a",
        "https://u:hush@x",
        "https://<x>",
    ],
    "EXPORTS_TENANTS": ["acme globex", "Acme"],
    # Those that there are not: `tests/geography/sources/subdivisions/test_systems.py`.
    "SUBDIVISION_SYSTEMS": ["NO", "NO=24", "Norway=2024"],
    "SECOND_STEP": ["superusers"],
    "REQUEST_LOG": ["no"],
    "METRICS_ALLOWED_ADDRESSES": ["localhost", "10.0.0.1/8"],
    "METRICS_TOKEN": ["hush", "hush " * 9, "hüsh" * 9],
    "TRUSTED_PROXIES": ["proxy", "10.0.0.1/8"],
    "BEHIND_TLS_PROXY": ["maybe", "1"],
    "HSTS_SECONDS": ["year", "-1"],
    "HSTS_INCLUDE_SUBDOMAINS": ["1"],
    "HSTS_PRELOAD": ["yes"],
    "REPRESENTATION_STORE_MB": ["16MB", "-1", "1000000"],
    "GEOIP_PATH": ["/nowhere/at.mmdb", "/", __file__, "/dev/null"],
    **{f"{folder}_FOLDER": [__file__, f"{__file__}/x", "files"] for folder in ("EXPORTS", "IMPORT", "METRICS", "WARM")},
    "WEBHOOK_NETWORKS": ["localhost", "10.0.0.1/8"],
    "WEBHOOK_HTTP": ["yes"],
}
# Former keys may have been short.
OF_ANY_FORM = {"SECRET_KEY_FALLBACKS"}


def read_settings() -> None:
    """Run the modules, in this process: one of its own for each value would cost a minute."""
    for name in ("base", "prod"):
        runpy.run_path(str(ROOT / "config" / "settings" / f"{name}.py"))


def test_every_variable_is_tried_in_a_form_that_it_has_not():
    described = set(re.findall(r"^([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.M))
    numbered = {name for name in WRONG if name.startswith("API_KEY_PEPPER_")}
    assert described == set(WRONG) - numbered | OF_ANY_FORM | {"API_KEY_PEPPER_1"}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_wrong_value_stops_the_start_by_the_name_of_its_variable_and_is_no_secret_told(monkeypatch, name, value):
    for each in {*env.asked, *WRONG} - {"PATH"}:
        monkeypatch.delenv(each, raising=False)
    for each, set_to in (COMPLETE | {name: value}).items():
        monkeypatch.setenv(each, set_to)
    with pytest.raises(ImproperlyConfigured, match=rf"^{name}\b") as refused:
        read_settings()
    assert "hush" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_proxy_that_ends_tls_has_to_be_named():
    result = start(**COMPLETE | {"BEHIND_TLS_PROXY": "true"})
    assert result.returncode != 0
    assert "BEHIND_TLS_PROXY needs TRUSTED_PROXIES" in result.stderr.splitlines()[-1]
    assert start(**COMPLETE | {"BEHIND_TLS_PROXY": "true", "TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8"}).returncode == 0


def test_a_short_pepper_of_before_may_stay_beside_a_new_one():
    assert start(**COMPLETE | {"API_KEY_PEPPER_1": "x", "API_KEY_PEPPER_2": "y" * 32}).returncode == 0


def test_a_variable_left_empty_is_one_that_is_not_set():
    empty = {"BEHIND_TLS_PROXY": "", "REVISION_LEASE": "", "REDIS_URL": "", "API_KEY_PEPPER_2": " "}
    assert (
        start(**COMPLETE | empty | {"API_KEY_PEPPER_3_FILE": "", "API_KEY_PEPPER_4_FILE": os.devnull}).returncode == 0
    )
    said = start(**COMPLETE | {"API_KEY_PEPPER_1": "", "API_KEY_PEPPER_2": ""}).stderr.splitlines()[-1]
    assert "Set the environment variable API_KEY_PEPPER_1 (or API_KEY_PEPPER_1_FILE)." in said


def test_every_variable_of_the_example_may_be_left_empty_beside_those_that_are_needed():
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    empty = dict.fromkeys(re.findall(r"^([A-Z_0-9]+)=$", example, re.MULTILINE), "")
    assert len(empty) > 30
    result = start(**empty | COMPLETE)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("module", ["", None])
def test_the_settings_left_empty_are_those_that_the_secrets_tell(module):
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    named = {} if module is None else {"DJANGO_SETTINGS_MODULE": module}
    command = [sys.executable, "manage.py", "diffsettings"]
    result = subprocess.run(command, cwd=ROOT, env=kept | COMPLETE | named, capture_output=True, text=True, check=True)
    assert "IS_PRODUCTION = True" in result.stdout


def test_a_secret_can_come_from_a_file(tmp_path, monkeypatch):
    (tmp_path / "key").write_text("from a file\n")
    monkeypatch.setenv("SOME_KEY_FILE", str(tmp_path / "key"))
    assert env.text("SOME_KEY") == "from a file"


def test_a_file_that_cannot_be_read_stops_the_start_by_name(tmp_path):
    result = start(**{**COMPLETE, "SECRET_KEY_FILE": str(tmp_path / "nothing")})
    assert result.returncode != 0
    assert result.stderr.splitlines()[-1].endswith("nothing'")
    assert "SECRET_KEY_FILE cannot be read" in result.stderr.splitlines()[-1]


def test_a_file_that_is_no_text_stops_the_start_by_name(tmp_path):
    (tmp_path / "key").write_bytes(bytes(range(256)))
    result = start(**{**COMPLETE, "SECRET_KEY_FILE": str(tmp_path / "key")})
    assert result.returncode != 0
    assert "SECRET_KEY_FILE cannot be read: what it names is no text" in result.stderr.splitlines()[-1]


def test_a_folder_may_be_still_to_come(tmp_path, monkeypatch):
    monkeypatch.setenv("SOME_FOLDER", str(tmp_path / "not" / "yet"))
    assert env.folder("SOME_FOLDER", tmp_path) == str(tmp_path / "not" / "yet")


def test_options_that_databases_and_redis_know_pass(monkeypatch):
    url = "postgres://a:b@db.example/x?sslmode=verify-full&connect_timeout=5&application_name=gazetteer"
    monkeypatch.setenv("DATABASE_URL", url)
    assert env.database(None)["OPTIONS"]["sslmode"] == "verify-full"
    monkeypatch.setenv("REDIS_URL", "rediss://:p%23@redis.example:6380/1?socket_timeout=2&ssl_cert_reqs=required")
    assert env.redis_url("REDIS_URL").endswith("=required")


def test_every_kind_of_variable_can_come_from_a_file(tmp_path, monkeypatch):
    for name, content in {"A_FLAG": "true\n", "A_NUMBER": "7\n", "SOME_WORDS": "a, b\n", "A_PEPPER_3": "p\n"}.items():
        (tmp_path / name).write_text(content)
        monkeypatch.setenv(f"{name}_FILE", str(tmp_path / name))
    assert (env.flag("A_FLAG"), env.number("A_NUMBER", default=1), env.words("SOME_WORDS")) == (True, 7, ["a", "b"])
    assert env.numbered("A_PEPPER_") == {3: "p"}


def test_a_secret_may_begin_with_a_dollar(monkeypatch):
    monkeypatch.setenv("SOME_KEY", "$ecret")
    assert env.text("SOME_KEY") == "$ecret"


def test_peppers_are_numbered(monkeypatch):
    monkeypatch.setenv("SOME_PEPPER_1", "old")
    monkeypatch.setenv("SOME_PEPPER_12", "new")
    assert env.numbered("SOME_PEPPER_") == {1: "old", 12: "new"}
    monkeypatch.setenv("SOME_PEPPER_X", "no number")
    with pytest.raises(ImproperlyConfigured, match="SOME_PEPPER_X must end in a number"):
        env.numbered("SOME_PEPPER_")
    with pytest.raises(ImproperlyConfigured, match="NO_PEPPER_1"):
        env.numbered("NO_PEPPER_")


def test_development_secrets_are_generated_once_and_are_private(tmp_path):
    path = tmp_path / "var" / "secrets.json"
    first = development_secrets(path)
    assert development_secrets(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(set(first.values())) == 2
    assert all(len(value) >= 40 for value in first.values())


def test_of_processes_that_start_together_all_read_the_same_secrets(tmp_path, monkeypatch):
    path = tmp_path / "secrets.json"
    slow = secrets.token_hex
    monkeypatch.setattr(secrets, "token_urlsafe", lambda length: time.sleep(0.02) or slow(length))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(development_secrets, [path] * 8))
    assert all(each == found[0] for each in found)
    assert [file.name for file in tmp_path.iterdir()] == ["secrets.json"]


POSTGRESQL = "postgres://gazetteer:secret@db.example/gazetteer"


def test_replicas_are_databases_with_options_of_their_own(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", POSTGRESQL)
    monkeypatch.setenv("REPLICA_URLS", "postgres://a@one.example/x, postgres://a@two.example/x?connect_timeout=9")
    databases = env.databases(default_sqlite=None)
    assert list(databases) == ["default", "replica1", "replica2"]
    assert [databases[name]["HOST"] for name in databases] == ["db.example", "one.example", "two.example"]
    assert databases["default"]["OPTIONS"] == env.PRIMARY_OPTIONS
    assert databases["replica1"]["OPTIONS"] == env.REPLICA_OPTIONS
    assert databases["replica2"]["OPTIONS"] == env.REPLICA_OPTIONS | {"connect_timeout": 9}


@pytest.mark.parametrize(("query", "milliseconds"), [("", 3000), ("?tcp_user_timeout=9000", 9000)])
def test_only_who_serves_gives_a_server_up_that_takes_nothing_for_seconds(monkeypatch, query, milliseconds):
    monkeypatch.setenv("DATABASE_URL", POSTGRESQL + query)
    databases = env.databases(default_sqlite=None)
    # An import sends thousands of rows before the server is done with the first.
    assert ("tcp_user_timeout" in databases["default"]["OPTIONS"]) is bool(query)
    monkeypatch.setattr("django.db.connections", ConnectionHandler(databases))
    serving.bound_statements()
    assert str(databases["default"]["OPTIONS"]["tcp_user_timeout"]) == str(milliseconds)
    assert "lock_timeout" in databases["default"]["OPTIONS"]["options"]


@pytest.mark.parametrize(("query", "is_bound"), [("", True), ("?options=-c%20statement_timeout%3D5min", False)])
def test_a_session_is_given_up_when_no_statement_can_still_be_at_work(monkeypatch, query, is_bound):
    monkeypatch.setenv("DATABASE_URL", POSTGRESQL + query)
    connections = ConnectionHandler(env.databases(default_sqlite=None))
    monkeypatch.setattr("django.db.connections", connections)
    serving.bound_statements()
    assert (base.MOST_SILENT_SECONDS in connections["default"].settings_dict) is is_bound


def test_without_replicas_there_is_one_database(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", POSTGRESQL)
    monkeypatch.setenv("REPLICA_URLS", "")
    assert list(env.databases(default_sqlite=None)) == ["default"]


@pytest.mark.parametrize(
    ("primary", "replica"),
    [("sqlite:///nowhere.sqlite3", POSTGRESQL), (POSTGRESQL, "mysql://gazetteer:secret@db.example/gazetteer")],
    ids=["of SQLite", "of another kind"],
)
def test_production_refuses_replicas(primary, replica):
    result = start(**COMPLETE | {"DATABASE_URL": primary, "REPLICA_URLS": replica})
    assert result.returncode != 0
    assert "REPLICA_URLS" in result.stderr.splitlines()[-1]
    assert "secret" not in result.stderr
