"""Prints config/demo.jsonc for tools/run: with absolute paths, and the ThreatConnect façade behind TLS as well.

usage: demo_config.py CERTIFICATE KEY
"""
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAME = '"name": "threatconnect-demo"'


def main() -> None:
    certificate, key = sys.argv[1:]
    text = (ROOT / "config" / "demo.jsonc").read_text()
    text = text.replace('"../mappings/', f'"{ROOT}/mappings/')
    text = text.replace('"schema/', f'"{ROOT}/config/schema/')
    start = text.rindex("        {\n", 0, text.index(NAME))
    end = text.index("\n        },", start) + len("\n        },\n")
    behind_tls = text[start:end]
    behind_tls = behind_tls.replace(NAME, '"name": "threatconnect-demo-tls"').replace("127.0.0.1:8081", "127.0.0.1:8443")
    tls = f'"tls": {{ "certificate_file": "{certificate}", "key_file": "{key}" }},\n            "mode"'
    print(text[:end] + behind_tls.replace('"mode"', tls, 1) + text[end:])


main()
