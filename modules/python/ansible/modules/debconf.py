"""debconf: answers to the questions of Debian packages."""
from ansible.module_utils.basic import AnsibleModule

ARGUMENTS = dict(
    name=dict(type='str', required=True, aliases=['pkg']),
    question=dict(type='str', aliases=['selection', 'setting']),
    vtype=dict(type='str', choices=['boolean', 'error', 'multiselect', 'note', 'password', 'seen', 'select', 'string', 'text', 'title']),
    value=dict(type='raw', aliases=['answer']),
    unseen=dict(type='bool', default=False),
)


def answers(module, package):
    """The package's questions with their answers, passwords left out."""
    rc, out, err = module.run_command([module.get_bin_path('debconf-show', True), package])
    if rc != 0:
        module.fail_json(msg=err)
    found = {}
    for line in out.splitlines():
        question, colon, answer = line.partition(':')
        if colon:
            found[question.strip('*').strip()] = answer.strip()
    return found


def password(module, package, question):
    """The present answer of a question for a password; '' if there is none."""
    rc, out, err = module.run_command([module.get_bin_path('debconf-get-selections', True)])
    if rc != 0:
        module.fail_json(msg=err)
    for line in out.splitlines():
        if line.startswith(package):
            fields = line.split('\t', 3)
            if fields[1:2] == [question] and len(fields) == 4:
                return fields[3]
    return ''


def text_of(module, value, vtype):
    """The wanted answer as debconf has it."""
    if vtype == 'boolean' and str(value) in ('True', 'False'):
        return str(value).lower()
    if vtype == 'multiselect' and isinstance(value, list):
        try:
            return ', '.join(value)
        except TypeError as e:
            module.fail_json(msg="Invalid value provided for 'multiselect': %s" % e)
    return value if isinstance(value, str) else str(value)


def same(module, now, value, vtype):
    if vtype == 'multiselect' and isinstance(value, list):
        return sorted(each.strip() for each in now.split(',')) == sorted(value)
    return now == text_of(module, value, vtype)


def answer(module, value):
    params = module.params
    argv = [module.get_bin_path('debconf-set-selections', True)] + (['-u'] if params['unseen'] else [])
    rc, out, err = module.run_command(argv, data=' '.join([params['name'], params['question'], params['vtype'], value]))
    if rc != 0:
        module.fail_json(msg=err)
    return out


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True, required_together=(['question', 'vtype', 'value'],))
    params = module.params
    before = answers(module, params['name'])
    question, value, vtype = params['question'], params['value'], params['vtype']
    if question is None:
        module.exit_json(changed=False, msg='', current=before)
    text = text_of(module, value, vtype)
    known = question in before
    if known:
        now = password(module, params['name'], question) if vtype == 'password' else before[question]
        if same(module, now, value, vtype):
            module.exit_json(changed=False, msg='', current=before)
    msg = '' if module.check_mode else answer(module, text)
    previous = {question: before[question]} if known else dict(before, **{question: ''})
    current = {question: value if isinstance(value, list) and module.check_mode else text}
    diff = dict(before=previous, after=dict(previous, **current)) if module._diff else {}
    module.exit_json(changed=True, msg=msg, current=current, previous=previous, diff=diff)


if __name__ == '__main__':
    main()
