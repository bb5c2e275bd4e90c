"""The report as one HTML file that needs nothing else."""

from __future__ import annotations

import base64
from html import escape

import cv2

from hcc_viewer.training.case_report.content import ReportContent, Section, Table
from hcc_viewer.training.case_report.gallery import Picture

_STYLE = """
body { font: 15px/1.45 sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
table { border-collapse: collapse; margin: .8rem 0; font-size: .9rem; }
th, td { text-align: left; padding: .2rem .7rem; border-bottom: 1px solid #ccc;
  vertical-align: top; overflow-wrap: anywhere; }
.labels { background: #fff4d6; padding: .6rem 1rem; border: 1px solid #e2c36b; }
.labels p { margin: .1rem 0; }
figure { display: inline-block; margin: .5rem; vertical-align: top; max-width: 30rem; }
figcaption { font-size: .85rem; }
svg, img { max-width: 100%; height: auto; }
"""


def html_page(content: ReportContent) -> str:
    """The page as text."""
    labels = "".join(f"<p>{escape(text)}</p>" for text in content.labels)
    body = "\n".join(_section(section) for section in content.sections)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(content.title)}</title><style>{_STYLE}</style></head>\n<body>"
        f'<h1>{escape(content.title)}</h1>\n<div class="labels">{labels}</div>\n{body}\n'
        "</body></html>\n"
    )


def _section(section: Section) -> str:
    parts = [f"<h2>{escape(section.title)}</h2>"]
    parts += [f"<p>{escape(text)}</p>" for text in section.paragraphs]
    if section.svg:
        parts.append(f"<figure>{section.svg}</figure>")
    parts += [_table(table) for table in section.tables]
    parts += [f"<figure>{plot.svg}</figure>" for plot in section.plots]
    parts += [_picture(picture) for picture in section.pictures]
    return "\n".join(parts)


def _table(table: Table) -> str:
    head = "".join(f"<th>{escape(cell)}</th>" for cell in table.header)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _picture(picture: Picture) -> str:
    data = base64.b64encode(png_of(picture)).decode()
    caption = f"<figcaption><b>{escape(picture.title)}</b><br>{escape(picture.text)}</figcaption>"
    alt = escape(f"{picture.title}: {picture.text}", quote=True)
    return f'<figure><img alt="{alt}" src="data:image/png;base64,{data}">{caption}</figure>'


def png_of(picture: Picture) -> bytes:
    """A picture's file."""
    _, data = cv2.imencode(".png", picture.pixels[..., ::-1])
    return bytes(data)
