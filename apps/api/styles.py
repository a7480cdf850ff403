"""What a style declares about itself: a base of its AppConfig, and how to find those that are installed."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import ClassVar, NamedTuple

from django.apps import AppConfig, apps


class CommonRequest(NamedTuple):
    """A request that many make: a path with its query, and headers.

    What has a `$language` in it is asked in each language of a tenant, what has a `$country` for each of its active
    countries; `$tenant` and `$workspace_id` are the tenant's own. `is_public`: the answer is the same for everybody.
    """

    path: str
    headers: Mapping[str, str] = {}
    is_public: bool = False


class Example(NamedTuple):
    """A call to try: what it shows, and the line of curl, with `$base_url` and the demo's credentials to fill in."""

    title: str
    line: str


class Topic(StrEnum):
    """What a page of the explorer is about."""

    WORLD = "world"
    COUNTRY = "country"
    SUBDIVISION = "subdivision"
    SEARCH = "search"


class Shown(NamedTuple):
    """The request that stands beside pages of the explorer about `topic`: a path with its query, and headers.

    `$tenant`, `$workspace_id` and `$language` are filled in, and in the path what the page is about: `$country`,
    `$subdivision` (its code) and `$part` (what follows the country in that), `$text` (what was typed, or the name).
    """

    topic: Topic
    path: str
    headers: Mapping[str, str] = {}


class StyleConfig(AppConfig):
    """The AppConfig of a style.

    `common`: what `manage.py warm` prepares; `examples`: what quickstart prints; `shown`: what the explorer does, at
    most one for a topic; `credential`: the header in which a credential is sent, left to fill in, none where it takes
    none.
    """

    common: ClassVar[Sequence[CommonRequest]] = ()
    examples: ClassVar[Sequence[Example]] = ()
    shown: ClassVar[Sequence[Shown]] = ()
    credential: ClassVar[Mapping[str, str]] = {}


def styles() -> Iterator[StyleConfig]:
    """Yield the styles that are installed."""
    return (config for config in apps.get_app_configs() if isinstance(config, StyleConfig))
