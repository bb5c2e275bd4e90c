"""Runs a benchmark as on a processor without AVX-512, at its true speed.

    python -m benchmarks.avx2 benchmarks.inference_options [its arguments]

Neither Linux nor ONNX Runtime has a switch for this. So a copy of ONNX Runtime's library is made in
which every `cpuid` instruction is an illegal one, and a small library, loaded before all others,
answers in its place what the processor says but for AVX-512 and AVX-VNNI. OpenBLAS, which gives the
arithmetic floor, is told by its own `OPENBLAS_CORETYPE`. Linux on x86-64 with gcc and binutils.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CPUID, UD2 = b"\x0f\xa2", b"\x0f\x0b"

ANSWERS = r"""
#define _GNU_SOURCE
#include <cpuid.h>
#include <signal.h>
#include <ucontext.h>
#include <unistd.h>

/* Intel SDM, volume 2A, CPUID: leaf 7 holds AVX-512's parts, AMX and AVX-VNNI. */
static void answer(int number, siginfo_t *info, void *context)
{
    greg_t *r = ((ucontext_t *)context)->uc_mcontext.gregs;
    const unsigned char *at = (const unsigned char *)r[REG_RIP];
    unsigned leaf = r[REG_RAX], part = r[REG_RCX], a, b, c, d;
    if (at[0] != 0x0f || at[1] != 0x0b)
        _exit(132);
    __cpuid_count(leaf, part, a, b, c, d);
    if (leaf == 7 && part == 0) {
        b &= ~(1u << 16 | 1u << 17 | 1u << 21 | 1u << 26 | 1u << 27 | 1u << 28 | 3u << 30);
        c &= ~(1u << 1 | 1u << 6 | 1u << 11 | 1u << 12 | 1u << 14);
        d &= ~(1u << 2 | 1u << 3 | 1u << 8 | 1u << 22 | 1u << 23 | 1u << 24 | 1u << 25);
    }
    if (leaf == 7 && part == 1)
        a &= ~(1u << 4 | 1u << 5);
    r[REG_RAX] = a, r[REG_RBX] = b, r[REG_RCX] = c, r[REG_RDX] = d;
    r[REG_RIP] += 2;
}

__attribute__((constructor)) static void listen(void)
{
    struct sigaction action = {.sa_sigaction = answer, .sa_flags = SA_SIGINFO};
    sigaction(SIGILL, &action, 0);
}
"""


def main() -> None:
    """Run another module in that environment."""
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        raise SystemExit(__doc__)
    with tempfile.TemporaryDirectory() as name:
        ended = subprocess.run(
            [sys.executable, "-m", *sys.argv[1:]], env=environment(Path(name)), check=False
        )
    sys.exit(ended.returncode)


def environment(folder: Path) -> dict[str, str]:
    """The environment of a process that knows of no AVX-512; its libraries lie in `folder`."""
    spec = importlib.util.find_spec("onnxruntime")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("ONNX Runtime is not installed.")
    copy = folder / "onnxruntime"
    shutil.copytree(spec.submodule_search_locations[0], copy)
    (library,) = (copy / "capi").glob("onnxruntime_pybind11_state*.so")
    hide_cpuid(library)
    source, answers = folder / "answers.c", folder / "answers.so"
    source.write_text(ANSWERS, encoding="utf-8")
    _run("gcc", "-shared", "-fPIC", "-O1", "-o", str(answers), str(source))
    paths = [str(folder), str(Path.cwd()), os.environ.get("PYTHONPATH", "")]
    return os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "LD_PRELOAD": str(answers),
        "OPENBLAS_CORETYPE": "Haswell",
    }


def hide_cpuid(library: Path) -> None:
    """Make every `cpuid` of a library's code an illegal instruction of the same length."""
    listing = _run("objdump", "--disassemble", "--no-show-raw-insn", str(library))
    places = [int(at, 16) for at in re.findall(r"^\s*([0-9a-f]+):\s+cpuid\s*$", listing, re.M)]
    sections = re.findall(
        r"PROGBITS\s+([0-9a-f]+) ([0-9a-f]+) ([0-9a-f]+) \d+\s+AX",
        _run("readelf", "--sections", "--wide", str(library)),
    )
    data = bytearray(library.read_bytes())
    for start, offset, size in ((int(a, 16), int(b, 16), int(c, 16)) for a, b, c in sections):
        for place in places:
            if start <= place < start + size:
                at = offset + place - start
                if data[at : at + 2] != CPUID:
                    raise SystemExit(f"No cpuid instruction lies at {place:#x} of {library}.")
                data[at : at + 2] = UD2
    library.write_bytes(data)


def _run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    main()
