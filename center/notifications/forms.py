from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from center.models import User
from center.notifications import channels, kinds, routing
from center.notifications.channels import provider
from center.notifications.models import ALIMTALK, EMAIL, SMS


def offered() -> list[str]:
    """The ways out of the house that are set up."""
    mobile = [ALIMTALK, SMS] if settings.KAKAO_PF_ID else [SMS]
    return [EMAIL, *mobile] if provider.is_on() else [EMAIL]


class MessagesForm(forms.Form):
    """In which language and by which way first a person is told what; a field for each group."""

    language = forms.ChoiceField(
        label=_("Language of messages"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )

    def __init__(self, data: Any = None, *, person: User) -> None:
        chosen = routing.choices_of(person)
        super().__init__(data, initial={"language": person.language})
        self.groups = routing.groups() if len(offered()) > 1 else []
        ways = [("", str(_("As the center thinks best")))]
        ways += [(name, channels.name_of(name)) for name in offered()]
        for group in self.groups:
            self.fields[group] = forms.ChoiceField(
                label=kinds.group_name(group),
                choices=ways,
                required=False,
                initial=chosen.get(group, ""),
            )

    @property
    def firsts(self) -> dict[str, str]:
        return {group: self.cleaned_data[group] for group in self.groups}

    @property
    def group_fields(self) -> list[forms.BoundField]:
        return [self[group] for group in self.groups]
