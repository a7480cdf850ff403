"""Lists of what is made and taken away elsewhere."""

from typing import Any

from django.http import HttpRequest


class ReadOnly:
    """Pages of a table that nobody edits, whatever permissions somebody has; named before the other bases."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False
