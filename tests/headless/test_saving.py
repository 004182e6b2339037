"""A notebook on a disk that is full for a while."""

import errno
import logging

from rustro_kernel.headless.saving import save_safely


class Notebook:
    """Saved at the second attempt."""

    attempts = 0
    output_path = None

    def save(self) -> None:
        self.attempts += 1
        if self.attempts == 1:
            raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_does_not_end_the_session_whose_notebook_it_is(caplog):
    notebook = Notebook()
    save_safely(notebook)
    with caplog.at_level(logging.WARNING):
        notebook.save()
        notebook.save()
    assert notebook.attempts == 2
    assert [r.getMessage() for r in caplog.records] == [
        "the notebook cannot be saved, trying again: [Errno 28] No space left on device"
    ]
