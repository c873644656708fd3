from django.urls import path

from programs.views import applying, drawing, mine, public, waiting
from programs.views.feed import ProgramFeed

# Words of one part come before the slugs of calls; ``RESERVED`` of ``forms.calls`` lists them.
urlpatterns = [
    path("", public.program_list, name="program_list"),
    path("feed/", ProgramFeed(), name="program_feed"),
    path("mine/", mine.program_mine, name="program_mine"),
    path("offers/<str:token>/", mine.program_offer, name="program_offer"),
    path("files/<uuid:public_id>/", mine.answer_file, name="answer_file"),
    path("materials/<uuid:public_id>/", mine.material, name="material"),
    path("photos/<uuid:public_id>.jpg", mine.product_photo, name="product_photo"),
    path("applications/<slug:receipt>/", mine.application, name="application"),
    path(
        "applications/<slug:receipt>/withdraw/",
        mine.application_withdraw,
        name="application_withdraw",
    ),
    path("<slug:slug>/", public.program, name="program"),
    path("<slug:slug>/apply/", applying.apply_form, name="program_apply"),
    path("<slug:slug>/apply/wait/", waiting.program_wait, name="program_wait"),
    path("<slug:slug>/draw/", drawing.program_draw, name="program_draw"),
    path("<slug:slug>/poster.jpg", public.poster, name="program_poster"),
]
