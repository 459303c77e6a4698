package lookup

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/goplay/goplay/templating/value"
)

// environmentNames are the options of the url lookup whose variable is not called like them.
var environmentNames = map[string]string{"http_agent": "agent", "unredirected_headers": "unredir_headers"}

// setting gives an option that can also be a variable or a setting, as ansible-core's order has it.
func (c *Call) setting(name, standard string) (value.Value, error) {
	if v, ok := c.Opts.Lookup(name); ok && v != value.Value(value.None) {
		return v, nil
	}
	short := name
	if s, ok := environmentNames[name]; ok {
		short = s
	}
	variable := short
	if name == "http_agent" {
		variable = name
	}
	if v, ok, err := c.Host.Variable("ansible_lookup_url_" + variable); err != nil || ok {
		return v, err
	}
	if v, ok := c.Host.Config("lookup.url." + name); ok && v != value.Value(value.None) {
		return v, nil
	}
	return value.String(standard), nil
}

func (c *Call) settingTexts(name string) ([]string, error) {
	v, err := c.setting(name, "")
	if err != nil {
		return nil, err
	}
	elems, ok := elements(v)
	if !ok {
		elems = []value.Value{v}
	}
	var out []string
	for _, e := range elems {
		for part := range strings.SplitSeq(e.String(), ",") {
			if part != "" {
				out = append(out, strings.TrimSpace(part))
			}
		}
	}
	return out, nil
}

func (c *Call) httpClient() (*http.Client, error) {
	for _, name := range []string{"use_gssapi", "ciphers"} {
		if v, err := c.setting(name, ""); err != nil {
			return nil, err
		} else if Truth(v) {
			return nil, failf("the option %s is not supported", name)
		}
	}
	timeout, err := c.timeout()
	if err != nil {
		return nil, err
	}
	transport, err := c.transport()
	if err != nil {
		return nil, err
	}
	redirects, err := c.redirects()
	return &http.Client{Transport: transport, Timeout: timeout, CheckRedirect: redirects}, err
}

func (c *Call) timeout() (time.Duration, error) {
	v, err := c.setting("timeout", "10")
	if err != nil {
		return 0, err
	}
	seconds, err := strconv.ParseFloat(v.String(), 64)
	if err != nil {
		return 0, failf("Config 'timeout' for 'url' lookup plugin from 'Direct' has an invalid value: Invalid value provided for 'float': %s", value.Repr(v))
	}
	return time.Duration(seconds * float64(time.Second)), nil
}

func (c *Call) transport() (*http.Transport, error) {
	t := &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true, DisableCompression: true}
	if !c.flag("use_proxy", true) {
		t.Proxy = nil
	}
	t.TLSClientConfig = &tls.Config{InsecureSkipVerify: !c.flag("validate_certs", true)} //nolint:gosec // the user asked for it
	ca, err := c.setting("ca_path", "")
	if err != nil {
		return nil, err
	}
	if path := ca.String(); path != "" {
		if t.TLSClientConfig.RootCAs, err = certificates(path); err != nil {
			return nil, err
		}
	}
	socket, err := c.setting("unix_socket", "")
	if err != nil {
		return nil, err
	}
	if path := socket.String(); path != "" {
		t.Proxy = nil
		t.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", path)
		}
	}
	return t, nil
}

// certificates reads a bundle in addition to the system's certificates.
func certificates(path string) (*x509.CertPool, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, failf("Unable to access the file '%s': %s", path, cause(err))
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(data) {
		return nil, failf("no certificates in '%s'", path)
	}
	return pool, nil
}

const maxRedirects = 10

// redirects says which redirects are followed and what goes along: a GET, which all requests here are, is safe.
func (c *Call) redirects() (func(*http.Request, []*http.Request) error, error) {
	follow, err := c.setting("follow_redirects", "urllib2")
	if err != nil {
		return nil, err
	}
	if !contains([]string{"all", "no", "none", "safe", "urllib2", "yes"}, follow.String()) {
		return nil, failf("Invalid value '%s' for config 'follow_redirects' for 'url' lookup plugin.", follow)
	}
	kept, err := c.settingTexts("unredirected_headers")
	if err != nil {
		return nil, err
	}
	return func(req *http.Request, via []*http.Request) error {
		if contains([]string{"no", "none"}, follow.String()) {
			return http.ErrUseLastResponse
		}
		if len(via) > maxRedirects {
			return failf("the server redirects more than %d times", maxRedirects)
		}
		for _, name := range kept {
			req.Header.Del(name)
		}
		req.Header.Del("Referer")
		return nil
	}, nil
}

// addNetrc shows the login that ~/.netrc has for a host, unless the user gave one.
func (c *Call) addNetrc(req *http.Request, user string) error {
	use, err := c.setting("use_netrc", "true")
	if err != nil || !Truth(use) || user != "" || req.Header.Get("Authorization") != "" {
		return err
	}
	path := os.Getenv("NETRC")
	if path == "" {
		path = expandHome("~/.netrc")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil //nolint:nilerr // most users have none
	}
	defer f.Close()
	words := bufio.NewScanner(f)
	words.Split(bufio.ScanWords)
	if login, password, ok := netrcLogin(words, req.URL.Hostname()); ok {
		req.SetBasicAuth(login, password)
	}
	return nil
}

// netrcLogin finds a host's entry, or the default one.
func netrcLogin(words *bufio.Scanner, host string) (login, password string, ok bool) {
	next := func() string { words.Scan(); return words.Text() }
	in := false
	for words.Scan() {
		switch words.Text() {
		case "machine":
			if ok {
				return login, password, true
			}
			in = next() == host
		case "default":
			if ok {
				return login, password, true
			}
			in = true
		case "login":
			if v := next(); in {
				login, ok = v, true
			}
		case "password":
			if v := next(); in {
				password = v
			}
		case "account", "macdef":
			next()
		}
	}
	return login, password, ok
}
