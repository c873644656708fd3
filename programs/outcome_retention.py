"""What of consultations and letters is destroyed when its time is over (PIPA §21)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from center import clock, retention
from center.retention import Rule
from programs.models import Consultation, ConsultationState, PartnerLetter

#: what stands where a question was; a closed consultation keeps a log, so its parts say it too
WORDS_GONE = "(보관 기간이 지나 지움)"
_EMPTY = {"question": "", "situation": "", "advice": "", "next_steps": ""}


def _old_consultations(at: dt.datetime) -> QuerySet[Consultation]:
    """``PROGRAM_KEEP_YEARS`` after they ended, those that still have words: that one was held,
    when, by whom and in which field is the evidence and stays."""
    until = clock.years_before(at, settings.PROGRAM_KEEP_YEARS)
    ended = Q(closed_at__lt=until) | Q(cancelled_at__lt=until)
    return Consultation.objects.filter(ended).exclude(question=WORDS_GONE)


def _forget_words(rows: QuerySet[Any]) -> None:
    """Question and log go; the history of them is append-only and stays with the row's."""
    ids = list(rows.values_list("pk", flat=True))
    closed = Consultation.objects.filter(pk__in=ids, state=ConsultationState.CLOSED)
    closed.update(**dict.fromkeys(_EMPTY, WORDS_GONE))
    others = Consultation.objects.filter(pk__in=ids).exclude(state=ConsultationState.CLOSED)
    others.update(**{**_EMPTY, "question": WORDS_GONE})


def _old_letters(at: dt.datetime) -> QuerySet[PartnerLetter]:
    """A year after they were written."""
    return PartnerLetter.objects.filter(at__lt=clock.years_before(at, 1))


_OVER = "개인정보 보호법 제21조"

for rule in (
    Rule(
        "old_consultations",
        "consultation",
        f"{_OVER} (상담 종료 뒤 보관 기간 경과)",
        _old_consultations,
        _forget_words,
    ),
    Rule("old_partner_letters", "letter", f"{_OVER} (1년 경과)", _old_letters),
):
    retention.register(rule)
