"""The simulator: hepatobiliary-phase MRI of patients who do not exist, with the truth beside it."""
