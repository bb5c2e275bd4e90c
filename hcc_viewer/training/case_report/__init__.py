"""The validation report of a model on a case catalogue: figures, comparison, gallery, checklist."""
