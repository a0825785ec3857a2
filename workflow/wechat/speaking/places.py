"""Places as WeChat tells them (GCJ-02) in degrees of WGS 84, to about a metre."""

from __future__ import annotations

from math import cos, pi, sin, sqrt

_A, _EE = 6_378_245.0, 0.006_693_421_622_965_943
"""The ellipsoid of Krassowsky (1940), by which the offset is made."""


def wgs84_of(latitude: float, longitude: float) -> tuple[float, float]:
    """The same place in WGS 84; outside of China the two are one."""
    if not (0.8293 <= latitude <= 55.8271 and 72.004 <= longitude <= 137.8347):
        return latitude, longitude
    found = latitude, longitude
    for _ in range(3):
        north, east = _offset(*found)
        found = latitude - north, longitude - east
    return round(found[0], 6), round(found[1], 6)


def _offset(latitude: float, longitude: float) -> tuple[float, float]:
    x, y = longitude - 105.0, latitude - 35.0
    ripple = (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + ripple
    north += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + ripple
    east += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    turned = latitude / 180.0 * pi
    magic = 1 - _EE * sin(turned) ** 2
    root = sqrt(magic)
    return (
        north * 180.0 / ((_A * (1 - _EE)) / (magic * root) * pi),
        east * 180.0 / (_A / root * cos(turned) * pi),
    )
