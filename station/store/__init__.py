"""The station's memory: one SQLite database with sessions, readings, advice and events."""
