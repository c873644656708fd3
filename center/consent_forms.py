"""Optional consents as a piece of other forms: unticked boxes for the texts in force.

Inherit the form from ``ConsentFields`` (or use ``ConsentForm`` beside another one), include
``center/_consents.html`` in the template, and after saving call ``form.give_consents(...)``.
A box sends the id of the version it showed: agreeing to a text that changed meanwhile is
refused, not bent to the new one.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from center import consents
from center.models import Consent, ConsentText, User


class ConsentFields(forms.Form):
    consents = forms.MultipleChoiceField(
        label=_("If you like"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": _("A text has changed meanwhile. Please read it and choose again.")
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.consent_texts: list[ConsentText] = consents.optional_texts()
        self.fields["consents"].choices = [  # type: ignore[attr-defined]
            (str(text.pk), text.title) for text in self.consent_texts
        ]

    @property
    def chosen_consents(self) -> list[str]:
        """The ids ticked so far, for drawing the boxes again after an error."""
        return [str(pk) for pk in self["consents"].value() or []]

    def give_consents(self, *, user: User, address: str | None) -> None:
        """Write what was ticked; nothing ticked writes nothing."""
        chosen = set(self.cleaned_data["consents"])
        for text in self.consent_texts:
            if str(text.pk) in chosen:
                consents.give(user=user, text=text, channel=Consent.Channel.WEB, address=address)


class ConsentForm(ConsentFields):
    """The piece alone."""
