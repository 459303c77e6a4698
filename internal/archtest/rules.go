package archtest

import (
	"bytes"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
)

// maxLines is the length of a file, in code, that nobody needs.
const maxLines = 900

// forbidden are words that no committed file may have, put together so that this file
// passes: paths of the machines that the project is made on, and the hosts of package
// registries and mirrors, which are taken from the machine that runs.
var forbidden = regexp.MustCompile(strings.Join([]string{
	`(^|[^\w.])/wo` + `rk/`, `\.\./sha` + `red/`, `/opt/r` + `ef/`, `/tmp/br` + `ief`,
	`proxy\.gol` + `ang\.org`, `sum\.gol` + `ang\.org`, `deb\.deb` + `ian\.org`, `security\.deb` + `ian\.org`,
	`snapshot\.deb` + `ian\.org`, `py` + `pi\.org`, `registry\.np` + `mjs\.org`,
}, "|"))

// code are the files that people read as code.
var code = map[string]bool{".go": true, ".py": true, ".sh": true}

// faults tells what is wrong with a committed file.
func faults(path string, data []byte) []string {
	if bytes.IndexByte(data, 0) >= 0 {
		return nil // not a text
	}
	var found []string
	lines := bytes.Split(data, []byte("\n"))
	if code[filepath.Ext(path)] && len(lines) > maxLines {
		found = append(found, fmt.Sprintf("%s has %d lines; %d is the limit", path, len(lines), maxLines))
	}
	for i, line := range lines {
		if word := forbidden.Find(line); word != nil {
			found = append(found, fmt.Sprintf("%s:%d: %q belongs to a machine, not to the project", path, i+1, word))
		}
		if callsReference(path, line) {
			found = append(found, fmt.Sprintf("%s:%d: goplay does not call the program that it replaces", path, i+1))
		}
	}
	return found
}

var referenceCall = regexp.MustCompile(`exec\.(Command|CommandContext|LookPath)\([^)]*"ansible`)

// callsReference tells whether a line of the product runs Ansible. The judges may.
func callsReference(path string, line []byte) bool {
	judge := strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, "internal/")
	return filepath.Ext(path) == ".go" && !judge && referenceCall.Match(line)
}
