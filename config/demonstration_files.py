"""A refused file of the demonstration, with its errors marked; loaded once models are ready."""

from django.core.files.base import ContentFile

from exchange import jobs
from exchange.import_jobs import request_import
from organizations.models import User

NAME = "新增单位.csv"
UNITS = """\
单位编码,单位名称,行政区划代码,预算级次,单位类型
DEMO-1,示范小学,450103,县级,学校
DEMO-2,,450103,县级,学校
DEMO-3,示范卫生院,450199,县级,诊所
"""


def send_units(username: str) -> None:
    """Send three units in the name of a person: one without a name, one in no region."""
    job = request_import(
        kind="units", file=ContentFile(UNITS.encode(), NAME), name=NAME,
        by=User.objects.get(username=username),
    )  # fmt: skip
    jobs.perform(job.pk)
