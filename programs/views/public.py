from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def program_list(request: HttpRequest) -> HttpResponse:
    """What the center offers; calls for applications will be listed here."""
    return render(request, "programs/program_list.html")
