from django.urls import path

from programs.views import evaluations

urlpatterns = [
    path("", evaluations.evaluation_list, name="evaluation_list"),
    path("<slug:slug>/", evaluations.evaluation_program, name="evaluation_program"),
    path("<slug:slug>/lock/", evaluations.evaluation_lock, name="evaluation_lock"),
    path("<slug:slug>/<slug:receipt>/", evaluations.evaluation_sheet, name="evaluation_sheet"),
    path(
        "<slug:slug>/<slug:receipt>/photos/<int:pk>/",
        evaluations.evaluation_photo,
        name="evaluation_photo",
    ),
]
