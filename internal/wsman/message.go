package wsman

import (
	"bytes"
	"encoding/xml"
	"fmt"

	protocol "github.com/goplay/goplay/connection/wsman"
)

// Request is a message that a client sent.
type Request struct {
	Action    string         `xml:"Header>Action"`
	MessageID string         `xml:"Header>MessageID"`
	Resource  string         `xml:"Header>ResourceURI"`
	Timeout   string         `xml:"Header>OperationTimeout"`
	Largest   int            `xml:"Header>MaxEnvelopeSize"`
	Selectors []Named        `xml:"Header>SelectorSet>Selector"`
	Options   []Named        `xml:"Header>OptionSet>Option"`
	Shell     createBody     `xml:"Body>Shell"`
	Command   commandBody    `xml:"Body>CommandLine"`
	Sent      []streamOf     `xml:"Body>Send>Stream"`
	Desired   desiredStreams `xml:"Body>Receive>DesiredStream"`
	Signal    signalBody     `xml:"Body>Signal"`
}

// Named is an element with a name: a selector, an option or a variable of the environment.
type Named struct {
	Name  string `xml:"Name,attr"`
	Value string `xml:",chardata"`
}

type createBody struct {
	ID          string  `xml:"ShellId,attr"`
	Input       string  `xml:"InputStreams"`
	Output      string  `xml:"OutputStreams"`
	Dir         string  `xml:"WorkingDirectory"`
	Environment []Named `xml:"Environment>Variable"`
	Creation    string  `xml:"creationXml"`
}

type commandBody struct {
	ID        string   `xml:"CommandId,attr"`
	Line      string   `xml:"Command"`
	Arguments []string `xml:"Arguments"`
}

// streamOf is a piece of a stream, in base64 on the wire.
type streamOf struct {
	Name    string `xml:"Name,attr"`
	Command string `xml:"CommandId,attr"`
	End     string `xml:"End,attr"`
	Data    string `xml:",chardata"`
}

type desiredStreams struct {
	Command string `xml:"CommandId,attr"`
	Names   string `xml:",chardata"`
}

type signalBody struct {
	Command string `xml:"CommandId,attr"`
	Code    string `xml:"Code"`
}

func parseRequest(data []byte) (*Request, error) {
	var envelope struct {
		XMLName xml.Name `xml:"http://www.w3.org/2003/05/soap-envelope Envelope"`
		Request
	}
	if err := xml.Unmarshal(data, &envelope); err != nil {
		return nil, err
	}
	return &envelope.Request, nil
}

// shellID is the selector that names a shell.
func (r *Request) shellID() string { return named(r.Selectors, "ShellId") }

func named(all []Named, name string) string {
	for _, n := range all {
		if n.Name == name {
			return n.Value
		}
	}
	return ""
}

const head = `<s:Envelope xml:lang="en-US" xmlns:s="` + protocol.NamespaceSOAP + `" xmlns:a="` + protocol.NamespaceAddressing +
	`" xmlns:x="` + protocol.NamespaceTransfer + `" xmlns:w="` + protocol.NamespaceWSMan + `" xmlns:p="` + protocol.NamespaceMicrosoft +
	`" xmlns:rsp="` + protocol.NamespaceShell + `"><s:Header><a:Action>%s</a:Action><a:MessageID>uuid:%s</a:MessageID>` +
	`<a:To>` + protocol.Anonymous + `</a:To><a:RelatesTo>%s</a:RelatesTo></s:Header><s:Body>%s</s:Body></s:Envelope>`

// envelope puts an answer's body into its envelope.
func envelope(action, relatesTo, body string) []byte {
	return fmt.Appendf(nil, head, action, newID(), escape(relatesTo), body)
}

func escape(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a buffer takes all
	return b.String()
}
