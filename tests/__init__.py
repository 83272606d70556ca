"""Tests: a folder for each folder of the package, and at the top what concerns the whole."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[1]
