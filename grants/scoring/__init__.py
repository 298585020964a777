"""Score sheets, locking, the exact arithmetic of scores, and the ranking."""
