"""Which credentials are stored under which pepper: those of a pepper that is not set do not work."""

from collections import Counter

from django.utils import timezone

from apps.api_keys.models import ApiKey, OAuthClient
from apps.api_keys.peppers import hashers


def dependants() -> dict[int, int]:
    """Return, by number of the pepper, how many credentials that could be used are stored under it; two queries."""
    keys = Counter(ApiKey.objects.usable().order_by().values_list("pepper_id", flat=True))
    now = timezone.now()
    for secret, former, until in OAuthClient.objects.usable().values_list(
        "client_secret", "previous_secret", "previous_secret_expires_at"
    ):
        found = {hashers.pepper_of(secret)}
        if former and until and until > now:
            found.add(hashers.pepper_of(former))
        keys.update(pepper for pepper in found if pepper is not None)
    return dict(sorted(keys.items()))
