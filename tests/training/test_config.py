import pytest

from hcc_viewer.errors import UsageError
from hcc_viewer.training.commands import run_command
from hcc_viewer.training.config import NetworkConfig, load_config, own_configs


@pytest.mark.parametrize("name", own_configs())
def test_own_configuration_is_valid(name):
    assert load_config(name).name


def test_paper_is_kept_to_the_letter():
    paper = load_config("paper")
    assert (paper.input.size, paper.input.offsets_mm, paper.input.field_mm) == (320, (0.0,), None)
    assert (paper.network.kernel_size, paper.network.pooling) == (2, "average")
    assert paper.fit.batch_size * paper.fit.accumulation == 128
    assert (paper.fit.learning_rate, paper.fit.patience) == (1e-3, 20)
    assert (paper.augment.rotation_deg, paper.augment.shift_px) == (90.0, 10.0)
    assert paper.fit.map_weight == 0


def test_unknown_configuration_names_the_own_ones():
    with pytest.raises(UsageError) as caught:
        load_config("nothing")
    assert ", ".join(own_configs()) in str(caught.value)
    assert {"adapt", "bundled", "paper", "smoke"} <= set(own_configs())


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("epohcs = 3", "fit.epohcs"),
        ('schedule = "linear"', "fit.schedule must be"),
        ('epochs = "many"', "'fit.epochs' must be a whole number"),
    ],
)
def test_wrong_setting_is_named(tmp_path, line, complaint):
    path = tmp_path / "mine.toml"
    path.write_text(f'name = "a"\nversion = "1"\ndescription = "b"\n[fit]\n{line}\n')
    with pytest.raises(UsageError, match=complaint):
        load_config(str(path))


def test_stride_follows_from_stages_and_decoder():
    assert NetworkConfig(widths=(8, 8, 8, 8, 8), decoder_widths=()).stride == 16
    assert NetworkConfig(widths=(8, 8, 8, 8, 8, 8), decoder_widths=(8, 8)).stride == 8


@pytest.mark.parametrize("name", ["", " ", "../evil", "a/b", "a\\b", ".."])
def test_name_that_would_lead_out_of_the_folder_is_refused(tmp_path, name):
    path = tmp_path / "evil.toml"
    path.write_text(f"name = '{name}'\nversion = '1'\ndescription = ''\n")
    with pytest.raises(UsageError, match="name must be that of a file"):
        load_config(str(path))
    with pytest.raises(UsageError, match="--name"):
        run_command("train", ["--cases", "nowhere", "--name", name])
