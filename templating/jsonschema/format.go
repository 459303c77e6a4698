package jsonschema

import (
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/goplay/goplay/templating/regex"
	"github.com/goplay/goplay/templating/value"
)

// formats are those formats that are checked. For date-time, hostname and the like Python's library wants others that are seldom
// there, and takes everything.
var formats = map[string]func(t string) bool{
	"ipv4":         func(t string) bool { a, err := netip.ParseAddr(t); return err == nil && a.Is4() },
	"ipv6":         func(t string) bool { a, err := netip.ParseAddr(t); return err == nil && a.Is6() },
	"date":         func(t string) bool { _, err := time.Parse(time.DateOnly, t); return err == nil },
	"email":        isEmail,
	"idn-email":    isEmail,
	"uri":          func(t string) bool { u, err := url.Parse(t); return err == nil && u.Scheme != "" },
	"regex":        func(t string) bool { _, err := regex.Compile(t, regex.Flags{}); return err == nil },
	"uuid":         func(t string) bool { return uuid().MatchString(t) },
	"json-pointer": isPointer,
}

var uuid = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile("^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$")
})

func isEmail(t string) bool { return strings.Contains(t, "@") }

// isPointer tells whether text is a JSON pointer (RFC 6901).
func isPointer(t string) bool {
	escapes := strings.NewReplacer("~0", "", "~1", "").Replace(t)
	return t == "" || t[0] == '/' && !strings.Contains(escapes, "~")
}

func format(u use) error {
	t, ok := value.Text(u.instance)
	if !ok || u.skipFormats {
		return nil
	}
	if is, ok := formats[u.expected.String()]; ok && !is(t) {
		return u.fail("%s is not a %s", value.Repr(u.instance), value.Repr(u.expected))
	}
	return nil
}
