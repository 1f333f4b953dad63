"""Slack's names of emoji → the characters; those that bots and people use most."""

from __future__ import annotations

import re

from markupsafe import Markup

_NAMES = """
+1 👍|-1 👎|100 💯|alarm_clock ⏰|arrow_down ⬇️|arrow_left ⬅️|arrow_right ➡️|arrow_up ⬆️|ballot_box_with_check ☑️
bar_chart 📊|bell 🔔|blue_book 📘|bookmark 🔖|books 📚|bulb 💡|busts_in_silhouette 👥|calendar 📆|card_index 📇
chart_with_upwards_trend 📈|clap 👏|clipboard 📋|clock1 🕐|closed_lock_with_key 🔐|construction 🚧|cry 😢|date 📅
email 📧|envelope ✉️|exclamation ❗|eye 👁️|eyes 👀|file_folder 📁|fire 🔥|flag-gb 🇬🇧|gear ⚙️|green_book 📗
grey_exclamation ❕|grey_question ❔|hammer_and_wrench 🛠️|hand ✋|heart ❤️|heavy_check_mark ✔️|heavy_plus_sign ➕
hospital 🏥|hourglass ⌛|hourglass_flowing_sand ⏳|house 🏠|inbox_tray 📥|information_source ℹ️|joy 😂|key 🔑
label 🏷️|large_blue_circle 🔵|large_green_circle 🟢|large_yellow_circle 🟡|link 🔗|lock 🔒|mag 🔍|mag_right 🔎
mailbox 📫|memo 📝|mega 📣|minus ➖|no_entry ⛔|no_entry_sign 🚫|notebook 📓|ok_hand 👌|open_book 📖|orange_book 📙
page_facing_up 📄|page_with_curl 📃|paperclip 📎|pencil 📝|pencil2 ✏️|phone 📞|pray 🙏|pushpin 📌|question ❓
raised_hand ✋|raised_hands 🙌|recycle ♻️|red_circle 🔴|robot_face 🤖|rocket 🚀|rotating_light 🚨|round_pushpin 📍
scales ⚖️|shield 🛡️|slightly_frowning_face 🙁|slightly_smiling_face 🙂|smile 😄|sos 🆘|sparkles ✨|speech_balloon 💬
star ⭐|stethoscope 🩺|stopwatch ⏱️|tada 🎉|telephone_receiver 📞|thinking_face 🤔|thought_balloon 💭|thumbsdown 👎
thumbsup 👍|timer_clock ⏲️|triangular_flag_on_post 🚩|unlock 🔓|wastebasket 🗑️|wave 👋|white_check_mark ✅
white_circle ⚪|warning ⚠️|wrench 🔧|writing_hand ✍️|x ❌|zap ⚡|zzz 💤
"""
EMOJI = dict(entry.rsplit(" ", 1) for line in _NAMES.strip().splitlines() for entry in line.split("|"))
QUICK = ("+1", "eyes", "white_check_mark", "heart", "tada")
"""What the page offers for a reaction."""

NAME = r":(?:[a-z0-9_+'-]{1,80})(?:::skin-tone-[2-6])?:"
_NAME = re.compile(NAME)


def character(name: str) -> str | None:
    """The emoji that Slack calls `name`, with or without its skin tone."""
    return EMOJI.get(name.split("::", 1)[0])


def draw_emoji(name: str) -> Markup:
    """The emoji called `name` (without colons), or the name between colons where this page does not know it."""
    found = character(name)
    if found is None:
        return Markup(":{}:").format(name)
    words = name.split("::", 1)[0].replace("_", " ")
    return Markup('<span class="emoji" role="img" aria-label="{}">{}</span>').format(words, found)


def draw_named(text: str) -> Markup:
    """Plain text with the emoji named in it."""
    drawn, at = Markup(), 0
    for match in _NAME.finditer(text):
        drawn += Markup("{}{}").format(text[at : match.start()], draw_emoji(match[0].strip(":")))
        at = match.end()
    return drawn + Markup("{}").format(text[at:])
