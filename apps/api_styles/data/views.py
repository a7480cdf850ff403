"""The policies of the data style, then its endpoints."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.authentication import REALM, BearerAuthentication
from apps.api.bodies import json_body
from apps.api.cors import CrossOriginView
from apps.api.errors import not_found
from apps.api.languages import canonical
from apps.api.limits.client_address import client_address
from apps.api.permissions import PrivateCredential, PublicCredential
from apps.api.views import StyleViewSet, UnknownPathView, stored
from apps.api_styles.data import answers, errors, parameters, questions, serializers
from apps.api_styles.data.location import Location, locate
from apps.api_styles.data.parameters import Asked
from apps.geography.models import Country, Subdivision
from apps.geography.models.countries import ALPHA2
from apps.geography.models.moments import Moment
from apps.geography.names import subdivision_names
from apps.geography.names.collation import sort_key
from apps.geography.names.languages import SOURCE_LANGUAGE, fallbacks
from apps.geography.validation import cities, codes, suggestions
from apps.geography.validation.codes import Reason

Authentications = Sequence[type[BaseAuthentication]]
Permissions = Sequence[type[BasePermission]]
SHAPING_HEADERS = (*parameters.LANGUAGE_HEADERS, "Accept-Encoding", "Origin")


class PublicKeyAuthentication(BearerAuthentication):
    """`X-API-KEY: <secret>`, as browsers send it."""

    def get_secret(self, request: Request) -> str:
        """Return the secret that was sent; raises NotAuthenticated when none was."""
        secret: str = request.headers.get("X-Api-Key", "").strip()
        if not secret:
            raise NotAuthenticated
        return secret

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge; it names an error only when a key was sent."""
        return f'{REALM}, error="invalid_token"' if request.headers.get("X-Api-Key") else REALM


class DataViewSet(StyleViewSet):
    """For back ends: a private key as a bearer token."""

    authentication_classes: Authentications = (BearerAuthentication,)
    permission_classes: Permissions = (PrivateCredential,)
    envelope = staticmethod(errors.envelope)
    vary = ("Authorization", *SHAPING_HEADERS)
    asked: Asked

    def read(self, request: Request) -> Asked:
        """Choose the language."""
        return Asked(parameters.language(request.headers, self.tenant.default_language))

    def canonical_path(self, **path: str) -> dict[str, str]:
        """Return codes of countries in upper case."""
        return {name: text.upper() if ALPHA2.fullmatch(text) else text for name, text in path.items()}

    def check_active(self, country: str) -> None:
        """Raise the 404 unless the path names an active country."""
        active = Country.objects.active_for(self.tenant)
        if not ALPHA2.fullmatch(country) or not active.filter(pk=country).exists():
            raise not_found("There is no such country.", entity_id=country)

    def answer(self, data: Any, status: int = 200) -> Response:
        """Return the answer, and in its header the language that was chosen."""
        return Response(data, status=status, headers={"X-Selected-Language": canonical(self.asked.language)})


class WidgetView(CrossOriginView):
    """For forms in browsers: a public key in a header, from the key's own origins."""

    authentication_classes: Authentications = (PublicKeyAuthentication,)
    permission_classes: Permissions = (PublicCredential,)
    vary = ("X-API-KEY", *SHAPING_HEADERS)
    cors_request_headers = ("X-API-KEY", "Content-Type", "Accept-Language", "X-Forced-Language", "X-Default-Language")
    cors_exposed_headers = ("X-Selected-Language",)

    def locate(self, request: Request) -> Location | None:
        """Return where the caller is, unless `no_geoip` asks us not to; raises the 400."""
        is_unwanted = self.query.boolean("no_geoip", digits=True)
        return None if is_unwanted else locate(client_address(request))


class CountryViewSet(DataViewSet):
    """The tenant's active countries."""

    def read(self, request: Request) -> Asked:
        """Read where names come from; ISO's are English whatever the language. Raises the 400."""
        asked = super().read(request)
        if parameters.wants_iso_names(self.query):
            return replace(asked, wants_iso_names=True, language=SOURCE_LANGUAGE)
        return asked

    @stored
    def list(self) -> Response:
        """Return the countries, sorted by name."""
        language = self.asked.language
        languages = fallbacks(language, self.tenant.default_language)
        columns = ("alpha3", "numeric", "iso_name", "iso_status", "is_independent", "updated")
        countries = Country.objects.active_for(self.tenant).annotate(updated=Moment("updated_at"))
        rows = countries.labelled_rows(languages, columns, tenant=self.tenant)
        name = "iso_name" if self.asked.wants_iso_names else "label"
        identities = Subdivision.objects.identities()
        for row in rows:
            row["name"] = row[name]
            row["whole_country"], row["whole_code"] = identities.get(row["code"], (None, None))
        key = sort_key(language)
        return self.answer([self.item(row) for row in sorted(rows, key=lambda row: (key(row["name"]), row["code"]))])

    def item(self, row: serializers.Row) -> serializers.Country:
        """Return a country as the contract shows it."""
        return serializers.country(row)


class SubdivisionViewSet(DataViewSet):
    """The subdivisions of a country in ISO 3166-2."""

    columns = (
        "code", "parent_id", "updated", "redirect_country", "redirect_subdivision__code", "whole_country", "whole_code",
    )  # fmt: skip

    def read(self, request: Request) -> Asked:
        """Read how subdivisions are to be named; raises the 400."""
        return replace(super().read(request), naming=parameters.Naming.read(self.query))

    @stored
    def list(self, country: str) -> Response:
        """Return the top level sorted by name, then what lies below, likewise; nothing when the plan has none."""
        self.check_active(country)
        rows = self.rows(country) if self.tenant.plan.subdivision_access else ()
        key = sort_key(self.asked.language)
        rows = sorted(rows, key=lambda row: (row["parent_id"] is not None, key(row["name"]), row["code"]))
        return self.answer([self.item(row) for row in rows])

    def item(self, row: serializers.Row) -> serializers.Subdivision:
        """Return a subdivision as the contract shows it."""
        return serializers.subdivision(row)

    def rows(self, country: str) -> Iterable[dict[str, Any]]:
        """Return the subdivisions under the names that the plan and the caller choose."""
        subdivisions = Subdivision.objects.active_for(self.tenant).iso().with_whole()
        dated = subdivisions.annotate(updated=Moment("updated_at"))
        preference = self.asked.naming.preference(self.asked.language)
        rows = subdivision_names.named(dated, country, self.columns, self.tenant, preference)
        for row in rows.values():
            # A parent that the tenant does not see is none.
            row["parent_id"] = row["parent_id"] if row["parent_id"] in rows else None
        return rows.values()


class WidgetCountryViewSet(WidgetView, CountryViewSet):
    """The same for a form."""

    def read(self, request: Request) -> Asked:
        """Read also in which country the caller is."""
        asked, location = super().read(request), self.locate(request)
        return replace(asked, location=Location(location.country, frozenset()) if location else None)

    def item(self, row: serializers.Row) -> serializers.WidgetCountry:
        """Return a country as forms show it."""
        return serializers.widget_country(row, self.asked.location)


class WidgetSubdivisionViewSet(WidgetView, SubdivisionViewSet):
    """The same for a form."""

    def read(self, request: Request) -> Asked:
        """Read also where the caller is, if it is in this country."""
        asked, location = super().read(request), self.locate(request)
        is_here = location is not None and location.country == self.kwargs["country"]
        return replace(asked, location=location if is_here else None)

    def item(self, row: serializers.Row) -> serializers.WidgetSubdivision:
        """Return a subdivision as forms show it."""
        return serializers.widget_subdivision(row, self.asked.location)


class ValidationViewSet(DataViewSet):
    """Whether codes and names are those of something that the tenant shows."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of suggestions and canonical names."""
        return fallbacks(self.asked.language, self.tenant.default_language)

    def country(self, request: Request) -> Response:
        """Judge one alpha-2 code or a list."""
        body = json_body(request)
        question = questions.question(body)
        follow = questions.flag(body, "follow_upward") and not question.is_list
        verdicts = codes.countries(question.texts, self.tenant, follow_upward=follow)
        wrong = answers.wrong(question, verdicts)
        found = suggestions.countries(wrong, self.tenant, self.languages) if wrong else {}
        return self.answer(*answers.judged(question, verdicts, found))

    def subdivision(self, request: Request) -> Response:
        """Judge one ISO 3166-2 code of a country or a list."""
        body = json_body(request)
        question = questions.question(body, allow_none=True)
        country = questions.text(body, "country")
        follow = questions.flag(body, "follow_related") and not question.is_list
        allow_parents = questions.flag(body, "allow_parent_selection")
        verdicts = codes.subdivisions(
            question.texts, country, self.tenant, follow_related=follow, allow_parents=allow_parents
        )
        wrong = answers.wrong(question, verdicts)
        found = suggestions.subdivisions(wrong, country, self.tenant, self.languages) if wrong else {}
        return self.answer(*answers.judged(question, verdicts, found))

    def city(self, request: Request) -> Response:
        """Judge the name of a city in any language and answer its canonical names."""
        asked = questions.CityQuestion.read(json_body(request))
        verdict = cities.judge(asked.city, asked.country, asked.subdivision, self.tenant, self.languages)
        found = None
        if asked.suggest and verdict.reason == Reason.UNKNOWN_CITY:
            found = suggestions.cities(asked.city, asked.country, self.tenant, self.languages)
        return self.answer(*answers.city(verdict, found))


class UnknownPath(UnknownPathView):
    """Every other path of the style."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (PrivateCredential,)
    envelope = staticmethod(errors.envelope)
    vary = ("Authorization", *SHAPING_HEADERS)


class UnknownWidgetPath(WidgetView, UnknownPathView):
    """Every other path below the widget's."""

    envelope = staticmethod(errors.envelope)
