"""Allocations as files: rows collected once, written by pure writers, stored with their hash."""
