"""The options of the callback default, and of those that are made from it."""


class ModuleDocFragment:
    DOCUMENTATION = '''
options:
  display_skipped_hosts:
    type: bool
    default: yes
    env: [{name: ANSIBLE_DISPLAY_SKIPPED_HOSTS}]
    ini: [{section: defaults, key: display_skipped_hosts}]
  display_ok_hosts:
    type: bool
    default: yes
    env: [{name: ANSIBLE_DISPLAY_OK_HOSTS}]
    ini: [{section: defaults, key: display_ok_hosts}]
  display_failed_stderr:
    type: bool
    default: no
    env: [{name: ANSIBLE_DISPLAY_FAILED_STDERR}]
    ini: [{section: defaults, key: display_failed_stderr}]
  show_custom_stats:
    type: bool
    default: no
    env: [{name: ANSIBLE_SHOW_CUSTOM_STATS}]
    ini: [{section: defaults, key: show_custom_stats}]
  show_per_host_start:
    type: bool
    default: no
    env: [{name: ANSIBLE_SHOW_PER_HOST_START}]
    ini: [{section: defaults, key: show_per_host_start}]
  check_mode_markers:
    type: bool
    default: no
    env: [{name: ANSIBLE_CHECK_MODE_MARKERS}]
    ini: [{section: defaults, key: check_mode_markers}]
  show_task_path_on_failure:
    type: bool
    default: no
    env: [{name: ANSIBLE_SHOW_TASK_PATH_ON_FAILURE}]
    ini: [{section: defaults, key: show_task_path_on_failure}]
'''
