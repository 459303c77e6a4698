package knownhosts

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"strings"

	"golang.org/x/crypto/ssh"
)

// Names are the names under which the files know a key, as "file:line: names", with [hashed name] for hashed ones.
func Names(key ssh.PublicKey, files ...string) []string {
	blob := []byte(base64.StdEncoding.EncodeToString(key.Marshal()))
	var names []string
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		for number, line := range bytes.Split(data, []byte("\n")) {
			fields := bytes.Fields(line)
			if len(fields) < 3 || fields[0][0] == '@' || !bytes.Equal(fields[2], blob) {
				continue
			}
			name := string(fields[0])
			if strings.HasPrefix(name, "|") {
				name = "[hashed name]"
			}
			names = append(names, fmt.Sprintf("%s:%d: %s", file, number+1, name))
		}
	}
	return names
}
