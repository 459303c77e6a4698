package runner

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/value"
)

// windows tells whether a target is a Windows machine, where PowerShell runs modules.
func windows(t connection.Target) bool {
	return t.Transport == "winrm" || t.Transport == "psrp" || t.Windows != ""
}

// windowsOverSSH notes that a target of ssh is a Windows machine, by the kind of its shell.
func (d *destination) windowsOverSSH(t *connection.Target) {
	if kind := d.str("ansible_shell_type"); kind == "powershell" || kind == "cmd" {
		t.Windows = kind
		t.Quotas.Processes = d.quota("goplay_max_processes_per_shell")
	}
}

// wsman fills in what winrm and psrp have in common.
func (d *destination) wsman(t *connection.Target, plugin string) {
	opts := &d.run.opts
	named := func(option string) string { return plugin + option }
	t.Address = d.option(named("remote_addr"), d.host.Name)
	t.Port = d.optionInt(named("port"), d.keywords.int("port", d.task.Port, d.host.Port))
	t.User = d.option(named("remote_user"), d.keywords.str("remote_user", d.task.RemoteUser, ""), opts.RemoteUser, opts.Config.Str("DEFAULT_REMOTE_USER"))
	t.Password = d.option(named("remote_password"), opts.ConnectionPassword)
	t.Quotas = connection.Quotas{Shells: d.quota("goplay_max_shells_per_user"), Processes: d.quota("goplay_max_processes_per_shell")}
}

// quota reads a variable that tells a machine's quota; 0: it is not told.
func (d *destination) quota(name string) int {
	n := d.int(name, 0)
	if n < 0 {
		d.fail(fmt.Errorf("%s is %d; it must be 1 or more", name, n))
	}
	return n
}

// winrm reads the settings of a target of winrm: its documented ones, and those that Ansible hands through to pywinrm.
func (d *destination) winrm(t *connection.Target) {
	const plugin = "connection.winrm."
	d.wsman(t, plugin)
	w := &t.WinRM
	w.Scheme = d.choice(plugin + "scheme")
	w.Path = d.option(plugin + "path")
	w.Transport = strings.Join(d.words("connection.winrm.transport"), ",")
	w.MessageEncryption = d.str("ansible_winrm_message_encryption")
	w.ServerCertValidation = d.str("ansible_winrm_server_cert_validation")
	w.CATrustPath = d.str("ansible_winrm_ca_trust_path")
	w.CertPEM, w.CertKeyPEM = d.str("ansible_winrm_cert_pem"), d.str("ansible_winrm_cert_key_pem")
	w.NoCBT = !d.bool("ansible_winrm_send_cbt", true)
	w.Realm, w.Service, w.Keytab = d.str("ansible_winrm_realm"), d.str("ansible_winrm_service"), d.str("ansible_winrm_keytab")
	w.KerberosHost, w.Delegation = d.str("ansible_winrm_kerberos_hostname_override"), d.bool("ansible_winrm_kerberos_delegation", false)
	w.ManualKinit = d.choice("connection.winrm.kerberos_mode") == "manual"
	w.Proxy = d.str("ansible_winrm_proxy")
	w.OperationTimeout = d.seconds("ansible_winrm_operation_timeout_sec")
	w.ReadTimeout = d.seconds("ansible_winrm_read_timeout_sec")
	if both := d.optionInt(plugin+"connection_timeout", 0); both != 0 {
		w.OperationTimeout = time.Duration(both) * time.Second
		w.ReadTimeout = w.OperationTimeout + 10*time.Second
	}
	d.warnUnknownWinRM()
}

// seconds reads a variable that is a number of seconds; 0 stands for none.
func (d *destination) seconds(name string) time.Duration {
	return time.Duration(d.int(name, 0)) * time.Second
}

// words gives an option that is a list, or a text with commas between.
func (s *settings) words(name string) (words []string) {
	v, ok := s.optionVariable(name)
	if !ok {
		return nil
	}
	list, isList := v.(*value.List)
	if !isList {
		list = value.NewList()
		for word := range strings.SplitSeq(v.String(), ",") {
			list.Append(value.String(word))
		}
	}
	for _, e := range list.Elems {
		words = append(words, strings.TrimSpace(e.String()))
	}
	return words
}

// throughWinRM are the variables, without ansible_winrm_, that are documented or that pywinrm knows; those of CredSSP, which is
// refused, among them.
var throughWinRM = strings.Fields("host user pass password port scheme path transport kinit_cmd kinit_args kinit_env_vars kinit_mode connection_timeout " +
	"realm service keytab ca_trust_path cert_pem cert_key_pem server_cert_validation kerberos_delegation read_timeout_sec operation_timeout_sec " +
	"kerberos_hostname_override message_encryption credssp_disable_tlsv1_2 credssp_auth_mechanism credssp_minimum_version send_cbt proxy")

// warnUnknownWinRM tells once for each host of variables that would be handed through, and that nothing takes.
func (d *destination) warnUnknownWinRM() {
	if d.x.scouting || !d.run.firstTime("ansible_winrm_ of "+d.host.Name) {
		return
	}
	var unknown []string
	for name := range d.vars.Names() {
		if rest, ours := strings.CutPrefix(name, "ansible_winrm_"); ours && !slices.Contains(throughWinRM, rest) {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	for _, name := range unknown {
		d.run.warn(name+" unsupported by pywinrm (is an up-to-date version of pywinrm installed?)", source.Pos{})
	}
}

// psrp reads the settings of a target of psrp.
func (d *destination) psrp(t *connection.Target) {
	const plugin = "connection.psrp."
	d.wsman(t, plugin)
	option := func(name string) string { return d.option(plugin + name) }
	choice := func(name string) string { return d.choice(plugin + name) }
	number := func(name string) int { return d.optionInt(plugin+name, 0) }
	yes := func(name string) bool { return d.optionBool(plugin + name) }
	seconds := func(name string) time.Duration { return time.Duration(number(name)) * time.Second }
	t.Timeout = seconds("connection_timeout")
	t.PSRP = connection.PSRPOptions{
		Protocol: choice("protocol"), Path: option("path"), Auth: choice("auth"),
		MessageEncryption: choice("message_encryption"), CertValidation: choice("cert_validation"),
		CACert: option("ca_cert"), CertificatePEM: option("certificate_pem"), CertificateKeyPEM: option("certificate_key_pem"),
		NegotiateService: option("negotiate_service"), NegotiateHost: option("negotiate_hostname_override"), Delegate: yes("negotiate_delegate"),
		NoCBT: !yes("negotiate_send_cbt"), Proxy: option("proxy"), IgnoreProxy: yes("ignore_proxy"),
		OperationTimeout: seconds("operation_timeout"), ReadTimeout: seconds("read_timeout"),
		ReconnectionRetries: number("reconnection_retries"), ReconnectionBackoff: seconds("reconnection_backoff"),
		MaxEnvelopeSize: number("max_envelope_size"), ConfigurationName: option("configuration_name"),
	}
}
