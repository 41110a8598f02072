from celery import shared_task
from django.utils import timezone

from reports.notices.runs import request_run


@shared_task
def make_due_notices() -> None:
    """Ask what is due, once a day; the job of the day survives whoever dies on the way."""
    request_run(timezone.localdate())
