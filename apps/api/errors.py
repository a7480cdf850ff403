"""One Problem for everything that can go wrong; each style dresses it in its own body."""

import logging
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from math import ceil
from typing import Any, cast

import orjson
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers
from django.views import defaults
from rest_framework import exceptions

from apps.back_office.middleware import is_back_office

logger = logging.getLogger("gazetteer.api")

RETRY_AFTER_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Problem:
    """A failed request, before any style has dressed it.

    status: HTTP status. code: stable word ("not_found"). message: one sentence.
    parameter: the header, query or body field at fault, if one is.
    context: what only some styles tell, such as {"scope": "…"} or {"entity_id": "DE"}.
    headers: such as Retry-After (seconds) and WWW-Authenticate.
    """

    status: int
    code: str
    message: str
    parameter: str = ""
    context: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def retry_after(self) -> str:
        """In how many seconds to ask again, empty where nothing is said of it; pages of the site read it."""
        return self.headers.get("Retry-After", "")


class Refusal(exceptions.APIException):
    """Raise it to answer with a Problem."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        parameter: str = "",
        context: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, code)
        self.status_code = status
        self.problem = Problem(status, code, message, parameter, context or {}, headers or {})


def bad_parameter(parameter: str, message: str) -> Refusal:
    """Return the 400 for a header, query parameter or body field; the message should name it."""
    return Refusal(400, "invalid_parameter", message, parameter=parameter)


def not_found(message: str = "There is nothing at this address.", **context: str) -> Refusal:
    """Return the 404; context such as entity_id="DE"."""
    return Refusal(404, "not_found", message, context=context)


def insufficient_scope(scope: str) -> Refusal:
    """Return the 403 for a caller without `scope` (RFC 6750, section 3.1)."""
    challenge = f'Bearer realm="gazetteer", error="insufficient_scope", scope="{scope}"'
    return Refusal(
        403,
        "insufficient_scope",
        f"The credential lacks the scope {scope}.",
        context={"scope": scope},
        headers={"WWW-Authenticate": challenge},
    )


# What PostgreSQL says where nothing is wrong with the statement, but Django takes for errors of a program: it takes no
# writes (a standby, or while somebody mends it), it has ended a transaction that waited, another's session was given.
AWAY_STATES = {"25006", "25P03", "25P04", "42P05", "26000"}


def is_away(error: Exception) -> bool:
    """Return whether an error says that the database does not do what it is asked for now, whatever that is."""
    if isinstance(error, OperationalError | InterfaceError):
        return True
    return isinstance(error, DatabaseError) and getattr(error.__cause__, "sqlstate", None) in AWAY_STATES


def to_problem(error: Exception) -> Problem | None:
    """Return the Problem that `error` stands for, or None for a bug."""
    match error:
        case Refusal():
            return error.problem
        case Http404():
            return Problem(404, "not_found", "There is nothing at this address.")
        case PermissionDenied():
            return Problem(403, "permission_denied", "Access to this resource is forbidden.")
        case RequestDataTooBig():
            return Problem(413, "payload_too_large", "The body is larger than 64 KiB.")
        case UnreadablePostError():
            headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
            return Problem(503, "unavailable", "The body could not be read. Send the request again.", headers=headers)
        case BadRequest():
            return Problem(400, "bad_request", "The request is malformed.")
        case DatabaseError() | InterfaceError() if is_away(error):
            # Without the stack, which would tell of every request the same: a full disk must not be filled by its log.
            logger.error("The database does not answer: %s: %.200s", type(error).__name__, " ".join(str(error).split()))
            headers = {"Retry-After": str(getattr(error.__cause__, "retry_after", RETRY_AFTER_SECONDS))}
            return Problem(503, "unavailable", "The service is temporarily unavailable.", headers=headers)
        case exceptions.APIException():
            return Problem(error.status_code, _code(error), _sentence(error), headers=_headers(error))
        case _:
            return None


def _code(error: exceptions.APIException) -> str:
    codes = error.get_codes()
    return codes if isinstance(codes, str) else "invalid"


def _sentence(error: exceptions.APIException) -> str:
    detail: Any = error.detail
    while isinstance(detail, list | dict):
        detail = next(iter(detail.values() if isinstance(detail, dict) else detail), "Invalid input.")
    return str(detail)


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    challenge = getattr(error, "auth_header", None)
    if challenge:
        headers["WWW-Authenticate"] = challenge
    wait = getattr(error, "wait", None)
    if wait is not None:
        headers["Retry-After"] = str(max(1, ceil(wait)))
    return headers


def _style_of(request: HttpRequest) -> Any:
    """Return the view class whose style answers at the path of `request`, None outside every style."""
    try:
        return getattr(resolve(request.path_info).func, "cls", None)
    except Resolver404:
        return None


def respond(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return `problem` in the style of the request's path, for failures that no view has seen."""
    style = _style_of(request)
    if style is not None and hasattr(style, "envelope"):
        body = style.envelope(problem, request)
    else:
        body = {"error": problem.code, "message": problem.message}
    response = HttpResponse(orjson.dumps(body), status=problem.status, content_type="application/json")
    response.headers["Cache-Control"] = "private, no-cache" if "Authorization" in request.headers else "no-cache"
    if vary := getattr(style, "vary", ()):
        patch_vary_headers(response, vary)
    # A view that browsers of other origins may call has left what they need (see `cors`).
    for name, value in {**getattr(request, "cors_headers", {}), **problem.headers}.items():
        response.headers[name] = value
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what Django refused before a view: a wrong host, suspicious input."""
    problem = to_problem(exception) or Problem(400, "bad_request", "The request is malformed.")
    return respond(request, problem)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what Django forbade before a view, and in the back office."""
    if is_back_office(request):
        return defaults.permission_denied(request, exception)
    return respond(request, Problem(403, "permission_denied", "Access to this resource is forbidden."))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a path that belongs to no style, and one that the back office does not have."""
    if is_back_office(request):
        return defaults.page_not_found(request, exception)
    return respond(request, Problem(404, "not_found", "There is nothing at this address."))


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a failure that no view has seen: 503 where the database does not answer, else 500.

    The 500 tells the request id and nothing else of the inside. In the back office the 503 is a page.
    """
    error = sys.exc_info()[1]
    if isinstance(error, Exception) and is_away(error):
        unavailable = cast(Problem, to_problem(error))
        if not is_back_office(request):
            return respond(request, unavailable)
        # Without the request: who is logged in stands in the database.
        page = render_to_string("admin/unavailable.html", {"seconds": RETRY_AFTER_SECONDS})
        return HttpResponse(page, status=unavailable.status, headers=dict(unavailable.headers))
    request_id = getattr(request, "request_id", "")
    message = f"{HTTPStatus.INTERNAL_SERVER_ERROR.phrase} (request {request_id})."
    return respond(request, Problem(500, "internal_error", message, context={"request_id": request_id}))
