package wsman

import (
	"io"
	"net/http"
	"path"
	"strings"

	protocol "github.com/goplay/goplay/connection/wsman"
)

const soapType = "application/soap+xml;charset=UTF-8"

// exchange is one request over HTTP and its answer.
type exchange struct {
	*Server
	w     http.ResponseWriter
	login *login
	user  string
	// sealed says that the message came sealed, and that the answer must be.
	sealed bool
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	l := r.Context().Value(loginKey{}).(*login)
	if r.Method != http.MethodPost || r.URL.Path != "/wsman" {
		http.NotFound(w, r)
		return
	}
	limit := s.options.Quotas.MaxEnvelopeSizekb << 10
	body, err := io.ReadAll(io.LimitReader(r.Body, int64(limit)+4096)) // beside the message: its sealed form
	if err != nil {
		return
	}
	user, ok := s.admit(w, r, l)
	if !ok {
		return
	}
	if len(body) == 0 { // a login alone
		w.Header().Set("Content-Type", soapType)
		return
	}
	x := &exchange{Server: s, w: w, login: l, user: user}
	plain, ok := x.open(r, body)
	if !ok {
		return
	}
	if len(plain) > limit {
		x.answer(nil, nil, tooLarge(limit))
		return
	}
	x.handle(r, plain)
}

// open unseals what came sealed, and refuses what had to. A false result means that the answer has been given.
func (x *exchange) open(r *http.Request, body []byte) ([]byte, bool) {
	x.sealed = strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/encrypted")
	switch {
	case x.sealed && x.login.session == nil:
		x.refuse(x.w)
		return nil, false
	case x.sealed:
		plain, err := protocol.Open(x.login.session, body)
		if err != nil {
			http.Error(x.w, err.Error(), http.StatusBadRequest)
		}
		return plain, err == nil
	case r.TLS == nil && !x.options.AllowUnencrypted:
		x.w.WriteHeader(http.StatusInternalServerError)
		return nil, false
	}
	return body, true
}

func (x *exchange) handle(r *http.Request, plain []byte) {
	request, err := parseRequest(plain)
	if err != nil {
		x.answer(nil, nil, invalid(err.Error()))
		return
	}
	x.count(func(c *Counts) { c.Messages[path.Base(request.Action)]++ })
	var fate Fate
	if x.options.Intercept != nil {
		fate = x.options.Intercept(request)
	}
	switch {
	case fate.Forget:
		*x.login = login{}
		x.refuse(x.w)
	case fate.Cut:
		if fate.After {
			_, _ = x.act(r.Context(), request)
		}
		panic(http.ErrAbortHandler) // closes the connection
	case fate.Status != 0:
		http.Error(x.w, fate.Body, fate.Status)
	case fate.Fault != nil:
		x.answer(request, nil, fate.Fault)
	default:
		body, fault := x.act(r.Context(), request)
		x.answer(request, body, fault)
	}
}

// answer writes an envelope with a body or with a fault, sealed as the request was.
func (x *exchange) answer(r *Request, body []byte, fault *Fault) {
	var relatesTo, action string
	if r != nil {
		relatesTo, action = r.MessageID, r.Action+"Response"
	}
	status := http.StatusOK
	if fault != nil {
		status, action, body = http.StatusInternalServerError, protocol.ActionFault, []byte(fault.body())
	}
	message, kind := envelope(action, relatesTo, string(body)), soapType
	if x.sealed {
		message, kind = protocol.Seal(x.login.session, message), protocol.SealedType(x.login.session)
	}
	x.w.Header().Set("Content-Type", kind)
	x.w.WriteHeader(status)
	_, _ = x.w.Write(message)
}
