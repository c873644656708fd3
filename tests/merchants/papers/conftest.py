from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _own_storage(papers_root: Path) -> None:
    """No test of this folder stores anything in the house's storage."""
