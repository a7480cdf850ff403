"""The policies of the data style, then its endpoints."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from apps.api.authentication import REALM, BearerAuthentication
from apps.api.bodies import json_body
from apps.api.client_address import client_address
from apps.api.cors import CrossOriginView
from apps.api.errors import not_found
from apps.api.languages import canonical
from apps.api.permissions import PrivateCredential, PublicCredential
from apps.api.views import StyleViewSet, UnknownPathView
from apps.api_styles.data import answers, errors, parameters, questions, serializers
from apps.api_styles.data.location import Location, locate
from apps.geography import city_validation, official_names, suggestions, validation
from apps.geography.collation import sort_key
from apps.geography.languages import SOURCE_LANGUAGE, fallbacks, parents
from apps.geography.models import Country, Subdivision
from apps.geography.models.countries import ALPHA2
from apps.geography.official_names import Preference
from apps.geography.validation import Reason

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
    language: str
    location: Location | None = None

    def read(self, request: Request) -> None:
        """Choose the language."""
        self.language = parameters.language(request.headers, self.tenant.default_language)

    def active_country(self, code: str) -> str:
        """Return the code of the active country that a path names; raises the 404."""
        active = Country.objects.active_for(self.tenant)
        if not ALPHA2.fullmatch(code) or not active.filter(pk=code.upper()).exists():
            raise not_found("There is no such country.", entity_id=code)
        return code.upper()

    def answer(self, data: Any, status: int = 200) -> Response:
        """Return the answer, and in its header the language that was chosen."""
        return Response(data, status=status, headers={"X-Selected-Language": canonical(self.language)})


class WidgetView(CrossOriginView):
    """For forms in browsers: a public key in a header, from the key's own origins."""

    authentication_classes: Authentications = (PublicKeyAuthentication,)
    permission_classes: Permissions = (PublicCredential,)
    vary = ("X-API-KEY", *SHAPING_HEADERS)
    cors_request_headers = ("X-API-KEY", "Content-Type", "Accept-Language", "X-Forced-Language", "X-Default-Language")
    cors_exposed_headers = ("X-Selected-Language",)

    def read(self, request: Request) -> None:
        """Find out where the caller is, unless `no_geoip` asks us not to; raises the 400."""
        super().read(request)
        is_unwanted = self.query.boolean("no_geoip", digits=True)
        self.location = None if is_unwanted else locate(client_address(request))


class CountryViewSet(DataViewSet):
    """The tenant's active countries."""

    serializer_class: ClassVar[type[BaseSerializer[Any]]] = serializers.CountrySerializer

    def read(self, request: Request) -> None:
        """Read where names come from; ISO's are English whatever the language. Raises the 400."""
        super().read(request)
        self.name = "label"
        if parameters.wants_iso_names(self.query):
            self.name, self.language = "iso_name", SOURCE_LANGUAGE

    def list(self, request: Request) -> Response:
        """Return the countries, sorted by name."""
        languages = fallbacks(self.language, self.tenant.default_language)
        countries = Country.objects.active_for(self.tenant).labelled(languages, tenant=self.tenant)
        rows = countries.values(
            "code", "alpha3", "numeric", "iso_name", "iso_status", "is_independent", "updated_at", "label"
        )
        named = [row | {"name": row[self.name]} for row in rows]
        key = sort_key(self.language)
        named.sort(key=lambda row: (key(row["name"]), row["code"]))
        context = {"identities": Subdivision.objects.identities(), "location": self.location}
        return self.answer(self.serializer_class(named, many=True, context=context).data)


class SubdivisionViewSet(DataViewSet):
    """The subdivisions of a country in ISO 3166-2."""

    serializer_class: ClassVar[type[BaseSerializer[Any]]] = serializers.SubdivisionSerializer
    columns = ("pk", "code", "parent_id", "updated_at", "label", "type_label", "redirect_country",
               "redirect_subdivision__code", "whole_country", "whole_code", "name_en")  # fmt: skip

    def read(self, request: Request) -> None:
        """Read how subdivisions are to be named; raises the 400."""
        super().read(request)
        self.naming = parameters.Naming.read(self.query)

    def list(self, request: Request, country: str) -> Response:
        """Return the top level sorted by name, then what lies below, likewise; nothing when the plan has none."""
        code = self.active_country(country)
        rows = self.rows(code) if self.tenant.plan.subdivision_access else ()
        key = sort_key(self.language)
        rows = sorted(rows, key=lambda row: (row["parent_id"] is not None, key(row["name"]), row["code"]))
        return self.answer(self.serializer_class(rows, many=True, context={"location": self.location}).data)

    def rows(self, country: str) -> Iterable[dict[str, Any]]:
        """Return the subdivisions under the names that the plan and the caller choose."""
        subdivisions = Subdivision.objects.active_for(self.tenant).iso().filter(country=country).with_whole()
        types = fallbacks(self.language, self.tenant.default_language)
        labelled = subdivisions.labelled(parents(self.language)).labelled(types, prefix="type__")
        rows = {row["pk"]: row for row in labelled.values(*self.columns)}
        is_extended = self.tenant.plan.extended_translations and not self.naming.official
        preference = Preference(self.language) if is_extended else self.naming.preference(self.language)
        official = official_names.names_in(country, preference)
        for key, row in rows.items():
            name = official.get(key) or row["name_en"]
            # A parent that the tenant does not see is none.
            row["parent_id"] = row["parent_id"] if row["parent_id"] in rows else None
            if is_extended:
                row |= {"name": row["label"] or name, "type_label": None}
            else:
                row |= {"name": name, "type_label": row["type_label"] or None}
        return rows.values()


class WidgetCountryViewSet(WidgetView, CountryViewSet):
    """The same for a form."""

    serializer_class = serializers.WidgetCountrySerializer


class WidgetSubdivisionViewSet(WidgetView, SubdivisionViewSet):
    """The same for a form."""

    serializer_class = serializers.WidgetSubdivisionSerializer


class ValidationViewSet(DataViewSet):
    """Whether codes and names are those of something that the tenant shows."""

    def read(self, request: Request) -> None:
        """Choose the languages of suggestions and canonical names."""
        super().read(request)
        self.languages = fallbacks(self.language, self.tenant.default_language)

    def country(self, request: Request) -> Response:
        """Judge one alpha-2 code or a list."""
        body = json_body(request)
        question = questions.question(body)
        follow = questions.flag(body, "follow_upward") and not question.is_list
        verdicts = validation.countries(question.texts, self.tenant, follow_upward=follow)
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
        verdicts = validation.subdivisions(
            question.texts, country, self.tenant, follow_related=follow, allow_parents=allow_parents
        )
        wrong = answers.wrong(question, verdicts)
        found = suggestions.subdivisions(wrong, country, self.tenant, self.languages) if wrong else {}
        return self.answer(*answers.judged(question, verdicts, found))

    def city(self, request: Request) -> Response:
        """Judge the name of a city in any language and answer its canonical names."""
        asked = questions.CityQuestion.read(json_body(request))
        verdict = city_validation.judge(asked.city, asked.country, asked.subdivision, self.tenant, self.languages)
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
