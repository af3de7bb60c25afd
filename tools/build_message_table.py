"""Write `grammars/message_table.json` from `grammars/message.lark`: `python tools/build_message_table.py`."""

from pathlib import Path

from mcplog.parse.message_table import message_table_text

GRAMMARS = Path(__file__).parent.parent / "grammars"

if __name__ == "__main__":
    text = message_table_text((GRAMMARS / "message.lark").read_text("utf-8"))
    (GRAMMARS / "message_table.json").write_text(text, "utf-8")
