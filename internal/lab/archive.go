package lab

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// archive names the Debian mirrors that this machine itself uses.
type archive struct {
	main     string // http(s)://host/debian
	security string
}

var (
	deb822URI  = regexp.MustCompile(`(?m)^URIs:\s*(\S+)`)
	oneLineURI = regexp.MustCompile(`(?m)^deb\s+(?:\[[^]]*\]\s+)?(\S+)`)
)

// machineArchive reads the machine's apt sources, in both of their formats.
func machineArchive() (archive, error) {
	files, _ := filepath.Glob("/etc/apt/sources.list.d/*") // the pattern is right
	var text strings.Builder
	for _, file := range append([]string{"/etc/apt/sources.list"}, files...) {
		if data, err := os.ReadFile(file); err == nil {
			text.Write(data)
			text.WriteByte('\n')
		}
	}
	return archiveFrom(text.String())
}

// archiveFrom takes the first Debian mirror of a source text. A machine without an entry
// for security updates gets them from the mirror's sibling, as Debian's mirrors have it.
func archiveFrom(text string) (archive, error) {
	var a archive
	for _, pattern := range []*regexp.Regexp{deb822URI, oneLineURI} {
		for _, match := range pattern.FindAllStringSubmatch(text, -1) {
			uri := strings.TrimRight(match[1], "/")
			switch {
			case a.security == "" && strings.Contains(uri, "debian-security"):
				a.security = uri
			case a.main == "" && strings.HasSuffix(uri, "debian"):
				a.main = uri
			}
		}
	}
	if a.main == "" {
		return a, errors.New("the machine's apt sources name no Debian mirror")
	}
	if a.security == "" {
		a.security = a.main + "-security"
	}
	return a, nil
}

// plain is a mirror's address as the hosts see it: without TLS, which the apt cache adds.
func plain(uri string) string {
	return strings.Replace(uri, "https://", "http://", 1)
}

// sources is a host's sources.list.
func (a archive) sources() string {
	return "deb " + plain(a.main) + " " + suite + " main\n" +
		"deb " + plain(a.main) + " " + suite + "-updates main\n" +
		"deb " + plain(a.security) + " " + suite + "-security main\n"
}
