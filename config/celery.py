"""The Celery application: `celery -A config worker` and `celery -A config beat`."""

import logging
import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import (
    after_setup_logger,
    after_setup_task_logger,
    beat_init,
    before_task_publish,
    celeryd_init,
    heartbeat_sent,
    task_prerun,
    task_success,
)
from django.conf import settings
from kombu.exceptions import OperationalError

from config import logs, servers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

logger = logging.getLogger(__name__)

app = Celery("yuliu")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Here and not in the settings, which every command loads, with Celery or without.
app.conf.beat_schedule = {
    # Twice in a lease: 30 seconds, where nobody has set another one.
    "ring-again": {
        "task": "exchange.tasks.sweep_jobs",
        "schedule": max(1, settings.JOB_LEASE_SECONDS // 2),
    },
    "remove-exports": {
        "task": "exchange.tasks.remove_exports",
        "schedule": crontab(hour=4, minute=0),
    },
    "prove-totals": {"task": "quotas.tasks.prove_totals", "schedule": crontab(hour=3, minute=0)},
    "make-due-notices": {
        "task": "reports.tasks.make_due_notices",
        "schedule": crontab(hour=1, minute=0),
    },
}


@celeryd_init.connect
@beat_init.connect
def hold_servers(**_signal: object) -> None:
    """Hold the embedded servers for as long as the worker or the beat runs."""
    servers.hold()


@celeryd_init.connect
def tell_worker(**_signal: object) -> None:
    """The worker shows itself, busy or not, and names the task in each line of a collector."""
    from config import heartbeats

    heartbeat_sent.connect(lambda **_: heartbeats.show("worker"), weak=False)
    if settings.LOG_FORMAT == "json":
        _tell_tasks()


@beat_init.connect
def tell_beat(**_signal: object) -> None:
    """The beat shows itself now, and whenever it sends something, at least the sweep."""
    from config import heartbeats

    heartbeats.show("beat")
    before_task_publish.connect(lambda **_: heartbeats.show("beat"), weak=False)


def _tell_tasks() -> None:
    """Bind the task for its lines, and tell its end; Celery itself tells what failed."""
    import structlog
    from django_structlog.celery.receivers import CeleryReceiver

    structlog.configure(
        processors=[structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    receiver = CeleryReceiver()
    task_prerun.connect(receiver.receiver_task_prerun, weak=False)
    task_prerun.connect(
        lambda task, **_: structlog.contextvars.bind_contextvars(task=task.name), weak=False
    )
    task_success.connect(receiver.receiver_task_success, weak=False)


@after_setup_logger.connect
@after_setup_task_logger.connect
def form_lines(logger: logging.Logger, **_signal: object) -> None:
    """Celery brings handlers of its own: their lines look like all others."""
    for handler in logger.handlers:
        handler.setFormatter(logs.formatter(settings.LOG_FORMAT))


def ring(pk: int) -> None:
    """Tell a worker of a job (settings.JOB_BELL); unheard, the sweeper rings again."""
    try:
        app.send_task("exchange.tasks.run_job", [pk])
    except OperationalError as error:
        logger.warning("Nobody heard the bell of job %s: %s", pk, error)
