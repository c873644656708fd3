from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgramsConfig(AppConfig):
    name = "programs"
    verbose_name = _("Programs")

    def ready(self) -> None:
        from center import exports, subjects
        from merchants.papers import keepers
        from programs import messages  # noqa: F401  (registers itself)
        from programs.affected import by_applications
        from programs.evaluation_exports import evaluations_of
        from programs.models import AnswerFile

        exports.register("evaluations", evaluations_of)
        subjects.register("application", by_applications)
        keepers.register(keepers.Keeper(AnswerFile, "application__merchant_id"))
