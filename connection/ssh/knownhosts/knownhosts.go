// Package knownhosts answers whether a host's key is known, as strictly as OpenSSH: plain and hashed names, [host]:port, wildcards
// and negation, @cert-authority and @revoked (see SSH_KNOWN_HOSTS FILE FORMAT in sshd(8)).
//
// [Load] reads the lines of some files that speak of a host, [Entries.Check] judges a key by them, and [Append] adds a line.
package knownhosts

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"net"
	"os"
	"strconv"
	"strings"

	"golang.org/x/crypto/ssh"

	"github.com/goplay/goplay/connection/ssh/sshconfig"
)

// Marker is what a line says beyond "this is the host's key".
type Marker string

// The markers of known_hosts.
const (
	Plain     Marker = ""
	Authority Marker = "@cert-authority"
	Revoked   Marker = "@revoked"
)

// Entry is a line that speaks of the host that was asked for.
type Entry struct {
	File   string
	Line   int
	Marker Marker
	Key    ssh.PublicKey
}

// Entries are the lines for one host, in the order of the files.
type Entries []Entry

// Name is how a host is written in known_hosts: with brackets and port, unless the port is 22.
func Name(host string, port int) string {
	host = strings.ToLower(host)
	if port == 22 || port == 0 {
		return host
	}
	return "[" + host + "]:" + strconv.Itoa(port)
}

// Load reads the lines for a name (see [Name]). A file that cannot be read is as an empty one, as with OpenSSH.
func Load(name string, files ...string) Entries {
	var entries Entries
	for _, file := range files {
		if data, err := os.ReadFile(file); err == nil {
			entries = append(entries, Parse(name, file, data)...)
		}
	}
	return entries
}

// Parse gives the lines of a file's content that speak of a name. Lines that make no sense are skipped.
func Parse(name, file string, data []byte) Entries {
	var entries Entries
	scanner := bufio.NewScanner(bytes.NewReader(data))
	scanner.Buffer(nil, 1<<20)
	for number := 1; scanner.Scan(); number++ {
		if entry, ok := parseLine(name, scanner.Text()); ok {
			entry.File, entry.Line = file, number
			entries = append(entries, entry)
		}
	}
	return entries
}

// parseLine looks at the key only if the line is for the name: most lines aren't.
func parseLine(name, line string) (entry Entry, ok bool) {
	fields := strings.Fields(line)
	if len(fields) == 0 || fields[0][0] == '#' {
		return entry, false
	}
	if fields[0][0] == '@' {
		entry.Marker = Marker(fields[0])
		if fields = fields[1:]; entry.Marker != Authority && entry.Marker != Revoked {
			return entry, false
		}
	}
	if len(fields) < 3 || !matches(name, fields[0]) {
		return entry, false
	}
	entry.Key = parseKey(fields[1], fields[2])
	return entry, entry.Key != nil
}

func parseKey(kind, text string) ssh.PublicKey {
	blob, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil
	}
	key, err := ssh.ParsePublicKey(blob)
	if err != nil || key.Type() != kind {
		return nil
	}
	return key
}

// matches matches a name with the first field of a line.
func matches(name, hosts string) bool {
	if strings.HasPrefix(hosts, "|") {
		return matchesHash(name, hosts)
	}
	return sshconfig.MatchList(name, strings.Split(strings.ToLower(hosts), ","))
}

// matchesHash matches with |1|salt|HMAC-SHA1 of the name.
func matchesHash(name, hashed string) bool {
	parts := strings.Split(hashed, "|")
	if len(parts) != 4 || parts[1] != "1" {
		return false
	}
	salt, err1 := base64.StdEncoding.DecodeString(parts[2])
	sum, err2 := base64.StdEncoding.DecodeString(parts[3])
	return err1 == nil && err2 == nil && len(salt) == sha1.Size && hmac.Equal(sum, hashName(name, salt))
}

func hashName(name string, salt []byte) []byte {
	mac := hmac.New(sha1.New, salt)
	mac.Write([]byte(name))
	return mac.Sum(nil)
}

// Loopback reports whether an address is this machine's.
func Loopback(addr net.Addr) bool {
	tcp, ok := addr.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}
