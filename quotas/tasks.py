import logging

from celery import shared_task

from quotas.proof import differences

logger = logging.getLogger(__name__)


@shared_task
def prove_totals() -> None:
    """The nightly proof; a difference is an error that the operator must see."""
    for difference in differences():
        logger.error("Totals differ: %s", difference)
