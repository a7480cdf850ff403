"""The back office, one include per API style, and the handlers of what no view answered."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView
from django.views.i18n import set_language

from apps.staff.name_languages import name_languages
from apps.staff.places import places
from apps.staff.translation_files import translation_file
from apps.staff.translations import translations
from apps.staff.tree import places_tree

handler400 = "apps.api.errors.bad_request"
handler403 = "apps.api.errors.permission_denied"
handler404 = "apps.api.errors.page_not_found"
handler500 = "apps.api.errors.server_error"

# What visitors see is no page of an object of the back office.
admin.site.site_url = None
admin.site.index_title = _("What would you like to look after?")

urlpatterns = [
    # Where the pages of imports were before they had an app of their own.
    re_path(
        r"^admin/geography/(?P<page>import(?:job|run)/.*)$",
        RedirectView.as_view(url="/admin/imports/%(page)s", query_string=True),
    ),
    path("admin/places/", admin.site.admin_view(places), name="places"),
    path("admin/places/tree/", admin.site.admin_view(places_tree), name="places_tree"),
    path("admin/name-languages/", admin.site.admin_view(name_languages), name="name_languages"),
    path("admin/translations/", admin.site.admin_view(translations), name="translations"),
    path("admin/translations/file/", admin.site.admin_view(translation_file), name="translation_file"),
    path("admin/language/", set_language, name="set_language"),
    path("admin/", admin.site.urls),
    # For people who open the back office by hand.
    path("admin", RedirectView.as_view(pattern_name="admin:index")),
    path("", include("apps.site.urls")),
    path("", include("apps.api_styles.constants.urls")),
    # Before country_list, whose is all else below /v1/.
    path("", include("apps.api_styles.csc.urls")),
    path("", include("apps.api_styles.country_list.urls")),
    # Before the style that answers for all unknown paths below /api/.
    path("", include("apps.api_styles.search.urls")),
    path("", include("apps.api_styles.data.urls")),
    path("", include("apps.api_styles.tenant_countries.urls")),
    path("", include("apps.api_styles.rest_countries.urls")),
]
