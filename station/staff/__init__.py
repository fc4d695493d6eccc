"""Pure: what the therapist decides about a patient, and who may. No database, no screen; dates are arguments."""
