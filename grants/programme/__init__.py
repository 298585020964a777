"""Funds and their rounds: the fund file, its rubric, questions, calendar and amounts."""
