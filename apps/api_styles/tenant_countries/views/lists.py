"""Lists and their items, as the tenant has them."""

from apps.api.input import Query
from apps.api.views import Headers, StyleViewSet, answered_by
from apps.api_styles.tenant_countries import lists
from apps.api_styles.tenant_countries.collections import Collection, Regions
from apps.api_styles.tenant_countries.filters import listed
from apps.api_styles.tenant_countries.languages import Languages, languages_for
from apps.api_styles.tenant_countries.lists import Item, Page
from apps.api_styles.tenant_countries.views.policy import TenantCountriesView
from apps.geography.names.languages import SOURCE_LANGUAGE


class CollectionViewSet(TenantCountriesView, StyleViewSet):
    """A collection and its items. The path ends in the code of an item."""

    @property
    def collection(self) -> Collection:
        """What the path names."""
        raise NotImplementedError

    @answered_by(lists.page)
    def list(self, headers: Headers, query: Query, **path: str) -> Page:
        """Return which page is asked for; raises the 400."""
        languages = self.languages(headers, without_header=self.tenant.default_language)
        return Page.of(self.collection, query, headers, languages)

    @answered_by(lists.item)
    def retrieve(self, headers: Headers, query: Query, code: str, **path: str) -> Item:
        """Return which item is asked for, its code as we store it."""
        languages = self.languages(headers, without_header=SOURCE_LANGUAGE)
        return Item(self.collection, self.collection.canonical_code(code) or code, languages)

    def languages(self, headers: Headers, *, without_header: str) -> Languages:
        """Return the languages of names."""
        return languages_for(self.tenant, headers.get("Accept-Language"), without_header=without_header)


class RegionViewSet(CollectionViewSet):
    """The regions of the world; the same for every tenant."""

    collection = Regions()
    is_versioned = False


class ConfigurationViewSet(TenantCountriesView, StyleViewSet):
    """The configuration of the tenant, as far as it concerns languages."""

    is_versioned = False

    @answered_by(lists.configurations)
    def list(self, headers: Headers, query: Query, **path: str) -> tuple[str, ...]:
        """Return which of the configurations that there are is asked for: without `keys`, each."""
        asked = listed(query, "keys")
        return tuple(key for key in lists.CONFIGURATIONS if not asked or key in asked)

    @answered_by(lists.configuration)
    def retrieve(self, headers: Headers, query: Query, key: str, **path: str) -> str:
        """Return which configuration is asked for."""
        return key
