"""The back office for tenants, and what holds for all its pages."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.tenants.models import Tenant
from tests.back_office import sent_by
from tests.factories import PlanFactory

ADD = reverse("admin:tenants_tenant_add")
LOGIN = reverse("admin:login")


@pytest.fixture
def fields(db: None) -> dict[str, Any]:
    return {
        "code": "globex", "name": "Globex", "plan": PlanFactory().pk, "is_enabled": "on", "languages": ["de", "en"],
        "default_language": "de", "requires_x_version": "on", "origins": "https://shop.example\nhttps://b.example",
    }  # fmt: skip


def test_staff_add_a_tenant_with_every_country(admin_client, fields):
    assert admin_client.post(ADD, fields).status_code == 302
    tenant = Tenant.objects.get(code="globex")
    assert sorted(tenant.languages) == ["de", "en"]
    assert tenant.origins == ["https://shop.example", "https://b.example"]
    assert len(tenant.workspace_id) == 22


@pytest.mark.parametrize(
    "wrong", [{"code": "Globex"}, {"code": "gl"}, {"languages": ["xx"]}, {"default_language": "fr"}], ids=str
)
def test_what_is_wrong_adds_nothing(wrong, admin_client, fields):
    response = admin_client.post(ADD, fields | wrong)
    assert list(response.context["errors"])
    assert not Tenant.objects.filter(name="Globex").exists()


def test_a_tenant_to_come_is_not_shown_an_id_that_it_will_not_get(admin_client, tenant):
    assert "workspace_id" not in admin_client.get(ADD).content.decode()
    change = reverse("admin:tenants_tenant_change", args=[tenant.pk])
    assert tenant.workspace_id in admin_client.get(change).content.decode()


def test_a_tenant_keeps_its_code_and_is_not_deleted(admin_client, tenant, fields):
    url = reverse("admin:tenants_tenant_change", args=[tenant.pk])
    admin_client.post(url, sent_by(admin_client.get(url)) | fields)
    assert admin_client.post(reverse("admin:tenants_tenant_delete", args=[tenant.pk])).status_code == 403
    tenant.refresh_from_db()
    assert (tenant.code, tenant.name) == ("acme", "Globex")


def test_an_old_page_of_a_tenant_saves_nothing(admin_client, tenant):
    url = reverse("admin:tenants_tenant_change", args=[tenant.pk])
    sent = sent_by(admin_client.get(url))
    Tenant.objects.filter(pk=tenant.pk).update(is_enabled=False)
    assert "since you opened the page" in admin_client.post(url, sent | {"name": "Old"}).content.decode()
    tenant.refresh_from_db()
    assert (tenant.is_enabled, tenant.name == "Old") == (False, False)
    assert admin_client.post(url, sent_by(admin_client.get(url)) | {"name": "New"}).status_code == 302


@pytest.mark.parametrize("path", [LOGIN, reverse("admin:index"), ADD])
def test_every_page_forbids_framing_and_inline_scripts(path, admin_client):
    headers = admin_client.get(path, follow=True).headers
    policy = headers["Content-Security-Policy"]
    for directive in ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert directive in policy
    assert "unsafe" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    # Under no-referrer browsers send Origin: null with a form, which the CSRF check refuses.
    assert headers["Referrer-Policy"] == "same-origin"


def test_login_without_the_csrf_token_is_refused(db):
    assert Client(enforce_csrf_checks=True).post(LOGIN, {"username": "a", "password": "b"}).status_code == 403


def test_wrong_passwords_lock_one_name_from_one_address(client, django_user_model):
    django_user_model.objects.create_superuser("chief", password="right horse")

    def attempt(password: str, **extra: str) -> int:
        return client.post(LOGIN, {"username": "chief", "password": password}, **extra).status_code

    assert [attempt("wrong") for _ in range(6)][-1] == 429
    locked = client.post(LOGIN, {"username": "chief", "password": "right horse"})
    assert locked.status_code == 429
    assert "Wait 15 minutes" in locked.content.decode()
    assert attempt("right horse", REMOTE_ADDR="192.0.2.9") == 302


def test_staff_alone_may_enter(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("customer"))
    assert client.get(reverse("admin:index")).status_code == 302
