"""The tables. What must hold of the data is said here, in constraints, and not in code that checks first."""

from storage.tables.administration import AdminSession
from storage.tables.columns import IS_PENDING, new_key, now, rows
from storage.tables.conversations import Attachment, Message, Summary, Thread
from storage.tables.installations import Installation, Installing
from storage.tables.limits import Tally
from storage.tables.money import Cap, CapNotice, Reservation, Spending, Spent
from storage.tables.places import Change, Channel, Endpoint, Persona, ToolServer, Workspace
from storage.tables.replies import Feedback, Reply, ReplyRecord, Segment, ToolQuote, ToolTurn
from storage.tables.schedules import Firing, Schedule

__all__ = [
    "IS_PENDING",
    "AdminSession",
    "Attachment",
    "Cap",
    "CapNotice",
    "Change",
    "Channel",
    "Endpoint",
    "Feedback",
    "Firing",
    "Installation",
    "Installing",
    "Message",
    "Persona",
    "Reply",
    "ReplyRecord",
    "Reservation",
    "Schedule",
    "Segment",
    "Spending",
    "Spent",
    "Summary",
    "Tally",
    "Thread",
    "ToolQuote",
    "ToolServer",
    "ToolTurn",
    "Workspace",
    "new_key",
    "now",
    "rows",
]
