"""Where a patient's organs lie: drawn from random numbers, or a real case deformed."""

from hcc_viewer.training.phantom.anatomy.procedural import (
    ProceduralParameters,
    build_anatomy,
    draw_parameters,
    draw_procedural_anatomy,
)
from hcc_viewer.training.phantom.anatomy.real import (
    RealCase,
    find_cases,
    load_cases,
    load_real_case,
)
from hcc_viewer.training.phantom.anatomy.real_draw import (
    RealParameters,
    build_real_anatomy,
    draw_real_anatomy,
    real_anatomy_source,
)

__all__ = [
    "ProceduralParameters",
    "RealCase",
    "RealParameters",
    "build_anatomy",
    "build_real_anatomy",
    "draw_parameters",
    "draw_procedural_anatomy",
    "draw_real_anatomy",
    "find_cases",
    "load_cases",
    "load_real_case",
    "real_anatomy_source",
]
