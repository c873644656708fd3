"""Each alert rings when it should and not a minute before, as Prometheus itself evaluates it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
ALERTS = ROOT / "deploy" / "alerts.yml"
#: comes with Prometheus; ``make test`` installs it
PROMTOOL = shutil.which("promtool")
_PAGES = 'center_request_seconds_bucket{kind="page",le="%s"}'
_SERVED = 'center_requests_total{kind="%s",status="%s"}'
_TASKS = 'center_tasks_total{task="a.task",outcome="%s"}'
_HOLDS = 'center_task_success_timestamp_seconds{task="bookings.tasks.expire_holds"}'
_NO_ROOM = 'center_refusals_total{code="paper_no_room"}'
_DISK = {"center_papers_disk_bytes": "100+0x60"}


@dataclass(frozen=True)
class Case:
    """Series, a value for each minute ("a+bxn": a, and n times b more), and when the alert is
    still quiet and when it rings first; never where ``rings`` is empty."""

    series: dict[str, str]
    quiet: str
    rings: str = ""
    labels: dict[str, str] = field(default_factory=dict)


CASES = {
    "PortalDown": Case(
        {'up{job="center"}': "1+0x3 0+0x9", 'up{job="calls"}': "1+0x20"},
        "5m",
        "6m",
        {"job": "center"},
    ),
    "PortalDown doors of calls": Case(
        {'up{job="center"}': "1+0x20", 'up{job="calls"}': "1+0x3 0+0x9"},
        "5m",
        "6m",
        {"job": "calls"},
    ),
    "NotReady": Case(
        {
            'center_ready{part="database"}': "1+0x3 0+0x9",
            'center_ready{part="broker"}': "1+0x20",
        },
        "5m",
        "6m",
        {"part": "database"},
    ),
    "ErrorRate": Case(
        {
            _SERVED % ("page", "200"): "0+60x30",
            _SERVED % ("page", "500"): "0+0x5 2+2x25",
            _SERVED % ("static", "200"): "0+6000x30",
            _SERVED % ("health", "200"): "0+6000x30",
        },
        "13m",
        "14m",
    ),
    "ErrorRate at one in sixty": Case(
        {_SERVED % ("page", "200"): "0+59x30", _SERVED % ("page", "500"): "0+1x30"}, "30m"
    ),
    "SlowPages": Case(
        {_PAGES % "1": "0+94x40", _PAGES % "2.5": "0+100x40", _PAGES % "+Inf": "0+100x40"},
        "10m",
        "11m",
    ),
    "SlowPages at one in twenty-five": Case(
        {_PAGES % "1": "0+96x40", _PAGES % "2.5": "0+100x40", _PAGES % "+Inf": "0+100x40"}, "40m"
    ),
    "MessagesLate": Case({"center_messages_oldest_seconds": "0+60x20"}, "12m", "13m"),
    "TimetableStill": Case({_HOLDS: "0+60x10 600+0x20"}, "16m", "17m"),
    "TimetableStill on one machine of two": Case(
        {
            _HOLDS.replace("{", '{instance="a",'): "0+0x40",
            _HOLDS.replace("{", '{instance="b",'): "0+60x40",
        },
        "40m",
    ),
    "TimetableStill since the start": Case(
        {'up{job="center"}': "1+0x20"}, "3m", "4m", {"task": "bookings.tasks.expire_holds"}
    ),
    "TasksFail given up once": Case(
        {_TASKS % "given_up": "0+0x5 1+0x60"}, "5m", "6m", {"task": "a.task"}
    ),
    "TasksFail for half an hour alone": Case({_TASKS % "given_up": "0+0x5 1+0x60"}, "36m"),
    "TasksFail again and again": Case(
        {_TASKS % "failed": "0+0x5 1+1x60"}, "8m", "9m", {"task": "a.task"}
    ),
    # Why metrics.task_known puts a 0 there first.
    "TasksFail first seen at one": Case({_TASKS % "given_up": "_x5 1+0x60"}, "30m"),
    "DiskFull": Case({"center_papers_disk_free_bytes": "20+0x3 9+0x30", **_DISK}, "13m", "14m"),
    "DiskFull refused once": Case({_NO_ROOM: "0+0x3 1+0x30"}, "13m", "14m"),
    "BackupOld": Case({"center_backup_timestamp_seconds": "0+0x1700"}, "27h", "27h1m"),
    "BackupOld never made": Case({'up{job="center"}': "1+0x90"}, "59m", "1h"),
    "CopiesStill of the archive": Case(
        {"center_wal_archive_failing": "0+0x3 1+0x20"}, "13m", "14m"
    ),
    "CopiesStill of the replica": Case({"center_replica_used": "1+0x3 0+0x20"}, "13m", "14m"),
    "CopiesStill where there is neither": Case({'up{job="center"}': "1+0x20"}, "20m"),
}


def promtool(*words: str | Path) -> str:
    """What it said; fails where it found something wrong."""
    assert PROMTOOL, "promtool is missing: type  make test , which installs it"
    done = subprocess.run([PROMTOOL, *words], capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said


def rules() -> dict[str, dict]:
    content = yaml.safe_load(ALERTS.read_text("utf-8"))
    return {rule["alert"]: rule for group in content["groups"] for rule in group["rules"]}


def expected(alert: str, labels: dict[str, str]) -> dict:
    rule = rules()[alert]

    def filled(text: str) -> str:
        return re.sub(r"\{\{ \$labels\.(\w+) \}\}", lambda found: labels[found[1]], text)

    return {
        "exp_labels": rule["labels"] | labels,
        "exp_annotations": {name: filled(text) for name, text in rule["annotations"].items()},
    }


@pytest.mark.parametrize("name", CASES)
def test_alert_when_time_passes_then_rings_in_its_minute(name, tmp_path):
    case, alert = CASES[name], name.partition(" ")[0]
    moments = [{"eval_time": case.quiet, "alertname": alert, "exp_alerts": []}]
    if case.rings:
        ringing = [expected(alert, case.labels)]
        moments.append({"eval_time": case.rings, "alertname": alert, "exp_alerts": ringing})
    written = {
        "rule_files": [str(ALERTS)],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [
                    {"series": series, "values": values} for series, values in case.series.items()
                ],
                "alert_rule_test": moments,
            }
        ],
    }
    file = tmp_path / "case.yml"
    file.write_text(yaml.safe_dump(written))
    assert "SUCCESS" in promtool("test", "rules", file)


def test_alerts_when_listed_then_each_has_a_case_in_which_it_rings():
    assert {name.partition(" ")[0] for name, case in CASES.items() if case.rings} == set(rules())


def test_files_of_prometheus_when_read_by_its_own_tool_then_whole():
    assert "10 rules found" in promtool("check", "rules", ALERTS)
    assert "SUCCESS" in promtool("check", "config", ROOT / "deploy" / "prometheus.yml")


def test_queries_of_the_dashboard_when_read_by_prometheus_then_understood(tmp_path):
    board = json.loads((ROOT / "deploy" / "grafana" / "center.json").read_text("utf-8"))
    queries = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    recorded = [{"record": f"q:{at}", "expr": query} for at, query in enumerate(queries)]
    file = tmp_path / "queries.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "board", "rules": recorded}]}))
    assert f"{len(queries)} rules found" in promtool("check", "rules", file)
