from celery import shared_task
from django.core.management import call_command


@shared_task
def clear_sessions() -> None:
    """Delete sessions that ended; safe to run at any time and twice."""
    call_command("clearsessions")


@shared_task
def destroy_what_is_over() -> None:
    """Destroy personal data whose time is over, with the ledger; safe to run twice."""
    call_command("retention", destroy=True)
