"""Courses of the demo with their sessions: one that runs, one that was completed."""

from __future__ import annotations

import datetime as dt
import hashlib

from bookings.models import Resource
from center import clock
from center.demo import papers
from center.errors import RuleViolation
from center.models import User
from merchants.models import Merchant, MerchantState
from merchants.papers import store
from merchants.papers.limits import PDF
from programs.models import (
    Application,
    ApplicationState,
    Attendance,
    Material,
    NotedBy,
    Presence,
    Program,
    ProgramState,
    SelectionMode,
    Session,
    SessionKind,
    SessionState,
)
from programs.services import calls, complete, materials, sessions
from programs.services.rooms import Room
from programs.services.sessions import Meeting

RUNNING = "스마트스토어 매출 키우기 6주"
DONE = "온라인 판매 첫걸음"
_TOPICS = ["상품 기획", "사진과 영상", "상세페이지", "검색과 광고", "고객 응대", "매출 분석"]
_INSTRUCTOR = "박현주 강사"
_WEEK = 7 * clock.DAY


def build(own: str) -> None:
    """Two courses in which the business ``own`` takes part besides nine others."""
    people = [Merchant.objects.get(name=own), *_others()]
    running = _program(RUNNING, "Six weeks to more sales", ProgramState.PUBLISHED, weeks_ago=5)
    _enrol(running, people)
    _held(running, 4, last=_monday() - _WEEK)
    _attended(running)
    _hand_out(running)
    _plan_next(running)
    done = _program(DONE, "First steps in selling online", ProgramState.FINISHED, weeks_ago=14)
    _enrol(done, people)
    _held(done, 5, last=_monday() - 8 * _WEEK)
    _attended(done)
    complete.close_round(program=done)


def keep_running(own: str) -> None:
    """Two more sessions where the last ones are over; all of it where the demo is older."""
    running = Program.objects.filter(title=RUNNING).first()
    if running is None:
        build(own)
    elif not running.sessions.standing().filter(starts__gt=clock.now()).exists():
        _plan_next(running)


def _monday() -> dt.date:
    return clock.monday_of(clock.today())


def _others() -> list[Merchant]:
    rows = Merchant.objects.filter(state=MerchantState.VERIFIED, memberships=None)
    return list(rows.order_by("pk")[40:49])


def _program(title: str, english: str, state: ProgramState, weeks_ago: int) -> Program:
    opens = clock.at(_monday() - (weeks_ago + 3) * _WEEK, dt.time(9))
    is_over = state == ProgramState.FINISHED
    return Program.objects.create(
        kind="education",
        slug=calls.new_slug("education", opens),
        title=title,
        title_en=english,
        summary="매주 화요일 두 시간, 팔고 있는 상품으로 함께 실습합니다.",
        summary_en="Two hours every Tuesday, with the products you sell.",
        body="<p>노트북과 상품 한두 가지를 가져오십시오.</p>",
        state=state,
        opens_at=opens,
        closes_at=opens + 2 * _WEEK,
        selection=SelectionMode.FIRST_COME,
        quota=10,
        absences_allowed=2,
        contact="교육 담당 053-000-0000",
        created_by=_staff(),
        published_at=opens - clock.DAY,
        ended_at=clock.now() - 7 * _WEEK if is_over else None,
    )


def _staff() -> User:
    return User.objects.get(email="staff@example.com")


def _enrol(program: Program, people: list[Merchant]) -> None:
    Application.objects.bulk_create(
        Application(
            program=program,
            merchant=business,
            state=ApplicationState.SELECTED,
            place=n,
            district=business.district,
            contact_phone=business.phone,
            created_at=program.opens_at,
            submitted_at=program.opens_at + n * clock.DAY / 24,
            decided_at=program.opens_at + n * clock.DAY / 24,
        )
        for n, business in enumerate(people, 1)
    )


def _held(program: Program, count: int, last: dt.date) -> None:
    """Past ones on Tuesdays, written down without a room."""
    for n in range(count):
        day = last + clock.DAY - (count - 1 - n) * _WEEK
        Session.objects.create(
            program=program,
            kind=SessionKind.CLASS,
            title=f"{n + 1}회차: {_TOPICS[n]}",
            starts=clock.at(day, dt.time(14)),
            ends=clock.at(day, dt.time(16)),
            state=SessionState.HELD,
            place_text="컨퍼런스룸",
            instructor=_INSTRUCTOR,
            created_at=program.opens_at,
        )


def _attended(program: Program) -> None:
    """Most came, by QR code or as staff noted; the first business always."""
    applications = list(program.applications.order_by("place"))
    rows = [
        _noted(session, application, n, missed=n == 8 or (n > 0 and (n + number) % 6 == 0))
        for number, session in enumerate(program.sessions.order_by("starts"))
        for n, application in enumerate(applications)
    ]
    Attendance.objects.bulk_create(rows)


def _noted(session: Session, application: Application, n: int, *, missed: bool) -> Attendance:
    by_staff = missed or n % 3 == 2
    return Attendance(
        session=session,
        application=application,
        mark=Presence.ABSENT if missed else Presence.PRESENT,
        method=NotedBy.STAFF if by_staff else NotedBy.QR,
        noted_at=session.starts + n * dt.timedelta(minutes=1),
        noted_by=_staff() if by_staff else None,
    )


def _hand_out(program: Program) -> None:
    """The slides of the sessions there have been, told of at once; straight into the tables, as
    the service would date them today."""
    for session in program.sessions.order_by("starts"):
        content = papers.slides(
            session.title, ["지난 시간 되짚기", "함께 해 보기", "다음 시간까지"]
        )
        stored = store.save(content)
        Material.objects.create(
            session=session,
            stored_name=stored.name,
            key_id=stored.key_id,
            content_type=PDF,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            name=f"{session.title.replace(':', '')} 교안.pdf",
            added_at=session.ends,
            added_by=_staff(),
            told_at=session.ends + materials.QUIET,
        )


def _plan_next(program: Program) -> None:
    """Two to come on Tuesdays, in the conference room where it is free, else online."""
    count = program.sessions.count()
    for n in (1, 2):
        day = _monday() + clock.DAY + n * _WEEK
        topic = _TOPICS[(count + n - 1) % len(_TOPICS)]
        meeting = Meeting(
            kind=SessionKind.CLASS,
            title=f"{count + n}회차: {topic}",
            online_link="https://meet.example.com/center",
            instructor=_INSTRUCTOR,
            capacity=10,
            materials="노트북, 판매 중인 상품 한두 가지",
        )
        _plan(program, meeting, clock.at(day, dt.time(14)))


def _plan(program: Program, meeting: Meeting, starts: dt.datetime) -> None:
    when = {"starts": starts, "ends": starts + dt.timedelta(hours=2)}
    wish = {"by": _staff(), "program": program, "meeting": meeting, **when}
    space = Resource.objects.filter(slug="conference").first()
    try:
        sessions.plan(**wish, room=Room(space) if space else None)  # type: ignore[arg-type]
    except RuleViolation:
        sessions.plan(**wish)  # type: ignore[arg-type]
