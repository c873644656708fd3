"""Applying together: the lead names businesses by their numbers, each one's owner answers.

Who is in stands from the handing in on; only those who confirmed count.
"""

from __future__ import annotations

from django.apps import apps
from django.db import transaction

from center import clock
from center.errors import RuleViolation
from center.models import User
from merchants.models import Membership, Merchant, MerchantState
from merchants.services.locking import lock_merchant
from programs import messages
from programs import partner_refusals as refusals
from programs.locking import lock_application
from programs.models import Application, ApplicationState, CoApplicant, CoState

#: other businesses of one application
MOST = 20
#: namings of one business a day, for whichever applications
MOST_A_DAY = 30


@transaction.atomic
def name(*, application: Application, number: str, by: User) -> CoApplicant:
    """Name a verified business by its ten digits; its owners are asked.

    Raises RuleViolation ``not_joint``, ``joint_locked``, ``own_number``,
    ``no_such_business``, ``named_already``, ``too_many_partners`` or ``named_enough``.
    """
    lock_merchant(application.merchant_id)
    application = _draft(application)
    if not application.program.is_joint:
        raise RuleViolation(refusals.not_joint())
    _refuse_where_enough(application)
    merchant = Merchant.objects.filter(number=number, state=MerchantState.VERIFIED).first()
    if merchant is None or not merchant.is_verified_on(clock.today()):
        raise RuleViolation(refusals.no_such_business())
    if merchant.pk == application.merchant_id:
        raise RuleViolation(refusals.own_number())
    if application.co_applicants.filter(merchant=merchant).exists():
        raise RuleViolation(refusals.named_already())
    made = CoApplicant.objects.create(application=application, merchant=merchant, asked_by=by)
    messages.partners.asked_to_join(made)
    return made


def _refuse_where_enough(application: Application) -> None:
    """Before any number is looked up: who can name nobody any more is not told who is here."""
    if application.co_applicants.count() >= MOST:
        raise RuleViolation(refusals.too_many(MOST))
    if _named_today(application.merchant) >= MOST_A_DAY:
        raise RuleViolation(refusals.named_enough(MOST_A_DAY))


def _named_today(lead: Merchant) -> int:
    """How many businesses people of ``lead`` named today, those taken out again among them: each
    had a message. From the history, which outlives the rows and their drafts."""
    start, end = clock.day_bounds(clock.today())
    events = apps.get_model("programs", "CoApplicantEvent").objects
    named = events.filter(pgh_label="insert", asked_at__gte=start, asked_at__lt=end)
    return int(named.filter(asked_by__in=lead.memberships.values("user")).count())


@transaction.atomic
def take_out(*, co_applicant: CoApplicant) -> None:
    """The lead names a business no longer. Raises RuleViolation ``joint_locked``."""
    _draft(co_applicant.application)
    CoApplicant.objects.filter(pk=co_applicant.pk).delete()


@transaction.atomic
def answer(*, co_applicant: CoApplicant, confirms: bool, by: User) -> CoApplicant:
    """The owner of the named business confirms or declines; a confirmation can be taken back
    until the handing in. Raises RuleViolation ``not_owner`` or ``joint_locked``."""
    application = _draft(co_applicant.application)
    row = CoApplicant.objects.select_for_update().get(pk=co_applicant.pk)
    owners = row.merchant.memberships.filter(user=by, role=Membership.Role.OWNER)
    if not owners.exists():
        raise RuleViolation(refusals.not_owner())
    state = CoState.CONFIRMED if confirms else CoState.DECLINED
    if row.state in {state, CoState.DECLINED}:
        return row
    row.state, row.answered_at, row.answered_by = state, clock.now(), by
    row.save(update_fields=["state", "answered_at", "answered_by"])
    messages.partners.joint_answered(row, application)
    return row


def _draft(application: Application) -> Application:
    locked = lock_application(application.pk)
    if locked.state != ApplicationState.DRAFT:
        raise RuleViolation(refusals.handed_in())
    return locked
