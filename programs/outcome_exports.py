"""What the portal holds of what came of a person's applications, for the export."""

from __future__ import annotations

from typing import Any

from center.exports import Part
from center.models import User
from programs.models import (
    Application,
    CoApplicant,
    Consultation,
    Outcome,
    Partner,
    PartnerLetter,
    Satisfaction,
)

Rows = list[dict[str, Any]]


def consultations_of(user: User) -> Part:
    """Consultations of the person's businesses, with the report; of those he held only that
    and when: what was asked and advised there is the business's, not his to take along."""
    mine = Consultation.objects.of_user(user.pk)
    held = Consultation.objects.given_to(user.pk)
    return {
        "asked": [_consultation(row) for row in _with_wishes(mine)],
        "held": [_held(row) for row in held.select_related("session")],
    }, []


def _with_wishes(rows: Any) -> Any:
    return rows.select_related("merchant", "session", "consultant").prefetch_related("wishes")


def _held(row: Consultation) -> dict[str, Any]:
    return {
        "number": row.reference,
        "field": row.get_field_display(),
        "state": row.get_state_display(),
        "starts": row.session.starts if row.session else None,
        "closed": row.closed_at,
    }


def _consultation(row: Consultation) -> dict[str, Any]:
    return {
        "number": row.reference,
        "business": row.merchant.name,
        "field": row.get_field_display(),
        "where": row.get_way_display(),
        "question": row.question,
        "wishes": [wish.starts for wish in row.wishes.all()],
        "state": row.get_state_display(),
        "consultant": row.consultant.name if row.consultant else None,
        "starts": row.session.starts if row.session else None,
        "asked": row.requested_at,
        "situation": row.situation,
        "advice": row.advice,
        "next_steps": row.next_steps,
        "closed": row.closed_at,
        "called_off": row.cancelled_at,
        "reason": row.cancel_reason,
    }


def outcomes_of(user: User) -> Part:
    """What the person's businesses said their programs brought, what was entered of
    broadcasts and exhibitions, and what they thought of them."""
    mine = Application.objects.of_user(user.pk).select_related(
        "program", "merchant", "broadcast", "settlement", "booth", "satisfaction"
    )
    rows = mine.prefetch_related("outcomes", "products__review", "broadcast__results__product")
    return [_brought(row) for row in rows.order_by("created_at", "pk")], []


def _brought(row: Application) -> dict[str, Any]:
    return {
        "receipt": row.receipt,
        "program": row.program.title,
        "business": row.merchant.name,
        "figures": [_figures(outcome) for outcome in row.outcomes.all()],
        "satisfaction": _opinion(getattr(row, "satisfaction", None)),
        "broadcast": _broadcast(getattr(row, "broadcast", None)),
        "products_looked_at": [
            {
                "product": product.name,
                "state": product.review.get_state_display(),
                "reason": product.review.reason,
            }
            for product in row.products.all()
            if hasattr(product, "review")
        ],
        "booth": row.booth.number if hasattr(row, "booth") else None,
        "settlement": _settlement(getattr(row, "settlement", None)),
    }


def _figures(row: Outcome) -> dict[str, Any]:
    return {
        "stage": row.stage,
        "state": row.get_state_display(),
        "asked": row.asked_at,
        "answered": row.answered_at,
        "sales": row.sales,
        "orders": row.orders,
        "viewers": row.viewers,
        "use": row.get_use_display() if row.use else "",
        "text": row.text,
        "source": row.get_source_display() if row.source else "",
        "source_note": row.source_note,
        "stands_out": list(row.flags),
        "looked_at": row.checked_at,
        "found": row.check_note,
    }


def _opinion(row: Satisfaction | None) -> dict[str, Any] | None:
    names = ("content", "conduct", "usefulness", "text", "at")
    return {name: getattr(row, name) for name in names} if row else None


def _broadcast(row: Any) -> dict[str, Any] | None:
    if row is None:
        return None
    names = ("platform", "link", "host", "crew", "viewers", "likes")
    sold = [
        {"product": result.product.name, "orders": result.orders, "sales": result.sales}
        for result in row.results.all()
    ]
    return {**{name: getattr(row, name) for name in names}, "sold": sold}


def _settlement(row: Any) -> dict[str, Any] | None:
    names = ("sales", "orders", "fee", "note", "settled_at")
    return {name: getattr(row, name) for name in names} if row else None


def partners_of(user: User) -> Part:
    """The entries of the person's businesses in the directory, their letters, and the
    applications of others they were named in."""
    own = {"merchant__memberships__user": user}
    letters = PartnerLetter.objects.filter(sender__memberships__user=user)
    got = PartnerLetter.objects.filter(receiver__memberships__user=user)
    entries = ("merchant__name", "offers", "looks_for", "joined_at")
    named = ("merchant__name", "application__merchant__name", "state", "asked_at", "answered_at")
    return {
        "entries": list(Partner.objects.filter(**own).values(*entries)),
        "written": list(letters.values("receiver__name", "text", "at")),
        "received": list(got.values("sender__name", "text", "at")),
        "named_in": list(CoApplicant.objects.filter(**own).values(*named)),
    }, []
