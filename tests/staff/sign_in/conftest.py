"""Somebody of staff, with a second step and without."""

import pytest
from django.contrib.auth.models import User

from apps.staff.models import Device
from tests.staff.sign_in.entering import PASSWORD, device_for


@pytest.fixture
def user(db) -> User:
    return User.objects.create_superuser("anna", password=PASSWORD)


@pytest.fixture
def device(user) -> Device:
    return device_for(user)
