"""The locks: whatever an installation from one asks for is pinned there, extra by extra."""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
LOCKS = {name: (ROOT / "config" / "requirements" / f"{name}.txt").read_text() for name in ("run", "dev")}
PYTHONS = ["3.11.0", "3.11.14", "3.12.12", "3.13.9", "3.14.0"]
PLATFORMS = {"linux": "Linux", "darwin": "Darwin"}


def environment(python: str, platform: str) -> dict[str, str]:
    """Return what markers are evaluated against, elsewhere than here."""
    return {
        **{name: str(value) for name, value in default_environment().items()},
        "python_full_version": python,
        "python_version": ".".join(python.split(".")[:2]),
        "sys_platform": platform,
        "platform_system": PLATFORMS[platform],
    }


def pins(lock: str) -> list[str]:
    """Return the lines of a lock that pin, without their hashes."""
    return [line.rstrip(" \\") for line in lock.splitlines() if line[:1] not in {"", " ", "#"}]


def wanted(texts: list[str], extras: set[str], where: dict[str, str]) -> Iterator[Requirement]:
    """Yield the requirements that hold in an environment, for any of the extras or for none."""
    for requirement in map(Requirement, texts):
        marker = requirement.marker
        if marker is None or any(marker.evaluate({**where, "extra": extra}) for extra in extras | {""}):
            yield requirement


def missing(lock: str, asked_for: list[str], where: dict[str, str]) -> list[str]:
    """Return what a lock does not pin of the requirements asked for, and of those of all that it installs."""
    pinned = {canonicalize_name(pin.name): pin for pin in wanted(pins(lock), set(), where)}
    complaints = []

    def look(texts: list[str], extras: set[str], source: str) -> None:
        for requirement in wanted(texts, extras, where):
            pin = pinned.get(canonicalize_name(requirement.name))
            version = str(pin.specifier).removeprefix("==") if pin else ""
            if pin is None or not requirement.specifier.contains(version, prereleases=True):
                complaints.append(f"{requirement} of {source} is not pinned")
            elif lost := requirement.extras - pin.extras:
                complaints.append(f"{requirement} of {source} is pinned without {sorted(lost)}")

    look(asked_for, set(), "pyproject.toml")
    for name, pin in pinned.items():
        try:
            look(requires(name) or [], pin.extras, name)
        except PackageNotFoundError:
            if pin.marker is None or pin.marker.evaluate():
                complaints.append(f"{pin} is not installed here")
    return complaints


def declared(lock: str) -> list[str]:
    """Return what pyproject.toml declares for a lock."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return project["project"]["dependencies"] + (project["dependency-groups"]["dev"] if lock == "dev" else [])


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_all_that_its_packages_ask_for(name: str, python: str, platform: str) -> None:
    assert missing(LOCKS[name], declared(name), environment(python, platform)) == []


def test_a_lock_that_loses_an_extra_is_told() -> None:
    lock = LOCKS["dev"].replace("\ncoverage[toml]==", "\ncoverage==")

    assert missing(lock, declared("dev"), environment("3.12.12", "linux")) == [
        f"{requirement} of pytest-cov is pinned without ['toml']"
        for requirement in requires("pytest-cov") or []
        if requirement.startswith("coverage")
    ]


def test_both_locks_pin_the_same_versions() -> None:
    run, dev = ({f"{pin.name}{pin.specifier}" for pin in map(Requirement, pins(lock))} for lock in LOCKS.values())

    assert run < dev


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_a_hash_and_no_host_is_named(name: str) -> None:
    first, *others = re.split(r"^(?=\S)", LOCKS[name], flags=re.MULTILINE)

    assert first == ""
    assert len(others) == len(pins(LOCKS[name]))
    assert all("--hash=sha256:" in pin for pin in others)
    assert "://" not in LOCKS[name]
