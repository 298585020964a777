"""Dashboards: the first page each person sees. Nobody imports it."""
