"""Installs, compares, chooses and removes a model file in the real window, by mouse and keys.

    python -m tools.drive_models [--pictures FOLDER]

Needs what `tools/end_to_end.py` needs. A second model file, the bundled network under another
name, is installed through the file dialog, looked at beside the one in use and chosen; Detect is
pressed, and the result must name it; then it is removed and the bundled one is used again. What
happened is read back from the files that the program left.
"""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import numpy as np

from tools.end_to_end import (
    REPOSITORY,
    STUDY,
    Hand,
    check,
    check_log,
    drive,
    find_window,
    process,
    wait,
    wait_for_study,
)

OTHER = "our-hospital"


def main() -> int:
    """Run all of it; 0 when everything happened."""
    done = "A model file was installed, compared, chosen, used and removed."
    return drive(run, str(__doc__), done)


def run(hand: Hand, home: Path) -> None:
    """The whole way."""
    other = make_other_model(home)
    store = home / "xdg_data_home" / "hcc-viewer" / "models"
    with process(hand, "-m", "hcc_viewer", STUDY) as program:
        window = find_window(hand)
        wait_for_study(hand, window)
        install(hand, other, store)
        choose(hand, store)
        detect(hand, home)
        remove(hand, store)
        hand.do("windowactivate", "--sync", window)
        hand.key("ctrl+q")
        program.wait(30)
        check(program.returncode == 0, f"the program ended with {program.returncode}")
    check_log(home)


def make_other_model(home: Path) -> Path:
    """The bundled network with a card of its own."""
    path = home / f"{OTHER}.onnx"
    shutil.copyfile(REPOSITORY / "models" / "hcc-hbp.onnx", path)
    card = (REPOSITORY / "models" / "hcc-hbp.toml").read_text(encoding="utf-8")
    card = card.replace('name = "hcc-hbp"', f'name = "{OTHER}"', 1)
    path.with_suffix(".toml").write_text(card, encoding="utf-8")
    return path


def install(hand: Hand, other: Path, store: Path) -> None:
    """Open the dialog from the menu, and name the file."""
    hand.key("alt+d")
    hand.key("m")
    wait("the dialog", lambda: bool(hand.do("search", "--onlyvisible", "--name", "^Models$")))
    time.sleep(0.5)
    hand.picture("models")
    hand.key("alt+i")
    wait("the file dialog", lambda: bool(hand.do("search", "--name", "Install a model")))
    time.sleep(0.5)
    hand.do("type", "--delay", 15, str(other))
    hand.key("Return")
    wait("the installed file", lambda: len(list(store.glob(f"{OTHER}*.onnx"))) == 1)
    time.sleep(0.5)
    hand.picture("installed")


def choose(hand: Hand, store: Path) -> None:
    """Use the model that was just installed and is selected; close the dialog."""
    hand.key("alt+u")
    choice = store / "chosen.txt"
    wait("the choice", lambda: choice.is_file() and OTHER in choice.read_text(encoding="utf-8"))
    time.sleep(0.5)
    hand.picture("chosen")
    hand.key("Escape")
    time.sleep(0.5)


def detect(hand: Hand, home: Path) -> None:
    """Press Detect; what is kept of the result names the chosen model."""
    hand.key("F5")
    kept = home / "xdg_data_home" / "hcc-viewer" / "readings"
    wait("the result", lambda: any(kept.glob("[!.]*.npz")))
    time.sleep(0.5)
    [result] = kept.glob("*.npz")
    with np.load(result) as arrays:
        name = json.loads(str(arrays["meta"]))["model"]["name"]
    check(name == OTHER, f"the result names the model {name}")
    hand.picture("detected")


def remove(hand: Hand, store: Path) -> None:
    """Remove it, after the program has asked; the bundled model is used again."""
    hand.key("alt+d")
    hand.key("m")
    wait("the dialog", lambda: bool(hand.do("search", "--onlyvisible", "--name", "^Models$")))
    time.sleep(0.5)
    hand.key("alt+r")
    wait("the question", lambda: bool(hand.do("search", "--onlyvisible", "--name", "Remove the")))
    time.sleep(0.5)
    hand.picture("question")
    hand.key("Escape")
    time.sleep(0.5)
    check(len(list(store.glob("*.onnx"))) == 1, "the file is gone although removing was cancelled")
    hand.key("alt+r")
    wait("the question", lambda: bool(hand.do("search", "--onlyvisible", "--name", "Remove the")))
    hand.key("Tab", "space")
    wait("the file to be gone", lambda: not list(store.glob("*.onnx")))
    choice = store / "chosen.txt"
    used = choice.read_text(encoding="utf-8") if choice.is_file() else ""
    check(OTHER not in used, "the removed model is still chosen")
    time.sleep(0.5)
    hand.picture("removed")
    hand.key("Escape")
    time.sleep(0.5)


if __name__ == "__main__":
    raise SystemExit(main())
