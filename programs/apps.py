from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgramsConfig(AppConfig):
    name = "programs"
    verbose_name = _("Programs")

    def ready(self) -> None:
        from bookings import calendars
        from center import closing, exports, subjects
        from merchants import cards
        from merchants.papers import keepers
        from programs import (  # noqa: F401  (register themselves)
            messages,
            outcome_retention,
            reports,
            retention,
        )
        from programs.affected import by_applications
        from programs.calendar_entries import entries_of
        from programs.card import card_of
        from programs.closing import applications_nobody_else_minds
        from programs.evaluation_exports import evaluations_of
        from programs.exports import applications_of
        from programs.models import AnswerFile, Material
        from programs.outcome_affected import by_consultations
        from programs.outcome_exports import consultations_of, outcomes_of, partners_of
        from programs.session_exports import attendance_of

        reports.register()
        cards.register("programs", permission="programs.view_application", part=card_of)
        exports.register("evaluations", evaluations_of)
        keepers.register(keepers.Keeper(AnswerFile, "application__merchant_id"))
        keepers.register(keepers.Keeper(Material, business=""))
        exports.register("applications", applications_of)
        calendars.register("sessions", entries_of)
        exports.register("attendance", attendance_of)
        exports.register("consultations", consultations_of)
        exports.register("outcomes", outcomes_of)
        exports.register("partners", partners_of)
        subjects.register("application", by_applications)
        subjects.register("consultation", by_consultations)
        closing.stands_in_the_way("applications", applications_nobody_else_minds)
