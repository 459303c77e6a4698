package config

import (
	"slices"
	"strings"
)

// honoured names the settings that goplay obeys, sorted. Every other one is read and checked, and reported by NotHonoured.
// (ANSIBLE_HOME is in the defaults of others; pipelining makes no difference, since goplay's agents need no temporary files, and neither do
// system warnings, which are about the controller's Python.)
var honoured = [...]string{
	"AGNOSTIC_BECOME_PROMPT",
	"ALLOW_BROKEN_CONDITIONALS",
	"ANSIBLE_FORCE_COLOR",
	"ANSIBLE_HOME",
	"ANSIBLE_NOCOLOR",
	"ANSIBLE_PIPELINING",
	"ANY_ERRORS_FATAL",
	"BECOME_PASSWORD_FILE",
	"CACHE_PLUGIN",
	"CACHE_PLUGIN_CONNECTION",
	"CACHE_PLUGIN_PREFIX",
	"CACHE_PLUGIN_TIMEOUT",
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
	"DEFAULT_LOG_FILTER",
	"DEFAULT_LOG_PATH",
	"DEFAULT_MODULE_PATH",
	"DEFAULT_MODULE_UTILS_PATH",
	"DEFAULT_NO_LOG",
	"DEFAULT_POLL_INTERVAL",
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
	"ENABLE_TASK_DEBUGGER",
	"ERROR_ON_MISSING_HANDLER",
	"HOST_PATTERN_MISMATCH",
	"INJECT_FACTS_AS_VARS",
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
	"LOG_VERBOSITY",
	"MAX_FILE_SIZE_FOR_DIFF",
	"MODULE_STRICT_UTF8_RESPONSE",
	"PLAYBOOK_DIR",
	"RETRY_FILES_ENABLED",
	"RETRY_FILES_SAVE_PATH",
	"SYSTEM_WARNINGS",
	"TAGS_RUN",
	"TAGS_SKIP",
	"TASK_DEBUGGER_IGNORE_ERRORS",
	"TASK_TIMEOUT",
	"TRANSFORM_INVALID_GROUP_CHARS",
	"VARIABLE_PLUGINS_ENABLED",
	"VARIABLE_PRECEDENCE",
	"VERBOSE_TO_STDERR",
	"YAML_FILENAME_EXTENSIONS",
	"cache.redis.keyset_name",
	"cache.redis.sentinel_service_name",
	"callback.default.check_mode_markers",
	"callback.default.display_failed_stderr",
	"callback.default.display_ok_hosts",
	"callback.default.display_skipped_hosts",
	"callback.default.pretty_results",
	"callback.default.result_format",
	"callback.default.show_custom_stats",
	"callback.default.show_per_host_start",
	"callback.default.show_task_path_on_failure",
	"callback.json.json_indent",
	"callback.junit.fail_on_change",
	"callback.junit.fail_on_ignore",
	"callback.junit.hide_task_arguments",
	"callback.junit.include_setup_tasks_in_report",
	"callback.junit.output_dir",
	"callback.junit.replace_out_of_tree_path",
	"callback.junit.task_class",
	"callback.junit.task_relative_path",
	"callback.junit.test_case_prefix",
	"callback.log_plays.log_folder",
	"callback.profile_roles.summary_only",
	"callback.profile_tasks.output_limit",
	"callback.profile_tasks.sort_order",
	"callback.profile_tasks.summary_only",
	"callback.tree.directory",
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
	"shell.sh.async_dir",
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
