"""A simulated patient, strap and treadmill that speak in real bytes through the real codecs."""
