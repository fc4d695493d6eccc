"""Scenes on pygame surfaces, at any size and without a display. With `ui.screen` the only user of pygame."""
