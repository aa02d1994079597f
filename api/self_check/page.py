"""The report as one page of HTML that needs nothing beside it, to be read on a screen or printed."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import groupby
from pathlib import Path
from string import Template
from typing import Final

from api.self_check.catalogue import Group
from api.self_check.report import Finding, Part, Report, State
from api.self_check.wording import run_of, warnings_of

_PAGE: Final = Template((Path(__file__).parent / "page.html").read_text("utf-8"))
_HEAD: Final = (
    '<thead><tr><th scope="col">番号 <span lang="en">Id</span></th>'
    '<th scope="col">結果 <span lang="en">Result</span></th>'
    '<th scope="col">内容 <span lang="en">What, and which tests hold it</span></th></tr></thead>'
)


def as_page(report: Report) -> str:
    """The page, in Japanese with English beside it."""
    return _PAGE.substitute(
        run=_run(report),
        warnings="\n".join(f'<p class="warning">{_both(*said)}</p>' for said in warnings_of(report)),
        sums="".join(map(_sum, report.parts)),
        parts="\n".join(map(_part, report.parts)),
    )


def _both(japanese: str, english: str) -> str:
    return f'{escape(japanese)} <span lang="en">{escape(english)}</span>'


def _run(report: Report) -> str:
    rows = (f"<dt>{_both(ja, en)}</dt><dd>{escape(said)}</dd>" for ja, en, said in run_of(report.results))
    return f"<dl>{''.join(rows)}</dl>"


def _sum(part: Part) -> str:
    counts = [(state, part.count(state)) for state in State]
    bar = "".join(f'<i class="{state.name}" style="flex:{count}"></i>' for state, count in counts if count)
    told = "　".join(f"{state.sign} {state.japanese} {count}" for state, count in counts)
    title = f'<a href="#{part.catalogue.name}">{_both(*part.catalogue.titles)}</a>'
    return f'<div class="sum">{title}<div class="bar" aria-hidden="true">{bar}</div>{told}</div>'


def _part(part: Part) -> str:
    rows = "".join(
        f"{_group_row(group) if group else ''}<tbody>{''.join(map(_row, findings))}</tbody>"
        for group, findings in groupby(part.findings, lambda finding: part.catalogue.group_of(finding.criterion))
    )
    name, title = part.catalogue.name, _both(*part.catalogue.titles)
    held = f"{len(part.findings)}件のうち{part.count(State.HELD)}件を確認"
    caption = _both(held, f"{part.count(State.HELD)} of {len(part.findings)} are held")
    return f'<h2 id="{name}">{title}</h2><table><caption>{caption}</caption>{_HEAD}{rows}</table>'


def _group_row(group: Group) -> str:
    title = _both(f"{group.id}　{group.title}", group.means)
    return f'<tbody class="group"><tr><th scope="rowgroup" colspan="3">{title}</th></tr></tbody>'


def _row(finding: Finding) -> str:
    criterion, state = finding.criterion, finding.state
    source = f'<p class="source">{escape(criterion.source)}</p>' if criterion.source else ""
    return (
        f'<tr class="{state.name}"><th scope="row" class="id">{criterion.id}</th>'
        f'<td class="state">{state.sign} {state.japanese}<span lang="en">{state.name}</span></td>'
        f'<td><p class="title">{escape(criterion.title)}</p>{source}<p lang="en">{escape(criterion.means)}</p>'
        f"{_tests(finding)}</td></tr>"
    )


def _tests(finding: Finding) -> str:
    if not finding.tests:
        return ""
    counts = ", ".join(f"{outcome} {count}" for outcome, count in finding.counts.items())
    summary = _both(f"試験 {len(finding.tests)}件", f"tests: {counts}")
    return f"<details><summary>{summary}</summary>{''.join(_sentences(finding))}</details>"


def _sentences(finding: Finding) -> Iterator[str]:
    for file, facts in groupby(finding.sentences(), lambda told: told[0]):
        told = "".join(f"<li>{escape(fact)}{f' ×{count}' if count > 1 else ''}</li>" for _, fact, count in facts)
        yield f'<p>{escape(file)}</p><ul lang="en">{told}</ul>'
