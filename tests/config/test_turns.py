import sys
from collections.abc import Iterator
from typing import Any

import pytest

from config import serving

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def interval_is_put_back() -> Iterator[None]:
    before = sys.getswitchinterval()
    yield
    sys.setswitchinterval(before)


def test_turns_are_short_only_while_a_request_is_in_hand() -> None:
    seen = []

    def outer(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        bodies: Any = application({"is_inner": True}, None) if not environ else []
        seen.append(sys.getswitchinterval())
        return [*bodies, b"body"]

    application = serving.ShortTurns(outer)
    assert sys.getswitchinterval() == pytest.approx(serving.TURN_SECONDS)
    assert application({}, None) == [b"body", b"body"]
    assert seen == [pytest.approx(serving.SHORT_TURN_SECONDS)] * 2  # also when the first of two has ended
    assert sys.getswitchinterval() == pytest.approx(serving.TURN_SECONDS)


def test_turns_are_long_again_after_a_request_that_fails() -> None:
    def failing(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        raise LookupError

    application = serving.ShortTurns(failing)
    with pytest.raises(LookupError):
        application({}, None)
    assert sys.getswitchinterval() == pytest.approx(serving.TURN_SECONDS)
