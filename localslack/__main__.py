"""`python -m localslack --port 3400`: a Slack on this machine until Ctrl-C."""

from __future__ import annotations

import argparse

from localslack.server import main


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m localslack", description="A Slack on this machine.")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=3400, help="0 for any free one (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print the address and tokens as JSON")
    return parser.parse_args()


if __name__ == "__main__":
    arguments = _arguments()
    main(arguments.host, arguments.port, as_json=arguments.json)
