"""One prepared statement of a session, sent past psycopg's cursors: every request asks it, and they take longer."""

from typing import Any
from weakref import WeakSet

from psycopg.errors import error_from_result
from psycopg.generators import execute
from psycopg.pq import ExecStatus

STATEMENT = b"gazetteer_revisions"
SUCCESS = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)

_prepared: WeakSet[Any] = WeakSet()


def row(connection: Any, statement: bytes, parameter: bytes, columns: int) -> list[bytes]:
    """Return the first row of what a session answers, each value as text; raises psycopg's errors.

    A session prepares it once, so it must always be the same one.
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
