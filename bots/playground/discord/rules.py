"""The switches of the local Discord; the defaults are the real platform's."""

import msgspec


class Rules(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Each rule that a test may turn, shorten or switch off; sizes that Discord does not publish say so."""

    rate_limits: bool = True
    # Not published: the numbers that bots observe, and whether posts and edits count together is disputed.
    writes_per_window: int = 5
    write_window_s: float = 5.0
    shared_write_bucket: bool = False
    reads_per_second: int = 50
    global_per_second: int = 50
    invalid_requests_per_window: int = 10_000
    invalid_request_window_s: float = 600.0

    ack_deadline_s: float = 3.0
    interaction_token_life_s: float = 900.0

    heartbeat_interval_ms: int = 41_250
    close_zombies: bool = False
    message_content: bool = True
    members: bool = True
    presences: bool = True
    max_concurrency: int = 1
    identify_window_s: float = 5.0
    session_starts_per_day: int = 1_000
    gateway_sends_per_minute: int = 120
    gateway_payload_bytes: int = 4_096
    resume_window_s: float = 120.0
    replay_limit: int = 5_000
    guilds_per_shard: int = 2_500

    nonce_window_s: float = 180.0
    old_message_age_s: float = 3_600.0
    # Not published: how many edits of old messages a channel takes, and for how long it then refuses.
    old_edits_per_window: int = 5
    old_edit_window_s: float = 60.0
    attachment_limit_bytes: int = 10 * 1024 * 1024
    attachment_url_life_s: float = 86_400.0
    active_thread_limit: int = 1_000
    command_creates_per_day: int = 200
    unfurl_links: bool = True
    unfurl_after_s: float = 0.3
