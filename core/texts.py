"""Every sentence that people read from Parley itself, in one place."""

from collections.abc import Sequence

from core.errors import Kind, ModelTrouble

NO_QUESTION = "You mentioned me without a question. Write what you would like to know after my name."
EMPTY_ANSWER = "The model gave no answer this time. Ask again, or put the question another way."
STOPPED = "Stopped."
ANSWERED_ABOVE = "My answer is finished: it is above."
INTERRUPTED = "I was restarted before I could finish this answer. Ask again to get a whole one."
ENDINGS = {
    "": "The model broke off here. Ask again to get a whole answer.",
    "length": "The answer reached the model's length limit here. Ask me to go on.",
    "content_filter": "The model's provider held back the rest of this answer.",
}

ASK_THE_DOCTOR = "Whoever runs Parley can find out more with `parley doctor`."
MODEL_TROUBLE = {
    Kind.LIMITED: "The model has too many requests at the moment. Please try again in a minute.",
    Kind.DENIED: f"The model's provider refused my key. {ASK_THE_DOCTOR}",
    Kind.MISSING: f"The model I am set up with was not found. {ASK_THE_DOCTOR}",
    Kind.INVALID: "The model could not take this conversation, perhaps because it is too long. Start a new thread.",
}
MODEL_UNREACHABLE = "I could not reach the model. Please try again in a little while."

NOT_YOUR_REPLY = "Only the person who asked, or somebody who manages this workspace, can do that."
NOTHING_TO_STOP = "There is nothing to stop: this answer is finished."
NOTHING_TO_REDO = "This cannot be answered anew right now: wait for the answer that is being made."
NOTHING_RUNS_HERE = "There is nothing to stop here: I am not answering anything."
NOTHING_ANSWERED_HERE = "I have answered nothing here yet."
BEGUN_ANEW = "From here on it is a new conversation: I leave out what was said before."
ALWAYS_ANEW = "Here every question that mentions me begins a new conversation by itself."
THANKS = "Thank you, noted."

TOO_MANY_QUESTIONS = "You ask faster than I may answer. What you wrote is kept; ask me again in a minute."
TOO_MANY_HERE = "So much is being asked here that I cannot answer everything. Ask me again in a minute."

WELCOME = """\
Hello! I answer questions: mention me, or use `/ask`. Reply to my answers to go on.
`/help` says what else I can do, and `/status` whether everything is set up here."""

NOT_ALLOWED = "Only people who manage this workspace can change that."
NOT_ALLOWED_CHANNEL = "Only people who manage this channel or this workspace can change that here."
NOT_IN_CHANNEL = "I may not answer in {channel}, as I am not in it: invite me there, and ask again."
ARCHIVED = "I cannot answer in {channel}: it is archived."
MAY_NOT_POST = "I may not answer in {channel}: ask whoever manages it to let me post there."
RIGHTS_UNKNOWN = "I could not find out whether you may change that, so I left it as it is. Please try again."
SOMETHING_BROKE = "Something went wrong on my side, and I have noted it. Please try again."

ASK_NEEDS_ME = "I am not in that conversation: invite me with /invite @Parley, then ask again."
ASK_FAILED = "I could not post your question there. Please try again."

FILES_NAMED = 5
FILE_TOO_LARGE = "too large"
FILE_TOO_MANY = "too many files at once"
FILE_UNKNOWN = "a kind of file that I cannot read"
FILE_EMPTY = "empty"
FILE_BROKEN = "damaged"
FILE_LOCKED = "locked with a password"
FILE_WITHOUT_TEXT = "a PDF without text, perhaps a scan"
FILE_SLOW = "not read in time"
FILE_UNREACHABLE = "could not be fetched"
FILE_NOT_ALLOWED = "I am not allowed to fetch it"
FILE_ELSEWHERE = "kept outside this platform"
FILE_RESTARTED = "I was restarted before I had read it"
FILE_NO_ROOM = "no room for it in the model's window"
FILE_IMAGE_UNSEEN = "the model cannot look at it"
FILE_IMAGE_OLDER = "an older image than those that I show the model"
FILE_CUT = "all but its beginning"


def model_trouble(trouble: ModelTrouble, reference: str) -> str:
    """One sentence for people about a model that failed, with the reference that the log has too."""
    sentence = MODEL_TROUBLE.get(trouble.kind, MODEL_UNREACHABLE)
    return f"{sentence} (Reference: {reference})"


def files_left_out(named: Sequence[tuple[str, str]]) -> str:
    """One line for people about the files of their message that the model did not get whole: names and reasons."""
    listed = ", ".join(f"`{name}` ({reason})" for name, reason in named[:FILES_NAMED])
    more = len(named) - FILES_NAMED
    return f"Left out: {listed}" + (f", and {more} more" if more > 0 else "") + "."
