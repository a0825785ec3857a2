"""Supervision (监察督办): points at which time is watched, yellow and red cards, supervision by hand, appeals."""
