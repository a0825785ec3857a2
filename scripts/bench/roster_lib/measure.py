"""`scripts/bench/roster`: a made-up month solved by both, and judged by `limits`, which the solver does not ask."""

from __future__ import annotations

import sys
import time

from bench.roster_lib.month import made_up
from bench.roster_lib.options import arguments
from workflow.roster.solving import exact, greedy
from workflow.roster.solving.counts import most_cover
from workflow.roster.solving.explaining import Report, explain
from workflow.roster.solving.problem import Answer


def main() -> int:
    """Solve and print; 1 when a limit is broken, it took longer than a minute, or cover is below 98 % of what is needed
    and of what any roster of these people could cover.
    """
    options = arguments(sys.argv[1:])
    problem = made_up(options.people, options.days, options.seed, options.seconds, options.workers, options.load)
    heads = sum(one.heads for one in problem.needs)
    contracts = sum(one.target for one in problem.people) / 60
    print(
        f"{options.people} people with contracts of {contracts:.0f} hours, {options.days} days, {len(problem.slots)} "
        f"slots, {len(problem.needs)} needs of {heads} heads, most of them by half hour"
    )
    print("method   seconds  CPU s   cover   open  broken  nights   weekends  wishes unmet  hours beside contract")
    bound = most_cover(problem, 20.0)
    print(f"bound                     {bound:6.2%}  no roster of these people covers more")
    failed = False
    for name, solve in (("greedy", greedy.solve), ("cp-sat", exact.solve)):
        begun, spent = time.monotonic(), time.process_time()
        answer = solve(problem)
        seconds, cpu = time.monotonic() - begun, time.process_time() - spent
        report = explain(problem, answer.shifts)
        _row(name, answer, report, seconds, cpu)
        failed = name == "cp-sat" and (report.broken > 0 or report.cover < 0.98 * bound or seconds > 60)
    return int(failed)


def _row(name: str, answer: Answer, report: Report, seconds: float, cpu: float) -> None:
    beside = sum(abs(one.minutes - one.target) for one in report.people) / 60 / len(report.people)
    print(
        f"{name:7}  {seconds:7.1f}  {cpu:5.1f}  {report.cover:6.2%}  {report.missing:5}  {report.broken:6}  "
        f"{report.nights[0]:2}–{report.nights[1]:<4}  {report.weekends[0]:3}–{report.weekends[1]:<4}  "
        f"{report.unmet:5} of {report.wishes:<4}  {beside:8.1f} a person{'  proved' if answer.proved else ''}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
