import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QAbstractItemModelTester

from hcc_viewer.detection.decisions import REJECTED, Place, Reading, added_finding, decide
from hcc_viewer.gui.finding_rows import finding_rows
from hcc_viewer.gui.item_models import (
    DETECTED_ROLE,
    ID_ROLE,
    THUMBNAIL_ROLE,
    FindingsModel,
    FlaggedModel,
    SeriesListModel,
)
from tests.gui.fakes import make_detection, make_series, make_study

NOTHING = Reading()
MODES = QAbstractItemModelTester.FailureReportingMode


@pytest.fixture(params=[SeriesListModel, FindingsModel, FlaggedModel])
def any_model(request, qapp):
    model = request.param()
    model.tester = QAbstractItemModelTester(model, MODES.Fatal)
    return model


def show(model, detection, reading=NOTHING):
    if isinstance(model, FlaggedModel):
        model.set_detection(detection)
    else:
        geometry = None if detection is None else detection.series.geometry
        model.set_rows_of(finding_rows(detection, reading), geometry)


def texts(model):
    return [
        [model.index(row, column).data() for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def test_models_keep_the_rules_of_qt_while_they_change(any_model):
    if isinstance(any_model, SeriesListModel):
        any_model.set_series(make_study().series)
        any_model.set_thumbnail(1, QImage(4, 4, QImage.Format.Format_RGB32))
        any_model.set_detected(1, "2 findings")
        any_model.set_series(())
    else:
        series = make_series("HBP", 40, 90)
        for threshold in (0.5, 0.3, 0.8):
            show(any_model, make_detection(series, threshold))
        show(any_model, None)
    assert any_model.rowCount() == 0


def test_series_model_gives_title_tooltip_and_picture(qapp):
    model = SeriesListModel()
    model.set_series(make_study().series)
    hbp, localizer = model.index(3), model.index(0)
    assert hbp.data() == "T1 VIBE HBP 20 min"
    assert "20 min in the series description" in hbp.data(Qt.ItemDataRole.ToolTipRole)
    assert "it is a localizer" in localizer.data(Qt.ItemDataRole.ToolTipRole)
    assert hbp.data(THUMBNAIL_ROLE) is None
    model.set_thumbnail(3, QImage(4, 4, QImage.Format.Format_RGB32))
    assert not hbp.data(THUMBNAIL_ROLE).isNull()
    model.set_detected(3, "2 findings")
    assert hbp.data(DETECTED_ROLE) == "2 findings"


def test_series_are_spoken_with_what_they_are(qapp):
    model = SeriesListModel()
    model.set_series(make_study().series)
    spoken = model.index(3).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "T1 VIBE HBP 20 min, 40 slices, axial, HBP 92/100"


def test_findings_are_ranked_with_place_and_extent(qapp):
    model = FindingsModel()
    detection = make_detection(make_series("HBP", 40, 90))
    rejected = decide(detection.findings[1], detection, REJECTED, "vessel")
    own = added_finding(Place(3, 10.0, 12.0, (-20.0, 4.0, 39.0)))
    show(model, detection, Reading((rejected, own)))
    assert texts(model) == [
        ["1", "12–18", "0.93", "R 36 A 16 H 72", "16 mm", ""],  # noqa: RUF001
        ["2", "29–33", "0.71", "L 14 P 24 H 120", "16 mm", "✗ vessel"],  # noqa: RUF001
        ["R1", "4", "–", "R 20 P 4 H 39", "–", "+"],  # noqa: RUF001
    ]
    assert model.index(1, 0).data(ID_ROLE) == 2
    assert model.row_of(2) == 1
    assert model.row_of(None) is None


def test_flagged_slices_are_listed_with_their_finding(qapp):
    model = FlaggedModel()
    model.set_detection(make_detection(make_series("HBP", 40, 90)))
    assert model.rowCount() == 12
    assert texts(model)[0] == ["12", "63.0", "0.60", "1"]
    assert model.index(0, 0).data(ID_ROLE) == 11


def test_columns_say_what_they_mean(qapp):
    model = FindingsModel()
    names = [model.headerData(i, Qt.Orientation.Horizontal) for i in range(model.columnCount())]
    assert names == ["#", "Slices", "Prob.", "Place (mm)", "Extent", "Reader"]
    tip = model.headerData(2, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert "Probability" in tip


def test_same_rows_do_not_reset_the_table(qtbot, qapp):
    model = FindingsModel()
    detection = make_detection(make_series("HBP", 40, 90))
    show(model, detection)
    with qtbot.assertNotEmitted(model.modelReset):
        show(model, detection)
