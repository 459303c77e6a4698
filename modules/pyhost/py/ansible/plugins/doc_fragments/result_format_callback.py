"""How callbacks show results."""


class ModuleDocFragment:
    DOCUMENTATION = '''
options:
  result_format:
    type: str
    default: json
    choices: [json, yaml]
    env: [{name: ANSIBLE_CALLBACK_RESULT_FORMAT}]
    ini: [{section: defaults, key: callback_result_format}]
  pretty_results:
    type: bool
    env: [{name: ANSIBLE_CALLBACK_FORMAT_PRETTY}]
    ini: [{section: defaults, key: callback_format_pretty}]
'''
