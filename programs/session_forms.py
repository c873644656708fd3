"""Forms of sessions and attendance, for staff."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.house import Span
from bookings.intervals import Interval
from bookings.models import Resource
from center import clock
from center.line_field import LineField, LinesField
from programs.models import PaperKind, Presence, Session, SessionKind
from programs.services.rooms import Room, room_of
from programs.services.sessions import MOST_AT_ONCE, Meeting


class SessionForm(forms.Form):
    """One session; planned anew, also one a week for some weeks."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=SessionKind)
    title = LineField(label=gettext_lazy("Title"), max_length=100)
    day = forms.DateField(
        label=gettext_lazy("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    starts_at = forms.TimeField(
        label=gettext_lazy("From"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    ends_at = forms.TimeField(
        label=gettext_lazy("Until"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    weeks = forms.IntegerField(
        label=gettext_lazy("Every week, so many times"),
        min_value=1,
        max_value=MOST_AT_ONCE,
        initial=1,
    )
    room = forms.ModelChoiceField(
        label=gettext_lazy("Room of the house"),
        queryset=Resource.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label=gettext_lazy("None"),
    )
    equipment = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Equipment"),
        queryset=Resource.objects.none(),
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    override = LineField(
        label=gettext_lazy("Outside the opening hours because"),
        help_text=gettext_lazy("It is kept with the booking and your name."),
        max_length=200,
        required=False,
    )
    place_text = LineField(
        label=gettext_lazy("Place outside the house"), max_length=200, required=False
    )
    online_link = forms.URLField(
        label=gettext_lazy("Online link"),
        help_text=gettext_lazy("Only those who take part see it."),
        max_length=200,
        required=False,
        assume_scheme="https",
    )
    instructor = LineField(label=gettext_lazy("Instructor"), max_length=60, required=False)
    capacity = forms.IntegerField(
        label=gettext_lazy("People at most"), min_value=1, max_value=500, required=False
    )
    materials = LinesField(
        label=gettext_lazy("Materials"),
        help_text=gettext_lazy("What to bring, or addresses of slides. Participants read it."),
        max_length=1000,
        required=False,
        rows=3,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        active = Resource.objects.active().order_by("position", "pk")
        self.fields["room"].queryset = active.spaces()  # type: ignore[attr-defined]
        self.fields["equipment"].queryset = active.equipment()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        start, end = data.get("starts_at"), data.get("ends_at")
        if start and end and not start < end:
            self.add_error("ends_at", _("The end is not after the start."))
        if data.get("equipment") and not data.get("room"):
            self.add_error("equipment", _("Equipment is lent together with a room."))
        return data

    @property
    def meeting(self) -> Meeting:
        data = self.cleaned_data
        names = ("title", "place_text", "online_link", "instructor", "capacity", "materials")
        return Meeting(kind=SessionKind(data["kind"]), **{name: data[name] for name in names})

    @property
    def span(self) -> Span:
        data = self.cleaned_data
        return Interval(
            clock.at(data["day"], data["starts_at"]), clock.at(data["day"], data["ends_at"])
        )

    @property
    def spans(self) -> list[Span]:
        """The session of each week."""
        first, weeks = self.span, self.cleaned_data["weeks"]
        return [
            Interval(first.start + n * 7 * clock.DAY, first.end + n * 7 * clock.DAY)
            for n in range(weeks)
        ]

    @property
    def wished_room(self) -> Room | None:
        data = self.cleaned_data
        return Room(data["room"], list(data["equipment"])) if data["room"] else None


def initial_of(session: Session) -> dict[str, Any]:
    """A session as the form shows it, to be changed or taken as a pattern."""
    starts, ends = clock.local(session.starts), clock.local(session.ends)
    names = (
        "kind", "title", "place_text", "online_link", "instructor", "capacity", "materials",
    )  # fmt: skip
    room = room_of(session)
    return {
        **{name: getattr(session, name) for name in names},
        "day": starts.date(),
        "starts_at": starts.time(),
        "ends_at": ends.time(),
        "room": room.resource.slug if room else None,
        "equipment": [item.slug for item in room.equipment] if room else [],
    }


class FirstDayForm(forms.Form):
    """When the sessions of the last round begin this time."""

    first = forms.DateField(
        label=gettext_lazy("First day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    #: copies of what was given out then
    with_files = forms.BooleanField(required=False)


class NoteForm(forms.Form):
    """What staff note of one participant."""

    mark = forms.ChoiceField(choices=Presence)
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes there"),
        help_text=gettext_lazy("Empty: the whole session."),
        required=False,
        min_value=0,
        max_value=1440,
    )
    reason = LineField(label=gettext_lazy("Reason"), max_length=200, required=False)


class WhyForm(forms.Form):
    reason = LineField(
        label=gettext_lazy("Reason"),
        max_length=200,
        required=False,  # the service asks for it, with its own sentence
    )


class IssueForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("Document"), choices=PaperKind)
