import pytest

from hcc_viewer.detection import load_model
from tests.detection.make_model import make_model


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    return load_model(make_model(tmp_path_factory.mktemp("model")))
