"""A small year of the bench: what holds of every ticket holds of some hundred in every run of the tests."""

from bench.tickets_lib.year import simulated


def test_every_ticket_of_a_small_year_ends_as_it_must() -> None:
    year = simulated(400, seed=7)
    assert year.tickets == sum(year.ends.values()) == 400
    assert year.cards > 0 and year.refused > 0
