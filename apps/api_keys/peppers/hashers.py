"""How client secrets are stored."""

import hmac
import re
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import BasePasswordHasher

from apps.api_keys import secrets

FORM = re.compile(r"gaz_hmac\$[0-9]{1,5}\$[0-9a-f]{64}", re.ASCII)


def pepper_of(encoded: str) -> int | None:
    """Return the number of the pepper under which a client's secret is stored, None for what is none."""
    return int(encoded.split("$", 2)[1]) if FORM.fullmatch(encoded) else None


class PepperedHMAC(BasePasswordHasher):
    """`gaz_hmac$<pepper id>$<digest>`: fast, since 256 random bits need no slow hash; for no human's password."""

    algorithm = "gaz_hmac"

    def salt(self) -> str:
        """Return nothing: the secrets themselves are random."""
        return ""

    def encode(self, password: str, salt: str) -> str:
        """Return what is stored of a secret."""
        pepper_id = secrets.newest_pepper_id()
        return f"{self.algorithm}${pepper_id}${secrets.digest(password, pepper_id)}"

    def decode(self, encoded: str) -> dict[str, Any]:
        """Return the parts of what is stored."""
        algorithm, pepper_id, digest = encoded.split("$", 2)
        return {"algorithm": algorithm, "pepper_id": int(pepper_id), "hash": digest, "salt": ""}

    def verify(self, password: str, encoded: str) -> bool:
        """Return whether `encoded` stores `password`; False when its pepper is gone, or for another kind of hash."""
        parts = self.decode(encoded) if FORM.fullmatch(encoded) else None
        if parts is None or parts["pepper_id"] not in settings.API_KEY_PEPPERS:
            return False
        return hmac.compare_digest(secrets.digest(password, parts["pepper_id"]), parts["hash"])

    def safe_summary(self, encoded: str) -> Any:
        """Return what a page may show of it."""
        return {"algorithm": self.algorithm, "pepper": self.decode(encoded)["pepper_id"]}

    def must_update(self, encoded: str) -> bool:
        """Return whether it is stored under an older pepper than new ones are."""
        return bool(self.decode(encoded)["pepper_id"] != secrets.newest_pepper_id())

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Do nothing: it takes the same time for every secret."""
