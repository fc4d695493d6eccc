"""Treadmills over serial lines: one codec a protocol, one port below them all."""
