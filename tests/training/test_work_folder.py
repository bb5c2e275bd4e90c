"""A working folder is one run's, which may be carried on."""

import json
from dataclasses import replace

import pytest

from hcc_viewer.errors import UsageError
from hcc_viewer.training.config import load_config
from hcc_viewer.training.work_folder import claim_folder


def with_fit(config, **changes):
    return replace(config, fit=replace(config.fit, **changes))


def test_a_fit_is_carried_on_with_another_cycle_and_a_twin(tmp_path):
    config = load_config("smoke")
    first = with_fit(config, epochs=3, cycles=())
    claim_folder(tmp_path, first)
    more = with_fit(config, epochs=5, cycles=(3, 2), twin_epoch=3)
    more = replace(more, version="2", network=replace(more.network, twin=True))
    claim_folder(tmp_path, more)
    assert json.loads((tmp_path / "config.json").read_text())["fit"]["cycles"] == [3, 2]
    with pytest.raises(UsageError, match="another configuration"):
        claim_folder(tmp_path, first)


def test_a_finished_fit_gets_another_second_network(tmp_path):
    config = load_config("smoke")
    claim_folder(tmp_path, config)
    claim_folder(
        tmp_path, replace(config, judge=replace(config.judge, cycles=(2, 3), widths=(4, 8)))
    )
    moved = replace(config.second_look, size_px=32)
    with pytest.raises(UsageError, match="another configuration"):
        claim_folder(tmp_path, replace(config, second_look=moved))


def test_a_folder_of_an_earlier_version_is_carried_on(tmp_path):
    config = load_config("smoke")
    claim_folder(tmp_path, config)
    note = tmp_path / "config.json"
    table = json.loads(note.read_text())
    del table["cases"]["natural_patients"], table["cases"]["test_phantom"]["occurrence"]
    note.write_text(json.dumps(table))
    cases = replace(config.cases, natural_patients=7)
    claim_folder(tmp_path, replace(config, cases=cases))
    assert json.loads(note.read_text())["cases"]["natural_patients"] == 7
    phantom = replace(cases.train_phantom, occurrence="natural")
    with pytest.raises(UsageError, match="another configuration"):
        claim_folder(tmp_path, replace(config, cases=replace(cases, train_phantom=phantom)))


@pytest.mark.parametrize(
    "changes",
    [
        {"epochs": 5, "cycles": (2, 3)},
        {"epochs": 5, "cycles": (3, 2), "learning_rate": 1e-5},
    ],
)
def test_what_is_no_continuation_is_refused(tmp_path, changes):
    config = load_config("smoke")
    claim_folder(tmp_path, with_fit(config, epochs=3, cycles=(3,)))
    with pytest.raises(UsageError, match="another configuration"):
        claim_folder(tmp_path, with_fit(config, **changes))
