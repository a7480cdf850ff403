"""Answers that many will ask for, put on the shelf before anybody does.

A style names them in its AppConfig, as paths and headers:
`common = (("/v1/country/list?country=$country", {"Accept-Language": "$language"}),)`. What has a `$language` is
answered in each language of a tenant, what has a `$country` for each of its active countries. In a style that
`is_public`, what names no `$workspace_id` is the same for everybody.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from string import Template
from typing import Any, cast

from django.apps import apps
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from apps.api.answers import routes
from apps.api.answers.readings import WarmRequest, variable
from apps.api.answers.shelf import Shelf
from apps.api.languages import canonical
from apps.api.views import StyleViewSet
from apps.geography.models import Country
from apps.geography.names.languages import LANGUAGES
from apps.revisions import replicas
from apps.revisions.numbers import Revisions
from apps.tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class Common:
    """A request that many make: a path with its query, headers, and for which tenant (None: for nobody's)."""

    path: str
    headers: Mapping[str, str]
    tenant: Tenant | None


def common_requests(tenants: Iterable[Tenant], *, each_country: bool, for_everybody: bool = True) -> Iterator[Common]:
    """Yield what is common: for everybody in every language, then for each tenant in its own."""
    for config in apps.get_app_configs():
        for path, headers in getattr(config, "common", ()):
            is_public = getattr(config, "is_public", False) and "$workspace_id" not in str(headers)
            if is_public and for_everybody:
                yield from _filled(path, headers, None, sorted(LANGUAGES), each_country=False)
            if not is_public:
                for tenant in tenants:
                    yield from _filled(path, headers, tenant, tenant.languages, each_country=each_country)


def _filled(
    path: str, headers: Mapping[str, str], tenant: Tenant | None, languages: Sequence[str], *, each_country: bool
) -> Iterator[Common]:
    countries: Sequence[str] = [""]
    if "$country" in path:
        active = Country.objects.active_for(tenant).order_by("code") if tenant and each_country else None
        countries = list(active.values_list("code", flat=True)) if active is not None else []
    has_language = "$language" in f"{path} {headers}"
    for language, country in product(languages if has_language else languages[:1], countries):
        values = {"language": canonical(language), "country": country}
        values |= {"tenant": tenant.code, "workspace_id": tenant.workspace_id} if tenant else {}
        filled = {name: Template(text).substitute(values) for name, text in headers.items()}
        yield Common(Template(path).substitute(values), filled, tenant)


def prepare(common: Common, shelf: Shelf) -> Path | None:
    """Put the answer to a request on the shelf unless a current one lies there; None where it is refused."""
    path, _, query = common.path.partition("?")
    route = routes.find(path)
    if route is None:
        raise LookupError(f"No view answers {path} from the store.")
    environ = {variable(name): text for name, text in common.headers.items()}
    environ |= {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query}
    view = route.make_view(cast(Request, WarmRequest(environ)))
    view.answer_for(common.tenant)
    try:
        view.ask(view.request)
        holder = view.holder
        return replicas.at_one_moment(holder.pk if holder else None, partial(_shelved, view, route.action, shelf))
    except APIException:
        return None


def _shelved(view: StyleViewSet, action: str, shelf: Shelf, now: Revisions) -> Path:
    key = view.key(action)
    if shelf.find(key, now) is None:
        build: Any = getattr(type(view), action).build
        shelf.put(key, now, view.built(build))
    return shelf.file(key)
