"""What of applications is destroyed when its time is over (PIPA §21)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from center import clock, retention
from center.retention import Rule
from programs.models import (
    Answer,
    AnswerFile,
    Application,
    ApplicationState,
    Draft,
    Picture,
    Program,
    ProgramState,
)
from programs.services import answer_files, apply


def _abandoned_drafts(at: dt.datetime) -> QuerySet[Application]:
    """Never handed in, ``PROGRAM_DRAFT_KEEP_DAYS`` after their call closed or was called off."""
    until = at - settings.PROGRAM_DRAFT_KEEP_DAYS * clock.DAY
    over = Q(program__closes_at__lt=until)
    over |= Q(program__state=ProgramState.CANCELLED, program__ended_at__lt=until)
    return Application.objects.filter(over, state=ApplicationState.DRAFT)


def _discard(drafts: QuerySet[Any]) -> None:
    for draft in drafts:
        apply.discard(application=draft)


def _stale_typing(at: dt.datetime) -> QuerySet[Draft]:
    """Changes of an application in the house that nobody handed in, as long after."""
    until = at - settings.PROGRAM_DRAFT_KEEP_DAYS * clock.DAY
    handed_in = ApplicationState.handed_in
    return Draft.objects.filter(
        saved_at__lt=until,
        application__state__in=handed_in,
        application__program__closes_at__lt=until,
    )


def _old_programs(at: dt.datetime) -> QuerySet[Program]:
    """Ended ``PROGRAM_KEEP_YEARS`` ago: the evidence of the subsidy is the application's row,
    its state and its dates, which stay."""
    until = clock.years_before(at, settings.PROGRAM_KEEP_YEARS)
    ended = Program.objects.annotate(over_at=Coalesce("ended_at", "closes_at"))
    return ended.filter(over_at__lt=until)


def _old_answers(at: dt.datetime) -> QuerySet[Answer]:
    return Answer.objects.filter(application__program__in=_old_programs(at))


def _old_files(at: dt.datetime) -> QuerySet[AnswerFile]:
    return AnswerFile.objects.filter(application__program__in=_old_programs(at))


def _destroy_files(files: QuerySet[Any]) -> None:
    rows = list(files)
    answer_files.destroy(rows)
    AnswerFile.objects.filter(pk__in=[row.pk for row in rows]).delete()


def _old_photos(at: dt.datetime) -> QuerySet[Picture]:
    old = _old_programs(at)
    return Picture.objects.filter(product_photo__product__application__program__in=old)


def _old_contacts(at: dt.datetime) -> QuerySet[Application]:
    old = Application.objects.filter(program__in=_old_programs(at))
    return old.exclude(contact_phone="", applied_for_address="")


def _empty_contacts(applications: QuerySet[Any]) -> None:
    ids = list(applications.values_list("pk", flat=True))
    Application.objects.filter(pk__in=ids).update(contact_phone="", applied_for_address="")


_OVER = "개인정보 보호법 제21조"

for rule in (
    Rule(
        "abandoned_applications",
        "application",
        f"{_OVER} (제출하지 않은 신청서)",
        _abandoned_drafts,
        _discard,
    ),
    Rule("stale_typing", "draft", f"{_OVER} (제출하지 않은 변경)", _stale_typing),
    Rule(
        "old_contacts",
        "application",
        f"{_OVER} (프로그램 종료 뒤 보관 기간 경과)",
        _old_contacts,
        _empty_contacts,
    ),
    Rule("old_answers", "answer", f"{_OVER} (프로그램 종료 뒤 보관 기간 경과)", _old_answers),
    Rule(
        "old_answer_files",
        "file of an answer",
        f"{_OVER} (프로그램 종료 뒤 보관 기간 경과)",
        _old_files,
        _destroy_files,
    ),
    Rule(
        "old_product_photos", "picture", f"{_OVER} (프로그램 종료 뒤 보관 기간 경과)", _old_photos
    ),
):
    retention.register(rule)
