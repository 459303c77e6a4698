package vault

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Data that `ansible-vault encrypt` of ansible-core 2.19 wrote: "x: secret\n" with password pw1, the same with pw2 for the vault id dev,
// and the text "hello" of encrypt_string with pw2 for dev.
const (
	plain11 = `$ANSIBLE_VAULT;1.1;AES256
65353662373836626335626532643964396161313466316630353965323733626336613763326336
6632313834643962313730623933643433633164316430630a303665666235663637633537363963
33633061613961633136313839643032643032666636636132306333616636633562353835333530
3439323134653762300a353361323161333230613138386635333838343261306263343936636532
3831
`
	withID = `$ANSIBLE_VAULT;1.2;AES256;dev
38663764373039303231363732323033393831353766303438373263623861376430303938633666
3966323563333032663534303762663862353332346334340a326630653539363732653934613866
61303133663663316564333062333230306265333061613633303563353963323061653635633338
6335623837633139650a373765313930333833656439653639613337353338653961303562633330
6166
`
	inline = `$ANSIBLE_VAULT;1.2;AES256;dev
32383663383434313634393438356339306363323362306634646463373533613966303235656265
6466326630636332656664663738333861653266633565320a393230336234343163646536353861
37646665613163653635663834633766653564383332303764393436643739643265366534363834
3138613633383634300a643364303039396533616333306231313638373638666339373665323662
3361
`
)

func TestDecrypt(t *testing.T) {
	pw1, pw2 := []byte("pw1"), []byte("pw2")
	tests := []struct {
		name, data string
		secrets    Secrets
		want, err  string
	}{
		{"1.1", plain11, Secrets{List: []Secret{{"default", pw1}}}, "x: secret\n", ""},
		{"1.1 with another id", plain11, Secrets{List: []Secret{{"foo", pw2}, {"bar", pw1}}}, "x: secret\n", ""},
		{"1.2", withID, Secrets{List: []Secret{{"dev", pw2}}}, "x: secret\n", ""},
		{"1.2, second secret", withID, Secrets{List: []Secret{{"foo", pw1}, {"dev", pw2}}}, "x: secret\n", ""},
		{"1.2, another id", withID, Secrets{List: []Secret{{"foo", pw2}}}, "x: secret\n", ""},
		{"1.2, ids must match", withID, Secrets{List: []Secret{{"foo", pw2}}, MatchID: true}, "", ErrWrongSecrets.Error()},
		{"1.1, ids must match", plain11, Secrets{List: []Secret{{"dev", pw1}}, MatchID: true}, "", ErrWrongSecrets.Error()},
		{"1.1, ids match", plain11, Secrets{List: []Secret{{"dev", pw2}, {"default", pw1}}, MatchID: true}, "x: secret\n", ""},
		{"inline", inline, Secrets{List: []Secret{{"dev", pw2}}}, "hello", ""},
		{"indented", strings.ReplaceAll(inline, "\n", "\r\n    "), Secrets{List: []Secret{{"dev", pw2}}}, "hello", ""},
		{"no secrets", plain11, Secrets{}, "", "Attempting to decrypt but no vault secrets found."},
		{"wrong secret", plain11, Secrets{List: []Secret{{"a", pw2}}}, "", "Decryption failed (no vault secrets were found that could decrypt)."},
		{"changed", strings.Replace(plain11, "3831", "3832", 1), Secrets{List: []Secret{{"a", pw1}}}, "", ErrWrongSecrets.Error()},
	}
	for _, tt := range tests {
		got, err := tt.secrets.Decrypt([]byte(tt.data))
		if string(got) != tt.want || message(err) != tt.err {
			t.Errorf("%s: %q, %q, want %q, %q", tt.name, got, message(err), tt.want, tt.err)
		}
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// What each row wants is the reference's message.
func TestBroken(t *testing.T) {
	s := Secrets{List: []Secret{{"default", []byte("pw1")}}}
	for data, want := range map[string]string{
		"$ANSIBLE_VAULT;1.1;AES256\nzz\n":   "Vault format unhexlify error: Non-hexadecimal digit found",
		"$ANSIBLE_VAULT;1.1;AES256\n303\n":  "Vault format unhexlify error: Odd-length string",
		"$ANSIBLE_VAULT;1.1;AES256\n3030\n": "Vault vaulttext format error: not enough values to unpack (expected 3, got 1)",
		"$ANSIBLE_VAULT;1.1;AES256\n":       "Vault vaulttext format error: not enough values to unpack (expected 3, got 1)",
		"$ANSIBLE_VAULT;1.1;AES\n3030\n":    "Cipher 'AES' could not be found.",
		"$ANSIBLE_VAULT;1.1\n3030\n":        "Vault envelope format error: list index out of range",
	} {
		if _, err := s.Decrypt([]byte(data)); message(err) != want {
			t.Errorf("%q: %v, want %s", data, err, want)
		}
	}
}

func TestEncrypt(t *testing.T) {
	for _, id := range []string{"", "default", "prod"} {
		for _, text := range []string{"", "0123456789abcdef", strings.Repeat("long\n", 1000)} {
			secret := Secret{id, []byte("s3cret")}
			data, err := Encrypt([]byte(text), secret)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Secrets{List: []Secret{secret}}.Decrypt(data)
			if err != nil || string(got) != text {
				t.Errorf("id %q: %q, %v", id, got, err)
			}
			checkShape(t, data, id)
		}
	}
}

func checkShape(t *testing.T, data []byte, id string) {
	t.Helper()
	lines := bytes.Split(bytes.TrimSuffix(data, []byte("\n")), []byte("\n"))
	want := "$ANSIBLE_VAULT;1.1;AES256"
	if id == "prod" {
		want = "$ANSIBLE_VAULT;1.2;AES256;prod"
	}
	if string(lines[0]) != want {
		t.Errorf("header %q, want %q", lines[0], want)
	}
	for i, l := range lines[1:] {
		if len(l) > lineLength || len(l) < lineLength && i < len(lines)-2 {
			t.Errorf("line %d has %d characters", i, len(l))
		}
	}
}

func TestReadPassword(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return p
	}
	tests := []struct{ path, want, err string }{
		{write("plain", " pw1 \n", 0o600), "pw1", ""},
		{write("empty", "\n", 0o600), "", "Invalid vault password was provided from file (DIR/empty)"},
		{write("script.sh", "#!/bin/sh\necho pw$#\n", 0o700), "pw0", ""},
		{write("keyring-client.sh", "#!/bin/sh\necho $1 $2\n", 0o700), "--vault-id dev", ""},
		{write("lost-client", "#!/bin/sh\nexit 2\n", 0o700), "", "Vault password client script DIR/lost-client did not find a secret for vault-id=dev: b''"},
		{
			write("told-client.sh", "#!/bin/sh\nprintf 'it is \\\\ \"q\"\\t\\351' >&2\nexit 3\n", 0o700), "",
			`Vault password client script DIR/told-client.sh returned non-zero (3) when getting secret for vault-id=dev: b'it is \\ "q"\t\xe9'`,
		},
		{write("bad.sh", "#!/bin/sh\nexit 3\n", 0o700), "", "Vault password script DIR/bad.sh returned non-zero (3): None"},
		{write("silent.sh", "#!/bin/sh\n", 0o700), "", "Invalid vault password was provided from script (DIR/silent.sh)"},
		{filepath.Join(dir, "none"), "", "The vault password file DIR/none was not found"},
		{dir, "", "The vault password file provided 'DIR' can not be a directory"},
	}
	for _, tt := range tests {
		got, err := ReadPassword(context.Background(), tt.path, "dev", os.Stderr)
		if msg := strings.ReplaceAll(message(err), dir, "DIR"); string(got) != tt.want || msg != tt.err {
			t.Errorf("%s: %q, %q, want %q, %q", tt.path, got, msg, tt.want, tt.err)
		}
	}
	var pe *PasswordError
	if _, err := ReadPassword(context.Background(), filepath.Join(dir, "none"), "x", os.Stderr); !errors.As(err, &pe) || !pe.Missing {
		t.Errorf("a missing file gives %#v", err)
	}
}

func FuzzDecrypt(f *testing.F) {
	f.Add([]byte(plain11))
	f.Add([]byte("$ANSIBLE_VAULT;1.2;AES256;x\n300a300a30"))
	f.Fuzz(func(t *testing.T, data []byte) {
		plain, err := Secrets{List: []Secret{{"default", []byte("pw")}}}.Decrypt(data)
		if err == nil && plain == nil {
			t.Errorf("%q: neither text nor error", data)
		}
	})
}
