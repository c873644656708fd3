"""A broadcast: which products, by which cue sheet, and what it brought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import transaction

from center import clock
from center.errors import RuleViolation
from center.models import User
from programs import event_refusals as refusals
from programs.locking import lock_application
from programs.models import (
    Application,
    ApplicationState,
    Broadcast,
    Cue,
    ProductResult,
    SessionKind,
)
from programs.parties import refuse_own


class Sold(NamedTuple):
    """Of one product; sales in won."""

    orders: int
    sales: int


@dataclass(frozen=True)
class CueRow:
    minute: int
    what: str
    who: str = ""


def _taking_part(application: Application) -> Application:
    """Locked and fresh. Raises RuleViolation ``not_taking_part``."""
    locked = lock_application(application.pk)
    if locked.state not in ApplicationState.taking_part:
        raise RuleViolation(refusals.not_taking_part())
    return locked


@transaction.atomic
def choose_products(*, application: Application, products: Sequence[int], by: User) -> None:
    """Exactly these of its products are in the program, by their ids. Raises RuleViolation
    ``not_taking_part``, ``no_product``, ``product_unknown`` or ``own_business``."""
    application = _taking_part(application)
    refuse_own(application, by)
    if not products:
        raise RuleViolation(refusals.no_product())
    own = application.products.ready()
    if own.filter(pk__in=products).count() != len(set(products)):
        raise RuleViolation(refusals.product_unknown())
    own.filter(pk__in=products).update(is_chosen=True)
    own.exclude(pk__in=products).update(is_chosen=False)


@transaction.atomic
def describe(
    *, application: Application, platform: str, link: str, host: str, crew: str
) -> Broadcast:
    """On which platform, under which link, by whom. Raises RuleViolation ``not_taking_part``."""
    values = {"platform": platform, "link": link, "host": host, "crew": crew}
    made, _new = Broadcast.objects.update_or_create(
        application=_taking_part(application), defaults=values
    )
    return made


@transaction.atomic
def write_cues(*, application: Application, rows: Sequence[CueRow]) -> Broadcast:
    """The whole cue sheet in the order of its minutes, in place of what was there. Raises
    RuleViolation ``not_taking_part``."""
    made, _new = Broadcast.objects.get_or_create(application=_taking_part(application))
    made.cues.all().delete()
    in_order = sorted(rows, key=lambda row: row.minute)
    Cue.objects.bulk_create(
        Cue(broadcast=made, position=n, minute=row.minute, what=row.what, who=row.who)
        for n, row in enumerate(in_order, 1)
    )
    return made


@transaction.atomic
def enter_results(
    *,
    application: Application,
    viewers: int,
    likes: int | None,
    sold: Mapping[int, Sold],
    by: User,
) -> Broadcast:
    """What a broadcast brought: viewers, and by product id what it sold; entered again it is
    corrected, with the former figures in the history.

    Raises RuleViolation ``not_taking_part``, ``broadcast_not_begun``, ``product_unknown`` or
    ``own_business``.
    """
    application = _taking_part(application)
    refuse_own(application, by)
    begun = application.sessions.standing().filter(
        kind=SessionKind.BROADCAST, starts__lte=clock.now()
    )
    if not begun.exists():
        raise RuleViolation(refusals.not_begun())
    chosen = set(application.products.filter(is_chosen=True).values_list("pk", flat=True))
    if not set(sold) <= chosen:
        raise RuleViolation(refusals.product_unknown())
    values = {"viewers": viewers, "likes": likes, "entered_at": clock.now(), "entered_by": by}
    made, _new = Broadcast.objects.update_or_create(application=application, defaults=values)
    for product, result in sold.items():
        ProductResult.objects.update_or_create(
            broadcast=made, product_id=product, defaults=result._asdict()
        )
    return made
