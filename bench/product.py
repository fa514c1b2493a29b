"""The product as a deployment runs it, on the bench's database."""

import os

from bench.data import settings
from zhidu.app import create_app
from zhidu.kernel import logs

logs.set_up()
app = create_app(settings(), os.environ["BENCH_URL"])
