"""One function a page: from the moment to the scene."""
