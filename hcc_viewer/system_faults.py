"""What the system says of a file or a port, in the program's own words, which can be translated."""

from __future__ import annotations

import errno

from hcc_viewer.phrases import Phrase

_FORBIDDEN = Phrase("you may not do that there")

_REASONS = {
    errno.ENOSPC: Phrase("the disk is full"),
    errno.EDQUOT: Phrase("your share of the disk is used up"),
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
    errno.EROFS: Phrase("the disk is read-only"),
    errno.ENOENT: Phrase("it is not there"),
    errno.ENOTDIR: Phrase("part of that path is a file"),
    errno.EISDIR: Phrase("that is a folder"),
    errno.EEXIST: Phrase("that is there already"),
    errno.ENAMETOOLONG: Phrase("the path is too long"),
    errno.EIO: Phrase("the disk does not work as it should"),
    errno.EADDRINUSE: Phrase("another program uses it"),
}


def os_reason(error: OSError) -> str:
    """Part of a sentence: a phrase for what is common, else what the system says in English."""
    told = _of_the_system(error) or error
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return _REASONS.get(told.errno or 0) or str(told.strerror or lines[0])


def os_number(error: OSError) -> int:
    """The system's number of what went wrong (`errno`); 0: it gave none."""
    told = _of_the_system(error)
    return 0 if told is None or told.errno is None else told.errno


def _of_the_system(error: OSError) -> OSError | None:
    """The first with a number, of an error and those that led to it.

    pydicom raises another one without it, with a traceback for its text.
    """
    link: BaseException | None = error
    while link is not None:
        if isinstance(link, OSError) and link.errno is not None:
            return link
        link = link.__cause__ or link.__context__
    return None
