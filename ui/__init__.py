"""What the patient sees and hears."""
