"""What the console shows of training: each room has its own."""

from __future__ import annotations

from cti.office.screens import Group
from workflow.training.bank import screens as bank
from workflow.training.courses import screens as courses
from workflow.training.exams import screens as exams
from workflow.training.practice import screens as practice
from workflow.training.statistics import screens as statistics

GROUPS = (Group(name="training", title="考试培训", icon="graduation-cap", order=19),)
SCREENS = (*exams.SCREENS, *practice.SCREENS, *courses.SCREENS, *bank.SCREENS, *statistics.SCREENS)
TILES = exams.TILES
