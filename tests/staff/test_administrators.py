"""Administrators give roles, and nobody more than their own."""

import pytest
from auditlog.models import LogEntry
from axes.models import AccessAttempt
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.staff import roles
from apps.tenants.models import StaffReach
from tests.back_office import sent_by

pytestmark = pytest.mark.once


# People.


@pytest.fixture
def administrator(log_in) -> Client:
    return log_in("administrator")


def person(user: User, page: str = "change") -> str:
    return reverse(f"admin:auth_user_{page}", args=[user.pk])


def test_an_administrator_makes_nobody_superuser(administrator):
    me = User.objects.get(username="administrator")
    for user in (me, User.objects.create_user("somebody")):
        sent = sent_by(administrator.get(person(user))) | {"is_superuser": "on", "user_permissions": [1, 2, 3]}
        assert administrator.post(person(user), sent).status_code == 302
        user.refresh_from_db()
        assert not user.is_superuser
        assert not user.user_permissions.exists()


def test_an_administrator_does_not_take_over_a_superuser(administrator, admin_user):
    before = admin_user.password
    assert administrator.get(person(admin_user)).status_code == 200
    assert administrator.post(person(admin_user), {"username": "mine"}).status_code == 403
    new = {"password1": "correct horse battery", "password2": "correct horse battery"}
    url = reverse("admin:auth_user_password_change", args=[admin_user.pk])
    assert administrator.post(url, new).status_code == 403
    assert administrator.post(person(admin_user, "delete"), {"post": "yes"}).status_code == 403
    admin_user.refresh_from_db()
    assert (admin_user.password, admin_user.username) == (before, "admin")


def test_nobody_gives_a_role_that_allows_more_than_their_own(log_in):
    client = log_in("viewer")
    viewer = User.objects.get(username="viewer")
    viewer.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "change_user"]))
    other = User.objects.create_user("somebody")
    other.groups.add(Group.objects.get(name="Viewer"))
    offered = [str(each) for each in client.get(person(other)).context["adminform"].form.fields["groups"].queryset]
    assert offered == ["Viewer"]
    for user in (viewer, other):
        sent = sent_by(client.get(person(user))) | {"groups": [Group.objects.get(name="Administrator").pk]}
        client.post(person(user), sent)
        assert [group.name for group in user.groups.all()] == ["Viewer"]


def test_somebody_with_more_rights_is_not_taken_over_by_a_password(log_in):
    client = log_in("viewer")
    viewer = User.objects.get(username="viewer")
    viewer.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "change_user"]))
    editor = User.objects.create_user("somebody")
    editor.groups.add(Group.objects.get(name="Editor"))
    url = reverse("admin:auth_user_password_change", args=[editor.pk])
    assert (
        client.post(url, {"password1": "correct horse battery", "password2": "correct horse battery"}).status_code
        == 403
    )


def test_roles_that_one_can_not_give_stay(administrator):
    user, group = User.objects.create_user("somebody"), Group.objects.create(name="Auditors")
    group.permissions.add(Permission.objects.get(codename="view_session"))
    user.groups.add(group)
    assert "Auditors" not in [each.name for each in roles.grantable_by(User.objects.get(username="administrator"))]
    assert administrator.post(person(user), {}).status_code == 403
    assert [each.name for each in user.groups.all()] == ["Auditors"]


def test_a_limited_administrator_gives_no_wider_reach(log_in, tenant, other):
    client = log_in("administrator", "tenant-manager", tenants=[tenant])
    me = User.objects.get(username="administrator-tenant-manager")
    reach = {"reach-TOTAL_FORMS": 1, "reach-INITIAL_FORMS": 1, "reach-0-id": me.reach.pk, "reach-0-tenants": [other.pk]}
    client.post(person(me), sent_by(client.get(person(me))) | reach)
    assert list(me.reach.tenants.all()) == [tenant]
    client.post(person(me), sent_by(client.get(person(me))) | {"groups": [Group.objects.get(name="Administrator").pk]})
    assert sorted(group.name for group in me.groups.all()) == ["Administrator", "Tenant manager"]


def test_a_superuser_gives_roles_and_how_far_they_reach(admin_client, tenant):
    user = User.objects.create_user("somebody")
    url = person(user)
    page = admin_client.get(url).content.decode()
    assert "Tenant manager: decides what the tenants chosen for them show" in page
    assert 'name="user_permissions"' not in page
    sent = sent_by(admin_client.get(url)) | {
        "groups": [Group.objects.get(name="Tenant manager").pk], "reach-TOTAL_FORMS": 1, "reach-0-tenants": [tenant.pk],
        "reach-0-languages": ["pl"], "reach-0-user": user.pk,
    }  # fmt: skip
    assert admin_client.post(url, sent).status_code == 302
    assert list(user.reach.tenants.all()) == [tenant]
    assert list(StaffReach.objects.tenants_of(User.objects.get(pk=user.pk))) == [tenant]


def test_roles_are_explained(admin_client):
    text = admin_client.get(reverse("admin:auth_group_changelist")).content.decode()
    assert all(str(meaning) in text for meaning in roles.MEANINGS.values())
    page = admin_client.get(reverse("admin:auth_group_change", args=[Group.objects.get(name="Editor").pk]))
    assert "cities: see, add, change, delete" in page.content.decode()
    assert 'type="checkbox"' not in page.content.decode().partition("<main")[2]


def test_a_colleague_is_unlocked(administrator):
    user = User.objects.create_user("somebody")
    AccessAttempt.objects.create(
        username="somebody", ip_address="192.0.2.1", failures_since_start=5, attempt_time=timezone.now(),
        get_data="", post_data="", http_accept="", path_info="", user_agent="",
    )  # fmt: skip
    people = reverse("admin:auth_user_changelist")
    shown = {each.username: each.locked for each in administrator.get(people).context["cl"].result_list}
    assert shown["somebody"]
    administrator.post(people, {"action": "unlock", "_selected_action": [user.pk]})
    assert not AccessAttempt.objects.exists()
    assert LogEntry.objects.latest("pk").additional_data["note"] == "Unlocked after wrong passwords."


@pytest.mark.both
def test_every_role_that_is_explained_is_there(db):
    assert set(roles.MEANINGS) <= set(Group.objects.values_list("name", flat=True))
