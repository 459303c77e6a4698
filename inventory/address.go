package inventory

import (
	"net/netip"
	"strconv"
	"strings"
)

// parseAddress parts "host:port"; ok is false for text that is no host name, address or (where allowed) range of them.
func parseAddress(s string, ranges bool) (host string, port int, ok bool) {
	host = s
	if h, p, found := splitPort(s); found {
		host, port = h, p
	}
	if !validHost(host, ranges) {
		return "", 0, false
	}
	if addr, isBracketed := bracketed(host); isBracketed && isIPv6(addr) {
		host = addr
	}
	return host, port, true
}

// splitPort cuts a port from "[address]:22" and from "host:22", whose host has no other colon outside of brackets.
func splitPort(s string) (host string, port int, found bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 1 || i == len(s)-1 {
		return "", 0, false
	}
	host = s[:i]
	port, err := strconv.Atoi(s[i+1:])
	if err != nil || port < 0 || s[i+1] == '+' {
		return "", 0, false
	}
	if addr, isBracketed := bracketed(host); isBracketed && isIPv6(addr) {
		return addr, port, true
	}
	if colonOutside(host) {
		return "", 0, false
	}
	return host, port, true
}

func bracketed(s string) (string, bool) {
	if len(s) < 3 || s[0] != '[' || s[len(s)-1] != ']' {
		return "", false
	}
	return s[1 : len(s)-1], true
}

func colonOutside(s string) bool {
	depth := 0
	for i := range len(s) {
		switch {
		case s[i] == '[':
			depth++
		case s[i] == ']':
			depth--
		case s[i] == ':' && depth == 0:
			return true
		}
	}
	return false
}

func isIPv6(s string) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is6()
}

// validHost accepts IPv6 addresses and names of labels with dots between.
func validHost(s string, ranges bool) bool {
	if addr, ok := bracketed(s); ok && isIPv6(addr) || isIPv6(s) {
		return true
	}
	if s == "" {
		return false
	}
	for rest, more := s, true; more; {
		var label string
		label, rest, more = cutLabel(rest)
		if !validLabel(label, ranges) {
			return false
		}
	}
	return true
}

// cutLabel cuts at the first dot outside of brackets.
func cutLabel(s string) (label, rest string, more bool) {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '[':
			depth++
		case ']':
			depth--
		case '.':
			if depth == 0 {
				return s[:i], s[i+1:], true
			}
		}
	}
	return s, "", false
}

func validLabel(label string, ranges bool) bool {
	if label == "" || label[0] == '-' || label[len(label)-1] == '-' {
		return false
	}
	for label != "" {
		if label[0] == '[' {
			end := strings.IndexByte(label, ']')
			if !ranges || end < 0 || !validRange(label[1:end]) {
				return false
			}
			label = label[end+1:]
			continue
		}
		r, size := firstRune(label)
		if !wordRune(r) && r != '-' {
			return false
		}
		label = label[size:]
	}
	return true
}

func firstRune(s string) (rune, int) {
	for i, r := range s {
		_ = i
		return r, len(string(r))
	}
	return 0, 0
}

// validRange accepts begin:end and begin:end:step, of numbers or of single letters.
func validRange(s string) bool {
	parts := strings.Split(s, ":")
	if len(parts) < 2 || len(parts) > 3 {
		return false
	}
	if isLetter(parts[0]) && isLetter(parts[1]) {
		return len(parts) == 2 || isNumber(parts[2])
	}
	for _, p := range parts {
		if !isNumber(p) {
			return false
		}
	}
	return true
}

func isLetter(s string) bool {
	return len(s) == 1 && (s[0]|0x20 >= 'a' && s[0]|0x20 <= 'z')
}

func isNumber(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
