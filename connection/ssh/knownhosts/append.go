package knownhosts

import (
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/crypto/ssh"
)

// Append adds a host's key to a file, which is made if need be, with the name hashed on demand.
func Append(file, name string, key ssh.PublicKey, hashed bool) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	line := written(name, hashed) + " " + string(ssh.MarshalAuthorizedKey(key))
	if !endsLine(f) {
		line = "\n" + line
	}
	_, err = f.WriteString(line)
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}

func written(name string, hashed bool) string {
	if !hashed {
		return name
	}
	salt := make([]byte, sha1.Size)
	_, _ = rand.Read(salt) // never fails, see crypto/rand
	encode := base64.StdEncoding.EncodeToString
	return fmt.Sprintf("|1|%s|%s", encode(salt), encode(hashName(name, salt)))
}

// endsLine reports whether a file is empty or ends with a newline.
func endsLine(f *os.File) bool {
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil || end == 0 {
		return true
	}
	last := make([]byte, 1)
	_, err = f.ReadAt(last, end-1)
	return err != nil || last[0] == '\n'
}
