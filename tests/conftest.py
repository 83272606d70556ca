"""What tests share: a folder with the sound example, and the real sources where they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from onrecord.rules.examples import files

# Examples are drawn alike everywhere, so that a failure on one machine is one on all.
settings.register_profile(
    "onrecord",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("onrecord")

ROOT = Path(__file__).parents[1]


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """A document in which nothing is wrong."""
    path = tmp_path / "harbour.yaml"
    path.write_bytes(files("")["harbour.yaml"])
    return path


@pytest.fixture(scope="session")
def supplied_articles() -> Path:
    """The articles as they were supplied, which no clone has."""
    folder = ROOT.parent / "shared" / "articles"
    if not folder.is_dir():
        pytest.skip("the supplied articles are not part of the repository")
    return folder
