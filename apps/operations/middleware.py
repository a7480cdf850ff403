"""What machines ask about the service itself, at any Host: balancers know addresses, not names."""

from collections.abc import Callable
from ipaddress import ip_address, ip_network
from threading import Lock
from time import monotonic

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare

from apps.api.callers import client_address
from apps.operations import readiness

LIVE, READY, METRICS = "/livez", "/readyz", "/metrics"
# Whoever asks more often is told what was found; and of many who ask at once, one looks.
REMEMBERED_SECONDS = 1.0


class Probes:
    """Answers before anything that needs a host, a session or a database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer GET and HEAD of these paths, and leave all others."""
        answer = ANSWERS.get(request.path_info)
        if answer is None:
            return self.get_response(request)
        response = answer(request) if request.method in {"GET", "HEAD"} else HttpResponse(status=405)
        response.headers["Cache-Control"] = "no-store"
        if response.status_code == 405:
            response.headers["Allow"] = "GET, HEAD"
        return response


class Readiness:
    """What was found last, for a second."""

    def __init__(self) -> None:
        self._found: dict[str, str] = {}
        self._until = 0.0
        self._lock = Lock()

    def found(self) -> dict[str, str]:
        """Return the state of each part; at most one thread at a time looks."""
        with self._lock:
            if monotonic() >= self._until:
                self._found = dict(readiness.states())
                self._until = monotonic() + REMEMBERED_SECONDS
            return self._found


_readiness = Readiness()


def _live(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "live"})


def _ready(request: HttpRequest) -> HttpResponse:
    found = _readiness.found()
    is_ready = all(state == readiness.READY for state in found.values())
    answer = JsonResponse(
        {"status": "ready" if is_ready else "not ready", "parts": found}, status=200 if is_ready else 503
    )
    if not is_ready:
        answer.headers["Retry-After"] = "5"
    return answer


def _metrics(request: HttpRequest) -> HttpResponse:
    if not metrics_are_on():
        return HttpResponse(status=404)
    if not (_is_allowed(request) or _has_token(request)):
        return HttpResponse(status=403)
    # Whoever wants none shall not load it; and its files have to be named before.
    from apps.operations import metrics

    return HttpResponse(metrics.exposition(), content_type=metrics.CONTENT_TYPE)


def metrics_are_on() -> bool:
    """Return whether anybody may ask for them."""
    return bool(settings.METRICS_ALLOWED_ADDRESSES or settings.METRICS_TOKEN)


def _is_allowed(request: HttpRequest) -> bool:
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR")
    address = client_address(request)
    # What came by way of a proxy that nobody has named may be from anywhere.
    if not address or (forwarded and address == request.META.get("REMOTE_ADDR")):
        return False
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in ip_network(network) for network in settings.METRICS_ALLOWED_ADDRESSES)


def _has_token(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    sent = request.headers.get("Authorization", "")
    return bool(token) and constant_time_compare(sent, f"Bearer {token}")


ANSWERS: dict[str, Callable[[HttpRequest], HttpResponse]] = {LIVE: _live, READY: _ready, METRICS: _metrics}
