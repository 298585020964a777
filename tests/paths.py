"""Where things are: the project, and the shared data that only some machines have."""

from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
SHARED_DATA = PROJECT.parent / "shared" / "data"
SHARED_SEEDS = PROJECT.parent / "shared" / "seeds"

needs_shared_data = pytest.mark.skipif(
    not SHARED_DATA.is_dir(), reason="the shared data is not on this machine"
)
