package templating_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
)

// urlServer tells the headers that matter of what it is asked.
func urlServer(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/redirect" {
		http.Redirect(w, r, "/", http.StatusFound)
		return
	}
	if r.URL.Path == "/login" && r.Header.Get("Authorization") == "" {
		w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	var told []string
	for _, name := range []string{"Authorization", "Cache-Control", "User-Agent", "X-A", "X-B"} {
		if v := r.Header.Get(name); v != "" {
			told = append(told, v)
		}
	}
	fmt.Fprint(w, strings.Join(told, " "))
}

func TestURLOptions(t *testing.T) {
	dir := writeFiles(t, map[string]string{"netrc": "machine other login a password b\nmachine 127.0.0.1 login n password s\n"})
	server := httptest.NewServer(http.HandlerFunc(urlServer))
	defer server.Close()
	secure := httptest.NewTLSServer(http.HandlerFunc(urlServer))
	defer secure.Close()
	socket := filepath.Join(dir, "socket")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	local := &http.Server{Handler: http.HandlerFunc(urlServer)}
	go func() { _ = local.Serve(listener) }()
	defer local.Close()
	t.Setenv("NETRC", filepath.Join(dir, "none"))
	ctx := templating.New().NewContext(scopeOf(t, `{}`), nil)
	for _, r := range urlRows {
		text := strings.NewReplacer("SECURE", secure.URL, "URL", server.URL, "SOCKET", socket).Replace(r[0])
		got := strings.NewReplacer(server.URL, "URL", secure.URL, "SECURE").Replace(describe(ctx.Expression(text, source.Pos{})))
		if !strings.HasPrefix(got, r[1]) || r[1] == "" {
			t.Errorf("%s\n got %s\nwant %s", r[0], got, r[1])
		}
	}
	t.Setenv("NETRC", filepath.Join(dir, "netrc"))
	settings := func(name string) (value.Value, bool) { return value.String("me"), name == "lookup.url.http_agent" }
	inherited := templating.New().NewContext(scopeOf(t, `{"ansible_lookup_url_force": true}`), &templating.Env{Config: settings})
	if got, want := describe(inherited.Expression("lookup('url', '"+server.URL+"')", source.Pos{})), "str 'Basic bjpz no-cache me'"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

var urlRows = [][2]string{
	{`lookup('url', 'URL')`, `str 'ansible-httpget'`},
	{`lookup('url', 'URL', http_agent='x', force=true)`, `str 'no-cache x'`},
	{`lookup('url', 'URL', username='u', password='p')`, `str 'ansible-httpget'`},
	{`lookup('url', 'URL', username='u', password='p', force_basic_auth=true)`, `str 'Basic dTpw ansible-httpget'`},
	{`lookup('url', 'URL/login', username='u', password='p')`, `str 'Basic dTpw ansible-httpget'`},
	{`lookup('url', 'URL/login')`, `error The lookup plugin 'url' failed: Received HTTP error for URL/login : HTTP Error 401: Unauthorized`},
	{`lookup('url', 'URL/redirect', headers={'X-A': 'a', 'X-B': 1})`, `str 'ansible-httpget a 1'`},
	{`lookup('url', 'URL/redirect', headers={'X-A': 'a', 'X-B': 1}, unredirected_headers=['x-a'])`, `str 'ansible-httpget 1'`},
	{`lookup('url', 'URL/redirect', follow_redirects='none')`, `error The lookup plugin 'url' failed: Received HTTP error for URL/redirect : HTTP Error 302: Found`},
	{`lookup('url', 'URL', follow_redirects='x')`, `error The lookup plugin 'url' failed: Invalid value 'x' for config 'follow_redirects' for 'url' lookup plugin.`},
	{`lookup('url', 'URL', timeout='x')`, `error The lookup plugin 'url' failed: Config 'timeout' for 'url' lookup plugin from 'Direct' has an invalid value: Invalid value provided for 'float': 'x'`},
	{`lookup('url', 'URL', use_gssapi=true)`, `error The lookup plugin 'url' failed: the option use_gssapi is not supported`},
	{`lookup('url', 'URL', ciphers=['x'])`, `error The lookup plugin 'url' failed: the option ciphers is not supported`},
	{`lookup('url', 'http://any.example/', unix_socket='SOCKET')`, `str 'ansible-httpget'`},
	{`lookup('url', 'SECURE')`, `error The lookup plugin 'url' failed: Failed lookup url for SECURE : <urlopen error tls`},
	{`lookup('url', 'SECURE', validate_certs=false)`, `str 'ansible-httpget'`},
	{`lookup('url', 'SECURE', ca_path='/nonexistent')`, `error The lookup plugin 'url' failed: Unable to access the file '/nonexistent': no such file or directory`},
}
