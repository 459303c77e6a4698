package wsman

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"
)

// open is a sealer that hides nothing.
type openSealer struct{}

func (openSealer) Seal(plain []byte) (sealed, signature []byte) {
	return plain, []byte("signature sixteen")[:16]
}

func (openSealer) Open(sealed, _ []byte) ([]byte, error) { return sealed, nil }

// The form that MS-WSMV's section 2.2.9.1 shows, to the byte.
func TestSealedForm(t *testing.T) {
	const want = "--Encrypted Boundary\r\n" +
		"\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n" +
		"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=3\r\n" +
		"--Encrypted Boundary\r\n" +
		"\tContent-Type: application/octet-stream\r\n" +
		"\x10\x00\x00\x00signature sixteeabc" +
		"--Encrypted Boundary--\r\n"
	if got := Seal(openSealer{}, []byte("abc")); string(got) != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestOpen(t *testing.T) {
	for _, text := range []string{"", "abc", "--Encrypted Boundary\r\n", "--", " "} {
		got, err := Open(openSealer{}, Seal(openSealer{}, []byte(text)))
		if err != nil || string(got) != text {
			t.Errorf("%q opens as %q, %v", text, got, err)
		}
	}
	spaced := bytes.ReplaceAll(Seal(openSealer{}, []byte("abc")), []byte("--Encrypted"), []byte("-- Encrypted"))
	if got, err := Open(openSealer{}, spaced); err != nil || string(got) != "abc" {
		t.Errorf("with the space that Exchange writes: %q, %v", got, err)
	}
	sealed := Seal(openSealer{}, []byte("abc"))
	for n := range len(sealed) {
		if _, err := Open(openSealer{}, sealed[:n]); !errors.Is(err, ErrNotSealed) {
			t.Errorf("cut after %d bytes: %v", n, err)
		}
	}
	if _, err := Open(openSealer{}, bytes.Replace(sealed, []byte("=3"), []byte("=4"), 1)); !errors.Is(err, ErrNotSealed) {
		t.Errorf("of another length: %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(Seal(openSealer{}, []byte("abc")))
	f.Fuzz(func(t *testing.T, body []byte) {
		if plain, err := Open(openSealer{}, body); err == nil && !bytes.Contains(body, plain) {
			t.Errorf("%q is not in %q", plain, body)
		}
	})
}

func FuzzReply(f *testing.F) {
	const envelope = `<s:Envelope xmlns:s="` + NamespaceSOAP + `"><s:Body>%s</s:Body></s:Envelope>`
	for _, body := range []string{
		`<ReceiveResponse><Stream Name="stdout">eA==</Stream><CommandState State="` + StateDone + `"><ExitCode>-1</ExitCode></CommandState></ReceiveResponse>`,
		`<s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code><s:Detail><WSManFault Code="5"><Message>no</Message></WSManFault></s:Detail></s:Fault>`,
	} {
		f.Add(fmt.Appendf(nil, envelope, body), 200)
	}
	f.Fuzz(func(t *testing.T, body []byte, status int) {
		reply, err := answer{status: status, body: body}.reply()
		if err != nil {
			if err.Error() == "" {
				t.Errorf("%q gives an error without a text", body)
			}
			return
		}
		_, _ = reply.output()
	})
}

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"PT20S": 20 * time.Second, "PT0.500S": 500 * time.Millisecond, "PT1M1S": 61 * time.Second,
		"P1DT1H": 25 * time.Hour, "PT7200.000S": 2 * time.Hour,
	} {
		got, err := ParseDuration(text)
		if err != nil || got != want {
			t.Errorf("%s is %v, %v; want %v", text, got, err, want)
		}
		if again, err := ParseDuration(Duration(got)); err != nil || again != want {
			t.Errorf("%s is written as %s", text, Duration(got))
		}
	}
	for _, text := range []string{"", "20", "PT-1S", "PT1.S", "P1Y"} {
		if got, err := ParseDuration(text); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
}
