package wsman

import (
	"encoding/xml"
	"fmt"
	"strings"
)

// Fault is a refusal by the service.
type Fault struct {
	Code    uint32 // of Windows' wsmerror.h; 0 if it tells none
	Subcode string // "w:QuotaLimit"
	Text    string
}

func (f *Fault) Error() string {
	if f.Code == 0 {
		return fmt.Sprintf("%s (%s)", f.Text, f.Subcode)
	}
	return fmt.Sprintf("%s (%s, WSManFault %d)", f.Text, f.Subcode, f.Code)
}

// StatusError is an answer over HTTP that is no message.
type StatusError struct {
	Status int
	Body   string
}

func (e *StatusError) Error() string {
	text := fmt.Sprintf("Bad HTTP response returned from server. Code %d", e.Status)
	if body := strings.Join(strings.Fields(e.Body), " "); body != "" {
		text += fmt.Sprintf(": %.200q", body)
	}
	return text
}

// Reply is an answer to a request, of which the fields that it does not have are empty.
type Reply struct {
	Selectors []named     `xml:"ResourceCreated>ReferenceParameters>SelectorSet>Selector"`
	Shell     string      `xml:"Shell>ShellId"`
	Command   string      `xml:"CommandResponse>CommandId"`
	Streams   []streamOf  `xml:"ReceiveResponse>Stream"`
	State     *stateOf    `xml:"ReceiveResponse>CommandState"`
	Fault     *faultInXML `xml:"Fault"`
}

type named struct {
	Name  string `xml:"Name,attr"`
	Value string `xml:",chardata"`
}

type streamOf struct {
	Name string `xml:"Name,attr"`
	Data string `xml:",chardata"`
}

type stateOf struct {
	State string `xml:"State,attr"`
	Exit  *int64 `xml:"ExitCode"`
}

type faultInXML struct {
	Code    string `xml:"Code>Value"`
	Subcode string `xml:"Code>Subcode>Value"`
	Text    string `xml:"Reason>Text"`
	Detail  struct {
		Code    uint32 `xml:"Code,attr"`
		Message string `xml:"Message"`
	} `xml:"Detail>WSManFault"`
}

// reply reads an answer. The error is a *[Fault] or a *[StatusError].
func (a answer) reply() (*Reply, error) {
	var envelope struct {
		XMLName xml.Name `xml:"http://www.w3.org/2003/05/soap-envelope Envelope"`
		Body    Reply    `xml:"Body"`
	}
	if err := xml.Unmarshal(a.body, &envelope); err != nil {
		return nil, &StatusError{Status: a.status, Body: string(a.body)}
	}
	if f := envelope.Body.Fault; f != nil {
		return nil, f.fault()
	}
	if a.status/100 != 2 {
		return nil, &StatusError{Status: a.status}
	}
	return &envelope.Body, nil
}

func (f *faultInXML) fault() *Fault {
	text := strings.TrimSpace(f.Detail.Message)
	if text == "" {
		text = strings.TrimSpace(f.Text)
	}
	if text == "" {
		text = "(no error message in fault)"
	}
	subcode := f.Subcode
	if subcode == "" {
		subcode = f.Code
	}
	return &Fault{Code: f.Detail.Code, Subcode: strings.TrimSpace(subcode), Text: text}
}
