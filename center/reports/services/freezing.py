"""Making editions: asking for one, working at it, calling it off. The one writer of both."""

from __future__ import annotations

import datetime as dt
import itertools

import structlog
from celery import current_app
from django.db import IntegrityError, transaction
from django.db.models import Exists, Max, OuterRef

from center import clock, periods
from center.errors import RuleViolation
from center.models import User
from center.periodic import alone_for_long, in_turn
from center.periods import Period, PeriodKind
from center.reports import corrections, outline, publishing
from center.reports import edition_refusals as refusals
from center.reports.content import Content, canonical, digest
from center.reports.files import FORMATS, written
from center.reports.models import Compiling, CompilingState, Edition, Step
from center.reports.outline import Stamp
from center.reports.services import subscribing

log = structlog.get_logger(__name__)
#: failed on so many days, with nothing else in between, and it is left to people
MOST_DAYS = 3
#: so long after a failure the timetable tries again: a storage is often back by then
_REST = dt.timedelta(hours=1)


class _CalledOff(Exception):
    """Somebody cancelled it meanwhile."""


class _Overtaken(Exception):
    """Another edition was handed out meanwhile, beside which this one was not weighed."""


@transaction.atomic
def ask(*, period: Period, by: User | None, reason: str = "") -> Compiling:
    """Have an edition of a finished period made by a worker.

    ``by`` is None for the timetable. Raises RuleViolation("period_not_over" |
    "parts_missing" | "reason_missing" | "under_way").
    """
    reason = reason.strip()
    if not period.is_over(clock.now()):
        raise RuleViolation(refusals.not_over(period.ends))
    if missing := months_missing(period):
        raise RuleViolation(refusals.parts_missing(", ".join(month.label for month in missing)))
    if not reason and Edition.objects.of(period.key).exists():
        raise RuleViolation(refusals.reason_missing())
    try:
        with transaction.atomic():
            asked = Compiling.objects.create(period_key=period.key, asked_by=by, reason=reason)
    except IntegrityError as error:
        raise RuleViolation(refusals.under_way()) from error
    transaction.on_commit(lambda: _wake(asked.pk), robust=True)
    return asked


def months_missing(period: Period) -> list[Period]:
    """The months of a longer period without an edition; those before the house had its first
    booking are not missed. What is hidden in a month is hidden in what contains it, so the
    months come first."""
    if period.kind == PeriodKind.MONTH:
        return []
    return publishing.months_open(period)


def _wake(pk: int) -> None:
    """A queue that is away is no harm: the timetable looks after what is open."""
    current_app.send_task("center.reports.tasks.compile_edition", args=[pk], retry=False)


@transaction.atomic
def cancel(*, compiling: Compiling) -> Compiling:
    """Call a compiling off. Raises RuleViolation("compiling_ended") if it is over."""
    locked = Compiling.objects.select_for_update(no_key=True).get(pk=compiling.pk)
    if not locked.is_open:
        raise RuleViolation(refusals.ended())
    return _end(locked, CompilingState.CANCELLED)


def compile_edition(*, pk: int) -> Edition | None:
    """Do the work of one compiling. None where there is nothing left to do or another worker
    is at it; killed anywhere, it leaves an edition or none and can be done again."""
    asked = Compiling.objects.open().filter(pk=pk).first()
    if asked is None:
        return None
    with alone_for_long(f"reports.freeze:{asked.period_key}") as mine:
        if not mine:
            return None
        try:
            return _done(pk, periods.of_key(asked.period_key))
        except _CalledOff:
            log.info("compiling_called_off", compiling=pk)
        except Exception as error:
            log.exception("compiling_failed", compiling=pk)
            _fail(pk, error)
    return None


def _done(pk: int, period: Period) -> Edition:
    """The work, from its beginning again for each edition that came between."""
    while True:
        try:
            return _work(pk, period)
        except _Overtaken:
            log.info("compiling_begun_again", compiling=pk)


def _work(pk: int, period: Period) -> Edition:
    beside = publishing.newest()
    started = Compiling.objects.filter(pk=pk, state=CompilingState.WAITING)
    started.update(state=CompilingState.WORKING)
    as_of = clock.now().replace(microsecond=0)
    _advance(pk, Step.COUNTING)
    content, corrected = corrections.count(period, as_of=as_of)
    _advance(pk, Step.PROTECTING)
    public = corrections.protect(period, content, corrected)
    _advance(pk, Step.WRITING)
    _try_files(public, as_of)
    _advance(pk, Step.FREEZING)
    return _freeze(pk, period, content, public, as_of=as_of, beside=beside)


def _advance(pk: int, step: Step) -> None:
    """Show how far it is; stops here if it was cancelled."""
    if not Compiling.objects.filter(pk=pk, state=CompilingState.WORKING).update(step=step):
        raise _CalledOff


def _try_files(public: Content, as_of: dt.datetime) -> None:
    """An edition that cannot be written in every format is not frozen."""
    stamp = Stamp("v1", digest(public), frozen_at=as_of)
    made = outline.build(public, stamp)
    for _each, _data in written(made, FORMATS.values()):
        pass


@transaction.atomic
def _freeze(
    pk: int,
    period: Period,
    content: Content,
    public: Content,
    *,
    as_of: dt.datetime,
    beside: int | None,
) -> Edition:
    """The edition, the end of the compiling and the messages: all of it or nothing. One after
    the other, as each was weighed beside all up to ``beside`` and none that came since."""
    asked = Compiling.objects.select_for_update(no_key=True).get(pk=pk)
    if asked.state != CompilingState.WORKING:
        raise _CalledOff
    in_turn("reports.edition")
    if publishing.newest() != beside:
        raise _Overtaken
    last = Edition.objects.of(period.key).aggregate(last=Max("version"))["last"] or 0
    edition = Edition.objects.create(
        period_key=period.key,
        starts=period.starts,
        ends=period.ends,
        version=last + 1,
        content=canonical(content).decode(),
        digest=digest(content),
        public_content=canonical(public).decode(),
        public_digest=digest(public),
        as_of=as_of,
        frozen_by=asked.asked_by,
        reason=asked.reason,
    )
    asked.edition = edition
    _end(asked, CompilingState.DONE)
    subscribing.tell_of(edition=edition)
    return edition


def _end(asked: Compiling, state: CompilingState, failure: str = "") -> Compiling:
    asked.state, asked.ended_at, asked.failure = state, clock.now(), failure
    asked.save(update_fields=["state", "ended_at", "failure", "edition"])
    return asked


@transaction.atomic
def _fail(pk: int, error: Exception) -> None:
    asked = Compiling.objects.select_for_update(no_key=True).get(pk=pk)
    if asked.is_open:
        _end(asked, CompilingState.FAILED, f"{type(error).__name__}: {error}"[:300])


def due(*, on: dt.date, after_days: int) -> list[Period]:
    """Finished periods that nobody has frozen, months before what they make up: those of the
    year of the last finished month, since the house had its first booking."""
    first = publishing.first_day()
    if first is None:
        return []
    last = periods.month(on - after_days * clock.DAY).previous()
    wanted = [m for m in periods.year(last.starts).months() if m.ends > first]
    for kind in (periods.quarter, periods.half, periods.year):
        wanted += dict.fromkeys(kind(month.starts) for month in wanted[:12] if month.ends > first)
    finished = [p for p in wanted if p.ends + after_days * clock.DAY <= on]
    keys = [period.key for period in finished]
    known = Edition.objects.filter(period_key__in=keys).values_list("period_key", flat=True)
    return [period for period in finished if period.key not in set(known)]


def is_left_to_people(period: Period) -> bool:
    """Whether the timetable asks no more for it: somebody called it off, or it failed on so many
    days that it would fail again. Who asks for it by hand still gets it."""
    rows = Compiling.objects.filter(period_key=period.key).values_list("state", "ended_at")
    latest = list(rows)
    if latest and latest[0][0] == CompilingState.CANCELLED:
        return True
    failed = itertools.takewhile(lambda row: row[0] == CompilingState.FAILED, latest)
    return len({clock.day_of(ended) for _state, ended in failed if ended}) >= MOST_DAYS


def left_to_people() -> list[Period]:
    """Periods without an edition that the timetable asks no more for. One query where no
    compiling ever came to nothing."""
    ended = Compiling.objects.filter(state__in=[CompilingState.CANCELLED, CompilingState.FAILED])
    frozen = Edition.objects.filter(period_key=OuterRef("period_key"))
    keys = ended.filter(~Exists(frozen)).order_by("period_key").values_list("period_key", flat=True)
    return [it for it in map(periods.of_key, keys.distinct()) if is_left_to_people(it)]


def _rests(period: Period) -> bool:
    """Whether it failed so short a time ago that the cause is likely to be there still."""
    since = clock.now() - _REST
    failed = Compiling.objects.filter(period_key=period.key, state=CompilingState.FAILED)
    return failed.filter(ended_at__gt=since).exists()


def ask_for_due(*, on: dt.date, after_days: int) -> int:
    """Have what is due made; how many were asked for. What is open or lacks its months is
    left for the next time, what people are to decide about is left to them."""
    asked = 0
    for period in due(on=on, after_days=after_days):
        if is_left_to_people(period) or _rests(period):
            continue
        try:
            ask(period=period, by=None)
        except RuleViolation:
            continue
        asked += 1
    return asked
