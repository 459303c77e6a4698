package vault

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goplay/goplay/internal/reference"
)

// contents are texts of all kinds: empty, without a line end, binary, of whole and broken blocks, long.
var contents = map[string]string{
	"empty": "", "line": "x: secret\n", "block": "0123456789abcdef", "umlauts": "größer\r\n", "binary": "\x00\xff\x80$ANSIBLE_VAULT",
	"long": strings.Repeat("0123456789\n", 20_000),
}

// What one program encrypts, the other decrypts: several ids, and each kind of content.
func TestInteroperability(t *testing.T) {
	judge, err := reference.Installed()
	if err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	prod := Secret{"prod", []byte("päss word")}
	def := Secret{"default", []byte("other")}
	makeFile(t, filepath.Join(dir, "prod"), string(prod.Password)+"\n", 0o600)
	makeFile(t, filepath.Join(dir, "default"), string(def.Password), 0o600)
	theirs := func(args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), judge.Program("ansible-vault"), append(args, "--vault-id", "prod@prod", "--vault-id", "default")...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "HOME="+dir, "LC_ALL=C.UTF-8")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	var ours, made []string
	for name, text := range contents {
		for _, secret := range []Secret{prod, def} {
			data, err := Encrypt([]byte(text), secret)
			if err != nil {
				t.Fatal(err)
			}
			ours = append(ours, name+".ours."+secret.ID)
			makeFile(t, filepath.Join(dir, ours[len(ours)-1]), string(data), 0o600)
		}
		made = append(made, name+".theirs")
		makeFile(t, filepath.Join(dir, name+".theirs"), text, 0o600)
	}
	theirs(append([]string{"decrypt"}, ours...)...)
	for _, name := range ours {
		wantFile(t, filepath.Join(dir, name), contents[strings.Split(name, ".")[0]], 0o600)
	}
	theirs(append([]string{"encrypt", "--encrypt-vault-id", "prod"}, made...)...)
	for _, name := range made {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		opened, err := Secrets{List: []Secret{def, prod}}.Open(data)
		if err != nil || string(opened.Plain) != contents[strings.Split(name, ".")[0]] || opened.By.ID != "prod" {
			t.Errorf("%s: %.40q of %q, %v", name, opened.Plain, opened.By.ID, err)
		}
		again, err := EncryptSalted(opened.Plain, opened.By, saltOf(t, data))
		if err != nil || !bytes.Equal(again, data) {
			t.Errorf("%s: encrypted again it is other data (%v)", name, err)
		}
	}
}

// saltOf gives the salt of vault data.
func saltOf(t *testing.T, data []byte) []byte {
	t.Helper()
	_, sealed, err := parse(bytes.Clone(data))
	if err != nil {
		t.Fatal(err)
	}
	return sealed.salt
}

func BenchmarkOpen10MB(b *testing.B) {
	secret := Secret{"default", []byte("pw")}
	data, err := Encrypt(bytes.Repeat([]byte("0123456789abcde\n"), 10<<20/16), secret)
	if err != nil {
		b.Fatal(err)
	}
	s := Secrets{List: []Secret{secret}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Decrypt(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpenSmall(b *testing.B) {
	s := Secrets{List: []Secret{{"default", []byte("pw1")}}}
	for b.Loop() {
		if _, err := s.Decrypt([]byte(plain11)); err != nil {
			b.Fatal(err)
		}
	}
}
