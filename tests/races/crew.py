"""Worker processes in numbers: forked, killed by a test, replaced at once."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable

import psutil

from tests.races.conftest import ROOT


def keep_at_work(work: Callable[[], None], workers: int) -> None:
    """As many forks that do ``work`` for ever, and a new one for each that somebody kills."""
    children: set[int] = set()
    while True:
        while len(children) < workers:
            child = os.fork()
            if not child:
                work()
            children.add(child)
        children.remove(os.wait()[0])


class Crew:
    """Real worker processes of one kind; one that is killed is replaced at once."""

    def __init__(self, module: str, environment: dict[str, str], workers: int) -> None:
        command = [sys.executable, "-m", module, str(workers)]
        self._head = psutil.Popen(command, cwd=ROOT, env=environment)
        self.killed = 0

    def kill_one(self) -> None:
        if workers := self._head.children():
            random.choice(workers).kill()
            self.killed += 1

    def end(self) -> None:
        """The head first, so that nobody is replaced."""
        workers = self._head.children()
        for process in (self._head, *workers):
            process.kill()
        psutil.wait_procs([self._head, *workers])
