"""Every sentence that people read from Parley itself, in one place."""

from collections.abc import Sequence

from core.errors import Fault, ModelTrouble
from storage.words import Period, Reach

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
UNREACHABLE = "I could not reach the model. Please try again in a little while."
TOO_LONG = "This conversation is longer than the model can read. Start a new thread."
MODEL_TROUBLE = {
    Fault.TIMED_OUT: "The model did not take my question in time. Please try again in a little while.",
    Fault.SILENT: "The model did not begin to answer in time. Please try again in a little while.",
    Fault.STALLED: "The model stopped in the middle of its answer. Ask again to get a whole one.",
    Fault.OVERTIME: "The answer took too long, so I ended it here.",
    Fault.ENDLESS: "The answer did not come to an end, so I ended it here.",
    Fault.BROKEN: "The model broke off. Ask again to get a whole answer.",
    Fault.GARBLED: "The model's answer was garbled. Please try again.",
    Fault.EMPTY: "The model gave no answer this time. Ask again, or put the question another way.",
    Fault.DOWN: "The model's provider has trouble of its own. Please try again in a little while.",
    Fault.CONFLICT: "The model's provider was busy with something else. Please try again.",
    Fault.LIMITED: "The model has too many requests at the moment. Please try again in a minute.",
    Fault.NO_CREDIT: f"There is no credit left at the model's provider. {ASK_THE_DOCTOR}",
    Fault.REFUSED_KEY: f"The model's provider refused my key. {ASK_THE_DOCTOR}",
    Fault.NO_MODEL: f"The model I am set up with was not found. {ASK_THE_DOCTOR}",
    Fault.NO_API: f"What I am set up with as the model is no chat completions API. {ASK_THE_DOCTOR}",
    Fault.TOO_LONG: TOO_LONG,
    Fault.BLOCKED: "The model's provider held back the answer for what was asked. Put the question another way.",
    Fault.INVALID: "The model could not take this conversation, perhaps because it is too long. Start a new thread.",
    Fault.RESTING: "The model has failed several times just now, so I leave it alone for a moment. Try again soon.",
    Fault.UNREADABLE_KEY: "I cannot read the key of this workspace's own model endpoint: an admin can enter it again.",
    Fault.OFF_LIMITS: "This workspace's own model endpoint is not at a public address, so I do not ask it.",
}
THOUGHT_ONLY = "The model only thought, and reached its length limit before it answered. Ask something smaller."

NO_OWN_ENDPOINT = "This workspace has no model endpoint of its own."
OWN_ENDPOINTS_OFF = "Whoever runs Parley does not let workspaces bring their own model endpoint."
OWN_ENDPOINTS_UNKEPT = "A key cannot be kept here: whoever runs Parley must set PARLEY_ENCRYPTION_KEYS first."
NO_MODEL_NAMED = "No model is named there, so nothing was changed."
MODELS_NAMED = 8

TOOL_WHO_MAY = "You can answer, or somebody who manages this workspace."
TOOL_WAITS = "Waiting for an answer to my question below…"
TOOL_NOT_NEEDED = "Nobody need answer this any more."
TOOL_OVER = "This has ended already: ask me again if it is still wanted."
TOOL_SERVERS_OFF = "Whoever runs Parley does not let workspaces bring their own servers of tools."
TOOL_SERVER_SILENT = "That server cannot be reached right now, or has no tools."
TOOL_SERVER_NAME = "A server's name has small letters, digits, - and _, and is no name of a tool that comes along."
NOT_YOUR_CALL = "Only the person who asked, or somebody who manages this workspace, can decide that."

NOT_YOUR_REPLY = "Only the person who asked, or somebody who manages this workspace, can do that."
NOTHING_TO_STOP = "There is nothing to stop: this answer is finished."
NOTHING_TO_REDO = "This cannot be answered anew right now: wait for the answer that is being made."
NOTHING_RUNS_HERE = "There is nothing to stop here: I am not answering anything."
NOTHING_ANSWERED_HERE = "I have answered nothing here yet."
NO_ANSWER_THERE = "That message is no answer of mine, and no question that I have answered."
NO_SUCH_ANSWER = "There is no such answer here."
NOT_YOUR_ANSWER = "Only the person who asked, or somebody who manages this workspace, can look into that answer."
STILL_ANSWERING = "I am still working on this answer: look again when it is finished."
NOTHING_KEPT = "What this answer was made from is not kept."
OLDER_LEFT_OUT = "This conversation is longer than I can read at once: from here on I leave out its oldest messages."
OLDER_SUMMARISED = (
    "This conversation is longer than I can read at once: from here on I go by a summary of its oldest messages."
)
EDITED_SINCE = "You have edited your question. I can answer it anew, in place of the answer that is there."
ANSWER_ANEW = "Answer anew"
BEGUN_ANEW = "From here on it is a new conversation: I leave out what was said before."
ALWAYS_ANEW = "Here every question that mentions me begins a new conversation by itself."
THANKS = "Thank you, noted."

TOO_MANY_QUESTIONS = "You ask faster than I may answer. What you wrote is kept; ask me again in a minute."
TOO_MANY_HERE = "So much is being asked here that I cannot answer everything. Ask me again in a minute."

NOT_FOR_YOU = "You may not use me here. People who manage this workspace can change that."
NOT_DIRECTLY = "I do not answer direct messages here. Mention me in a channel instead."
BLOCKED_QUESTION = "Your question has a word that is blocked here, so I have not passed it on."
WITHHELD_WORDS = "I hold back the rest of this answer: it has a word that is blocked here."
WITHHELD = "I hold back this answer: it did not pass the check that answers go through here."
BARRED = "I may not answer here any more. People who manage this workspace can change that."
FORGET_ME = "Forget me"
FORGET_QUESTION = """\
Shall I forget you? Everything that you said to me, what I answered to it, your files, your name, and what you used \
are then deleted here, and cannot be brought back. What stands in the channels themselves stays: delete it there."""

WELCOME = """\
Hello! I answer questions: mention me, or use `/ask`. Reply to my answers to go on.
`/help` says what else I can do, and `/status` whether everything is set up here."""

NOT_ALLOWED = "Only people who manage this workspace can change that."
NOT_ALLOWED_ADMINS = "Only admins of this workspace can do that."
NOT_ALLOWED_CHANNEL = "Only people who manage this channel or this workspace can change that here."
NOT_IN_CHANNEL = "I may not answer in {channel}, as I am not in it: invite me there, and ask again."
ARCHIVED = "I cannot answer in {channel}: it is archived."
MAY_NOT_POST = "I may not answer in {channel}: ask whoever manages it to let me post there."
NOT_INSTALLED = "I am not installed in this workspace any more: an admin can install me again."
RIGHTS_UNKNOWN = "I could not find out whether you may change that, so I left it as it is. Please try again."
SOMETHING_BROKE = "Something went wrong on my side, and I have noted it. Please try again."

ASK_NEEDS_ME = "I am not in that conversation: invite me with /invite @Parley, then ask again."
ASK_FAILED = "I could not post your question there. Please try again."

USED_UP = {
    Reach.WORKSPACE: "What may be spent in this workspace",
    Reach.CHANNEL: "What may be spent in this channel",
    Reach.PERSON: "What you may spend with me",
}
BEGINS_ANEW = {Period.DAY: ("today", "tomorrow"), Period.MONTH: ("this month", "next month")}

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


def no_tool_server(name: str) -> str:
    return f"There is no server of tools called {name.strip()!r} here."


def forgotten(receipt: str) -> str:
    """What a person is told who was forgotten."""
    return f"I have forgotten you. Your receipt: {receipt}"


def tool_asked(asker: str, tool: str) -> str:
    """Asks the person for whom a tool would be called whether it may be."""
    return f"{asker or 'Somebody'}, may I use `{tool.replace('`', '')}` with this?"


def tool_decided(who: str, *, allowed: bool) -> str:
    """What became of such a question; nobody has answered it when nobody is named."""
    if not who:
        return "Nobody has answered in time, so I did not use it."
    return f"{'Allowed' if allowed else 'Refused'} by {who}."


def model_trouble(trouble: ModelTrouble, reference: str) -> str:
    """One sentence for people about a model that failed, with the reference that the log has too."""
    sentence = MODEL_TROUBLE.get(trouble.fault, UNREACHABLE)
    return f"{sentence} (Reference: {reference})"


def model_not_offered(model: str, offered: Sequence[str]) -> str:
    """One sentence for people who choose a model that they may not use."""
    if not any(offered):
        return f"{model!r} cannot be chosen here; no model can, as OPENAI_MODEL is not set."
    named = ", ".join(f"`{one}`" for one in offered[:MODELS_NAMED])
    more = f", and {len(offered) - MODELS_NAMED} more" if len(offered) > MODELS_NAMED else ""
    return f"{model!r} cannot be chosen here; these can: {named}{more}."


def over_cap(reach: Reach, period: Period) -> str:
    """Tells somebody, without a reproach, that nothing more may be spent for now."""
    now, then = BEGINS_ANEW[period]
    return (
        f"{USED_UP[reach]} {now} is used up, or too little is left of it for an answer. It begins anew {then}; "
        "whoever manages this workspace can raise it."
    )


def near_cap(reach: Reach, period: Period) -> str:
    """Tells somebody that soon nothing more may be spent."""
    now, _ = BEGINS_ANEW[period]
    return f"{USED_UP[reach]} {now} is nearly used up."


def files_left_out(named: Sequence[tuple[str, str]]) -> str:
    """One line for people about the files of their message that the model did not get whole: names and reasons."""
    listed = ", ".join(f"`{name}` ({reason})" for name, reason in named[:FILES_NAMED])
    more = len(named) - FILES_NAMED
    return f"Left out: {listed}" + (f", and {more} more" if more > 0 else "") + "."
