"""Applying: a draft, handing in and changing it until the deadline, withdrawing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from center import clock
from center.errors import RuleViolation, Violation
from center.models import User
from center.resident_number import blank_out
from merchants.models import Merchant
from merchants.services.locking import lock_merchant
from programs import eligibility_refusals, messages, papers, policies, refusals
from programs.kinds import Applicant
from programs.locking import lock_application, lock_parties, lock_program, placing
from programs.models import (
    Answer,
    Application,
    ApplicationState,
    CoApplicant,
    Draft,
    Picture,
    Product,
    Program,
    ProgramState,
    SelectionMode,
)
from programs.services import answer_files, leaving, places, products, steps
from programs.services.apply_rules import refuse_unless_editable, refuse_unless_open
from programs.services.facts import place_of, violations_for

#: characters kept of one field while it is typed
_TYPED = 5000


@dataclass(frozen=True)
class Entries:
    """A form in order: ``answers`` by question, fields of ``products`` by product."""

    contact_phone: str = ""
    applied_for: str = ""
    applied_for_address: str = ""
    district: str = ""
    baseline_sales: int | None = None
    answers: Mapping[int, Any] = field(default_factory=dict)
    products: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)


@transaction.atomic
def begin(*, user: User, merchant: Merchant | None, program: Program) -> Application:
    """The business's application, a new draft where there is none.

    Raises RuleViolation for what stands against it: ``no_business`` and those of ``policies``,
    ``not_open_yet``, ``closed``, ``called_off``.
    """
    if merchant is None:
        raise RuleViolation(eligibility_refusals.no_business())
    merchant, now = lock_merchant(merchant.pk), clock.now()
    if there := current(program, merchant):
        return there
    refuse_unless_open(program, now)
    if found := violations_for(program, merchant, now):
        raise RuleViolation(*found)
    return Application.objects.create(
        program=program,
        merchant=merchant,
        applied_by=user,
        contact_phone=merchant.phone,
        created_at=now,
    )


def current(program: Program, merchant: Merchant) -> Application | None:
    """The application a business has with a program; not one it gave up. 1 query."""
    mine = program.applications.filter(merchant=merchant)
    return mine.exclude(state__in=ApplicationState.given_up).first()


@transaction.atomic
def save_typed(*, application: Application, typed: Mapping[str, list[str]]) -> Draft:
    """Keep what was typed, right or wrong, until it is handed in.

    Raises RuleViolation as ``refuse_unless_editable`` does.
    """
    lock_merchant(application.merchant_id)
    application = Application.objects.select_related("program").get(pk=application.pk)
    now = clock.now()
    refuse_unless_editable(application, application.program, now)
    kept = {name[:40]: [_tidy(text) for text in texts[:50]] for name, texts in typed.items()}
    draft, _made = Draft.objects.update_or_create(
        application=application, defaults={"typed": kept, "saved_at": now}
    )
    return draft


def _tidy(text: str) -> str:
    """Without what the database refuses, and without resident registration numbers."""
    return blank_out(text.replace("\0", "")[:_TYPED])


def hand_in(*, application: Application, entries: Entries, by: User) -> Application:
    """Hand an application in, change one until the deadline, or answer what was asked for.

    First come: with a place, on the reserve list, or refused. The deadline is compared once
    the program's lock is there, by the server's clock. Raises RuleViolation: those of
    ``policies``, ``not_open_yet``, ``closed``, ``called_off``, ``not_editable``,
    ``supplement_over``, ``papers_missing``, ``no_products``, ``full``, ``busy``.
    """
    program = application.program
    # Whoever comes to a full house need not queue for its door.
    if _wants_a_place(application, program) and places.is_full(program):
        raise RuleViolation(refusals.full(program.quota, program.reserve))
    return _hand_in(application, entries, by)


def _wants_a_place(application: Application, program: Program) -> bool:
    is_first_come = program.selection == SelectionMode.FIRST_COME
    return is_first_come and application.state == ApplicationState.DRAFT


@placing
def _hand_in(application: Application, entries: Entries, by: User) -> Application:
    merchant = lock_parties(application)
    _write(application, entries)
    lacks_products = _lacks_products(application)
    program = lock_program(application.program_id)
    now = clock.now()  # after the waiting
    application = _locked(application, program)
    refuse_unless_editable(application, program, now)
    place = place_of(program, merchant, entries.district)
    _refuse_what_stands_against(application, program, merchant, now, place)
    if lacks_products:
        raise RuleViolation(refusals.no_products())
    application.district = place
    _fill_in(application, entries, by, now)
    before = application.state
    if _wants_a_place(application, program):
        places.give(application, program, now)
    else:
        steps.receive(application)
    application.revision += 1
    application.save()
    Draft.objects.filter(application=application).delete()
    messages.handed_in(application, before=before)
    return application


def _locked(application: Application, program: Program) -> Application:
    row = Application.objects.select_for_update(no_key=True).get(pk=application.pk)
    row.program = program
    return row


def _write(application: Application, entries: Entries) -> None:
    """Answers and products as rows; before the locks, so that nobody waits for the writing."""
    answers = [
        Answer(application=application, question_id=question, value=value)
        for question, value in entries.answers.items()
    ]
    Answer.objects.filter(application=application).exclude(question__in=entries.answers).delete()
    Answer.objects.bulk_create(
        answers,
        update_conflicts=True,
        unique_fields=["application", "question"],
        update_fields=["value"],
    )
    for pk, fields in entries.products.items():
        mine = Product.objects.filter(application=application, pk=pk)
        mine.update(is_ready=True, **fields)


def _refuse_what_stands_against(
    application: Application, program: Program, merchant: Merchant, now: dt.datetime, place: str
) -> None:
    """Asked once more at the end: papers run out and suspensions begin while one types. Where a
    market or shop lies is said in the form, so it is asked at each change."""
    is_new = application.state == ApplicationState.DRAFT
    if is_new:
        named = CoApplicant.objects.confirmed().filter(application=application)
        partners = [row.merchant for row in named.select_related("merchant")]
        found = violations_for(program, merchant, now, partners, place=place)
    else:
        found = _wrong_place(application, program, place)
    if found:
        raise RuleViolation(*found)
    if missing := papers.missing(program, merchant, clock.day_of(now)):
        raise RuleViolation(refusals.papers_missing(missing))


def _lacks_products(application: Application) -> bool:
    """Seen before the lock of the program: what a call asks stands once somebody began to
    answer it, and products change under the lock of the business alone."""
    needed = products.are_needed(application.program)
    return needed and not application.products.ready().exists()


def _wrong_place(application: Application, program: Program, place: str) -> list[Violation]:
    """Of a change: a business that has moved since keeps its application, but a market or shop
    is chosen anew in the form."""
    is_own = program.the_kind.applicant == Applicant.BUSINESS
    if is_own or place == application.district:
        return []
    return list(policies.wrong_place(program, place, is_for_another=True))


def _fill_in(application: Application, entries: Entries, by: User, now: dt.datetime) -> None:
    for name in ("contact_phone", "applied_for", "applied_for_address", "baseline_sales"):
        setattr(application, name, getattr(entries, name))
    application.changed_at = now
    if application.submitted_at is None:
        application.submitted_at, application.applied_by = now, by


@placing
def withdraw(*, application: Application, by: User | None = None) -> Application:
    """Give the application up; its place goes to the next in line. Twice changes nothing.

    What is planned for it alone is called off with it. Raises RuleViolation
    ``not_withdrawable``, or ``place_used`` once it has had a session of its place.
    """
    application, now = lock_application(application.pk), clock.now()
    if application.state in ApplicationState.given_up:
        return application
    if application.state not in ApplicationState.withdrawable:
        raise RuleViolation(refusals.not_withdrawable(application.get_state_display()))
    if application.program.state == ProgramState.FINISHED:  # who took part has been supported
        raise RuleViolation(refusals.not_withdrawable(application.program.get_state_display()))
    if had := leaving.begun(application, now):
        raise RuleViolation(refusals.place_used(had.title, had.starts))
    leaving.end_what_hangs(application, now=now, by=by)
    steps.withdraw(application, now=now)
    messages.withdrawn(application)
    places.fill(lock_program(application.program_id), now)
    return application


@transaction.atomic
def discard(*, application: Application) -> None:
    """Throw a draft away, with its files and pictures. Twice changes nothing.

    Raises RuleViolation ``not_editable`` for one that has been handed in.
    """
    lock_merchant(application.merchant_id)
    draft = Application.objects.filter(pk=application.pk).first()
    if draft is None:
        return
    if draft.state != ApplicationState.DRAFT:
        raise RuleViolation(refusals.not_editable(draft.get_state_display()))
    answer_files.destroy(draft.answer_files.all())
    pictures = Picture.objects.filter(product_photo__product__application=draft)
    doomed = list(pictures.values_list("pk", flat=True))
    draft.delete()
    Picture.objects.filter(pk__in=doomed).delete()
