"""Webhooks in the back office: made, tried, rolled, switched; a secret is shown once and is nowhere else."""

import re
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from apps.geography.models import City
from apps.tenants.models import StaffReach
from apps.webhooks.delivery import deliver
from apps.webhooks.models import OffBecause, Webhook
from tests.back_office import sent_by
from tests.factories import TenantFactory
from tests.webhooks.receiver import receiving, status

LIST = reverse("admin:webhooks_webhook_changelist")
SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{43}=")


@pytest.fixture
def receiver(settings: Any) -> Any:
    settings.WEBHOOK_NETWORKS, settings.WEBHOOK_HTTP = ["127.0.0.1/32"], True
    with receiving() as started:
        yield started


@pytest.fixture
def webhook(tenant, receiver) -> Webhook:
    return Webhook.objects.issue(tenant, receiver.url)[0]


def change(webhook: Webhook) -> str:
    return reverse("admin:webhooks_webhook_change", args=[webhook.pk])


def act(client: Client, action: str, webhook: Webhook) -> Any:
    return client.post(LIST, {"action": action, "_selected_action": [webhook.pk]}, follow=True)


def test_a_secret_is_shown_once_and_is_in_no_history(admin_client, tenant):
    sent = {"tenant": tenant.pk, "url": "https://shop.example/changes", "types": ["country", "city"], "label": "shop"}
    page = admin_client.post(reverse("admin:webhooks_webhook_add"), sent, follow=True)
    assert "no-store" in page["Cache-Control"]
    shown = SECRET.search(page.content.decode())
    webhook = Webhook.objects.get()
    assert shown
    assert (webhook.types, webhook.off_because) == (["country", "city"], "")
    for address in (page.redirect_chain[-1][0], change(webhook), LIST):
        assert not SECRET.search(admin_client.get(address).content.decode())
    assert shown[0] not in str(list(LogEntry.objects.values()))
    rolled = admin_client.post(
        reverse("admin:webhooks_webhook_roll", args=[webhook.pk]), {"overlap_hours": 1}, follow=True
    )
    assert SECRET.search(rolled.content.decode())
    assert "(secret)" in str(LogEntry.objects.order_by("pk").last().changes)


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/",
        "https://10.0.0.1/",
        "https://[::ffff:127.0.0.1]/",
        "shop",
        "https://127.1/",
        "https://0x7f000001/",
        "https://a.localhost/",
    ],
)
def test_an_address_that_may_not_be_is_refused_on_the_form(admin_client, tenant, url):
    page = admin_client.post(reverse("admin:webhooks_webhook_add"), {"tenant": tenant.pk, "url": url, "types": "city"})
    assert page.status_code == 200
    assert page.context["adminform"].form.errors.keys() == {"url"}


def test_a_test_message_says_what_became_of_it(admin_client, webhook, receiver):
    address = reverse("admin:webhooks_webhook_test", args=[webhook.pk])
    assert admin_client.get(address).status_code == 405
    assert "Delivered, 204, " in admin_client.post(address, follow=True).content.decode()
    receiver.answer = status(500)
    page = admin_client.post(address, follow=True).content.decode()
    assert "Answered, but not with 2xx, 500, " in page
    assert page.count("msg_") >= 2


def test_what_is_edited_leaves_what_is_delivered_alone(admin_client, webhook):
    sent = sent_by(admin_client.get(change(webhook)))
    Webhook.objects.update(position="moved", lease="held")
    assert admin_client.post(change(webhook), {**sent, "label": "shop"}).status_code == 302
    after = Webhook.objects.get()
    assert (after.label, after.position, after.lease) == ("shop", "moved", "held")


def test_one_that_was_given_up_is_on_the_home_page_and_goes_on_when_it_is_switched_on(admin_client, webhook, receiver):
    receiver.answer = status(410)
    City.objects.filter(pk=2867714).update(population=1)
    deliver(webhook.pk)
    assert "1 webhook is switched off" in admin_client.get(reverse("admin:index")).content.decode()
    assert list(admin_client.get(f"{LIST}?state=broken").context["cl"].result_list) == [webhook]
    act(admin_client, "switch_on", webhook)
    receiver.answer = status(200)
    assert deliver(webhook.pk) == 1
    act(admin_client, "switch_off", webhook)
    assert Webhook.objects.get().off_because == OffBecause.STAFF
    assert "is switched off" not in admin_client.get(reverse("admin:index")).content.decode()


def test_a_tenant_manager_reaches_those_of_their_own_tenants_alone(webhook, tenant):
    other = Webhook.objects.issue(TenantFactory(code="globex"), "https://globex.example/")[0]
    user = User.objects.create_user("manager", is_staff=True)
    user.groups.add(Group.objects.get(name="Tenant manager"))
    StaffReach.objects.create(user=user).tenants.add(tenant)
    client = Client()
    client.force_login(user)
    assert list(client.get(LIST).context["cl"].result_list) == [webhook]
    for page in ("test", "roll", "secret"):
        assert client.post(reverse(f"admin:webhooks_webhook_{page}", args=[other.pk])).status_code == 404, page
    act(client, "switch_off", other)
    sent = {"tenant": other.tenant_id, "url": "https://shop.example/", "types": ["city"]}
    assert client.post(reverse("admin:webhooks_webhook_add"), sent).status_code == 200
    assert Webhook.objects.filter(tenant=other.tenant, off_because="").count() == 1
