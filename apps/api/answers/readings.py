"""What requests ask, remembered by the way they were sent.

Only a short cut in front of the store: a request that is not remembered is read by its view, and asks the same. The
store itself never sees how a request was sent.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, cast

from apps.api.answers.store import Key

Environ = dict[str, Any]

MAX_READINGS = 1_000
# Of a request whose variables are longer, nothing is remembered.
MAX_LENGTH = 1_000


class WarmRequest:
    """As much of a request as views look at before they answer; `seen` is what they looked at."""

    authenticators = ()
    method = "GET"

    def __init__(self, environ: Environ) -> None:
        self.seen: set[str] = set()
        self.META = _Variables(environ, self.seen)
        self.headers = _Headers(self.META)
        self.auth: Any = None

    @property
    def _auth(self) -> Any:
        return self.auth


class _Variables(Mapping[str, Any]):
    """A WSGI environment that notes which of its variables somebody looks at."""

    def __init__(self, environ: Environ, seen: set[str]) -> None:
        self._environ = environ
        self._seen = seen

    def __getitem__(self, name: str) -> Any:
        self._seen.add(name)
        return self._environ[name]

    def get(self, name: str, default: Any = None) -> Any:
        self._seen.add(name)
        return self._environ.get(name, default)

    def __contains__(self, name: object) -> bool:
        self._seen.add(cast(str, name))
        return name in self._environ

    def __iter__(self) -> Iterator[str]:
        raise NotImplementedError

    def __len__(self) -> int:
        raise NotImplementedError


class _Headers(_Variables):
    """The same by the names of headers."""

    def __init__(self, variables: _Variables) -> None:
        super().__init__(variables._environ, variables._seen)

    def __getitem__(self, name: str) -> Any:
        return super().__getitem__(variable(name))

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(variable(name), default)

    def __contains__(self, name: object) -> bool:
        return super().__contains__(variable(cast(str, name)))


@lru_cache(maxsize=256)
def variable(name: str) -> str:
    """Return the WSGI variable of a header."""
    return "HTTP_" + name.upper().replace("-", "_")


class Readings:
    """Keys of the store by path, caller, and all variables that the view has looked at in any request so far.

    A view must find out what is asked from these alone: not from the clock, nor from the database.
    """

    def __init__(self, max_readings: int = MAX_READINGS) -> None:
        self.max_readings = max_readings
        self._variables: dict[type, tuple[str, ...]] = {}
        self._found: dict[tuple[Any, ...], tuple[Any, Key]] = {}

    def __len__(self) -> int:
        return len(self._found)

    def find(self, view: type, environ: Environ, auth: Any) -> Key | None:
        """Return what a request asks that was sent like one before; `auth` is who asks."""
        variables = self._variables.get(view)
        if variables is None:
            return None
        found = self._found.get((view, id(auth), environ["PATH_INFO"], *map(environ.get, variables)))
        # Another object may live where one was that is gone.
        return found[1] if found is not None and found[0] is auth else None

    def keep(self, view: type, environ: Environ, auth: Any, seen: set[str], key: Key) -> None:
        """Remember what a request asks, of which the view has `seen` these variables."""
        variables = self._variables.get(view, ())
        if not seen <= set(variables):
            variables = self._variables[view] = tuple(sorted(seen | set(variables)))
        sent = tuple(map(environ.get, variables))
        if sum(len(text) for text in sent if isinstance(text, str)) > MAX_LENGTH:
            return
        if len(self._found) >= self.max_readings:
            self._found.clear()
        self._found[(view, id(auth), environ["PATH_INFO"], *sent)] = (auth, key)

    def clear(self) -> None:
        """Forget everything."""
        self._found.clear()


readings = Readings()
