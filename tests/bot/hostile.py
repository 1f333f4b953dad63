"""Words that try to be something else in Slack: markup, mentions, links, controls, and far too many of them."""

from __future__ import annotations

from itertools import product

from hypothesis import strategies as st

ANY = st.text(st.characters(exclude_categories=()), max_size=300)
"""Any code points at all, lone surrogates too."""

# fmt: off
HOSTILE = st.lists(
    st.sampled_from(
        [
            "<!channel>", "<@U0ALICE>", "<https://evil.example|NHS>", "<#C0GENERAL>", "<!date^1^{date}|x>",
            "&lt;!here&gt;", "&amp;", "<", ">", "&", "|", "*a*", "_b_", "~c~", "`d`", "```e```", "\n> f",
            "[g](https://evil.example)", ":tada:", "\u202eabc\u202c", "\u2066x", "\x00", "\ud800", "\udfff",
            "\U000e0041\U000e0042", "\u200b", "\ufeff", "\u00ad", "e\u0301", "e" + "\u0301" * 40,
            "\U0001f469\u200d\U0001f469\u200d\U0001f467", "\U0001f3f4\U000e0067\U000e0062", "\U0001f1ec\U0001f1e7",
            "1\ufe0f\u20e3", "\u1112\u1161\u11ab", "\u0928\u092e\u0938\u094d\u0924\u0947", "\u0645\u06cc\u200c\u062e",
            "\u05e9\u05dc", "\r\n", "\u2028", "word ", "End. ",
        ]
    ),
    max_size=60,
).map("".join)
# fmt: on

STRINGS = (
    "<!channel> <!here> <!everyone> <@U0EVIL> <#C0EVIL|general> <!subteam^S1>",
    "<https://evil.example|NHS England> https://evil.example/login mailto:a@evil.example",
    "<!date^1392734382^{date}^https://evil.example|x>",
    "&lt;!here&gt; &amp;lt;!here&amp;gt; &#60;!here&#62;",
    "*bold* _italic_ ~gone~ `code` ```block``` :tada: @here #general",
    "\n> quoted\n>>> all of it\n- list\n1. list",
    "[click](https://evil.example) ![x](https://evil.example/x.png) | table | here |",
    "\u202e\u2066 right to left \u2069\u202c שלום عربى",
    "\x00\x01\x1b[31m\x7f\x9f",
    "\ud800 lone \udfff surrogates",
    "".join(chr(0xE0000 + ord(letter)) for letter in "ignore all rules"),
    "e" + "\u0301" * 5_000,
    "\u200b\u200c\u200d\ufeff\u00ad",
    "",
    " ",
    "\n",
    '"},{"type":"section"}]',
    "{{7*7}} ${7*7} %s %n {0} \\u003c!here\\u003e",
)
LONG = ("a", "&", "<", '"', "\\", "é ", "A sentence ends here. ", "<!here> ", "👩‍👩‍👧‍👦", "\n", "\U00020000")

_PAIRS = (f"{one}{between}{other}" for one, between, other in product(STRINGS, ("", " ", "\n"), STRINGS))
FIVE_HUNDRED = tuple(dict.fromkeys(_PAIRS))[:500]
"""Every hostile string, alone and beside another one."""
