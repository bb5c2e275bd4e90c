from dataclasses import replace

import pytest

from hcc_viewer.errors import OutputError, UsageError
from hcc_viewer.settings import (
    Settings,
    load_or_set_aside,
    load_settings,
    save_changes,
    save_settings,
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "config" / "settings.toml"


def write(path, text):
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")


def test_no_file_gives_the_defaults(path):
    assert load_settings(path) == Settings()


def test_what_is_saved_is_loaded_again(path):
    settings = Settings(
        window_geometry="01d9d0cb",
        last_folder='C:\\Bilder\\"Müller" \x7f 김',
        mouse_profile="weasis",
        inverted_drag=True,
        heat_map_opacity=0.25,
        identity_hidden=True,
        language="ko",
    )
    save_settings(settings, path)
    assert load_settings(path) == settings


def test_saving_leaves_nothing_beside_the_file(path):
    save_settings(Settings(), path)
    save_settings(Settings(language="ko"), path)
    assert [file.name for file in path.parent.iterdir()] == ["settings.toml"]


def test_folder_whose_name_is_no_text_can_be_saved(path):
    save_settings(Settings(last_folder="/bad/\udcff"), path)
    assert load_settings(path).last_folder == "/bad/?"


def test_folder_that_cannot_be_written_gives_a_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match=r"settings\.toml cannot be written"):
        save_settings(Settings(), tmp_path / "file" / "settings.toml")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("colour = 1", "unknown key 'colour'"),
        ("heat_map_opacity = 2.0", "'heat_map_opacity' must lie between 0 and 1"),
        ("heat_map_opacity = 'much'", "'heat_map_opacity' must be a number"),
        ("heat_map_opacity = true", "'heat_map_opacity' must be a number"),
        ("identity_hidden = 1", "'identity_hidden' must be true or false"),
        ("mouse_profile = 'cat'", "'mouse_profile' must be one of"),
        ("window_geometry = 'zz'", "'window_geometry' must be hexadecimal"),
        ("language = [", "not valid TOML"),
        ("heat_map_opacity = nan", "'heat_map_opacity' must lie between 0 and 1"),
        ("a = " + 5000 * "[", "nested too deeply"),
        (f"language = '{1_000_000 * 'x'}'", "larger than 1000 kB"),
    ],
)
def test_bad_file_is_refused_by_name(path, text, named):
    write(path, text)
    with pytest.raises(UsageError, match=named):
        load_settings(path)


def test_whole_number_is_a_number(path):
    write(path, "heat_map_opacity = 1")
    assert load_settings(path).heat_map_opacity == 1.0


def test_broken_file_is_set_aside_with_a_note(path):
    write(path, "colour = 1")
    settings, note = load_or_set_aside(path)
    assert settings == Settings()
    assert "unknown key 'colour'" in note
    assert "settings.broken.toml" in note
    assert not path.exists()
    assert path.with_suffix(".broken.toml").read_text(encoding="utf-8") == "colour = 1"


def test_good_file_gives_no_note(path):
    save_settings(Settings(language="ko"), path)
    assert load_or_set_aside(path) == (Settings(language="ko"), "")


def test_folder_in_place_of_the_file_is_refused_and_set_aside(path):
    path.mkdir(parents=True)
    settings, note = load_or_set_aside(path)
    assert settings == Settings()
    assert "cannot be read" in note


def test_another_windows_choices_are_kept(path):
    """Two windows of the program: each writes what was changed in it."""
    start = Settings(identity_hidden=False, language="ko")
    save_settings(start, path)
    save_changes(start, replace(start, identity_hidden=True), path)
    save_changes(start, replace(start, heat_map_opacity=0.25), path)
    assert load_settings(path) == replace(start, identity_hidden=True, heat_map_opacity=0.25)


def test_changes_are_written_over_a_file_that_cannot_be_used(path):
    write(path, "colour = 1")
    start = Settings(language="ko")
    save_changes(start, replace(start, identity_hidden=True), path)
    assert load_settings(path) == Settings(language="ko", identity_hidden=True)
