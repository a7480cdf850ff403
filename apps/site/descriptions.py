"""The OpenAPI document of each API style, as the file that it is and as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import orjson
import yaml
from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition

from apps.api.answers.representations import strong_etag
from apps.api.errors import not_found, respond
from apps.site.open_views import OpenView

FILE = "openapi.yaml"
# RFC 9512, section 2.1; JSON by the name that every tool knows.
YAML, JSON = "application/yaml", "application/json"


@dataclass(frozen=True, slots=True)
class Description:
    """A document in one of its forms."""

    content: bytes
    media_type: str
    etag: str


def _read(content: bytes) -> object:
    # By libyaml, as every wheel has it: PyYAML's own reader takes seconds for the seven, and who asks first waits.
    return yaml.load(content, Loader=yaml.CSafeLoader)


@cache
def descriptions() -> Mapping[str, Description]:
    """Return the documents by file name, such as `data.yaml`; an app that has one beside its AppConfig is a style."""
    found = {}
    for config in apps.get_app_configs():
        path = Path(config.path) / FILE
        if path.is_file():
            content = path.read_bytes()
            found[f"{config.label}.yaml"] = Description(content, YAML, strong_etag(content))
            content = orjson.dumps(_read(content))
            found[f"{config.label}.json"] = Description(content, JSON, strong_etag(content))
    return found


def etag(request: HttpRequest, file: str) -> str | None:
    """Return the entity tag of a document, None where there is none."""
    found = descriptions().get(file)
    return found.etag if found else None


class DescriptionView(OpenView):
    """Answers with a document, to tools that run in browsers as well."""

    noun = "A description"

    # To be asked about each time, so that an upgrade shows at once; what has not changed is a 304.
    @method_decorator([cache_control(public=True, no_cache=True), gzip_page, condition(etag)])
    def get(self, request: HttpRequest, file: str) -> HttpResponse:
        """Return the document, or 404."""
        found = descriptions().get(file)
        if found is None:
            return respond(request, not_found("There is no such description.").problem)
        return HttpResponse(found.content, content_type=found.media_type)
