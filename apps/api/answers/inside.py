"""Requests that the service makes of itself, for a tenant of its choice: no credential, no limit, no network."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

import orjson
from django.conf import settings
from rest_framework.exceptions import APIException

from apps.api.answers.front import route_at
from apps.api.answers.store import AnswerKey, store
from apps.api.callers import Identity
from apps.api.errors import to_problem
from apps.api.views import Findings, StyleViewSet, variable
from apps.tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a client would get: a status, headers and a body, which is not compressed."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def view_for(address: str, headers: Mapping[str, str], tenant: Tenant | None) -> StyleViewSet:
    """Return the view that answers GET at an address out of the store, as for a caller of the tenant (None: nobody's).

    address: a path as clients send it, with its query. Raises LookupError where there is none.
    """
    path, _, query = address.partition("?")
    path = unquote(path)
    route = route_at(path, settings.ROOT_URLCONF)
    if route is None:
        raise LookupError(f"No view answers {path} from the store.")
    environ = {variable(name): text for name, text in headers.items()}
    view = route.make_view(environ | {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query})
    view.findings = Findings(Identity("", None, tenant, None))
    return view


def get(address: str, headers: Mapping[str, str], tenant: Tenant) -> Outcome:
    """Return what a caller of the tenant gets at an address: the answer, out of the store as theirs is, or why not."""
    view = view_for(address, headers, tenant)
    try:
        key = view.answer_key(view.request)
        if key is None:
            raise LookupError(f"No answer at {address} is stored.")
        return _found(view, key)
    except APIException as refusal:
        problem = to_problem(refusal)
        if problem is None:
            raise
        body = orjson.dumps(view.envelope(problem, view.request))
        return Outcome(problem.status, {"Content-Type": "application/json", **problem.headers}, body)


def _found(view: StyleViewSet, key: AnswerKey) -> Outcome:
    representation, _ = store.get_or_build(key, lambda: view.build(key))
    return Outcome(200, representation.headers, representation.body("identity"))
