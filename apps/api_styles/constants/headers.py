"""The request headers that the constants contract asks for."""

import re
from collections.abc import Mapping

from apps.api.errors import Refusal

# A well-formed language tag (RFC 5646, section 2.1), lower case; underscores count as hyphens.
LANGTAG = r"""
    (?: [a-z]{2,3} (?:-[a-z]{3}){0,3} | [a-z]{4,8} )    # language
    (?: -[a-z]{4} )?                                    # script
    (?: -(?: [a-z]{2} | [0-9]{3} ) )?                   # region
    (?: -(?: [a-z0-9]{5,8} | [0-9][a-z0-9]{3} ) )*      # variants
    (?: -[a-wyz0-9] (?:-[a-z0-9]{2,8})+ )*              # extensions
    (?: -x (?:-[a-z0-9]{1,8})+ )?                       # private use
"""
IRREGULAR = (
    "en-gb-oed i-ami i-bnn i-default i-enochian i-hak i-klingon i-lux i-mingo i-navajo i-pwn i-tao i-tay i-tsu "
    "sgn-be-fr sgn-be-nl sgn-ch-de"
).split()
TAG = re.compile(rf"{LANGTAG} | x(?:-[a-z0-9]{{1,8}})+ | {'|'.join(IRREGULAR)}", re.VERBOSE | re.ASCII)
CLIENT_HASH = re.compile(r"[!-~]{1,128}", re.ASCII)
WORKSPACE_ID = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
MAX_TAG_LENGTH = 128

REQUIRED = ("X-Client-Hash", "X-LOCALE", "User-Agent", "Accept-Language")
OPTIONAL = ("X-Request-Id", "X-Workspace-Id")


def is_language_tag(text: str) -> bool:
    """Return whether `text` is a well-formed BCP 47 tag."""
    return len(text) <= MAX_TAG_LENGTH and TAG.fullmatch(text.lower().replace("_", "-")) is not None


def check(headers: Mapping[str, str]) -> None:
    """Raise the 400 that names each required header that is missing, empty or malformed."""
    given = {name: headers.get(name, "").strip() for name in REQUIRED}
    malformed = {
        "X-Client-Hash": not CLIENT_HASH.fullmatch(given["X-Client-Hash"]),
        "X-LOCALE": not is_language_tag(given["X-LOCALE"]),
    }
    faulty = ", ".join(name for name, value in given.items() if not value or malformed.get(name))
    if faulty:
        raise Refusal(400, "invalid_header", f"Missing or malformed: {faulty}.", parameter=faulty)
