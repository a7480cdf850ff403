"""Who changed what through the API, in the table of django-auditlog.

Its own hooks do not see `update()` and know no credentials, so writers record their changes themselves, in the
transaction that makes them.
"""

from collections.abc import Mapping
from typing import Any, cast

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models
from rest_framework.request import Request

from apps.api_keys.credentials import Caller


def entry(request: Request, row: models.Model, label: str, changes: Mapping[str, tuple[Any, Any]]) -> LogEntry:
    """Return an unsaved entry for `changes`, `{field: (old, new)}`, that the caller of `request` made to `row`.

    `label` names the row to people; its own `__str__` may cost a query.
    """
    caller = cast(Caller, request.auth)
    return LogEntry(
        content_type=ContentType.objects.get_for_model(row),
        object_pk=str(row.pk),
        object_id=row.pk if isinstance(row.pk, int) else None,
        object_repr=label,
        action=LogEntry.Action.UPDATE,
        changes={field: [str(old), str(new)] for field, (old, new) in changes.items()},
        cid=getattr(request, "request_id", None),
        remote_addr=request.META.get("REMOTE_ADDR") or None,
        additional_data={"tenant": caller.tenant.code, "credential": f"{caller.kind} {caller.credential_id}"},
    )
