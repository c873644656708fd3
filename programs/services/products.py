"""Products of an application and their photos, one at a time, while it may be written in."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from center import clock
from center.errors import RuleViolation
from merchants.services.locking import lock_merchant
from programs import refusals
from programs.models import (
    Application,
    ApplicationState,
    Picture,
    Product,
    ProductPhoto,
    Program,
    QuestionKind,
)
from programs.services.apply_rules import refuse_unless_editable


def are_needed(program: Program) -> bool:
    """Whether nobody hands in without a product: by the kind of program, or by a question of its
    form. At most 1 query."""
    if program.the_kind.has_products:
        return True
    return program.questions.filter(kind=QuestionKind.PRODUCTS, is_needed=True).exists()


@transaction.atomic
def add(*, application: Application) -> Product:
    """An empty product at the end, nobody else's until it is handed in.

    Raises RuleViolation ``too_many_products``, or those of ``refuse_unless_editable``.
    """
    application = _editable(application)
    there = application.products.all()
    if there.count() >= settings.PROGRAM_PRODUCTS:
        raise RuleViolation(refusals.too_many_products(settings.PROGRAM_PRODUCTS))
    last = there.aggregate(last=Max("position"))["last"] or 0
    return Product.objects.create(application=application, position=last + 1, is_ready=False)


@transaction.atomic
def remove(*, product: Product) -> None:
    """Take a product out. Twice changes nothing.

    Raises RuleViolation ``last_product`` for the only one of an application handed in already,
    where one is needed.
    """
    application = _editable(product.application)
    row = application.products.filter(pk=product.pk).first()
    if row is None:
        return
    if row.is_ready and application.state != ApplicationState.DRAFT:
        others = application.products.ready().exclude(pk=row.pk)
        if not others.exists() and are_needed(application.program):
            raise RuleViolation(refusals.last_product())
    _delete_pictures(row.photos.values_list("picture_id", flat=True))
    row.delete()


@transaction.atomic
def add_photo(*, product: Product, content: bytes) -> ProductPhoto:
    """Keep a picture, made anew already, at the end. Raises RuleViolation ``too_many_files``."""
    application = _editable(product.application)
    row = application.products.get(pk=product.pk)
    if row.photos.count() >= settings.PROGRAM_PHOTOS:
        raise RuleViolation(refusals.too_many_files(settings.PROGRAM_PHOTOS))
    picture = Picture.of(content)
    picture.save()
    last = row.photos.aggregate(last=Max("position"))["last"] or 0
    return ProductPhoto.objects.create(product=row, picture=picture, position=last + 1)


@transaction.atomic
def remove_photo(*, photo: ProductPhoto) -> None:
    """Take a photo back. Twice changes nothing."""
    _editable(photo.product.application)
    _delete_pictures([photo.picture_id])


def _delete_pictures(ids: Iterable[int]) -> None:
    """With the rows that show them."""
    Picture.objects.filter(pk__in=list(ids)).delete()


def _editable(application: Application) -> Application:
    lock_merchant(application.merchant_id)
    row = Application.objects.select_related("program").get(pk=application.pk)
    refuse_unless_editable(row, row.program, clock.now())
    return row
