"""The product as a deployment runs it, on the bench's database."""

import os

from bench.data import settings
from zhidu.kernel import logs
from zhidu.server import application

logs.set_up()
app = application(settings(), os.environ["BENCH_URL"])
