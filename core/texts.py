"""Every sentence that people read from Parley itself, in one place."""

from core.errors import Kind, ModelTrouble

NO_QUESTION = "You mentioned me without a question. Write what you would like to know after my name."
EMPTY_ANSWER = "The model gave no answer this time. Ask again, or put the question another way."
STOPPED = "Stopped."
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
THANKS = "Thank you, noted."

NOT_ALLOWED = "Only people who manage this workspace can change that."
NOT_ALLOWED_CHANNEL = "Only people who manage this channel or this workspace can change its persona."
RIGHTS_UNKNOWN = "I could not find out whether you may change that, so I left it as it is. Please try again."
SOMETHING_BROKE = "Something went wrong on my side, and I have noted it. Please try again."


def model_trouble(trouble: ModelTrouble, reference: str) -> str:
    """One sentence for people about a model that failed, with the reference that the log has too."""
    sentence = MODEL_TROUBLE.get(trouble.kind, MODEL_UNREACHABLE)
    return f"{sentence} (Reference: {reference})"
