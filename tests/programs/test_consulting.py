"""Consultations: asked for, proposed, arranged, written up, called off."""

import datetime as dt

import pytest
from django.utils import translation

from bookings.models import Allocation, BookingState, Category
from center.errors import RuleViolation
from center.notifications.models import Message
from programs import consulting
from programs.models import (
    ApplicationState,
    Consultation,
    ConsultationState,
    ConsultingField,
    ConsultingRule,
    ProgramState,
    Session,
    SessionKind,
    SessionState,
)
from programs.services import consulting as services
from programs.services import sessions
from programs.services.consulting import Place
from programs.services.consulting_log import Log
from programs.services.rooms import Room
from tests import factories
from tests.conftest import kst

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
SECOND, HOUR = dt.timedelta(seconds=1), dt.timedelta(hours=1)
SHOP = Place(text="가게")
#: Thursday, the third day from now
WISHES = [kst(26, 10), kst(26, 14), kst(27, 10)]
LOG = Log("사진이 어둡습니다", "자연광으로 찍습니다", "두 주 뒤 다시 봅니다")


@pytest.fixture
def by():
    return factories.staff()


@pytest.fixture
def application(merchant):
    program = factories.program("consulting")
    return factories.application(program, merchant, ApplicationState.SELECTED)


def ask(application, owner, wishes=WISHES):
    values = {"field": ConsultingField.PAGE, "way": "here", "question": "사진을 고치고 싶습니다"}
    return services.request(application=application, by=owner, wishes=wishes, **values)


def assign(row, consultant, by, starts=WISHES[0], place=SHOP, **more):
    values = {"consultation": row, "consultant": consultant, "by": by}
    return services.assign(**values, starts=starts, place=place, **more)


def told(kind):
    rows = Message.objects.filter(kind=f"programs.{kind}", channel="inbox").order_by("pk")
    return [row.recipient for row in rows]


# Asking


def test_request_then_three_wishes_and_a_message(application, owner):
    row = ask(application, owner)
    assert [(wish.position, wish.starts, wish.ends) for wish in row.wishes.all()] == [
        (n, starts, starts + HOUR) for n, starts in enumerate(WISHES, 1)
    ]
    assert (row.state, row.merchant) == (ConsultationState.REQUESTED, application.merchant)
    assert told("consultation_received") == [owner]


@pytest.mark.parametrize("state", ApplicationState.values)
def test_request_only_with_a_place(owner, merchant, state):
    program = factories.program("consulting")
    fields = {"reason": "x", "supplement_note": "x"}
    application = factories.application(program, merchant, state, **fields)
    if state in ApplicationState.taking_part:
        assert ask(application, owner).pk
    else:
        with pytest.raises(RuleViolation, match="no_consulting"):
            ask(application, owner)


def test_request_when_of_another_kind_or_called_off_then_refused(owner, merchant, application):
    other = factories.application(factories.program("education"), merchant, "selected")
    with pytest.raises(RuleViolation, match="no_consulting"):
        ask(other, owner)
    program = application.program
    program.state = ProgramState.CANCELLED
    program.save()
    with pytest.raises(RuleViolation, match="no_consulting"):
        ask(application, owner)


def test_request_when_one_is_open_then_refused(application, owner):
    ask(application, owner)
    with pytest.raises(RuleViolation, match="consultation_open"):
        ask(application, owner)


@pytest.mark.parametrize("had", [2, 3])
def test_request_up_to_the_limit_of_the_year_across_programs(owner, merchant, application, had):
    for _ in range(had):
        other = factories.application(factories.program("consulting"), merchant, "selected")
        factories.consultation(other)
    if had < 3:
        assert ask(application, owner).pk
    else:
        with pytest.raises(RuleViolation, match="consultations_used_up") as refusal:
            ask(application, owner)
        assert "3" in refusal.value.violations[0].message


def test_request_when_called_off_or_of_last_year_then_not_counted(owner, merchant, application):
    last_year, this_year = kst(1, month=1) - SECOND, kst(1, month=1)
    fields = [
        {"state": ConsultationState.CANCELLED, "cancelled_at": this_year},
        {"requested_at": last_year},
        {"requested_at": this_year},
    ]
    for values in fields:
        other = factories.application(factories.program("consulting"), merchant, "selected")
        factories.consultation(other, **values)
    ConsultingRule.objects.create(valid_from=dt.date(2026, 1, 1), per_year=2)
    ConsultingRule.objects.create(valid_from=dt.date(2026, 11, 24), per_year=1)
    services.refuse_unless_allowed(application, consulting.rules_on(dt.date(2026, 11, 23)))
    with pytest.raises(RuleViolation, match="consultations_used_up"):
        services.refuse_unless_allowed(application, consulting.rules_on(dt.date(2026, 11, 24)))


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (kst(25) - SECOND, "wish_too_soon"),  # two business days after Monday is Wednesday
        (kst(25), None),
        (kst(23, month=1, year=2027) - SECOND, None),
        (kst(23, month=1, year=2027), "wish_too_far"),
        (WISHES[0], "wishes_alike"),
    ],
)
def test_request_when_a_wish_is_too_soon_too_far_or_alike_then_said(application, owner, wish, code):
    wishes = [WISHES[0], wish, WISHES[2]]
    if code is None:
        assert ask(application, owner, wishes).pk
        return
    with pytest.raises(RuleViolation) as refusal:
        ask(application, owner, wishes)
    assert refusal.value.codes == (code,)
    assert code == "wishes_alike" or refusal.value.violations[0].field == "second"


def busy_at(consultant, starts):
    values = {"program": factories.program(), "title": "다른 상담", "consultant": consultant.user}
    times = {"starts": starts, "ends": starts + HOUR}
    return Session.objects.create(**values, **times, kind=SessionKind.CONSULTATION)


# Arranging


def test_assign_with_a_room_then_session_booking_and_both_told(application, owner, by, house):
    room, consultant = factories.resource(Category.CONFERENCE), factories.consultant()
    row = assign(ask(application, owner), consultant, by, place=Place(room=Room(room)))
    session = row.session
    assert (row.state, row.consultant, row.assigned_by) == ("assigned", consultant.user, by)
    assert (session.starts, session.ends, session.merchant) == (
        WISHES[0],
        WISHES[0] + HOUR,
        application.merchant,
    )
    assert Allocation.objects.filter(booking=session.booking).count() == 1
    assert told("session_planned") == [owner]
    assert told("consultation_given") == [consultant.user]


def test_assign_by_an_english_reader_then_named_in_korean_for_everybody(application, owner, by):
    row = ask(application, owner)
    with translation.override("en"):
        row = assign(row, factories.consultant(user=factories.evaluator(name="김전문")), by)
    assert row.session.title == "상품 페이지 – 김전문"


def test_assign_when_the_room_is_taken_then_nothing_is_kept(application, owner, by, house):
    room = Place(room=Room(factories.resource(Category.CONFERENCE)))
    other = factories.consultation(wishes=WISHES)
    assign(other, factories.consultant(), by, place=room)
    row, consultant = ask(application, owner), factories.consultant()
    with pytest.raises(RuleViolation, match="slot_taken"):
        assign(row, consultant, by, place=room)
    row.refresh_from_db()
    assert (row.state, Session.objects.count()) == (ConsultationState.REQUESTED, 1)


def test_assign_when_consultant_or_business_is_busy_then_refused(application, owner, by):
    row, consultant = ask(application, owner), factories.consultant()
    busy_at(consultant, WISHES[0])
    with pytest.raises(RuleViolation, match="consultant_busy"):
        assign(row, consultant, by)
    other = factories.application(factories.program("consulting"), application.merchant, "selected")
    assign(factories.consultation(other), factories.consultant(), by, starts=WISHES[1])
    with pytest.raises(RuleViolation, match="business_busy"):
        assign(row, consultant, by, starts=WISHES[1])


def test_assign_when_not_a_consultant_for_it_then_refused(application, owner, by):
    row = ask(application, owner)
    own = factories.consultant()
    application.merchant.memberships.create(user=own.user)
    cases = [
        ("not_a_consultant", factories.consultant(is_active=False), {}),
        ("consultant_of_the_business", own, {}),
        ("consultant_not_at_work", factories.consultant(), {"starts": kst(28, 10)}),
        ("place_needed", factories.consultant(), {"place": Place()}),
    ]
    for code, consultant, given in cases:
        with pytest.raises(RuleViolation, match=code):
            assign(row, consultant, by, **given)


def test_assign_for_ones_own_business_or_twice_then_refused(application, owner, by):
    row = ask(application, owner)
    with pytest.raises(RuleViolation, match="own_business"):
        assign(row, factories.consultant(), owner)
    assign(row, factories.consultant(), by)
    with pytest.raises(RuleViolation, match="consultation_not_waiting"):
        assign(row, factories.consultant(), by)


def test_assign_when_its_session_was_called_off_then_anew(application, owner, by):
    row = assign(ask(application, owner), factories.consultant(), by)
    sessions.call_off(by=by, session=row.session, reason="강사 사정")
    assert Consultation.objects.waiting().get() == row
    again = assign(row, factories.consultant(), by, starts=WISHES[1])
    assert again.session.starts == WISHES[1]


def test_take_back_then_waiting_and_the_room_is_free(application, owner, by, house):
    room = Place(room=Room(factories.resource(Category.CONFERENCE)))
    consultant = factories.consultant()
    row = assign(ask(application, owner), consultant, by, place=room)
    session = row.session
    row = services.take_back(consultation=row, reason="전문가 사정", by=by)
    session.refresh_from_db()
    assert (row.state, row.session, row.consultant) == (ConsultationState.REQUESTED, None, None)
    assert (session.state, session.booking.state) == ("cancelled", BookingState.CANCELLED)
    assert told("consultation_taken_back") == [consultant.user]
    assert told("session_called_off") == [owner]


@pytest.mark.parametrize(("at", "works"), [(WISHES[0] - SECOND, True), (WISHES[0], False)])
def test_call_off_until_it_begins(at_now, application, owner, by, at, works):
    consultant = factories.consultant()
    row = assign(ask(application, owner), consultant, by)
    at_now.move_to(at)
    if not works:
        with pytest.raises(RuleViolation, match="consultation_begun"):
            services.call_off(consultation=row, reason="일이 생겼습니다", by=owner)
        return
    row = services.call_off(consultation=row, reason="일이 생겼습니다", by=owner)
    row.session.refresh_from_db()
    assert (row.state, row.session.state) == ("cancelled", SessionState.CANCELLED)
    assert told("consultation_taken_back") == [consultant.user]
    assert services.call_off(consultation=row, reason="", by=owner) == row


def test_call_off_when_not_arranged_yet_then_the_business_is_told(application, owner, by):
    row = ask(application, owner)
    with pytest.raises(RuleViolation, match="reason_needed"):
        services.call_off(consultation=row, reason=" ", by=by, by_staff=True)
    services.call_off(consultation=row, reason="전문가 없음", by=by, by_staff=True)
    assert told("consultation_called_off") == [owner]
