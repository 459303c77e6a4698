package wsman

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
)

// Trust says which certificates of services are trusted over https, and which one is shown to them. All are paths of files in PEM.
type Trust struct {
	Ignore           bool   // no certificate is looked at
	Authorities      string // "": the machine's
	Certificate, Key string // "": none is shown
}

// Config gives what TLS makes of it.
func (t Trust) Config() (*tls.Config, error) {
	config := &tls.Config{InsecureSkipVerify: t.Ignore}
	if t.Authorities != "" && !t.Ignore {
		text, err := os.ReadFile(t.Authorities)
		if err != nil {
			return nil, err
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("%s has no certificate in it", t.Authorities)
		}
	}
	if t.Certificate != "" {
		certificate, err := tls.LoadX509KeyPair(t.Certificate, t.Key)
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{certificate}
		config.Renegotiation = tls.RenegotiateOnceAsClient // Windows asks for the certificate late
	}
	return config, nil
}
