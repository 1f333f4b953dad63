"""A small library with a secret for each audience, the settings of its bot, and who may see what."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import SecretStr

from cli.settings import Settings
from corpus.model import Audience
from localslack.server import LocalSlack

FILES = {
    "levy.txt": "# The levy\nThe levy of Anytown LMC is 42 pence for each registered patient and year.\n"
    "Practices pay the levy in four equal parts, at the end of each quarter.",
    "merger.txt": "# Merging practices\nTalk to the commissioner first, about 44 weeks before the merger date.\n"
    "A merger needs the agreement of every partner of both practices.",
    "rota.txt": "# Rota for managers\nThe practice managers' helpdesk is open on Tuesdays from 9am to noon.\n"
    "Managers book the helpdesk through the shared calendar.",
    "negotiation.txt": "# Negotiation line\nOfficers accept no uplift below seven percent in the winter negotiation.\n"
    "The negotiation line is agreed by the officers' group each September.",
    "hearing.txt": "# Confidential hearing\nThe hearing of the Zephyr case takes place on 14 March in closed session.\n"
    "Only named officers may attend the Zephyr hearing.",
}
MANIFEST = """
[library]
id = "anytown"
[defaults]
publisher = "Anytown LMC"
audience = "public"
[[document]]
path = "levy.txt"
title = "The LMC levy"
published = 2026-04-01
source_url = "https://anytown-lmc.example/levy"
[[document]]
path = "merger.txt"
title = "Guide to mergers"
published = 2026-02-01
audience = "practice"
source_url = "https://anytown-lmc.example/mergers.pdf"
contact = "the merger lead"
[[document]]
path = "rota.txt"
title = "Helpdesk rota"
audience = "practice"
published = 2026-01-05
[[document]]
path = "negotiation.txt"
title = "Negotiation line"
audience = "officer"
published = 2026-09-10
[[document]]
path = "hearing.txt"
title = "Zephyr hearing"
audience = "confidential"
published = 2026-10-01
"""

# Words that stand in one document only, with who may read it.
SECRETS = {
    "42 pence": Audience.PUBLIC,
    "44 weeks": Audience.PRACTICE,
    "Tuesdays from 9am": Audience.PRACTICE,
    "seven percent": Audience.OFFICER,
    "14 March": Audience.CONFIDENTIAL,
}
ROLES = {
    "alice": Audience.OFFICER,
    "olu": Audience.CONFIDENTIAL,
    "bea": Audience.OFFICER,
    "mo": Audience.PRACTICE,
    "priya": Audience.PRACTICE,
    "pat": Audience.PUBLIC,
    "gus": Audience.PUBLIC,
    "ext": Audience.PUBLIC,
}
QUESTIONS = {
    Audience.PUBLIC: "How much is the levy of Anytown LMC for each registered patient?",
    Audience.PRACTICE: "When is the practice managers' helpdesk open?",
    Audience.OFFICER: "What uplift do officers accept in the winter negotiation?",
    Audience.CONFIDENTIAL: "When does the hearing of the Zephyr case take place?",
}
FACTS = {
    Audience.PUBLIC: "42 pence",
    Audience.PRACTICE: "Tuesdays from 9am",
    Audience.OFFICER: "seven percent",
    Audience.CONFIDENTIAL: "14 March",
}


def settings_for(slack: LocalSlack, data: Path, **given: object) -> Settings:
    """The settings of a bot in the sample workspace."""
    fixed = {
        "data_dir": data,
        "reading_model": "off",  # the bot is tested here, some 300 times; test_surfaces.py turns it on
        "slack_api_url": slack.api_url,
        "slack_bot_token": SecretStr(slack.bot_token),
        "slack_app_token": SecretStr(slack.app_token),
        "slack_signing_secret": SecretStr(slack.signing_secret),
        "http_port": 0,
        "officer_groups": "S0OFFICERS",
        "practice_groups": "S0PRACTICE",
        "confidential_groups": "S0CONFID",
        "admin_groups": "S0ADMINS",
        "officers_channel": slack.channel("#officers").id,
        "workers": 2,
    }
    return Settings.model_validate({**fixed, **given})


def shown(message: object) -> str:
    """All that can be read of a message, a view or a list of them."""
    return json.dumps(message, ensure_ascii=False, default=str)


def leaks(seen: Iterator[tuple[str, str]]) -> list[tuple[str, str]]:
    """Secrets that stand in what somebody sees and must not; `seen` is pairs of a person's name and what they see."""
    return [
        (name, secret)
        for name, text in seen
        for secret, audience in SECRETS.items()
        if secret in text and not audience.admits(ROLES[name])
    ]
