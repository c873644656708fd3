"""The staff's side: building calls, looking applications over, selecting, what programs brought."""

from __future__ import annotations

from typing import cast

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from center.admin_site import AdminPage, CenterAdminSite, Errand
from programs.admin import (
    absences,
    applications,
    calls,
    cases,
    completion,
    consultants,
    consultations,
    errands,
    event_case,
    events,
    exports,
    materials,
    outcomes,
    rolls,
    rounds,
    selection,
    selection_draw,
    selection_eligibility,
    selection_evaluators,
    sessions,
    steps,
)

__all__ = [
    "absences",
    "applications",
    "calls",
    "consultants",
    "consultations",
    "event_case",
    "events",
    "outcomes",
    "selection",
    "selection_draw",
    "selection_eligibility",
    "selection_evaluators",
]

_site = cast("CenterAdminSite", admin.site)
_VIEW, _CHANGE = "programs.view_application", "programs.change_program"
_SEE, _MOVE, _NOTE = (
    "programs.view_session",
    "programs.change_session",
    "programs.change_attendance",
)

for page in (
    AdminPage("programs/<int:pk>/publish/", "program_publish", steps.program_publish, _CHANGE),
    AdminPage("programs/<int:pk>/form/", "program_form", steps.program_form, _CHANGE),
    AdminPage("programs/<int:pk>/copy/", "program_copy", steps.program_copy, _CHANGE),
    AdminPage("programs/<int:pk>/finish/", "program_finish", steps.program_finish, _CHANGE),
    AdminPage("programs/<int:pk>/call-off/", "program_call_off", steps.program_call_off, _CHANGE),
    AdminPage("applications/<int:pk>/", "application_case", cases.application_case, _VIEW),
    AdminPage(
        "programs/<int:pk>/applications.csv", "applications_csv", exports.applications_csv, _VIEW
    ),
    AdminPage("sessions/", "sessions", sessions.sessions_soon, _SEE, _("Sessions")),
    AdminPage("programs/<int:pk>/sessions/", "program_sessions", sessions.program_sessions, _SEE),
    AdminPage(
        "programs/<int:pk>/sessions/plan/",
        "session_plan",
        sessions.session_plan,
        "programs.add_session",
    ),
    AdminPage(
        "programs/<int:pk>/sessions/repeat/",
        "sessions_repeat",
        rounds.sessions_repeat,
        "programs.add_session",
    ),
    AdminPage("sessions/<int:pk>/", "session_edit", sessions.session_edit, _MOVE),
    AdminPage("sessions/<int:pk>/call-off/", "session_call_off", sessions.session_call_off, _MOVE),
    AdminPage("sessions/<int:pk>/files/", "session_files", materials.session_files, _MOVE),
    AdminPage("sessions/<int:pk>/roll/", "session_roll", rolls.session_roll, _NOTE),
    AdminPage(
        "programs/<int:pk>/completion/", "program_completion", completion.program_completion, _NOTE
    ),
    AdminPage(
        "certificates/<str:number>.pdf",
        "certificate_file",
        completion.certificate_file,
        "programs.view_certificate",
    ),
):
    _site.add_page(page)
_site.add_errand(Errand(_VIEW, errands.to_do))
