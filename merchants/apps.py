from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class MerchantsConfig(AppConfig):
    name = "merchants"
    verbose_name = _("Businesses")

    def ready(self) -> None:
        from center import closing, exports, health, subjects
        from merchants import checks, reports, retention  # noqa: F401  (register themselves)
        from merchants.affected import by_businesses
        from merchants.closing import leave_businesses, owned_with_others
        from merchants.exports import businesses_of
        from merchants.models import DocumentPage
        from merchants.papers import keepers, store

        reports.register()
        if settings.PAPERS_BUCKET_URL:
            health.also_examine("papers", store.health)
        keepers.register(keepers.Keeper(DocumentPage, "document__merchant_id"))
        exports.register("businesses", businesses_of)
        subjects.register("merchant", by_businesses)
        closing.stands_in_the_way("businesses", owned_with_others)
        closing.on_leaving("businesses", leave_businesses)
