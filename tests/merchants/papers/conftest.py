from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def papers_root(tmp_path, settings):
    """The storage in a folder of the test's own; ``storages`` notices the changed setting."""
    root = tmp_path / "papers"
    options = settings.STORAGES["papers"]["OPTIONS"] | {"location": root}
    settings.STORAGES = {
        **settings.STORAGES,
        "papers": {**settings.STORAGES["papers"], "OPTIONS": options},
    }
    return root
