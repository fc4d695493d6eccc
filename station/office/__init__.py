"""The therapist at the station: what the keys mean behind the PIN. Pure: one value in, one value and one wish out."""
