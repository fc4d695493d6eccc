"""Every sentence a patient or therapist reads."""
