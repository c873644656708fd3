from celery import shared_task
from django.core.management import call_command


@shared_task
def clear_sessions() -> None:
    """Delete sessions that ended; safe to run at any time and twice."""
    call_command("clearsessions")
