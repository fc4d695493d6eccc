"""The way to the clinic's server. Runs in a process of its own that has no devices."""
