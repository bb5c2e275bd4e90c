"""What batch size, threads, memory arena, graph optimisation, int8 and bf16 are worth.

    python -m benchmarks.inference_options [--json FILE]
    python -m benchmarks.avx2 benchmarks.inference_options    the same without AVX-512

Every line is measured in turn with the others, so that other work on the machine hits all alike;
the ratios are to the program's own choice. Needs the training extra (`onnx`).
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray

from hcc_viewer.detection import load_model
from hcc_viewer.detection.model import bundled_model_path
from hcc_viewer.detection.pipeline import BATCH_SIZE
from hcc_viewer.detection.preprocess import prepare_slices
from hcc_viewer.dicom import load_volume, scan_study
from hcc_viewer.headless import choose_series
from hcc_viewer.paths import demo_study_dir

SLICES = 24
"""Those in the middle of the demo study."""

ROUNDS = 7

USUAL = "as in the program"

Session = onnxruntime.InferenceSession


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    inputs = demo_inputs()
    with tempfile.TemporaryDirectory() as name:
        path = bundled_model_path()
        eight_bit = quantised(path, inputs, Path(name))
        trials = {
            USUAL: (session(path), BATCH_SIZE),
            "batch 2": (session(path), 2),
            "batch 4": (session(path), 4),
            "batch 8": (session(path), 8),
            "one thread": (session(path, threads=1), BATCH_SIZE),
            "threads do not spin": (session(path, spins=False), BATCH_SIZE),
            "no memory arena": (session(path, has_arena=False), BATCH_SIZE),
            "graph optimisation off": (session(path, level=0), BATCH_SIZE),
            "graph optimisation basic": (session(path, level=1), BATCH_SIZE),
            "int8 (QDQ, static)": (session(eight_bit), BATCH_SIZE),
        }
        record: dict[str, object] = dict(compared(trials, inputs))
        record["bf16"] = why_no_bf16(path)
        record["floats_in_a_register"] = floats_in_a_register(path, Path(name))
    print(f"bf16                       {record['bf16']}")
    print(f"floats in a register       {record['floats_in_a_register']} (16: AVX-512, 8: AVX2)")
    text = json.dumps(record, indent=1)
    print(text)
    if options.json:
        options.json.write_text(text, encoding="utf-8")


def compared(
    trials: dict[str, tuple[Session, int]], inputs: NDArray[np.float32]
) -> dict[str, dict[str, float]]:
    """Time of each as a ratio to the usual, and how far its probabilities lie from the usual."""
    times = measure(trials, inputs)
    usual = probabilities(*trials[USUAL], inputs)
    record = {}
    for title, trial in trials.items():
        change = float(np.abs(probabilities(*trial, inputs) - usual).max())
        wall, busy = (a / b for a, b in zip(times[title], times[USUAL], strict=True))
        record[title] = {"wall": wall, "processor": busy, "largest_change": change}
        record[title]["ms_a_slice"] = 1000 * times[title][0] / len(inputs)
        print(f"{title:26s} {wall:5.2f} x wall  {busy:5.2f} x processor  change {change:.5f}")
    return record


def demo_inputs() -> NDArray[np.float32]:
    """(slice, size, size, channels) from the demo study."""
    volume = load_volume(choose_series(scan_study(demo_study_dir())))
    stack = prepare_slices(volume.array, volume.geometry, load_model().card.input)
    start = (len(stack) - SLICES) // 2
    return stack.batch(start, start + SLICES)


def session(
    path: Path,
    *,
    threads: int = 2,
    has_arena: bool = True,
    level: int | None = None,
    spins: bool = True,
) -> Session:
    """A session with some options of its own."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.enable_cpu_mem_arena = has_arena
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", str(int(spins)))
    levels = onnxruntime.GraphOptimizationLevel
    if level is not None:
        options.graph_optimization_level = (levels.ORT_DISABLE_ALL, levels.ORT_ENABLE_BASIC)[level]
    return Session(str(path), options, providers=["CPUExecutionProvider"])


def measure(
    trials: dict[str, tuple[Session, int]], inputs: NDArray[np.float32]
) -> dict[str, tuple[float, float]]:
    """Median wall and processor seconds of each for all slices, taken in turns."""
    times: dict[str, list[tuple[float, float]]] = {title: [] for title in trials}
    for _ in range(ROUNDS + 1):
        for title, trial in trials.items():
            times[title].append(_seconds(lambda trial=trial: probabilities(*trial, inputs)))
    return {
        title: (
            statistics.median(wall for wall, _ in values[1:]),
            statistics.median(busy for _, busy in values[1:]),
        )
        for title, values in times.items()
    }


def probabilities(model: Session, batch: int, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
    """(slice,) of HCC."""
    name = model.get_inputs()[0].name
    inputs = laid_out(model, inputs)
    parts = [
        model.run(["probability"], {name: np.ascontiguousarray(inputs[start : start + batch])})[0]
        for start in range(0, len(inputs), batch)
    ]
    return np.concatenate(parts)[:, 1]


def laid_out(model: Session, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
    """The inputs with their channels where this network wants them."""
    is_first = model.get_inputs()[0].shape[1] == inputs.shape[3]
    return inputs.transpose(0, 3, 1, 2) if is_first else inputs


def quantised(path: Path, inputs: NDArray[np.float32], folder: Path) -> Path:
    """The model with 8-bit convolutions, ranges taken from the same slices."""
    from onnxruntime import quantization
    from onnxruntime.quantization.shape_inference import quant_pre_process

    class Reader(quantization.CalibrationDataReader):  # type: ignore[misc] # untyped
        def __init__(self) -> None:
            model = Session(str(path), providers=["CPUExecutionProvider"])
            name, turned = model.get_inputs()[0].name, laid_out(model, inputs)
            parts = (np.ascontiguousarray(turned[i : i + 1]) for i in range(0, len(inputs), 3))
            self._rest = iter({name: part} for part in parts)

        def get_next(self) -> dict[str, NDArray[np.float32]] | None:
            return next(self._rest, None)

    prepared, target = folder / "prepared.onnx", folder / "int8.onnx"
    quant_pre_process(str(path), str(prepared), skip_symbolic_shape=True)
    quantization.quantize_static(
        str(prepared),
        str(target),
        Reader(),
        quant_format=quantization.QuantFormat.QDQ,
        per_channel=True,
        op_types_to_quantize=["Conv"],
        # Seven bits: AVX2 without VNNI adds pairs of products in 16 bits and overflows with eight.
        reduce_range=True,
    )
    return target


def why_no_bf16(path: Path) -> str:
    """What ONNX Runtime says to one convolution of the model in bfloat16; empty when it runs."""
    graph = onnx.load(path).graph
    weights = next(item for item in graph.initializer if len(item.dims) == 4)
    half = onnx.TensorProto(name="weights", dims=weights.dims, data_type=onnx.TensorProto.BFLOAT16)
    half.raw_data = bytes(2 * int(np.prod(weights.dims)))
    kind = onnx.TensorProto.BFLOAT16
    tried = onnx.helper.make_model(
        onnx.helper.make_graph(
            [onnx.helper.make_node("Conv", ["image", "weights"], ["out"])],
            "bf16",
            [onnx.helper.make_tensor_value_info("image", kind, [1, weights.dims[1], 8, 8])],
            [onnx.helper.make_tensor_value_info("out", kind, None)],
            [half],
        ),
        opset_imports=[onnx.helper.make_opsetid("", 22)],
    )
    tried.ir_version = 10
    try:
        Session(tried.SerializeToString(), providers=["CPUExecutionProvider"])
    except Exception as error:  # noqa: BLE001 - ONNX Runtime raises kinds of its own
        return f"cannot run: {str(error).splitlines()[0]}"
    return ""


def floats_in_a_register(path: Path, folder: Path) -> int:
    """How many channels ONNX Runtime packs together: as many floats as a vector register holds."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.optimized_model_filepath = str(folder / "optimised.onnx")
    Session(str(path), options, providers=["CPUExecutionProvider"])
    graph = onnx.load(folder / "optimised.onnx").graph
    shapes = {item.name: list(item.dims) for item in graph.initializer}
    packed = [node for node in graph.node if node.domain == "com.microsoft.nchwc"]
    return min((shapes[node.input[1]][0] for node in packed if len(node.input) > 1), default=0)


def _seconds(work: Callable[[], object]) -> tuple[float, float]:
    wall, busy = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - busy


if __name__ == "__main__":
    main()
