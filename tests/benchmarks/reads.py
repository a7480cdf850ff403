"""The lines of the table about warm answers."""

from collections.abc import Iterator
from statistics import mean
from urllib.parse import quote

from tests.benchmarks import asks, peer, results, servers
from tests.benchmarks.bench import Bench
from tests.benchmarks.load import Ask, pace, saturate, send_each
from tests.benchmarks.results import Row, in_rounds

# How many times a bare view's requests a second ours must answer, by database: with 200, and with 304.
BESIDE_BARE = {"SQLite": (1.0, 1.2), "PostgreSQL": (0.7, 0.8)}
PEER_COUNTRY = "PL"
CONNECTIONS = 64


def bare_view(name: str) -> Ask:
    """Return what the view is asked for that returns the bytes of one of our lists."""
    return Ask("bare view", f"/bodies/{quote(name)}")


def bare(bench: Bench) -> Iterator[Row]:
    """Each list, 200 and 304, beside a bare view of the same bytes."""
    least, least_304 = BESIDE_BARE[bench.kind]
    with bench.plain() as plain, bench.ours() as ours:
        for name, ask in bench.lists.items():
            current = ask.with_headers(status=304, If_None_Match=send_each(ours.port, [ask])[0].headers["etag"])
            figures = in_rounds(
                {
                    "200": bench.rate(ours, ask),
                    "bare": bench.rate(plain, bare_view(name)),
                    "304": bench.rate(ours, current),
                },
                bench.options.rounds,
            )
            yield results.rates(f"{name}, 200 : bare view", bench.kind, figures["200"], figures["bare"], least)
            yield results.rates(f"{name}, 304 : bare view", bench.kind, figures["304"], figures["bare"], least_304)


def limits(bench: Bench) -> Iterator[Row]:
    """Lists under limits that are never reached, counted in Redis, beside a bare view of the same bytes."""
    limited = bench.lists | asks.lists("limited", bench.keys["limited"])
    variables = {"DJANGO_SETTINGS_MODULE": "tests.benchmarks.limited", "REDIS_URL": bench.options.redis}
    with bench.plain() as plain, bench.ours(variables=variables) as ours:
        for name, limit in (("constants", "an address's"), ("data", "a plan's")):
            figures = in_rounds(
                {
                    "ours": bench.rate(ours, limited[name]),
                    "bare": bench.rate(plain, bare_view(name)),
                },
                bench.options.rounds,
            )
            what = f"{name}, 200, under {limit} limit in Redis : bare view"
            yield results.rates(what, bench.kind, figures["ours"], figures["bare"], None)


def cities_light(bench: Bench) -> Iterator[Row]:
    """Each list beside the peer's own API over the same countries or cities."""
    python = peer.install(bench.options.packages)
    folder = bench.folder / f"peer-{bench.kind}"
    peer.write_files(folder / "files", peer.cities_of(PEER_COUNTRY))
    with servers.empty_database(bench.kind, "gazetteer_benchmark_peer", bench.folder, bench.database.url) as database:
        variables = peer.project(folder / "project", folder / "files", database.django())
        for command in (["migrate", "-v0"], ["cities_light", "--force-import-all"]):
            servers.run(python, ["-W", "ignore", "-m", "django", *command], variables)
        # Ours is paginated where theirs is.
        theirs = {
            "constants": Ask("peer", "/countries/"),
            "data": Ask("peer", "/countries/"),
            f"country_list {PEER_COUNTRY}": Ask("peer", "/cities/"),
            "tenant_countries": Ask("peer", "/countries/?limit=300"),
        }
        peers = servers.granian("peer_wsgi:application", variables, python=python, folder=folder / "project")
        with bench.ours() as ours, peers as their_server:
            for name, ask in theirs.items():
                figures = in_rounds(
                    {"ours": bench.rate(ours, bench.lists[name]), "theirs": bench.rate(their_server, ask)},
                    bench.options.rounds,
                )
                what = f"{name} : django-cities-light {ask.path}"
                yield results.rates(what, bench.kind, figures["ours"], figures["theirs"], 20)


def latency(bench: Bench) -> Iterator[Row]:
    """How much longer than the usual request the slowest hundredth takes, at half of saturation."""
    with bench.ours() as ours:
        for name, ask in bench.lists.items():
            full = saturate(ours.port, ask, bench.options.seconds, connections=CONNECTIONS)
            rounds = [
                pace(ours.port, ask, full / 2, max(5, bench.options.seconds), connections=CONNECTIONS)
                for _ in range(bench.options.rounds)
            ]
            told = f"p99 {mean(each.p99 for each in rounds):.2f} ms"
            usual = f"p50 {mean(each.p50 for each in rounds):.2f} ms"
            what = f"{name} at {mean(each.rate for each in rounds):,.0f} of {full:,.0f}/s, {CONNECTIONS} connections"
            yield results.at_most(what, bench.kind, told, usual, [each.p99 / each.p50 for each in rounds], 5)


def scaling(bench: Bench) -> Iterator[Row]:
    """Requests a second with two workers beside one."""
    name = "constants"
    for title, serve, ask in (
        ("ours", bench.ours, bench.lists[name]),
        ("bare view", bench.plain, bare_view(name)),
    ):
        with serve(workers=1) as one, serve(workers=2) as two:
            figures = in_rounds({"two": bench.rate(two, ask), "one": bench.rate(one, ask)}, bench.options.rounds)
        what = f"{name}, {title}, 2 workers : 1 worker, wrk on the same cores"
        yield results.rates(what, bench.kind, figures["two"], figures["one"], None)
