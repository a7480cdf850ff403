"""The lines of the table about answers that are not stored yet, and about writes."""

import json
from collections.abc import Iterator
from functools import partial
from statistics import mean, median
from typing import Any

from tests.benchmarks import asks, results
from tests.benchmarks.bench import Bench
from tests.benchmarks.load import Answer, Ask, one_by_one, saturate, send_each
from tests.benchmarks.results import Row, in_rounds
from tests.benchmarks.servers import Server

COUNTRIES = ("constants", "data", "tenant_countries")
CODINGS = ("identity", "gzip", "br")
COLD_TIMES = 15


def largest(bench: Bench) -> Iterator[Row]:
    """The largest answer, warm and cold, beside a nested serializer."""
    ask = bench.lists["country_list US"]
    with bench.ours() as ours:
        for name, settings, least_warm, least_cold in beside("nested serializer", 50, 5):
            nested = Ask(name, "/country_list?country=US")
            with bench.plain(settings) as plain:
                check_same(*send_each(ours.port, [ask]), *send_each(plain.port, [nested]))
                warm = in_rounds(
                    {"ours": bench.rate(ours, ask), "theirs": bench.rate(plain, nested)}, bench.options.rounds
                )
                yield results.rates(f"{ask.name}, warm : {name}", bench.kind, warm["ours"], warm["theirs"], least_warm)
                yield cold(bench, (ours, ask), (plain, nested), times=5, least=least_cold)


def countries(bench: Bench) -> Iterator[Row]:
    """Each style's countries when the data has just moved, beside a ModelSerializer of the same fields."""
    with bench.ours() as ours:
        for name, settings, least, _ in beside("ModelSerializer", 8, None):
            with bench.plain(settings) as plain:
                for style in COUNTRIES:
                    ask, by_hand = bench.lists[style], Ask(name, f"/{style}")
                    check_same(*send_each(ours.port, [ask]), *send_each(plain.port, [by_hand]))
                    yield cold(bench, (ours, ask), (plain, by_hand), times=20, least=least)


def beside(name: str, *least: float | None) -> Iterator[tuple[Any, ...]]:
    """Yield what to call a contender, its settings and what is asked for: over our models, then over few columns.

    Nothing is asked for beside models that nobody has who speaks more than one language.
    """
    yield name, "own_settings", *least
    yield f"{name} of few columns", "settings", *(None for _ in least)


def cold(bench: Bench, ours: tuple[Server, Ask], theirs: tuple[Server, Ask], *, times: int, least: float | None) -> Row:
    """Compare the time of a request after the data has moved with that of one which is never stored."""
    (server, ask), (other, by_hand) = ours, theirs
    took = in_rounds(
        {
            "ours": lambda: one_by_one(server.port, ask, times, bench.database.move_data),
            "theirs": lambda: one_by_one(other.port, by_hand, times, bench.database.move_data),
        },
        bench.options.rounds,
    )
    return results.times(f"{ask.name}, cold : {by_hand.name}", bench.kind, took["ours"], took["theirs"], least)


def check_same(ours: Answer, theirs: Answer) -> None:
    """End the benchmark when two answers do not hold the same names."""
    if different := _names(ours) ^ _names(theirs):
        raise SystemExit(f"Not the same names: {sorted(different)[:10]}")


def _names(answer: Answer) -> set[str]:
    found: set[str] = set()

    def collect(members: dict[str, Any]) -> dict[str, Any]:
        found.update(str(members[key]) for key in ("name", "label") if key in members)
        return members

    json.loads(answer.body, object_hook=collect)
    return found


def switches(bench: Bench) -> Iterator[Row]:
    """PATCH beside a view that authenticates by one query and runs the same UPDATE, without an audit entry."""
    ask, script = asks.switch(bench.demo["tenant"], bench.demo["private_key"])
    with bench.ours() as ours, bench.plain() as plain:
        for connections in (1, 4):
            figures = in_rounds(
                {
                    name: partial(saturate, port, ask, bench.options.seconds, connections=connections, script=script)
                    for name, port in (("ours", ours.port), ("theirs", plain.port))
                },
                bench.options.rounds,
            )
            what = f"PATCH on {connections} connection{'s' * (connections > 1)} : view by hand"
            yield results.rates(what, bench.kind, figures["ours"], figures["theirs"], 0.5)


def sizes(bench: Bench) -> Iterator[Row]:
    """What a run on paper needs: bytes of an answer in each coding and time of its build, over every language."""
    with bench.ours() as ours:
        for name, ask in bench.lists.items():
            spoken = [ask.with_headers(Accept_Language=tag) for tag in asks.TAGS]
            by_coding = {
                coding: [
                    len(answer.body)
                    for answer in send_each(ours.port, [each.with_headers(Accept_Encoding=coding) for each in spoken])
                    if answer.headers.get("content-encoding", "identity") == coding
                ]
                for coding in CODINGS
            }
            told = ", ".join(
                f"{coding} {mean(lengths) / 1000:.1f} kB" if lengths else f"no {coding}"
                for coding, lengths in by_coding.items()
            )
            yield results.alone(f"{name}: mean of {len(spoken)} languages", bench.kind, told)
            took = median(one_by_one(ours.port, each, 1, bench.database.move_data) for each in spoken[::5])
            yield results.alone(f"{name}: cold, median of languages", bench.kind, f"{took * 1000:.2f} ms")
