"""The survey as a page of the public site: a plain form that needs no script.

Questions that depend on an answer are asked on the next page, once that answer is there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from workflow.publishing.surveys.models import SurveyRow
from workflow.publishing.surveys.questions import LONGEST_TEXT, Answer, Question

PAGE = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="/site/site.css">
<link rel="stylesheet" href="/publishing-site/survey.css">
</head>
<body>
<header><p>12345 政务服务便民热线</p></header>
<main>
<h1>{title}</h1>
{content}
</main>
</body>
</html>
"""


def page(title: str, content: str) -> str:
    """A whole page; the content is HTML."""
    return PAGE.format(title=escape(title), content=content)


def message(title: str, words: str) -> str:
    """A page that says one thing."""
    return page(title, f'<p class="card" role="status">{escape(words)}</p>')


def form(
    row: SurveyRow, questions: Sequence[Question], asked: Sequence[int], answers: Mapping[int, Answer],
    wrong: Mapping[int, str],
) -> str:  # fmt: skip
    """The form with what was filled in; `seen` says which questions somebody has had before him."""
    said = "".join(f"<p>{escape(line)}</p>" for line in row.intro.splitlines() if line.strip())
    parts = [
        _question(number, questions[number - 1], answers.get(number, ""), wrong.get(number, "")) for number in asked
    ]
    trouble = '<p class="wrong" role="alert">有题目还没有答好，请看标出的地方。</p>' if wrong else ""
    seen = ",".join(str(number) for number in asked)
    content = (
        f'{said}<form method="post" class="survey" novalidate>{trouble}{"".join(parts)}'
        f'<input type="hidden" name="seen" value="{seen}"><button type="submit">提交</button></form>'
    )
    return page(row.title, content)


def _question(number: int, one: Question, said: Answer, wrong: str) -> str:
    name, chosen = f"q{number}", [said] if isinstance(said, str) else said
    mark = "" if one.required else '<span class="hint">（选答）</span>'
    legend = f"{number}. {escape(one.title)}{mark}"
    told = f'<p class="wrong" id="{name}-wrong">{escape(wrong)}</p>' if wrong else ""
    if one.kind == "text":
        about = f' aria-describedby="{name}-wrong"' if wrong else ""
        return (
            f'<div class="card"><label for="{name}">{legend}</label>{told}<textarea id="{name}" name="{name}" rows="4" '
            f'maxlength="{LONGEST_TEXT}"{about}>{escape(str(chosen[0]) if chosen else "")}</textarea></div>'
        )
    sort = "checkbox" if one.kind == "multiple" else "radio"
    options = "".join(
        f'<label class="option"><input type="{sort}" name="{name}" value="{escape(option, quote=True)}"'
        f"{' checked' if option in chosen else ''}><span>{escape(_title(one, option))}</span></label>"
        for option in one.choices
    )
    many = '<p class="hint">可多选</p>' if one.kind == "multiple" else ""
    scale = " scale" if one.kind == "scale" else ""
    return f'<fieldset class="card{scale}"><legend>{legend}</legend>{told}{many}{options}</fieldset>'


def _title(one: Question, option: str) -> str:
    return (
        {"1": "1 分（很不满意）", "5": "5 分（很满意）"}.get(option, f"{option} 分") if one.kind == "scale" else option
    )
