"""Nothing but the lesion may tell a positive image from its pair without lesions."""

import numpy as np
import pytest
from scipy import ndimage

from hcc_viewer.training.phantom.case import simulate_case
from tests.training.phantom.tiny import draw_tiny_anatomy, tiny_config

pytest.importorskip("sklearn", reason="needs the training extra")

from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

PAIRS = 40


@pytest.fixture(scope="module")
def pairs():
    """For each patient the slice with most HCC, the same without, and the mask of the HCC."""
    found, seed = [], 0
    while len(found) < PAIRS:
        seed += 1
        config = tiny_config(without_hcc=0.0, with_pair=True)
        case = simulate_case(seed, config, draw_tiny_anatomy)
        mask = np.isin(case.lesions, [lesion.id for lesion in case.truth if lesion.is_hcc])
        index = int(mask.sum(axis=(1, 2)).argmax())
        if mask[index].any():
            level = np.percentile(case.image_without_lesions, 99)
            images = (case.image[index] / level, case.image_without_lesions[index] / level)
            found.append((*images, mask[index]))
    return found


def border(image):
    """Values in a frame along the image's edge."""
    width = max(2, min(image.shape) // 16)
    inner = np.zeros(image.shape, bool)
    inner[width:-width, width:-width] = True
    values = image[~inner]
    return [values.mean(), values.std(), *np.percentile(values, (5, 50, 95))]


def noise(image):
    """What is left of the air when its smooth part is gone."""
    residue = image - ndimage.gaussian_filter(image, 1.5)
    air = residue[image < np.percentile(image, 30)]
    return [air.std(), np.abs(air).mean(), (air**4).mean()]


def blurred(image):
    """So coarse that no lesion of these sizes is left."""
    smooth = ndimage.gaussian_filter(image, min(image.shape) / 5)
    return ndimage.zoom(smooth, 4 / np.array(smooth.shape), order=1).ravel()


def auc(pairs, features):
    """Of a classifier that never saw the patient it judges."""
    rows = np.array([features(image) for pair in pairs for image in pair[:2]])
    truth = np.tile([1, 0], len(pairs))
    patients = np.repeat(np.arange(len(pairs)), 2)
    classifier = make_pipeline(StandardScaler(), LogisticRegression(C=0.1))
    score = cross_val_predict(
        classifier,
        rows,
        truth,
        groups=patients,
        cv=LeaveOneGroupOut(),
        method="decision_function",
    )
    return roc_auc_score(truth, score)


@pytest.mark.parametrize("features", [border, noise, blurred])
def test_what_is_no_lesion_tells_nothing(pairs, features):
    assert 0.45 <= auc(pairs, features) <= 0.55


def test_same_classifier_sees_the_lesion_itself(pairs):
    """Or the tests above could not fail."""
    places = iter([pair[2] for pair in pairs for _ in range(2)])

    def inside(image):
        mask = next(places)
        return [image[mask].mean() / np.percentile(image, 95)]

    assert auc(pairs, inside) > 0.8
