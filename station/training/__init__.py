"""Pure: what a physiotherapist would recognise. No clock, no devices, no files."""
