"""Lint the API descriptions that a fresh server gives; generate, type-check and call clients; call published ones.

`python tests/clients/run.py`. What it installs (Node.js and Java too) and what it generates is kept under var/clients/.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = ROOT / "var" / "clients"
BIN = WORK / "venv" / "bin"
GENERATED = WORK / "generated"
# A run of a few seconds is over before code that is compiled to the utmost pays.
SHORT_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
# openapi-generator says these of every document of OpenAPI 3.1, whatever is in it.
SAID_OF_ALL = ("OpenAPI 3.1 support is still in beta", "Failed to get the schema name: null")

sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
import django  # noqa: E402 - after the settings are named

django.setup()
from tests.serving import Server, serving  # noqa: E402 - after Django is set up


def run(command: Sequence[str | Path], **variables: str) -> str:
    """Run a command in the work folder and return what it said; end with that where it fails."""
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command,
        cwd=WORK,
        env=os.environ | {"PATH": path} | variables,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{done.stdout}\n{' '.join(map(str, command))} ended with {done.returncode}")
    return done.stdout


def install() -> None:
    """Install what the two locks name, each where it has changed since the last time."""
    WORK.mkdir(parents=True, exist_ok=True)
    for path in HERE.iterdir():
        if path.is_file() and path.name not in {"package-lock.json", "requirements.txt"}:
            shutil.copy(path, WORK)
    uv = [Path(sys.executable).with_name("uv"), "--quiet", "--no-cache", "pip", "install", "--python", BIN / "python"]
    for lock, commands in {
        "requirements.txt": [
            [sys.executable, "-m", "venv", "--clear", "--without-pip", WORK / "venv"],
            [*uv, "--require-hashes", "-r", "requirements.txt"],
        ],
        "package-lock.json": [[BIN / "npm", "ci", "--silent"]],
    }.items():
        given, kept = HERE / lock, WORK / lock
        if not kept.exists() or kept.read_bytes() != given.read_bytes():
            shutil.copy(given, kept)
            try:
                for command in commands:
                    run(command)
            except BaseException:
                kept.unlink()
                raise


def node(tool: str) -> Path:
    """Return the command of a tool from npm."""
    return WORK / "node_modules" / ".bin" / tool


def lint(files: Sequence[str]) -> None:
    """Let no error and no warning pass."""
    said = run([node("redocly"), "lint", "--format=json", "--max-problems=1000", *files])
    report, _ = json.JSONDecoder().raw_decode(said, said.index("{"))
    if any(report["totals"].values()):
        sys.exit(f"redocly: {said}")
    run([node("spectral"), "lint", "--ruleset", "spectral.yaml", "--fail-severity", "hint", *files])


def generate_by_node(files: Sequence[str]) -> None:
    """Generate the clients of openapi-typescript and of hey-api, each for all styles at once."""
    styles = {Path(file).stem: file for file in files}
    types, jobs = WORK / "types.json", WORK / "jobs.json"
    outputs = {style: f"generated/openapi-typescript/{style}.ts" for style in styles}
    apis = {style: {"root": styles[style], "x-openapi-ts": {"output": outputs[style]}} for style in styles}
    types.write_text(json.dumps({"apis": apis}))
    jobs.write_text(json.dumps([{"input": styles[style], "output": f"generated/hey-api/{style}"} for style in styles]))
    run([node("openapi-typescript"), "--redocly", types])
    run([node("openapi-ts"), "--file", jobs, "--silent"])


def generate_by_python(files: Sequence[str]) -> None:
    """Generate the clients of openapi-python-client, in which a warning says that something is left out."""
    for file in files:
        output = f"generated/python/{Path(file).stem}_client"
        options = ["--output-path", output, "--meta", "none", "--fail-on-warning"]
        run([BIN / "openapi-python-client", "generate", "--path", file, *options])


def generate_by_java(files: Sequence[str]) -> None:
    """Generate openapi-generator's clients for Python and for TypeScript, all in one run of Java."""
    configurations = []
    for file in files:
        style = Path(file).stem
        for generator, more in {
            "python": {"outputDir": f"generated/generator/{style}", "packageName": f"{style}_by_generator"},
            "typescript-fetch": {"outputDir": f"generated/typescript-fetch/{style}"},
        }.items():
            path = WORK / f"{style}.{generator}.json"
            path.write_text(json.dumps({"generatorName": generator, "inputSpec": file} | more))
            configurations.append(path.name)
    said = run([BIN / "openapi-generator-cli", "batch", *configurations], JDK_JAVA_OPTIONS=SHORT_JAVA)
    faults = [line for line in said.splitlines() if "WARN" in line or "ERROR" in line or "xception" in line]
    faults = [line for line in faults if "writing file" not in line and not any(known in line for known in SAID_OF_ALL)]
    if faults:
        sys.exit("openapi-generator:\n" + "\n".join(faults))


def packages(folder: str) -> str:
    """Return the path by which Python finds what was generated there: packages side by side, or a folder for each."""
    places = [GENERATED / folder, *(path.parent.parent for path in (GENERATED / folder).glob("*/*/py.typed"))]
    return os.pathsep.join(map(str, places))


def check_types() -> None:
    """Check what was generated and what calls it; the TypeScript also becomes JavaScript by that."""
    with ThreadPoolExecutor() as pool:
        done = [
            pool.submit(run, [node("tsc")]),
            pool.submit(
                run, [BIN / "mypy", "--config-file=", "--strict", "python_client.py"], MYPYPATH=packages("python")
            ),
            pool.submit(run, [BIN / "mypy", "--config-file=", "generator_python.py"], MYPYPATH=packages("generator")),
        ]
        for one in done:
            one.result()


def call(server: Server) -> None:
    """Call the server by each client."""
    variables = {"BASE_URL": server.url, "DEMO": json.dumps(server.demo)}
    for name in ("openapi_fetch", "hey_api", "typescript_fetch"):
        said = run([BIN / "node", f"javascript/{name}.js"], **variables)
        print(f"{name}: {said.strip()}")
    for name, folder in {"python_client": "python", "generator_python": "generator"}.items():
        run([BIN / "python", f"{name}.py"], PYTHONPATH=packages(folder), **variables)
        print(f"{name}: every assertion holds")


def call_published(server: Server) -> None:
    """Call the server by clients that others published, as they are: a validator, and Postman's runner."""
    variables = {"BASE_URL": server.url, "DEMO": json.dumps(server.demo)}
    print(run([BIN / "python", "published_validator.py"], **variables).strip())
    environment, report = WORK / "demo.postman_environment.json", WORK / "newman.json"
    values = [{"key": key, "value": value} for key, value in {**server.demo, "base_url": server.url}.items()]
    environment.write_text(json.dumps({"name": "demo", "values": values}))
    version = run([node("newman"), "--version"]).strip()
    for path in sorted((HERE / "collections").iterdir()):
        options = ["--environment", environment, "--reporters", "cli,json", "--reporter-json-export", report]
        run([node("newman"), "run", path, *options])
        counts = json.loads(report.read_text())["run"]["stats"]
        requests, claims = counts["requests"]["total"], counts["assertions"]["total"]
        print(f"newman {version}, {path.stem}: {requests} requests, {claims} assertions pass")


def main() -> None:
    """Do all of it, and say how long each step took."""
    began = time.monotonic()

    def say(what: str) -> None:
        print(f"{time.monotonic() - began:5.1f} s  {what}", flush=True)

    install()
    say("installed")
    shutil.rmtree(GENERATED, ignore_errors=True)
    with serving("clients") as server:
        files = []
        for style in sorted(path.parent.name for path in ROOT.glob("apps/api_styles/*/openapi.yaml")):
            files.append(f"{style}.yaml")
            (WORK / files[-1]).write_bytes(server.ask(f"/openapi/{style}.yaml").body)
        say("served")
        with ThreadPoolExecutor() as pool:
            steps = (lint, generate_by_node, generate_by_python, generate_by_java)
            for step in [pool.submit(step, files) for step in steps]:
                step.result()
        say("linted and generated")
        check_types()
        say("type-checked")
        call(server)
        call_published(server)
        say("called")


if __name__ == "__main__":
    main()
