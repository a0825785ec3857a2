"""What the console shows of the statistics of training."""

from __future__ import annotations

from cti.office.screens import Chart, Figure, Filter, Screen, Series
from workflow.training.rules import LEARN, SEE
from workflow.training.statistics.api import MINE, STATISTICS

PERIOD = Filter(kind="period", key="at", title="时间")


def _figures(source: str) -> tuple[Figure, ...]:
    return (
        Figure(title="参加考试", source=source, key="exams"),
        Figure(title="缺考", source=source, key="absent"),
        Figure(title="及格率%", source=source, key="pass_rate"),
        Figure(title="平均得分率%", source=source, key="average"),
        Figure(title="完成视频、录音", source=source, key="videos"),
        Figure(title="视频、录音学习时长", source=source, key="video_seconds", kind="duration"),
        Figure(title="完成阅读", source=source, key="readings"),
        Figure(title="阅读时长", source=source, key="reading_seconds", kind="duration"),
        Figure(title="阅读次数", source=source, key="reading_times"),
        Figure(title="学分", source=source, key="credits"),
        Figure(title="练习题数", source=source, key="practised"),
        Figure(title="练习正确率%", source=source, key="right_rate"),
        Figure(title="课程", source=source, key="courses"),
        Figure(title="完成课程", source=source, key="courses_done"),
        Figure(title="证书", source=source, key="certificates"),
    )


SCREENS = (
    Screen(
        name="training_mine", title="我的考培", group="training_own", icon="chart-column", order=13, permission=LEARN,
        kind="charts", filters=(PERIOD,), figures=_figures(MINE),
        charts=(
            Chart(
                title="考试得分率", kind="bar", source=f"{MINE}/exams", x="title", unit="%",
                series=(Series(key="percent", title="得分率", tone="ready"),),
            ),
        ),
    ),
    Screen(
        name="training_overview", title="考培总览", group="training_courses", icon="chart-column", order=70,
        permission=SEE,
        kind="charts", filters=(PERIOD,), figures=_figures(STATISTICS),
        charts=(
            Chart(
                title="各机构考试", kind="bar", source=f"{STATISTICS}/units", x="unit",
                series=(
                    Series(key="exams", title="参加", tone="talk"),
                    Series(key="passed", title="及格", tone="ready"),
                ),
            ),
            Chart(
                title="各机构练习", kind="bar", source=f"{STATISTICS}/units", x="unit",
                series=(Series(key="practised", title="答题数", tone="talk"),),
            ),
            Chart(
                title="各机构学习时长", kind="bar", source=f"{STATISTICS}/units", x="unit", unit="小时",
                series=(Series(key="study_hours", title="学习时长", tone="wrapup"),),
            ),
        ),
    ),
)  # fmt: skip
