"""What ``make demo`` starts."""

from django.conf import settings

from center.management.commands import demo


def test_demo_when_started_then_messages_wait_behind_nothing_that_takes_minutes():
    """Each queue has its worker, and that of reports no other."""
    commands = demo.programs(8000)
    taken = {name: line[line.index("-Q") + 1] for name, line in commands.items() if "-Q" in line}
    assert taken == {"worker": "celery,messages", "slow worker": "slow"}
    assert set(",".join(taken.values()).split(",")) == set(settings.CELERY_TASK_QUEUES)
