package wsman

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"strings"
	"time"
)

// Option is an option of a request.
type Option struct{ Name, Value string }

// Request is a message to the service.
type Request struct {
	Action   string
	Resource string
	Shell    string        // the identity of the shell that it is for; "" for none
	Options  []Option      // that the service need not know
	Timeout  time.Duration // of the operation; 0: the client's
	Body     string        // XML; the prefix rsp is that of shells
}

const (
	opening = `<s:Envelope xmlns:s="` + NamespaceSOAP + `" xmlns:a="` + NamespaceAddressing + `" xmlns:w="` + NamespaceWSMan +
		`" xmlns:p="` + NamespaceMicrosoft + `" xmlns:rsp="` + NamespaceShell + `"><s:Header>`
	must = ` s:mustUnderstand="true"`
)

// encode writes the request's envelope.
func (r Request) encode(c *Client) []byte {
	var b strings.Builder
	b.WriteString(opening)
	element(&b, "a:To", "", c.options.URL.String())
	b.WriteString(`<a:ReplyTo><a:Address` + must + `>` + Anonymous + `</a:Address></a:ReplyTo>`)
	element(&b, "a:Action", must, r.Action)
	element(&b, "w:ResourceURI", must, r.Resource)
	element(&b, "w:MaxEnvelopeSize", must, fmt.Sprint(c.largest.Load()))
	element(&b, "a:MessageID", "", "uuid:"+newID())
	b.WriteString(`<w:Locale xml:lang="en-US" s:mustUnderstand="false"/><p:DataLocale xml:lang="en-US" s:mustUnderstand="false"/>`)
	element(&b, "p:SessionId", ` s:mustUnderstand="false"`, "uuid:"+c.session)
	element(&b, "w:OperationTimeout", "", Duration(cmp.Or(r.Timeout, c.options.Operation)))
	if r.Shell != "" {
		b.WriteString(`<w:SelectorSet>`)
		element(&b, "w:Selector", ` Name="ShellId"`, r.Shell)
		b.WriteString(`</w:SelectorSet>`)
	}
	r.options(&b)
	b.WriteString(`</s:Header><s:Body>` + r.Body + `</s:Body></s:Envelope>`)
	return []byte(b.String())
}

func (r Request) options(b *strings.Builder) {
	if len(r.Options) == 0 {
		return
	}
	b.WriteString(`<w:OptionSet>`)
	for _, o := range r.Options {
		element(b, "w:Option", ` Name="`+escape(o.Name)+`"`, o.Value)
	}
	b.WriteString(`</w:OptionSet>`)
}

// element writes an element with text. The attributes are XML already.
func element(b *strings.Builder, name, attributes, text string) {
	b.WriteString("<" + name + attributes + ">" + escape(text) + "</" + name + ">")
}

func escape(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a buffer takes all
	return b.String()
}

// newID makes an identity as RFC 4122 has it.
func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := strings.ToUpper(hex.EncodeToString(b[:]))
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
