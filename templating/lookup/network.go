package lookup

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"github.com/goplay/goplay/templating/value"
)

func fetchURL(c *Call) ([]value.Value, error) {
	addresses, err := c.texts()
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, a := range addresses {
		body, err := c.fetch(a)
		if err != nil {
			return nil, err
		}
		if !c.flag("split_lines", true) {
			out = append(out, value.String(body))
			continue
		}
		body = strings.TrimSuffix(body, "\n")
		for _, l := range strings.Split(body, "\n") {
			out = append(out, value.String(strings.TrimSuffix(l, "\r")))
		}
	}
	return out, nil
}

func (c *Call) fetch(address string) (string, error) {
	client, err := c.httpClient()
	if err != nil {
		return "", err
	}
	defer client.CloseIdleConnections()
	resp, err := c.request(client, address)
	if err != nil {
		var own *value.Exception
		if errors.As(err, &own) {
			return "", err
		}
		return "", failf("Failed lookup url for %s : %s", address, urlCause(err))
	}
	defer resp.Body.Close()
	if resp.StatusCode >= http.StatusMultipleChoices {
		return "", failf("Received HTTP error for %s : HTTP Error %d: %s", address, resp.StatusCode, http.StatusText(resp.StatusCode))
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxFile))
	if err != nil {
		return "", failf("Failed lookup url for %s : %s", address, urlCause(err))
	}
	return string(body), nil
}

// request asks; a name and password are shown to a server that wants them, or at once where force_basic_auth says so.
func (c *Call) request(client *http.Client, address string) (*http.Response, error) {
	req, err := c.newRequest(address)
	if err != nil {
		return nil, err
	}
	user, password := c.opt("username", ""), c.opt("password", "")
	force, err := c.setting("force_basic_auth", "false")
	if err != nil {
		return nil, err
	}
	if user != "" && Truth(force) {
		req.SetBasicAuth(user, password)
	}
	if err := c.addNetrc(req, user); err != nil {
		return nil, err
	}
	resp, err := client.Do(req)
	if err != nil || resp.StatusCode != http.StatusUnauthorized || user == "" || req.Header.Get("Authorization") != "" {
		return resp, err
	}
	scheme, _, _ := strings.Cut(resp.Header.Get("Www-Authenticate"), " ")
	if err := resp.Body.Close(); err != nil {
		return nil, err
	}
	if !strings.EqualFold(scheme, "Basic") {
		return nil, failf("the server at %s wants the login %s, which is not supported: Basic is", address, scheme)
	}
	if req, err = c.newRequest(address); err != nil {
		return nil, err
	}
	req.SetBasicAuth(user, password)
	return client.Do(req)
}

func (c *Call) newRequest(address string) (*http.Request, error) {
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return nil, failf("Failed lookup url for %s : %s", address, err)
	}
	agent, err := c.setting("http_agent", "ansible-httpget")
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", agent.String())
	if d, ok := c.Opts.Get("headers").(*value.Dict); ok {
		for k, v := range d.Strings() {
			req.Header.Set(k, v.String())
		}
	}
	force, err := c.setting("force", "false")
	if err != nil {
		return nil, err
	}
	if Truth(force) {
		req.Header.Set("Cache-Control", "no-cache")
	}
	return req, nil
}

// urlCause words a network failure as urllib does.
func urlCause(err error) string {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	var errno syscall.Errno
	if errors.As(err, &errno) {
		text := errno.Error()
		return fmt.Sprintf("<urlopen error [Errno %d] %s>", int(errno), strings.ToUpper(text[:1])+text[1:])
	}
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return "<urlopen error [Errno -2] Name or service not known>"
	}
	return "<urlopen error " + err.Error() + ">"
}
