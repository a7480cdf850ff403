"""What the report of a bug may show."""

from types import FrameType
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

from apps.api_keys.secrets import PATTERN


class SecretFilter(SafeExceptionReporterFilter):
    """Hides our secrets by their form, in whatever variable of whatever library they stand."""

    def get_traceback_frame_variables(self, request: HttpRequest | None, tb_frame: FrameType) -> Any:
        """Return the variables of a frame, those that hold a secret without their value."""
        variables = super().get_traceback_frame_variables(request, tb_frame)
        return [(name, self.cleansed_substitute if _holds_secret(value) else value) for name, value in variables]

    def get_safe_request_meta(self, request: HttpRequest) -> dict[str, Any]:
        """Return the headers and variables of the request without secrets."""
        meta = super().get_safe_request_meta(request)
        return {name: self.cleansed_substitute if _holds_secret(value) else value for name, value in meta.items()}


def _holds_secret(value: Any) -> bool:
    try:
        return PATTERN.search(repr(value)) is not None
    except Exception:  # noqa: BLE001
        # What cannot be looked at is not shown either.
        return True
