import numpy as np
import pytest

from hcc_viewer.gui.measuring import angle_deg, inside_ellipse, measured, measurement_lines
from hcc_viewer.gui.stack import acquired
from hcc_viewer.gui.views.drafting import measurement_near
from tests.gui.fakes import make_series, make_volume


@pytest.fixture
def stack():
    return acquired(make_volume(make_series("HBP", 40, 90)))


def test_length_is_in_millimetres(stack):
    one = measured(stack, "distance", 20, ((10.0, 10.0), (13.0, 14.0)))
    assert one.length_mm == pytest.approx(10.0)  # 5 pixels of 2 mm
    assert measurement_lines(one) == ("10.0 mm",)


def test_angle_is_at_the_second_point(stack):
    one = measured(stack, "angle", 20, ((20.0, 10.0), (10.0, 10.0), (10.0, 30.0)))
    assert one.angle_deg == pytest.approx(90.0)
    assert angle_deg(np.array([[0.0, 0], [0, 0], [1, 1]])) == 0.0


def test_region_gives_mean_sd_and_area(stack):
    one = measured(stack, "ellipse", 20, ((30.0, 40.0), (40.0, 50.0)))
    values = stack.image(20)[inside_ellipse(one.points, 96, 96)].astype(float)
    assert one.mean == pytest.approx(values.mean())
    assert one.sd == pytest.approx(values.std(ddof=1))
    assert one.area_mm2 == pytest.approx(np.pi / 4 * 20 * 20)
    assert measurement_lines(one)[1] == "Area 314 mm²"


def test_measurement_is_pointed_at_by_its_lines_and_its_inside(stack):
    region = measured(stack, "ellipse", 20, ((20.0, 20.0), (60.0, 40.0)))
    line = measured(stack, "distance", 20, ((30.0, 30.0), (50.0, 30.0)))
    angle = measured(stack, "angle", 20, ((70.0, 70.0), (80.0, 70.0), (80.0, 90.0)))
    drawn = ((0, region), (1, line), (2, angle))

    def near(*place):
        return measurement_near(drawn, place, (2.0, 2.0))

    assert near(40.0, 30.5) == 1  # on the line, though inside the region
    assert near(40.0, 36.0) == 0
    assert near(40.0, 41.5) == 0
    assert near(61.0, 41.0) == 0  # a handle lies outside the ellipse
    assert near(58.0, 22.0) is None
    assert near(81.0, 80.0) == 2
    assert near(70.0, 80.0) is None
    assert measurement_near((), (1.0, 1.0), (2.0, 2.0)) is None


def test_ellipse_holds_the_pixels_whose_centre_it_holds():
    inside = inside_ellipse(((1.0, 1.0), (5.0, 3.0)), 6, 8)
    assert inside[2, 1:6].all()
    assert inside.sum() == 7
    assert not inside[0].any()


def test_without_spacing_there_are_no_millimetres(stack):
    from dataclasses import replace

    blind = replace(stack, geometry=replace(stack.geometry, known=False))
    one = measured(blind, "distance", 20, ((10.0, 10.0), (13.0, 14.0)))
    assert one.length_mm is None
    assert measurement_lines(one) == ("no spacing known",)
    region = measured(blind, "ellipse", 20, ((30.0, 40.0), (40.0, 50.0)))
    assert region.area_mm2 is None
    assert region.mean is not None
