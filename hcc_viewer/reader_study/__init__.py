"""A reading study as in the paper: blinded cases in random order, slices marked, time taken.

The window (`gui/reader_study`) shows the cases and keeps the answers; the figures are made of them.
"""

from hcc_viewer.reader_study.answers import Answer, read_answers, save_answer
from hcc_viewer.reader_study.plan import ARMS, StudyPlan, create_study, open_study
from hcc_viewer.reader_study.run import ReadingRun, start_run
from hcc_viewer.reader_study.score import StudyResult, score_study

__all__ = [
    "ARMS",
    "Answer",
    "ReadingRun",
    "StudyPlan",
    "StudyResult",
    "create_study",
    "open_study",
    "read_answers",
    "save_answer",
    "score_study",
    "start_run",
]
