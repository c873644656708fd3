"""Loaded by pytest before the settings: starts or joins the embedded servers if needed, and has
the migrated database ready that the tests copy."""

import gc
import os
from pathlib import Path

from center.embedded import needed, provide
from tests import migrated

# What is made until the first test stays: looking through it for garbage again and again took
# a quarter of the computing until then.
gc.disable()

os.environ.setdefault("ENVIRONMENT", "test")
os.environ.setdefault("LOG_LEVEL", "ERROR")
# Tests empty the cache: each process that runs some of them has its own.
if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    os.environ["REDIS_CACHE_DB"] = str(2 + int(worker.removeprefix("gw")))
if needed():
    provide(Path(os.environ.get("VAR_DIR", Path(__file__).resolve().parent.parent / "var")))
os.environ.setdefault("TEST_DATABASE_TEMPLATE", migrated.template(os.environ["DATABASE_URL"]))


def pytest_runtestloop() -> None:
    gc.freeze()
    gc.enable()
