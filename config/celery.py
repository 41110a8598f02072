"""The Celery application: `celery -A config worker` and `celery -A config beat`."""

import os

from celery import Celery
from celery.signals import beat_init, celeryd_init

from config import servers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("yuliu")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_init.connect
@beat_init.connect
def hold_servers(**_signal: object) -> None:
    """Hold the embedded servers for as long as the worker or the beat runs."""
    servers.hold()
