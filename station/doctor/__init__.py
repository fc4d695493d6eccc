"""What is wrong with a station, and what to do about it. Looks, and never mends."""
