import os

import pytest

from hcc_viewer.training.config import load_config
from hcc_viewer.training.examples import make_example
from tests.training.toy import make_toy_case

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


@pytest.fixture(scope="session")
def smoke():
    return load_config("smoke")


@pytest.fixture(scope="session")
def toy_case():
    return make_toy_case()


@pytest.fixture(scope="session")
def toy_example(toy_case, smoke):
    return make_example(toy_case, smoke.input)
