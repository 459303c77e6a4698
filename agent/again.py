"""Runs a module again. At the first run it unpacks the module's files, into files/, and its arguments, into args.json; both may be
edited then."""
import base64
import json
import os
import runpy
import sys

here = os.path.dirname(os.path.abspath(__file__))
for path, content in json.loads(base64.b64decode("@FILES@").decode()).items():
    path = os.path.join(here, path)
    if not os.path.exists(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(base64.b64decode(content))

sys.path.insert(0, os.path.join(here, "files"))
import ansible.module_utils.basic as basic

with open(os.path.join(here, "args.json"), "rb") as f:
    basic._ANSIBLE_ARGS, basic._ANSIBLE_PROFILE = b'{"ANSIBLE_MODULE_ARGS": ' + f.read() + b"}", "legacy"
runpy.run_module("@MAIN@", run_name="__main__", alter_sys=True)
