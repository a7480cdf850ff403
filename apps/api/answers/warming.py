"""Answers that many will ask for, put on the shelf before anybody does. Styles name them (see `api.styles`)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from string import Template

from rest_framework.exceptions import APIException

from apps.api.answers import inside
from apps.api.answers.shelf import Shelf
from apps.api.answers.store import AnswerKey
from apps.api.languages import canonical
from apps.api.styles import CommonRequest, styles
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
    for request in (request for style in styles() for request in style.common):
        if request.is_public and for_everybody:
            yield from _filled(request, None, sorted(LANGUAGES), each_country=False)
        if not request.is_public:
            for tenant in tenants:
                yield from _filled(request, tenant, tenant.languages, each_country=each_country)


def _filled(
    request: CommonRequest, tenant: Tenant | None, languages: Sequence[str], *, each_country: bool
) -> Iterator[Common]:
    countries: Sequence[str] = [""]
    if "$country" in request.path:
        active = Country.objects.active_for(tenant).order_by("code") if tenant and each_country else None
        countries = list(active.values_list("code", flat=True)) if active is not None else []
    has_language = "$language" in f"{request.path} {request.headers}"
    for language, country in product(languages if has_language else languages[:1], countries):
        values = {"language": canonical(language), "country": country}
        values |= {"tenant": tenant.code, "workspace_id": tenant.workspace_id} if tenant else {}
        filled = {name: Template(text).substitute(values) for name, text in request.headers.items()}
        yield Common(Template(request.path).substitute(values), filled, tenant)


def prepare(common: Common, shelf: Shelf) -> Path | None:
    """Put the answer to a request on the shelf unless a current one lies there; None where it is refused."""
    view = inside.view_for(common.path, common.headers, common.tenant)
    try:
        key = view.answer_key(view.request)
        return replicas.at_one_moment(key.holder, partial(_shelved, view, key, shelf)) if key else None
    except APIException:
        return None


def _shelved(view: StyleViewSet, key: AnswerKey, shelf: Shelf, now: Revisions) -> Path:
    if shelf.find(key, now) is None:
        shelf.put(key, now, view.build(key))
    return shelf.file(key)
