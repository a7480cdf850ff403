"""The csc API style: countries, states and cities as clients of Countries States Cities ask for them."""

from rest_framework.permissions import AllowAny

from apps.api.callers import KeyAuthentication
from apps.api.cors import CrossOriginView
from apps.api.input import Query
from apps.api.views import Headers, StyleViewSet, UnknownPathView, answered_by
from apps.api_styles.csc import errors, lists
from apps.api_styles.csc.lists import Asked

HEADER = "X-CSCAPI-KEY"


class CscAuthentication(KeyAuthentication):
    """`X-CSCAPI-KEY: <secret>`, a private or public key or an access token; or the same as a bearer."""

    variable = "HTTP_X_CSCAPI_KEY"


class CscView(CrossOriginView):
    """Any credential; a public key from its own origins."""

    authentication_classes = (CscAuthentication,)
    permission_classes = (AllowAny,)
    envelope = staticmethod(errors.envelope)
    vary = (HEADER, "Authorization", "Accept-Encoding", "Origin")
    asks_by = ()
    cors_request_headers = (HEADER, "Authorization", "Content-Type")


class PlaceViewSet(CscView, StyleViewSet):
    """The tenant's active countries, their states and cities."""

    @answered_by(lists.countries)
    def countries(self, headers: Headers, query: Query) -> Asked:
        """Ask for every country."""
        return Asked()

    @answered_by(lists.country)
    def country(self, headers: Headers, query: Query, country: str) -> Asked:
        """Ask for one."""
        return Asked.of(country)

    @answered_by(lists.all_states)
    def all_states(self, headers: Headers, query: Query) -> Asked:
        """Ask for the states of every country."""
        return Asked()

    @answered_by(lists.states)
    def states(self, headers: Headers, query: Query, country: str) -> Asked:
        """Ask for the states of one."""
        return Asked.of(country)

    @answered_by(lists.state)
    def state(self, headers: Headers, query: Query, country: str, state: str) -> Asked:
        """Ask for one of its states."""
        return Asked.of(country, state)

    @answered_by(lists.cities)
    def cities(self, headers: Headers, query: Query, country: str) -> Asked:
        """Ask for the cities of a country."""
        return Asked.of(country)

    @answered_by(lists.cities)
    def cities_of_state(self, headers: Headers, query: Query, country: str, state: str) -> Asked:
        """Ask for the cities of a state."""
        return Asked.of(country, state)


class UnknownPath(CscView, UnknownPathView):
    """Every other path of the style."""
