"""Straps, treadmills and panels: the real ones and simulated ones that emit the same bytes."""
