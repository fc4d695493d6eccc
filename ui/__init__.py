"""What the patient sees: pure pages, their words, and the one place that paints them."""

import os

# pygame greets on standard output when it is imported; a command's output is its own.
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
