"""Every tenant has every country: triggers that add the missing TenantCountry rows.

A trigger holds whatever route a tenant or a country comes by (admin, import, SQL), and tenants need not
know geography. See `apps/decisions/0002-triggers.md`.
"""

from collections.abc import Iterator
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

from apps.revisions.triggers import Body, Trigger

TENANT_COUNTRIES = "geography_tenantcountry"
INSERT = f"INSERT INTO {TENANT_COUNTRIES} (tenant_id, country_id, active, version, created_at, modified_at)"
# A country that upstream withdrew and gave back keeps what the tenant had chosen.
ONCE = "ON CONFLICT (tenant_id, country_id) DO NOTHING"
SQLITE_NOW = "strftime('%Y-%m-%d %H:%M:%f000', 'now')"


def triggers() -> Iterator[Trigger]:
    """Yield both triggers."""
    yield Trigger(
        name="assign_countries_to_new_tenant",
        table="tenants_tenant",
        event="INSERT",
        target=TENANT_COUNTRIES,
        sqlite=Body(
            f"{INSERT} SELECT NEW.id, code, true, 1, {SQLITE_NOW}, {SQLITE_NOW} "
            "FROM geography_country WHERE withdrawn_on IS NULL ORDER BY code;"
        ),
        postgresql=Body(
            f"{INSERT} SELECT t.id, c.code, true, 1, now(), now() FROM new_rows t CROSS JOIN geography_country c "
            "WHERE c.withdrawn_on IS NULL ORDER BY t.id, c.code;"
        ),
    )
    yield Trigger(
        name="assign_new_country_to_tenants",
        table="geography_country",
        event="INSERT",
        target=TENANT_COUNTRIES,
        sqlite=Body(
            f"{INSERT} SELECT id, NEW.code, true, 1, {SQLITE_NOW}, {SQLITE_NOW} "
            f"FROM tenants_tenant WHERE true ORDER BY id {ONCE};"
        ),
        postgresql=Body(
            f"{INSERT} SELECT t.id, c.code, true, 1, now(), now() FROM tenants_tenant t CROSS JOIN new_rows c "
            f"ORDER BY t.id, c.code {ONCE};"
        ),
    )


def assign_missing(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Give the countries to tenants that came while the triggers were missing; a receiver of `post_migrate`."""
    connection = connections[using]
    if TENANT_COUNTRIES not in connection.introspection.table_names():
        return
    now = SQLITE_NOW if connection.vendor == "sqlite" else "now()"
    with connection.cursor() as cursor:
        cursor.execute(
            f"{INSERT} SELECT t.id, c.code, true, 1, {now}, {now} FROM tenants_tenant t CROSS JOIN geography_country c "
            f"WHERE c.withdrawn_on IS NULL AND NOT EXISTS (SELECT 1 FROM {TENANT_COUNTRIES} a "
            f"WHERE a.tenant_id = t.id AND a.country_id = c.code) ORDER BY t.id, c.code {ONCE}"
        )
