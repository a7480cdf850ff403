"""Back office for credentials, and for what was asked with them."""

from apps.api_keys.admin import credentials, requests

__all__ = ["credentials", "requests"]
