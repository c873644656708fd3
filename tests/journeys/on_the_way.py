"""Pages at which a journey looks on its way: the addresses of each."""

from __future__ import annotations

#: pages that a journey looks at on its way, most of them behind steps that leave something
#: behind: by the journey, which fails if it does not come past one of them
ON_THE_WAY: dict[str, list[str]] = {
    "test_pages_of_the_account_when_looked_at_then_faultless": [
        "account/2fa/",
        "account/2fa/authenticate/",
        "account/2fa/reauthenticate/",
        "account/2fa/recovery-codes/",
        "account/2fa/recovery-codes/generate/",
        "account/2fa/totp/deactivate/",
        "account/2fa/webauthn/",
        "account/2fa/webauthn/add/",
        "account/email/",
        "account/login/",
        "account/password/change/",
        "account/reauthenticate/",
        "account/safety/",
        "account/sessions/",
    ],
    "test_app_when_setting_up_then_faultless": [
        "account/2fa/totp/activate/",
    ],
    "test_passkey_when_registered_then_logs_in_alone_and_as_second_step": [
        "account/2fa/webauthn/keys/<int:pk>/edit/",
        "account/2fa/webauthn/keys/<int:pk>/remove/",
        "account/2fa/webauthn/reauthenticate/",
    ],
    "test_page_when_logged_in_then_faultless[staff_only]": [
        "staff-only/",
    ],
    "test_pages_of_a_booking_when_looked_at_then_faultless": [
        "bookings/",
        "bookings/<slug:reference>/",
        "bookings/<slug:reference>/cancel/",
        "bookings/<slug:reference>/change/",
        "bookings/<slug:reference>/confirm/",
    ],
    "test_no_show_when_appealed_then_decided_and_read": [
        "admin/no-shows/",
        "admin/no-shows/<int:pk>/",
        "bookings/no-shows/",
        "bookings/no-shows/<slug:reference>/",
    ],
    "test_closing_pages_when_looked_at_then_faultless": [
        "admin/holidays/",
    ],
    "test_regular_use_when_staff_look_then_faultless": [
        "admin/series/",
        "admin/series/<int:pk>/",
        "admin/series/new/<int:pk>/",
    ],
    "test_today_and_a_booking_when_looked_at_then_faultless": [
        "admin/",
        "admin/schedule/<str:reference>/",
    ],
    "test_views_when_looked_at_then_faultless": [
        "admin/schedule/",
    ],
    "test_approvals_when_one_is_chosen_by_keyboard_then_not_approved": [
        "admin/approvals/",
    ],
    "test_book_when_a_visitor_comes_then_registered_and_booked_with_a_reason": [
        "admin/book/",
    ],
    "test_desk_when_looked_at_then_faultless_at_every_width": [
        "admin/equipment/",
    ],
    "test_return_when_ticked_all_and_one_unticked_then_by_keyboard_alone": [
        "admin/equipment/damage/<int:unit_pk>/",
        "admin/equipment/repair/<int:unit_pk>/",
    ],
    "test_trainings_when_recorded_by_search_then_listed": [
        "admin/trainings/",
        "admin/trainings/add/<int:member_pk>/",
    ],
    "test_queue_and_case_when_looked_at_then_faultless": [
        "admin/verifications/",
        "admin/verifications/<int:pk>/",
    ],
    "test_questions_when_answered_by_the_link_then_thanked_and_not_asked_again": [
        "feedback/<str:token>/",
    ],
    "test_message_when_sent_to_oneself_then_announced_read_and_gone_from_the_header": [
        "inbox/",
        "inbox/<int:pk>/",
    ],
    "test_waiting_when_a_taken_time_is_given_up_then_offered_and_accepted_by_keys": [
        "offers/<str:token>/",
        "waiting/",
        "waiting/join/",
    ],
    "test_live_commerce_when_applied_for_then_kept_as_typed_and_handed_in": [
        "programs/<slug:slug>/apply/",
        "programs/applications/<slug:receipt>/",
        "programs/applications/<slug:receipt>/withdraw/",
        "programs/mine/",
    ],
    "test_staff_when_they_look_an_application_over_then_faultless_and_asked": [
        "admin/applications/<int:pk>/",
        "admin/programs/<int:pk>/call-off/",
    ],
    "test_evaluator_when_scoring_by_keyboard_then_declared_saved_and_locked": [
        "evaluations/",
        "evaluations/<slug:slug>/",
        "evaluations/<slug:slug>/<slug:receipt>/",
    ],
    "test_desk_and_draw_when_opened_then_without_faults": [
        "admin/selection/",
        "admin/selection/<int:pk>/",
        "admin/selection/<int:pk>/applications/<int:application>/",
        "admin/selection/<int:pk>/draw/",
        "admin/selection/<int:pk>/eligibility/",
        "admin/selection/<int:pk>/evaluators/",
        "admin/selection/<int:pk>/ranking/",
        "programs/<slug:slug>/draw/",
    ],
    "test_every_kind_from_the_call_to_what_it_brought": [
        "admin/consultations/absences/",
        "admin/events/case/<int:pk>/",
        "admin/programs/<int:pk>/completion/",
        "admin/programs/<int:pk>/finish/",
        "admin/programs/<int:pk>/publish/",
    ],
    "test_session_when_planned_then_attended_and_a_paper_fetched": [
        "admin/programs/<int:pk>/sessions/plan/",
        "admin/sessions/",
        "admin/sessions/<int:pk>/roll/",
        "attend/",
        "attend/screen/<int:pk>/",
    ],
    "test_consultation_from_asking_to_its_report": [
        "admin/consultations/",
        "admin/consultations/<int:pk>/",
        "consultations/<slug:reference>/",
        "consultations/new/<slug:receipt>/",
        "consulting/",
        "consulting/<slug:reference>/",
    ],
    "test_room_when_one_hands_in_then_the_next_comes_to_the_form": [
        "programs/<slug:slug>/apply/wait/",
    ],
    "test_door_when_used_all_day_then_each_answer_is_a_clear_screen": [
        "door/",
        "door/attend/",
    ],
    "test_door_when_started_anew_without_network_then_forgets_nobody_and_sends_each_once": [
        "door/shell/",
    ],
}
