"""From signal to stored values: coil, transmit field, k-space, noise, filters, integers."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import fft

from hcc_viewer.training.phantom.artefacts import (
    Artefacts,
    Spectrum,
    breath_phases,
    draw_artefacts,
    moving_share,
    pulsation_gains,
)
from hcc_viewer.training.phantom.fields import (
    FloatArray,
    Shape3D,
    Spacing,
    log_uniform,
    smooth_field,
)
from hcc_viewer.training.phantom.protocols import Protocol
from hcc_viewer.training.phantom.sampling import ImageGrid

LIVER_LEVELS = {"Philips": (250.0, 1600.0), "Siemens": (120.0, 500.0), "GE": (700.0, 4500.0)}
"""Stored value of liver, by vendor (assumed)."""

BODY_RADIUS = 0.7
"""Of the body, over half the image."""

SHARPENING_PIXELS = 1.6
"""Width of the blur that edge enhancement takes away."""

LARGEST_VALUE = {"Philips": 4095, "Siemens": 4095, "GE": 32767}


@dataclass(frozen=True)
class ScannerParameters:
    """What is drawn for one series besides its protocol (docs/simulator.md)."""

    snr: float
    """Of a liver with good uptake in the finished image, over the body on average."""
    g_factor: float
    """At its peak, from parallel imaging."""
    shading: float
    """Standard deviation of the logarithm of the receive field after normalisation."""
    shading_mm: float
    surface_gain: float
    """Logarithm of the front and back surface over the centre: unnormalised coils."""
    flip_spread: float
    """Standard deviation of the logarithm of the transmit field."""
    flip_center: float
    """Logarithm of the transmit field at the body's centre."""
    window: float
    """Share of a Hann window on k-space, against Gibbs ringing."""
    smoothing_pixels: float
    sharpening: float
    level: float
    """Stored value of liver."""
    artefacts: Artefacts


def draw_scanner(rng: np.random.Generator, protocol: Protocol) -> ScannerParameters:
    """Draw noise, fields and filters for a series."""
    strong = protocol.field_strength_t > 2
    style = rng.random()
    return ScannerParameters(
        snr=log_uniform(rng, 15, 60),
        g_factor=float(rng.uniform(1.0, 2.2)),
        shading=float(rng.uniform(0.03, 0.2 if strong else 0.13)),
        shading_mm=float(rng.uniform(110, 220)),
        surface_gain=float(rng.uniform(0.1, 0.7)) if rng.random() < 0.35 else 0.0,
        flip_spread=float(rng.uniform(0.04, 0.14)) if strong else float(rng.uniform(0, 0.04)),
        flip_center=float(rng.uniform(-0.25, 0.15)) if strong else 0.0,
        window=float(rng.uniform(0, 0.5)),
        smoothing_pixels=float(rng.uniform(0.4, 0.8)) if style < 0.3 else 0.0,
        sharpening=float(rng.uniform(0.2, 0.9)) if style > 0.75 else 0.0,
        level=log_uniform(rng, *LIVER_LEVELS[protocol.vendor]),
        artefacts=draw_artefacts(rng, protocol),
    )


def log_flip_map(
    rng: np.random.Generator, scanner: ScannerParameters, shape: Shape3D, spacing_mm: Spacing
) -> FloatArray:
    """Logarithm of the flip angle over nominal: dielectric shading, strongest at 3 T."""
    field = scanner.flip_spread * smooth_field(rng, shape, spacing_mm, 140.0)
    y, x = (np.linspace(-1, 1, n, dtype=np.float32) for n in shape[1:])
    center = np.exp(-2.5 * (y[:, None] ** 2 + x[None] ** 2))
    return np.asarray(np.clip(field + scanner.flip_center * center, -0.45, 0.3), np.float32)


def acquire(
    signal: FloatArray,
    blood: NDArray[np.bool_],
    protocol: Protocol,
    scanner: ScannerParameters,
    grid: ImageGrid,
    rng: np.random.Generator,
    brightness: float = 1.0,
) -> FloatArray:
    """(slice, row, column) magnitude with liver near 1.

    Args:
        signal: On the image's grid.
        blood: Heart and large vessels there, which pulsate.
        protocol: Sets the sampling of k-space.
        scanner: Sets fields, noise and filters.
        grid: Sets pixel sizes.
        rng: Noise and shading; the same state gives the same noise for any signal.
        brightness: Of the liver over one with good uptake: the less, the more noise beside it.
    """
    shape = (grid.slices, grid.rows, grid.columns)
    shading = _receive_field(rng, scanner, shape, grid.spacing_mm)
    spectrum_mask = kspace_mask(protocol, scanner.window, grid)
    noise_gain = _noise_gain(scanner, grid, spectrum_mask) / np.float32(brightness)
    out = np.empty(shape, np.float32)
    shaded = signal * shading
    for index in range(grid.slices):
        spectrum = _encode(shaded[index], blood[index], scanner.artefacts, grid)
        clean = fft.ifft2(spectrum * spectrum_mask)
        noise = rng.standard_normal((*shape[1:], 2), dtype=np.float32).view(np.complex64)[..., 0]
        coloured = fft.ifft2(noise * spectrum_mask) * np.float32(np.sqrt(noise.size))
        out[index] = np.abs(clean + coloured * noise_gain)
    _add_zipper(out, scanner.artefacts, rng)
    return _filter(out, scanner)


def to_integers(
    magnitude: FloatArray, protocol: Protocol, scanner: ScannerParameters
) -> NDArray[np.uint16]:
    """Stored values."""
    scaled = np.rint(magnitude * np.float32(scanner.level))
    return np.asarray(np.clip(scaled, 0, LARGEST_VALUE[protocol.vendor]), np.uint16)


def kspace_mask(protocol: Protocol, window: float, grid: ImageGrid) -> FloatArray:
    """(row, column) weights of the acquired part of k-space, in the order of an FFT."""
    lines = protocol.acquired_phase * grid.rows / grid.columns
    down = np.abs(fft.fftfreq(grid.rows, 1 / grid.rows)) / (lines / 2)
    across = np.abs(fft.fftfreq(grid.columns, 1 / grid.columns)) / (protocol.acquired_frequency / 2)
    weights = [(position <= 1) * _window(position, window) for position in (down, across)]
    order = fft.fftfreq(grid.rows, 1 / grid.rows)
    weights[0] = weights[0] * (order <= (protocol.partial_fourier - 0.5) * lines)
    return np.asarray(weights[0][:, None] * weights[1][None], np.float32)


def _window(position: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    return 1 - share * (1 - np.cos(np.clip(position, 0, 1) * np.pi / 2) ** 2)


def _encode(
    plane: FloatArray, blood: NDArray[np.bool_], artefacts: Artefacts, grid: ImageGrid
) -> Spectrum:
    """The plane's k-space, with breath and heart beat."""
    spectrum: Spectrum = fft.fft2(plane)
    phases = breath_phases(artefacts, grid.rows, grid.spacing_mm[1])
    if phases is not None:
        moving = fft.fft2(plane * moving_share(grid.rows, artefacts.phase_shift))
        spectrum = spectrum + moving * (phases - 1)[:, None]
    gains = pulsation_gains(artefacts, grid.rows)
    if gains is not None and blood.any():
        spectrum = spectrum + fft.fft2(plane * blood) * gains[:, None]
    return spectrum


def _receive_field(
    rng: np.random.Generator, scanner: ScannerParameters, shape: Shape3D, spacing_mm: Spacing
) -> FloatArray:
    field = scanner.shading * smooth_field(rng, shape, spacing_mm, scanner.shading_mm)
    if scanner.surface_gain > 0:
        y = np.linspace(-1, 1, shape[1], dtype=np.float32)
        x = np.linspace(-1, 1, shape[2], dtype=np.float32)
        radius = np.clip(y[:, None] ** 2 + 0.6 * x[None] ** 2, 0, 1.2)
        field += scanner.surface_gain * (radius - 0.35)
    return np.asarray(np.exp(field), np.float32)


def _noise_gain(scanner: ScannerParameters, grid: ImageGrid, mask: FloatArray) -> FloatArray:
    """(row, column) factor that brings filtered unit noise to the wanted deviation."""
    passed = float(np.sqrt(((mask * _filter_response(scanner, grid)) ** 2).mean()))
    y = np.linspace(-1, 1, grid.rows, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, grid.columns, dtype=np.float32)[None]
    distance = y**2 + x**2
    g_map = 1 + (scanner.g_factor - 1) * np.exp(-3.5 * distance)
    g_map /= np.sqrt((g_map[distance < BODY_RADIUS**2] ** 2).mean())
    return np.asarray(g_map / (scanner.snr * max(passed, 1e-3)), np.float32)


def _add_zipper(volume: FloatArray, artefacts: Artefacts, rng: np.random.Generator) -> None:
    if artefacts.zipper == 0:
        return
    column = int(rng.integers(volume.shape[2]))
    line = rng.random(volume.shape[:2], dtype=np.float32)
    volume[:, :, column] += artefacts.zipper * line


def _filter(volume: FloatArray, scanner: ScannerParameters) -> FloatArray:
    """The vendor's smoothing or edge enhancement."""
    if scanner.smoothing_pixels == 0 and scanner.sharpening == 0:
        return volume
    for plane in volume:
        if scanner.smoothing_pixels > 0:
            cv2.GaussianBlur(plane, (0, 0), scanner.smoothing_pixels, dst=plane)
        if scanner.sharpening > 0:
            blurred = cv2.GaussianBlur(plane, (0, 0), SHARPENING_PIXELS)
            plane += scanner.sharpening * (plane - blurred)
    return np.maximum(volume, 0)


def _filter_response(scanner: ScannerParameters, grid: ImageGrid) -> FloatArray:
    """(row, column) gain of `_filter` at each spatial frequency, in the order of an FFT."""
    down, across = fft.fftfreq(grid.rows), fft.fftfreq(grid.columns)
    squares = down[:, None] ** 2 + across[None] ** 2

    def blur(pixels: float) -> NDArray[np.float64]:
        return np.asarray(np.exp(-2 * np.pi**2 * pixels**2 * squares))

    sharpened = 1 + scanner.sharpening * (1 - blur(SHARPENING_PIXELS))
    return np.asarray(blur(scanner.smoothing_pixels) * sharpened, np.float32)
