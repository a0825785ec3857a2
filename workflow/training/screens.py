"""What the console shows of training: each room has its own."""

from __future__ import annotations

from cti.office.screens import Group
from workflow.training.bank import screens as bank
from workflow.training.courses import screens as courses
from workflow.training.exams import screens as exams
from workflow.training.practice import screens as practice
from workflow.training.statistics import screens as statistics

GROUPS = (
    Group(name="training_own", title="我的考培", icon="graduation-cap", order=50, within="roster"),
    Group(name="training_exams", title="考试与题库", icon="clipboard-check", order=52, within="roster"),
    Group(name="training_courses", title="培训课程", icon="book-marked", order=54, within="roster"),
)
SCREENS = (*exams.SCREENS, *practice.SCREENS, *courses.SCREENS, *bank.SCREENS, *statistics.SCREENS)
TILES = exams.TILES
