import pytest
from django.core.management import call_command
from django.db import connection, transaction

from apps.geography.models import City, Country, TenantCountry
from apps.revisions import numbers
from apps.tenants.models import Plan, Tenant
from tests.factories import CityFactory, CountryFactory, TenantFactory

pytestmark = pytest.mark.django_db


def moves(name: str, write) -> int:
    before = numbers.current(name)[name]
    write()
    return numbers.current(name)[name] - before


def sql(statement: str):
    def write():
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return write


@pytest.mark.parametrize(
    "write",
    [
        lambda: CountryFactory(code="XB"),
        lambda: Country.objects.filter(code="XA").update(calling_code="1"),
        lambda: Country.objects.get(code="XA").delete(),
        lambda: City.objects.bulk_create([City(country_id="XA", name="Somewhere")]),
        sql("UPDATE geography_country SET calling_code = '2' WHERE code = 'XA'"),
    ],
    ids=["save", "update", "delete", "bulk_create", "SQL"],
)
def test_the_data_revision_moves_whoever_writes(write):
    CountryFactory(code="XA")
    assert moves("data", write) >= 1


def test_the_data_revision_rests_when_a_tenant_is_written():
    tenant = TenantFactory()
    assert moves("data", lambda: TenantCountry.objects.filter(tenant=tenant).switch(False)) == 0


def test_the_credentials_revision_moves_with_tenants_and_plans():
    tenant = TenantFactory()
    assert moves("credentials", lambda: Tenant.objects.filter(pk=tenant.pk).update(is_enabled=False)) >= 1
    assert moves("credentials", lambda: Plan.objects.filter(pk=tenant.plan_id).update(monthly_quota=1)) >= 1


def test_a_tenants_revision_moves_with_its_own_countries_only():
    mine, other = TenantFactory(), TenantFactory()
    switch = TenantCountry.objects.filter(tenant=mine, country="PL").switch

    assert moves(f"tenant:{other.pk}", lambda: switch(False)) == 0
    assert moves(f"tenant:{mine.pk}", lambda: switch(True)) >= 1


def test_one_statement_over_several_tenants_moves_each():
    tenants = TenantFactory.create_batch(3)
    names = [f"tenant:{tenant.pk}" for tenant in tenants]
    before = numbers.current(*names)
    TenantCountry.objects.filter(tenant__in=tenants, country="PL").update(active=False)
    after = numbers.current(*names)
    assert all(after[name] > before[name] for name in names)
    Tenant.objects.filter(pk__in=[tenant.pk for tenant in tenants]).delete()


def test_a_rolled_back_write_leaves_the_revision_where_it_was():
    def write_and_roll_back():
        with transaction.atomic():
            CityFactory(country=CountryFactory(code="XA"))
            transaction.set_rollback(True)

    assert moves("data", write_and_roll_back) == 0


def test_current_asks_once_and_knows_zero(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert numbers.current("data", "nothing")["nothing"] == 0


def test_migrate_moves_every_revision():
    names = ["data", "credentials", f"tenant:{TenantFactory().pk}"]
    before = numbers.current(*names)
    call_command("migrate", verbosity=0)
    after = numbers.current(*names)
    assert all(after[name] > before[name] for name in names)
