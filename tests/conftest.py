"""Fixtures that tests of every app use."""

import pytest
from django.core.cache import cache

from apps.tenants.models import Tenant
from tests.factories import TenantFactory, issue_key


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture
def tenant(db: None) -> Tenant:
    """A tenant with a plan that includes everything."""
    return TenantFactory(code="acme", languages=["en", "de", "pl"])


@pytest.fixture
def secret(tenant: Tenant) -> str:
    """A private key of the tenant."""
    return issue_key(tenant)
