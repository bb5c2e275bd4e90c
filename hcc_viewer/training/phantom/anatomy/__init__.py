"""Where a patient's organs lie: drawn from random numbers, or a real case deformed."""

from hcc_viewer.training.phantom.anatomy.procedural import (
    ProceduralParameters,
    build_anatomy,
    draw_parameters,
    draw_procedural_anatomy,
)

__all__ = [
    "ProceduralParameters",
    "build_anatomy",
    "draw_parameters",
    "draw_procedural_anatomy",
]
