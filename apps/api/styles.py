"""What a style declares about itself: a base of its AppConfig, and how to find those that are installed."""

from collections.abc import Iterator, Mapping, Sequence
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


class StyleConfig(AppConfig):
    """The AppConfig of a style. `common`: what `manage.py warm` prepares; `examples`: what quickstart prints."""

    common: ClassVar[Sequence[CommonRequest]] = ()
    examples: ClassVar[Sequence[Example]] = ()


def styles() -> Iterator[StyleConfig]:
    """Yield the styles that are installed."""
    return (config for config in apps.get_app_configs() if isinstance(config, StyleConfig))
