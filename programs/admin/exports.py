"""The applications of a call as a file, for those who run it; asked what for, and written down."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from center import clock, csv_file
from center.purposes import TakenOut, purpose_required
from merchants import regions
from programs.models import Application, Product, Program, Question, QuestionKind
from programs.progress import lines_of


@purpose_required
def applications_csv(request: HttpRequest, pk: int) -> TakenOut:
    """One row an application that was handed in, its answers and products in columns."""
    program = get_object_or_404(Program, pk=pk)
    questions = list(program.questions.exclude(kind__in=QuestionKind.apart))
    rows = list(_applications(program))
    day = clock.today()
    answer = csv_file.response(
        f"{program.slug}-{day:%Y%m%d}.csv",
        [*_fixed(), *(question.label for question in questions)],
        (_row(row, questions) for row in rows),
    )
    subjects = {row.merchant_id: row.merchant for row in rows}
    return TakenOut(answer, subjects=list(subjects.values()), what=f"{program.title}")


def _applications(program: Program) -> QuerySet[Application]:
    rows = program.applications.handed_in().select_related("merchant")
    return rows.prefetch_related("answers__question", "products").order_by("submitted_at", "pk")


def _fixed() -> list[str]:
    return [
        _("receipt number"),
        _("business"),
        _("business registration number"),
        _("representative"),
        _("district"),
        _("telephone"),
        _("state"),
        _("place"),
        _("handed in"),
        _("applied for"),
        _("its address"),
        _("online sales of the last three months, won"),
        _("products"),
    ]


def _row(application: Application, questions: list[Question]) -> list[object]:
    merchant = application.merchant
    answers = {row.question_id: "\n".join(lines_of(row)) for row in application.answers.all()}
    handed_in = application.submitted_at
    return [
        application.receipt,
        merchant.name,
        merchant.display_number,
        merchant.representative,
        regions.place_name(application.district),
        application.contact_phone,
        application.get_state_display(),
        application.place,
        f"{clock.local(handed_in):%Y-%m-%d %H:%M:%S}" if handed_in else "",
        application.applied_for,
        application.applied_for_address,
        application.baseline_sales,
        "\n".join(_product(product) for product in application.products.all() if product.is_ready),
        *(answers.get(question.pk, "") for question in questions),
    ]


def _product(product: Product) -> str:
    price = product.price if product.sale_price is None else product.sale_price
    return f"{product.name} {price:,} × {product.stock:,}"
