"""Closing an installed station against hands and networks that have no business there, and opening it again."""
