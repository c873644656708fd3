"""The access log: what is written, and that it stays as written."""

import datetime as dt
import ipaddress

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import RequestFactory
from django.urls import reverse

from center import access, clock
from center.models import AccessAction, AccessRecord
from tests import factories, sql
from tests.conftest import logged_in

pytestmark = pytest.mark.django_db
YEAR = dt.timedelta(days=366)


@pytest.fixture
def record(merchant):
    return access.record_for(
        factories.staff(), action=AccessAction.EXPORT, subjects=[merchant], what="list"
    )


def request_of(person, path="/x/?q=1"):
    request = RequestFactory().get(path)
    request.user = person
    return request


def facts(record):
    record.refresh_from_db()
    return {
        name: getattr(record, name)
        for name in ("actor", "address", "action", "subject_kind", "subject_ids", "subject_label")
    }


def test_record_when_written_then_who_when_whence_whose_and_what(merchant):
    person = factories.staff()
    made = access.record(
        request_of(person), action=AccessAction.VIEW, subjects=[merchant], purpose="문의"
    )
    assert facts(made) == {
        "actor": person,
        "address": "127.0.0.1",
        "action": "view",
        "subject_kind": "merchant",
        "subject_ids": [merchant.pk],
        "subject_label": merchant.name,
    }
    assert (made.what, made.purpose) == ("/x/?q=1", "문의")
    assert made.actor_label == f"{person.name} <{person.email}>"
    assert abs(made.at - clock.now()) < dt.timedelta(hours=1)


def test_record_when_many_then_one_row_with_the_ids(merchant, django_assert_num_queries):
    person, others = factories.staff(), [factories.merchant() for _ in range(3)]
    with django_assert_num_queries(1):
        made = access.record(request_of(person), action=AccessAction.SEARCH, subjects=others)
    assert facts(made)["subject_ids"] == [other.pk for other in others]
    assert made.subject_label == ""
    assert list(AccessRecord.objects.about("merchant", others[1].pk)) == [made]
    assert not AccessRecord.objects.about("user", others[1].pk).exists()


def test_record_when_kind_and_ids_then_as_named():
    made = access.record_for(
        None, action=AccessAction.EXPORT, subjects=("document", [7, 9]), what="monthly"
    )
    assert (made.subject_kind, made.subject_ids) == ("document", [7, 9])
    assert (made.actor, made.actor_label, made.address) == (None, "system", None)


def test_record_when_nothing_was_shown_then_no_row():
    assert access.record_for(None, action=AccessAction.VIEW, subjects=[], what="x") is None
    assert not AccessRecord.objects.exists()


def test_record_when_kinds_are_mixed_then_refused(merchant, owner):
    with pytest.raises(ValueError, match="one kind"):
        access.record_for(None, action=AccessAction.VIEW, subjects=[merchant, owner], what="x")


def test_access_log_when_changed_through_the_orm_then_refused(record):
    for change in (
        lambda: AccessRecord.objects.update(what="nothing"),
        lambda: AccessRecord.objects.all().delete(),
        lambda: AccessRecord.objects.filter(pk=record.pk)._raw_delete("default"),
        lambda: record.save(),
        lambda: record.delete(),
        lambda: record.actor.delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert AccessRecord.objects.get().what == "list"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE center_accessrecord SET what = ''",
        "DELETE FROM center_accessrecord",
        "TRUNCATE center_accessrecord",
        "TRUNCATE center_user CASCADE",
        "SET LOCAL pgtrigger.ignore = '{append_only,append_only_truncate}';"
        "DELETE FROM center_accessrecord",
    ],
)
def test_access_log_when_changed_by_sql_then_refused(record, statement):
    with pytest.raises(IntegrityError, match="only grows"):
        sql.run(statement)
    assert AccessRecord.objects.get().what == "list"


def test_access_log_when_older_than_a_year_then_may_be_destroyed_and_not_changed(record):
    old = AccessRecord.objects.create(
        at=clock.now() - YEAR,
        actor_label="x",
        action="view",
        subject_kind="merchant",
        subject_ids=[1],
    )
    with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
        AccessRecord.objects.filter(pk=old.pk).update(what="x")
    AccessRecord.objects.filter(pk=old.pk).delete()
    assert list(AccessRecord.objects.all()) == [record]


def test_access_log_when_a_row_names_nobody_then_refused():
    with pytest.raises(IntegrityError, match="somebodys_data"):
        AccessRecord.objects.create(
            actor_label="x", action="view", subject_kind="merchant", subject_ids=[]
        )


def test_admin_when_staff_look_then_recorded(staff_client, merchant):
    listed, page = (
        reverse("admin:merchants_merchant_changelist"),
        reverse("admin:merchants_merchant_change", args=[merchant.pk]),
    )
    for address in (listed, f"{listed}?q={merchant.number}", f"{listed}?q=nobody", page):
        assert staff_client.get(address).status_code == 200
    rows = AccessRecord.objects.order_by("pk")
    assert [(row.action, row.subject_ids, row.what) for row in rows] == [
        ("view", [merchant.pk], listed),
        ("search", [merchant.pk], f"{listed}?q={merchant.number}"),
        ("view", [merchant.pk], page),
    ]
    assert {str(ipaddress.ip_address(row.address)) for row in rows} == {"127.0.0.1"}
    assert all(row.request_id for row in rows)


def test_admin_when_a_person_is_looked_up_then_recorded(owner):
    manager = factories.staff("manager")
    client = logged_in(manager)
    client.get(reverse("admin:center_user_change", args=[owner.pk]))
    client.get(reverse("admin:center_user_history", args=[owner.pk]))
    rows = AccessRecord.objects.filter(actor=manager, action="view")
    assert [row.subject_ids for row in rows] == [[owner.pk]] * 2


def test_admin_when_refused_then_nothing_recorded(merchant):
    page = reverse("admin:merchants_merchant_change", args=[merchant.pk])
    for client in (logged_in(factories.user()), logged_in(factories.staff("official"))):
        assert client.get(page).status_code in {302, 403}
    assert not AccessRecord.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_admin_people_when_more_rows_then_the_same_queries(rows, django_assert_num_queries):
    for _ in range(rows):
        factories.user()
    client = logged_in(factories.staff("manager"))
    with django_assert_num_queries(8):
        client.get(reverse("admin:center_user_changelist"))
