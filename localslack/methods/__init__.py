"""The methods of the Web API, one function each; importing this package registers them."""

from localslack.methods import app, assistant, chat, conversations, files, people, reactions, streams, views
from localslack.registry import METHODS

__all__ = ["METHODS", "app", "assistant", "chat", "conversations", "files", "people", "reactions", "streams", "views"]
