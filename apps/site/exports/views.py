"""Exports for anyone: a page that lists them, a feed of their releases, and the files, of which parts can be had."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import MissingFileError, Response, SlicedFile, StaticFile

from apps.api.answers.representations import IDENTITY, choose
from apps.api.errors import not_found, respond
from apps.site.exports.formats import ATTRIBUTION
from apps.site.exports.releases import GZIP, NAME, Manifest, manifest_name, manifests
from apps.site.open_views import OpenView
from apps.site.pages import Page

# Long enough for everybody: what has the name never changes.
IMMUTABLE = "public, max-age=31536000, immutable"
EMPTY_SUFFIX = re.compile(r"bytes=\s*-0+")


class IndexPage(Page):
    """What there is to download, view by view."""

    template_name = "site/exports.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the exports of the tenants that the operator names; raises Http404 where there are none."""
        if not settings.EXPORTS_TENANTS:
            raise Http404
        found = manifests(folder(), settings.EXPORTS_TENANTS)
        return super().get_context_data(manifests=found, attribution=ATTRIBUTION, **kwargs)


class FileView(OpenView):
    """A file, or the manifest that names it."""

    noun = "An export"
    exposed = "Accept-Ranges, Content-Range, ETag, X-Request-Id"

    def get(self, request: HttpRequest, name: str) -> HttpResponseBase:
        """Return the file or the part of it that is asked for, or 404 where no manifest of a public tenant names it."""
        parts = NAME.fullmatch(name)
        if parts and parts["tenant"] in settings.EXPORTS_TENANTS:
            manifest = Manifest.load(folder(), parts["tenant"], parts["language"])
            if manifest and name == manifest_name(manifest.tenant, manifest.language):
                return JsonResponse(asdict(manifest), headers={"Cache-Control": "public, no-cache"})
            found = manifest.files().get(name) if manifest else None
            # Releases may have followed since the manifest was read.
            with suppress(MissingFileError, FileNotFoundError):
                if found:
                    export = Export(folder() / name, found.media_type, found.sha256)
                    return cast(HttpResponseBase, WhiteNoiseMiddleware.serve(export, request))
        return respond(request, not_found("There is no such export.").problem)


class Export(StaticFile):  # type: ignore[misc]
    """A file that never changes, as it is and in gzip, each with an entity tag of its own."""

    def __init__(self, path: Path, media_type: str, digest: str) -> None:
        headers = {
            "Content-Type": media_type,
            "Cache-Control": IMMUTABLE,
            "Accept-Ranges": "bytes",
            "ETag": f'"{digest}"',
        }
        super().__init__(str(path), list(headers.items()), {"gzip": f"{path}{GZIP}"})

    @staticmethod
    def get_alternatives(base_headers: Any, files: Any) -> list[Any]:
        """Give gzip another tag: half of one and half of the other are no file."""
        alternatives = []
        for accepted, path, headers in StaticFile.get_alternatives(base_headers, files):
            names = dict(headers)
            if "Content-Encoding" in names:
                names["ETag"] = f'{names["ETag"][:-1]}-gzip"'
            alternatives.append((accepted, path, list(names.items())))
        return alternatives

    def is_not_modified(self, request_headers: Mapping[str, Any]) -> bool:
        """Return whether the client has what would be sent; of a weak tag what it says is enough."""
        given = request_headers.get("HTTP_IF_NONE_MATCH")
        if given is None:
            return bool(super().is_not_modified(request_headers))
        return given.strip() == "*" or self._etag(request_headers) in _tags(given)

    def get_path_and_headers(self, request_headers: Mapping[str, Any]) -> tuple[str, Any]:
        """Return the file in the coding that the client likes best."""
        held = {
            dict(headers).get("Content-Encoding", IDENTITY): (path, headers) for _, path, headers in self.alternatives
        }
        return held[choose(request_headers.get("HTTP_ACCEPT_ENCODING", ""), tuple(sorted(held)))]

    def get_response(self, method: str, request_headers: Mapping[str, Any]) -> Response:
        """Answer; with the whole file where only the head is asked for, or where the client may have a part of another.

        Weak tags and times do not tell codings apart (RFC 9110, section 13.1.5).
        """
        condition = request_headers.get("HTTP_IF_RANGE", "").strip()
        if method == "HEAD" or (condition and condition != self._etag(request_headers)):
            request_headers = {**request_headers, "HTTP_RANGE": ""}
        return super().get_response(method, request_headers)

    def get_range_response(self, range_header: str, base_headers: Any, file_handle: Any) -> Response:
        """Send one byte, too, for which the library says that there is none; and nothing of the last none of a file."""
        size = int(dict(base_headers)["Content-Length"])
        if EMPTY_SUFFIX.fullmatch(range_header.strip()):
            return self.get_range_not_satisfiable_response(file_handle, size)
        start, end = self.get_byte_range(range_header, size)
        if start != end:
            return super().get_range_response(range_header, base_headers, file_handle)
        headers = [(name, value) for name, value in base_headers if name != "Content-Length"]
        headers += [("Content-Range", f"bytes {start}-{end}/{size}"), ("Content-Length", "1")]
        part = SlicedFile(file_handle, start, end) if file_handle else None
        return Response(HTTPStatus.PARTIAL_CONTENT, headers, part)

    def _etag(self, request_headers: Mapping[str, Any]) -> str:
        return str(dict(self.get_path_and_headers(request_headers)[1])["ETag"])


def folder() -> Path:
    """Return where exports are."""
    return Path(settings.EXPORTS_FOLDER)


def _tags(given: str) -> Iterator[str]:
    for tag in given.split(","):
        yield tag.strip().removeprefix("W/")
