"""The training station's service: the pure core, the store, the sync and the command line."""
