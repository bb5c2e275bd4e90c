"""A study of any number of slices for the benchmarks, made from the demo study's own slices."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import cv2
import numpy as np
from pydicom import dcmread
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from hcc_viewer.dicom import load_volume, scan_study
from hcc_viewer.headless import choose_series
from hcc_viewer.paths import demo_study_dir


def write_study(folder: Path, slices: int = 100, size: int = 320, number: int = 1) -> Path:
    """Write an uncompressed hepatobiliary series of `slices` images of `size` x `size` pixels.

    Series of other numbers are other series of the same study.
    """
    series = choose_series(scan_study(demo_study_dir()))
    volume = load_volume(series)
    template = dcmread(series.instances[0].path)
    template.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    if number > 1:
        template.SeriesInstanceUID, template.SeriesNumber = generate_uid(), number
    template.Rows = template.Columns = size
    template.NumberOfSlices = slices
    rows, columns = volume.array.shape[1:]
    row_mm, column_mm = (float(value) for value in template.PixelSpacing)
    template.PixelSpacing = [row_mm * rows / size, column_mm * columns / size]
    origin, step = volume.geometry.affine[:3, 3], volume.geometry.affine[:3, 2]
    places = np.linspace(0, len(volume.array) - 1, slices)
    folder.mkdir(parents=True, exist_ok=True)
    for index, place in enumerate(places):
        dataset = deepcopy(template)
        image = cv2.resize(volume.array[round(float(place))], (size, size))
        dataset.PixelData = np.clip(image, 0, 4095).astype(np.uint16).tobytes()
        dataset["PixelData"].VR = "OW"
        dataset.ImagePositionPatient = [round(float(v), 6) for v in origin + step * place]
        dataset.SliceLocation = round(float(place * np.linalg.norm(step)), 6)
        dataset.InstanceNumber = index + 1
        dataset.SOPInstanceUID = generate_uid()
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        dataset.save_as(folder / f"IM{index:04d}.dcm")
    return folder
