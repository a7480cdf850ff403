"""Tenants and their plans."""

import secrets
from collections.abc import Hashable
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.tenants.origins import validate_origins


def new_workspace_id() -> str:
    """Return a random public workspace id: 22 URL-safe characters, 128 bits."""
    return secrets.token_urlsafe(16)


def default_languages() -> list[str]:
    """Return the languages of a tenant that has chosen none."""
    return ["en"]


# A thousand a second, for a minute on end: more than clients ask that do not go round in circles.
DEFAULT_REQUESTS_PER_MINUTE = 60_000


class Plan(models.Model):
    """What a tenant has bought: which data it may see and how much it may ask."""

    name = models.CharField(max_length=60, unique=True)
    subdivision_access = models.BooleanField(default=True, help_text="Off: lists of subdivisions are empty.")
    extended_translations = models.BooleanField(
        default=True, help_text="On: subdivision names in every language. Off: official ISO names only."
    )
    requests_per_minute = models.PositiveIntegerField(
        null=True,
        blank=True,
        default=DEFAULT_REQUESTS_PER_MINUTE,
        help_text="What is dear counts for several (config/deploy/README.md). Empty: no limit.",
    )
    monthly_quota = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="Requests per calendar month. Empty: no limit."
    )

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class TenantQuerySet(models.QuerySet["Tenant"]):
    """The questions this project asks about tenants."""

    def languages(self) -> set[str]:
        """Return every language that some tenant uses; one query."""
        return {code for codes in self.values_list("languages", flat=True) for code in codes}


class Tenant(models.Model):
    """A customer: who sees its own selection of countries through its own credentials."""

    code = models.CharField(
        max_length=16,
        unique=True,
        validators=[
            RegexValidator(r"\A[a-z][a-z0-9]{2,15}\Z", _("3 to 16 characters: a letter, then letters and digits."))
        ],
        help_text="3 to 16 lower-case letters and digits, first a letter. Part of the tenant's URLs.",
    )
    name = models.CharField(max_length=100)
    workspace_id = models.CharField(
        max_length=22, unique=True, default=new_workspace_id, editable=False, help_text="Public and random."
    )
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="tenants")
    languages = models.JSONField(default=default_languages, help_text='Language codes, as in ["en", "de"].')
    default_language = models.CharField(max_length=10, choices=settings.LANGUAGES, default="en")
    requires_x_version = models.BooleanField(
        "requires X-Version",
        default=True,
        help_text="On: the tenant API answers 400 without the header X-Version: v2.",
    )
    origins = models.JSONField(
        default=list,
        blank=True,
        validators=[validate_origins],
        help_text='Browser origins that may call, as in ["https://shop.example"].',
    )
    allows_anonymous = models.BooleanField(
        "allows anonymous log-in",
        default=False,
        help_text="On: whoever knows the id of one of its OAuth2 clients gets a token that reads its countries and "
        "regions, for an hour. Storefronts need it.",
    )
    requests_per_minute = models.PositiveIntegerField(
        null=True, blank=True, help_text="Its own limit instead of its plan's. Empty: the plan's."
    )
    monthly_quota = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="Its own quota instead of its plan's. Empty: the plan's."
    )
    is_enabled = models.BooleanField("enabled", default=True, help_text="Off: none of its credentials works.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="tenant_code_lower_case_letters_and_digits",
                condition=models.Q(code__regex=r"^[a-z][a-z0-9]{2,15}$"),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def sees(self) -> tuple[Hashable, ...]:
        """Return all of the tenant and its plan that decides what an answer shows."""
        plan = self.plan
        return (
            self.default_language, tuple(self.languages), plan.subdivision_access, plan.extended_translations,
        )  # fmt: skip

    @property
    def limit_per_minute(self) -> int | None:
        """How many requests it may make in a minute; None: as many as it likes."""
        return self.plan.requests_per_minute if self.requests_per_minute is None else self.requests_per_minute

    @property
    def limit_per_month(self) -> int | None:
        """How many requests it may make in a calendar month; None: as many as it likes."""
        return self.plan.monthly_quota if self.monthly_quota is None else self.monthly_quota

    def clean(self) -> None:
        """Refuse languages that we do not hold, and a default that is not among them."""
        known = {code for code, _ in settings.LANGUAGES}
        languages = self.languages if isinstance(self.languages, list) else []
        if not languages or not all(isinstance(code, str) and code in known for code in languages):
            raise ValidationError(
                {"languages": gettext("Give a list of codes out of: {codes}.").format(codes=", ".join(sorted(known)))}
            )
        if self.default_language not in languages:
            raise ValidationError(
                {"default_language": gettext("The default language must be one of the tenant's languages.")}
            )


class StaffReachQuerySet(models.QuerySet["StaffReach"]):
    """The questions this project asks about how far staff reach."""

    def tenants_of(self, user: Any) -> models.QuerySet[Tenant] | None:
        """Return the tenants that a user may look after, None for all; no query before they are asked for."""
        if user.is_superuser or not user.has_perm("tenants.own_tenants_only"):
            return None
        return Tenant.objects.filter(staffreach__user=user.pk)

    def languages_of(self, user: Any) -> set[str] | None:
        """Return the languages in which a user may write names and nothing else, None for whatever else allows."""
        if user.is_superuser or not user.has_perm("tenants.own_languages_only"):
            return None
        reach = self.filter(user=user.pk).first()
        return set(reach.languages) if reach else set()


class StaffReach(models.Model):
    """How far a member of staff reaches: the tenants of a tenant manager, the languages of a translator."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reach")
    tenants = models.ManyToManyField(Tenant, blank=True, help_text="Of a tenant manager: those that they look after.")
    languages = models.JSONField(default=list, blank=True, help_text="Of a translator: those that they write.")
    shown_languages = models.JSONField(
        null=True, blank=True, help_text="Whose names they see first. None: those that tenants use."
    )

    objects = StaffReachQuerySet.as_manager()

    class Meta:
        verbose_name = "reach"
        verbose_name_plural = "reach"
        permissions: ClassVar = [
            ("own_tenants_only", "Is limited to tenants of their own"),
            ("own_languages_only", "Is limited to names in languages of their own"),
        ]

    def __str__(self) -> str:
        return f"Reach of {self.user_id}"
