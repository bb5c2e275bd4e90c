"""What leaves the program: one `ReportContent`, and one writer for each format."""

from hcc_viewer.report.content import ReportContent, make_content
from hcc_viewer.report.export import FORMATS, absent_text, export_report

__all__ = ["FORMATS", "ReportContent", "absent_text", "export_report", "make_content"]
