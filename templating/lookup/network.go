package lookup

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

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
	seconds, err := strconv.ParseFloat(c.opt("timeout", "10"), 64)
	if err != nil {
		return "", failf("url: timeout must be a number")
	}
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true}
	if !c.flag("use_proxy", true) {
		transport.Proxy = nil
	}
	if !c.flag("validate_certs", true) {
		transport.TLSClientConfig = &tls.Config{InsecureSkipVerify: true} //nolint:gosec // the user asked for it
	}
	client := &http.Client{Transport: transport, Timeout: time.Duration(seconds * float64(time.Second))}
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return "", failf("Failed lookup url for %s : %s", address, err)
	}
	c.addHeaders(req)
	resp, err := client.Do(req)
	if err != nil {
		return "", failf("Failed lookup url for %s : %s", address, urlCause(err))
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 400 {
		return "", failf("Received HTTP error for %s : HTTP Error %d: %s", address, resp.StatusCode, http.StatusText(resp.StatusCode))
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxFile))
	if err != nil {
		return "", failf("Failed lookup url for %s : %s", address, urlCause(err))
	}
	return string(body), nil
}

func (c *Call) addHeaders(req *http.Request) {
	req.Header.Set("User-Agent", c.opt("http_agent", "ansible-httpget"))
	if d, ok := c.Opts.Get("headers").(*value.Dict); ok {
		for k, v := range d.Strings() {
			req.Header.Set(k, v.String())
		}
	}
	if c.has("username") {
		req.SetBasicAuth(c.opt("username", ""), c.opt("password", ""))
	}
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
