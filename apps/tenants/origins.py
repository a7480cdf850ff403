"""What an operator may write as the origin of a browser."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

HOST = r"(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]"
ORIGIN = re.compile(rf"https?://({HOST})(:([0-9]{{1,5}}|\*))?", re.ASCII | re.IGNORECASE)


def validate_origins(value: Any) -> None:
    """Refuse anything but a list of origins; a host may begin with `*.`, and a port may be `*`."""
    if not isinstance(value, list) or not all(isinstance(origin, str) and ORIGIN.fullmatch(origin) for origin in value):
        raise ValidationError(
            gettext("Give origins such as https://shop.example, https://*.shop.example, http://localhost:*.")
        )
