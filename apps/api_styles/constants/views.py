"""The constants API style: country constants for front ends."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.answers.conditional import strong_etag
from apps.api.answers.representations import Representation, StampedRepresentation
from apps.api.cors import CrossOriginView, allowed_headers
from apps.api.errors import Refusal
from apps.api.languages import canonical, lookup, negotiate
from apps.api.renderers import to_json
from apps.api.views import StyleViewSet, UnknownPathView, stored
from apps.api_styles.constants import errors, headers, serializers
from apps.api_styles.constants.workspaces import HEADER, WorkspaceAuthentication
from apps.geography.models import Country
from apps.geography.names.collation import sort_key
from apps.geography.names.languages import LANGUAGES, SOURCE_LANGUAGE, fallbacks
from apps.tenants.models import Tenant

CACHE_SECONDS = 24 * 60 * 60
TIMESTAMP = b'"timestamp":'
# What `*` may mean after X-LOCALE and the default, for who refuses both with q=0.
ANY_LANGUAGE = tuple(sorted(LANGUAGES))


class ConstantsView(CrossOriginView):
    """No credential, browsers of any origin, an envelope around everything."""

    authentication_classes = (WorkspaceAuthentication,)
    permission_classes = (AllowAny,)
    envelope = staticmethod(errors.envelope)
    workspace: Tenant | None = None
    vary = ("Accept-Language", "X-Locale", "X-Workspace-Id", "Accept-Encoding")

    def admit(self, auth: Any) -> None:
        """Note for which workspace somebody asks."""
        self.answer_for(auth)

    def answer_for(self, tenant: Tenant | None) -> None:
        """Note for which workspace to answer."""
        self.workspace = tenant

    @property
    def holder(self) -> Tenant | None:
        """The tenant of the workspace."""
        return self.workspace

    def cors_headers(self, request: Request) -> dict[str, str]:
        """Let browsers of every origin read the answer, without credentials."""
        cors_headers = {"Access-Control-Allow-Origin": "*"}
        if request.method == "OPTIONS":
            cors_headers["Access-Control-Allow-Methods"] = ", ".join(self.allowed_methods)
            cors_headers["Access-Control-Allow-Headers"] = allowed_headers(
                (*headers.REQUIRED, *headers.OPTIONAL), request
            )
            cors_headers["Access-Control-Max-Age"] = str(CACHE_SECONDS)
        else:
            cors_headers["Access-Control-Expose-Headers"] = (
                "ETag, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"
            )
        return cors_headers


class CountryViewSet(ConstantsView, StyleViewSet):
    """The countries that there are or, with X-Workspace-Id, those that the tenant shows."""

    def read(self, request: Request) -> str:
        """Check the headers, and return the language of labels; raises the 400 and the 404."""
        headers.check(request.headers)
        if self.workspace is None and request.headers.get(HEADER, "").strip():
            raise Refusal(404, "unknown_workspace", "There is no such workspace.")
        # Accept-Language's, else X-LOCALE's, else the default.
        default = self.workspace.default_language if self.workspace else SOURCE_LANGUAGE
        preferred = lookup(request.headers["X-Locale"].strip()) or default
        return negotiate(request.headers["Accept-Language"], (preferred, default, *ANY_LANGUAGE)) or preferred

    @stored
    def list(self) -> Response:
        """Answer with the countries, sorted as readers of the language sort them."""
        language, workspace = self.asked, self.workspace
        countries = Country.objects.active_for(workspace) if workspace else Country.objects.current()
        columns = ("alpha3", "numeric", "calling_code", "constant_number")
        rows = countries.labelled_rows(fallbacks(language), columns, tenant=workspace)
        key = sort_key(language)
        data = [serializers.country(row) for row in sorted(rows, key=lambda row: (key(row["label"]), row["code"]))]
        keeping = (
            f"private, max-age={settings.WORKSPACE_CACHE_SECONDS}" if workspace else f"public, max-age={CACHE_SECONDS}"
        )
        return Response(
            errors.wrapped(success=True, code="2000", message="Success", data=data),
            headers={
                "Cache-Control": keeping,
                "Content-Language": canonical(language),
                # Weak: `timestamp` differs from answer to answer.
                "ETag": f"W/{strong_etag(to_json(data))}",
            },
        )

    def represent(self, content: bytes, headers: Mapping[str, str]) -> Representation:
        """Let `timestamp` be that of each answer."""
        return StampedRepresentation(content, headers, content.index(TIMESTAMP) + len(TIMESTAMP))


class UnknownPath(ConstantsView, UnknownPathView):
    """Every other path of the style."""
