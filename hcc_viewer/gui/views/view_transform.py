"""Where the pixels of a slice lie in its view: fit, pan, zoom, turn. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace

MIN_SCALE, MAX_SCALE = 0.05, 60.0
"""View pixels per image column."""


@dataclass(frozen=True)
class Turn:
    """Quarter turns and mirrors: a 2x2 matrix of -1, 0 and 1 on (x to the right, y down)."""

    xx: int = 1
    xy: int = 0
    yx: int = 0
    yy: int = 1

    def apply(self, x: float, y: float) -> tuple[float, float]:
        """The turned place of a place."""
        return self.xx * x + self.xy * y, self.yx * x + self.yy * y

    def take_back(self, x: float, y: float) -> tuple[float, float]:
        """The place whose turned place this is."""
        return self.xx * x + self.yx * y, self.xy * x + self.yy * y

    def then(self, other: Turn) -> Turn:
        """This one first, then the other."""
        xx, yx = other.apply(self.xx, self.yx)
        xy, yy = other.apply(self.xy, self.yy)
        return Turn(round(xx), round(xy), round(yx), round(yy))

    @property
    def is_mirrored(self) -> bool:
        """Whether the image is seen as in a mirror."""
        return self.xx * self.yy - self.xy * self.yx < 0

    @property
    def degrees(self) -> int:
        """Clockwise, after a mirror that exchanges left and right where there is one."""
        first = -self.xx if self.is_mirrored else self.xx
        down = -self.yx if self.is_mirrored else self.yx
        return {(1, 0): 0, (0, 1): 90, (-1, 0): 180, (0, -1): 270}[first, down]


UPRIGHT = Turn()
RIGHT, LEFT = Turn(0, -1, 1, 0), Turn(0, 1, -1, 0)
"""A quarter turn clockwise, and against it."""
SIDES_EXCHANGED, ENDS_EXCHANGED = Turn(-1, 0, 0, 1), Turn(1, 0, 0, -1)
"""Left and right, or top and bottom, exchanged."""


@dataclass(frozen=True)
class ViewTransform:
    """A scale, a turn and a shift from image to view; rows scale apart, for oblong pixels.

    Image coordinates put the centre of the first pixel at (0, 0), as findings do; view coordinates
    are logical pixels from the top left corner.
    """

    scale: float = 1.0
    """View pixels per image column."""
    aspect: float = 1.0
    """Height of an image pixel by its width."""
    left: float = 0.0
    """View position of the corner where the first row and the first column begin."""
    top: float = 0.0
    turn: Turn = UPRIGHT

    @property
    def row_scale(self) -> float:
        """View pixels per image row."""
        return self.scale * self.aspect

    def to_view(self, column: float, row: float) -> tuple[float, float]:
        """The view position of a sub-pixel image position."""
        x, y = self.turn.apply((column + 0.5) * self.scale, (row + 0.5) * self.row_scale)
        return self.left + x, self.top + y

    def to_image(self, x: float, y: float) -> tuple[float, float]:
        """The sub-pixel image position (column, row) under a view position."""
        across, down = self.turn.take_back(x - self.left, y - self.top)
        return across / self.scale - 0.5, down / self.row_scale - 0.5

    def panned(self, dx: float, dy: float) -> ViewTransform:
        """Shifted by so many view pixels."""
        return replace(self, left=self.left + dx, top=self.top + dy)

    def zoomed(self, factor: float, x: float, y: float) -> ViewTransform:
        """Scaled by a factor; what lies under (x, y) stays there."""
        scale = min(max(self.scale * factor, MIN_SCALE), MAX_SCALE)
        factor = scale / self.scale
        left, top = x - (x - self.left) * factor, y - (y - self.top) * factor
        return replace(self, scale=scale, left=left, top=top)

    def turned(self, turn: Turn, x: float, y: float) -> ViewTransform:
        """Turned further; what lies under (x, y) stays there."""
        across, down = turn.apply(self.left - x, self.top - y)
        return replace(self, left=x + across, top=y + down, turn=self.turn.then(turn))


def fitted(
    rows: int,
    columns: int,
    aspect: float,
    width: float,
    height: float,
    scale: float | None = None,
    turn: Turn = UPRIGHT,
) -> ViewTransform:
    """An image in the middle of a view, as large as it fits, or at a given scale."""
    across, down = (abs(side) for side in turn.apply(columns, rows * aspect))
    if scale is None:
        scale = max(min(width / across, height / down), MIN_SCALE)
    x, y = turn.apply(columns * scale / 2, rows * aspect * scale / 2)
    return ViewTransform(scale, aspect, width / 2 - x, height / 2 - y, turn)
