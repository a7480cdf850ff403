"""What every line of the table needs: a database with data, what to ask, and servers to ask."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from tests.benchmarks import asks, servers
from tests.benchmarks.load import Ask, Client, saturate
from tests.benchmarks.servers import Database, Server


@dataclass(frozen=True)
class Options:
    """How long and how often is measured. `packages`: where the peer is kept."""

    rounds: int
    seconds: float
    redis: str
    packages: Path


@dataclass(frozen=True)
class Bench:
    """A database with data, credentials of the demo's tenant, private keys of further tenants."""

    options: Options
    database: Database
    folder: Path
    demo: Mapping[str, str]
    keys: Mapping[str, str]

    @property
    def kind(self) -> str:
        """SQLite or PostgreSQL."""
        return self.database.kind

    @property
    def lists(self) -> dict[str, Ask]:
        """Each style's full list."""
        return asks.lists(self.demo["tenant"], self.demo["private_key"])

    def ours(
        self, workers: int = 1, variables: Mapping[str, str] = MappingProxyType({})
    ) -> AbstractContextManager[Server]:
        """Serve ours."""
        return servers.granian(servers.OURS, {**servers.environment(self.database), **variables}, workers=workers)

    def plain(self, settings: str = "settings", workers: int = 1) -> AbstractContextManager[Server]:
        """Serve the views written by hand; with `own_settings` those over our own models."""
        variables = {"DJANGO_SETTINGS_MODULE": f"tests.benchmarks.plain.{settings}", "BODIES": str(self.bodies)}
        return servers.granian(servers.PLAIN, servers.environment(self.database, **variables), workers=workers)

    @cached_property
    def bodies(self) -> Path:
        """A folder with the body of each list, as ours answers it."""
        folder = self.folder / f"bodies-{self.kind}"
        folder.mkdir()
        with self.ours() as server:
            client = Client(server.port)
            for name, ask in self.lists.items():
                (folder / name).write_bytes(client.send(ask).body)
        return folder

    def rate(self, server: Server, ask: Ask) -> Callable[[], float]:
        """Return the measurement of requests a second at saturation."""
        return lambda: saturate(server.port, ask, self.options.seconds)
