"""Roles: what each is for, and who may give it to whom."""

from collections import defaultdict
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import QuerySet
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

MEANINGS = {
    gettext_noop("Viewer"): _("sees everything but people, and changes nothing."),
    gettext_noop("Editor"): _("corrects places: countries, subdivisions, cities and their names."),
    gettext_noop("Translator"): _("writes names in the languages chosen for them, and nothing else."),
    gettext_noop("Tenant manager"): _(
        "decides what the tenants chosen for them show; of other tenants they see nothing."
    ),
    gettext_noop("Key manager"): _("issues, rolls and revokes keys and clients."),
    gettext_noop("Importer"): _("compares imports and applies them."),
    gettext_noop("Administrator"): _("does all of that, makes tenants, and gives roles to people."),
}
VERBS = {"view": _("see"), "add": _("add"), "change": _("change"), "delete": _("delete")}


def codes(permissions: QuerySet[Permission]) -> set[str]:
    """Return permissions as Django's `has_perm` names them; one query."""
    return {f"{app}.{code}" for app, code in permissions.values_list("content_type__app_label", "codename")}


def grantable_by(user: Any) -> QuerySet[Group]:
    """Return the roles that allow nothing that `user` may not do; all for a superuser. Two queries.

    What limits a role is no right: whoever is not limited may give it.
    """
    if user.is_superuser:
        return Group.objects.order_by("pk")
    limits = ["own_tenants_only", "own_languages_only"]
    own = {each for each in user.get_all_permissions() if each.partition(".")[2] not in limits}
    beyond = {
        group
        for group, app, code in Group.objects.exclude(permissions=None).values_list(
            "pk", "permissions__content_type__app_label", "permissions__codename"
        )
        if code not in limits and f"{app}.{code}" not in own
    }
    limited = [each for each in limits if user.has_perm(f"tenants.{each}")]
    groups = Group.objects.exclude(pk__in=beyond)
    for each in limited:
        # Whoever is limited gives only what is limited likewise.
        groups = groups.filter(permissions__in=Permission.objects.filter(codename=each))
    return groups.order_by("pk")


def is_within(other: Any, user: Any) -> bool:
    """Return whether `other` may do nothing that `user` may not."""
    if user.is_superuser or other.pk == user.pk:
        return True
    limits = {"tenants.own_tenants_only", "tenants.own_languages_only"}
    own = user.get_all_permissions()
    theirs = other.user_permissions.all() | Permission.objects.filter(group__user=other)
    has = codes(theirs.distinct())
    return not other.is_superuser and has - limits <= own and own & limits <= has


def in_words(permissions: QuerySet[Permission]) -> SafeString:
    """Return what is allowed of each table, a line for each; one query."""
    by_table: dict[str, list[Any]] = defaultdict(list)
    limits = []
    for each in permissions.select_related("content_type"):
        verb: Any = VERBS.get(each.codename.partition("_")[0])
        model = each.content_type.model_class()
        if verb and model:
            by_table[str(model._meta.verbose_name_plural)].append(verb)
        else:
            limits.append(gettext(each.name))
    order = list(VERBS.values())
    lines = [
        (f"{table}: {', '.join(map(str, sorted(verbs, key=order.index)))}",)
        for table, verbs in sorted(by_table.items())
    ]
    return format_html_join("", "{}<br>", [*lines, *((limit,) for limit in limits)])
