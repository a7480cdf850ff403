"""Every tenant has every country: triggers that add the missing TenantCountry rows.

A trigger holds whatever route a tenant or a country comes by (admin, import, SQL), and tenants need not
know geography. See `apps/decisions/0002-triggers.md`.
"""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

COLUMNS = "(tenant_id, country_id, active, version, created_at, modified_at)"
TENANT_TRIGGER = "assign_countries_to_new_tenant"
COUNTRY_TRIGGER = "assign_new_country_to_tenants"


def install(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Create both triggers, replacing older ones; a receiver of `post_migrate`."""
    connection = connections[using]
    if "geography_tenantcountry" not in connection.introspection.table_names():
        return
    is_sqlite = connection.vendor == "sqlite"
    true = "1" if is_sqlite else "true"
    now = "strftime('%Y-%m-%d %H:%M:%f000', 'now')" if is_sqlite else "now()"
    # A country that upstream withdrew and gave back keeps what the tenant had chosen.
    bodies = {
        (TENANT_TRIGGER, "tenants_tenant"): (
            f"INSERT INTO geography_tenantcountry {COLUMNS} SELECT NEW.id, code, {true}, 1, {now}, {now} "
            f"FROM geography_country WHERE withdrawn_on IS NULL ORDER BY code;"
        ),
        (COUNTRY_TRIGGER, "geography_country"): (
            f"INSERT INTO geography_tenantcountry {COLUMNS} SELECT id, NEW.code, {true}, 1, {now}, {now} "
            f"FROM tenants_tenant WHERE true ORDER BY id ON CONFLICT (tenant_id, country_id) DO NOTHING;"
        ),
    }
    with connection.cursor() as cursor:
        for (trigger, table), body in bodies.items():
            if is_sqlite:
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger}")
                cursor.execute(f"CREATE TRIGGER {trigger} AFTER INSERT ON {table} BEGIN {body} END")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger} ON {table}")
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS "
                    f"$$ BEGIN {body} RETURN NULL; END $$"
                )
                cursor.execute(
                    f"CREATE TRIGGER {trigger} AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {trigger}()"
                )
