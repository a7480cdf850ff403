"""The releases of exports as an Atom feed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from apps.site.exports.formats import ATTRIBUTION
from apps.site.exports.releases import Manifest, Release, manifest_name, manifests
from apps.site.exports.views import folder


class Entry(NamedTuple):
    """A release of a tenant's view in one language."""

    manifest: Manifest
    release: Release


class Releases(Feed[Entry, None]):
    """Releases that can still be had, the newest first."""

    feed_type = Atom1Feed
    # RFC 4287 has no feed without one.
    author_name = "Gazetteer"
    title = "Releases of data"
    subtitle = "Exports of countries, subdivisions and cities, as they come out."
    feed_copyright = ATTRIBUTION

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer, or 404 where nobody's exports are public."""
        if not settings.EXPORTS_TENANTS:
            raise Http404
        return super().__call__(request, *args, **kwargs)

    def link(self) -> str:
        """Return the address of the page."""
        return reverse("exports")

    def items(self) -> Sequence[Entry]:
        """Return the releases."""
        found = manifests(folder(), settings.EXPORTS_TENANTS)
        entries = [Entry(manifest, release) for manifest in found for release in manifest.releases]
        return sorted(entries, key=lambda entry: entry.release.released_at, reverse=True)

    def item_title(self, item: Entry) -> str:
        """Say whose, and in which language."""
        return f"{item.manifest.tenant}, {item.manifest.language}"

    def item_description(self, item: Entry) -> str:
        """Say how much."""
        return ", ".join(f"{count:,} {kind}" for kind, count in item.release.counts.items())

    def item_link(self, item: Entry) -> str:
        """Return the address of the manifest, which names the files."""
        return reverse("export", args=[manifest_name(item.manifest.tenant, item.manifest.language)])

    def item_guid(self, item: Entry) -> str:
        """Return what names the release for ever; the same data may come out twice."""
        return f"urn:gazetteer:{item.manifest.tenant}:{item.manifest.language}:{item.release.released_at}"

    def item_updateddate(self, item: Entry) -> datetime:
        """Return when it came out."""
        return datetime.fromisoformat(item.release.released_at)

    def item_pubdate(self, item: Entry) -> datetime:
        """Return the same."""
        return self.item_updateddate(item)
