"""The picker for forms, under a name that stays and under one that says what is in it."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256, sha384
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.decorators import method_decorator
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition

from apps.api.answers.representations import strong_etag
from apps.api.errors import not_found, respond
from apps.site.open_views import OpenView

FOLDER = Path(__file__).parent / "widget"
NAME = "gazetteer.js"
YEAR = 365 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Script:
    """A version of the picker. `integrity`: what a page may demand of it (Subresource Integrity)."""

    content: bytes
    etag: str
    integrity: str
    name: str

    @classmethod
    def of(cls, content: bytes) -> "Script":
        """Return the script that has this content, named after it."""
        integrity = f"sha384-{b64encode(sha384(content).digest()).decode()}"
        return cls(content, strong_etag(content), integrity, f"gazetteer.{sha256(content).hexdigest()[:12]}.js")


@cache
def scripts() -> Mapping[str, Script]:
    """Return all versions by file name: the one of this release, also as `gazetteer.js`, and those put beside it."""
    found = {path.name: Script.of(path.read_bytes()) for path in FOLDER.glob("*.js")}
    return {NAME: found[NAME], **{script.name: script for script in found.values()}}


def etag(request: HttpRequest, name: str) -> str | None:
    """Return the entity tag of a script, None where there is none."""
    script = scripts().get(name)
    return script.etag if script else None


class WidgetView(OpenView):
    """A script, for pages of every origin."""

    noun = "A script"

    @method_decorator([gzip_page, condition(etag)])
    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        """Return the script, or 404; a name that says what is in it is good for ever."""
        script = scripts().get(name)
        if script is None:
            return respond(request, not_found("There is no such script.").problem)
        response = HttpResponse(script.content, content_type="text/javascript; charset=utf-8")
        if name == NAME:
            patch_cache_control(response, public=True, no_cache=True)
        else:
            patch_cache_control(response, public=True, max_age=YEAR, immutable=True)
        return response
