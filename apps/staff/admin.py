"""Back office for the people who use it, their roles, and the history as far as each reaches."""

from typing import Any, ClassVar, cast

from auditlog.models import LogEntry
from axes.models import AccessAttempt
from axes.utils import reset
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db.models import ManyToManyField, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_noop, ngettext
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.api_keys.models import ApiKey, OAuthClient
from apps.back_office.admin import AuditAdmin
from apps.back_office.history import audit
from apps.back_office.history.recorded import RecordedAdmin, author
from apps.back_office.lists import bulk
from apps.back_office.lists.read_only import ReadOnly
from apps.back_office.words.language_names import named_languages
from apps.geography.admin.place_history import about, address_of, asked_place
from apps.geography.models import TenantCountry, TenantCountryName, TenantSubdivision
from apps.staff import roles
from apps.staff.sign_in import second_step
from apps.staff.sign_in.forms import ColleaguesPasswordForm
from apps.tenants.models import StaffReach, Tenant
from apps.tenants.own_tenants import tenants_of

# The pages of django-otp would show the secrets.
admin.site.unregister([User, Group, TOTPDevice])
OF_TENANTS = (TenantCountry, TenantSubdivision, TenantCountryName, ApiKey, OAuthClient)


class ReachForm(forms.ModelForm[StaffReach]):
    """Tenants and languages to tick."""

    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        choices=named_languages,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Of a translator: the languages whose names they write."),
    )

    class Meta:
        model = StaffReach
        fields = ("tenants", "languages")


class ReachInline(admin.StackedInline[StaffReach, User]):
    """How far somebody reaches whose role is limited."""

    model = StaffReach
    form = ReachForm
    autocomplete_fields = ("tenants",)
    can_delete = False
    verbose_name_plural = _("Of which tenants, in which languages (for tenant managers and translators)")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse whoever is limited: they would reach further by it."""
        return tenants_of(request) is None and super().has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse whoever is limited."""
        return tenants_of(request) is None and super().has_add_permission(request, obj)


@admin.register(User)
class PeopleAdmin(RecordedAdmin, UserAdmin):  # type: ignore[type-arg]
    """People are given roles, and nobody gives, or takes over, more than they have themselves."""

    is_undoable = False
    change_password_form = ColleaguesPasswordForm
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Who it is"), {"fields": ("first_name", "last_name", "email")}),
        (_("What they may do"), {"fields": ("is_active", "is_staff", "is_superuser", "groups", "further")}),
        (_("Log-in"), {"fields": ("is_locked", "has_second_step")}),
        (_("When"), {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("further", "is_locked", "has_second_step", "last_login", "date_joined")
    filter_horizontal = ()
    list_display = (
        "username", "full_name", "roles", "is_active", "is_superuser", "is_locked", "has_second_step", "last_login",
    )  # fmt: skip
    list_filter = ("is_staff", "is_superuser", "is_active", "groups")
    inlines = (ReachInline,)
    actions = ("unlock", "reset_second_step")

    @admin.display(description=_("Name"))
    def full_name(self, user: User) -> str:
        """Return first and last name."""
        return user.get_full_name()

    @admin.display(description=_("Roles"))
    def roles(self, user: User) -> str:
        """Return the roles by name."""
        return ", ".join(gettext(group.name) for group in user.groups.all())

    @admin.display(description=_("Permissions besides"))
    def further(self, user: User) -> str:
        """Return what somebody was given before there were roles."""
        return ", ".join(each.name for each in user.user_permissions.all()) or gettext("None.")

    @admin.display(description=_("Locked out"), boolean=True)
    def is_locked(self, user: Any) -> bool:
        """Return whether wrong passwords keep somebody out, from some address."""
        failures = AccessAttempt.objects.filter(
            username=user.get_username(), failures_since_start__gte=settings.AXES_FAILURE_LIMIT
        )
        return bool(user.locked if hasattr(user, "locked") else failures.exists())

    @admin.display(description=_("Second step"), boolean=True)
    def has_second_step(self, user: Any) -> bool:
        """Return whether somebody is asked for a code after the password."""
        return bool(user.steps if hasattr(user, "steps") else second_step.device_of(user))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read in the same queries what roles people have, who is locked out, and who has a second step."""
        locked = AccessAttempt.objects.filter(failures_since_start__gte=settings.AXES_FAILURE_LIMIT)
        rows: Any = super().get_queryset(request)
        rows = rows.prefetch_related("groups").annotate(
            locked=Q(username__in=locked.values("username")), steps=Q(pk__in=second_step.with_one())
        )
        return cast(QuerySet[Any], rows)

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask how far somebody reaches once there is somebody."""
        return self.inlines if obj else ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave it to superusers to make superusers."""
        return self.readonly_fields if request.user.is_superuser else (*self.readonly_fields, "is_superuser")

    def formfield_for_manytomany(self, db_field: ManyToManyField[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the roles, each with what it is for, that allow no more than the user's own."""
        if db_field.name == "groups":
            kwargs["form_class"] = RolesField
            kwargs["queryset"] = roles.grantable_by(request.user)
            kwargs["widget"] = forms.CheckboxSelectMultiple
            field: Any = super().formfield_for_manytomany(db_field, request, **kwargs)
            field.label, field.help_text = (
                _("Roles"),
                _("Somebody with several may do what each allows, in the limits of each."),
            )
            return field
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Keep the roles that whoever saves can neither give nor take."""
        kept = []
        if change:
            kept = list(form.instance.groups.exclude(pk__in=roles.grantable_by(request.user)))
        super().save_related(request, form, formsets, change)
        form.instance.groups.add(*kept)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse for whoever may do more than the user: a new password would be theirs."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or roles.is_within(obj, request.user))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse all but superusers: people are made inactive, and stay in the history."""
        return bool(request.user.is_superuser) and super().has_delete_permission(request, obj)

    @admin.action(description=_("Unlock: forget wrong passwords"), permissions=["change"])
    def unlock(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Let people log in again who gave too many wrong passwords."""
        by, entries = author(request), []
        for user in people:
            if reset(username=user.get_username()):
                entries.append(audit.entry(by, user, {}, note=gettext_noop("Unlocked after wrong passwords.")))
        audit.record(entries)
        if entries:
            self.message_user(request, gettext("Unlocked: {number}.").format(number=len(entries)), messages.SUCCESS)
        else:
            self.message_user(request, gettext("None of them was locked out."), messages.WARNING)

    @admin.action(description=_("Reset the second step, where a device is lost"), permissions=["change"])
    def reset_second_step(self, request: HttpRequest, people: QuerySet[User]) -> HttpResponse | None:
        """Ask first, then remove the second step of others who may do no more than the user."""
        found = people.filter(pk__in=second_step.with_one())
        within = [user.pk for user in found if user.pk != request.user.pk and roles.is_within(user, request.user)]
        if left := len(found) - len(within):
            said = ngettext(
                "%(left)d stays as it is: yours, which you switch off yourself, or of somebody with more rights.",
                "%(left)d stay as they are: yours, which you switch off yourself, or of somebody with more rights.",
                left,
            )
            self.message_user(request, said % {"left": left}, messages.WARNING)
        chosen = people.filter(pk__in=within)
        question = gettext(
            "Reset the second step of {rows}? Their sessions end, and their password alone logs them in again."
        )
        if page := bulk.ask(self, request, chosen, question=question, button=gettext("Reset"), count=len(within)):
            return page
        count = sum(second_step.reset(author(request), user) for user in chosen)
        self.message_user(request, gettext("Second steps reset: %(count)d.") % {"count": count}, messages.SUCCESS)
        return None


class RolesField(forms.ModelMultipleChoiceField[Group]):
    """Roles, each with what it is for."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the name and a sentence."""
        meaning = roles.MEANINGS.get(obj.name)
        return f"{gettext(obj.name)}: {meaning}" if meaning else obj.name


@admin.register(Group)
class RolesAdmin(ReadOnly, RecordedAdmin, GroupAdmin):
    """Roles are explained here and given on the page of a user; what they allow comes with the product."""

    is_undoable = False
    fields = ("called", "meaning", "allows", "people")
    list_display = ("called", "meaning", "people")
    filter_horizontal = ()

    @admin.display(description=_("Name"), ordering="name")
    def called(self, group: Group) -> str:
        """Return what it is called, in the language of the page."""
        return gettext(group.name)

    @admin.display(description=_("What it is for"))
    def meaning(self, group: Group) -> str:
        """Return a sentence."""
        return str(roles.MEANINGS.get(group.name) or gettext("Of your own, from before there were roles."))

    @admin.display(description=_("Who has it"))
    def people(self, group: Any) -> str:
        """Return the names of its people."""
        return ", ".join(user.get_username() for user in group.user_set.all()) or gettext("Nobody.")

    @admin.display(description=_("What it allows"))
    def allows(self, group: Group) -> Any:
        """Return what it allows of each table, in words."""
        return roles.in_words(Permission.objects.filter(group=group))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read the people in one query."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.prefetch_related("user_set")


class PlaceFilter(admin.SimpleListFilter):
    """A place, with all that belongs to it: its page leads here."""

    title = _("place")
    parameter_name = "place"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return what is asked for and nothing else."""
        self.tenants = tenants_of(request)
        self.place = asked_place(self.used_parameters.get("place") or "")
        return [(address_of(self.place), str(self.place))] if self.place else []

    def has_output(self) -> bool:
        """Tell Django to heed what is asked for, be it a place or not."""
        return bool(self.used_parameters)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the entries about it; of what is no place there are none."""
        if not self.value():
            return queryset
        return queryset.filter(about(self.place, self.tenants)) if self.place else queryset.none()


class OfTenantFilter(admin.SimpleListFilter):
    """A tenant: what was done to it, to what it shows and to its credentials, and by whom it was called."""

    title = _("tenant")
    parameter_name = "tenant"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the tenants that the user reaches; one query."""
        own = tenants_of(request)
        tenants = Tenant.objects.all() if own is None else own
        return [(code, code) for code in tenants.order_by("code").values_list("code", flat=True)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the entries of it."""
        code = self.value()
        return queryset.filter(_of_tenants(Tenant.objects.filter(code=code), [code])) if code else queryset


class PersonFilter(admin.SimpleListFilter):
    """Who did it, of those whom the user finds in the history."""

    title = _("person")
    parameter_name = "person"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return people by name; one query."""
        actors = User.objects.filter(is_staff=True)
        if tenants_of(request) is not None:
            actors = actors.filter(pk__in=model_admin.get_queryset(request).order_by().values("actor"))
        return [(str(pk), name) for pk, name in actors.order_by("username").values_list("pk", "username")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return what they did, also by imports that they started."""
        person = self.value()
        if not person:
            return queryset
        name = dict(self.lookup_choices).get(person)
        return queryset.filter(Q(actor=person) | Q(additional_data__user=name)) if name else queryset.none()


@admin.register(LogEntry)
class HistoryAdmin(AuditAdmin):
    """The history; whoever is limited to tenants of their own sees what was done to those, and what they did."""

    list_filter: ClassVar[tuple[Any, ...]] = (PlaceFilter, OfTenantFilter, PersonFilter, *AuditAdmin.list_filter)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave out what is of other tenants."""
        entries = super().get_queryset(request)
        own = tenants_of(request)
        if own is None:
            return entries
        codes = list(own.values_list("code", flat=True))
        return entries.filter(Q(actor=request.user.pk) | _of_tenants(own, codes))


def _of_tenants(tenants: QuerySet[Tenant], codes: list[Any]) -> Q:
    """Return the condition on what was done to tenants, to what they show and to their credentials, or by them."""
    kinds = ContentType.objects.get_for_models(Tenant, *OF_TENANTS)
    theirs = Q(additional_data__tenant__in=codes)
    theirs |= Q(content_type=kinds[Tenant], object_id__in=tenants.values("pk"))
    for model in OF_TENANTS:
        rows = model._base_manager.filter(tenant__in=tenants)
        theirs |= Q(content_type=kinds[model], object_id__in=rows.values("pk"))
    return theirs
