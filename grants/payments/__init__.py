"""Paying awards once and accounting for every penny: schedules, batches, files, money that comes back."""
