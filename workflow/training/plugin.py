"""Starts training: the bank, exams with their timers, practice, courses with their reminders."""

from __future__ import annotations

from cti.office.figures import Figures
from cti.office.messages import Messages
from cti.office.records import Office
from cti.office.timers.schedule import Schedule
from cti.office.timers.service import Timers
from cti.plugins import Host
from cti.store.recordings.recordings import RecordingStore
from cti.web.host import Web
from recorder.archive import Archive
from workflow.quality.events import GoodTalkFound
from workflow.training import participants, telling
from workflow.training.bank import api as bank_api
from workflow.training.bank.categories import Categories
from workflow.training.bank.editions import Editions
from workflow.training.bank.questions import Questions
from workflow.training.content import loading
from workflow.training.courses import api as courses_api
from workflow.training.courses.courses import Courses, Enrolments
from workflow.training.courses.finishing import Certificates, Finishing
from workflow.training.courses.good_talks import GoodTalks
from workflow.training.courses.learning import Learning
from workflow.training.courses.materials import Materials, Studies
from workflow.training.courses.reminding import CRON, WORK, Reminding
from workflow.training.exams import api as exams_api
from workflow.training.exams import facts
from workflow.training.exams.appeals import Appeals
from workflow.training.exams.essay_marking import EssayMarking
from workflow.training.exams.exams import Exams
from workflow.training.exams.into_paper import IntoPaper
from workflow.training.exams.marking import Marking
from workflow.training.exams.papers import Papers
from workflow.training.exams.results import Results
from workflow.training.exams.sitting import Sitting
from workflow.training.exams.sittings import Sittings
from workflow.training.practice import api as practice_api
from workflow.training.practice.service import Practice
from workflow.training.statistics import api as statistics_api
from workflow.training.statistics.service import Statistics


async def setup(host: Host) -> None:
    """Offer Questions and Exams."""
    office, timers, messages, web = host.need(Office), host.need(Timers), host.need(Messages), host.need(Web)
    host.on_stop(telling.offer(messages))
    tells = telling.Telling(messages)
    categories, questions, marking = Categories(office), Questions(office), Marking(Editions())
    papers = Papers(office, questions)
    questions.more_acts.append(IntoPaper(papers))
    exams = Exams(office, papers, timers, tells)
    sittings, sitting = Sittings(office), Sitting(office, exams, marking, timers)
    results, essays, appeals = Results(exams, marking), EssayMarking(exams, marking), Appeals(office, marking, tells)
    for kind in sitting.timers():
        host.on_stop(timers.register(kind))
    host.on_stop(host.need(Figures).offer(facts.source(sittings)))
    practice = Practice(office)
    sitting.listeners.append(practice.heard)
    materials, studies = Materials(office), Studies(office)
    courses, enrolments = Courses(office, tells), Enrolments(office)
    certificates, learning = Certificates(office), Learning(materials)
    finishing = Finishing(office, certificates, learning, tells)
    host.on_stop(web.add(loading.routes(loading.Loading(categories, questions, materials, papers))))
    host.provide(Questions, questions)
    host.provide(Exams, exams)
    host.on_stop(web.add(participants.routes(office)))
    host.on_stop(web.add(bank_api.routes(categories, questions)))
    host.on_stop(web.add(exams_api.routes(papers, exams, sittings, sitting, results, essays, appeals)))
    host.on_stop(web.add(practice_api.routes(practice)))
    good = GoodTalks(categories, materials, host.need(RecordingStore), host.need(Archive), tells)
    host.listen(GoodTalkFound, lambda event: _found(host, good, event))
    rooms = materials, studies, courses, enrolments, certificates, learning, finishing
    host.on_stop(web.add(courses_api.routes(*rooms)))
    host.on_stop(web.add(statistics_api.routes(Statistics(office))))
    schedule = host.need(Schedule)
    await schedule.every(WORK, "培训提醒", CRON, Reminding(finishing, tells).remind)
    host.on_stop(lambda: schedule.stop(WORK))


def _found(host: Host, good: GoodTalks, event: GoodTalkFound) -> None:
    host.task(good.found(event), "take in a good talk")
