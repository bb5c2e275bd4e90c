"""The model file at work: ONNX Runtime on the CPU, its card checked first."""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from hcc_viewer.detection.log_odds import logistic
from hcc_viewer.detection.model_card import ModelCard, card_path, read_card
from hcc_viewer.detection.model_graph import complaint_about
from hcc_viewer.detection.types import ModelIdentity
from hcc_viewer.errors import ModelFileError
from hcc_viewer.paths import models_dir

MAX_MODEL_BYTES = 500_000_000
"""No network of this family is near it; a larger file is refused before it is read."""

PROBABILITY_OUTPUT = "probability"
"""(slice, 2) softmax over the card's class names."""

CAM_OUTPUT = "cam"
"""(slice, grid row, grid column) log-odds of HCC in each cell."""

JUDGE_INPUT = "patches"
"""Of the second network: (place, size, size, offset)."""

JUDGE_KEY = "second_look"
"""Of the file's metadata: the second network, an ONNX file of its own in Base64."""


class Model:
    """A loaded network and its card.

    Attributes:
        card: What the card says.
        identity: Name, version and hash for results.
        stride: Network pixels per cell of the CAM grid.
        judge: The second network, where the file carries one.
    """

    def __init__(
        self,
        session: onnxruntime.InferenceSession,
        card: ModelCard,
        judge: PlaceJudge | None = None,
    ) -> None:
        """Take a session whose inputs and outputs fit the card; see `load_model`."""
        self.card = card
        self.judge = judge
        self.identity = ModelIdentity(card.name, card.version, card.sha256, card.trained_on)
        self._session = session
        image = session.get_inputs()[0]
        self._input_name = image.name
        self._has_channels_first = list(image.shape[1:]) == _input_shapes(card)[1]
        grid_rows = session.get_outputs()[1].shape[1]
        self.stride = card.input.size / float(grid_rows)

    def predict(
        self, batch: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Run the network.

        Args:
            batch: (slice, size, size, channels), as `PreparedStack.batch` gives.

        Returns:
            (slice,) probabilities of HCC, and (slice, grid row, grid column) CAMs from 0 to 1.

        Raises:
            ModelFileError: The network fails, or gives what is no probability or no map.
        """
        laid_out = batch.transpose(0, 3, 1, 2) if self._has_channels_first else batch
        inputs = {self._input_name: np.ascontiguousarray(laid_out)}
        try:
            probability, cam = self._session.run([PROBABILITY_OUTPUT, CAM_OUTPUT], inputs)
        except Exception as error:
            raise ModelFileError(
                f"The model {self.identity.label} cannot be run: {error}"
            ) from error
        fits = probability.shape == (len(batch), 2) and cam.shape[:1] == (len(batch),)
        fits &= cam.ndim == 3
        if not fits or not np.isfinite(probability).all() or not np.isfinite(cam).all():
            raise _meaningless(self.identity.label)
        return probability[:, 1], logistic(cam).astype(np.float32)


class PlaceJudge:
    """The second network of a model file, which judges places; see `second_look.py`."""

    def __init__(self, session: onnxruntime.InferenceSession, label: str) -> None:
        """Take a session; `label` names the model in complaints."""
        self._session = session
        self._label = label

    def __call__(self, patches: NDArray[np.float32]) -> NDArray[np.float32]:
        """(place,) log-odds of HCC.

        Args:
            patches: (place, size, size, offset), as `second_look.cut_patches` gives.

        Raises:
            ModelFileError: The network fails, or gives what is no number.
        """
        try:
            odds = self._session.run(None, {JUDGE_INPUT: patches})[0]
        except Exception as error:
            raise ModelFileError(
                f"The second network of {self._label} cannot be run: {error}"
            ) from error
        odds = np.asarray(odds, np.float32).reshape(-1)
        if len(odds) != len(patches) or not np.isfinite(odds).all():
            raise _meaningless(self._label)
        return odds


def load_model(path: str | Path | None = None) -> Model:
    """Load a model file and its card (`<name>.onnx` with `<name>.toml`); None: the bundled one.

    Raises:
        ModelFileError: The file or its card is missing, damaged, or they do not fit each other.
    """
    model_path = bundled_model_path() if path is None else Path(path)
    card = read_card(card_path(model_path))
    data = _read(model_path)
    found = hashlib.sha256(data).hexdigest()
    if found != card.sha256:
        raise ModelFileError(
            f"The model file {model_path} is not the one its card describes (its SHA-256 begins "
            f"{found[:12]}, the card says {card.sha256[:12]}); install the model again."
        )
    session = _open(data, model_path, _processors())
    _check_shapes(session, card, model_path)
    return Model(session, card, _open_judge(session, card, model_path))


def _open(data: bytes, path: Path, threads: int) -> onnxruntime.InferenceSession:
    """A network whose operations were looked through first."""
    complaint = complaint_about(data)
    if complaint:
        raise ModelFileError(
            f"The model file {path} cannot be loaded: {complaint}. Name another, or install "
            "the program again."
        )
    try:
        return onnxruntime.InferenceSession(
            data, _session_options(threads), providers=["CPUExecutionProvider"]
        )
    except Exception as error:
        raise ModelFileError(f"The model file {path} cannot be loaded: {error}") from error


def _open_judge(
    session: onnxruntime.InferenceSession, card: ModelCard, path: Path
) -> PlaceJudge | None:
    """The second network, which a model file carries in its metadata; None: its card has none."""
    if card.second_look is None:
        return None
    text = session.get_modelmeta().custom_metadata_map.get(JUDGE_KEY, "")
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = b""
    if not data:
        raise ModelFileError(
            f"The model file {path} does not carry the second network that its card tells of; "
            "install the model again."
        )
    # One thread: those of a second pool would wait for work in a loop, in the first one's way.
    judge = _open(data, path, 1)
    spec = card.second_look
    inputs = [(image.name, list(image.shape[1:])) for image in judge.get_inputs()]
    wanted = [(JUDGE_INPUT, [spec.size_px, spec.size_px, len(spec.offsets_mm)])]
    if inputs != wanted or len(judge.get_outputs()) != 1:
        raise ModelFileError(
            f"The second network in the model file {path} does not take the patches that "
            "its card tells of; refused. Install the model again."
        )
    return PlaceJudge(judge, f"{card.name} {card.version}")


def _meaningless(label: str) -> ModelFileError:
    return ModelFileError(
        f"The model {label} gives numbers that mean nothing; its result is refused. Install the "
        "model again, or name another."
    )


def bundled_model_path() -> Path:
    """The model file that the program carries.

    Raises:
        ModelFileError: There is none, or more than one.
    """
    folder = models_dir()
    found = sorted(folder.glob("*.onnx"))
    if len(found) != 1:
        raise ModelFileError(
            f"The folder {folder} must hold one model file (.onnx) but holds {len(found)}; "
            "install the program again or name a model file."
        )
    return found[0]


def _read(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_MODEL_BYTES:
            raise ModelFileError(f"The model file {path} is too large ({size} bytes); refused.")
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise ModelFileError(
            f"The model file {path} cannot be read ({reason}); name another or install again."
        ) from error


def _session_options(threads: int) -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return options


def _processors() -> int:
    """How many this process may use."""
    if hasattr(os, "process_cpu_count"):
        return os.process_cpu_count() or 1
    return len(_affinity())


def _affinity() -> set[int]:
    """The processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return os.sched_getaffinity(0)
    return set(range(os.cpu_count() or 1))


def _input_shapes(card: ModelCard) -> tuple[list[int], list[int]]:
    """What a slice may look like to the network: channels last, or first."""
    size, channels = card.input.size, len(card.input.offsets_mm)
    return [size, size, channels], [channels, size, size]


def _check_shapes(session: onnxruntime.InferenceSession, card: ModelCard, path: Path) -> None:
    """Refuse a graph whose inputs or outputs are not what the card promises."""
    inputs = session.get_inputs()
    wanted = _input_shapes(card)
    if len(inputs) != 1 or list(inputs[0].shape[1:]) not in wanted:
        raise ModelFileError(
            f"The model file {path} does not take {wanted[0]} input as its card says; refused."
        )
    outputs = {output.name: output.shape for output in session.get_outputs()}
    names = [output.name for output in session.get_outputs()]
    square = outputs.get(CAM_OUTPUT, [])
    fits = names == [PROBABILITY_OUTPUT, CAM_OUTPUT]
    if not fits or len(square) != 3 or square[1] != square[2]:
        raise ModelFileError(
            f"The model file {path} must give '{PROBABILITY_OUTPUT}' and a square '{CAM_OUTPUT}' "
            f"grid, in this order; it gives {', '.join(names)}. Refused."
        )
