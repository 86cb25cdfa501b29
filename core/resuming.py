"""What becomes of a reply that a process has left half-made.

What the model had finished is shown as it is, and what somebody asked to stop is stopped. A reply that had nothing to
show yet is made anew, and so is any other where processes stand in for one another. Otherwise, and when it has been
tried too often, it ends with what was written down, marked as cut off: people can ask for another version.
"""

from core.drafts import Draft
from core.stream import Finish
from storage.claims import Work

MOST_ATTEMPTS = 3


def left_behind(work: Work, *, makes_anew: bool) -> Draft | None:
    """The draft with which a reply ends now; None when the model is to be asked, for the first time or anew."""
    if work.left is None:
        return None
    said = work.left.so_far
    draft = Draft(texts=[said.text] if said.text else [])
    if work.left.stopped:
        draft.stopped = True
    elif said.finish_reason:
        draft.finish = Finish(
            reason=said.finish_reason, model=said.model, tokens_in=said.tokens_in, tokens_out=said.tokens_out
        )
    elif work.attempt > MOST_ATTEMPTS or (said.text.strip() and not makes_anew):
        draft.interrupted = True
    else:
        return None
    return draft
