import pytest
from django.core.management import call_command
from django.db import connection

from apps.geography.models import Country, TenantCountry
from tests.factories import CountryFactory, TenantFactory

pytestmark = pytest.mark.django_db


def test_a_new_tenant_has_every_current_country_active():
    CountryFactory(code="XA", withdrawn_on="2026-01-01")
    tenant = TenantFactory()
    rows = TenantCountry.objects.filter(tenant=tenant)
    assert rows.count() == Country.objects.current().count()
    assert set(rows.values_list("active", "version")) == {(True, 1)}
    assert not rows.filter(country="XA").exists()


def test_a_new_country_goes_to_every_tenant():
    tenants = TenantFactory.create_batch(2)
    CountryFactory(code="XA")
    assert TenantCountry.objects.filter(country="XA", tenant__in=tenants).count() == 2


def test_a_country_that_comes_by_sql_is_assigned_too():
    tenant = TenantFactory()
    CountryFactory(code="XA")
    columns = [field.column for field in Country._meta.concrete_fields]
    changed = {"code": "'XB'", "alpha3": "'XB_'", "numeric": "20001", "constant_number": "95999999"}
    values = ", ".join(changed.get(column, f'"{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO geography_country ({names}) SELECT {values} FROM geography_country WHERE code = 'XA'"  # noqa: S608
        )
    row = TenantCountry.objects.get(tenant=tenant, country="XB")
    assert row.active
    assert row.created_at.tzinfo is not None


def test_a_tenants_choice_survives_withdrawal_and_return():
    tenant = TenantFactory()
    country = CountryFactory(code="XA")
    TenantCountry.objects.filter(tenant=tenant, country="XA").switch(False)
    Country.objects.filter(pk=country.pk).update(withdrawn_on="2026-01-01")
    Country.objects.filter(pk=country.pk).update(withdrawn_on=None)
    assert TenantCountry.objects.get(tenant=tenant, country="XA").active is False


def test_migrate_gives_the_countries_to_a_tenant_that_missed_them():
    tenant, other = TenantFactory.create_batch(2)
    CountryFactory(code="XA", withdrawn_on="2026-01-01")
    TenantCountry.objects.filter(tenant=tenant, country="PL").switch(False)
    TenantCountry.objects.filter(tenant=tenant).exclude(country="PL").delete()
    before = list(TenantCountry.objects.filter(tenant=other).values())
    call_command("migrate", verbosity=0)
    rows = TenantCountry.objects.filter(tenant=tenant)
    assert rows.count() == Country.objects.current().count()
    assert [row.country_id for row in rows.filter(active=False)] == ["PL"]
    assert rows.get(country="DE").created_at.tzinfo is not None
    assert list(TenantCountry.objects.filter(tenant=other).values()) == before
