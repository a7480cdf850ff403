"""Members of staff by their roles."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from apps.tenants.models import StaffReach, Tenant
from tests.factories import TenantFactory

MAKE = Callable[..., Client]


@pytest.fixture
def log_in(db: None) -> MAKE:
    """Make a member of staff with these roles, who has logged in."""

    def make(*names: str, tenants: Any = (), languages: Any = ()) -> Client:
        user = User.objects.create_user("-".join(names), is_staff=True)
        user.groups.set(Group.objects.filter(name__in=[name.replace("-", " ").capitalize() for name in names]))
        assert user.groups.count() == len(names)
        reach = StaffReach.objects.create(user=user, languages=list(languages))
        reach.tenants.set(tenants)
        client = Client()
        client.force_login(user)
        return client

    return make


@pytest.fixture
def other(db: None) -> Tenant:
    return TenantFactory(code="other")
