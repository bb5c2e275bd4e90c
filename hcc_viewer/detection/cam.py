"""Class activation maps: from the network's grid to the stored image."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.detection.types import Detection


def cam_on_image(detection: Detection, index: int) -> NDArray[np.float32]:
    """The CAM of one slice on the pixels of its stored image.

    Returns:
        (rows, columns) values from 0 to 1, smooth, 0 outside the network's field.
    """
    raise NotImplementedError
