"""Whom the access log shows affected by a leak."""

import csv
import io

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from center import subjects
from center.models import AccessRecord
from merchants.models import Membership
from tests import factories, sql
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import kst

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


def seen(kind, *ids, at=None, **fields):
    return AccessRecord.objects.create(
        at=at or kst(20, 12),
        actor_label="x",
        action="view",
        subject_kind=kind,
        subject_ids=list(ids),
        **fields,
    )


def run(*options, since="2026-11-20", until="2026-11-21"):
    out, err = io.StringIO(), io.StringIO()
    call_command(
        "affected_people", "--since", since, "--until", until, *options, stdout=out, stderr=err
    )
    assert out.getvalue().startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(out.getvalue().removeprefix("\ufeff"))))
    return {tuple(row[:2]) for row in rows[1:]}, err.getvalue()


def person(user):
    return ("회원", str(user.pk))


def business(merchant):
    return ("사업체", str(merchant.pk))


def test_people_when_seen_themselves_or_through_business_or_booking_then_each_once(
    owner, merchant, studio
):
    colleague, other = factories.user(), factories.merchant()
    Membership.objects.create(merchant=merchant, user=colleague)
    booking = confirm(hold(studio, merchant))
    looked_up = factories.user()
    factories.user()
    seen("user", looked_up.pk, owner.pk)
    seen("merchant", merchant.pk)
    seen("booking", booking.pk)
    found, said = run()
    assert found == {person(looked_up), person(owner), person(colleague), business(merchant)}
    assert business(other) not in found
    assert "3 records, 4 people and businesses." in said


@pytest.mark.parametrize(
    ("at", "is_in"),
    [
        (kst(19, 23, 59), False),
        (kst(20, 0), True),
        (kst(20, 23, 59), True),
        (kst(21, 0), False),
    ],
)
def test_people_when_seen_around_the_limits_then_half_open_in_korea(owner, at, is_in):
    seen("user", owner.pk, at=at)
    assert (person(owner) in run()[0]) is is_in


def test_people_when_narrowed_then_by_subject_actor_and_address(owner, merchant):
    staff, other = factories.staff(), factories.user()
    seen("user", owner.pk, other.pk, actor=staff, address="192.0.2.7")
    seen("merchant", merchant.pk, address="192.0.2.8")
    both = {person(owner), person(other)}
    assert run("--actor", staff.email.upper())[0] == both
    assert run("--address", "192.0.2.7")[0] == both
    assert run("--address", "192.0.2.8")[0] == {person(owner), business(merchant)}
    assert run("--subject", f"merchant:{merchant.pk}")[0] == {person(owner), business(merchant)}
    assert run("--actor", "nobody@example.com")[0] == set()


def test_people_when_asked_then_in_one_query(owner, merchant, django_assert_num_queries):
    seen("user", owner.pk)
    seen("merchant", merchant.pk)
    with django_assert_num_queries(1):
        assert len(list(subjects.affected_by(AccessRecord.objects.all()))) == 2


def test_people_when_a_kind_leads_to_nobody_then_said():
    seen("mystery", 1)
    assert "Look by hand: records about mystery" in run()[1]


def test_people_when_listed_then_the_list_itself_is_recorded(owner, tmp_path):
    seen("user", owner.pk)
    file = tmp_path / "people.csv"
    file.touch(0o644)
    call_command(
        "affected_people",
        "--since=2026-11-20",
        "--until=2026-11-21T09:00",
        f"--out={file}",
        stderr=io.StringIO(),
    )
    assert owner.email in file.read_text("utf-8")
    assert file.stat().st_mode & 0o777 == 0o600
    made = AccessRecord.objects.get(action="export")
    assert (made.subject_kind, made.subject_ids) == ("user", [owner.pk])


def test_people_when_the_record_cannot_be_written_then_no_file(owner, tmp_path, monkeypatch):
    seen("user", owner.pk)
    file = tmp_path / "people.csv"
    sql.run("ALTER TABLE center_accessrecord ADD CHECK (action <> 'export')")
    with pytest.raises(IntegrityError):
        run(f"--out={file}")
    assert not file.exists()


@pytest.mark.parametrize("wrong", ["--since=tomorrow", "--subject=merchant", "--subject=x:y"])
def test_command_when_misspelt_then_refused(wrong):
    with pytest.raises(CommandError):
        call_command("affected_people", "--since=2026-11-20", "--until=2026-11-21", wrong)
