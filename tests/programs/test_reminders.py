"""Reminders of sessions: to the minute, once, to whom it concerns."""

import datetime as dt

import pytest

from bookings.models import Category
from center import clock
from center.notifications.models import ChannelChoice, Message
from programs import reminders
from programs.models import ApplicationState, SessionKind, SessionState
from programs.services import sessions
from programs.services.sessions import Meeting, Room
from tests import factories
from tests.conftest import NOW, kst

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def taking(merchant):
    return factories.application(factories.program(), merchant, ApplicationState.SELECTED)


@pytest.fixture
def session(taking):
    return factories.session(taking.program, kst(27, 10))


def rows():
    return Message.objects.filter(kind__in=["programs.session_day", "programs.session_hour"])


@pytest.mark.parametrize(
    ("before", "kinds"),
    [
        (clock.DAY + MINUTE, []),
        (clock.DAY, ["programs.session_day"]),
        (2 * clock.DAY / 24 + MINUTE, ["programs.session_day"]),
        (2 * clock.DAY / 24, []),
        (clock.DAY / 24, ["programs.session_hour"]),
        (MINUTE, ["programs.session_hour"]),
        (0 * MINUTE, []),
    ],
)
def test_remind_a_day_and_an_hour_before(session, owner, before, kinds):
    reminders.remind(now=session.starts - before)
    assert [row.kind for row in rows().filter(channel="inbox")] == kinds
    assert {row.recipient for row in rows()} == ({owner} if kinds else set())


@pytest.mark.parametrize(("before", "latest"), [(clock.DAY, 2), (clock.DAY / 24, 0)])
def test_remind_when_written_then_of_no_use_once_it_is_too_near(session, before, latest):
    reminders.remind(now=session.starts - before)
    over = session.starts - dt.timedelta(hours=latest)
    assert list(rows().values_list("useless_after", flat=True)) == [over, over]


@pytest.mark.parametrize(("mails", "ways"), [(1, ["email", "inbox"]), (2, ["inbox"])])
def test_remind_when_enough_was_sent_that_day_then_in_the_inbox_alone(
    session, owner, settings, mails, ways
):
    settings.MESSAGE_DAILY_LIMIT = 2
    Message.objects.bulk_create(
        Message(
            kind="programs.given",
            recipient=owner,
            channel="email",
            dedupe_key=f"g:{n}",
            created_at=kst(26, 9),
        )
        for n in range(mails)
    )
    reminders.remind(now=kst(26, 10))
    assert sorted(rows().values_list("channel", flat=True)) == ways
    more = Message.objects.filter(kind="notifications.more_in_inbox").order_by("channel")
    told = [(row.channel, row.recipient) for row in more]
    assert told == ([] if "email" in ways else [("email", owner), ("inbox", owner)])


def test_remind_when_a_way_was_chosen_then_by_that(session, owner):
    owner.phone = "010-1234-5678"
    owner.save()
    ChannelChoice.objects.create(user=owner, group="programs", first="sms")
    reminders.remind(now=kst(26, 10))
    assert sorted(rows().values_list("channel", flat=True)) == ["inbox", "sms"]


def test_remind_when_the_account_is_closed_then_in_the_inbox_alone(session, owner):
    owner.is_active = False
    owner.save()
    reminders.remind(now=kst(26, 10))
    assert [row.channel for row in rows()] == ["inbox"]


def test_remind_twice_writes_nothing_more(session):
    now = session.starts - clock.DAY
    assert reminders.remind(now=now) == 2  # inbox and e-mail
    assert reminders.remind(now=now) == 0


def test_remind_when_somebody_takes_part_for_two_businesses_then_told_once(session, owner):
    both = factories.merchant(owner=owner)
    factories.application(session.program, both, ApplicationState.SELECTED)
    assert reminders.remind(now=session.starts - clock.DAY) == 2  # inbox and e-mail
    assert {row.recipient for row in rows()} == {owner}


def test_remind_when_planned_within_the_lead_then_not(taking):
    session = factories.session(taking.program, NOW + dt.timedelta(hours=20))
    assert reminders.remind(now=session.starts - clock.DAY + MINUTE) == 0


def test_remind_when_without_a_place_or_called_off_then_not(taking):
    gone = {"state": SessionState.CANCELLED, "reason": "정전", "cancelled_at": NOW}
    factories.session(taking.program, kst(27, 10), **gone)
    full = factories.program()
    factories.application(full, state=ApplicationState.RESERVE)
    factories.session(full, kst(27, 10))
    assert reminders.remind(now=kst(26, 10)) == 0


def test_remind_of_a_session_of_one_application_then_it_alone(taking, owner):
    factories.application(taking.program, state=ApplicationState.SELECTED)
    whose = {"application": taking, "merchant": taking.merchant}
    factories.session(taking.program, kst(27, 10), kind=SessionKind.BROADCAST, **whose)
    reminders.remind(now=kst(26, 10))
    assert {row.recipient for row in rows()} == {owner}


def test_message_is_like_one_that_was_queued(house, taking):
    room = Room(factories.resource(Category.CONFERENCE, name="컨퍼런스룸"))
    made = sessions.plan(
        by=factories.staff(),
        program=taking.program,
        meeting=Meeting(SessionKind.CLASS, "1회차"),
        starts=kst(27, 10),
        ends=kst(27, 12),
        room=room,
    )
    reminders.remind(now=kst(26, 10))
    row = rows().filter(channel="inbox").get()
    told = Message.objects.get(kind="programs.session_planned", channel="inbox")
    assert row.context == {
        **{name: told.context[name] for name in ("program", "session", "place")},
        "starts": "2026-11-27T01:00:00+00:00",
        "ends": "2026-11-27T03:00:00+00:00",
    }
    assert row.context["place"] == "컨퍼런스룸 1"
    assert row.link == taking.get_absolute_url() == told.link
    sessions.move(by=factories.staff(), session=made, starts=kst(30, 10), ends=kst(30, 12))
    assert {row.state for row in rows()} == {"cancelled"}


@pytest.mark.parametrize(
    ("title_en", "link", "told"),
    [
        ("First shop", "", ("First shop", "Conference 1")),
        ("", "", ("스마트스토어 첫걸음", "Conference 1")),
        ("First shop", "https://example.com/", ("First shop", "Online")),
    ],
)
def test_remind_when_the_person_reads_english_then_names_in_english_where_there_are_such(
    house, taking, owner, title_en, link, told
):
    type(owner).objects.filter(pk=owner.pk).update(language="en")
    titles = {"title": "스마트스토어 첫걸음", "title_en": title_en}
    type(taking.program).objects.filter(pk=taking.program_id).update(**titles)
    taking.program.refresh_from_db()
    names = {"name": "컨퍼런스룸", "name_en": "Conference"}
    sessions.plan(
        by=factories.staff(),
        program=taking.program,
        meeting=Meeting(SessionKind.CLASS, "1회차", online_link=link),
        starts=kst(27, 10),
        ends=kst(27, 12),
        room=None if link else Room(factories.resource(Category.CONFERENCE, **names)),
    )
    reminders.remind(now=kst(26, 10))
    written = [*rows(), *Message.objects.filter(kind="programs.session_planned")]
    assert len(written) == 4
    for row in written:
        assert (row.context["program"], row.context["place"]) == told


def test_remind_of_many_in_two_statements(session, django_assert_num_queries):
    for _n in range(3):
        factories.application(session.program, state=ApplicationState.SELECTED)
    with django_assert_num_queries(4):  # two of them the savepoint
        assert reminders.remind(now=session.starts - clock.DAY) == 8
