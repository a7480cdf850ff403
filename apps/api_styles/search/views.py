"""The policy of the search style, then its endpoints."""

from apps.api.callers import AnyCredential, AnyKeyAuthentication
from apps.api.cors import CrossOriginView
from apps.api.input import Query
from apps.api.languages import LANGUAGE_HEADERS, chosen
from apps.api.views import Headers, StyleViewSet, UnknownPathView, answered_by
from apps.api_styles.search import errors, lists, parameters
from apps.api_styles.search.parameters import Changes, Nearest, Search


class SearchStyleView(CrossOriginView):
    """For back ends with a private key as a bearer, and for pages with a public key in a header."""

    authentication_classes = (AnyKeyAuthentication,)
    permission_classes = (AnyCredential,)
    envelope = staticmethod(errors.envelope)


class SearchView(SearchStyleView):
    """A view that answers in a language."""

    vary = ("Authorization", "X-API-KEY", *LANGUAGE_HEADERS, "Accept-Encoding", "Origin")
    asks_by = LANGUAGE_HEADERS
    cors_request_headers = ("X-API-KEY", *LANGUAGE_HEADERS)
    cors_exposed_headers = ("X-Selected-Language",)

    def language(self, headers: Headers) -> str:
        """Return the language of the answer."""
        return chosen(headers, self.tenant.default_language)


class SearchViewSet(SearchView, StyleViewSet):
    """Places by what was typed."""

    @answered_by(lists.search)
    def list(self, headers: Headers, query: Query) -> Search:
        """Return what is looked for; raises the 400."""
        return parameters.search(query, self.language(headers))


class NearestViewSet(SearchView, StyleViewSet):
    """Cities by where they are."""

    @answered_by(lists.nearest)
    def list(self, headers: Headers, query: Query) -> Nearest:
        """Return the point and how many; raises the 400."""
        return parameters.nearest(query, self.language(headers))


class ChangesViewSet(SearchStyleView, StyleViewSet):
    """What has changed, by when somebody read it last; in no language."""

    vary = ("Authorization", "X-API-KEY", "Accept-Encoding", "Origin")
    asks_by = ()
    cors_request_headers = ("X-API-KEY",)

    @answered_by(lists.changes)
    def list(self, headers: Headers, query: Query) -> Changes:
        """Return since when; raises the 400."""
        return parameters.changes(query, self.tenant)


class UnknownPath(SearchView, UnknownPathView):
    """Every other path of the style."""
