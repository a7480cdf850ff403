"""Install the wheel with its lock into an empty environment of each Python that is supported and here; run it there.

Nothing comes from an earlier run or from the checkout: the database is made, checked and asked from an empty folder.
The newest Python makes it of nothing; the others compare with a copy of it all that they read, as after an upgrade. So
do all of them where QUICKSTARTED names a database that quickstart has made.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATABASE = Path("var") / "gazetteer.sqlite3"
# Started where the database is, by the environment's own Python: one request to the application that serves.
ASK = """
from django.test import Client
from config.wsgi import application
answer = Client().get("/web/v1/system/constants/countries", headers={
    "X-Client-Hash": "a", "X-Locale": "en", "Accept-Language": "en", "User-Agent": "a", "Host": "localhost"})
assert answer.status_code == 200, answer.content
assert len(answer.json()["data"]) == 250
home = Client().get("/", headers={"Accept-Language": "de", "Host": "localhost"}).content.decode()
assert "Untergliederungen" in home, home
"""


def pythons() -> dict[str, str]:
    """Return the supported Pythons that start here, by their version: on the path, or of pyenv."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    versions = [name.rpartition(" ")[2] for name in project["classifiers"] if " :: 3." in name]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    probe = "import sys; print('%d.%d' % sys.version_info[:2])"
    found = {}
    for version in versions:
        for python in (f"python{version}", *map(str, sorted(pyenv.glob(f"{version}.*/bin/python")))):
            with suppress(FileNotFoundError):
                process = subprocess.run([python, "-c", probe], capture_output=True, text=True, check=False)
                if process.stdout.strip() == version:
                    found[version] = python
    return found


def run(folder: Path, *command: str | Path) -> str:
    """Run a command in the folder and return its output; raises RuntimeError with all of it when it fails."""
    unset = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "PYTHONPATH"}
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    environment |= {"DJANGO_SETTINGS_MODULE": "config.settings.dev"}
    process = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if process.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}\n{process.stdout}{process.stderr}")
    return process.stdout


def install(python: str, wheel: Path, folder: Path) -> None:
    """Install into an environment of one Python, in a folder of its own.

    By uv, in a third of the time; that pip can install the lock is what the README's commands show. What is downloaded
    is kept beside the environments of one run.
    """
    folder.mkdir()
    run(folder, python, "-m", "venv", "--without-pip", "environment")
    uv = [Path(sys.executable).with_name("uv"), "--cache-dir", folder.parent / "downloaded", "--quiet"]
    command = [*uv, "pip", "install", "--python", "environment"]
    run(folder, *command, "--require-hashes", "-r", ROOT / "config" / "requirements" / "run.txt")
    run(folder, *command, "--no-deps", wheel)
    # From these the manual has operators copy.
    for name in ("env.example", "gazetteer.service", "gazetteer-webhooks.service", "nginx.conf"):
        if not list(folder.glob(f"environment/lib/python3*/site-packages/config/deploy/{name}")):
            raise RuntimeError(f"{wheel} does not have config/deploy/{name}.")


def use(folder: Path, filled: Path | None) -> str:
    """Fill a database, or compare a copy of a filled one with the sources; ask it, and return what it calls itself."""
    programs = folder / "environment" / "bin"
    if filled:
        (folder / DATABASE).parent.mkdir()
        shutil.copyfile(filled, folder / DATABASE)
    run(folder, programs / "gazetteer", "quickstart", "--no-serve", "--json", "--cities", "none")
    run(folder, programs / "gazetteer", "check", "--database", "default")
    run(folder, programs / "python", "-c", ASK)
    if not (folder / DATABASE).exists():
        raise RuntimeError("The database is not where gazetteer was started.")
    return run(folder, programs / "gazetteer", "version").strip()


def main() -> None:
    """Try every Python, and fail when one fails or none is here."""
    if not (found := pythons()):
        sys.exit("No supported Python is here.")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
        run(folder, *build, ROOT, "--wheel-dir", folder)
        wheel = next(folder.glob("*.whl"))
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda version: install(found[version], wheel, folder / version), found))
        filled = Path(os.environ["QUICKSTARTED"]) if "QUICKSTARTED" in os.environ else None
        for version in reversed(found):
            print(f"{use(folder / version, filled)}: installed, filled and asked", flush=True)
            filled = folder / version / DATABASE


if __name__ == "__main__":
    main()
