"""The Celery application: `celery -A config worker` and `celery -A config beat`."""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_init, celeryd_init

from config import servers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("yuliu")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Here and not in the settings, which every command loads, with Celery or without.
app.conf.beat_schedule = {
    "ring-again": {"task": "exchange.tasks.sweep_jobs", "schedule": 30},
    "remove-exports": {
        "task": "exchange.tasks.remove_exports",
        "schedule": crontab(hour=4, minute=0),
    },
    "prove-totals": {"task": "quotas.tasks.prove_totals", "schedule": crontab(hour=3, minute=0)},
}


@celeryd_init.connect
@beat_init.connect
def hold_servers(**_signal: object) -> None:
    """Hold the embedded servers for as long as the worker or the beat runs."""
    servers.hold()


def ring(pk: int) -> None:
    """Tell a worker of a job (settings.JOB_BELL)."""
    app.send_task("exchange.tasks.run_job", [pk])
