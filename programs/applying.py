"""What a form of an application brings along: what was typed, files, photos, small steps."""

from __future__ import annotations

from collections.abc import Callable

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from bookings import photos
from center.errors import RuleViolation
from center.plain_numbers import row_number
from merchants.papers import sending
from merchants.papers.intake import LAST, clean_upload
from merchants.papers.refusals import refusal as paper_refusal
from programs.models import AnswerFile, Application, Product, ProductPhoto, Question, QuestionKind
from programs.services import answer_files, apply, products

#: fields of the page that are no answers
_NOT_TYPED = {"csrfmiddlewaretoken", "do"}
#: files taken in of one request; making them anew takes a while
_FILES = 10


def keep_typed(request: HttpRequest, application: Application) -> None:
    """All that was typed, as it was typed. Raises RuleViolation."""
    typed = {
        name: [str(text) for text in texts]
        for name, texts in request.POST.lists()
        if name not in _NOT_TYPED
    }
    apply.save_typed(application=application, typed=typed)


def keep_files(request: HttpRequest, application: Application) -> dict[str, str]:
    """Keep every good file and photo that was sent; returns what is wrong with the others, by
    the name they came under. Raises RuleViolation ``paper_too_often``."""
    refused: dict[str, str] = {}
    left, last = _FILES, ""
    sent = sending.files_of(request)
    for name in sent:
        take = _taker(name, application)
        for upload in sent.getlist(name) if take else []:
            left -= 1
            if left < 0 or take is None:
                break
            try:
                if last in LAST:
                    raise paper_refusal("paper_busy", name)
                take(upload)
            except RuleViolation as refusal:
                last = refusal.codes[0]
                refused[name] = f"{upload.name}: {refusal.violations[0].sentence}"
    return refused


def _taker(name: str, application: Application) -> Callable[[UploadedFile], object] | None:
    """How a file of that name is kept; None for a name the form does not have."""
    if name.startswith("photos") and (pk := row_number(name[6:])):
        product = application.products.filter(pk=pk).first()
        return _photo_of(product) if product else None
    if name.startswith("f") and (pk := row_number(name[1:])):
        asked = application.program.questions.filter(kind=QuestionKind.FILE, pk=pk)
        question = asked.first()
        return _file_of(application, question) if question else None
    return None


def _photo_of(product: Product) -> Callable[[UploadedFile], object]:
    return lambda upload: products.add_photo(product=product, content=photos.cleaned(upload))


def _file_of(application: Application, question: Question) -> Callable[[UploadedFile], object]:
    return lambda upload: answer_files.keep(
        application=application, question=question, file=clean_upload(upload)
    )


def step(application: Application, do: str) -> str:
    """Carry out what a button besides saving asks for; returns where on the page it was.

    ``add_product``, ``remove_product:<id>``, ``remove_photo:<id>``, ``remove_file:<id>``;
    anything else does nothing. Raises RuleViolation.
    """
    what, _colon, key = do.partition(":")
    if what == "add_product":
        return f"product-{products.add(application=application).pk}"
    if not (pk := row_number(key)):
        return ""
    if what == "remove_product":
        for product in application.products.filter(pk=pk):
            products.remove(product=product)
        return "products"
    if what == "remove_photo":
        return _remove_photo(application, pk)
    if what == "remove_file":
        for file in AnswerFile.objects.filter(application=application, pk=pk):
            answer_files.remove(file=file)
            return f"asked-{file.question_id}"
    return ""


def _remove_photo(application: Application, pk: int) -> str:
    mine = ProductPhoto.objects.filter(product__application=application, pk=pk)
    for photo in mine.select_related("product__application"):
        products.remove_photo(photo=photo)
        return f"product-{photo.product_id}"
    return "products"
