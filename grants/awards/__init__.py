"""Offers that follow released decisions, and an award's life to its closing."""
