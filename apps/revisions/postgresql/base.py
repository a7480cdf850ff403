"""A session of PostgreSQL that notices when its server has stopped answering.

A server that is frozen, or whose machine has lost its disk, still takes what is sent to it: no time-out of TCP ends the
waiting, and its own of statements do not run. How long a statement may take is another question. So whoever has
waited for a moment tries to open a second session, and only where that fails, too, gives up the first.
"""

from collections.abc import Generator
from time import monotonic
from typing import Any
from weakref import WeakSet

import psycopg
from django.db.backends.postgresql import base
from psycopg.errors import ConnectionTimeout, error_from_result
from psycopg.generators import execute
from psycopg.pq import ExecStatus

# With `connect_timeout`, whose least is two seconds, a request that meets a frozen server is answered within three.
SILENCE_SECONDS = 0.5
# How long nobody tries to reach a server after it was silent, and how long one alone does.
REST_SECONDS = 1.0
TRIAL_SECONDS = 3.0

# Among Django's settings of a database: after how long a session is given up though its server answers others. Without
# it never, since a statement may take long.
MOST_SILENT_SECONDS = "MOST_SILENT_SECONDS"

# What `prepared_row` sends, and how it is answered when all is well.
STATEMENT = b"gazetteer_revisions"
SUCCESS = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)

_silent_until: dict[str, float] = {}
_prepared: WeakSet[Any] = WeakSet()


class Connection(psycopg.Connection[Any]):
    """A session that is closed when its server is silent; `database` opens others."""

    database: "DatabaseWrapper | None" = None

    def wait(self, gen: Any, *args: Any, **kwargs: Any) -> Any:
        """Return what comes of a statement; raises OperationalError when the server is silent."""
        return super().wait(self._watched(gen), *args, **kwargs)

    def _watched(self, statement: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        heard_at = checked_at = monotonic()
        try:
            wanted = next(statement)
            while True:
                ready = yield wanted
                if ready:
                    heard_at = checked_at = monotonic()
                elif self.database is not None and monotonic() - checked_at >= SILENCE_SECONDS:
                    self._check_server(self.database, monotonic() - heard_at)
                    checked_at = monotonic()
                wanted = statement.send(ready)
        except StopIteration as end:
            return end.value

    def _check_server(self, database: "DatabaseWrapper", silent_seconds: float) -> None:
        most = database.settings_dict.get(MOST_SILENT_SECONDS)
        if most is not None and silent_seconds > most:
            # Its process stands still, as on a disk that hangs, or it would have ended the statement by now.
            self.close()
            raise psycopg.OperationalError("The session is silent, while its server answers others.")
        try:
            database.open_session(database.get_connection_params()).close()
        except ConnectionTimeout as error:
            self.close()
            raise psycopg.OperationalError("The server is silent.") from error
        except psycopg.Error:
            # It says why it lets nobody in: it is not silent.
            return


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, with such sessions."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection:
        """Return a new session."""
        self.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        session = self.open_session(conn_params)
        session.database = self
        return session

    def open_session(self, parameters: dict[str, Any]) -> Connection:
        """Return a new session, unless the server was silent just now; raises psycopg's errors.

        Of many threads that would reach a silent server one tries, so that the others have time for what needs none.
        """
        silent_until = _silent_until.get(self.alias)
        if silent_until is not None:
            if monotonic() < silent_until:
                raise ConnectionTimeout("The server was silent a moment ago.")
            _silent_until[self.alias] = monotonic() + TRIAL_SECONDS
        try:
            session = Connection.connect(**parameters)
        except ConnectionTimeout:
            _silent_until[self.alias] = monotonic() + REST_SECONDS
            raise
        except psycopg.Error:
            _silent_until.pop(self.alias, None)
            raise
        _silent_until.pop(self.alias, None)
        return session


def prepared_row(connection: Any, statement: bytes, parameter: bytes, columns: int) -> list[bytes]:
    """Return the first row of what a session answers to a statement, each value as text; raises psycopg's errors.

    It goes past psycopg's cursors, which take longer than the database, since every request asks. A session prepares it
    once, so it must always be the same one.
    """
    session = connection.pgconn
    if connection not in _prepared:
        session.send_prepare(STATEMENT, statement)
        _answer(connection)
        _prepared.add(connection)
    session.send_query_prepared(STATEMENT, [parameter])
    value = _answer(connection).get_value
    return [value(0, column) for column in range(columns)]


def _answer(connection: Any) -> Any:
    """Return the result of what was sent, waited for as psycopg's cursors do."""
    (result,) = connection.wait(execute(connection.pgconn))
    if result.status not in SUCCESS:
        raise error_from_result(result)
    return result
