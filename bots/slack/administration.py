"""Every command and form of Parley on Slack, put together."""

from bots.parts import Parts
from bots.slack import (
    endpoint_form,
    manager_commands,
    manager_form,
    model_form,
    persona_form,
    privacy_commands,
    prompt_form,
    schedule_commands,
    tool_form,
    why,
)
from bots.slack.access_commands import AccessCommands
from bots.slack.command import Noun
from bots.slack.commands import Commands
from bots.slack.endpoint_commands import EndpointCommands
from bots.slack.endpoint_form import EndpointForm
from bots.slack.files import Downloads
from bots.slack.forms import Forms
from bots.slack.groups import Groups
from bots.slack.home import Home
from bots.slack.listen_commands import ListenCommands
from bots.slack.manager_commands import AuditCommands, ManagerCommands, SummaryCommands, TimezoneCommands
from bots.slack.manager_form import ManagerForm
from bots.slack.model_commands import ModelCommands
from bots.slack.model_form import ModelForm
from bots.slack.naming import Naming
from bots.slack.overheard import Overheard
from bots.slack.people import People
from bots.slack.persona_commands import PersonaCommands
from bots.slack.persona_form import PersonaForm
from bots.slack.privacy_commands import ForgetCommands, RetentionCommands
from bots.slack.prompt_commands import PromptCommands
from bots.slack.prompt_form import PromptForm
from bots.slack.schedule_commands import ScheduleCommands, ScheduleForm
from bots.slack.tool_commands import ToolCommands
from bots.slack.tool_form import ToolForm
from bots.slack.usage_commands import CapCommands, UsageCommands
from bots.slack.why import Explanations


def forms(
    parts: Parts,
    people: People,
    groups: Groups,
    naming: Naming,
    downloads: Downloads,
    explanations: Explanations,
    home: Home,
    overheard: Overheard,
) -> Forms:
    workspace = parts.workspace
    nouns = (
        PersonaCommands(parts.personas, workspace, parts.models).noun,
        ListenCommands(parts.personas).noun,
        PromptCommands(workspace).noun,
        ModelCommands(workspace, parts.models).noun,
        ManagerCommands(workspace, groups).noun,
        Noun("timezone", {"": TimezoneCommands(workspace).run}, "", manager_commands.TIMEZONE_HELP),
        Noun("summaries", {"": SummaryCommands(workspace).run}, "", manager_commands.SUMMARIES_HELP),
        EndpointCommands(parts.own_endpoints).noun,
        ToolCommands(parts.own_servers).noun,
        ScheduleCommands(parts.schedules).noun,
        UsageCommands(parts.usage).noun,
        CapCommands(parts.caps, naming).noun,
        Noun("audit", {"": AuditCommands(workspace).run}, "", manager_commands.AUDIT_HELP),
        AccessCommands(parts.access, naming).noun,
        Noun("retention", {"": RetentionCommands(parts.privacy).run}, "", privacy_commands.RETENTION_HELP),
        ForgetCommands(parts.privacy, overheard).noun,
        Noun("why", {"": explanations.answer}, "", why.HELP),
    )
    saves = {
        persona_form.FORM: PersonaForm(parts.personas, downloads).save,
        prompt_form.FORM: PromptForm(workspace).save,
        model_form.FORM: ModelForm(workspace).save,
        manager_form.FORM: ManagerForm(workspace, groups).save,
        endpoint_form.FORM: EndpointForm(parts.own_endpoints).save,
        schedule_commands.FORM: ScheduleForm(parts.schedules).save,
        tool_form.FORM: ToolForm(parts.own_servers).save,
    }
    return Forms(Commands(nouns), people, saves, home)
