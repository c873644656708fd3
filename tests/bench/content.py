"""A house with its businesses and bookings, written by SQL: a million rows in a minute.

The demo's house has 32 units, which five and a half years of opening hours cannot fill with
a million bookings. Twenty annex rooms of eight units each stand beside it, with a kit of
their own to borrow, so that thousands of holds find a free time. Services and triggers are
passed by (they refuse the past, and history would double every row); constraints are not.
"""

from __future__ import annotations

from contextlib import contextmanager

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from bookings.models import Category, Resource, Unit
from center import clock
from center.demo import house

ANNEX_ROOMS = 20
ANNEX_UNITS = 8
DAYS_BACK = 2010
#: filled further ahead than the horizon of 30 days: the database is kept for two weeks
DAYS_AHEAD = 44
#: starts of the bookings made here; two hours apart, so that buffers never meet
HOURS = (9, 11, 13, 15, 17)
OWN_BOOKINGS = 300


def fill(*, bookings: int, businesses: int, accounts: int) -> None:
    """Fill the empty, migrated database of the present connection.

    The first ``accounts`` businesses have no bookings to come, so that no limit refuses
    them, and the very first has 300 of the past. The coming weeks are the same whatever
    ``bookings`` is: only the past grows.
    """
    if not accounts < businesses:
        raise ValueError("Some businesses must be left for the bookings that exist.")
    house.build()
    _annex()
    with transaction.atomic(), connection.cursor() as cursor, replica(cursor):
        cursor.execute(_PEOPLE, {"count": businesses, "password": make_password(None)})
        cursor.execute(_BUSINESSES, {"count": businesses, "today": clock.today()})
        cursor.execute("INSERT INTO bench_account SELECT * FROM bench_new_account")
        _bookings(cursor, bookings, businesses, accounts)
        cursor.execute(_OWN, {"count": min(OWN_BOOKINGS, bookings // 4)})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@contextmanager
def replica(cursor: CursorWrapper):
    """Without triggers and foreign key checks, as a replica applies rows; needs a superuser."""
    cursor.execute("SET LOCAL session_replication_role = replica")
    yield
    cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def _annex() -> None:
    for n in range(1, ANNEX_ROOMS + 1):
        names = {"name": f"별관 {n}", "name_en": f"Annex {n}", "position": 100 + n}
        room = Resource.objects.create(
            slug=f"annex-{n}", category=Category.STUDIO, capacity=4, **names
        )
        names = {"name": f"별관 장비 {n}", "name_en": f"Annex kit {n}", "position": 200 + n}
        kit = Resource.objects.create(slug=f"annex-kit-{n}", category=Category.EQUIPMENT, **names)
        kit.used_in.add(room)
        for resource in (room, kit):
            Unit.objects.bulk_create(
                Unit(resource=resource, name=str(number), position=number)
                for number in range(1, ANNEX_UNITS + 1)
            )


def _bookings(cursor: CursorWrapper, bookings: int, businesses: int, accounts: int) -> None:
    big = bookings > 100_000
    numbers = {
        "today": clock.today(),
        "now": clock.now(),
        # ten times as many reach ten times as far back: a month of them stays a month
        "back": DAYS_BACK * max(1, bookings // 1_000_000) if bookings > 1_000 else 60,
        "ahead": DAYS_AHEAD,
        "hours": list(HOURS),
        "bookings": bookings,
        "accounts": accounts,
        "others": businesses - accounts,
    }
    cursor.execute(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [_GUARD]
    )
    guard = cursor.fetchone()[0]
    for statement in (_CANDIDATES, _OUT_OF_THE_WAY, _CHOSEN, _BOOKINGS):
        cursor.execute(statement, numbers)
    if big:  # one row at a time the constraint takes minutes, made anew it takes seconds
        cursor.execute(f"ALTER TABLE bookings_allocation DROP CONSTRAINT {_GUARD}")
    cursor.execute(_ALLOCATIONS)
    cursor.execute(_EQUIPMENT)
    if big:
        cursor.execute(f"ALTER TABLE bookings_allocation ADD CONSTRAINT {_GUARD} {guard}")
    cursor.execute(
        "SELECT setval('bookings_booking_id_seq', (SELECT max(id) FROM bookings_booking))"
    )


_GUARD = "allocation_no_overlap"

# The accounts are remembered by number, as ids depend on what was there before.
_PEOPLE = """
CREATE TABLE IF NOT EXISTS bench_account (n integer PRIMARY KEY, user_id bigint, merchant_id bigint);
CREATE TEMP TABLE bench_new_account ON COMMIT DROP AS
SELECT n, nextval('center_user_id_seq') AS user_id, nextval('merchants_merchant_id_seq') AS merchant_id
FROM generate_series(1, %(count)s) n;
INSERT INTO center_user (id, email, name, phone, password, is_staff, is_active, is_superuser, date_joined)
SELECT user_id, 'bench' || n || '@example.com', '사람 ' || n, '', %(password)s, false, true, false, now()
FROM bench_new_account
"""
_BUSINESSES = """
INSERT INTO merchants_merchant (id, name, number, kind, representative, section, district,
    market_area, founded_on, women_owned, youth_owned, disabled_owned, phone, state,
    verified_until, created_at, address, online_shops, revision, return_reasons, return_note,
    business_status)
SELECT merchant_id, '상점 ' || n, '5' || lpad(n::text, 9, '0'), 'individual', '대표 ' || n,
    substr('GCISRPNMJFHA', 1 + n %% 12, 1), (ARRAY['27110', '27140', '27170', '27200', '27230',
    '27260', '27290', '47111', '47130', '47170'])[1 + n %% 10], '', %(today)s::date - n %% 6000,
    n %% 5 < 2, n %% 4 = 0, n %% 25 = 0, '', 'verified', %(today)s::date + 500, now(),
    '', '', 0, '{}', '', 'unchecked'
FROM bench_new_account;
INSERT INTO merchants_membership (merchant_id, user_id, role, joined_at)
SELECT merchant_id, user_id, 'owner', now() FROM bench_new_account
"""
# Every start of every unit, with a number that looks drawn but is the same each time.
_CANDIDATES = """
CREATE TEMP TABLE bench_candidate ON COMMIT DROP AS
SELECT u.id AS unit_id, u.resource_id, r.category, day >= %(today)s AS coming, starts,
    starts + interval '1 hour' AS ends,
    CASE WHEN r.category = 'office_seat' THEN 0 ELSE 15 END AS buffer,
    abs(hashint8(u.id * 100003 + hour * 7 + extract(epoch FROM day)::bigint / 86400)) AS draw,
    r.slug LIKE 'annex%%' AS annex
FROM bookings_unit u JOIN bookings_resource r ON r.id = u.resource_id,
    generate_series(%(today)s::date - %(back)s, %(today)s::date + %(ahead)s, interval '1 day') day,
    unnest(%(hours)s) hour,
    LATERAL (SELECT (day::date + make_time(hour, 0, 0)) AT TIME ZONE 'Asia/Seoul' AS starts) at
WHERE r.category <> 'equipment' AND extract(isodow FROM day) < 6
"""
_OUT_OF_THE_WAY = """
DELETE FROM bench_candidate c USING bookings_allocation a
WHERE a.unit_id = c.unit_id
  AND a.during && tstzrange(c.starts, c.ends + c.buffer * interval '1 minute')
"""
# The house is half booked for the coming weeks, the annex a tenth; the rest is the past.
_CHOSEN = """
CREATE TEMP TABLE bench_chosen ON COMMIT DROP AS
WITH coming AS (
    SELECT * FROM bench_candidate
    WHERE coming AND draw %% 100 < CASE WHEN annex THEN 10 ELSE 50 END
    ORDER BY annex, draw LIMIT %(bookings)s
), past AS (
    SELECT * FROM bench_candidate WHERE NOT coming ORDER BY draw
    LIMIT greatest(0, %(bookings)s - (SELECT count(*) FROM coming))
), chosen AS (
    SELECT *, draw / 100 %% 100 AS fate, CASE WHEN coming THEN
        (ARRAY['confirmed', 'cancelled'])[1 + (draw / 100 %% 100 < 9)::int]
        ELSE (ARRAY['completed', 'cancelled', 'no_show', 'expired'])[1 + (draw / 100 %% 100 < 9)::int
        + 2 * (draw / 100 %% 100 BETWEEN 9 AND 12)::int + 3 * (draw / 100 %% 100 BETWEEN 13 AND 14)::int] END AS state
    FROM (TABLE coming UNION ALL TABLE past) both_times
)
SELECT nextval('bookings_booking_id_seq') AS id, row_number() OVER () AS n, c.*
FROM (SELECT * FROM chosen ORDER BY starts, draw) c
"""
_BOOKINGS = """
INSERT INTO bookings_booking (id, reference, resource_id, merchant_id, booked_by_id, user_name,
    purpose, headcount, starts, ends, buffer_before, buffer_after, state, source, held_until,
    cancellable_until, decide_until, reason_code, reason_text, sequence, created_at, requested_at,
    confirmed_at, checked_in_at, completed_at, closed_at, decided_by_id)
SELECT c.id, substr(code, 1, 4) || '-' || substr(code, 5), c.resource_id, m.merchant_id, m.user_id,
    '', '신제품 사진 촬영', 1 + draw %% 2, starts, ends, 0, buffer, state, 'web', NULL,
    starts - interval '2 days', NULL, CASE state WHEN 'cancelled' THEN 'schedule' ELSE '' END, '', 0,
    least(%(now)s, starts - interval '9 days'), CASE state WHEN 'expired' THEN NULL ELSE least(%(now)s, starts - interval '9 days') END,
    CASE state WHEN 'expired' THEN NULL ELSE least(%(now)s, starts - interval '9 days') END,
    CASE state WHEN 'completed' THEN starts END, CASE state WHEN 'completed' THEN ends END,
    CASE WHEN state IN ('cancelled', 'no_show', 'expired') THEN least(%(now)s, starts) END, NULL
FROM bench_chosen c
JOIN bench_account m ON m.n = 1 + %(accounts)s + draw %% %(others)s,
LATERAL (SELECT string_agg(substr('23456789ABCDEFGHJKMNPQRSTVWXYZ',
    1 + (c.n * 388888889 %% 656100000000 / (30::numeric ^ k)::bigint %% 30)::int, 1), '') AS code
    FROM generate_series(0, 7) k) codes
"""
_ALLOCATIONS = """
INSERT INTO bookings_allocation (unit_id, booking_id, during)
SELECT unit_id, id, tstzrange(starts, ends + buffer * interval '1 minute')
FROM bench_chosen WHERE state IN ('completed', 'confirmed')
"""
# A fifth of the studio bookings borrowed a camera set, each unit of the studio its own.
_EQUIPMENT = """
INSERT INTO bookings_allocation (unit_id, booking_id, during)
SELECT lent.id, c.id, tstzrange(starts, ends + buffer * interval '1 minute')
FROM bench_chosen c
JOIN bookings_unit u ON u.id = c.unit_id
JOIN bookings_resource r ON r.id = c.resource_id AND r.slug = 'studio'
JOIN bookings_resource e ON e.slug = 'live-camera'
JOIN bookings_unit lent ON lent.resource_id = e.id AND lent.position = u.position + 1
WHERE c.state IN ('completed', 'confirmed') AND c.draw % 5 = 0
"""
_OWN = """
UPDATE bookings_booking SET merchant_id = a.merchant_id FROM bench_account a
WHERE a.n = 1 AND bookings_booking.id IN (
    SELECT id FROM bookings_booking WHERE starts < now() AND state <> 'expired'
    ORDER BY hashint8(id) LIMIT %(count)s)
"""
