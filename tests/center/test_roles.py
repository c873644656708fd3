"""Rights change through one service, by whom they may, with a row that stays."""

import datetime as dt

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError, transaction
from django.urls import reverse

from center import clock, roles, subjects
from center.errors import RuleViolation
from center.models import AccessRecord, RoleChange, User
from center.permissions import EVALUATOR, MANAGER, OFFICIAL, OPERATOR, PERMISSIONS
from center.roles import Rights
from tests import factories, sql
from tests.conftest import logged_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return factories.staff(MANAGER)


@pytest.fixture
def superuser():
    return factories.user(is_staff=True, is_superuser=True)


def rights(*names, is_staff=True, is_active=True):
    return Rights(frozenset(names), is_staff, is_active)


def change(by, whom, to, reason="발령"):
    return roles.change(by=by, whom=whom, to=to, reason=reason)


def codes_of(by, whom, to, reason="발령"):
    with pytest.raises(RuleViolation) as refusal:
        change(by, whom, to, reason)
    assert Rights.of(whom) != to
    assert not RoleChange.objects.exists()
    return refusal.value.codes


@pytest.mark.parametrize("role", [OPERATOR, OFFICIAL, EVALUATOR])
def test_change_when_a_manager_grants_a_role_then_given_and_written_down(manager, owner, role):
    made = change(manager, owner, rights(role))
    owner.refresh_from_db()
    assert Rights.of(owner) == rights(role)
    assert (made.by, made.whom, made.reason) == (manager, owner, "발령")
    assert made.before == {"roles": [], "is_staff": False, "is_active": True}
    assert made.after == {"roles": [role], "is_staff": True, "is_active": True}
    assert made.whom_label == f"{owner.name} <{owner.email}>"


def test_change_when_taken_away_then_written_down_and_effective(manager):
    operator = factories.staff(OPERATOR)
    client = logged_in(operator)
    assert client.get("/admin/").status_code == 200
    change(manager, operator, rights(is_staff=False, is_active=False))
    assert client.get("/admin/").status_code == 302
    assert RoleChange.objects.get().after == {"roles": [], "is_staff": False, "is_active": False}


def test_change_when_nothing_changes_then_no_row(manager):
    assert change(manager, factories.staff(OPERATOR), rights(OPERATOR), reason="") is None
    assert not RoleChange.objects.exists()


def test_change_when_a_manager_makes_or_touches_managers_then_refused(manager, superuser, owner):
    assert codes_of(manager, owner, rights(MANAGER)) == ("not_yours_to_grant",)
    assert codes_of(manager, factories.staff(MANAGER), rights(OPERATOR)) == ("not_yours_to_grant",)
    assert codes_of(manager, superuser, rights(is_active=False)) == ("not_yours_to_grant",)


def test_change_when_a_superuser_makes_a_manager_then_given(superuser, owner):
    change(superuser, owner, rights(MANAGER))
    assert Rights.of(owner).roles == {MANAGER}


@pytest.mark.parametrize("who", ["manager", "superuser"])
def test_change_when_ones_own_then_refused(request, who):
    person = request.getfixturevalue(who)
    assert codes_of(person, person, rights(OPERATOR)) == ("own_rights",)


@pytest.mark.parametrize("role", [OPERATOR, OFFICIAL, EVALUATOR])
def test_change_when_by_anybody_else_then_refused(owner, role):
    assert codes_of(factories.staff(role), owner, rights(OPERATOR)) == ("not_yours_to_grant",)


def test_change_when_without_reason_or_unknown_role_then_refused(manager, superuser, owner):
    assert codes_of(manager, owner, rights(OPERATOR), reason=" ") == ("reason_missing",)
    assert codes_of(superuser, owner, rights("king")) == ("unknown_role",)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE center_rolechange SET reason = ''",
        "DELETE FROM center_rolechange",
        "TRUNCATE center_rolechange",
    ],
)
def test_role_log_when_changed_by_sql_then_refused(manager, owner, statement):
    change(manager, owner, rights(OPERATOR))
    with pytest.raises(IntegrityError, match="only grows"):
        sql.run(statement)


@pytest.mark.parametrize(("days", "may_go"), [(3 * 365 - 2, False), (3 * 365 + 2, True)])
def test_role_log_when_three_years_old_then_may_go_and_not_before(owner, days, may_go):
    RoleChange.objects.create(
        at=clock.now() - dt.timedelta(days=days),
        by_label="x",
        whom=owner,
        whom_label="x",
        before={},
        after={},
        reason="x",
    )
    try:
        with transaction.atomic():
            RoleChange.objects.all().delete()
    except IntegrityError:
        assert not may_go
    assert RoleChange.objects.exists() is not may_go


def save(client, person, **data):
    address = reverse("admin:center_user_change", args=[person.pk])
    return client.post(address, {"name": person.name, "phone": person.phone, **data})


def test_admin_when_a_manager_saves_rights_then_through_the_service(manager, owner):
    client = logged_in(manager)
    answer = save(client, owner, roles=[OPERATOR], may_enter="on", active="on", reason="발령 3호")
    assert answer.status_code == 302
    assert Rights.of(owner.__class__.objects.get(pk=owner.pk)) == rights(OPERATOR)
    assert RoleChange.objects.get().reason == "발령 3호"
    assert AccessRecord.objects.get(action="change").subject_ids == [owner.pk]
    assert not LogEntry.objects.exists()  # it would keep the name with no end


def test_admin_when_refused_then_said_at_the_field_and_nothing_saved(manager, owner):
    client = logged_in(manager)
    page = save(client, owner, name="x", roles=[MANAGER], active="on", reason="x")
    assert "센터장 권한은 시스템 관리자만" in page.content.decode()
    page = save(client, manager, name="x", roles=[], active="on", reason="x")
    assert "자신의 권한은" in page.content.decode()
    page = save(client, owner, name="x", roles=[OPERATOR], active="on")
    assert "사유를 적어야" in page.content.decode()
    owner.refresh_from_db()
    assert (owner.name != "x", RoleChange.objects.count()) == (True, 0)


def test_admin_when_only_the_name_is_mended_then_no_role_row(manager, owner):
    save(logged_in(manager), owner, name="고친 이름", active="on")
    owner.refresh_from_db()
    assert (owner.name, RoleChange.objects.count()) == ("고친 이름", 0)


def test_admin_when_the_telephone_is_mended_then_written_as_everywhere(manager, owner):
    save(logged_in(manager), owner, phone="01012345678", active="on")
    owner.refresh_from_db()
    assert owner.phone == "010-1234-5678"


def test_admin_when_an_old_telephone_is_unreadable_then_rights_change_all_the_same(manager):
    person = factories.user(phone="내선 12")
    save(logged_in(manager), person, phone="내선 12", reason="퇴사")
    person.refresh_from_db()
    assert (person.phone, person.is_active) == ("내선 12", False)


@pytest.mark.parametrize(
    "wrong", [{"phone": "010-12"}, {"name": "850301-1234567"}, {"reason": "850301-1234567"}]
)
def test_admin_when_details_are_wrong_then_said_and_not_saved(manager, owner, wrong):
    page = save(logged_in(manager), owner, **{"active": "on", **wrong})
    assert [*page.context["errors"]] != []
    before = (owner.name, owner.phone)
    owner.refresh_from_db()
    assert (owner.name, owner.phone) == before


def test_admin_when_anybody_deletes_a_person_then_refused(superuser, owner):
    address = reverse("admin:center_user_delete", args=[owner.pk])
    assert logged_in(superuser).post(address, {"post": "yes"}).status_code == 403


def test_role_log_when_read_then_in_words_and_only_by_managers(manager, owner):
    change(manager, owner, rights(OPERATOR))
    address = reverse("admin:center_rolechange_changelist")
    page = logged_in(manager).get(address).content.decode()
    assert "운영자, 관리 화면 사용" in page
    seen = AccessRecord.objects.get()
    assert (seen.actor, seen.subject_kind) == (manager, "rolechange")
    assert [row[1] for row in subjects.affected_by(AccessRecord.objects.all())] == [owner.pk]
    assert logged_in(factories.staff(OPERATOR)).get(address).status_code == 403
    row = reverse("admin:center_rolechange_change", args=[RoleChange.objects.get().pk])
    assert logged_in(manager).post(row, {"reason": "x"}).status_code == 403


def test_permissions_when_asked_then_roles_are_read_once_and_rows_never(django_assert_num_queries):
    asked = User.objects.get(pk=factories.staff(OPERATOR).pk)
    with django_assert_num_queries(1):
        assert asked.has_perm("bookings.view_booking")
        assert not asked.has_perm("center.view_user")
        assert not asked.has_perm("bookings.view_booking", asked)
        assert asked.has_module_perms("bookings")
        assert not asked.has_module_perms("auth")
    assert asked.get_all_permissions() == PERMISSIONS[OPERATOR]


def test_permissions_when_inactive_then_none():
    person = factories.staff(MANAGER)
    person.is_active = False
    assert not person.has_perm("center.view_user")
    assert not person.has_module_perms("center")
