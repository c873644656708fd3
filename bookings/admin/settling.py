"""The page between a change of the house and its doing: what becomes of each booking it
strands. Every page of the admin that changes hours, holidays, closures or units goes through."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.messages.storage.base import BaseStorage, Message
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.intervals import Interval
from bookings.models import BookingState
from bookings.services import settle
from bookings.services.settle import Act, Choice, HouseChange, Question, Settled, Unsettled
from center import access, clock, display
from center.errors import RuleViolation
from center.line_field import LineField
from center.models import AccessAction, User
from center.plain_numbers import row_number

T = TypeVar("T")
#: names of the fields with the choices: this and the booking's id
_CHOICE = "choice_"
#: fields of the question itself, which are not carried along
_OWN = ("csrfmiddlewaretoken", "settling", "text")


class TextForm(forms.Form):
    """What goes to the businesses whose bookings are cancelled or moved."""

    text = LineField(
        label=gettext_lazy("Message to the businesses"),
        help_text=gettext_lazy("Those whose booking is cancelled read it word for word."),
        max_length=200,
        required=False,
    )


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    checked: bool


@dataclass(frozen=True)
class Row:
    """One booking on the page: what was wrong with the choice, and what can be chosen."""

    question: Question
    name: str
    options: Sequence[Option]
    errors: Sequence[str]


def carry_out(
    request: HttpRequest, change: HouseChange[T], *, what: str, back: str
) -> Settled[T] | HttpResponse:
    """Make the change with the choices that were sent; else the page that asks for them.
    ``what`` is changed, in words for the title of that page."""
    form = TextForm(request.POST)
    choices = choices_in(request.POST) if form.is_valid() else {}
    text = form.cleaned_data.get("text", "")
    by = cast("User", request.user)
    try:
        done = settle.carry_out(change=change, choices=choices, by=by, text=text)
    except Unsettled as asked:
        return _ask(request, asked.questions, form, what=what, back=back)
    except RuleViolation as refusal:
        for violation in refusal.violations:
            messages.warning(request, violation.sentence)
        return redirect(back)
    if done.moved or done.cancelled or done.kept:
        access.record(request, action=AccessAction.CHANGE, subjects=("booking", choices))
        messages.success(request, _said(done))
    return done


def choices_in(data: QueryDict) -> dict[int, Choice]:
    """The choices by booking id; what cannot be read counts as not chosen."""
    found = {}
    for name in data:
        if name.startswith(_CHOICE) and (pk := row_number(name.removeprefix(_CHOICE))):
            choice = _choice(str(data[name]))
            if choice is not None:
                found[pk] = choice
    return found


def _choice(value: str) -> Choice | None:
    act, _space, times = value.partition(" ")
    if act in {Act.CANCEL, Act.KEEP}:
        return Choice(Act(act))
    start, end = (_instant(text) for text in (times.partition("/")[::2]))
    if act != Act.MOVE or start is None or end is None or not start < end:
        return None
    return Choice(Act.MOVE, Interval(start, end))


def _instant(text: str) -> dt.datetime | None:
    try:
        instant = parse_datetime(text)
    except ValueError:
        return None
    if instant is None or instant.tzinfo is None or not 2000 <= instant.year < 2100:
        return None
    return instant.astimezone(clock.KST)


def _said(done: Settled[Any]) -> str:
    counts = {"moved": done.moved, "cancelled": done.cancelled, "kept": done.kept}
    return _("Bookings moved: %(moved)d, cancelled: %(cancelled)d, kept: %(kept)d.") % counts


def _ask(
    request: HttpRequest, questions: Sequence[Question], form: TextForm, *, what: str, back: str
) -> HttpResponse:
    again = "settling" in request.POST
    bookings = [question.misfit.booking for question in questions]
    access.record(request, action=AccessAction.VIEW, subjects=bookings)
    context = {
        **admin.site.each_context(request),
        "is_nav_sidebar_enabled": False,
        "title": _("Bookings in the way: %(what)s") % {"what": what},
        "back": back,
        "again": again,
        "form": form if again else TextForm(),
        "rows": [_row(question, request.POST, again) for question in questions],
        "carried": _carried(request.POST),
    }
    return render(request, "admin/bookings/settling.html", context, status=409 if again else 200)


def _carried(data: QueryDict) -> list[tuple[str, str]]:
    """What was typed on the page before, to be sent once more."""
    return [
        (name, value)
        for name, values in data.lists()
        if name not in _OWN and not name.startswith(_CHOICE)
        for value in values
    ]


def _row(question: Question, data: Mapping[str, str], again: bool) -> Row:
    name = f"{_CHOICE}{question.misfit.booking.pk}"
    possible = _possible(question)
    chosen = data.get(name, "") if again else next(iter(possible))
    errors = [violation.sentence for violation in question.refused]
    if again and chosen not in possible:
        errors = errors or [_("Choose what becomes of this booking.")]
    options = [Option(value, label, value == chosen) for value, label in possible.items()]
    return Row(question, name, options, errors)


def _possible(question: Question) -> dict[str, str]:
    """What can be chosen, the first as proposed: the nearest free time if there is one."""
    booking, found = question.misfit.booking, {}
    if question.misfit.under_way or booking.state not in BookingState.cancellable:
        return {str(Act.KEEP): str(Act.KEEP.label)}
    if booking.state != BookingState.HELD:
        for start, end in question.times:
            same = start == booking.starts
            if booking.merchant_id is None and not same:
                continue  # moves with its session alone
            day = display.short_day(clock.day_of(start))
            words = _("Same time, another place") if same else f"{day} {display.span(start, end)}"
            value = f"{Act.MOVE} {start.isoformat()}/{end.isoformat()}"
            found[value] = _("Move: %(when)s") % {"when": words}
    found[str(Act.CANCEL)] = str(Act.CANCEL.label)
    found[str(Act.KEEP)] = str(Act.KEEP.label)
    return found


class _Attempt(BaseStorage):
    """What one attempt says, kept with no answer."""

    def _get(self, *args: Any, **kwargs: Any) -> tuple[list[Message], bool]:
        return [], True

    def _store(self, *args: Any, **kwargs: Any) -> list[Message]:
        return []


@contextmanager
def _words_apart(request: HttpRequest) -> Iterator[_Attempt]:
    """Messages for the person are put apart meanwhile: what an attempt says that is undone
    must not be read, least of all on the page that asks what is to become of the bookings."""
    before, attempt = messages.get_messages(request), _Attempt(request)
    # Django has a function that reads where messages go, and none that sets it.
    vars(request)["_messages"] = attempt
    try:
        yield attempt
    finally:
        vars(request)["_messages"] = before


class SettlingAdmin:
    """Mixin before ``ModelAdmin`` for settings that can strand bookings: whatever its pages
    save or delete is done together with what becomes of those bookings, or not at all."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        page: Callable[..., HttpResponse] = super().changeform_view  # type: ignore[misc]
        return self._settled(request, lambda: page(request, *args, **kwargs))

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        page: Callable[..., HttpResponse] = super().delete_view  # type: ignore[misc]
        return self._settled(request, lambda: page(request, *args, **kwargs))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Deleting many at once would pass the question by."""
        actions: dict[str, Any] = super().get_actions(request)  # type: ignore[misc]
        actions.pop("delete_selected", None)
        return actions

    def _settled(self, request: HttpRequest, page: Callable[[], HttpResponse]) -> HttpResponse:
        if request.method != "POST":
            return page()

        def make() -> tuple[HttpResponse, _Attempt]:
            with _words_apart(request) as said:
                return page(), said

        what = str(self.opts.verbose_name)  # type: ignore[attr-defined]
        answer = carry_out(request, HouseChange(make=make), what=what, back=request.path)
        if not isinstance(answer, Settled):
            return answer
        made, said = answer.made
        for message in said:
            messages.add_message(request, message.level, message.message, message.extra_tags)
        return made
