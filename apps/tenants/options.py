"""Tenants and plans from the shell: what the commands that make and change them have in common.

Each option is stored under the name of its field, and only where it is given.
"""

from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db import models

from apps import PROGRAM
from apps.back_office.history import audit
from apps.back_office.history.audit import Author
from apps.tenants.models import Plan, Tenant

NO_LIMIT = "none"
X_VERSION = {"required": True, "optional": False}
SWITCH = {"on": True, "off": False}
LIMITS = ("requests_per_minute", "monthly_quota")
TENANT_FIELDS = (
    "name",
    "languages",
    "default_language",
    "plan",
    "requires_x_version",
    "allows_anonymous",
    "origins",
    *LIMITS,
)


def limit(text: str) -> int | None:
    """Read a whole number from 1, or `none`."""
    if text.lower() == NO_LIMIT:
        return None
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise ArgumentTypeError(f"{text!r} is neither a whole number of at least 1 nor {NO_LIMIT}")
    return int(text)


def codes(text: str) -> list[str]:
    """Read a comma list of language codes, each once."""
    return list(dict.fromkeys(code.strip().lower() for code in text.split(",") if code.strip()))


def x_version(text: str) -> bool:
    """Read whether the header is required."""
    return _one_of(X_VERSION, text)


def switch(text: str) -> bool:
    """Read on or off."""
    return _one_of(SWITCH, text)


def _one_of(words: Mapping[str, bool], text: str) -> bool:
    if text not in words:
        raise ArgumentTypeError(f"{text!r} is neither {' nor '.join(words)}")
    return words[text]


def plan_named(text: str) -> Plan:
    """Return the plan of a name; raises CommandError, with those that there are."""
    found = Plan.objects.filter(name=text).first()
    if found is None:
        known = ", ".join(Plan.objects.values_list("name", flat=True)) or "none yet"
        raise CommandError(f"There is no plan {text!r}; there are: {known}. {PROGRAM} create_plan makes one.")
    return found


def add_x_version(parser: ArgumentParser) -> None:
    """Declare the switch that clients of today want off."""
    parser.add_argument(
        "--x-version",
        dest="requires_x_version",
        type=x_version,
        metavar="|".join(X_VERSION),
        default=SUPPRESS,
        help="Whether its countries need the header X-Version: v2, which clients of today do not send.",
    )


def add_limits(parser: ArgumentParser, otherwise: str, default: int | None = None) -> None:
    """Declare the limits; `otherwise` says what holds where there is none, `default` what a minute has otherwise."""
    by_default = f"By default {default:,}." if default else ""
    for name, span in zip(LIMITS, ("a minute", "a calendar month"), strict=True):
        parser.add_argument(
            f"--{name.replace('_', '-')}",
            type=limit,
            metavar="N",
            default=SUPPRESS,
            help=f"Requests in {span}; {NO_LIMIT}: {otherwise}. {by_default * (span == 'a minute')}".strip(),
        )


def add_tenant_options(parser: ArgumentParser) -> None:
    """Declare what a tenant may be given."""
    for name, about in (
        ("name", "What people call it."),
        ("default-language", "One of its languages: answers in it when the caller asks for none that we have."),
        ("plan", "The name of its plan; create_plan makes one."),
    ):
        parser.add_argument(f"--{name}", default=SUPPRESS, help=about)
    parser.add_argument(
        "--languages", type=codes, metavar="en,de", default=SUPPRESS, help="The languages in which it shows names."
    )
    parser.add_argument(
        "--origin",
        action="append",
        dest="origins",
        metavar="ORIGIN",
        default=SUPPRESS,
        help="A browser origin that may call. Repeat for more, which replace those it has; '' is none.",
    )
    add_x_version(parser)
    parser.add_argument(
        "--anonymous",
        dest="allows_anonymous",
        type=switch,
        metavar="|".join(SWITCH),
        default=SUPPRESS,
        help="Whether storefronts may log in anonymously, with the id of one of its clients, to read.",
    )
    add_limits(parser, "its plan's")


def put(tenant: Tenant, options: Mapping[str, Any], by: Author) -> None:
    """Give the tenant what the options say, and save it; raises CommandError for what it cannot have."""
    given = {field: options[field] for field in TENANT_FIELDS if field in options}
    if isinstance(given.get("plan"), str):
        given["plan"] = plan_named(given["plan"])
    for field, value in given.items():
        setattr(tenant, field, value)
    tenant.origins = [origin for origin in tenant.origins if origin]
    # Who changes the languages and says nothing of the default means the first of them.
    if "default_language" not in options and tenant.languages and tenant.default_language not in tenant.languages:
        tenant.default_language = tenant.languages[0]
    save(tenant, by)


def save(row: models.Model, by: Author) -> None:
    """Check and save a row, for the history too; raises CommandError that names each field at fault."""
    try:
        row.full_clean()
    except ValidationError as error:
        faults = [f"{field}: {' '.join(messages)}" for field, messages in error.message_dict.items()]
        raise CommandError("; ".join(faults)) from error
    audit.save(by, row)


def described(tenant: Tenant) -> str:
    """Return what the tenant is, in lines."""
    rows = {
        "name": tenant.name,
        "workspace": tenant.workspace_id,
        "plan": tenant.plan,
        "languages": ", ".join(tenant.languages) + f" (default {tenant.default_language})",
        "X-Version": "required" if tenant.requires_x_version else "optional",
        "anonymous log-in": "on" if tenant.allows_anonymous else "off",
        "origins": ", ".join(tenant.origins) or "none",
        "requests per minute": _limit(tenant.limit_per_minute),
        "requests per month": _limit(tenant.limit_per_month),
        "enabled": "yes" if tenant.is_enabled else "no",
    }
    return "\n".join([f"Tenant {tenant}", *(f"  {name:<20}{value}" for name, value in rows.items())])


def _limit(count: int | None) -> str:
    return "no limit" if count is None else str(count)
