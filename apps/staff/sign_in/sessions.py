"""Sessions that are kept under the digest of their key, know whose they are and from where, and end.

Django's engine over a table of our own. A session ends `SESSION_IDLE_SECONDS` after its last use, `SESSION_COOKIE_AGE`
after the log-in at the latest, and at once where its row is deleted.
"""

from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from apps.revisions.sqlite3.base import patience

# What a session holds of its log-in.
SIGNED_IN = "signed_in"
# How often a use is written; who only reads does not wait for those who write, and tries again with the next request.
INTERVAL = timedelta(minutes=1)
PATIENCE_SECONDS = 0.1


def digest(session_key: str | None) -> str:
    """Return what a session is kept under: 40 characters, as long as the column is."""
    return blake2b((session_key or "").encode(errors="replace"), digest_size=20).hexdigest()


def end_at(began: datetime, used: datetime) -> datetime:
    """Return when a session ends that is used no more."""
    return min(
        used + timedelta(seconds=settings.SESSION_IDLE_SECONDS), began + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    )


class SessionStore(db.SessionStore):
    """Django's engine, but for what it looks rows up by and what it writes into them."""

    @classmethod
    def get_model_class(cls) -> Any:
        """Return the table."""
        from apps.staff.models import StaffSession

        return StaffSession

    def _get_session_from_db(self) -> Any:
        found = self.model.objects.filter(session_key=digest(self.session_key), expire_date__gt=timezone.now())
        row: Any = found.first()
        if row is None:
            self._session_key: str | None = None
        elif timezone.now() - row.seen_at > INTERVAL:
            _touch(row)
        return row

    def exists(self, session_key: str) -> bool:
        """Return whether there is such a session."""
        return bool(super().exists(digest(session_key)))

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """Return the row of these data."""
        now, log_in = timezone.now(), data.get(SIGNED_IN, {})
        began = datetime.fromisoformat(log_in["at"]) if log_in else now
        return self.get_model_class()(
            session_key=digest(self._get_or_create_session_key()),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=end_at(began, now),
            user_id=data.get(SESSION_KEY),
            began_at=began,
            seen_at=now,
            address=log_in.get("address", ""),
            browser=log_in.get("browser", ""),
        )

    def delete(self, session_key: str | None = None) -> None:
        """End a session, this one if none is named."""
        if (key := session_key or self.session_key) is not None:
            self.model.objects.filter(session_key=digest(key)).delete()


def _touch(row: Any) -> None:
    now = timezone.now()
    try:
        with patience(PATIENCE_SECONDS), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(seen_at=now, expire_date=end_at(row.began_at, now))
    except DatabaseError:
        return


def of_user(user: Any) -> QuerySet[Any]:
    """Return the sessions of somebody that have not ended."""
    rows = SessionStore.get_model_class().objects.filter(user=user.pk, expire_date__gt=timezone.now())
    return rows.order_by("-seen_at")  # type: ignore[no-any-return]


def others(request: HttpRequest) -> QuerySet[Any]:
    """Return the user's sessions but the one that asks."""
    return of_user(request.user).exclude(pk=digest(request.session.session_key))
