from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgramsConfig(AppConfig):
    name = "programs"
    verbose_name = _("Programs")

    def ready(self) -> None:
        from merchants.papers import keepers
        from programs import messages  # noqa: F401  (registers itself)
        from programs.models import AnswerFile

        keepers.register(keepers.Keeper(AnswerFile, "application__merchant_id"))
