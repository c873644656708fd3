"""What was typed in a draft, for its owner to use elsewhere when it can be handed in no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from programs.forms.products import ProductForm
from programs.models import AnswerFile, Application, Draft, Picture, ProductPhoto


@dataclass(frozen=True)
class Said:
    """A question with its answer, ready to print."""

    label: str
    lines: list[str]
    files: list[Any]


@dataclass(frozen=True)
class TypedProduct:
    """A product as it was typed, right or wrong: each filled field with its label."""

    name: str
    facts: Sequence[tuple[str, str]]
    photos: Sequence[Picture]


Kept = Mapping[str, Sequence[str]]


def kept_of(application: Application) -> Kept:
    """The texts of a draft by the names of their fields. 1 query."""
    draft = Draft.objects.filter(application=application).first()
    return draft.typed if draft else {}


def files_of(application: Application) -> dict[int, list[AnswerFile]]:
    """The files of an application by question. 1 query."""
    found: dict[int, list[AnswerFile]] = {}
    for file in application.answer_files.all():
        found.setdefault(file.question_id, []).append(file)
    return found


def answers(application: Application, kept: Kept) -> list[Said]:
    """The questions as they were answered in a draft, with the files sent. 2 queries."""
    files, found = files_of(application), []
    for question in application.program.questions.all():
        texts = [text for text in kept.get(f"q{question.pk}", []) if text.strip()]
        sent = files.get(question.pk, [])
        if texts or sent:
            lines = [line for text in texts for line in text.splitlines()]
            found.append(Said(question.display_label, lines, sent))
    return found


def photos() -> Prefetch[Any]:
    """Without what is in the pictures."""
    rows = ProductPhoto.objects.select_related("picture").defer("picture__content")
    return Prefetch("photos", queryset=rows)


def products(application: Application, kept: Kept) -> list[TypedProduct]:
    """Those something was typed or sent of. 2 queries, or one where there are none."""
    found = []
    for product in application.products.prefetch_related(photos()):
        texts = {
            name: " ".join(kept.get(f"p{product.pk}-{name}", ())).strip()
            for name in ProductForm.base_fields
        }
        shown = [photo.picture for photo in product.photos.all()]
        name = texts.pop("name")
        labels = {key: str(field.label) for key, field in ProductForm.base_fields.items()}
        facts = [(labels[key], text) for key, text in texts.items() if text]
        if name or facts or shown:
            found.append(TypedProduct(name, facts, shown))
    return found
