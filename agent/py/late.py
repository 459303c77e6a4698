"""What a login finds in its environment. An agent gets this when files have changed that say it."""
import os
import re

SERVICES = "/etc/pam.d", "/usr/lib/pam.d"
PERSONAL = re.compile(r'(\w+)(?:=(\S*)|((?:\s+(?:DEFAULT|OVERRIDE)=(?:"[^"]*"|[^\s"]\S*)?)+))\s*$')
OPTION = re.compile(r'(DEFAULT|OVERRIDE)=(?:"([^"]*)"|(\S*))')


def since(service, before, now):
    """Gives {name: value} of what differs by the texts of files, with None for what has gone. What a shell has set in place of PAM stays."""
    before, now = environment(service, before), environment(service, now)
    return {n: now.get(n) for n in set(before) | set(now)
            if before.get(n) != now.get(n) and (n not in before or os.environ.get(n) == before[n])}


def environment(service, texts):
    """Gives what pam_env sets for a service by the texts of files."""
    found = {}
    for words in settings(service):
        options = dict(w.partition("=")[::2] for w in words)
        if options.get("readenv") != "0":
            system(texts.get(options.get("envfile", "/etc/environment"), ""), found)
        if options.get("user_readenv") == "1":
            personal(texts.get(os.path.expanduser("~/.pam_environment"), ""), found)
    return found


def settings(service):
    """Gives the words of the lines for pam_env, also from the files that a service's file includes."""
    for path in [os.path.join(folder, service) for folder in SERVICES]:
        if os.path.exists(path):
            for line in text_of(path).splitlines():
                words = line.partition("#")[0].split()
                if words[:1] == ["@include"] or words[1:2] in (["include"], ["substack"]):
                    yield from settings(words[-1])
                elif "pam_env.so" in [os.path.basename(w) for w in words]:
                    yield words
            return


def system(text, found):
    """Reads NAME=value as of /etc/environment."""
    for line in text.splitlines():
        line = line.lstrip().partition("#")[0]
        name, equals, value = (line[7:] if line.startswith("export ") else line).partition("=")
        if equals and re.match(r"[A-Za-z0-9_]+$", name):
            if value[:1] in ("'", '"'):
                value = value[1:-1] if value[-1] in "'\"" and len(value) > 1 else value[1:]
            found[name] = value


def personal(text, found):
    """Reads NAME=value and NAME DEFAULT=value OVERRIDE=value as of ~/.pam_environment."""
    for line in text.splitlines():
        match = PERSONAL.match(line)
        if not match:
            continue
        options = {name: expand(quoted or plain, found) for name, quoted, plain in OPTION.findall(match.group(3) or "")}
        value = match.group(2) if match.group(3) is None else options.get("OVERRIDE") or options.get("DEFAULT")
        if value or match.group(3) is None:
            found[match.group(1)] = value


def expand(value, found):
    """Replaces ${NAME}, which names what was set so far, and @{NAME}, which names what PAM knows of the user."""
    user = {"PAM_USER": os.environ.get("USER", ""), "HOME": os.environ.get("HOME", ""), "SHELL": os.environ.get("SHELL", "")}

    def known(match):
        return match.group(1) or (found if match.group(2) == "$" else user).get(match.group(3), "")

    return re.sub(r"\\([$@])|([$@])\{(\w+)\}", known, value)
