"""The whole stack: brought up in order, renewed without a gap, carried on by the replica."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from center.stack import database, files, programs
from center.stack.database import Cluster
from center.stack.keeper import Keeper, Spec, StackError
from center.stack.plan import BEATS, CALLS, CLUSTERS, WEBS, WORKERS, Plan

ROOT = Path(__file__).resolve().parents[2]


class Stack:
    """``run`` never returns; it ends by a signal or a StackError."""

    def __init__(self, plan: Plan, say: Callable[[str], None]) -> None:
        self.plan = plan
        self._say = say
        self._keeper = Keeper(plan.state_file, say)
        self._clusters = {name: database.cluster(plan, name) for name in CLUSTERS}
        self._listeners = {name: programs.listen(plan.ports[name]) for name in (*WEBS, CALLS)}
        self._renewals = 0
        self._wish: Callable[[], None] | None = None

    @property
    def primary(self) -> Cluster:
        return self._clusters[self.plan.primary]

    @property
    def replica(self) -> Cluster:
        return self._clusters[self.plan.replica]

    def run(self, *, load_demo: bool, welcome: Callable[[], None]) -> None:
        with self._keeper:
            self._note()
            self._start_data(load_demo=load_demo)
            self._keeper.start(
                *(programs.web(self.plan, name, door) for name, door in self._listeners.items()),
                *(programs.worker(self.plan, name) for name in WORKERS),
                *(programs.beat(self.plan, name) for name in BEATS),
                programs.proxy(self.plan, files.write_nginx(self.plan)),
            )
            signal.signal(signal.SIGUSR1, lambda *_: self._ask(self._renew))
            signal.signal(signal.SIGUSR2, lambda *_: self._ask(self._promote))
            self._note(up=True)
            welcome()
            self._watch()

    def _start_data(self, *, load_demo: bool) -> None:
        self._keeper.start(programs.queue(self.plan))
        database.prepare_primary(self.primary)
        self._keeper.start(programs.postgres(self.primary))
        database.prepare_replica(self.replica, self.primary)
        self._keeper.start(programs.postgres(self.replica))
        self._keeper.start(self._pool())
        # Past PgBouncer: a migration may hold its transaction for as long as it needs.
        direct = self.plan.environment(DATABASE_URL=self.plan.database_url(self.plan.primary))
        commands = [["migrate", "--no-input", "--verbosity", "0"]]
        commands += [["load_demo"]] if load_demo else []
        for command in commands:
            self._say(f"manage.py {command[0]} …")
            done = subprocess.run(
                [sys.executable, "manage.py", *command], cwd=ROOT, env=direct, check=False
            )
            if done.returncode:
                raise StackError(f"manage.py {command[0]} failed; what it said stands above.")

    def _pool(self) -> Spec:
        one = self._clusters[CLUSTERS[0]]
        return programs.pool(
            self.plan, files.write_pgbouncer(self.plan, one.home, one.account), one
        )

    def _ask(self, wish: Callable[[], None]) -> None:
        self._wish = wish

    def _watch(self) -> None:
        while True:
            self._keeper.look()
            if self._wish:
                wish, self._wish = self._wish, None
                try:
                    wish()
                except StackError as trouble:
                    self._say(str(trouble))
                self._note()
            time.sleep(0.1)

    def _renew(self) -> None:
        """Everything of our own, one after the other, each new one beside the old at first."""
        for name in (*WEBS, CALLS, *WORKERS, *BEATS):
            self._keeper.renew(name)
        self._renewals += 1

    def _promote(self) -> None:
        """The replica takes over; the former primary is made anew as its replica."""
        old, new = self.primary, self.replica
        self._keeper.stop(old.name)
        database.promote(new)
        self.plan.make_primary(new.name)
        self._pool()
        self._keeper.signal("pgbouncer", signal.SIGHUP)
        self._say(f"{new.name:<11} is the primary now")
        self._note()
        database.copy_from(old, new)
        self._keeper.start(programs.postgres(old))

    def _note(self, *, up: bool | None = None) -> None:
        """For the state file."""
        facts = {
            "url": self.plan.url,
            "primary": self.plan.primary,
            "renewals": self._renewals,
        }
        self._keeper.facts |= facts if up is None else facts | {"up": up}
        self._keeper.write_state()
