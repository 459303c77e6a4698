package sshconfig

import (
	"crypto/sha1"
	"encoding/hex"
	"os"
	"strconv"
	"strings"
)

// Tokens are the values of percent signs and what follows them, see TOKENS in ssh_config(5).
type Tokens map[byte]string

// Tokens gives the values for a host.
func (s *Settings) Tokens(host, localUser, home string) Tokens {
	local, _ := os.Hostname()
	short, _, _ := strings.Cut(local, ".")
	name, port, user := s.HostName(host), strconv.Itoa(s.Port()), s.Get("user")
	if user == "" {
		user = localUser
	}
	alias := s.Get("hostkeyalias")
	if alias == "" {
		alias = host
	}
	jump := s.Get("proxyjump")
	sum := sha1.Sum([]byte(local + name + port + user + jump))
	return Tokens{
		'%': "%", 'C': hex.EncodeToString(sum[:]), 'd': home, 'h': name, 'i': strconv.Itoa(os.Getuid()), 'j': jump, 'k': alias,
		'L': short, 'l': local, 'n': host, 'p': port, 'r': user, 'u': localUser,
	}
}

// Expand replaces the tokens in text. A token without a value stays as it is.
func Expand(text string, tokens Tokens) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && i+1 < len(text) {
			if value, ok := tokens[text[i+1]]; ok {
				b.WriteString(value)
				i++
				continue
			}
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// ExpandPath replaces tokens, ${VARIABLES} and a leading ~ in a file name.
func ExpandPath(path string, tokens Tokens) string {
	if path == "~" || strings.HasPrefix(path, "~/") {
		path = "%d" + path[1:]
	}
	return Expand(expandVariables(path), tokens)
}

func expandVariables(text string) string {
	var b strings.Builder
	for {
		start := strings.Index(text, "${")
		end := strings.IndexByte(text[max(start, 0):], '}')
		if start < 0 || end < 0 {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(text[:start])
		b.WriteString(os.Getenv(text[start+2 : start+end]))
		text = text[start+end+1:]
	}
}
