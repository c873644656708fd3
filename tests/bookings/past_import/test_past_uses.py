"""Past uses from a file: what a row means, what is refused, what is written, and once only."""

import datetime as dt
import io
import itertools

import openpyxl
import pytest
from django.apps import apps

from bookings.models import Booking, BookingState
from bookings.past_import import uploads
from bookings.past_import.columns import MAX_ROWS
from bookings.past_import.running import CHUNK
from center.errors import RuleViolation
from center.notifications.models import Message
from merchants.models import ImportState, Suspension
from tests import factories
from tests.bookings.past_uses import HEAD, october, used
from tests.conftest import kst

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


@pytest.fixture
def staff(db):
    return factories.staff()


def tried(*lines, by=None, encoding="utf-8-sig", head=HEAD):
    content = "\n".join((head, *lines)).encode(encoding)
    return uploads.try_file(content=content, file_name="이용.csv", by=by)


def figures(upload):
    return (upload.new, upload.same, upload.refused)


def why(*lines):
    """The sentences of the rows refused, by row."""
    return {number: " / ".join(said) for number, said in tried(*lines).refusals}


def test_run_when_used_then_a_use_in_its_unit_and_nobody_is_told(line, staff, merchant, studio):
    upload = tried(line(), by=staff)
    assert figures(upload) == (1, 0, 0)
    assert not Booking.objects.exists()
    uploads.run(upload=upload, by=staff)
    booking = Booking.objects.get()
    assert (booking.merchant, booking.resource, booking.state) == (merchant, studio, "completed")
    assert (booking.starts, booking.ends) == (october(1), october(1, 12))
    assert (booking.source, booking.purpose, booking.headcount) == ("import", "상품 촬영", 2)
    assert (booking.checked_in_at, booking.completed_at) == (booking.starts, booking.ends)
    allocation = booking.allocations.get()
    assert allocation.unit == studio.units.get()
    assert (allocation.during.lower, allocation.during.upper) == (booking.starts, booking.ends)
    assert not Message.objects.exists()
    upload.refresh_from_db()
    assert (upload.state, upload.rows) == (ImportState.DONE, [])


def test_run_when_written_then_the_history_names_person_and_file(line, staff):
    upload = tried(line(), by=staff)
    uploads.run(upload=upload, by=staff)
    event = apps.get_model("bookings", "BookingEvent").objects.get()
    assert event.booked_by_id == staff.pk
    assert event.pgh_context.metadata["past_uses_import"] == upload.pk


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("이용 완료", BookingState.COMPLETED),
        ("노쇼", BookingState.NO_SHOW),
        ("No-Show", BookingState.NO_SHOW),
        ("취소", BookingState.CANCELLED),
    ],
)
def test_run_when_it_came_to_something_else_then_no_penalty(line, staff, studio, word, state):
    uploads.run(upload=tried(line(state=word), by=staff), by=staff)
    booking = Booking.objects.get()
    assert booking.state == state
    assert booking.allocations.exists() == (state in BookingState.occupying)
    assert list(booking.released_units.all()) == (
        [] if state in BookingState.occupying else [studio.units.get()]
    )
    assert not Suspension.objects.exists()
    assert not hasattr(booking, "no_show")


def test_run_when_the_file_comes_again_then_nothing_changes(line, staff):
    rows = [line(), line(starts="14:00", ends="15:00", state="노쇼")]
    uploads.run(upload=tried(*rows, by=staff), by=staff)
    again = tried(*rows, by=staff)
    assert figures(again) == (0, 2, 0)
    uploads.run(upload=again, by=staff)
    assert Booking.objects.count() == 2
    other = tried(line(state="취소"))
    assert "다른 결과로" in other.refusals[0][1][0]


def test_run_when_two_run_the_same_file_then_the_second_finds_it_done(line, staff):
    first, second = tried(line(), by=staff), tried(line(), by=staff)
    uploads.run(upload=first, by=staff)
    uploads.run(upload=second, by=staff)
    second.refresh_from_db()
    assert (figures(second), Booking.objects.count()) == ((0, 1, 0), 1)
    with pytest.raises(RuleViolation, match="import_over"):
        uploads.run(upload=second, by=staff)


def test_row_when_the_unit_is_taken_then_refused_and_else_the_free_one(
    line, staff, studio, merchant
):
    used(studio, factories.merchant(), october(1, 11))
    assert "다른 이용이" in why(line())[2]
    second = studio.units.create(name="B")
    upload = tried(line(), line(number=factories.merchant().number, starts="11:00"), by=staff)
    assert figures(upload) == (1, 0, 1)  # the second row meets the first
    uploads.run(upload=upload, by=staff)
    assert Booking.objects.get(source="import").allocations.get().unit == second
    # What came to nothing takes no unit, and one may begin when the other ends.
    assert why(line(starts="10:00", ends="11:00", state="취소", unit=second.name)) == {}


def test_row_when_it_was_booked_here_then_refused(line, studio, merchant):
    used(studio, merchant, october(1))
    assert "여기서 예약한 이용" in why(line())[2]


def test_rows_when_the_same_use_stands_twice_then_the_second_is_refused(line, studio):
    first = studio.units.get().name
    studio.units.create(name="B")
    assert list(why(line(), line())) == [3]
    assert why(line(unit=first), line(unit="B")) == {}


def test_rows_when_one_of_the_same_use_names_no_unit_then_that_one_is_refused(line, studio):
    first = studio.units.get().name
    studio.units.create(name="B")
    for rows, refused in (
        ((line(unit=first), line()), [3]),
        ((line(), line(unit=first)), [2]),
        ((line(), line(unit=first), line(unit="B"), line()), [2, 5]),
    ):
        found = why(*rows)
        assert list(found) == refused
        named = min({2, 3} - set(refused))
        assert all(f"{named}행" in said for said in found.values())


def test_run_when_a_later_row_names_its_unit_then_one_that_names_none_gets_another(
    line, staff, studio
):
    first = studio.units.get()
    second = studio.units.create(name="B")
    minute, other = dt.timedelta(minutes=1), factories.merchant().number
    times = [(october(2) + n * minute).strftime("%H:%M") for n in range(CHUNK)]
    between = [
        line(day="2026-10-02", starts=a, ends=b, unit="B") for a, b in itertools.pairwise(times)
    ]
    upload = tried(line(), *between, line(number=other, unit=first.name), by=staff)
    assert figures(upload) == (CHUNK + 1, 0, 0)
    uploads.run(upload=upload, by=staff)
    assert figures(upload) == (CHUNK + 1, 0, 0)
    there = {
        booking.merchant.number: booking.allocations.get().unit
        for booking in Booking.objects.filter(starts=october(1)).select_related("merchant")
    }
    assert there.pop(other) == first
    assert list(there.values()) == [second]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"number": "123-45-67890"}, "사업자등록번호"),
        ({"number": "220-81-62517"}, "등록된 사업체가 없습니다"),
        ({"number": ""}, "사업자등록번호: "),
        ({"space": "없는 방"}, "없는 방"),
        ({"unit": "Z"}, "Z"),
        ({"day": "2026-13-01"}, "2026-13-01"),
        ({"day": ""}, "10:00"),
        ({"starts": "25:00"}, "25:00"),
        ({"starts": "10:60"}, "10:60"),
        ({"ends": "10:00"}, "끝나는 시각"),
        ({"ends": "2026-11-02 10:00"}, "31일"),
        ({"ends": "9999-12-31 24:00"}, "9999-12-31"),
        ({"day": "1999-12-31"}, "1999-12-31"),
        ({"state": "아마도"}, "아마도"),
        ({"headcount": "0"}, "0"),
        ({"headcount": "많이"}, "많이"),
        ({"purpose": "가" * 201}, "200"),
        ({"purpose": "900101-1234567"}, "주민등록번호"),
    ],
)
def test_row_when_something_is_wrong_then_refused_with_what_to_do(line, given, said):
    assert said in why(line(**given))[2]


@pytest.mark.parametrize(
    ("given", "starts", "ends"),
    [
        ({"starts": "10시 30분", "ends": "12시"}, (1, 10, 30), (1, 12, 0)),
        ({"day": "", "starts": "2026.10.1 10:00", "ends": "12:00"}, (1, 10, 0), (1, 12, 0)),
        ({"day": "20261001", "starts": "22:00", "ends": "24:00"}, (1, 22, 0), (2, 0, 0)),
        (
            {"day": "", "starts": "2026-10-01 22:00", "ends": "2026-10-02 01:00:00"},
            (1, 22, 0),
            (2, 1, 0),
        ),
    ],
)
def test_row_when_times_are_written_otherwise_then_understood(line, staff, given, starts, ends):
    uploads.run(upload=tried(line(**given), by=staff), by=staff)
    booking = Booking.objects.get()
    assert (booking.starts, booking.ends) == (kst(*starts, month=10), kst(*ends, month=10))


@pytest.mark.parametrize(
    ("ends", "refused"), [("23:59", False), ("24:00", False), ("2026-11-23 00:01", True)]
)
def test_row_when_it_ends_around_midnight_of_today_then_past_only(line, ends, refused):
    found = why(line(day="2026-11-22", starts="20:00", ends=ends))
    assert (list(found) == [2]) is refused


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_file_when_saved_by_different_programs_then_the_same(line, encoding):
    assert figures(tried(line(), encoding=encoding)) == (1, 0, 0)


def test_file_when_xlsx_with_dates_and_numbers_then_read(merchant, studio):
    book = openpyxl.Workbook()
    book.active.append(["이용 기록"])
    book.active.append(HEAD.split(","))
    times = (dt.date(2026, 10, 1), dt.time(10), dt.time(12))
    number = int(merchant.number)
    book.active.append([number, studio.name, None, *times, "이용", "=1+1", 3])
    file = io.BytesIO()
    book.save(file)
    upload = uploads.try_file(content=file.getvalue(), file_name="이용.xlsx", by=None)
    assert figures(upload) == (1, 0, 0)


def test_file_when_there_are_no_headings_then_refused(line):
    with pytest.raises(RuleViolation, match="no_headings"):
        tried(line(), head="가,나,다")


def test_file_when_it_has_more_rows_than_allowed_then_refused_before_any_is_asked_about(
    line, django_assert_num_queries
):
    with django_assert_num_queries(0), pytest.raises(RuleViolation, match="too_many_rows"):
        tried(*[line()] * (MAX_ROWS + 1))


@pytest.mark.parametrize("rows", [1, CHUNK])
def test_try_when_a_chunk_is_full_then_the_same_queries(line, rows, django_assert_num_queries):
    minute = dt.timedelta(minutes=1)
    times = [(october(1) + n * minute).strftime("%H:%M") for n in range(rows + 1)]
    lines = [line(starts=a, ends=b) for a, b in itertools.pairwise(times)]
    # Two for the places, four for the chunk (two of them for the units of bookings), one to keep.
    with django_assert_num_queries(6):
        assert tried(*lines).new == rows


def test_run_when_the_purpose_looks_like_a_formula_then_it_is_text(line, staff):
    uploads.run(upload=tried(line(purpose="'=1+1"), by=staff), by=staff)
    assert Booking.objects.get().purpose == "=1+1"
