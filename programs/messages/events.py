"""What businesses hear about their products, their booth and what they sold."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from center.notifications.kinds import Kind, Value, register
from center.notifications.services import queue
from programs import recipients
from programs.messages.people import title_of
from programs.models import Application, Booth, ProductReview, ReviewState, Settlement

_FACTS: dict[str, Value] = {"business": "달구벌 수제청", "program": "가을 온라인 기획전"}
_PRODUCT: dict[str, Value] = {**_FACTS, "product": "대추청 500 g"}

SUPPLEMENT = register(
    Kind(
        "programs.product_supplement",
        name=_("Something is asked for about a product"),
        example={**_PRODUCT, "reason": "원산지를 적어 주십시오."},
    )
)
DECIDED = register(
    Kind(
        "programs.product_decided",
        name=_("Product looked at"),
        example={**_PRODUCT, "is_accepted": False, "reason": "수입품은 참여할 수 없습니다."},
    )
)
BOOTH = register(
    Kind("programs.booth", name=_("Booth given"), example={**_FACTS, "number": "A-12"})
)
SETTLED = register(
    Kind(
        "programs.settled",
        name=_("Sales settled"),
        example={**_FACTS, "sales": 1_200_000, "fee": 60_000, "paid": 1_140_000},
    )
)


def reviewed(review: ProductReview) -> None:
    """The house has decided on a product, or asks for something."""
    product = review.product
    facts: dict[str, Value] = {"product": product.name, "reason": review.reason}
    key = f"{review.pk}:{review.decided_at.timestamp()}"
    if review.state == ReviewState.SUPPLEMENT:
        _tell(product.application, SUPPLEMENT, facts, key, reverse("product", args=[product.pk]))
    else:
        facts["is_accepted"] = review.state == ReviewState.APPROVED
        _tell(product.application, DECIDED, facts, key)


def booth_given(booth: Booth, application: Application) -> None:
    _tell(application, BOOTH, {"number": booth.number}, f"{booth.pk}:{application.pk}")


def settled(settlement: Settlement) -> None:
    facts: dict[str, Value] = {"sales": settlement.sales, "fee": settlement.fee}
    facts["paid"] = settlement.paid_out
    # A correction is one more line of its history, saying the same twice is not.
    said = settlement.events.count()  # type: ignore[attr-defined]  # (pghistory adds it)
    key = f"{settlement.pk}:{said}"
    _tell(settlement.application, SETTLED, facts, key)


def _tell(
    application: Application, kind: Kind, facts: dict[str, Value], key: str, link: str = ""
) -> None:
    whole = {
        "business": application.merchant.name,
        "program": title_of(application.program),
        **facts,
    }
    for person in recipients.people_of(application):
        queue(
            kind=kind,
            recipient=person,
            context=whole,
            link=link or application.get_absolute_url(),
            dedupe_key=f"{kind.key}:{key}:{person.pk}",
        )
