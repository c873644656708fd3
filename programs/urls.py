from django.urls import path

from programs.views import public

urlpatterns = [path("", public.program_list, name="program_list")]
