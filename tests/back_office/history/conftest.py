"""Somebody of staff who may do everything."""

import pytest
from django.test import Client


@pytest.fixture
def staff(admin_client: Client) -> Client:
    return admin_client
