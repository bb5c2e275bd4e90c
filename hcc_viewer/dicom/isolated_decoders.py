"""A plugin of pydicom that decodes in another process what may hang or end the decoder.

GDCM, the one permissive decoder of lossless and 12-bit JPEG, ends the process on some damaged
frames; CharLS, for JPEG-LS, never comes back from some. A radiologist's session must outlive that.
Processes are started when first needed, kept for the next frame, and ended with this one.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydicom.pixels.decoders.base import DecodeRunner, get_decoder
from pydicom.uid import (
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
)

from hcc_viewer.dicom import frame_worker
from hcc_viewer.dicom.checked_frames import check_size, jpeg_ls_interleave, jpeg_precision

PLUGIN = "isolated"
"""The name by which pydicom knows this plugin."""

WORKER_ARGUMENT = "--frame-worker"
"""With this as its only argument the frozen program is the worker; see `run_worker`."""

SECONDS = 30.0 if frame_worker.limits_itself() else 6.0
"""A frame that takes longer is damaged. Where the worker ends by its own processor time
(`frame_worker.CPU_SECONDS`), this is for decoders that wait for nothing, on a busy machine too."""

START_SECONDS = 30.0
"""For the process to start, on a busy machine."""

MAX_WORKERS = max(1, min(4, os.cpu_count() or 1))

ISOLATED_SYNTAXES = (
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
)

DECODER_DEPENDENCIES: dict[str, tuple[str, ...]] = dict.fromkeys(
    ISOLATED_SYNTAXES, ("gdcm", "pyjpegls")
)
"""Asked for by pydicom."""


def is_available(uid: str) -> bool:
    """Asked by pydicom: whether this plugin decodes a transfer syntax."""
    return uid in ISOLATED_SYNTAXES


def add_to_pydicom() -> None:
    """Make pydicom know this plugin by the name `PLUGIN`."""
    for syntax in ISOLATED_SYNTAXES:
        decoder = get_decoder(syntax)
        if PLUGIN not in decoder.available_plugins:
            decoder.add_plugin(PLUGIN, (__name__, "decode_frame"))


def run_worker() -> None:
    """Be the worker: for the frozen program, which has no Python to start one with."""
    frame_worker.serve(sys.stdin.buffer, sys.stdout.buffer)


def decode_frame(src: bytes, runner: DecodeRunner) -> bytes:
    """Called by pydicom with an encoded frame.

    Raises:
        ValueError: The frame cannot be decoded.
    """
    check_size(src, runner)
    request = _request(src, runner)
    worker = _pool.take()
    answer = b""
    try:
        answer = worker.ask(request)
    finally:
        _pool.give_back(worker)
    _describe(src, runner)
    expected = int(runner.frame_length(unit="bytes"))
    if len(answer) < expected:
        raise ValueError("its JPEG pixels are damaged")
    return answer[:expected]


def _describe(src: bytes, runner: DecodeRunner) -> None:
    """Tell pydicom how the decoded values lie, where that is not as the header says."""
    is_jpeg_ls = runner.transfer_syntax in frame_worker.JPEG_LS
    if is_jpeg_ls:
        bits = jpeg_precision(src)
        runner.set_option("bits_allocated", 8 if bits <= 8 else 16)
    if runner.samples_per_pixel > 1:
        by_plane = is_jpeg_ls and jpeg_ls_interleave(src) == 0
        runner.set_option("planar_configuration", int(by_plane))


def _request(src: bytes, runner: DecodeRunner) -> bytes:
    syntax = str.__str__(runner.transfer_syntax).encode()
    interpretation = str(runner.photometric_interpretation).encode()
    head = frame_worker.REQUEST.pack(
        runner.rows,
        runner.columns,
        runner.samples_per_pixel,
        runner.bits_allocated,
        runner.bits_stored,
        runner.pixel_representation,
        len(syntax),
        len(interpretation),
        len(src),
    )
    return head + syntax + interpretation + src


class _Worker:
    """One process; it is started at its first request and again after it has died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, request: bytes) -> bytes:
        """The answer; empty when the process dies of the request or takes too long."""
        if self._process is None:
            self._process = _start()
            with _deadline(self._process, START_SECONDS):
                is_ready = _read(self._process, len(frame_worker.READY)) == frame_worker.READY
            if not is_ready:
                self.stop()
                return b""
        process = self._process
        with _deadline(process, SECONDS):
            answer = _exchange(process, request)
        if answer is None:
            self.stop()
        return answer or b""

    def stop(self) -> None:
        """End the process."""
        if self._process is not None:
            process, self._process = self._process, None
            process.kill()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()
            process.wait()


def _start() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        _command(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        **_without_console(),
    )


@contextlib.contextmanager
def _deadline(process: subprocess.Popen[bytes], seconds: float) -> Iterator[None]:
    """End a process that takes longer."""
    timer = threading.Timer(seconds, process.kill)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _exchange(process: subprocess.Popen[bytes], request: bytes) -> bytes | None:
    """The answer; None when the process has died."""
    try:
        if process.stdin is not None:
            process.stdin.write(request)
            process.stdin.flush()
    except OSError:
        return None
    head = _read(process, frame_worker.ANSWER.size)
    if len(head) < frame_worker.ANSWER.size:
        return None
    (length,) = frame_worker.ANSWER.unpack(head)
    answer = _read(process, length)
    return answer if len(answer) == length else None


def _read(process: subprocess.Popen[bytes], length: int) -> bytes:
    return process.stdout.read(length) if process.stdout is not None else b""


def _command() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, WORKER_ARGUMENT]
    return [sys.executable, "-P", str(Path(frame_worker.__file__))]


def _without_console() -> dict[str, Any]:
    """On Windows a console would flash up."""
    return {"creationflags": 0x08000000} if sys.platform == "win32" else {}


class _Pool:
    """Some workers, each used by one thread at a time."""

    def __init__(self) -> None:
        self._idle: queue.LifoQueue[_Worker] = queue.LifoQueue()
        self._workers = [_Worker() for _ in range(MAX_WORKERS)]
        for worker in self._workers:
            self._idle.put(worker)
        atexit.register(self.stop)

    def take(self) -> _Worker:
        return self._idle.get()

    def give_back(self, worker: _Worker) -> None:
        self._idle.put(worker)

    def stop(self) -> None:
        for worker in self._workers:
            worker.stop()


_pool = _Pool()
