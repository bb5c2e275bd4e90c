"""Feeds mutated DICOM files and zips to the reader: nothing but our own errors may come out.

    python -m tools.fuzz_dicom [--inputs 10000] [--seed 1] [--keep FOLDER]

Each input is opened as the program would open it: scan, JSON record, pixels, look at the image.
A child process does the work, so that a crash of a decoder, a hang of more than 5 s and growth past
1 GB are found too. `--keep` saves what failed. The exit status is 1 when anything did.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import resource
import select
import signal
import sys
import tempfile
import traceback
import warnings
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
from pydicom.data import get_testdata_files

from hcc_viewer.dicom import load_volume, look_at_volume, scan_study
from hcc_viewer.errors import HccViewerError
from hcc_viewer.scan_json import scan_record

SECONDS = 5.0
MEGABYTES = 1024
MAX_SEED_BYTES = 300_000

_TOKENS = (
    b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0",
    b"SQ", b"UN", b"OB", b"OW", b"UT", b"\x00\x00\x00\x80", b"1e309", b"-1", b"\\", b"nan",
    b"1.2.840.10008.1.2.4.70", b"1.2.840.10008.1.2.4.90", b"1.2.840.10008.1.2.1.99",
)  # fmt: skip
"""What parsers stumble over: lengths, delimiters, value representations, odd numbers."""


def seeds() -> list[bytes]:
    """Valid files to begin with: all of pydicom's own that are small, and a zip of some."""
    paths = [Path(name) for name in sorted(get_testdata_files())]
    small = [path for path in paths if path.is_file() and path.stat().st_size <= MAX_SEED_BYTES]
    files = [path.read_bytes() for path in small]
    files = [content for content in files if content[128:132] == b"DICM"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, content in enumerate(files[:3]):
            archive.writestr(f"a/{number}", content)
    return [*files, packed.getvalue()]


def mutate(valid: bytes, rng: np.random.Generator) -> bytes:
    """A few random changes, most of them in the header."""
    data = bytearray(valid)
    reach = len(data) if rng.random() < 0.4 else min(len(data), 4000)
    for _ in range(int(rng.integers(1, 7))):
        at = int(rng.integers(0, max(1, reach)))
        kind = int(rng.integers(0, 6))
        if kind == 0 and at < len(data):
            data[at] ^= 1 << int(rng.integers(0, 8))
        elif kind == 1:
            data[at : at + 4] = rng.bytes(4)
        elif kind == 2:
            token = _TOKENS[int(rng.integers(len(_TOKENS)))]
            data[at : at + len(token)] = token
        elif kind == 3:
            del data[at : at + int(rng.integers(1, 64))]
        elif kind == 4:
            source = int(rng.integers(0, len(data)))
            data[at:at] = data[source : source + int(rng.integers(1, 200))]
        elif rng.random() < 0.3:
            del data[at:]
    return bytes(data)


def open_as_the_program_does(path: Path) -> None:
    """Scan, describe, load and look; whatever is raised beyond our errors passes."""
    with contextlib.suppress(HccViewerError):
        study = scan_study(path)
        json.dumps(scan_record(study), allow_nan=False)
        for series in study.series:
            with contextlib.suppress(HccViewerError):
                look_at_volume(load_volume(series))


def input_number(number: int, seed: int, valid: list[bytes]) -> bytes:
    """The same input for the same numbers."""
    rng = np.random.default_rng((seed, number))
    return mutate(valid[int(rng.integers(len(valid)))], rng)


def main() -> int:
    """Run all inputs; print what failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder for the inputs that failed")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    valid = seeds()
    failures: list[tuple[int, str]] = []
    slowest, number = 0.0, 0
    while number < options.inputs:
        number, seconds, reason = _run_child(number, options.inputs, options.seed, valid)
        slowest = max(slowest, seconds)
        if reason:
            failures.append((number - 1, reason))
            _tell(f"input {number - 1}: {reason}")
            if options.keep:
                options.keep.mkdir(parents=True, exist_ok=True)
                content = input_number(number - 1, options.seed, valid)
                (options.keep / f"{options.seed}-{number - 1}.dcm").write_bytes(content)
    kinds = Counter(reason.split(":")[0] for _, reason in failures)
    _tell(f"{options.inputs} inputs from {len(valid)} files, slowest {slowest:.1f} s")
    _tell(f"{len(failures)} failed {dict(kinds) or ''}".rstrip())
    return 1 if failures else 0


def _run_child(first: int, last: int, seed: int, valid: list[bytes]) -> tuple[int, float, str]:
    """Run inputs until one fails; the number after it, the slowest time, and the reason."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _work(first, last, seed, valid, writer)
        os._exit(0)
    os.close(writer)
    done, slowest, reason = first, 0.0, ""
    with os.fdopen(reader, "rb", buffering=0) as pipe:
        pending = b""
        while True:
            ready, _, _ = select.select([pipe], [], [], SECONDS)
            chunk = pipe.read(65536) if ready else b""
            if not ready:
                reason = f"slow: more than {SECONDS:.0f} s"
                os.kill(child, signal.SIGKILL)
                break
            if not chunk:
                break
            *lines, pending = (pending + chunk).split(b"\n")
            for line in lines:
                _, seconds, megabytes, error = line.decode().split(" ", 3)
                done, slowest = done + 1, max(slowest, float(seconds))
                if error or int(megabytes) > MEGABYTES:
                    reason = error or f"large: {megabytes} MB"
    _, status = os.waitpid(child, 0)
    if reason and not reason.startswith("slow"):
        return done, slowest, reason
    if done < last:
        return done + 1, slowest, reason or f"crash: the process ended with status {status}"
    return done, slowest, ""


def _work(first: int, last: int, seed: int, valid: list[bytes], writer: int) -> None:
    """In the child: one line for each input; ends after the first that fails."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "input.dcm"
        for number in range(first, last):
            path.write_bytes(input_number(number, seed, valid))
            started = os.times().elapsed
            error = ""
            try:
                open_as_the_program_does(path)
            except BaseException:  # noqa: BLE001 -- finding these is what this is for
                error = traceback.format_exc().strip().replace("\n", " | ")[-1500:]
            seconds = os.times().elapsed - started
            megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            os.write(writer, f"{number} {seconds:.2f} {megabytes} {error}\n".encode())
            if error or megabytes > MEGABYTES:
                return


def _tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
