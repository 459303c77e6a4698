package config

import "fmt"

// Effect is what goplay makes of a setting: nothing, where it has a Reason.
type Effect struct {
	Reason string
	// Changes tells that a run may come to other results than Ansible's where the setting is set: the user is told of it each time.
	Changes bool
}

// Obeyed tells whether goplay does what the setting says.
func (e Effect) Obeyed() bool { return e.Reason == "" }

// without are the settings that are read and checked and have no effect, by their reasons. All others are obeyed.
var without = [...]struct {
	Effect
	names []string
}{
	{Effect{Reason: "for ansible-galaxy, which goplay has no part of"}, []string{
		"GALAXY_CACHE_DIR", "GALAXY_COLLECTIONS_PATH_WARNING", "GALAXY_COLLECTION_IMPORT_POLL_FACTOR", "GALAXY_COLLECTION_IMPORT_POLL_INTERVAL",
		"GALAXY_COLLECTION_SKELETON", "GALAXY_COLLECTION_SKELETON_IGNORE", "GALAXY_DISABLE_GPG_VERIFY", "GALAXY_DISPLAY_PROGRESS",
		"GALAXY_GPG_KEYRING", "GALAXY_IGNORE_CERTS", "GALAXY_IGNORE_INVALID_SIGNATURE_STATUS_CODES", "GALAXY_REQUIRED_VALID_SIGNATURE_COUNT",
		"GALAXY_ROLE_SKELETON", "GALAXY_ROLE_SKELETON_IGNORE", "GALAXY_SERVER", "GALAXY_SERVER_LIST", "GALAXY_SERVER_TIMEOUT", "GALAXY_TOKEN_PATH",
	}},
	{Effect{Reason: "for ansible-doc and ansible-console"}, []string{
		"COLOR_CONSOLE_PROMPT", "COLOR_DOC_CONSTANT", "COLOR_DOC_DEPRECATED", "COLOR_DOC_LINK", "COLOR_DOC_MODULE", "COLOR_DOC_PLUGIN",
		"COLOR_DOC_REFERENCE", "DOCSITE_ROOT_URL", "DOC_FRAGMENT_PLUGIN_PATH",
	}},
	{Effect{Reason: "for tests of Ansible itself"}, []string{"COVERAGE_REMOTE_OUTPUT", "COVERAGE_REMOTE_PATHS", "DEVEL_WARNING"}},
	{Effect{Reason: "goplay draws no cows"}, []string{"ANSIBLE_COW_ACCEPTLIST", "ANSIBLE_COW_PATH", "ANSIBLE_COW_SELECTION", "ANSIBLE_NOCOWS"}},
	{Effect{Reason: "has no effect in ansible-core 2.19 either"}, []string{
		"ACTION_WARNINGS", "ANSIBLE_CONNECTION_PATH", "DEFAULT_ALLOW_UNSAFE_LOOKUPS", "DEFAULT_JINJA2_NATIVE", "DEFAULT_NULL_REPRESENTATION",
		"DEFAULT_SU", "DEFAULT_UNDEFINED_VAR_BEHAVIOR", "STRING_TYPE_FILTERS",
	}},
	{Effect{Reason: "for connections to network devices, which goplay does not have"}, []string{
		"DEFAULT_CLICONF_PLUGIN_PATH", "DEFAULT_HTTPAPI_PLUGIN_PATH", "DEFAULT_NETCONF_PLUGIN_PATH", "DEFAULT_TERMINAL_PLUGIN_PATH",
		"NETCONF_SSH_CONFIG", "NETWORK_GROUP_MODULES", "PERSISTENT_COMMAND_TIMEOUT", "PERSISTENT_CONNECT_RETRY_TIMEOUT",
		"PERSISTENT_CONNECT_TIMEOUT", "PERSISTENT_CONTROL_PATH_DIR", "USE_PERSISTENT_CONNECTIONS",
	}},
	{Effect{Reason: "for libvirt-lxc, to which goplay does not connect"}, []string{"DEFAULT_LIBVIRT_LXC_NOSECLABEL"}},
	{Effect{Reason: "tasks in the background are refused on Windows hosts"}, []string{"WIN_ASYNC_STARTUP_TIMEOUT"}},
	{Effect{Reason: "goplay speaks SSH itself, over one line for the run, in place of paramiko"}, []string{"PARAMIKO_HOST_KEY_AUTO_ADD", "PARAMIKO_LOOK_FOR_KEYS"}},
	{Effect{Reason: "goplay speaks SSH itself, over one line for the run: no control socket, no sftp, scp or sshpass, no terminal"}, []string{
		"connection.ssh.control_path", "connection.ssh.control_path_dir", "connection.ssh.password_mechanism", "connection.ssh.scp_executable",
		"connection.ssh.scp_extra_args", "connection.ssh.sftp_batch_mode", "connection.ssh.sftp_executable", "connection.ssh.sftp_extra_args",
		"connection.ssh.ssh_transfer_method", "connection.ssh.sshpass_prompt", "connection.ssh.use_tty", "connection.ssh.verbosity",
	}},
	{Effect{Reason: "modules get to targets over the agent's line, in memory: there are no temporary files to send, to share or to compress"}, []string{
		"ANSIBLE_PIPELINING", "DEFAULT_MODULE_COMPRESSION", "connection.local.pipelining", "connection.psrp.pipelining", "connection.ssh.pipelining",
		"connection.winrm.pipelining", "shell.sh.admin_users",
		"shell.sh.common_remote_group", "shell.sh.world_readable_temp",
	}},
	{Effect{Reason: "goplay has no worker processes to wait for"}, []string{
		"DEFAULT_INTERNAL_POLL_INTERVAL", "WORKER_SHUTDOWN_POLL_COUNT", "WORKER_SHUTDOWN_POLL_DELAY",
	}},
	{Effect{Reason: "there is no Python on the controller: no tracebacks, no Python packages with collections, no warnings about its installation"}, []string{
		"DISPLAY_TRACEBACK", "SYSTEM_WARNINGS",
	}},
	{Effect{Reason: "users' Python plugins do not run on the controller; the use of one that is not built in is an error"}, []string{
		"BECOME_PLUGIN_PATH", "DEFAULT_CACHE_PLUGIN_PATH",
		"DEFAULT_CONNECTION_PLUGIN_PATH",
		"DEFAULT_STRATEGY_PLUGIN_PATH",
	}},
	{Effect{Reason: "for logins by CredSSP, which are refused"}, []string{
		"connection.psrp.credssp_auth_mechanism", "connection.psrp.credssp_disable_tlsv1_2", "connection.psrp.credssp_minimum_version",
	}},
	{Effect{Reason: "goplay gets tickets itself, without kinit"}, []string{
		"connection.winrm.kerberos_command", "connection.winrm.kinit_args", "connection.winrm.kinit_env_vars",
	}},
	{Effect{Reason: "prompts are recognised in any language"}, []string{"become.doas.prompt_l10n", "become.ksu.prompt_l10n", "become.su.prompt_l10n"}},
	{Effect{Reason: "what a become program says before the command is never a part of its output"}, []string{"connection.local.become_strip_preamble"}},
	{Effect{Reason: "sudo and su are called in the one way that both values mean"}, []string{"become.sudosu.alt_method"}},
	{Effect{Reason: "goplay keeps nothing of inventory plugins that could be cleared"}, []string{"OLD_PLUGIN_CACHE_CLEARING"}},
	{Effect{Reason: "what collections say of the versions they need is not read", Changes: true}, []string{"COLLECTIONS_ON_ANSIBLE_VERSION_MISMATCH"}},
	{Effect{Reason: "metadata of groups of actions is not checked"}, []string{"VALIDATE_ACTION_GROUP_METADATA"}},
	{Effect{Reason: "keys of variables are used in memory: no agent is started, and none is given them"}, []string{
		"SSH_AGENT_EXECUTABLE", "SSH_AGENT_KEY_LIFETIME",
	}},
	{Effect{Reason: "the program ssh is not handed a card's PIN; PKCS11Provider of ssh_config and ssh_args is used, for cards that need none", Changes: true}, []string{"connection.ssh.pkcs11_provider"}},
	{Effect{Reason: "the lookup refuses it where it is set"}, []string{"lookup.url.ciphers", "lookup.url.use_gssapi"}},
}

// EffectOf tells what goplay makes of a setting.
func EffectOf(name string) Effect {
	for _, group := range without {
		for _, n := range group.names {
			if n == name {
				return group.Effect
			}
		}
	}
	return Effect{}
}

// Honoured tells whether goplay does what a setting says.
func Honoured(name string) bool { return EffectOf(name).Obeyed() }

// Ignored are warnings about settings that the user has set to other values than Ansible's own and that have no effect, although they would
// change a run. With all those count, too, that by their nature mean nothing here.
func (c *Config) Ignored(all bool) []string {
	var out []string
	for i, e := range c.entries {
		s := at(i)
		if e.origin == originDefault {
			continue
		}
		effect := EffectOf(s.Name)
		if effect.Obeyed() || !all && (!effect.Changes || c.isDefault(s, e)) {
			continue
		}
		out = append(out, fmt.Sprintf("The setting %s (from %s) has no effect in goplay: %s.", s.Name, e.origin, effect.Reason))
	}
	return out
}

// isDefault tells whether a setting that the user has set has the value that it would have without that.
func (c *Config) isDefault(s *Setting, e entry) bool {
	if s.Default == unset {
		return false
	}
	v, err := c.convert(s, raw{text: s.Default, origin: originDefault, dir: c.src.Dir})
	return err == nil && fmt.Sprint(v) == fmt.Sprint(e.val)
}
