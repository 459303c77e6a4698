package wsman

import (
	"fmt"

	protocol "github.com/goplay/goplay/connection/wsman"
)

// Fault is what a server answers instead of what was asked for.
type Fault struct {
	Code    uint32 // of wsmerror.h
	Subcode string // "w:QuotaLimit"
	Sender  bool   // the request is wrong, not the server
	Text    string
}

func (f *Fault) body() string {
	who := "s:Receiver"
	if f.Sender {
		who = "s:Sender"
	}
	return fmt.Sprintf(`<s:Fault><s:Code><s:Value>%s</s:Value><s:Subcode><s:Value>%s</s:Value></s:Subcode></s:Code>`+
		`<s:Reason><s:Text xml:lang="en-US">%s</s:Text></s:Reason><s:Detail><f:WSManFault xmlns:f=%q Code="%d" Machine="127.0.0.1">`+
		`<f:Message>%s</f:Message></f:WSManFault></s:Detail></s:Fault>`, who, f.Subcode, escape(f.Text), protocol.NamespaceFault, f.Code, escape(f.Text))
}

const cannot = "The WS-Management service cannot process the request. "

func timedOut() *Fault {
	return &Fault{
		Code: protocol.CodeTimedOut, Subcode: "w:TimedOut",
		Text: "The WS-Management service cannot complete the operation within the time specified in OperationTimeout.",
	}
}

func noShell(id string) *Fault {
	return &Fault{
		Code: protocol.CodeNoShell, Subcode: "w:InvalidSelectors", Sender: true,
		Text: "The request for the Windows Remote Shell with ShellId " + id + " failed because the shell was not found on the server.",
	}
}

func invalid(text string) *Fault {
	return &Fault{Code: 2150858817, Subcode: "w:SchemaValidationError", Sender: true, Text: cannot + text}
}

func tooLarge(bytes int) *Fault {
	return &Fault{
		Code: protocol.CodeEnvelopeTooLarge, Subcode: "w:EncodingLimit", Sender: true,
		Text: fmt.Sprintf(cannot+"The size of the request exceeded the configured MaxEnvelopeSize quota of %d bytes.", bytes),
	}
}

func quota(code uint32, text string) *Fault {
	return &Fault{Code: code, Subcode: "w:QuotaLimit", Text: cannot + text}
}
