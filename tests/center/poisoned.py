"""A worker's application with a task that kills whoever does it."""

import os
import signal
from pathlib import Path

from center.celery import app


@app.task(name="tests.poison")
def poison(folder: str) -> None:
    with (Path(folder) / "starts").open("a") as starts:
        starts.write("x")
    os.kill(os.getpid(), signal.SIGKILL)


@app.task(name="tests.remedy")
def remedy(folder: str) -> None:
    (Path(folder) / "done").write_text("done")
