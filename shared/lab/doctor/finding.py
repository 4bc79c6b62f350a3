"""What a check yields. It needs nothing, so that it can be made without the virtual environment."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """``what`` is amiss, ``why`` it matters, and the command that does ``mend`` it."""

    what: str
    why: str
    mend: str

    def __str__(self):
        return f"what  {self.what}\nwhy   {self.why}\nmend  {self.mend}"
