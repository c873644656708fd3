from django.urls import path

from programs.views import evaluations

urlpatterns = [
    path("", evaluations.evaluation_list, name="evaluation_list"),
    path("<slug:slug>/", evaluations.evaluation_program, name="evaluation_program"),
    path("<slug:slug>/lock/", evaluations.evaluation_lock, name="evaluation_lock"),
    path("<slug:slug>/<slug:receipt>/", evaluations.evaluation_sheet, name="evaluation_sheet"),
    path(
        "<slug:slug>/<slug:receipt>/photos/<uuid:public_id>.jpg",
        evaluations.evaluation_photo,
        name="evaluation_photo",
    ),
    path(
        "<slug:slug>/<slug:receipt>/files/<uuid:public_id>/",
        evaluations.evaluation_file,
        name="evaluation_file",
    ),
]
