"""slurp: return a file's content as base64."""
import base64
import errno

from ansible.module_utils.basic import AnsibleModule

REUSABLE_PROCESS = True

ARGUMENTS = dict(
    src=dict(type='path', required=True, aliases=['path']),
)


def _message(error, source):
    if error.errno == errno.ENOENT:
        return 'File not found: %s' % source
    if error.errno == errno.EACCES:
        return 'File is not readable: %s' % source
    if error.errno == errno.EISDIR:
        return 'Source is a directory and must be a file: %s' % source
    # The reference leaves its placeholder in this message, and users match on messages.
    return 'Unable to slurp file: {source}'


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    source = module.params['src']
    try:
        with open(source, 'rb') as f:
            content = f.read()
    except (IOError, OSError) as e:
        module.fail_json(msg=_message(e, source), exception=e)
    module.exit_json(content=base64.b64encode(content), source=source, encoding='base64')


if __name__ == '__main__':
    main()
