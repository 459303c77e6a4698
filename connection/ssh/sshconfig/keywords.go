package sshconfig

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// kind says how the arguments of a keyword are read.
type kind int

const (
	one          kind = iota // one argument
	several                  // several arguments, the first line counts
	collects                 // one argument, all lines count
	collectsMany             // several arguments, all lines count
	rawText                  // the rest of the line as it stands
	ignored                  // nothing that a command could notice: any arguments, no effect
)

// rule is what a keyword takes. check returns what is wrong with an argument, in OpenSSH's words.
type rule struct {
	kind  kind
	check func(string) string
	alias string // another name of this keyword
	// beyond tells whether a value asks for what only the program ssh can do; see [Settings.Beyond].
	beyond func(string) bool
}

func (r rule) many() bool { return r.kind != one && r.kind != collects }

// keywords are all that ssh_config(5) knows, with the ones that older versions knew.
var keywords = map[string]rule{
	"host": {kind: several}, "match": {kind: several}, "include": {kind: several}, "ignoreunknown": {},

	// Where to.
	"hostname": {}, "port": {check: port}, "user": {}, "addressfamily": {check: oneOf("any", "inet", "inet6")},
	"bindaddress": {}, "bindinterface": {}, "proxyjump": {}, "proxycommand": {kind: rawText},
	"proxyusefdpass": {check: flag, beyond: isYes}, "connecttimeout": {check: timeOrNone}, "connectionattempts": {check: number},
	"tag": {},

	// The socket of another ssh, which may have a line already.
	"controlpath": {},

	// Who we are.
	"identityfile": {kind: collects}, "certificatefile": {kind: collects}, "identitiesonly": {check: flag}, "identityagent": {},
	"preferredauthentications": {}, "pubkeyauthentication": {check: oneOf("yes", "no", "true", "false", "unbound", "host-bound")},
	"passwordauthentication": {check: flag}, "kbdinteractiveauthentication": {check: flag}, "numberofpasswordprompts": {check: number},
	"batchmode": {check: flag}, "pubkeyacceptedalgorithms": {}, "requiredrsasize": {check: number},
	"pkcs11provider": {beyond: isSome},
	"forwardagent":   {},

	// Who they are.
	"userknownhostsfile": {kind: several}, "globalknownhostsfile": {kind: several}, "stricthostkeychecking": {check: strictness},
	"hostkeyalias": {}, "hostkeyalgorithms": {}, "hashknownhosts": {check: flag}, "casignaturealgorithms": {},
	"nohostauthenticationforlocalhost": {check: flag}, "checkhostip": {check: flag, beyond: isYes}, "revokedhostkeys": {}, "fingerprinthash": {},
	"knownhostscommand": {kind: rawText, beyond: isSome},
	"visualhostkey":     {check: flag},

	// The line.
	"ciphers": {}, "macs": {}, "kexalgorithms": {}, "rekeylimit": {kind: several}, "tcpkeepalive": {check: flag},
	"serveraliveinterval": {check: timeOrNone}, "serveralivecountmax": {check: number},
	"sendenv": {kind: collectsMany}, "setenv": {kind: collectsMany},
	"remotecommand": {kind: rawText, check: refuseUnlessNone("RemoteCommand", "it would run instead of the tasks")},
	"localcommand":  {kind: rawText}, "permitlocalcommand": {check: flag, beyond: isYes},
	"canonicalizehostname": {beyond: func(arg string) bool { return isSome(arg) && !isNo(arg) }},

	// No effect on commands: there is one line a host anyway, nothing is forwarded or shown, compression isn't worth its time.
	"addkeystoagent": {kind: ignored}, "canonicaldomains": {kind: ignored}, "canonicalizefallbacklocal": {kind: ignored},
	"canonicalizemaxdots": {kind: ignored}, "canonicalizepermittedcnames": {kind: ignored}, "channeltimeout": {kind: ignored},
	"clearallforwardings": {kind: ignored}, "compression": {kind: ignored}, "compressionlevel": {kind: ignored},
	"controlmaster": {kind: ignored}, "controlpersist": {kind: ignored},
	"dynamicforward": {kind: ignored}, "enableescapecommandline": {kind: ignored}, "enablesshkeysign": {kind: ignored},
	"escapechar": {kind: ignored}, "exitonforwardfailure": {kind: ignored}, "forkafterauthentication": {kind: ignored},
	"forwardx11": {kind: ignored}, "forwardx11timeout": {kind: ignored}, "forwardx11trusted": {kind: ignored},
	"gatewayports": {kind: ignored}, "ipqos": {kind: ignored}, "kbdinteractivedevices": {kind: ignored},
	"localforward": {kind: ignored}, "loglevel": {kind: ignored}, "logverbose": {kind: ignored},
	"obscurekeystroketiming": {kind: ignored}, "permitremoteopen": {kind: ignored}, "remoteforward": {kind: ignored},
	"requesttty": {kind: ignored}, "securitykeyprovider": {kind: ignored}, "sessiontype": {kind: ignored},
	"stdinnull": {kind: ignored}, "streamlocalbindmask": {kind: ignored}, "streamlocalbindunlink": {kind: ignored},
	"syslogfacility": {kind: ignored}, "tunnel": {kind: ignored}, "tunneldevice": {kind: ignored},
	"updatehostkeys": {kind: ignored}, "verifyhostkeydns": {kind: ignored}, "versionaddendum": {kind: ignored},
	"warnweakcrypto": {kind: ignored}, "xauthlocation": {kind: ignored},

	// Ways to log in that this transport doesn't have. The others are tried; should they fail, the program ssh is asked.
	"gssapiauthentication": {check: flag}, "hostbasedauthentication": {check: flag},
	"gssapiclientidentity": {kind: ignored}, "gssapidelegatecredentials": {kind: ignored},
	"gssapikexalgorithms": {kind: ignored}, "gssapikeyexchange": {kind: ignored}, "gssapirenewalforcesrekey": {kind: ignored},
	"gssapiserveridentity": {kind: ignored}, "gssapitrustdns": {kind: ignored}, "hostbasedacceptedalgorithms": {kind: ignored},
	"hostbasedkeytypes": {kind: ignored},

	// Other and former names.
	"challengeresponseauthentication": {alias: "kbdinteractiveauthentication"}, "skeyauthentication": {alias: "kbdinteractiveauthentication"},
	"tisauthentication": {alias: "kbdinteractiveauthentication"}, "dsaauthentication": {alias: "pubkeyauthentication"},
	"pubkeyacceptedkeytypes": {alias: "pubkeyacceptedalgorithms"}, "keepalive": {alias: "tcpkeepalive"},
	"afstokenpassing": {kind: ignored}, "cipher": {kind: ignored}, "fallbacktorsh": {kind: ignored}, "globalknownhostsfile2": {kind: ignored},
	"kerberosauthentication": {kind: ignored}, "kerberostgtpassing": {kind: ignored}, "protocol": {kind: ignored},
	"rhostsauthentication": {kind: ignored}, "rhostsrsaauthentication": {kind: ignored}, "rsaauthentication": {kind: ignored},
	"smartcarddevice": {kind: ignored}, "useprivilegedport": {kind: ignored}, "useroaming": {kind: ignored}, "usersh": {kind: ignored},
	"userknownhostsfile2": {kind: ignored},
}

func port(arg string) string {
	if n, err := strconv.Atoi(arg); err != nil || n < 1 || n > 65535 {
		return fmt.Sprintf("Bad port '%s'.", arg)
	}
	return ""
}

func number(arg string) string {
	if _, err := strconv.ParseInt(arg, 10, 32); err != nil {
		return "integer value invalid."
	}
	return ""
}

func timeOrNone(arg string) string {
	if _, ok := parseTime(arg); ok || arg == "none" {
		return ""
	}
	return "invalid time value."
}

func oneOf(values ...string) func(string) string {
	return func(arg string) string {
		if slices.Contains(values, strings.ToLower(arg)) {
			return ""
		}
		return fmt.Sprintf("unsupported option \"%s\".", arg)
	}
}

func flag(arg string) string { return oneOf("yes", "no", "true", "false")(arg) }

func strictness(arg string) string {
	return oneOf("yes", "true", "no", "false", "off", "ask", "accept-new")(arg)
}

func isYes(arg string) bool { return strings.EqualFold(arg, "yes") || strings.EqualFold(arg, "true") }

func isNo(arg string) bool { return strings.EqualFold(arg, "no") || strings.EqualFold(arg, "false") }

func isSome(arg string) bool { return !strings.EqualFold(arg, "none") }

func refuseUnlessNone(keyword, hint string) func(string) string {
	return func(arg string) string {
		if strings.EqualFold(arg, "none") {
			return ""
		}
		return keyword + " is not supported by goplay: " + hint + "."
	}
}
