"""The language in which people read our pages: of the back office and of the site, never of an API's answers."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import get_supported_language_variant, parse_accept_lang_header

from apps.back_office.middleware import is_back_office


def language_of(request: HttpRequest) -> str:
    """Return the language that was chosen at the foot of a page, else the best of those that the browser asks for."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in settings.INTERFACE_LANGUAGES:
        return chosen
    for asked, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if asked == "*":
            break
        try:
            # zh, zh-cn and zh-sg are zh-hans; de-at is de.
            found = get_supported_language_variant(asked)
        except LookupError:
            continue
        for code in (found, found.partition("-")[0]):
            if code in settings.INTERFACE_LANGUAGES:
                return code
    return settings.LANGUAGE_CODE


class InterfaceLanguage:
    """Speaks to people in their language: in the back office, and where a view's class `speaks`.

    Django's LocaleMiddleware would offer all languages of the data, and let every answer of the API vary by them.
    """

    def __init__(self, get_response: Any) -> None:
        """Take what answers."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        """Answer; a page says in which language, and by what it varies."""
        if is_back_office(request):
            _speak(request)
        try:
            response: HttpResponse = self.get_response(request)
        finally:
            language = getattr(request, "interface_language", None)
            if language:
                translation.deactivate()
        if language:
            response.headers.setdefault("Content-Language", language)
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Find out whether people read what this view answers; its template is rendered later."""
        if getattr(getattr(view, "view_class", None), "speaks", False):
            _speak(request)


def _speak(request: HttpRequest) -> None:
    language = language_of(request)
    request.interface_language = language  # type: ignore[attr-defined]
    translation.activate(language)
