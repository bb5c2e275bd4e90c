"""Where the pixels of a slice lie in its view: fit, pan, zoom. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace

MIN_SCALE, MAX_SCALE = 0.05, 60.0
"""View pixels per image column."""


@dataclass(frozen=True)
class ViewTransform:
    """A scale and a shift from image to view; y scales apart, for pixels that are not square.

    Image coordinates put the centre of the first pixel at (0, 0), as findings do; view coordinates
    are logical pixels from the top left corner.
    """

    scale: float = 1.0
    """View pixels per image column."""
    aspect: float = 1.0
    """Height of an image pixel by its width."""
    left: float = 0.0
    """View position of the image's left edge."""
    top: float = 0.0

    @property
    def row_scale(self) -> float:
        """View pixels per image row."""
        return self.scale * self.aspect

    def to_view(self, column: float, row: float) -> tuple[float, float]:
        """The view position of a sub-pixel image position."""
        return self.left + (column + 0.5) * self.scale, self.top + (row + 0.5) * self.row_scale

    def to_image(self, x: float, y: float) -> tuple[float, float]:
        """The sub-pixel image position (column, row) under a view position."""
        return (x - self.left) / self.scale - 0.5, (y - self.top) / self.row_scale - 0.5

    def panned(self, dx: float, dy: float) -> ViewTransform:
        """Shifted by so many view pixels."""
        return replace(self, left=self.left + dx, top=self.top + dy)

    def zoomed(self, factor: float, x: float, y: float) -> ViewTransform:
        """Scaled by a factor; what lies under (x, y) stays there."""
        scale = min(max(self.scale * factor, MIN_SCALE), MAX_SCALE)
        factor = scale / self.scale
        left, top = x - (x - self.left) * factor, y - (y - self.top) * factor
        return replace(self, scale=scale, left=left, top=top)


def fitted(
    rows: int, columns: int, aspect: float, width: float, height: float, scale: float | None = None
) -> ViewTransform:
    """An image in the middle of a view, as large as it fits, or at a given scale."""
    if scale is None:
        scale = max(min(width / columns, height / (rows * aspect)), MIN_SCALE)
    left, top = (width - columns * scale) / 2, (height - rows * scale * aspect) / 2
    return ViewTransform(scale, aspect, left, top)
