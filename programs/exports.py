"""What the portal holds of a person's applications, for the export of one's own data."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import Prefetch

from center.exports import PaperFile, Part
from center.models import User
from programs.models import AnswerFile, Application, Product
from programs.services import answer_files


def applications_of(user: User) -> Part:
    """The applications of the businesses the person is a member of, with what was answered, and
    the files; drafts as they were typed."""
    mine = Application.objects.of_user(user.pk).select_related("program", "merchant", "draft")
    rows = mine.prefetch_related(
        "answers__question", Prefetch("products", Product.objects.order_by("position"))
    )
    files = AnswerFile.objects.filter(
        application__merchant__memberships__user=user, stored_name__isnull=False
    )
    told = [_application(row) for row in rows.order_by("created_at", "pk")]
    return told, [PaperFile(file.name, partial(answer_files.content_of, file)) for file in files]


def _application(row: Application) -> dict[str, Any]:
    return {
        "program": row.program.title,
        "business": row.merchant.name,
        "receipt": row.receipt,
        "state": row.get_state_display(),
        "begun": row.created_at,
        "handed_in": row.submitted_at,
        "changed": row.changed_at,
        "decided": row.decided_at,
        "ended": row.ended_at,
        "place": row.place,
        "reserve_number": row.reserve_number,
        "offered_until": row.offered_until,
        "telephone": row.contact_phone,
        "applied_for": row.applied_for,
        "applied_for_address": row.applied_for_address,
        "online_sales_before": row.baseline_sales,
        "asked_for": row.supplement_note,
        "reason": row.reason,
        "answers": {answer.question.label: answer.value for answer in row.answers.all()},
        "products": [_product(product) for product in row.products.all()],
        "typed": row.draft.typed if hasattr(row, "draft") else {},
    }


def _product(product: Product) -> dict[str, Any]:
    names = (
        "name",
        "description",
        "origin",
        "price",
        "sale_price",
        "stock",
        "shipping_fee",
        "link",
    )
    return {name: getattr(product, name) for name in names}
