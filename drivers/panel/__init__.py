"""What the patient presses: keys and buttons."""
