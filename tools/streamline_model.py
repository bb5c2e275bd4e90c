"""Rewrites a model file without the converter's detours, and its card with the new hash.

    python tools/streamline_model.py models/hcc-hbp.onnx

For files exported before `hcc_viewer/training/streamline.py` was there; its answers stay the same
bits, which is checked first. Needs the training extra.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import onnx

from hcc_viewer.detection.model_card import card_path, read_card
from hcc_viewer.training.export import file_sha256, write_card
from hcc_viewer.training.files import write_atomically
from hcc_viewer.training.streamline import streamlined_if_same


def main() -> None:
    """Rewrite one model."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    path = parser.parse_args().model
    before = onnx.load(path)
    after = streamlined_if_same(before)
    if after == before:
        print(f"{path} has no detours; it stays as it is.")
        return
    card = read_card(card_path(path))
    write_atomically(path, after.SerializeToString())
    write_card(replace(card, sha256=file_sha256(path)), path)
    print(f"{path}: {len(before.graph.node)} operations became {len(after.graph.node)}.")


if __name__ == "__main__":
    main()
