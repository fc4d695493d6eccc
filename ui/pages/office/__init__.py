"""The therapist's pages: one function a page, from what lies open to a scene."""
