"""Alerts, dashboard and runbook speak of what there is."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from django.urls import reverse
from prometheus_client.parser import text_string_to_metric_families

from center import exposition, metrics, task_metrics
from center.backup import making
from center.celery import app
from tests.center.deployment.files import WEBS

ROOT = Path(__file__).resolve().parents[2]
#: what Prometheus itself adds
BUILT_IN = {"up"}
_NAME = re.compile(r"\b(?:center_[a-z_]+|up)\b(?!\s*[=(])")
_QUOTED = re.compile(r'"[^"]*"')
#: folders a command of the documents makes
MADE_THERE = ("/var/lib/postgresql/archive/",)


@pytest.fixture
def exported(db, settings, tmp_path) -> dict[str, set[str]]:
    """Every name a query may use, with its labels."""
    settings.VAR_DIR = tmp_path
    (tmp_path / "last-backup").write_text("2026-11-27T02:30:00+09:00")
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(exposition.text().decode()):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    for collector in {*metrics.own._names_to_collectors.values()}:
        [family] = collector.describe()
        for end in {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"]}.get(
            family.type, [""]
        ):
            labels = {*collector._labelnames, *(["le"] if end == "_bucket" else [])}
            found.setdefault(family.name + end, set()).update(labels)
    # Only there while WAL is archived, which this server does not, and a replica follows.
    copies = (
        *("center_wal_archive_failing", "center_wal_archived_timestamp_seconds"),
        *("center_replica_used", "center_replica_lag_seconds"),
    )
    return found | {name: set() for name in copies}


def rules() -> list[dict]:
    content = yaml.safe_load((ROOT / "deploy" / "alerts.yml").read_text("utf-8"))
    return [rule for group in content["groups"] for rule in group["rules"]]


def queries() -> dict[str, str]:
    board = json.loads((ROOT / "deploy" / "grafana" / "center.json").read_text("utf-8"))
    of_alerts = {rule["alert"]: rule["expr"] for rule in rules()}
    of_panels = {
        f"{panel['title']} {target['refId']}": target["expr"]
        for panel in board["panels"]
        for target in panel["targets"]
    }
    return of_alerts | of_panels


def test_queries_when_read_then_each_names_only_what_is_exported(exported):
    for where, query in queries().items():
        names = set(_NAME.findall(_QUOTED.sub('""', query)))
        assert names, where
        assert names - set(exported) - BUILT_IN == set(), where


def test_queries_when_read_then_each_label_is_one_of_its_metrics(exported):
    for where, query in queries().items():
        bare = _QUOTED.sub('""', query)
        known = {"job"}.union(*(exported.get(name, set()) for name in _NAME.findall(bare)))
        by = {
            label.strip()
            for group in re.findall(r"by \(([^)]*)\)", bare)
            for label in group.split(",")
        }
        matched = set(re.findall(r"[{,]\s*([a-z]+)\s*[=!]", bare))
        assert (by | matched) - known == set(), where


def test_everything_exported_when_the_dashboard_is_drawn_then_it_is_on_it(exported):
    board = " ".join(queries().values())
    names = {re.sub("_(total|bucket|sum|count|created)$", "", name) for name in exported}
    assert sorted(name for name in names if name not in board) == []


def test_alerts_when_listed_then_ten_each_with_a_section_of_the_runbook():
    sections = re.findall(r"^## (\w+)$", (ROOT / "docs" / "runbook.md").read_text("utf-8"), re.M)
    assert [rule["alert"] for rule in rules()] == sections
    assert len(sections) == 10
    for rule in rules():
        assert rule["annotations"]["runbook"] == f"docs/runbook.md#{rule['alert'].lower()}"
        assert rule["annotations"]["summary"]
        assert rule["labels"]["severity"] in {"page", "ticket"}


def test_alerts_on_pages_when_read_then_static_files_and_health_checks_do_not_thin_them_out():
    of_pages = {rule["alert"]: rule["expr"] for rule in rules() if "center_request" in rule["expr"]}
    assert sorted(of_pages) == ["ErrorRate", "SlowPages"]
    for expression in of_pages.values():
        series = re.findall(r"center_request\w+(?:\{[^}]*\})?", expression)
        assert [one for one in series if 'kind!~"static|health"' not in one] == []


def test_kinds_when_named_in_queries_then_there_are_such():
    named = re.findall(r'kind[=!]~?"([^"]+)"', " ".join(queries().values()))
    assert {kind for names in named for kind in names.split("|")} == {"static", "health", "door"}
    assert set(metrics.KINDS) > {"static", "health", "door"}


def test_alerts_on_what_must_not_happen_once_when_nothing_has_then_they_see_it_begin(db):
    """A counter that is first seen at 1 has not grown, for all Prometheus knows."""
    task_metrics.know(SimpleNamespace(app=app))
    there = {
        (sample.name, pair)
        for family in text_string_to_metric_families(exposition.text().decode())
        for sample in family.samples
        for pair in sample.labels.items()
    }
    grows = [
        (name, (label, value))
        for rule in rules()
        for name, label, value in re.findall(r'increase\((\w+)\{(\w+)="([^"]+)"\}', rule["expr"])
    ]
    assert len(grows) == 3
    assert [one for one in grows if one not in there] == []


def test_folders_when_named_in_the_documents_then_they_are_there_in_production():
    files = [ROOT / "docker-compose.yml", *(ROOT / "deploy").rglob("*"), ROOT / "Dockerfile"]
    known = " ".join(path.read_text("utf-8") for path in files if path.is_file())
    # Where base backups go is said by the command that makes them.
    named = {
        name
        for document in ("runbook.md", "recovery.md", "production.md")
        for name in re.findall(
            r"/(?:var/lib|etc|app)/[\w./-]*\w", (ROOT / "docs" / document).read_text("utf-8")
        )
    }
    assert sorted(n for n in named if n not in known and not n.startswith(MADE_THERE)) == []


def test_alert_on_the_timetable_when_read_then_its_task_is_on_it():
    tasks = {entry["task"] for entry in app.conf.beat_schedule.values()}
    named = set(re.findall(r'task="([^"]+)"', " ".join(queries().values())))
    assert named <= tasks


def test_alerts_on_when_something_was_done_then_never_done_rings_too():
    """What has not been done since the start has no time, and nothing is older than that."""
    of_times = {r["alert"]: r["expr"] for r in rules() if "_timestamp_seconds" in r["expr"]}
    assert sorted(of_times) == ["BackupOld", "TimetableStill"]
    for expression in of_times.values():
        [absent] = re.findall(r" or absent\((\S+)\)$", expression)
        assert f"max({absent})" in expression


def jobs() -> dict[str, dict]:
    content = yaml.safe_load((ROOT / "deploy" / "prometheus.yml").read_text("utf-8"))
    assert content["rule_files"] == ["alerts.yml"]
    return {job["job_name"]: job for job in content["scrape_configs"]}


def test_prometheus_when_configured_then_every_service_that_answers_pages_is_watched():
    targets = {
        target.partition(":")[0]: name
        for name, job in jobs().items()
        for one in job["static_configs"]
        for target in one["targets"]
    }
    assert sorted(targets) == sorted(WEBS)
    [alert] = [rule["expr"] for rule in rules() if rule["alert"] == "PortalDown"]
    assert sorted(re.findall(r"\w+", alert.partition('job=~"')[2].partition('"')[0])) == sorted(
        targets.values()
    )


def test_prometheus_when_configured_then_what_all_count_together_is_read_once():
    """Each web server answers for all: read of two, everything would be there twice."""
    dropped = [{"source_labels": ["__name__"], "regex": ".*", "action": "drop"}]
    kept = [name for name, job in jobs().items() if job.get("metric_relabel_configs") != dropped]
    assert kept == ["center"]


def test_doors_of_calls_when_counted_then_those_the_proxy_leads_there():
    [calls] = re.findall(r"@calls path_regexp (\S+)", (ROOT / "deploy" / "Caddyfile").read_text())
    paths = [reverse(name, args=["a-call"]) for name in metrics.DOORS]
    assert [path for path in paths if not re.search(calls, path)] == []


def test_backup_when_none_was_made_then_no_time_is_claimed(db, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    assert making.last_made() is None
    assert b"center_backup_timestamp_seconds" not in exposition.text()
