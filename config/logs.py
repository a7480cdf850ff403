"""How log lines look: one line each, whatever somebody has sent, with the id of their request and without secrets."""

import copy
import logging

from apps.api_keys.secrets import hidden

# Whoever sends a line break in a path shall not write lines of his own.
ESCAPES = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))} | {0x2028: "\\u2028", 0x2029: "\\u2029"}


class Line(logging.Formatter):
    """Time, level, logger, request id where there is one, message; a traceback follows only where there is a bug."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        record = copy.copy(record)
        request_id = getattr(getattr(record, "request", None), "request_id", "")
        said = record.getMessage().translate(ESCAPES)
        record.msg, record.args = f"[request {request_id}] {said}" if request_id else said, ()
        if record.name.startswith("django.security") or getattr(record, "status_code", None) == 503:
            # A wrong Host and the like are nothing that a traceback would explain, nor is a database that is away.
            record.exc_info = record.exc_text = None
        # A header that is refused, such as Host or Referer, is quoted; so is much else in a traceback.
        return hidden(super().format(record))
