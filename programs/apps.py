from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgramsConfig(AppConfig):
    name = "programs"
    verbose_name = _("Programs")

    def ready(self) -> None:
        from center import closing, exports, subjects
        from merchants.papers import keepers
        from programs import messages, retention  # noqa: F401  (register themselves)
        from programs.affected import by_applications
        from programs.closing import applications_nobody_else_minds
        from programs.evaluation_exports import evaluations_of
        from programs.exports import applications_of
        from programs.models import AnswerFile

        keepers.register(keepers.Keeper(AnswerFile, "application__merchant_id"))
        exports.register("applications", applications_of)
        exports.register("evaluations", evaluations_of)
        subjects.register("application", by_applications)
        closing.stands_in_the_way("applications", applications_nobody_else_minds)
