package config

import (
	"slices"
	"strings"
)

// honoured names the settings that goplay obeys, sorted. Every other one is read and checked, and reported by NotHonoured.
// (ANSIBLE_HOME is in the defaults of others; pipelining makes no difference, since goplay's agents need no temporary files.)
var honoured = [...]string{
	"AGNOSTIC_BECOME_PROMPT",
	"ALLOW_BROKEN_CONDITIONALS",
	"ANSIBLE_FORCE_COLOR",
	"ANSIBLE_HOME",
	"ANSIBLE_NOCOLOR",
	"ANSIBLE_PIPELINING",
	"ANY_ERRORS_FATAL",
	"BECOME_PASSWORD_FILE",
	"CALLBACKS_ENABLED",
	"COLLECTIONS_PATHS",
	"COLOR_CHANGED",
	"COLOR_DEBUG",
	"COLOR_DEPRECATE",
	"COLOR_DIFF_ADD",
	"COLOR_DIFF_LINES",
	"COLOR_DIFF_REMOVE",
	"COLOR_ERROR",
	"COLOR_HIGHLIGHT",
	"COLOR_INCLUDED",
	"COLOR_OK",
	"COLOR_SKIP",
	"COLOR_UNREACHABLE",
	"COLOR_VERBOSE",
	"COLOR_WARN",
	"CONNECTION_PASSWORD_FILE",
	"DEFAULT_ASK_PASS",
	"DEFAULT_ASK_VAULT_PASS",
	"DEFAULT_BECOME",
	"DEFAULT_BECOME_ASK_PASS",
	"DEFAULT_BECOME_EXE",
	"DEFAULT_BECOME_FLAGS",
	"DEFAULT_BECOME_METHOD",
	"DEFAULT_BECOME_USER",
	"DEFAULT_EXECUTABLE",
	"DEFAULT_FORCE_HANDLERS",
	"DEFAULT_FORKS",
	"DEFAULT_GATHERING",
	"DEFAULT_HASH_BEHAVIOUR",
	"DEFAULT_HOST_LIST",
	"DEFAULT_LOG_PATH",
	"DEFAULT_MODULE_PATH",
	"DEFAULT_MODULE_UTILS_PATH",
	"DEFAULT_NO_LOG",
	"DEFAULT_PRIVATE_ROLE_VARS",
	"DEFAULT_ROLES_PATH",
	"DEFAULT_SELINUX_SPECIAL_FS",
	"DEFAULT_STDOUT_CALLBACK",
	"DEFAULT_STRATEGY",
	"DEFAULT_SYSLOG_FACILITY",
	"DEFAULT_TRANSPORT",
	"DEFAULT_VAULT_IDENTITY",
	"DEFAULT_VAULT_IDENTITY_LIST",
	"DEFAULT_VAULT_ID_MATCH",
	"DEFAULT_VAULT_PASSWORD_FILE",
	"DEFAULT_VERBOSITY",
	"DEPRECATION_WARNINGS",
	"DIFF_ALWAYS",
	"DIFF_CONTEXT",
	"DISPLAY_ARGS_TO_STDOUT",
	"ERROR_ON_MISSING_HANDLER",
	"HOST_PATTERN_MISMATCH",
	"INTERPRETER_PYTHON",
	"INTERPRETER_PYTHON_FALLBACK",
	"INVALID_TASK_ATTRIBUTE_FAILED",
	"INVENTORY_ANY_UNPARSED_IS_FAILED",
	"INVENTORY_ENABLED",
	"INVENTORY_IGNORE_EXTS",
	"INVENTORY_IGNORE_PATTERNS",
	"INVENTORY_UNPARSED_IS_FAILED",
	"INVENTORY_UNPARSED_WARNING",
	"LOCALHOST_WARNING",
	"MODULE_STRICT_UTF8_RESPONSE",
	"PLAYBOOK_DIR",
	"SYSTEM_WARNINGS",
	"TAGS_RUN",
	"TAGS_SKIP",
	"TASK_TIMEOUT",
	"TRANSFORM_INVALID_GROUP_CHARS",
	"VARIABLE_PLUGINS_ENABLED",
	"VARIABLE_PRECEDENCE",
	"YAML_FILENAME_EXTENSIONS",
	"callback.default.check_mode_markers",
	"callback.default.display_failed_stderr",
	"callback.default.display_ok_hosts",
	"callback.default.display_skipped_hosts",
	"callback.default.pretty_results",
	"callback.default.result_format",
	"callback.default.show_custom_stats",
	"callback.default.show_per_host_start",
	"callback.default.show_task_path_on_failure",
	"connection.ssh.host_key_checking",
	"connection.ssh.port",
	"connection.ssh.private_key_file",
	"connection.ssh.private_key_passphrase",
	"connection.ssh.reconnection_retries",
	"connection.ssh.remote_user",
	"connection.ssh.ssh_args",
	"connection.ssh.ssh_common_args",
	"connection.ssh.ssh_executable",
	"connection.ssh.ssh_extra_args",
	"connection.ssh.timeout",
	"inventory.constructed.use_extra_vars",
	"inventory.script.always_show_stderr",
	"inventory.yaml.yaml_extensions",
	"shell.sh.remote_tmp",
	"shell.sh.system_tmpdirs",
}

// Honoured tells whether goplay does what a setting says. Settings that share a key or an environment variable (as the one of a
// plugin and the general one of the same name do) are honoured together.
func Honoured(name string) bool {
	if _, found := slices.BinarySearch(honoured[:], name); found {
		return true
	}
	i := index(name)
	if i < 0 {
		return false
	}
	s := at(i)
	return slices.ContainsFunc(honoured[:], func(other string) bool {
		o := find(other)
		return share(s.Ini, o.Ini) || share(s.Env, o.Env)
	})
}

// share tells whether two lists of words have one in common.
func share(a, b string) bool {
	words := strings.Fields(b)
	return slices.ContainsFunc(strings.Fields(a), func(w string) bool { return slices.Contains(words, w) })
}
