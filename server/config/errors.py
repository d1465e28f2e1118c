"""What can go wrong when Nguồn is started, told to the person at the terminal in one sentence."""

import errno
from pathlib import Path

from config.words import tr


class StartError(Exception):
    """An expected failure of a command: its text is one sentence that says what to do next."""


def explain_os_error(error: OSError, folder: Path) -> StartError:
    """This function will turn a failure of the operating system into one sentence about the data folder,
    or about the file that the failure names."""
    where = error.filename or folder
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return StartError(tr("disk_full", folder=folder))
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return StartError(tr("no_permission", folder=where))
    if error.errno in {errno.ENOTDIR, errno.EEXIST}:
        return StartError(tr("not_a_folder", folder=where))
    if error.errno in {errno.EMFILE, errno.ENFILE}:
        return StartError(tr("too_many_files"))
    return StartError(tr("system_error", reason=error.strerror or str(error), folder=where))
