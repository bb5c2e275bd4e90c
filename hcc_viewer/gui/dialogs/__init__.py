"""The questions and pages that open beside the window."""
