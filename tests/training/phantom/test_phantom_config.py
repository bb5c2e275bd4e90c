import pytest

from hcc_viewer.training.phantom.config import PhantomConfig


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("without_hcc", 1.5),
        ("vendor_weights", {"Toshiba": 1.0}),
        ("field_weights", {"1.5": 0.0}),
        ("anatomy_spacing_mm", (0.0, 1.0, 1.0)),
        ("max_matrix", 10),
        ("occurrence", "often"),
    ],
)
def test_a_bad_value_is_refused_by_its_key(key: str, value: object) -> None:
    with pytest.raises(ValueError, match=key):
        PhantomConfig(**{key: value})  # type: ignore[arg-type] # that is the test
