from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError

from bookings.models import Booking, Resource
from center import clock, rows
from center.models import User
from center.notifications.models import Message
from merchants.models import Merchant, Suspension
from tests import factories
from tests.conftest import kst

pytestmark = pytest.mark.django_db
_STUDIO = "SELECT * FROM bookings_resource WHERE slug = %s"


def fields_of(row):
    return {field.name: field.value_from_object(row) for field in row._meta.concrete_fields}


def test_read_when_every_column_is_selected_then_as_the_orm_reads_it():
    studio = factories.studio()
    found = rows.read(Resource, _STUDIO, [studio.slug])
    assert found == [studio]
    assert fields_of(found[0]) == fields_of(Resource.objects.get(pk=studio.pk))
    found[0].name = "1인 촬영실"
    found[0].save(update_fields=["name"])
    assert Resource.objects.get(pk=studio.pk).name == "1인 촬영실"


def test_read_when_more_is_selected_then_as_an_attribute():
    factories.studio()
    found = rows.read(Resource, "SELECT id + 1 AS next, * FROM bookings_resource", [])
    assert [row.next for row in found] == [row.pk + 1 for row in found]


def test_insertion_when_the_database_fills_in_a_field_then_refused():
    """Its value would be an expression, which is no parameter of a statement."""
    with pytest.raises(
        TypeError, match=r"Suspension has fields the database fills in: .*created_at"
    ):
        rows.insertion(Suspension())


def test_read_when_a_column_is_missing_then_refused():
    factories.studio()
    with pytest.raises(TypeError, match="slug"):
        rows.read(Resource, "SELECT id, name FROM bookings_resource", [])


def test_read_joined_then_each_row_as_an_instance_of_each_model():
    merchant = factories.merchant()
    columns = f"{rows.columns(Merchant, 'm')}, {rows.columns(User, 'p')}"
    sql = f"""SELECT {columns} FROM merchants_merchant m
        JOIN merchants_membership s ON s.merchant_id = m.id JOIN center_user p ON p.id = s.user_id"""
    [(business, person)] = rows.read_joined((Merchant, User), sql, [])
    assert fields_of(business) == fields_of(Merchant.objects.get(pk=merchant.pk))
    assert person == merchant.memberships.get().user


def test_update_then_these_fields_alone():
    studio = factories.studio()
    studio.name, studio.location = "1인 촬영실", "3층"
    rows.update(studio, ["name"])
    written = Resource.objects.get(pk=studio.pk)
    assert (written.name, written.location) == ("1인 촬영실", "")


def test_update_when_the_row_is_gone_then_refused():
    with pytest.raises(DatabaseError):
        rows.update(Booking(pk=1, purpose="촬영"), ["purpose"])


def test_insertion_then_every_field_but_the_key():
    booking = Booking(resource=factories.studio(), starts=kst(27, 10), ends=kst(27, 11))
    sql, values = rows.insertion(booking)
    names = [field.column for field in Booking._meta.concrete_fields if field.column != "id"]
    assert all(f'"{name}"' in sql for name in names)
    assert values == [fields_of(booking)[name.removesuffix("_id")] for name in names]


def test_insert_unless_there_then_as_the_orm_writes_them():
    person, at = factories.user(), clock.now()
    news = [
        Message(kind="a", recipient=person, dedupe_key=f"a:{n}", context={"n": n}, channel="inbox")
        for n in range(3)
    ]
    for one in news:
        one.due_at = one.first_due_at = one.created_at = at
    Message.objects.bulk_create(news[:1])
    rows.insert_unless_there(news[:2])
    rows.insert_unless_there(news)
    written = list(Message.objects.order_by("dedupe_key"))
    assert [dict(fields_of(row), id=None) for row in written] == [
        dict(fields_of(row), id=None) for row in news
    ]


def test_insert_unless_there_when_many_then_in_parts(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(rows, "_AT_ONCE", 2)
    person = factories.user()
    news = [
        Message(kind="a", recipient=person, dedupe_key=f"a:{n}", channel="inbox") for n in range(5)
    ]
    with django_assert_num_queries(3):
        rows.insert_unless_there(news)
    assert Message.objects.count() == 5


def test_get_user_by_number_then_as_the_orm_reads_him():
    person = factories.user()
    found = User.objects.get(pk=person.pk)
    assert fields_of(found) == fields_of(User.objects.filter(pk=person.pk).get())
    with pytest.raises(User.DoesNotExist):
        User.objects.get(pk=person.pk + 1000)


def test_get_user_of_a_group_then_nobody_who_is_not_in_it():
    person, group = factories.user(), Group.objects.create(name="이웃")
    with pytest.raises(User.DoesNotExist):
        group.user_set.get(pk=person.pk)
    group.user_set.add(person)
    assert group.user_set.get(pk=person.pk) == person
