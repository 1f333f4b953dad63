"""Clients of Slack's Web API, and the first question to it: who are we?"""

from __future__ import annotations

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import ConnectionErrorRetryHandler, RateLimitErrorRetryHandler

from bot.post import DOUBTFUL, trouble
from corpus.errors import SettingsError

TIMEOUT_S = 10


def reading_client(token: str, api_url: str) -> WebClient:
    """For reading and for views: it waits out rate limits and asks again when a connection breaks."""
    retries = [ConnectionErrorRetryHandler(max_retry_count=2), RateLimitErrorRetryHandler(max_retry_count=2)]
    return WebClient(token=token, base_url=api_url, timeout=TIMEOUT_S, retry_handlers=retries)


def posting_client(token: str, api_url: str) -> WebClient:
    """For messages: it never tries again by itself, which could post twice."""
    return WebClient(token=token, base_url=api_url, timeout=TIMEOUT_S, retry_handlers=[])


def who_am_i(client: WebClient) -> tuple[str, str]:
    """The workspace's id and the bot's own. Raises: SettingsError when the token or the address is wrong."""
    try:
        found = client.auth_test()
    except SlackApiError as error:
        if trouble(error):
            raise SettingsError(f"Slack is in trouble at {client.base_url}; start again in a few minutes.") from error
        word = error.response.get("error", "an error")
        raise SettingsError(f"Slack refuses SLACK_BOT_TOKEN ({word}); copy it again from the app's page.") from error
    except DOUBTFUL as error:
        raise SettingsError(
            f"Slack cannot be reached at {client.base_url}; check the network, the proxy and SLACK_API_URL."
        ) from error
    return str(found["team_id"]), str(found["user_id"])
