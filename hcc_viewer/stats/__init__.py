"""Statistics of a diagnostic test, as pure functions of arrays; needs NumPy alone.

Slices of one patient are not independent, so whatever is counted over slices or lesions takes its
interval from drawing patients (`bootstrap`), or from a variance that is summed by patient.
"""

from hcc_viewer.stats.bootstrap import Interval, patient_bootstrap
from hcc_viewer.stats.proportions import wilson

__all__ = ["Interval", "patient_bootstrap", "wilson"]
